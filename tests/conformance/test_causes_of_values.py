"""Causes by what a request was refused for and what an answer holds: arguments, codes, values."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Call, Expectation, Outcome, Result
from conformance.model.symptoms import symptoms, weight_of
from conformance.model.weight import Weight
from tests.conformance.test_causes import found
from tests.conformance.test_misread import asked, failed
from tests.conformance.test_nowhere import keys, lacking, put

INTERNAL = "<Error><Code>InternalError</Code></Error>"
NOT_HELD = "<Error><Code>PreconditionFailed</Code></Error>"


def refusable(check: str, operation: str, line: str, argument: str = "") -> Result:
    """A wrong argument was accepted; S3's error names it where the check says so."""
    one = failed(check, asked(operation, line, 200), expected="400 InvalidArgument")
    [status] = one.expectations
    member = msgspec.structs.replace(
        status, what=f"{operation}: error member ArgumentName", expected=argument, wording=True
    )
    return msgspec.structs.replace(one, expectations=(status, member) if argument else (status,))


def test_an_argument_that_is_not_checked_is_one_cause_over_operations() -> None:
    several = keys(
        refusable("list-objects.type", "ListObjects", "GET /b?encoding-type=x", "encoding-type"),
        refusable("list-parts.type", "ListParts", "GET /b/k?uploadId=1&encoding-type=x"),
    )

    assert set(several.values()) == {"unchecked-argument/encoding-type"}


def test_two_arguments_of_one_row_are_two_causes() -> None:
    several = keys(
        refusable("list-buckets.size", "ListBuckets", "GET /?max-buckets=0"),
        refusable("list-buckets.region", "ListBuckets", "GET /?bucket-region=x&max-buckets=1",
                  "bucket-region"),
        refusable("list-buckets.both", "ListBuckets", "GET /?bucket-region=x&max-buckets=0"),
    )  # fmt: skip

    assert several == {
        "list-buckets.size": "unchecked-argument/max-buckets",
        "list-buckets.region": "unchecked-argument/bucket-region",
        "list-buckets.both": "accepts/list-buckets/InvalidArgument",
    }


@pytest.mark.parametrize("named", ["matches (?i)max-?keys", "X-Amz-Acl"])
def test_the_name_of_an_argument_is_a_name(named: str) -> None:
    [key] = keys(refusable("a.b", "ListObjects", "GET /b?max-keys=x", named)).values()

    assert key == f"unchecked-argument/{'max-keys' if '?' in named else 'x-amz-acl'}"


def test_an_etag_that_does_not_outweigh_a_date_is_one_cause_over_operations() -> None:
    def refused(operation: str, line: str, *headers: str) -> Result:
        sent = tuple((name, "x") for name in headers)
        call = asked(operation, line, 412, NOT_HELD, headers=sent)
        row = operation.lower()
        return failed(f"{row}.both", call, expected="2xx", answered="412 PreconditionFailed")

    copied = "x-amz-copy-source-if"
    several = keys(
        refused("GetObject", "GET /b/k", "If-Match", "If-Unmodified-Since"),
        refused("CopyObject", "PUT /b/c", f"{copied}-match", f"{copied}-unmodified-since"),
        refused("UploadPartCopy", "PUT /b/c", f"{copied}-unmodified-since"),
    )

    assert several["getobject.both"] == several["copyobject.both"] == "two-conditions/412"
    assert several["uploadpartcopy.both"] != "two-conditions/412", "it sent one condition"


def refusing(check: str, came: str) -> Result:
    """A locked object: the status of DeleteObject."""
    call = asked("DeleteObject", "DELETE /b/k", 400)
    return failed(check, call, expected="403 AccessDenied", answered=came)


def listed(check: str, due: str, came: str, what: str = "Errors[].Code") -> Result:
    call = asked("DeleteObjects", "POST /b?delete", 200)
    return failed(check, call, looked_at=what, expected=due, actual=came)


