"""The line that says why an outcome is what it is: which mismatch comes first, and how."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.clients.base import Answer, MissingMemberError
from conformance.model import Expectation
from conformance.trial.expect import Noted
from conformance.trial.reasons import failed_to_answer, first_line, loss_line, with_traceback
from tests.conformance.fakes import answer


def noted(
    what: str,
    got: Answer | None = None,
    *,
    expected: str = "200",
    actual: str = "x",
    wording: bool = False,
) -> Noted:
    return Noted(Expectation(what, expected, actual, False, wording=wording), got)


STATUS = noted("PutObject: status", answer(403, "AccessDenied"))
CODE = noted("PutObject: error code", answer(403, "AccessDenied"), expected="X", actual="Y")
BODY = noted("GetObject: body", answer(200), expected="a", actual="b")
MEMBER = noted("GetObject: member Tags", answer(200), expected="a", actual="b")
WORDED = noted("GetObject: status", answer(500), wording=True)
FAILED = noted("GetObject: status", answer(500))
ALONE = noted("the order", expected="a, b", actual="b, a")
UNTRUE = noted("PutObject: k: it is there", answer(200, operation="PutObject"), expected="true",
               actual="false")  # fmt: skip
UNTRUE_ALONE = noted("k: it is there", expected="true", actual="false")
MARKER = noted("DeleteObject: header x-amz-delete-marker", answer(204), expected="true",
               actual="false")  # fmt: skip
FORM = noted("status", answer(400, operation="", method="POST"), expected="204")


@pytest.mark.parametrize(
    ("failed", "line"),
    [
        ([STATUS], "PutObject answered 403 AccessDenied, expected 200: it refuses what S3 accepts"),
        ([CODE], "PutObject answered 403 AccessDenied; error code: expected X, got Y"),
        ([BODY], "GetObject answered 200; body: expected a, got b"),
        ([ALONE], "the order: expected a, b, got b, a"),
        ([UNTRUE], "PutObject answered 200; this is not so, and in S3 it is: k: it is there"),
        ([UNTRUE_ALONE], "this is not so, and in S3 it is: k: it is there"),
        (
            [MARKER],  # a value, and no statement of the check
            "DeleteObject answered 204; header x-amz-delete-marker: expected true, got false",
        ),
        ([FORM], "the POST request answered 400, expected 204: it refuses what S3 accepts"),
        (
            [WORDED, MEMBER, BODY, CODE, STATUS, FAILED],
            "GetObject answered 500, expected 200: the server failed "
            "(and 5 more differences from S3 in this check)",
        ),
        (
            [WORDED, MEMBER, BODY, CODE, STATUS],
            "PutObject answered 403 AccessDenied, expected 200: it refuses what S3 accepts "
            "(and 4 more differences from S3 in this check)",
        ),
        (
            [WORDED, MEMBER, BODY, CODE],
            "PutObject answered 403 AccessDenied; error code: expected X, got Y "
            "(and 3 more differences from S3 in this check)",
        ),
        (
            [WORDED, MEMBER, BODY],
            "GetObject answered 200; body: expected a, got b "
            "(and 2 more differences from S3 in this check)",
        ),
        (
            [WORDED, MEMBER],
            "GetObject answered 200; member Tags: expected a, got b "
            "(and 1 more difference from S3 in this check)",
        ),
        ([WORDED], "GetObject answered 500, expected 200: the server failed"),
    ],
)
def test_what_is_said_first(failed: list[Noted], line: str) -> None:
    assert first_line(failed, None) == line


@pytest.mark.parametrize(
    ("expected", "given", "meaning"),
    [
        ("200", answer(0), "answered nothing, expected 200: no answer came"),
        (
            "200",
            answer(501),
            "answered 501, expected 200: the server says that it does not implement this",
        ),
        ("200", answer(500), "answered 500, expected 200: the server failed"),
        ("200", answer(499), "answered 499, expected 200: it refuses what S3 accepts"),
        ("200", answer(400), "answered 400, expected 200: it refuses what S3 accepts"),
        ("200", answer(404), "answered 404, expected 200"),
        ("200", answer(399), "answered 399, expected 200"),
        ("200", answer(204), "answered 204, expected 200"),
        ("404", answer(200), "answered 200, expected 404: it accepts what S3 refuses"),
        (
            "400",
            answer(200, "NotImplemented"),
            "answered 200 NotImplemented, expected 400: "
            "the error came in an answer that begins as a success",
        ),
        ("404", answer(199), "answered 199, expected 404"),
        ("503", answer(299), "answered 299, expected 503: it accepts what S3 refuses"),
        ("404", answer(300), "answered 300, expected 404"),
        ("404", answer(403), "answered 403, expected 404"),
        ("304", answer(200), "answered 200, expected 304"),
        ("304", answer(403), "answered 403, expected 304"),
    ],
)
def test_what_a_status_means(expected: str, given: Answer, meaning: str) -> None:
    one = noted("GetObject: status", given, expected=expected)

    assert first_line([one], None) == f"GetObject {meaning}"


def test_who_was_asked_is_said_by_the_answer_where_the_words_do_not() -> None:
    assert first_line([noted("status", answer(500))], None).startswith("GetObject answered 500")


def test_what_stopped_the_check_is_said_behind_it() -> None:
    assert first_line([], KeyError("x")) == "'x'"
    assert first_line([ALONE], KeyError("x")).endswith("got b, a; then KeyError: 'x'")
    assert first_line([ALONE], MissingMemberError("x")).endswith("got b, a")
    assert first_line([noted("a\n b")], None) == "a b: expected 200, got x"


@pytest.mark.parametrize(
    ("status", "failed"),
    [(0, True), (200, False), (499, False), (500, True), (501, False), (502, True), (503, True)],
)
def test_whether_the_server_had_an_answer(status: int, failed: bool) -> None:
    assert failed_to_answer(answer(status)) is failed


def test_a_status_of_a_failing_server_comes_before_another_status() -> None:
    for status, first in ((500, "B"), (501, "A"), (0, "B")):
        lines = [noted("A: status", answer(403)), noted("B: status", answer(status))]
        assert first_line(lines, None).startswith(f"{first} answered")


def test_data_that_was_lost_is_one_line() -> None:
    lost = [Expectation("object a", "there", "gone", False), Expectation("b", "", "x\ny", False)]

    assert loss_line(lost) == "data loss: object a is gone; b is x y"


def test_a_trace_is_of_the_last_frames() -> None:
    steps: dict[str, Callable[[], None]] = {}
    lines = [f"def step{number}(): step{number + 1}()" for number in range(20)]
    exec("\n".join([*lines, "def step20(): raise KeyError('deep')"]), steps)
    with pytest.raises(KeyError) as trouble:
        steps["step0"]()
    said = with_traceback(trouble.value)

    assert said.startswith("KeyError: 'deep'\nTraceback")
    assert said.count(", in step") == 8


def test_another_document_is_said_before_what_is_not_in_it() -> None:
    got = answer(200)
    got.strange = "<ListBucketResult> instead of <Tagging>"
    of_it = noted("GetObjectTagging: TagSet", got, expected="long " * 80, actual=got.strange)
    assert first_line([of_it], None).startswith(
        "GetObjectTagging answered 200 with <ListBucketResult> instead of <Tagging>; TagSet: "
    )
