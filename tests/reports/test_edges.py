"""The edges of what reports say: one and several, the last that is shown and the first beyond."""

from __future__ import annotations

import base64
import importlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

import reports
from conformance.model import (
    Body,
    Call,
    Declaration,
    Exchange,
    Expectation,
    Message,
    Outcome,
    Result,
    RunLog,
)
from conformance.model.weight import Weight
from matrix import Profile, Says, load_matrix
from reports.answers import answers_to, in_short
from reports.by_client import by_client
from reports.drawing import policy
from reports.evidence import Detail, steps, view_call, view_calls
from reports.formats.documented import FORMAT as DOCUMENTED
from reports.formats.markdown import cause_lines, first_causes, loss_lines, prose
from reports.overview import (
    State,
    make_overview,
    needs_attention,
    rerun_command,
    state_of,
    unique_labels,
)
from reports.page import Page
from reports.site.charts import trend
from reports.site.model import slug_of
from reports.site.swapping import put_in_place, restored
from reports.statements import Shown, is_redirect, statements, stayed
from tests.reports import synthetic

ROW = load_matrix().rows["get-object"]


def one(name: str, outcome: Outcome, client: str = "boto3", **changes: object) -> Result:
    return synthetic.result(ROW, name, client, outcome, **changes)


def logged(path: Path, *results: Result, **changes: object) -> RunLog:
    return synthetic.write_log(path / f"{len(list(path.iterdir()))}.jsonl", results, **changes)


def page_of(*logs: RunLog) -> Page:
    return Page(make_overview(logs, load_matrix()))


# JUnit


@pytest.fixture
def suites(tmp_path: Path) -> ElementTree.Element:
    log = logged(
        tmp_path,
        one("good", Outcome.PASS, seconds=1.25),
        one("bad", Outcome.FAIL, seconds=0.5),
        one("worse", Outcome.ERROR, seconds=0.25),
        one("left", Outcome.NOT_TRIED, seconds=0.0),
    )
    return ElementTree.fromstring(reports.render("junit", [log]))