def test_a_code_is_the_same_in_an_answer_and_in_a_list_of_errors() -> None:
    one = refusing("retention.one", "400 InvalidRequest")
    many = listed("retention.many", "[['k', 'AccessDenied']]", "[['k', 'InvalidRequest']]")
    others = [
        listed("retention.none", "['AccessDenied']", "absent"),
        listed("retention.other", "['AccessDenied']", "['NoSuchKey']"),
        refusing("sse-c.one", "409 InvalidRequest"),
    ]

    [first, *_] = found(one, many, *others)

    assert first.key == "coded/retention/AccessDenied/InvalidRequest"
    assert first.checks == ("retention.many", "retention.one")
    assert first.title == (
        "In the row retention the error InvalidRequest comes where S3 has AccessDenied"
    )
    assert not keys(one)["retention.one"].startswith("coded/"), "alone it says the status"


def test_what_is_added_to_values_is_one_cause_whatever_the_values() -> None:
    mark = "[cache:v2]"
    several = [
        listed("list-objects.marker", "a/", f"a/{mark}", "NextMarker"),
        listed("list-versions.pages", "['k', 'é']", f"['k', 'é{mark}']", "NextKeyMarker"),
        listed("list-parts.longer", "a", "another", "Key"),
        listed("list-uploads.other", "a/", f"b/{mark}", "Prefix"),
    ]

    [first, *others] = found(*several)

    assert first.key == f"added/{mark}" and mark in first.title
    assert first.checks == ("list-objects.marker", "list-versions.pages")
    assert len(others) == 2


def test_documents_that_cannot_be_read_and_end_in_a_500_are_one_cause() -> None:
    def fails(operation: str, line: str, text: str, due: str) -> Result:
        call = asked(operation, line, 500, INTERNAL, sent=text)
        answered = "500 InternalError"
        return failed(f"{operation.lower()}.a", call, expected=due, answered=answered)

    several = keys(
        fails("PutBucketAcl", "PUT /b?acl", "<a>", "400 MalformedACLError"),
        fails("DeleteObjects", "POST /b?delete", "<a>", "400 MalformedXML"),
        fails("PutBucketPolicy", "PUT /b?policy", '{"a": 1}', "204"),
        fails("CreateBucket", "PUT /b", "", "400 MalformedXML"),
        fails("PutObjectTagging", "PUT /b/k?tagging", "<a>", "200"),
    )

    assert several["putbucketacl.a"] == several["deleteobjects.a"]
    assert several["deleteobjects.a"] == "document-fails/500 InternalError"
    assert several["createbucket.a"] == "server-fails/CreateBucket/500 InternalError"
    assert several["putobjecttagging.a"] == "server-fails/PutObjectTagging/500 InternalError"
    assert len({*several.values()}) == 4


def test_an_operation_that_never_succeeds_is_of_the_sub_resource_that_others_show_ignored() -> None:
    listing = "<ListBucketResult></ListBucketResult>"
    refusal = "<Error><Code>BadRequest</Code></Error>"
    name = "CreateBucketMetadataConfiguration"
    read = asked("GetBucketMetadataConfiguration", "GET /b?metadataConfiguration", 200, listing)

    def begun(check: str, line: str = "POST /b?metadataConfiguration") -> Result:
        call = asked(name, line, 400, refusal, purpose="setup")
        told = failed(check, call, expected="2xx", answered="400 BadRequest")
        return msgspec.structs.replace(told, reason=f"setup: {name} answered 400 BadRequest")

    several = keys(
        failed("bucket-metadata.read", read, looked_at="body", expected="x"),
        *(begun(f"bucket-metadata.{letter}") for letter in "abc"),
    )
    assert set(several.values()) == {"ignored-query"}

    worked = begun("bucket-metadata.d")
    done = asked(name, "POST /b?metadataConfiguration", 200)
    worked = msgspec.structs.replace(worked, calls=(done, *worked.calls))
    several = keys(
        failed("bucket-metadata.read", read, looked_at="body", expected="x"),
        *(begun(f"bucket-metadata.{letter}") for letter in "abc"),
        worked,
    )
    assert len(set(several.values())) == 2, "it is there"


