"""A result in plain words for a terminal: everything a person needs to judge and repeat it."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Body, Call, Exchange, Expectation, Message, Outcome, Result
from conformance.trial.failure_text import BODY_SHOWN, describe, rerun_line
from tests.conformance.fakes import ENDPOINT

NODE = "get-object.reads[raw]"
AGAIN = ("http://fake:1", "--region", "eu west")


def exchange(path: str, response: Message | None = None, **more: str) -> Exchange:
    return Exchange("http://fake:1", Message(f"GET {path} HTTP/1.1"), response, **more)


def result(outcome: Outcome = Outcome.FAIL, **more: object) -> Result:
    given: dict[str, object] = {
        "check": "get-object.reads",
        "client": "raw",
        "row": "get-object",
        "outcome": outcome,
        "title": "It is read.",
        "level": "must",
        "spec": "https://docs.aws.amazon.com/get",
        "verified": "documented",
        "reason": "why it is so",
    }
    return Result(**(given | more))


def described(one: Result) -> list[str]:
    return describe(one, ENDPOINT, NODE, AGAIN).splitlines()


HELD = Expectation("status", "200", "200", ok=True)
MISSED = Expectation("header ETag", '"a"', '"b"', ok=False)


def test_what_was_expected_and_came_and_how_it_is_repeated() -> None:
    lines = described(result(expectations=(HELD, MISSED)))

    assert lines == [
        "get-object.reads[raw]: It is read.",
        "run it again: s3compat run http://fake:1 --region 'eu west' "
        "--check 'get-object.reads[raw]'",
        "  header ETag",
        '      expected  "a"',
        '      got       "b"',
        "",
        "expected because  https://docs.aws.amazon.com/get",
        "or                pytest --s3-endpoint http://fake:1 'get-object.reads[raw]'",
    ]
    assert lines[1] == f"run it again: {rerun_line(result(), AGAIN)}"


def test_a_failure_without_a_mismatch_says_its_reason() -> None:
    assert "  why it is so" in described(result(expectations=(HELD,)))
    assert "  why it is so" not in described(result(expectations=(HELD, MISSED)))
    assert "  why it is so" not in described(result(Outcome.BLOCKED, expectations=(HELD,)))


def test_lost_data_is_said_first() -> None:
    gone = msgspec.structs.replace(MISSED, lost=True)
    assert described(result(expectations=(gone,)))[0] == "DATA LOSS"
    assert described(result(expectations=(MISSED,)))[0] == "get-object.reads[raw]: It is read."


def test_an_error_of_the_suite_is_not_put_on_the_endpoint() -> None:
    lines = described(result(Outcome.ERROR))
    at = lines.index("an error of the suite's own, not of the endpoint:")
    assert lines[at + 1] == "why it is so"
    assert "an error of the suite's own, not of the endpoint:" not in described(result())


SETUP = Call("CreateBucket", "setup", parameters="Bucket='b'", exchanges=(exchange("/set-up"),))
FIRST = Call("PutObject", "test", parameters="Key='k'", exchanges=(exchange("/first"),))
LAST = Call("GetObject", "test", parameters="Key='k'", exchanges=(exchange("/last"),))


@pytest.mark.parametrize(
    ("calls", "shown"),
    [
        ((SETUP, FIRST, LAST), "GetObject(Key='k')"),
        ((FIRST, LAST, SETUP), "GetObject(Key='k')"),
        ((FIRST, SETUP), "PutObject(Key='k')"),
        ((SETUP,), "CreateBucket(Bucket='b')"),
    ],
)
def test_the_last_call_of_the_check_tells_or_that_of_its_setup(
    calls: tuple[Call, ...], shown: str
) -> None:
    lines = described(result(expectations=(MISSED,), calls=calls))
    said = [line for line in lines if line.endswith("')")]
    assert said == [shown]
    assert sum(line.startswith("> GET") for line in lines) == 1


def test_a_command_line_its_exit_code_and_its_last_words() -> None:
    call = Call(
        "s3 sync",
        command="aws s3 sync a b",
        parameters="not shown",
        exit_code=0,
        stderr="\n".join(f"line {number}" for number in range(1, 8)) + "\n",
        exchanges=(exchange("/1"), exchange("/2"), exchange("/3")),
    )
    lines = described(result(expectations=(MISSED,), calls=(call,)))
    at = lines.index("$ aws s3 sync a b")
    assert lines[at + 1] == "exit code 0"
    assert lines[at + 2 : at + 7] == [f"! line {number}" for number in range(3, 8)]
    assert lines[at + 7 : at + 9] == ["> GET /2 HTTP/1.1", "> GET /3 HTTP/1.1"]
    assert not any("not shown" in line for line in lines)


def test_no_command_line_no_exit_code() -> None:
    lines = described(result(expectations=(MISSED,), calls=(LAST,)))
    assert not any(line.startswith(("exit code", "!", "$", "<")) for line in lines)


def test_an_exchange_with_its_answer_its_note_and_the_line_that_repeats_it() -> None:
    answer = Message("HTTP/1.1 404 Not Found", (("A", "b"),), Body(11, text="<Error>\n1"))
    call = msgspec.structs.replace(
        LAST, exchanges=(exchange("/last", answer, note="it closed", curl="curl http://fake"),)
    )
    lines = described(result(expectations=(MISSED,), calls=(call,)))
    at = lines.index("> GET /last HTTP/1.1")
    assert lines[at + 1 : at + 8] == [
        "< HTTP/1.1 404 Not Found",
        "< A: b",
        "<",
        "< <Error>",
        "< 1",
        "! it closed",
        "curl http://fake",
    ]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (Body(), []),
        (Body(3, base64="AAEC"), ["<", "< (3 bytes)"]),
        (Body(1, base64="AA=="), ["<", "< (1 byte)"]),
        (Body(4, text="a\x1b[2Jb\tc"), ["<", "< a\\x1b[2Jb\tc"]),
        (Body(9000, text="x" * (BODY_SHOWN + 1)), ["<", "< " + "x" * BODY_SHOWN]),
    ],
    ids=["none", "bytes", "a byte", "control", "long"],
)
def test_a_body_is_cut_and_cannot_steer_a_terminal(body: Body, shown: list[str]) -> None:
    answer = Message("HTTP/1.1 200 OK", (), body)
    call = msgspec.structs.replace(LAST, exchanges=(exchange("/last", answer),))
    lines = described(result(expectations=(MISSED,), calls=(call,)))
    at = lines.index("< HTTP/1.1 200 OK")
    assert lines[at + 1 : lines.index("", at)] == shown
