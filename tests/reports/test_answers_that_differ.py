"""Where the answers of S3 and ours part: which is told, and of which calls."""

from __future__ import annotations

import msgspec

from conformance.model import Call, Expectation, Outcome, Result
from reports.answers import answers_to, in_short
from tests.reports import synthetic
from tests.reports.runs import one


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