def test_junit_counts_its_cases(suites: ElementTree.Element) -> None:
    row = next(suite for suite in suites if suite.get("name") == "get-object")

    assert {name: row.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    assert row.get("time") == "2.000"
    counted = [suite.get("tests") for suite in suites]
    assert suites.get("tests") == str(sum(int(number or 0) for number in counted))
    for name in ("failures", "errors"):
        assert int(suites.get(name) or 0) == sum(int(suite.get(name) or 0) for suite in suites)
    assert suites.get("time") == "2.000"


def test_junit_shows_the_requests_of_what_did_not_pass(suites: ElementTree.Element) -> None:
    said = {case.get("name"): case.findtext("system-out") or "" for case in suites.iter("testcase")}
    request, again = "GET /bck/c17/digits HTTP/1.1", "again: s3compat run"

    assert request in said["get-object.bad[boto3]"]
    assert "exit code 254" in said["get-object.bad[boto3]"]
    assert "An error occurred (NotImplemented)" in said["get-object.bad[boto3]"]
    for name in ("get-object.good[boto3]", "get-object.left[boto3]"):
        assert again in said[name]
        assert request not in said[name]


def test_junit_of_several_runs_names_each(tmp_path: Path) -> None:
    logs = [logged(tmp_path, one("good", Outcome.PASS), endpoint=name) for name in ("a", "b")]
    both = ElementTree.fromstring(reports.render("junit", logs))
    alone = ElementTree.fromstring(reports.render("junit", logs[:1]))

    assert [suite.get("name") for suite in both] == ["a.get-object", "b.get-object"]
    assert [suite.get("name") for suite in alone] == ["get-object"]
    assert [case.get("classname") for case in both.iter("testcase")] == [
        "a.get-object",
        "b.get-object",
    ]


# Markdown


def test_markdown_remarks_beside_a_cell(tmp_path: Path) -> None:
    log = logged(
        tmp_path,
        one("a", Outcome.PASS),
        one("b", Outcome.NOT_TRIED, reason="no second account"),
        one("c", Outcome.NOT_TRIED, reason="no second account"),
        one("d", Outcome.BLOCKED),
        one("e", Outcome.CLIENT_CANNOT),
        one("f", Outcome.ERROR),
    )
    notes = [
        line.partition(": ")[2]
        for line in reports.render("markdown", [log]).splitlines()
        if line.startswith("[^s3compat-")
    ]

    for remark in (
        "1 check beyond what this client can say",
        "2 checks not tried: no second account",
        "1 check could not be set up on this endpoint",
        "1 check ended in an error of s3compat itself",
    ):
        assert [note for note in notes if note.startswith(remark)], (remark, notes)


def test_markdown_says_only_what_there_is(tmp_path: Path) -> None:
    text = reports.render("markdown", [logged(tmp_path, one("a", Outcome.PASS))])

    for word in (
        "not tried",
        "could not be set up",
        "error of s3compat",
        "DATA LOSS",
        "to look at",
    ):
        assert word not in text


def test_markdown_counts_outcomes_and_causes(tmp_path: Path) -> None:
    fails = [one(f"f{number}", Outcome.FAIL) for number in range(3)]
    overview = make_overview([logged(tmp_path, *fails)], load_matrix())
    [run] = overview.runs
    cause = run.causes[0]
    many = [
        replace(cause, results=cause.results[: 1 + (number < 15)], title=f"cause {number}")
        for number in range(17)
    ]

    assert cause_lines(replace(run, causes=())) == []
    assert cause_lines(replace(run, causes=(cause,)))[0] == ("3 outcomes to look at, in 1 cause:")
    lines = cause_lines(replace(run, causes=tuple(many)))
    assert lines[0] == "32 outcomes to look at, in 17 causes:"
    assert "cause 14" in lines[-3]
    assert lines[-2:] == ["| 2 | 2 smaller causes | | | |", ""]
    assert "smaller causes" not in "".join(cause_lines(replace(run, causes=tuple(many[:15]))))
    assert "most harmful" not in "".join(lines), "it is in the table"
    many[-1] = replace(many[-1], weight=Weight.NO_ANSWER)
    [told] = cause_lines(replace(run, causes=tuple(many)))[-2:-1]
    assert told.startswith("The most harmful is among the smaller: cause 16 (no answer, or the")


def exchanged(line: str, status: int, code: str = "", **headers: str) -> Exchange:
    """A request and its answer."""
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    body = Body(text=f"<Error><Code>{code}</Code></Error>" if code else "")
    return Exchange(
        "http://127.0.0.1",
        Message(f"{line} HTTP/1.1", headers=sent),
        Message(f"HTTP/1.1 {status} x", body=body),
    )


def test_the_first_causes_say_what_was_asked_what_came_and_what_s3_does(tmp_path: Path) -> None:
    calls = (
        Call(
            "PutObject",
            exchanges=(
                exchanged(
                    "PUT /b/k", 400, "InvalidRequest", x_amz_acl="private", x_amz_date="20261127"
                ),
            ),
        ),
        Call(
            "HeadObject",
            exchanges=(Exchange("http://127.0.0.1", Message("HEAD /b/k HTTP/1.1")),) * 2,
        ),
    )
    failing = msgspec.structs.replace(one("f", Outcome.FAIL), calls=calls)
    log = logged(tmp_path, failing)
    server = {"name": "moto", "version": "5.2.5", "package": "moto", "source": "pip"}
    log = replace(log, header=msgspec.structs.replace(log.header, server=server))
    [run] = make_overview([log], load_matrix()).runs

    told = "\n".join(first_causes(run))

    assert f"**Cause 1: {run.causes[0].title}**" in told
    assert "`PUT /b/k with x-amz-acl: private → 400 InvalidRequest`" in told
    assert "`HEAD /b/k → no answer (2 times)`" in told
    assert f"]({failing.spec})" in told and f"--check '{failing.id}'" in told
    assert first_causes(replace(run, causes=())) == []
    markdown = reports.render("markdown", [log])
    assert "`5.2.5` (`pip: moto`) at `" in markdown and "**Cause 1: " in markdown
    page = reports.render("html", [log])
    assert "HEAD /b/k → no answer" in page and "Where it says so" in page


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "The endpoint did not let the run remove them."),
        ({"name": "moto", "version": "5", "package": "moto", "source": "pip"},
         "The server was started for this run, and they ended with it."),
    ],
)  # fmt: skip
def test_what_is_left_behind_is_shown_in_part_and_told_truly(
    tmp_path: Path, known: dict[str, str], said: str
) -> None:
    log = logged(tmp_path, one("f", Outcome.PASS))
    assert log.footer is not None
    left = tuple(f"s3://bucket-{number}/{'k' * 900}" for number in range(9))
    footer = msgspec.structs.replace(log.footer, leftovers=left)
    header = msgspec.structs.replace(log.header, server=known)

    page = reports.render("html", [replace(log, header=header, footer=footer)])

    shown = page.partition("<dt>Left behind</dt>")[2].partition("</dd>")[0]
    assert said in shown and "and 3 more, in the run log" in shown
    assert "s3://bucket-5/" in shown and "s3://bucket-6/" not in shown
    assert "k" * 161 not in shown and "more characters" in shown