def test_a_feature_that_is_nowhere_explains_that_its_own_sub_resource_is_refused() -> None:
    its = ("x-amz-server-side-encryption", "AES256")
    refusal = "<Error><Code>MalformedXML</Code></Error>"
    set_it = asked("PutBucketEncryption", "PUT /b?encryption", 400, refusal, sent="<a/>")
    other = asked("PutBucketTagging", "PUT /b?tagging", 400, refusal, sent="<a/>")

    def refused(check: str, call: Call) -> Result:
        return failed(check, call, expected="2xx", answered="400 MalformedXML")

    several = keys(
        *(lacking(its[0], f"sse-s3.{letter}", put(its)) for letter in "abc"),
        refused("sse-kms.default", set_it),
        refused("bucket-tagging.set", other),
    )

    assert several.pop("bucket-tagging.set") != "nowhere/sse"
    assert set(several.values()) == {"nowhere/sse"}


def test_newer_checksums_are_a_feature_of_their_own() -> None:
    newer = ("x-amz-checksum-sha512", "x-amz-checksum-xxhash64", "x-amz-checksum-md5")
    older = asked("HeadObject", "HEAD /b/k", 200, answer=(("x-amz-checksum-crc32", "AA=="),))
    several = [lacking(name, f"checksums.{name[15:]}", put((name, "AAAA"))) for name in newer] + [
        failed("checksums.older", older, expected="400 InvalidRequest")
    ]

    told = keys(*several)

    assert told.pop("checksums.older") != "nowhere/newer-checksums"
    assert set(told.values()) == {"nowhere/newer-checksums"}


def test_what_is_explained_by_a_feature_draws_no_other_failure_of_its_row() -> None:
    newer = ("x-amz-checksum-sha512", "AAAA")

    def accepted(check: str, call: Call) -> Result:
        return failed(check, call, expected="400 BadDigest")

    document = asked("PutBucketCors", "PUT /b?cors", 200, sent="<a/>")
    refused = asked("PutObject", "PUT /b/k", 400)
    held = failed("object-lock.other", refused, expected="400 BadDigest",
                  actual="400 BadDigest", answered="400 BadDigest")  # fmt: skip
    [seen] = held.expectations
    enforced = msgspec.structs.replace(held, expectations=(
        msgspec.structs.replace(seen, ok=True, operation="PutObject"),
        msgspec.structs.replace(seen, ok=True, operation="PutBucketCors"),
    ))  # fmt: skip

    told = keys(
        *(accepted(f"checksums.{letter}", put(newer)) for letter in "abc"),
        accepted("checksums.document", document),
        msgspec.structs.replace(enforced, outcome=Outcome.PASS),
    )

    assert told.pop("checksums.document") == "accepts/checksums/BadDigest"
    [key] = set(told.values())
    assert key in ("nowhere/newer-checksums", "unguarded/newer-checksums")


def test_a_value_is_no_longer_than_what_the_expectation_shows() -> None:
    cut = Expectation(
        "ListObjects: Key", "['a', 'b'…", "['a', 'c'…", False, operation="ListObjects"
    )
    one = failed("list-objects.cut", asked("ListObjects", "GET /b", 200))

    [key] = keys(msgspec.structs.replace(one, expectations=(cut,))).values()

    assert key == "data/list-objects/Key"


@pytest.mark.parametrize(
    ("looked_at", "name"),
    [
        ("pages of 1", "pages"),
        ("keys, page by page", "pages"),
        ("Marker, decoded", "Marker"),
        ("Delimiter 'ä' is encoded", "Delimiter"),
        ("object 122/key", "object"),
        ("the records", "the records"),
        ("the source's status is None", "document"),
        ("the body of 49152 bytes is one that was written", "document"),
        ("Contents[?Key == 'a'].Size", "Size"),
        ("Owner.ID", "ID"),
    ],
)
def test_a_cause_is_named_by_what_was_looked_at(looked_at: str, name: str) -> None:
    one = failed("a.b", asked("ListObjects", "GET /b", 200), looked_at=looked_at, expected="x")

    assert any(key.startswith("data/") and key.endswith(f"/{name}") for key in symptoms(one, str))


