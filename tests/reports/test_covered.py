"""What a run log tells of the model: from requests and expectations, and never from setup."""

from pathlib import Path

import pytest

import reports
from conformance.model import Outcome, Result, read_run_log
from conformance.model.records import Body, Call, Exchange, Expectation, Message
from conformance.model.runlog import RunLogWriter
from matrix.service_model import operation_model
from reports.covered import Tried, _is_in, _Place, covered, sentences
from reports.reach import BEYOND
from s3compat.commands.coverage import main
from tests.reports.synthetic import header


def _call(
    operation: str, start: str, *, purpose: str = "test", answer: str = "", **headers: str
) -> Call:
    names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    response = Message("HTTP/1.1 400 Bad Request", (), Body(len(answer), answer))
    sent = Exchange("http://localhost", Message(f"{start} HTTP/1.1", names), response)
    return Call(operation, purpose=purpose, exchanges=(sent,))


def _seen(what: str, operation: str, answered: str = "200") -> Expectation:
    return Expectation(
        f"{operation}: {what}", "x", "x", True, operation=operation, answered=answered
    )


def _result(*calls: Call, expectations: tuple[Expectation, ...] = ()) -> Result:
    return Result(
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


def _tried(operation: str, *calls: Call, expectations: tuple[Expectation, ...] = ()) -> Tried:
    total = covered([_result(*calls, expectations=expectations)])
    return next(one for one in total.operations if one.operation == operation)


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


def test_codes_with_a_dot_and_of_requests_without_an_operation_count() -> None:
    answers = [
        _call(
            "PutObject", "PUT /bck/key", answer="<Error><Code>KMS.NotFoundException</Code></Error>"
        ),
        _call("", "POST /bck", answer="<Error><Code>EntityTooLarge</Code></Error>"),
    ]
    total = covered([_result(*answers)])
    assert total.errors == {"KMS.NotFoundException", "EntityTooLarge"}


def test_what_no_check_can_reach_is_not_missing_and_has_its_reason() -> None:
    total = covered([_result(_call("PutObject", "PUT /bck/key"))])
    tried = next(one for one in total.operations if one.operation == "PutObject")
    assert "WriteOffsetBytes" not in tried.not_sent
    assert "directory buckets" in tried.beyond["request WriteOffsetBytes"]
    assert "out of reach, " + tried.beyond["request WriteOffsetBytes"] in tried.missing
    everything = sum(len(one.sent | one.not_sent) for one in total.operations)
    assert total.inputs == everything
    assert total.beyond_inputs > 0
    assert f"of {total.inputs + total.beyond_inputs} " in sentences(total)[1]


def test_what_is_reached_all_the_same_counts() -> None:
    sent = _call("PutObject", "PUT /bck/key", x_amz_write_offset_bytes="1")
    tried = _tried("PutObject", sent)
    assert "WriteOffsetBytes" in tried.sent
    assert "request WriteOffsetBytes" not in tried.beyond


def test_everything_out_of_reach_is_in_the_model() -> None:
    shapes = {"request": "input_shape", "response": "output_shape"}
    for operation, part, member in BEYOND:
        model = operation_model(operation)
        if part in shapes and member != "*":
            assert member in getattr(model, shapes[part]).members, (operation, member)


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_reports_tell_the_coverage(name: str, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with RunLogWriter(path, header(planned=1)) as log:
        log.write(_result(_call("GetObject", "GET /bck/key", Range="bytes=0-1")))
    text = reports.render(name, [read_run_log(path)])
    assert "request members sent" in text
    assert "not sent: ChecksumMode" in text
    assert "out of reach, of Object Lambda" in text


def test_no_run_log_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing.jsonl")]) == 2
    assert "nothing.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("where", "wire", "payload", "there"),
    [
        ("uri", "Key", False, True),
        ("header", "x-amz-acl", False, True),
        ("header", "x-amz-ac", False, False),
        ("headers", "x-amz-meta-", False, True),
        ("headers", "x-amz-other-", False, False),
        ("querystring", "versionId", False, True),
        ("querystring", "partNumber", False, False),
        (None, "Body", True, True),
        (None, "Quiet", False, True),
        (None, "Loud", False, False),
    ],
)
def test_a_member_is_in_its_own_part_of_a_request(
    where: str | None, wire: str, payload: bool, there: bool
) -> None:
    body = "<Delete><Quiet>true</Quiet></Delete>"
    request = Message("POST /b?versionId HTTP/1.1", (), Body(len(body), body))
    place = _Place("Member", where, wire, payload)

    assert _is_in(request, place, {"x-amz-acl", "x-amz-meta-a"}, frozenset({"versionId"})) is there
    if where is None:  # nothing is in no body
        nothing = Message("POST /b HTTP/1.1", ())
        assert not _is_in(nothing, place, set(), frozenset())
