"""What a run log tells of the model: from requests and expectations, and never from setup."""

from pathlib import Path

import pytest

from conformance.model import Outcome, Result
from conformance.model.records import Body, Call, Exchange, Expectation, Message
from s3compat.commands.coverage import main
from s3compat.running.covered import Tried, covered


def _call(
    operation: str, start: str, *, purpose: str = "test", answer: str = "", **headers: str
) -> Call:
    names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    response = Message("HTTP/1.1 400 Bad Request", (), Body(len(answer), answer))
    sent = Exchange("http://localhost", Message(f"{start} HTTP/1.1", names), response)
    return Call(operation, purpose=purpose, exchanges=(sent,))  # type: ignore[arg-type]


def _seen(what: str, operation: str, answered: str = "200") -> Expectation:
    return Expectation(
        f"{operation}: {what}", "x", "x", True, operation=operation, answered=answered
    )


def _tried(operation: str, *calls: Call, expectations: tuple[Expectation, ...] = ()) -> Tried:
    result = Result(
        check="get-object.x",
        client="raw",
        row="get-object",
        outcome=Outcome.PASS,
        title="x",
        level="must",
        spec="https://docs.aws.amazon.com/",
        verified="documented",
        calls=calls,
        expectations=expectations,
    )
    return next(one for one in covered([result]).operations if one.operation == operation)


def test_members_are_found_where_they_travel() -> None:
    call = _call("GetObject", "GET /bck/key?versionId=1", Range="bytes=0-1", If_Match="x")
    tried = _tried("GetObject", call)
    assert tried.sent == {"Bucket", "Key", "VersionId", "Range", "IfMatch"}
    assert "PartNumber" in tried.not_sent


def test_setup_counts_for_nothing() -> None:
    tried = _tried("GetObject", _call("GetObject", "GET /bck/key", purpose="setup"))
    assert not tried.sent


def test_what_is_asserted_is_a_member_a_header_or_the_body() -> None:
    seen = (
        _seen("header ETag", "GetObject"),
        _seen("body", "GetObject"),
        _seen("status", "GetObject"),
    )
    assert _tried("GetObject", expectations=seen).asserted == {"ETag", "Body"}
    listed = (_seen("Contents[].Key", "ListObjects"), _seen("the Name is right", "ListObjects"))
    assert _tried("ListObjects", expectations=listed).asserted == {"Contents"}


def test_codes_are_those_that_were_answered() -> None:
    answer = "<Error><Code>InvalidArgument</Code></Error>"
    call = _call("GetObject", "GET /bck/key", answer=answer)
    tried = _tried("GetObject", call, expectations=(_seen("status", "GetObject", "404 NoSuchKey"),))
    assert tried.errors == {"InvalidArgument", "NoSuchKey"}
    assert tried.errors_missing == {"InvalidObjectState"}


def test_no_run_log_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing.jsonl")]) == 2
    assert "nothing.jsonl" in capsys.readouterr().err