def test_a_cause_says_what_data_was_lost_and_in_how_many_of_its_outcomes(tmp_path: Path) -> None:
    def accepted(name: str, *, lost: bool) -> Result:
        write = Call("PutObject", exchanges=(exchanged("PUT /b/k?partNumber=1", 200, ""),))
        seen = Expectation("PutObject: status", "400 InvalidArgument", "200", ok=False,
                           operation="PutObject", answered="200")  # fmt: skip
        gone = Expectation("object k", "still as it was", "overwritten: b'x'", ok=False, lost=True)
        return msgspec.structs.replace(
            one(name, Outcome.FAIL), calls=(write,), expectations=(seen, gone) if lost else (seen,)
        )

    log = logged(tmp_path, accepted("f", lost=True), accepted("g", lost=False))
    [run] = make_overview([log], load_matrix()).runs

    told = "PUT /bucket/key?partNumber: the object is overwritten"
    means = "stored data is destroyed or overwritten in 1 of them"
    assert f"- lost: `{told}`" in "\n".join(first_causes(run))
    assert means in reports.render("markdown", [log])
    page = reports.render("html", [log])
    assert f"What is lost: <code>{told}</code>" in page and "data lost in 1</span>" in page
    assert means in reports.render("junit", [log])


def test_markdown_says_what_was_lost_once_a_check(tmp_path: Path) -> None:
    lost = [synthetic.loss(client="boto3"), synthetic.loss(client="raw"), synthetic.loss("other")]
    [alone] = make_overview([logged(tmp_path, lost[0])], load_matrix()).runs
    [run] = make_overview([logged(tmp_path, *lost)], load_matrix()).runs

    assert loss_lines(alone)[1] == "> **DATA LOSS in 1 outcome**"
    lines = loss_lines(run)
    assert lines[1] == "> **DATA LOSS in 3 outcomes**"
    assert [line.partition(":")[0] for line in lines[3:-1]] == [
        "> - Tagging leaves the object (boto3, raw)",
        "> - Other (s3cmd)",
    ]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A `b` c.", "A `b` c"),
        ("`b` c", "`b` c"),
        ("A `b`.", "A `b`"),
        ("A ` b", "A \\` b"),
        ("A b.", "A b"),
    ],
)
def test_a_title_keeps_its_code(title: str, shown: str) -> None:
    assert prose(title) == shown


# the page of servers


