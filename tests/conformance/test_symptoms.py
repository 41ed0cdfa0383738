"""Symptoms of one bad outcome: from the wide to the narrow, and how much it harms."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from conformance.model import Call, Expectation, Outcome, Result
from conformance.model.accepted import operation_of
from conformance.model.symptoms import _how, symptoms, weight_of
from conformance.model.values import code_due, member_of
from conformance.model.weight import Weight
from tests.conformance.test_ignored_parts import LISTING, RANGE, call, exchange, result

GROUPS = {"GetObject": "Objects", "PutBucketCors": "Buckets", "row": ""}


def group_of(name: str) -> str:
    return GROUPS.get(name, "")


def missed(
    what: str, expected: str, answered: str, *, operation: str = "GetObject", **more: Any
) -> Expectation:
    more = {"actual": answered, **more}
    return Expectation(
        f"{operation}: {what}", expected, ok=False, operation=operation, answered=answered, **more
    )


def bad(*expectations: Expectation, calls: tuple[Call, ...] = (), **more: Any) -> Result:
    one = result(*calls, expectations=expectations)
    return msgspec.structs.replace(one, **more)


@pytest.mark.parametrize(
    ("seen", "weight", "found"),
    [
        (
            missed("status", "2xx", "501 NotImplemented"),
            Weight.NOT_IMPLEMENTED,
            ["absent/Objects", "absent/GetObject", "absent/row"],
        ),
        (
            missed("status", "2xx", "400 XNotImplemented", operation="Other"),
            Weight.NOT_IMPLEMENTED,
            ["absent/row", "absent/Other"],
        ),
        (
            missed("status", "200", "405 MethodNotAllowed"),
            Weight.NOT_IMPLEMENTED,
            ["absent/Objects", "absent/GetObject", "absent/row"],
        ),
        (
            missed("status", "404 NoSuchKey", "405 MethodNotAllowed"),
            Weight.WRONG_CODE,
            [
                "code-in/row/NoSuchKey/405 MethodNotAllowed",
                "coded/row/NoSuchKey/MethodNotAllowed",
                "code-of/GetObject/405 MethodNotAllowed",
            ],
        ),
        (
            missed("error code", "501 NotImplemented", "501 NotSupported"),
            Weight.WRONG_CODE,
            [
                "answered/GetObject/501 NotSupported",
                "code/NotImplemented/501 NotSupported",
                "code-in/row/NotImplemented/501 NotSupported",
                "coded/row/NotImplemented/NotSupported",
                "code-of/GetObject/501 NotSupported",
            ],
        ),
        (
            missed("status", "2xx", "no answer"),
            Weight.NO_ANSWER,
            ["server-fails/GetObject/no answer"],
        ),
        (
            missed("status", "404 NoSuchKey", "500 InternalError"),
            Weight.NO_ANSWER,
            ["server-fails/GetObject/500 InternalError"],
        ),
        (
            missed("status", "503 SlowDown", "500 InternalError"),
            Weight.WRONG_CODE,
            [
                "answered/GetObject/500 InternalError",
                "code/SlowDown/500 InternalError",
                "code-in/row/SlowDown/500 InternalError",
                "coded/row/SlowDown/InternalError",
                "code-of/GetObject/500 InternalError",
            ],
        ),
        (
            missed("status", "404 NoSuchKey", "200"),
            Weight.WRONGLY_ACCEPTED,
            ["accepts/row/NoSuchKey"],
        ),
        (
            missed("status", "400 OfItsOwn", "200"),
            Weight.WRONGLY_ACCEPTED,
            ["accepts/GetObject/OfItsOwn", "accepts/row/OfItsOwn"],
        ),
        (
            missed("status", "304", "200"),
            Weight.WRONGLY_ACCEPTED,
            ["not-enforced/condition/GetObject"],
        ),
        (
            missed("error code", "BadDigest", "200"),
            Weight.WRONGLY_ACCEPTED,
            ["not-enforced/integrity/GetObject"],
        ),
        (
            missed("status", "403 SignatureDoesNotMatch", "204"),
            Weight.WRONGLY_ACCEPTED,
            ["not-enforced/signature/row"],
        ),
        (
            missed("status", "403 AccessDenied", "200"),
            Weight.WRONGLY_ACCEPTED,
            ["not-enforced/permission/row", "accepts/row/AccessDenied"],
        ),
        (
            missed("status", "206", "200"),
            Weight.WRONG_CODE,
            ["success/200/206", "success-of/GetObject/200"],
        ),
        (
            missed("status", "200", "403 AccessDenied"),
            Weight.WRONGLY_REFUSED,
            ["refuses/GetObject/403 AccessDenied", "refuses/row/403 AccessDenied"],
        ),
        (
            missed("status", "2xx", "301 PermanentRedirect", operation="Other"),
            Weight.WRONGLY_REFUSED,
            [
                "answered/Other/301 PermanentRedirect",
                "refuses/Other/301 PermanentRedirect",
                "refuses/row/301 PermanentRedirect",
            ],
        ),
        (
            missed("status", "404 NoSuchKey", "403 AccessDenied"),
            Weight.WRONG_CODE,
            [
                "code-in/row/NoSuchKey/403 AccessDenied",
                "coded/row/NoSuchKey/AccessDenied",
                "code-of/GetObject/403 AccessDenied",
            ],
        ),
        (
            missed("status", "404 NoSuchKey", "400 NoSuchKey"),
            Weight.WRONG_CODE,
            [
                "code/404 NoSuchKey/400 NoSuchKey",
                "code-in/row/404 NoSuchKey/400 NoSuchKey",
                "coded/row/NoSuchKey/NoSuchKey",
                "code-of/GetObject/400 NoSuchKey",
            ],
        ),
        (
            missed("header ETag", '"x"', "200", actual="absent"),
            Weight.MISSING_HEADER,
            ["header/ETag/absent"],
        ),
        (
            missed("header ETag", "absent", "200", actual='"x"'),
            Weight.MISSING_HEADER,
            ["header/ETag/unexpected"],
        ),
        (
            missed("header ETag", '"x"', "200", actual='"y"'),
            Weight.MISSING_HEADER,
            ["header/ETag/other"],
        ),
        (
            missed("body", "its document", "200", actual="<A> instead of <B>"),
            Weight.WRONG_DATA,
            ["document/GetObject"],
        ),
        (
            missed("Contents[].Key", "['a']", "200", actual="[]"),
            Weight.WRONG_DATA,
            ["lists-no/GetObject/Contents", "data/GetObject/Key", "data/row/Key"],
        ),
        (
            missed("[KeyCount, IsTruncated]", "[0, False]", "200", actual="[None, False]"),
            Weight.WRONG_DATA,
            ["data/GetObject/KeyCount", "data/row/KeyCount"],
        ),
        (
            missed("[KeyCount, IsTruncated]", "[0, True]", "200", actual="[0, False]"),
            Weight.WRONG_DATA,
            ["data/GetObject/IsTruncated", "data/row/IsTruncated"],
        ),
        (
            missed("[KeyCount, IsTruncated]", "[0, True]", "200", actual="absent"),
            Weight.WRONG_DATA,
            ["data/GetObject/IsTruncated", "data/row/IsTruncated"],
        ),
        (
            missed("status", "400 or 403", "200"),
            Weight.WRONGLY_ACCEPTED,
            ["accepts/row/400 or 403"],
        ),
        (
            missed("[0]", "'a'", "200", actual="'b'", operation="GET /b"),
            Weight.WRONG_DATA,
            ["data/row/document"],
        ),
        (
            missed("body", "x", "200", actual="5242 bytes"),
            Weight.WRONG_DATA,
            ["data/row/body"],
        ),
    ],
)
def test_a_mismatch(seen: Expectation, weight: Weight, found: list[str]) -> None:
    one = bad(seen)
    assert weight_of(one) is weight
    assert symptoms(one, group_of) == (*found, "check/row.check")


def test_the_status_of_an_older_log_is_in_what_was_seen() -> None:
    old = missed("status", "2xx", "", actual="403 AccessDenied")
    assert weight_of(bad(old)) is Weight.WRONGLY_REFUSED
    assert "refuses/GetObject/403 AccessDenied" in symptoms(bad(old), group_of)


def test_lost_data_is_worse_than_anything() -> None:
    gone = missed("object k", "still as it was", "404", lost=True)
    absent = missed("status", "2xx", "501 NotImplemented")
    assert weight_of(bad(absent, gone)) is Weight.DATA_LOST
    assert symptoms(bad(absent, gone), group_of) == ("data-loss/row", "check/row.check")


def test_what_is_not_there_at_all_says_most_where_it_is_first_else_what_harms_most() -> None:
    absent = missed("status", "2xx", "501 NotImplemented")
    silent = missed("status", "2xx", "no answer", operation="Other")
    header = missed("header ETag", '"x"', "200", actual="absent")
    assert symptoms(bad(absent, silent), group_of)[0] == "absent/Objects"
    assert weight_of(bad(absent, silent)) is Weight.NOT_IMPLEMENTED
    assert symptoms(bad(silent, absent), group_of)[0] == "server-fails/Other/no answer"
    assert weight_of(bad(silent, absent)) is Weight.NO_ANSWER
    done = missed("status", "412 PreconditionFailed", "200")
    assert weight_of(bad(done, silent)) is Weight.WRONGLY_ACCEPTED, "what follows comes of it"
    assert symptoms(bad(header, silent), group_of)[0] == "server-fails/Other/no answer"
    assert weight_of(bad(header, silent)) is Weight.NO_ANSWER
    assert weight_of(bad()) is Weight.WRONG_DATA


def test_the_wire_is_told_before_what_a_client_says_of_it() -> None:
    wire = missed("header ETag", '"x"', "200", actual="absent")
    own = missed("the client's own report", "success", "no answer")
    assert symptoms(bad(own, wire), group_of)[0] == "header/ETag/absent"
    assert symptoms(bad(own), group_of)[0] == "server-fails/GetObject/no answer"


ANSWERED_501 = exchange("PUT /b/k", 501, asked=(("x-amz-acl", "private"),), code="NotImplemented")


def test_a_header_that_is_not_implemented_is_not_the_operation() -> None:
    seen = missed("status", "2xx", "501 NotImplemented", operation="PutObject")
    shown = bad(seen, calls=(call("PutObject", ANSWERED_501),))
    assert symptoms(shown, group_of) == (
        "absent-part/header/x-amz-acl",
        "absent-part",
        "check/row.check",
    )
    assert weight_of(shown) is Weight.NOT_IMPLEMENTED


def test_a_server_that_fails_on_a_sub_resource_of_a_bucket() -> None:
    seen = missed("status", "2xx", "500", operation="PutBucketCors")
    shown = bad(seen, calls=(call("PutBucketCors", exchange("PUT /b?cors", 500)),))
    assert symptoms(shown, group_of)[:2] == (
        "server-fails/PutBucketCors/500",
        "server-fails/PUT of a sub-resource of a bucket/500",
    )


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("MalformedXML", ["unchecked/PutBucketCors"]),
        ("InvalidRequest", ["unchecked/PutBucketCors"]),
        ("OfItsOwn", ["unchecked/PutBucketCors", "accepts/PutBucketCors/OfItsOwn"]),
    ],
)
def test_a_document_that_was_not_checked(code: str, more: list[str]) -> None:
    seen = missed("status", f"400 {code}", "200", operation="PutBucketCors")
    with_document = call("PutBucketCors", exchange("PUT /b?cors", sent_body="<A/>"))
    assert list(symptoms(bad(seen, calls=(with_document,)), group_of)) == [
        *more,
        f"accepts/row/{code}",
        "check/row.check",
    ]


@pytest.mark.parametrize("body", ["", "<A/>"])
def test_a_document_that_is_called_malformed_where_s3_says_what_is_wrong(body: str) -> None:
    seen = missed("status", "400 InvalidRequest", "400 MalformedXML", operation="PutBucketCors")
    document = exchange("PUT /b?cors", 400, sent_body=body, code="MalformedXML")
    found = symptoms(bad(seen, calls=(call("PutBucketCors", document),)), group_of)
    assert found[0] == "code-in/row/InvalidRequest/400 MalformedXML"


@pytest.mark.parametrize(
    ("row", "headers", "keys"),
    [
        ("row", (), ["not-enforced/permission/row"]),
        (
            "authentication",
            (),
            ["not-enforced/signature/authentication", "not-enforced/permission/authentication"],
        ),
        ("post-object", (), ["not-enforced/permission/post-object"]),  # by a policy
        (
            "row",
            (("x-amz-expected-bucket-owner", "1"),),
            ["not-enforced/x-amz-expected-bucket-owner", "accepts/row/AccessDenied"],
        ),
    ],
)
def test_what_should_be_denied(
    row: str, headers: tuple[tuple[str, str], ...], keys: list[str]
) -> None:
    seen = missed("status", "403 AccessDenied", "200")
    shown = call("GetObject", exchange("GET /b/k", asked=headers))
    found = list(symptoms(bad(seen, calls=(shown,), row=row), group_of))
    assert found[: len(keys)] == keys


@pytest.mark.parametrize(
    ("seen", "ignored"),
    [
        (missed("status", "206", "200"), True),
        (missed("status", "416 InvalidRange", "200"), True),
        (missed("header Content-Range", "bytes 0-1/3", "200", actual="absent"), True),
        (missed("status", "404 NoSuchKey", "200"), False),
    ],
)
def test_a_range_that_was_not_looked_at(seen: Expectation, ignored: bool) -> None:
    shown = bad(seen, calls=(call("GetObject", exchange("GET /b/k", asked=RANGE)),))
    assert ("ignored-range" in symptoms(shown, group_of)) is ignored
    elsewhere = bad(seen, calls=(call("GetObject", exchange("GET /b/k")),))
    assert "ignored-range" not in symptoms(elsewhere, group_of)


def test_a_sub_resource_that_was_not_looked_at_explains_what_is_wrong_with_it() -> None:
    listed = call("GetBucketPolicy", exchange("GET /b?policy", text=LISTING))
    seen = missed("Policy", "{}", "200", actual="absent", operation="GetBucketPolicy")
    assert symptoms(bad(seen, calls=(listed,)), group_of)[0] == "ignored-query"
    other = missed("body", "x", "200", actual="y")
    plain = call("GetObject", exchange("GET /b/k"))
    assert "ignored-query" not in symptoms(bad(other, calls=(listed, plain)), group_of)
    document = missed(
        "document", "the operation's document", "200", actual="<ListBucketResult> with a name"
    )
    assert symptoms(bad(document), group_of)[0] == "ignored-query"


def blocked(*calls: Call) -> Result:
    return msgspec.structs.replace(result(*calls), outcome=Outcome.BLOCKED)


def test_setup_that_did_not_work() -> None:
    made = call("CreateBucket", exchange("PUT /b", 403, code="AccessDenied"), purpose="setup")
    later = call("PutObject", exchange("PUT /b/k"), purpose="test")
    shown = blocked(made, later)
    assert weight_of(shown) is Weight.NOT_SET_UP
    assert symptoms(shown, group_of)[0] == "refuses/CreateBucket/403 AccessDenied"
    absent = call(
        "PutBucketCors", exchange("PUT /b?cors", 501, code="NotImplemented"), purpose="setup"
    )
    assert weight_of(blocked(made, absent)) is Weight.NOT_IMPLEMENTED
    fine = call("CreateBucket", exchange("PUT /b"), purpose="setup")
    assert symptoms(blocked(fine), group_of) == ("setup/CreateBucket/200", "check/row.check")
    assert symptoms(blocked(later), group_of) == ("check/row.check",)


def test_every_weight_has_its_words_and_the_worst_is_first() -> None:
    assert len({weight.words for weight in Weight}) == len(Weight)
    assert sorted(Weight)[0] is Weight.DATA_LOST
    assert Weight.NO_ANSWER < Weight.WRONGLY_ACCEPTED < Weight.WRONGLY_REFUSED < Weight.WRONG_DATA


@pytest.mark.parametrize(
    ("operation", "named"),
    [
        ("PutObject", "PutObject"),
        ("GET", "row"),
        ("GET /b/k", "row"),
        ("aws s3 cp", "row"),
        ("", "row"),
    ],
)
def test_a_request_by_hand_is_of_its_row(operation: str, named: str) -> None:
    one = Expectation("status", "200", "404", ok=False, operation=operation)
    assert operation_of(one, result()) == named


@pytest.mark.parametrize(
    ("expected", "actual", "how"),
    [("x", "absent", "absent"), ("absent", "x", "unexpected"), ("x", "y", "other")],
)
def test_how_a_header_differs(expected: str, actual: str, how: str) -> None:
    assert _how(Expectation("header ETag", expected, actual, ok=False)) == how


@pytest.mark.parametrize(
    ("expected", "code"),
    [("404 NoSuchKey", "NoSuchKey"), ("404", "404"), ("403 or 404", "403 or 404"), ("2xx", "2xx")],
)
def test_the_code_that_is_expected(expected: str, code: str) -> None:
    assert code_due(expected) == code


@pytest.mark.parametrize(
    ("what", "expected", "actual", "member"),
    [
        ("ListObjects: Contents[].Key", "a", "b", "Key"),
        ("ListObjects: Contents[0].Owner.ID", "a", "b", "ID"),
        ("ListObjects: [KeyCount, IsTruncated]", "[1, True]", "[1, False]", "IsTruncated"),
        ("ListObjects: [KeyCount, IsTruncated]", "[1, True]", "[2, True]", "KeyCount"),
        ("ListObjects: Name", "a", "b", "Name"),
    ],
)
def test_what_a_path_is_about(what: str, expected: str, actual: str, member: str) -> None:
    assert member_of(Expectation(what, expected, actual, ok=False)) == member
