"""Causes read from what crossed the wire: a part of a request that the server did not look at."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from conformance.model import Body, Call, Exchange, Message, Outcome, Result
from conformance.model.stopped import DOCUMENT
from conformance.model.symptoms import symptoms
from conformance.model.titles import title_of
from conformance.model.weight import Weight
from tests.conformance.test_causes import GROUP_OF, found
from tests.conformance.test_causes import failed as failed_on

LISTING = "<ListBucketResult><Name>b</Name></ListBucketResult>"
ETAG = (("ETag", '"abc"'),)
NO_BUCKET = "<Error><Code>NoSuchBucket</Code></Error>"


def asked(
    operation: str,
    line: str,
    status: int,
    body: str = "",
    *,
    answer: tuple[tuple[str, str], ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    sent: str = "",
    purpose: str = "test",
) -> Call:
    """A call with one request and its answer."""
    request = Message(f"{line} HTTP/1.1", headers=headers, body=Body(text=sent))
    response = Message(f"HTTP/1.1 {status} x", headers=answer, body=Body(text=body))
    exchange = Exchange("http://localhost", request, response)
    return Call(operation, purpose="setup" if purpose == "setup" else "test", exchanges=(exchange,))


def failed(
    check: str,
    *calls: Call,
    looked_at: str = "status",
    expected: str = "2xx",
    answered: str = "200",
    actual: str = "",
    operation: str = "",
    lost: bool = False,
) -> Result:
    """A failure seen on the last call."""
    row, _, name = check.partition(".")
    about = operation or calls[-1].operation
    seen = failed_on(name, about, looked_at, expected, answered, actual=actual, row=row, lost=lost)
    return msgspec.structs.replace(seen, calls=calls)


def test_sub_resources_that_are_not_looked_at_are_one_cause() -> None:
    listed = failed(
        "bucket-policy.status",
        asked("GetBucketPolicyStatus", "GET /b?policyStatus", 200, LISTING),
        looked_at="PolicyStatus.IsPublic",
        expected="True",
        actual="<ListBucketResult> instead of <PolicyStatus>",
    )
    made = failed(
        "cors.kept",
        asked("PutBucketCors", "PUT /b?cors", 200, answer=(("Location", "/b"),)),
        asked("GetBucketCors", "GET /b?cors", 404, "<Error><Code>X</Code></Error>"),
        answered="404 X",
    )
    exists = failed(
        "website.kept",
        asked(
            "PutBucketWebsite",
            "PUT /b?website",
            409,
            "<Error><Code>BucketAlreadyOwnedByYou</Code></Error>",
        ),
        answered="409 BucketAlreadyOwnedByYou",
    )
    stored = failed(
        "object-tagging.comma",
        asked("PutObjectTagging", "PUT /b/key?tagging", 200, answer=ETAG),
        expected="400 InvalidTag",
    )
    removed = failed(
        "bucket-encryption.twice",
        asked("DeleteBucketEncryption", "DELETE /b?encryption", 204),
        asked("DeleteBucketEncryption", "DELETE /b?encryption", 404, NO_BUCKET),
        answered="404 NoSuchBucket",
    )
    deletes = failed(
        "restore-object.listed",
        asked("RestoreObject", "POST /b/key?restore", 200, "<DeleteResult/>", purpose="setup"),
        asked("HeadObject", "HEAD /b/key?restore", 404),
        answered="404",
    )
    gone = failed(
        "bucket-acl.grants",
        asked("DeletePublicAccessBlock", "DELETE /b?publicAccessBlock", 204, purpose="setup"),
        asked("GetBucketAcl", "GET /b?acl", 404, NO_BUCKET),
        answered="404 NoSuchBucket",
    )

    [cause] = found(listed, made, exists, stored, removed, deletes, gone)

    assert cause.key == "ignored-query"
    assert "?cors" in cause.title and "more)" in cause.title


def test_data_that_an_ignored_sub_resource_destroys_is_in_its_cause_and_weighs_most() -> None:
    tags = asked("PutObjectTagging", "PUT /b/key?tagging", 200, answer=ETAG)
    plain = failed("object-tagging.kept", tags, expected="400 InvalidTag")
    lost = failed(
        "data-safety.annotation",
        asked("PutObjectAnnotation", "PUT /b/key?annotation&annotationName=x", 200, answer=ETAG),
        looked_at="object key",
        expected="still as it was",
        actual="overwritten",
        lost=True,
    )
    written = msgspec.structs.replace(
        failed("put-object.lost", asked("PutObject", "PUT /b/key", 200, answer=ETAG), lost=True),
        client="boto3",
    )

    ignored, other = sorted(found(plain, lost, written), key=lambda one: -len(one.results))

    assert ignored.key == "ignored-query" and ignored.weight is Weight.DATA_LOST
    assert ignored.example is lost, "what it does to data is the example"
    assert ignored.requests == ("PUT /bucket/key?annotation", "PUT /bucket/key?tagging")
    assert other.requests == ()
    assert other.key == "data-loss/put-object", "an ordinary write asks for no sub-resource"


@pytest.mark.parametrize(
    "call",
    [
        asked("GetBucketPolicyStatus", "GET /b?policyStatus", 200, "<PolicyStatus/>"),
        asked("ListObjectsV2", "GET /b?list-type=2", 200, LISTING),
        asked("PutObjectTagging", "PUT /b/key?tagging", 200),
        asked("PutObjectAnnotation", "PUT /b/key?annotation", 200, answer=ETAG),
        asked("UploadPart", "PUT /b/key?partNumber=1&uploadId=x", 200, answer=ETAG),
        asked("CreateBucket", "PUT /b", 200, answer=(("Location", "/b"),)),
        asked("GetBucketCors", "GET /b?cors", 404, NO_BUCKET),
    ],
    ids=lambda call: call.operation,
)
def test_an_answer_to_what_was_asked_is_no_sign(call: Call) -> None:
    one = failed("put-object.one", call, looked_at="Member", expected="a", actual="b")

    assert "ignored-query" not in symptoms(one, GROUP_OF)


def test_a_404_of_something_else_is_no_bucket_that_is_gone() -> None:
    other = "<Error><Code>NoSuchTagSet</Code></Error>"
    one = failed(
        "bucket-tagging.gone",
        asked("DeleteBucketPolicy", "DELETE /b?policy", 204),
        asked("GetBucketTagging", "GET /b?tagging", 404, other),
        answered="404 NoSuchTagSet",
    )

    assert "ignored-query" not in symptoms(one, GROUP_OF)


def test_a_bucket_that_was_never_there_was_taken_away_by_no_delete() -> None:
    calls = (
        asked("GetBucketAcl", "GET /b?acl", 404, NO_BUCKET),
        asked("DeleteBucketWebsite", "DELETE /b?website", 204),
        asked("GetBucketWebsite", "GET /b?website", 404, NO_BUCKET),
    )
    gone = failed("website.gone", *calls, answered="404 NoSuchBucket")
    assert "ignored-query" not in symptoms(gone, GROUP_OF)

    made = (calls[0], asked("CreateBucket", "PUT /b", 200), *calls[1:])
    gone = failed("website.gone", *made, answered="404 NoSuchBucket")
    assert "ignored-query" in symptoms(gone, GROUP_OF)


def test_what_another_operation_ignores_explains_no_failure_of_this_one() -> None:
    setup = asked("GetBucketPolicyStatus", "GET /b?policyStatus", 200, LISTING, purpose="setup")
    one = failed(
        "put-object.etag",
        setup,
        asked("PutObject", "PUT /b/key", 200),
        looked_at="header ETag",
        expected='"x"',
        actual="absent",
    )

    assert "ignored-query" not in symptoms(one, GROUP_OF)


def test_a_range_that_is_not_looked_at_is_one_cause_however_it_shows() -> None:
    ranged = (("Range", "bytes=2-4"),)
    get = asked("GetObject", "GET /b/key", 200, "all of it", headers=ranged)
    status = failed("get-object-range.a", get, expected="206")
    header = failed("get-object-range.b", get, looked_at="header Content-Range", actual="absent")
    refused = failed("get-object-range.c", get, expected="416 InvalidRange")
    whole = failed(
        "get-object.d", asked("GetObject", "GET /b/key", 200, "x"), looked_at="body", expected="y"
    )

    first, second = found(status, header, refused, whole)

    assert (first.key, len(first.results)) == ("ignored-range", 3)
    assert second.results == (whole,)


def test_a_header_that_is_not_implemented_is_no_operation_that_is_not_there() -> None:
    tags = (("x-amz-website-redirect-location", "/a"),)
    absent = "<Error><Code>NotImplemented</Code></Error>"
    results = [
        failed(f"{row}.a", call, answered="501 NotImplemented")
        for row, call in [
            ("put-object", asked("PutObject", "PUT /b/k", 501, absent, headers=tags)),
            (
                "multipart-upload",
                asked("UploadPart", "PUT /b/k?partNumber=1&uploadId=u", 501, absent, headers=tags),
            ),
        ]
    ]
    policy = failed(
        "bucket-policy.a",
        asked("PutBucketPolicy", "PUT /b?policy", 501, absent, headers=tags),
        answered="501 NotImplemented",
    )

    first, second = found(*results, policy)

    assert first.key == "absent-part/header/x-amz-website-redirect-location"
    assert first.title == (
        "Requests with the header x-amz-website-redirect-location are refused as not implemented"
    )
    assert len(first.results) == 2
    assert first.weight is Weight.NOT_IMPLEMENTED
    assert second.results == (policy,), "here it is the operation that may not be there"


def test_headers_and_parameters_that_are_not_implemented_are_one_list() -> None:
    absent = "<Error><Code>NotImplemented</Code></Error>"

    def refused(check: str, operation: str, line: str, *headers: tuple[str, str]) -> Result:
        call = asked(operation, line, 501, absent, headers=headers)
        return failed(check, call, answered="501 NotImplemented")

    works = failed(
        "list-parts.ok", asked("ListParts", "GET /b/k?encoding-type=url&uploadId=u", 200)
    )
    works = msgspec.structs.replace(works, outcome=Outcome.PASS, expectations=())
    marker = "GET /b/k?encoding-type=url&uploadId=u&part-number-marker="
    results = (
        refused("put-object.acl", "PutObject", "PUT /b/k", ("x-amz-acl", "private")),
        refused("list-parts.pages", "ListParts", f"{marker}1"),
        refused("list-parts.marker", "ListParts", f"{marker}-1"),
        refused("list-uploads.a", "ListMultipartUploads", "GET /b?uploads&prefix=a"),
    )

    first, second = found(*results, works)

    assert (first.key, len(first.results)) == ("absent-part", 3)
    assert first.title == (
        "Requests with one of these are refused as not implemented: "
        "parameter part-number-marker, header x-amz-acl"
    )
    assert second.title == "Not implemented: ListMultipartUploads (list-uploads)"


def test_a_refused_setup_is_in_the_cause_of_the_same_refusal_in_a_check() -> None:
    refused = asked("PutBucketAcl", "PUT /b?acl", 400, "<Error><Code>X</Code></Error>")
    fails = failed("bucket-acl.a", refused, answered="400 X")
    setup = msgspec.structs.replace(refused, purpose="setup")
    blocked = msgspec.structs.replace(
        failed("bucket-acl.b", setup), outcome=Outcome.BLOCKED, expectations=(), reason="setup: …"
    )

    [cause] = found(fails, blocked)

    assert len(cause.results) == 2 and "refuses what S3 accepts: it answers 400 X" in cause.title


def test_another_success_is_not_told_as_an_error() -> None:
    one = failed("delete.a", asked("DeleteObject", "DELETE /b/k", 200), expected="204")

    [cause] = found(one)

    assert "Wrong status of a success" in cause.title and "error" not in cause.title


def test_documents_that_are_not_checked_are_one_cause_over_operations() -> None:
    results = [
        failed(
            f"{row}.broken",
            asked(operation, f"PUT /b?{name}", 200, sent="<Wrong/>"),
            expected="400 MalformedXML",
        )
        for row, operation, name in [
            ("cors", "PutBucketCors", "cors"),
            ("bucket-tagging", "PutBucketTagging", "tagging"),
        ]
    ]
    plain = failed("put-object.x", asked("PutObject", "PUT /b/k", 200), expected="400 InvalidX")

    first, second = found(*results, plain)

    assert first.key == "unchecked/MalformedXML" and len(first.results) == 2
    assert second.results == (plain,)


def test_an_expected_owner_that_is_not_looked_at_is_one_cause_over_rows() -> None:
    owner = (("x-amz-expected-bucket-owner", "000000000000"),)
    results = [
        failed(
            f"{row}.owner",
            asked(operation, "GET /b", 200, headers=owner),
            expected="403 AccessDenied",
        )
        for row, operation in [("head-bucket", "HeadBucket"), ("list-objects", "ListObjects")]
    ]

    [cause] = found(*results)

    assert cause.key == "not-enforced/x-amz-expected-bucket-owner"
    assert cause.title.startswith("x-amz-expected-bucket-owner")


def test_a_document_with_another_root_is_one_cause_whatever_was_to_be_read_from_it() -> None:
    other = "<ListBucketVersionsResult> instead of <ListVersionsResult>"
    listed = asked("ListObjectVersions", "GET /b?versions", 200, "<ListBucketVersionsResult/>")
    versions = failed("object-versions.a", listed, looked_at="Versions[].Key", actual=other)
    whole = failed("object-versions.b", listed, looked_at="body", actual=other)

    [cause] = found(versions, whole)

    assert cause.key == "document/ListObjectVersions"
    assert cause.title == "The answer to ListObjectVersions is another document than S3's"


def test_what_could_not_be_set_explains_what_is_seen_later() -> None:
    """PUT ?policy made a bucket, so nothing is denied; relaxing a default is another thing."""
    get = asked("GetObject", "GET /b/key", 200, "x")
    made = (("Location", "/b"),)
    policy = asked("PutBucketPolicy", "PUT /b?policy", 200, answer=made, purpose="setup")
    relaxed = asked("PutBucketEncryption", "PUT /b?encryption", 200, answer=made, purpose="setup")

    never_set = failed("bucket-policy.denied", policy, get, expected="403 AccessDenied")
    other = failed("sse-c.key", relaxed, get, expected="403 AccessDenied")

    etag = (("ETag", '"e"'),)
    renamed = asked("RenameObject", "PUT /b/new?renameObject", 200, answer=etag)
    emptied = failed("rename-object.body", renamed, get, looked_at="body", actual="b''")

    assert symptoms(never_set, GROUP_OF)[0] == "ignored-query"
    assert symptoms(emptied, GROUP_OF)[0] == "ignored-query"
    assert "ignored-query" not in symptoms(other, GROUP_OF)


def test_a_code_of_its_own_is_one_cause_over_operations_and_a_generic_one_is_not() -> None:
    def refused(code: str) -> list[Result]:
        said = f"<Error><Code>{code}</Code></Error>"
        return [
            failed(f"{row}.a", asked(operation, line, 400, said), answered=f"400 {code}")
            for row, operation, line in [
                ("put-object", "PutObject", "PUT /b/k"),
                ("bucket-policy", "PutBucketPolicy", "PUT /b?policy"),
            ]
        ]

    [cause] = found(*refused("InvalidStorageClass"))
    assert cause.title == "Requests that S3 accepts are refused with 400 InvalidStorageClass"
    assert len(found(*refused("InvalidRequest"))) == 2


@pytest.mark.parametrize(
    ("line", "answer", "ignored"),
    [
        ("GET /b/k?uploads", ETAG, True),  # S3 lists the uploads of buckets only
        ("GET /b/k?uploads", (), False),
        ("GET /b/k?versionId=1", ETAG, False),
    ],
)
def test_a_listing_of_a_key_that_is_answered_with_the_object_is_not_looked_at(
    line: str, answer: tuple[tuple[str, str], ...], ignored: bool
) -> None:
    read = asked("GetObject", line, 200, "x", answer=answer)

    told = symptoms(failed("list-parts.a", read, expected="400 InvalidRequest"), GROUP_OF)

    assert ("ignored-query" in told) is ignored


def test_half_of_what_names_a_part_is_ignored_like_a_sub_resource() -> None:
    one = failed(
        "multipart-upload.half",
        asked("UploadPart", "PUT /b/k?partNumber=1", 200, answer=ETAG),
        expected="400 InvalidArgument",
    )
    listed = [
        failed(f"cors.{name}", asked("GetBucketCors", "GET /b?cors", 200, LISTING),
               looked_at="CORSRules", actual="<ListBucketResult> instead of <CORSConfiguration>")
        for name in ("a", "b")
    ]  # fmt: skip

    [cause] = found(one, *listed)
    [alone] = found(one)

    assert cause.key == "ignored-query" and "?cors, ?partNumber" in cause.title
    assert cause.requests == ("GET /bucket?cors", "PUT /bucket/key?partNumber")
    assert alone.key == "ignored-parameter/PUT/partNumber"


def test_what_only_the_run_shows_to_be_ignored_is_named_too() -> None:
    """PUT ?website is taken for CreateBucket, which refuses the document."""
    created = failed(
        "xml-safety.shown",
        asked("PutBucketWebsite", "PUT /b?website", 200, answer=(("Location", "/b"),)),
        answered="200",
        expected="400",
    )
    refused = [
        failed(f"website.{name}", asked("PutBucketWebsite", "PUT /b?website", 400),
               expected="2xx", answered="400 MalformedXML")
        for name in ("a", "b", "c")
    ]  # fmt: skip

    [cause] = found(created, *refused)

    assert cause.title == "The query is ignored (?website): another operation is done"
    assert cause.requests == ("PUT /bucket?website",)
    alone = replace(cause, results=tuple(refused))
    assert alone.requests == ("PUT /bucket?website",)
    assert title_of("ignored-query", tuple(refused)) == cause.title


def test_versions_under_the_root_of_another_listing_are_versions() -> None:
    document = "<ListBucketResult><Version><Key>k</Key></Version></ListBucketResult>"
    one = failed(
        "object-versions.listed",
        asked("ListObjectVersions", "GET /b?versions", 200, document),
        looked_at="body",
        expected=DOCUMENT,
        actual="<ListBucketResult> instead of <ListVersionsResult>",
    )

    assert "ignored-query" not in symptoms(one, GROUP_OF)