def of_servers(tmp_path: Path, *results: Result, **changes: object) -> str:
    fields: dict[str, object] = {"server": {"name": "moto", "version": "5"}, "profile": "aws"}
    return reports.render("servers", [logged(tmp_path, *results, **(fields | changes))])


def test_the_most_harmful_cause_is_told_where_it_is_not_among_the_largest(tmp_path: Path) -> None:
    causes = [
        one(
            f"c{number}",
            Outcome.FAIL,
            client=client,
            reason=f"member M{number}: expected 1, got 2",
            expectations=(Expectation(f"member M{number}", "1", "2", False),),
            calls=(),
        )
        for number in range(5)
        for client in ("boto3", "raw")
    ]
    [run] = make_overview([logged(tmp_path, *causes)], load_matrix()).runs
    assert len(run.causes) == 5, "as many as are shown"

    assert "the most harmful" not in of_servers(tmp_path, *causes)
    page = of_servers(tmp_path, *causes, synthetic.loss())
    assert page.count("- the most harmful: ") == 1
    assert "data-safety.tagging_leaves_the_object[s3cmd]" in page.partition("most harmful")[2]


def test_the_request_of_a_block_is_the_last_of_its_setup(tmp_path: Path) -> None:
    calls = (
        Call("CreateBucket", "setup", exchanges=(synthetic.exchange("PUT", "/first", "200 OK"),)),
        Call("PutObject", "setup", exchanges=(synthetic.exchange("PUT", "/last", "503 No"),)),
        Call("GetObject", exchanges=(synthetic.exchange("GET", "/test", "200 OK"),)),
    )
    blocked = one("b", Outcome.BLOCKED, calls=calls, expectations=())
    failed = one("f", Outcome.FAIL, calls=calls, expectations=())

    assert "at `PUT /last`" in of_servers(tmp_path, blocked)
    assert "at `GET /test`" in of_servers(tmp_path, failed)


@pytest.mark.parametrize(
    ("again", "server", "command"),
    [
        (None, {"name": "moto", "version": "5.1"}, "--server moto --server-version 5.1"),
        (None, {}, "--endpoint https://store.example.com:9000/s3"),
        (("--server", "moto", "--server-version", "4"), {"name": "moto", "version": "5"}, None),
    ],
)
def test_the_command_of_a_section(
    tmp_path: Path, again: tuple[str, ...] | None, server: dict[str, str], command: str | None
) -> None:
    page = of_servers(
        tmp_path, one("a", Outcome.PASS), again=again, server=server, clients={"raw": ""}
    )
    wanted = command or " ".join(again or ())

    assert f"s3compat run {wanted} --clients raw\n" in page


def test_a_server_that_is_not_known_any_more(tmp_path: Path) -> None:
    page = of_servers(
        tmp_path,
        one("a", Outcome.PASS),
        server={"name": "gone", "version": "1", "source": "pip", "package": "gone-s3"},
    )

    assert "`1` (`pip: gone-s3`)" in page
    assert "As it was run" not in page


# which client works


def test_what_is_not_scored_is_of_no_client(tmp_path: Path) -> None:
    results = [
        one("a", Outcome.PASS),
        one("b", Outcome.FAIL, verified="observed"),
        one("c", Outcome.BLOCKED),
        one("d", Outcome.PASS, client="raw"),
        one("d", Outcome.FAIL),
    ]
    overview = make_overview([logged(tmp_path, *results)], load_matrix())
    views = {view.column.client: view for view in by_client(overview.runs[0], overview)}

    assert (views["boto3"].passed, views["boto3"].claimed) == (1, 2)
    assert [one.check for one in views["boto3"].alone] == ["get-object.d"]
    assert views["raw"].sentence == "works: all that was judged passes"
    assert views["s3cmd"].sentence == "nothing was judged with it"
    assert views["boto3"].sentence.startswith("1 fails with this client alone")


