"""Calls as they are shown: bodies that were cut, bytes, bounds, and the steps to a failure."""

from __future__ import annotations

import base64

import msgspec
import pytest

from conformance.model import Body, Call, Exchange, Message, Outcome
from reports.evidence import Detail, steps, view_call, view_calls, view_result
from tests.reports import synthetic
from tests.reports.runs import one


def message(body: Body = Body(), *, complete: bool = True) -> Message:  # noqa: B008  # frozen
    return Message("GET /x HTTP/1.1", (("Host", "h"),), body, complete)


def shown(request: Message, detail: Detail, **changes: object) -> str:
    exchange = msgspec.structs.replace(
        Exchange("http://h", request, Message("HTTP/1.1 200 OK", ())), **changes
    )
    return view_call(Call("GetObject", exchanges=(exchange,)), detail).exchanges[0].request


def test_a_body_that_was_cut_says_how_much_is_shown() -> None:
    text = Body(size=10, text="abcdef", sha256="d1")

    assert shown(message(text), Detail.TEST).endswith(
        "\n\nabcdef\n[6 of 10 bytes shown, SHA-256 d1]"
    )
    assert shown(message(replace_body(text, sha256=None)), Detail.TEST).endswith(
        "[6 of 10 bytes shown]"
    )
    assert shown(message(Body(size=6, text="abcdef")), Detail.TEST).endswith("\n\nabcdef")
    assert shown(message(Body(size=7, sha256="d2")), Detail.TEST).endswith(
        "\n\n[0 of 7 bytes shown, SHA-256 d2]"
    )
    assert shown(message(), Detail.TEST) == "GET /x HTTP/1.1\nHost: h"


def replace_body(body: Body, **changes: object) -> Body:
    return msgspec.structs.replace(body, **changes)


def test_bytes_that_are_no_text_are_shown_in_lines_of_sixteen() -> None:
    data = bytes(range(0x1E, 0x1E + 18)) + b"\x7e\x7f"
    body = Body(size=len(data), base64=base64.b64encode(data).decode())
    lines = shown(message(body), Detail.TEST).splitlines()[3:]

    assert lines == [
        "000000  1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d  ·· !\"#$%&'()*+,-",
        "000010  2e 2f 7e 7f                                      ./~·",
    ]
    broken = Body(size=3, base64="a")
    assert shown(message(broken), Detail.TEST).splitlines()[3] == (
        "000000  61                                               a"
    )


def test_a_message_that_broke_off_says_so() -> None:
    assert shown(message(complete=False), Detail.TEST).endswith(
        "\n\n[the connection ended before the message did]"
    )
    assert "ended before" not in shown(message(), Detail.TEST)


@pytest.mark.parametrize(
    ("purpose", "detail", "heads"),
    [
        ("test", Detail.LINES, False),
        ("test", Detail.HEADS, True),
        ("setup", Detail.HEADS, False),
        ("setup", Detail.TEST, False),
        ("setup", Detail.FULL, True),
    ],
)
def test_who_is_shown_with_heads_and_parameters(purpose: str, detail: Detail, heads: bool) -> None:
    exchange = synthetic.exchange("GET", "/x", "200 OK")
    call = Call("GetObject", purpose, "boto3", "Key='x'", "s3.get()", exchanges=(exchange,))
    view = view_call(call, detail)

    assert bool(view.exchanges[0].request) is heads
    assert bool(view.exchanges[0].response) is heads
    assert bool(view.exchanges[0].curl) is heads
    assert bool(view.parameters) is heads
    same = msgspec.structs.replace(call, command=exchange.curl)
    assert view_call(same, detail).exchanges[0].curl == ""
    without = msgspec.structs.replace(call, command=None)
    assert view_call(without, detail).parameters == "Key='x'"


def test_calls_and_exchanges_past_the_bound_are_counted() -> None:
    exchange = synthetic.exchange("GET", "/x", "200 OK")
    call = Call("GetObject", exchanges=(exchange,) * 4)
    setup = msgspec.structs.replace(call, purpose="setup")

    views, left = view_calls([call] * 5, Detail.LINES)
    assert (len(views), left) == (4, 1)
    assert (len(views[0].exchanges), views[0].omitted) == (3, 1)
    views, left = view_calls([setup, call], Detail.HEADS)
    assert (len(views), left, views[0].omitted) == (2, 0, 0)


def test_where_a_check_was_not_set_up_the_last_of_its_setup_is_shown() -> None:
    made, denied = (Call(name, purpose="setup") for name in ("CreateBucket", "PutBucketPolicy"))
    blocked = one("b", Outcome.BLOCKED, calls=(made, made, denied))
    failing = one("f", Outcome.FAIL, calls=(made, denied, Call("GetObject")))

    shown = view_result(blocked, Detail.LINES)
    assert [view.operation for view in shown.tests] == ["CreateBucket", "PutBucketPolicy"]
    assert shown.setup == []
    shown = view_result(failing, Detail.LINES)
    assert [view.operation for view in shown.tests] == ["GetObject"]
    assert (shown.setup, shown.more_setup) == ([], 0)
    shown = view_result(failing, Detail.HEADS)
    assert [view.operation for view in shown.setup] == ["CreateBucket", "PutBucketPolicy"]


def test_setup_stands_before_what_is_judged_and_looks_behind_it() -> None:
    def call(name: str, purpose: str = "setup") -> Call:
        return Call(name, purpose)

    before, after = (call("A"), call("B")), (call("C"), call("Then", "test"), call("D"))
    calls = (*before, call("Judged", "test"), *after)
    shown = view_result(one("f", Outcome.FAIL, calls=calls), Detail.FULL)

    assert [view.operation for view in shown.setup] == ["A", "B"]
    assert [view.operation for view in shown.tests] == ["Judged", "Then"]
    assert [view.operation for view in shown.looks] == ["C", "D"]


def test_a_step_shows_what_was_sent_and_read_where_it_is_short() -> None:
    def stepped(sent: str, came: str) -> str:
        request = Message("PUT /x HTTP/1.1", body=Body(text=sent))
        exchange = Exchange("http://h", request, Message("HTTP/1.1 200 OK", body=Body(text=came)))
        return steps([Call("PutObject", "test", exchanges=(exchange,))])[0]

    assert stepped("old", "new").endswith('PUT /x sending "old" → 200 "new"')
    assert stepped("x" * 61, "").endswith("PUT /x → 200")


def test_an_answer_that_did_not_come_is_said() -> None:
    exchange = Exchange("http://h", message())
    view = view_call(Call("GetObject", exchanges=(exchange,)), Detail.TEST).exchanges[0]

    assert view.line == "GET /x HTTP/1.1 → no answer"
    assert view.response == "no answer came"


def test_the_steps_end_with_the_first_look_after_the_call_under_test() -> None:
    def asked(path: str, purpose: str = "setup") -> Call:
        exchanges = (synthetic.exchange("GET", path, "200 OK"),)
        return Call("GetObject", purpose, exchanges=exchanges)

    looks = [asked(f"/look{number}") for number in range(6)]
    shown = steps([asked("/made"), asked("/judged", "test"), *looks])
    assert [line.split()[1] for line in shown] == ["/made", "/judged", "/look0"]
    assert len(steps(looks)) == 6