def test_one_code_for_every_mistake_in_a_row_is_one_cause() -> None:
    several = [
        refusing("retention.locked", "400 InvalidRequest"),
        listed("retention.many", "[['k', 'AccessDenied']]", "[['k', 'InvalidRequest']]"),
        failed("retention.date", asked("PutObject", "PUT /b/k", 400),
               expected="400 InvalidArgument", answered="400 InvalidRequest"),
    ]  # fmt: skip
    others = [
        failed("errors.date", asked("PutObject", "PUT /b/k", 400),
               expected="400 InvalidArgument", answered="400 InvalidRequest"),
        failed("retention.none", asked("GetObjectRetention", "GET /b/k?retention", 404),
               expected="400 InvalidArgument", answered="404 NoSuchKey"),
    ]  # fmt: skip

    first, *rest = found(*several, *others)

    assert first.key == "coded-as/retention/InvalidRequest"
    assert {one.check for one in first.results} == {one.check for one in several}
    assert first.title == (
        "The error InvalidRequest comes in the row retention where S3 has others: "
        "AccessDenied, InvalidArgument"
    )
    assert len(rest) == 2


def test_entries_that_should_have_been_refused_are_accepted() -> None:
    undone = listed("delete-objects.etag", "[['k', 'PreconditionFailed']]", "absent",
                    "Errors[].[Key, Code]")  # fmt: skip
    alone = failed(
        "conditional-write.one",
        asked("DeleteObject", "DELETE /b/k", 204, headers=(("If-Match", "x"),)),
        expected="412 PreconditionFailed",
        answered="204",
    )

    [cause] = found(undone, alone)

    assert cause.key == "not-enforced/condition"
    assert weight_of(undone) is Weight.WRONGLY_ACCEPTED
    as_expected = listed("delete-objects.none", "absent", "[['k', 'AccessDenied']]")
    assert weight_of(as_expected) is Weight.WRONG_DATA


@pytest.mark.parametrize(("document", "key"), [
    ("<L></L>", "lists-nothing/ListObjectsV2"),
    ("<L><Contents><Key>k</Key></Contents></L>", "data/list-objects-v2/ChecksumAlgorithm"),
])  # fmt: skip
def test_entries_without_a_member_are_entries(document: str, key: str) -> None:
    call = asked("ListObjectsV2", "GET /b?list-type=2", 200, document)
    one = failed("list-objects-v2.sum", call, looked_at="Contents[].ChecksumAlgorithm[]",
                 expected="['SHA256']", actual="[]")  # fmt: skip

    told = symptoms(one, lambda _row: "")

    assert key in told
    assert any(name.startswith("lists-no") for name in told) is key.startswith("lists-no")


def test_the_call_that_was_judged_is_the_check_s_own() -> None:
    """Setup made the same request, and was answered as well."""
    before = asked("PutObject", "PUT /b/k", 200, purpose="setup")
    judged = asked("PutObject", "PUT /b/k?versionId=1", 200)
    after = asked("PutObject", "PUT /b/other", 200, purpose="setup")
    one = failed("object-versions.no", before, judged, after, expected="400 InvalidArgument")

    assert "ignored-parameter/PUT/versionId" in symptoms(one, lambda _row: "")


def test_of_two_calls_the_one_with_the_status_is_judged_though_setup_made_a_third() -> None:
    before = asked("PutObject", "PUT /b/k", 200, purpose="setup")
    judged = asked("PutObject", "PUT /b/k?versionId=1", 200)
    then = asked("PutObject", "PUT /b/k", 200)
    one = failed("object-versions.no", before, judged, then, expected="400 InvalidArgument")
    [status] = one.expectations
    good = msgspec.structs.replace(status, expected="200", ok=True)
    both = msgspec.structs.replace(one, expectations=(status, good))

    assert "ignored-parameter/PUT/versionId" in symptoms(both, lambda _row: "")