def sending(outcome: Outcome, client: str, *headers: tuple[str, str], status: str = "") -> Result:
    answer = Message(f"HTTP/1.1 {status}", ()) if status else None
    exchange = Exchange("http://h", Message("PUT /b/k HTTP/1.1", headers), answer)
    return one("same", outcome, client, calls=(Call("PutObject", exchanges=(exchange,)),))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("UNSIGNED-PAYLOAD", "x-amz-content-sha256: UNSIGNED-PAYLOAD"),
        ("a" * 64, "x-amz-content-sha256"),
        ("a" * 63, f"x-amz-content-sha256: {'a' * 60}"),
        ("g" * 64, f"x-amz-content-sha256: {'g' * 60}"),
    ],
)
def test_a_digest_is_told_by_its_header_alone(tmp_path: Path, value: str, told: str) -> None:
    results = [
        sending(Outcome.PASS, "raw", ("Host", "h"), status="200 OK"),
        sending(Outcome.FAIL, "boto3", ("X-Amz-Content-SHA256", value), status="400 Bad Request"),
    ]
    overview = make_overview([logged(tmp_path, *results)], load_matrix())
    views = {view.column.client: view for view in by_client(overview.runs[0], overview)}

    assert views["boto3"].common == f"it sends {told}; answered 400 Bad Request"


@pytest.mark.parametrize(
    ("status", "told"), [("399 Odd", ""), ("400 Bad", "answered 400 Bad"), ("", ""), ("x y", "")]
)
def test_only_an_answer_that_refuses_is_told(tmp_path: Path, status: str, told: str) -> None:
    results = [
        sending(Outcome.PASS, "raw", status="200 OK"),
        sending(Outcome.FAIL, "boto3", status=status),
    ]
    overview = make_overview([logged(tmp_path, *results)], load_matrix())
    views = {view.column.client: view for view in by_client(overview.runs[0], overview)}

    assert views["boto3"].common == told


# evidence


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

    views, left = view_calls([setup, *[call] * 5], Detail.LINES)
    assert (len(views), left) == (4, 1)
    assert (len(views[0].exchanges), views[0].omitted) == (3, 1)
    views, left = view_calls([setup, call], Detail.HEADS)
    assert (len(views), left, views[0].omitted) == (2, 0, 0)


def test_an_answer_that_did_not_come_is_said() -> None:
    exchange = Exchange("http://h", message())
    view = view_call(Call("GetObject", exchanges=(exchange,)), Detail.TEST).exchanges[0]

    assert view.line == "GET /x HTTP/1.1 → no answer"
    assert view.response == "no answer came"


# answers of S3 beside ours


def asking(client: str, *calls: tuple[str, str, str]) -> Result:
    """A failure (of ours) of calls: operation, status, code."""
    made = tuple(
        Call(
            name,
            exchanges=(
                synthetic.exchange("PUT", "/x", status, f"<Error><Code>{code}</Code>".encode()),
            ),
        )
        for name, status, code in calls
    )
    return one("a", Outcome.FAIL, client, calls=made, expectations=())


def test_the_answers_that_begin_otherwise_are_told() -> None:
    ours = asking("boto3", ("A", "200 OK", ""), ("B", "400 Bad", "X"), ("C", "200 OK", ""))
    s3 = asking("raw", ("A", "200 OK", ""), ("B", "400 Bad", "Y"), ("C", "204 No", ""))
    answers = answers_to(ours, {s3.check: s3})

    assert answers is not None
    assert (answers.client, in_short(answers)) == ("raw", "B: 400 Bad Y; C: 204 No")
    assert [(pair.here, pair.s3) for pair in answers.shown] == [
        ("400 Bad X", "400 Bad Y"),
        ("200 OK", "204 No"),
    ]
    assert answers_to(ours, {}) is None
    assert answers_to(one("a", Outcome.BLOCKED), {s3.check: s3}) is None


