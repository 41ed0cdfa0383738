"""Which client works: what fails with one client alone, and what its requests have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Call, Exchange, Message, Outcome, Result, RunFooter, RunLog
from matrix import load_matrix
from reports.by_client import by_client
from reports.formats.html import render
from reports.overview import make_overview
from tests.reports.runs import logged, one
from tests.reports.synthetic import header

TRAILER = ("x-amz-trailer", "x-amz-checksum-crc32")


def result(client: str, outcome: Outcome, check: str, *headers: tuple[str, str]) -> Result:
    status = "200 OK" if outcome is Outcome.PASS else "501 Not Implemented"
    exchange = Exchange(
        url="http://127.0.0.1:1",
        request=Message("PUT /b/k HTTP/1.1", (("Host", "127.0.0.1:1"), *headers)),
        response=Message(f"HTTP/1.1 {status}", ()),
    )
    return Result(
        check=f"put-object.{check}",
        client=client,
        row="put-object",
        outcome=outcome,
        title="A title.",
        level="must",
        spec="https://example.org",
        verified="documented",
        calls=(Call("PutObject", exchanges=(exchange,)),),
    )


def log() -> RunLog:
    results = []
    for check in ("one", "two"):
        results += [
            result("boto3", Outcome.PASS, check, ("Expect", "100-continue")),
            result("java", Outcome.FAIL, check, TRAILER, ("Expect", "100-continue")),
            result("raw", Outcome.PASS, check),
        ]
    results += [result(name, Outcome.FAIL, "three") for name in ("boto3", "java", "raw")]
    clients = dict.fromkeys(("boto3", "java", "raw"), "1")
    return RunLog(Path("run.jsonl"), header(clients=clients, planned=len(results)), results)


def test_what_fails_with_one_alone_is_told_with_what_it_sends() -> None:
    overview = make_overview([log()], load_matrix())
    views = {view.column.client: view for view in by_client(overview.runs[0], overview)}
    assert [one.check for one in views["java"].alone] == ["put-object.one", "put-object.two"]
    assert views["java"].rows == ("put-object",)
    assert views["java"].sentence == (
        "2 outcomes failed with this client only: it sends x-amz-trailer: x-amz-checksum-crc32; "
        "answered 501 Not Implemented"
    )
    assert views["boto3"].alone == ()
    assert views["boto3"].sentence == "1 outcome failed, each through another client too"


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ({"one": ("raw",)}, "1 outcome failed, all in checks that only this client tried"),
        (
            {"one": ("raw",), "two": ("boto3", "raw")},
            "2 outcomes failed, 1 in checks that only this client tried, the others through "
            "another client too",
        ),
        ({"one": ("boto3", "raw")}, "1 outcome failed, each through another client too"),
    ],
)
def test_a_failure_that_no_other_client_tried_is_not_called_shared(
    checks: dict[str, tuple[str, ...]], words: str
) -> None:
    results = [result(name, Outcome.FAIL, one) for one, names in checks.items() for name in names]
    clients = dict.fromkeys(("boto3", "raw"), "1")
    one = RunLog(Path("run.jsonl"), header(clients=clients, planned=len(results)), results)
    overview = make_overview([one], load_matrix())

    views = {view.column.client: view for view in by_client(overview.runs[0], overview)}

    assert views["raw"].sentence == words


def test_the_page_has_a_line_for_each_client() -> None:
    page = render([log()], load_matrix())
    assert "Which client works" in page
    assert "2 outcomes failed with this client only: it sends x-amz-trailer" in page


def test_a_cell_without_a_check_is_told_from_one_that_was_not_tried() -> None:
    results = [result("raw", Outcome.PASS, "one")]
    clients = {"boto3": "1", "raw": "1"}
    whole = header(clients=clients, planned=1, selection={"rows": "put-object"})
    part = header(clients=clients, planned=1, selection={"checks": "put-object.one"})
    early = header(clients=clients, planned=2, selection={})
    footer = RunFooter(finished="2026-01-01T00:00:00Z", seconds=1.0, counts={})
    for head, words in (
        (whole, "no check for this client"),
        (part, "not tested"),
        (early, "not tested"),
    ):
        page = render([RunLog(Path("run.jsonl"), head, results, footer)], load_matrix())
        assert f"PUT object, boto3: {words}" in page


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
    assert views["raw"].sentence == "works: every scored outcome passes"
    assert views["s3cmd"].sentence == "no outcome of this client is scored"
    assert views["boto3"].sentence.startswith("1 outcome failed with this client only")


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
    ("header", "told"),
    [
        (("X-Amz-Checksum-CRC32", "AAAAAA=="), "it sends x-amz-checksum-crc32; "),
        (("If-Match", "e"), "it sends if-match; "),
        (("TE", "trailers"), "it sends te: trailers; "),
        (("Content-Encoding", "aws-chunked"), "it sends content-encoding: aws-chunked; "),
        (("Content-MD5", "abc=="), "it sends content-md5; "),
        (("Expect", "100-continue"), "it sends expect: 100-continue; "),
        (("Range", "bytes=0-1"), "it sends range; "),
        (("Transfer-Encoding", "chunked"), "it sends transfer-encoding: chunked; "),
        (("Upgrade", "h2c"), "it sends upgrade: h2c; "),
        (("X-Amz-Storage-Class", "GLACIER"), "it sends x-amz-storage-class: GLACIER; "),
        (("X-Amz-TE", "append-md5"), "it sends x-amz-te: append-md5; "),
        (("X-Amz-Trailer", "x-amz-a"), "it sends x-amz-trailer: x-amz-a; "),
        (("X-Amz-Meta-A", "1"), ""),
    ],
)
def test_headers_that_tell(tmp_path: Path, header: tuple[str, str], told: str) -> None:
    results = [
        sending(Outcome.PASS, "raw", ("Host", "h"), status="200 OK"),
        sending(Outcome.FAIL, "boto3", header, status="400 Bad Request"),
    ]
    overview = make_overview([logged(tmp_path, *results)], load_matrix())
    views = {view.column.client: view for view in by_client(overview.runs[0], overview)}

    assert views["boto3"].common == f"{told}answered 400 Bad Request"


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
