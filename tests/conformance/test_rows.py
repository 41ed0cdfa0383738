"""A row of which next to nothing works: what else such a row accepts is of the same cause."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Outcome, Result
from conformance.model.weight import Weight
from tests.conformance.test_causes import found
from tests.conformance.test_misread import asked, failed
from tests.conformance.test_nowhere import keys, passed

MISSING = [
    failed(
        f"cors.{name}", asked("PutBucketCors", "PUT /b?cors", 501), answered="501 NotImplemented"
    )
    for name in ("a", "b", "c", "d")
]
PREFLIGHT = asked("the OPTIONS request", "OPTIONS /b/k", 200)


def preflight(expected: str = "403 AccessForbidden", answered: str = "200") -> Result:
    return failed("cors.preflight", PREFLIGHT, expected=expected, answered=answered)


def test_what_a_row_that_is_not_implemented_accepts_is_of_that() -> None:
    [cause] = found(*MISSING, preflight())

    assert cause.key == "absent/cors" and len(cause.results) == 5
    assert cause.title == "Not implemented: PutBucketCors (cors)"
    assert cause.weight is Weight.NOT_IMPLEMENTED, "no harm of its own"


@pytest.mark.parametrize(
    "other",
    [
        preflight("2xx", "403 AccessDenied"),
        preflight("403 AccessForbidden", "403 AccessDenied"),
        preflight("403 AccessForbidden", "500 InternalError"),
        msgspec.structs.replace(preflight(), row="website", check="website.redirect"),
        msgspec.structs.replace(preflight(), outcome=Outcome.BLOCKED, expectations=()),
    ],
)
def test_anything_else_is_a_cause_of_its_own(other: Result) -> None:
    told = keys(*MISSING, other)

    assert told["cors.a"] == "absent/cors"
    assert told[other.check] != "absent/cors"


def test_a_row_of_which_much_works_is_not_missing() -> None:
    works = [passed(f"cors.works_{n}", asked("GetObject", "GET /b/k", 200)) for n in range(3)]

    assert keys(*MISSING, preflight(), *works)["cors.preflight"] != "absent/cors"
    assert keys(*MISSING, preflight(), *works[:1])["cors.preflight"] == "absent/cors"


def uploads(check: str, looked_at: str, actual: str, entries: str = "") -> Result:
    document = f"<ListUploads>{entries}</ListUploads>"
    call = asked("ListMultipartUploads", "GET /b?uploads", 200, document)
    row = "list-multipart-uploads"
    return failed(f"{row}.{check}", call, looked_at=looked_at, expected="x", actual=actual)


def test_the_markers_of_a_listing_that_lists_nothing_are_of_that() -> None:
    nothing = [uploads(name, "Uploads[].Key", "absent") for name in ("a", "b", "c", "d")]
    entry = "<Upload><Key>b</Key></Upload>"

    told = keys(
        *nothing,
        uploads("marker", "UploadIdMarker", "y"),
        uploads("other", "UploadIdMarker", "y", entry),
    )

    assert told["list-multipart-uploads.marker"] == "lists-nothing/ListMultipartUploads"
    assert told["list-multipart-uploads.other"] == "data/list-multipart-uploads/UploadIdMarker"


def test_a_harm_of_less_than_half_of_the_outcomes_says_of_how_many() -> None:
    def kept(name: str, **more: str) -> Result:
        header = ("x-amz-storage-class", "GLACIER")
        call = asked("PutObject", "PUT /b/k", 200, headers=(header,))
        return failed(f"storage-class.{name}", call, **more)

    missing = {"looked_at": "header x-amz-storage-class", "expected": "x", "actual": "absent"}
    [cause] = found(
        *(kept(name, **missing) for name in ("a", "b", "c")), kept("d", expected="400 Invalid")
    )

    assert cause.key == "nowhere/storage-class"
    assert cause.label == "wrongly accepted in 1"
    assert cause.harm == "accepts what S3 refuses in 1 of them"


def test_who_may_ask_is_a_fault_of_its_own_in_a_row_that_is_missing() -> None:
    told = keys(*MISSING, preflight("403 AccessDenied"))

    assert told["cors.preflight"] in ("not-enforced/anybody", "not-enforced/permission/cors")