def test_where_none_begins_otherwise_it_is_what_was_missed_or_the_last() -> None:
    ours = asking("boto3", ("A", "200 OK", ""), ("B", "200 OK", ""))
    missed = Expectation("member X", "1", "2", False, operation="A")
    worded = Expectation("member X", "1", "2", False, wording=True, operation="A")

    def told(*expectations: Expectation) -> list[str]:
        asked = replace_result(ours, expectations=expectations)
        answers = answers_to(asked, {ours.check: ours})
        assert answers is not None
        assert in_short(answers) == ""
        return [pair.operation for pair in answers.shown]

    assert told() == ["B"]
    assert told(missed) == ["A"]
    assert told(worded) == ["B"]


def test_other_operations_of_the_same_client_are_no_answers_to_ours() -> None:
    ours, s3 = asking("raw", ("A", "200 OK", "")), asking("raw", ("B", "400 Bad", ""))

    assert answers_to(ours, {s3.check: s3}) is None
    assert answers_to(replace_result(ours, client="boto3"), {s3.check: s3}) is not None
    none = replace_result(ours, calls=(Call("A"),))
    answers = answers_to(none, {ours.check: ours})
    assert answers is not None
    assert answers.shown[0].here == "no answer"


def replace_result(result: Result, **changes: object) -> Result:
    return msgspec.structs.replace(result, **changes)


# what a page says


def test_what_needs_attention() -> None:
    for outcome in Outcome:
        wanted = outcome in (Outcome.FAIL, Outcome.BLOCKED, Outcome.ERROR)
        assert needs_attention(one("x", outcome)) is wanted
    assert not needs_attention(one("x", Outcome.FAIL, verified="observed"))
    assert not needs_attention(one("x", Outcome.BLOCKED, verified="observed"))
    lost = Expectation("object", "there", "gone", False, True)
    observed = one(
        "x", Outcome.FAIL, verified="observed", expectations=(lost,), severity="data loss"
    )
    assert needs_attention(observed)
    assert state_of(observed) is State.LOST
    assert state_of(one("x", Outcome.FAIL, verified="observed")) is State.OBSERVED


def test_a_bar_has_a_part_for_each_outcome_there_is(tmp_path: Path) -> None:
    page = page_of(logged(tmp_path, one("a", Outcome.PASS)))
    counts = dict.fromkeys(Outcome, 0) | {Outcome.PASS: 6, Outcome.BLOCKED: 1, Outcome.NOT_TRIED: 1}

    assert page.bar(counts, 4) == [
        ("pass", 0.0, 60.0),
        *sorted(
            (part for part in page.bar(counts, 4) if part[0] != "pass"), key=lambda part: part[1]
        ),
    ]
    assert {name: round(width, 9) for name, _, width in page.bar(counts, 4)} == {
        "pass": 60.0,
        "blocked": 10.0,
        "not_tried": 10.0,
        "untested": 20.0,
    }
    assert page.bar(dict.fromkeys(Outcome, 0), 0) == []
    assert [name for name, _, _ in page.bar(counts, 0)] == ["pass", "not_tried", "blocked"]


