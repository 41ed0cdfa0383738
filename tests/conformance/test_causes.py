"""Causes: bad outcomes are grouped by what they have in common, and told in words."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Body, Call, Exchange, Expectation, Message, Outcome, Result
from conformance.model.causes import Cause, causes, is_trouble, most_harmful
from conformance.model.symptoms import symptoms, weight_of
from conformance.model.weight import Weight
from matrix import load_matrix

GROUP_OF = load_matrix().group_of


def failed(
    check: str,
    operation: str,
    looked_at: str,
    expected: str,
    answered: str,
    *,
    actual: str = "",
    client: str = "raw",
    row: str = "put-object",
    lost: bool = False,
) -> Result:
    """A failure with one mismatch, seen on an answer to ``operation``."""
    seen = Expectation(
        what=f"{operation}: {looked_at}",
        expected=expected,
        actual=actual or answered,
        ok=False,
        lost=lost,
        operation=operation,
        answered=answered,
    )
    return Result(
        check=f"{row}.{check}",
        client=client,
        row=row,
        outcome=Outcome.FAIL,
        title="A title.",
        level="must",
        spec="https://example.org",
        verified="documented",
        expectations=(seen,),
    )


def found(*results: Result) -> list[Cause]:
    return causes(results, GROUP_OF)


def test_an_operation_that_is_not_there_is_one_cause_over_checks_and_clients() -> None:
    several = [
        failed(name, "GetBucketTagging", "status", "2xx", "501 NotImplemented", client=client)
        for name in ("a", "b", "c")
        for client in ("raw", "boto3")
    ]

    [cause] = found(*several)

    assert len(cause.results) == 6
    assert cause.weight is Weight.NOT_IMPLEMENTED
    assert cause.checks == ("put-object.a", "put-object.b", "put-object.c")
    assert cause.clients == {"raw": 3, "boto3": 3}
    assert cause.title.startswith("Not implemented")


def stopped(
    check: str, operation: str, answered: str, reason: str, *, setup: bool = False
) -> Result:
    """A check that could not go on from an answer; it came to no expectation that failed."""
    status, _, code = answered.partition(" ")
    body = f"<Error><Code>{code}</Code></Error>" if code else ""
    came = (Message(f"HTTP/1.1 {status} x", body=Body(text=body)), Message("HTTP/1.1 200 OK"))
    put, head = (Exchange("http://x", Message("PUT /x HTTP/1.1"), one) for one in came)
    calls = (
        Call(operation, purpose="setup" if setup else "test", exchanges=(put,)),
        Call("HeadBucket", purpose="setup", exchanges=(head,)),
    )
    one = failed(check, operation, "status", "2xx", answered)
    held = Expectation("HeadBucket: status", "2xx", "200", ok=True, operation="HeadBucket")
    return msgspec.structs.replace(one, expectations=(held,), calls=calls, reason=reason)


def test_a_check_that_could_not_go_on_is_in_the_cause_of_the_answer_it_stopped_at() -> None:
    absent = failed("a", "UploadPartCopy", "status", "2xx", "501 NotImplemented")
    for answered, said in [
        ("501 NotImplemented", "501 NotImplemented without CopyPartResult"),
        ("501", "501 without CopyPartResult"),
        ("501", "501: no success, so there is nothing to read"),
        ("501 NotImplemented", "501: NotImplemented, so there is nothing to read; it says so"),
    ]:
        one = stopped("b", "UploadPartCopy", answered, f"UploadPartCopy answered {said}")
        [cause] = found(absent, one)
        assert len(cause.results) == 2 and cause.weight is Weight.NOT_IMPLEMENTED
    fails = failed("a", "PutObject", "status", "2xx", "500 InternalError")
    one = stopped("b", "PutObject", "500 InternalError", "PutObject answered 500 without ETag")
    [cause] = found(fails, one)
    assert cause.weight is Weight.NO_ANSWER


def test_a_failure_in_the_setup_of_its_own_row_is_in_the_cause_of_that_answer() -> None:
    fails = failed("a", "PutBucketPolicy", "status", "400 MalformedPolicy", "500")
    setup = stopped(
        "b",
        "PutBucketPolicy",
        "500",
        "setup: PutBucketPolicy answered 500; its documentation says that this is unsupported",
        setup=True,
    )

    [cause] = found(fails, setup)

    assert cause.key == "server-fails/PutBucketPolicy/500" and len(cause.results) == 2


def test_a_setup_that_stopped_at_another_answer_is_another_cause() -> None:
    fails = failed("a", "PutBucketPolicy", "status", "400 MalformedPolicy", "500")
    said = "setup: PutBucketPolicy answered 400 InvalidRequest (No.)"
    refused = stopped("b", "PutBucketPolicy", "400 InvalidRequest", said, setup=True)

    assert len(found(fails, refused)) == 2


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("PutObject answered 200 without ETag", "header/ETag/absent"),
        ("PutObject answered 200 without x-amz-version-id", "no-version/PutObject"),
        (
            "PutObject answered without x-amz-version-id: it made no version of the object",
            "no-version/PutObject",
        ),
        ("the answer has no header x-amz-version-id", "header/x-amz-version-id/absent"),
        ("PutObject answered 200 with the version id null", "header/x-amz-version-id/other"),
        ("PutObject answered 200 without Size", "data/PutObject/Size"),
        ("PutObject answered 200: <A> instead of <B>", "document/PutObject"),
    ],
)
def test_what_a_success_lacked_is_the_symptom(said: str, key: str) -> None:
    assert key in symptoms(stopped("b", "PutObject", "200", said), GROUP_OF)


def test_checks_that_share_a_bucket_which_could_not_be_made_are_one_cause() -> None:
    said = "no shared bucket: setup: CreateBucket got no answer: Connection refused"
    none = [
        msgspec.structs.replace(
            failed(name, "GetObject", "status", "2xx", "", row=row),
            outcome=Outcome.BLOCKED,
            expectations=(),
            reason=said,
        )
        for name, row in (("a", "get-object"), ("b", "put-object"), ("c", "cors"))
    ]

    [cause] = found(*none)

    assert cause.key == "setup/CreateBucket/no answer" and len(cause.results) == 3
    assert cause.title == "Could not be set up: CreateBucket gets no answer"
    assert cause.weight is Weight.NOT_SET_UP


def test_two_faults_are_two_causes() -> None:
    missing = failed("a", "GetObject", "header ETag", '"x"', "200", actual="absent")
    accepted = failed("b", "PutObject", "status", "400 InvalidArgument", "200")

    keys = [cause.key for cause in found(missing, accepted)]

    assert sorted(keys) == ["accepts/put-object/InvalidArgument", "header/ETag/absent"]


def test_the_symptom_that_explains_most_comes_first_and_takes_its_outcomes() -> None:
    many = [
        failed(f"h{number}", f"Get{number}", "header Date", "a date", "200", actual="absent")
        for number in range(5)
    ]
    few = [failed("x", "PutObject", "status", "412 PreconditionFailed", "200")]

    causes_found = found(*few, *many)

    assert [len(cause.results) for cause in causes_found] == [5, 1]
    assert causes_found[0].key == "header/Date/absent"
    assert causes_found[1].results == tuple(few)


def test_every_bad_outcome_is_in_one_cause() -> None:
    results = [
        failed(str(number), name, "status", expected, answered)
        for number, (name, expected, answered) in enumerate(
            [
                ("PutObject", "2xx", "403 AccessDenied"),
                ("PutObject", "2xx", "no answer"),
                ("PutObject", "400 InvalidDigest", "200"),
                ("GetObject", "404 NoSuchKey", "400 Bad"),
                ("GetObject", "2xx", "500 InternalError"),
            ]
        )
    ]

    together = [result.id for cause in found(*results) for result in cause.results]

    assert sorted(together) == sorted(result.id for result in results)


def test_the_most_harmful_causes_come_first() -> None:
    header = [
        failed(f"h{number}", "GetObject", "header ETag", "x", "200", actual="absent")
        for number in range(3)
    ]
    lost = failed("l", "PutObject", "object", "still as it was", "200", lost=True)
    silent = failed("s", "GetObject", "status", "2xx", "no answer")

    weights = [cause.weight for cause in most_harmful(found(*header, silent, lost))]

    assert weights == [Weight.DATA_LOST, Weight.NO_ANSWER, Weight.MISSING_HEADER]


def test_wording_decides_nothing_where_behaviour_differs() -> None:
    result = failed("a", "GetObject", "status", "404 NoSuchKey", "200")
    worded = Expectation("GetObject: message", "x", "y", False, wording=True, operation="GetObject")
    both = msgspec.structs.replace(result, expectations=(worded, *result.expectations))

    assert symptoms(both, GROUP_OF) == symptoms(result, GROUP_OF)
    assert weight_of(both) is Weight.WRONGLY_ACCEPTED


def test_passes_and_unscored_failures_have_no_cause() -> None:
    observed = msgspec.structs.replace(
        failed("a", "GetObject", "status", "2xx", "500"), verified="observed"
    )

    assert not is_trouble(observed)
    assert found(observed) == []


def test_a_length_that_begins_with_a_five_is_no_server_error() -> None:
    body = "5242896 bytes b'1111'"
    one = failed("a", "GetObject", "body", "5242880 bytes b'1111'", "", actual=body)
    assert weight_of(one) is Weight.WRONG_DATA
    assert found(one)[0].title == "An answer in the row put-object differs from S3's: body"
    refused = failed("b", "GetObject", "body", "4 bytes b'abcd'", "", actual="200 bytes b'...'")
    assert weight_of(refused) is Weight.WRONG_DATA


def test_a_status_that_differs_under_the_right_code_is_named() -> None:
    one = failed("a", "GetObject", "status", "404 NoSuchKey", "400 NoSuchKey")

    assert found(one)[0].title == ("Wrong error: 400 NoSuchKey where 404 NoSuchKey is expected")


@pytest.mark.parametrize(
    ("row", "expected", "answered", "title"),
    [
        (
            "presigned",
            "400 InvalidArgument",
            "200",
            "In the row presigned the server accepts what S3 refuses (S3 answers InvalidArgument)",
        ),
        (
            "presigned",
            "2xx",
            "400 InvalidArgument",
            "In the row presigned the server refuses what S3 accepts: "
            "it answers 400 InvalidArgument",
        ),
        (
            "presigned",
            "400 InvalidArgument",
            "400 InvalidRequest",
            "Wrong error in the row presigned: 400 InvalidRequest where "
            "InvalidArgument is expected",
        ),
    ],
)
def test_a_row_in_a_title_is_said_to_be_one(
    row: str, expected: str, answered: str, title: str
) -> None:
    several = [
        failed(name, operation, "status", expected, answered, row=row)
        for name, operation in (("a", "GetObject"), ("b", "PutObject"))
    ]
    [cause] = found(*several)
    assert cause.title == title
    assert cause.weight is Weight.WRONG_CODE or cause.harm == ""