def test_anchors_are_names_of_their_own(tmp_path: Path) -> None:
    page = page_of(logged(tmp_path, one("a", Outcome.PASS)))

    assert page.anchor("a", "b c") == "a--b-c"
    assert page.anchor("a", "b/c") == "a--b-c-2"
    assert page.anchor("a", "b?c") == "a--b-c-3"
    assert page.anchor("a", "b c") == "a--b-c"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"again": ("--server", "moto")}, "--server moto"),
        ({}, "--endpoint https://store.example.com:9000/s3 --profile aws"),
        (
            {"region": "eu-west-1"},
            "--endpoint https://store.example.com:9000/s3 --profile aws --region eu-west-1",
        ),
        (
            {"addressing": "virtual"},
            "--endpoint https://store.example.com:9000/s3 --profile aws --addressing virtual",
        ),
    ],
)
def test_the_line_that_runs_an_outcome_again(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    log = logged(tmp_path, one("a", Outcome.FAIL), **changes)
    [run] = make_overview([log], load_matrix()).runs

    assert rerun_command(run.log.header, log.results[0]) == (
        f"s3compat run {words} --check 'get-object.a[boto3]'"
    )


def test_only_a_page_that_left_evidence_out_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = logged(tmp_path, *synthetic.every_outcome())
    whole = reports.render("html", [log])
    html = importlib.import_module("reports.formats.html")
    monkeypatch.setattr(html, "PAGE_BUDGET", 0)
    monkeypatch.setattr(html, "LEAST_EVIDENCE", 0)
    least = reports.render("html", [log])

    assert "To keep this page small" not in whole
    assert "To keep this page small, what passes has a line here, and the evidence of the rest" in (
        least
    )
    assert "GET /bck/c17/digits HTTP/1.1" in whole
    assert "sha256-" in policy("a", "b")
    assert policy("a", "b") != policy("b", "a")


# a redirect


@pytest.mark.parametrize(
    ("status", "redirect"),
    [("301 M", True), ("307 T", True), ("308 P", True), ("304 N", False), ("200 OK", False)],
)
def test_a_check_stays_with_a_redirect(status: str, redirect: bool) -> None:
    exchange = synthetic.exchange("GET", "/x", status)
    good = synthetic.exchange("GET", "/x", "200 OK")

    assert is_redirect(exchange) is redirect
    assert not is_redirect(msgspec.structs.replace(exchange, response=None))
    assert stayed(one("a", Outcome.PASS, calls=(Call("G", exchanges=(exchange,)),))) is redirect
    assert not stayed(one("a", Outcome.PASS, calls=(Call("G", exchanges=(exchange, good)),)))
    assert not stayed(one("a", Outcome.PASS, calls=(Call("G", "setup", exchanges=(exchange,)),)))
    assert not stayed(one("a", Outcome.PASS, calls=(Call("G"),)))


# the site


def test_a_line_of_a_trend_is_exactly_drawn() -> None:
    days = [(f"2026-11-{day:02}T00:00:00+00:00", passed, 100) for day, passed in ((1, 90), (3, 95))]
    drawn = trend([*days, ("2026-11-04T00:00:00+00:00", 0, 0)], 106, 26)

    assert drawn is not None
    assert (drawn.floor, drawn.top) == (90, 100)
    assert drawn.line == "3,23 103,13"
    assert drawn.area == "3,26 3,23 103,13 103,26"
    assert drawn.last == (103.0, 13.0)
    assert drawn.words == "from 90.0% on 2026-11-01 to 95.0% on 2026-11-03"
    alone = trend(days[:1], 106, 26)
    assert alone is not None
    assert (alone.line, alone.words) == ("103,23", "90.0% on 2026-11-01")


@pytest.mark.parametrize(("runs", "points"), [(400, 400), (799, 799), (800, 400), (1600, 400)])
def test_a_line_has_points_that_can_be_told_apart(runs: int, points: int) -> None:
    drawn = trend(
        [(f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02}", 1, 2) for n in range(runs)], 9, 9
    )

    assert drawn is not None
    assert len(drawn.line.split(" ")) == points


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_a_folder_takes_the_place_of_another(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Linux in one step, elsewhere in two."""
    monkeypatch.setattr("sys.platform", system)
    moved: list[Path] = []
    replace_path = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda path, target: (moved.append(path), replace_path(path, target))[1]
    )
    new, target = tmp_path / "new", tmp_path / "site"
    for folder, text in ((new, "new"), (target, "old")):
        folder.mkdir()
        (folder / "page").write_text(text)

    put_in_place(new, target)

    assert (target / "page").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    assert moved == ([] if system == "linux" else [target, new])


def test_what_a_crash_left_is_brought_back_or_removed(tmp_path: Path) -> None:
    target, old = tmp_path / "site", tmp_path / ".site.old"
    old.mkdir()
    (old / "page").write_text("old")

    restored(target)
    assert (target / "page").read_text() == "old"
    old.mkdir()
    restored(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    restored(tmp_path / "none")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_a_declared_deviation_without_a_source(tmp_path: Path) -> None:
    said = Declaration("on purpose", "javascript:alert(1)")
    log = logged(tmp_path, one("a", Outcome.DECLARED, declared=said))

    assert "as declared, on purpose: A: " in reports.render("markdown", [log])
    assert DOCUMENTED.fits is not None
    assert not DOCUMENTED.fits([log])


# labels, claims, sentences


def test_a_label_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    same = [logged(tmp_path, one("a", Outcome.PASS)) for _ in range(3)]
    other = logged(tmp_path, one("a", Outcome.PASS), endpoint="other")

    assert unique_labels([*same, other]) == [
        "store.example.com · r7k2m9",
        "store.example.com · r7k2m9 (2)",
        "store.example.com · r7k2m9 (3)",
        "other",
    ]


def test_a_page_tells_claims_that_say_something(tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'name = "mine"\ntitle = "Mine"\nsource = "https://x"\n'
        '[claims.get-object]\nwords = "all of it"\n'
        '[claims.put-object]\nsupport = "limited"\nwords = "small"\ncite = "https://x"\n'
        "[claims.head-object]\n"
    )
    page = page_of(logged(tmp_path, one("a", Outcome.PASS), profile=str(profile)))
    said = {row.id: page.claims(row) for row in page.overview.rows}

    assert [(label, claim.words) for label, claim in said["get-object"]] == [
        ("store.example.com", "all of it")
    ]
    assert [claim.words for _, claim in said["put-object"]] == ["small"]
    assert said["head-object"] == []
    assert said["delete-object"] == []


def test_a_sentence_is_of_the_checks_and_clients_it_names() -> None:
    def shown(result: Result, **more: object) -> Shown:
        says = msgspec.convert(
            {"words": "w", "cite": "https://x", "shown_by": ["get-object.*"]} | more, Says
        )
        profile = Profile(name="p", title="P", source="https://x", says=(says,))
        log = RunLog(Path(), synthetic.header(), [result])
        [statement] = statements(log, profile)
        return statement.shown

    passed, failed = one("a", Outcome.PASS), one("a", Outcome.FAIL)
    assert (shown(passed), shown(failed)) == (Shown.CONFIRMED, Shown.CONTRADICTED)
    assert shown(passed, holds="fail") is Shown.CONTRADICTED
    assert shown(failed, holds="fail") is Shown.CONFIRMED
    assert shown(passed, clients=["raw"]) is Shown.NOT_SHOWN
    assert shown(passed, clients=["raw", "boto3"]) is Shown.CONFIRMED
    assert shown(passed, shown_by=["put-object.*"]) is Shown.NOT_SHOWN


@pytest.mark.parametrize(
    ("name", "slug"),
    [("abc-1.x", "abc-1.x"), ("Abc", "abc-"), ("a b", "a-b-"), ("..", "x-"), ("", "x-")],
)
def test_a_name_for_files(name: str, slug: str) -> None:
    made = slug_of(name)

    if slug == name:
        assert made == name
    else:
        assert made.startswith(slug)
        assert len(made) == len(slug) + 8
    assert len(slug_of("a" * 300)) == 109


def test_the_steps_end_with_the_first_look_after_the_call_under_test() -> None:
    def asked(path: str, purpose: str = "setup") -> Call:
        exchanges = (synthetic.exchange("GET", path, "200 OK"),)
        return Call("GetObject", purpose, exchanges=exchanges)  # type: ignore[arg-type]  # of two

    looks = [asked(f"/look{number}") for number in range(6)]
    shown = steps([asked("/made"), asked("/judged", "test"), *looks])
    assert [line.split()[1] for line in shown] == ["/made", "/judged", "/look0"]
    assert len(steps(looks)) == 6
