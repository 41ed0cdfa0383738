"""What else fails because a feature is missing: requests of it alone, and readers it lets in."""

from __future__ import annotations

import msgspec
import pytest

from conformance.model import Call, Result
from conformance.model.causes import named_symptoms
from conformance.model.nowhere import evidence_of
from tests.conformance.test_causes import GROUP_OF, found
from tests.conformance.test_misread import asked, failed
from tests.conformance.test_nowhere import DENIED, keys, lacking, passed, put


@pytest.mark.parametrize(
    ("by", "policy", "key"),
    [
        (" by anonymous", (), "nowhere/acl"),
        ("", (), "refuses/copy-object/403 AccessDenied"),
        (
            " by anonymous",
            (asked("PutBucketPolicy", "PUT /b?policy", 200),),
            "refuses/copy-object/403 AccessDenied",
        ),
    ],
)
def test_others_are_kept_out_where_the_list_that_lets_them_in_is_not_kept(
    by: str, policy: tuple[Call, ...], key: str
) -> None:
    opened = [put(("x-amz-acl", "public-read"), purpose="setup") for _ in range(3)]
    read = asked("GetObject", "GET /b/k", 403, DENIED)
    one = failed("copy-object.open", *opened, *policy, read, answered="403 AccessDenied")
    [status] = one.expectations
    told = msgspec.structs.replace(status, what=f"GetObject{by}: status")

    assert keys(msgspec.structs.replace(one, expectations=(told,))) == {"copy-object.open": key}


def test_what_is_wrong_in_requests_of_a_feature_that_is_missing_is_of_that() -> None:
    run = [
        failed("object-acl.kept", put(("x-amz-acl", "public-read")),
               looked_at="Grants[].Permission", expected="['READ']", actual="['FULL_CONTROL']"),
        failed("bucket-acl.code", asked("PutBucketAcl", "PUT /b?acl", 400),
               expected="400 MissingSecurityHeader", answered="400 MalformedXML"),
        failed("object-versions.other", asked("GetObjectAcl", "GET /b/k?acl", 200),
               expected="404 NoSuchVersion"),
        failed("object-acl.fails", asked("PutObjectAcl", "PUT /b/k?acl", 500), answered="500"),
        *(passed("put-object.acl", put(("x-amz-acl", "private"))) for _ in range(3)),
    ]  # fmt: skip

    assert keys(*run) == {
        "object-acl.kept": "nowhere/acl",
        "bucket-acl.code": "nowhere/acl",
        "object-versions.other": "nowhere/acl",
        "object-acl.fails": "server-fails/PutObjectAcl/500",
    }


TAGS = "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>"
ETAG = (("ETag", '"abc"'),)


def tagged(*, lost: bool) -> list[Result]:
    """PutObjectTagging with a twelfth tag was accepted with an ETag; tags are read with one."""
    write = asked("PutObjectTagging", "PUT /b/k?tagging", 200, answer=ETAG)
    read = asked("GetObjectTagging", "GET /b/k?tagging", 200, TAGS, answer=ETAG)
    run = [
        failed("object-tagging.twelfth", write, expected="400 BadRequest"),
        passed("object-tagging.kept", read),
    ]
    gone = failed("data-safety.tags", write, looked_at="object k", expected="x", lost=True)
    return [*run, gone] if lost else run


def test_an_etag_says_that_the_object_was_written_unless_tags_are_read_back() -> None:
    assert (
        keys(*tagged(lost=False))["object-tagging.twelfth"] == "accepts/object-tagging/BadRequest"
    )
    assert keys(*tagged(lost=True))["object-tagging.twelfth"] == "ignored-query"


def test_a_header_that_came_where_none_should_is_no_missing_feature() -> None:
    sent = ("x-amz-checksum-crc32", "AAAAAA==")
    run = [lacking("x-amz-checksum-crc32", f"checksums.kept_{n}", put(sent)) for n in range(3)]
    head = asked("HeadObject", "HEAD /b/k", 200)
    looked_at = "header x-amz-checksum-crc32"
    echoed = failed("head-object.none", head, looked_at=looked_at, expected="absent", actual="AA==")

    told = keys(*run, echoed)

    assert told["checksums.kept_0"] == "nowhere/checksums"
    assert told["head-object.none"] == "header/x-amz-checksum-crc32/unexpected"


def test_the_class_of_every_object_shows_no_class() -> None:
    kept = ("x-amz-storage-class", "STANDARD_IA")
    run = [lacking("x-amz-storage-class", f"storage-class.kept_{n}", put(kept)) for n in range(3)]

    def shown(value: str) -> Result:
        answer = (("x-amz-storage-class", value),)
        return passed("cdn.x", asked("HeadObject", "HEAD /b/k", 200, answer=answer))

    assert keys(*run, shown("STANDARD"))["storage-class.kept_0"] == "nowhere/storage-class"
    assert keys(*run, shown("GLACIER"))["storage-class.kept_0"] != "nowhere/storage-class"


LOCK = (("x-amz-bucket-object-lock-enabled", "true"),)
MADE = asked("CreateBucket", "PUT /b", 200, headers=LOCK, purpose="setup")


def without_header(header: str, row: str, times: int, *calls: Call) -> list[Result]:
    """Checks of a row that miss a header in the answer to the last of these calls."""
    told = {"looked_at": f"header {header}", "expected": "x", "actual": "absent"}
    return [failed(f"{row}.missed_{number}", *calls, **told) for number in range(times)]


def test_a_bucket_that_makes_no_versions_comes_before_a_header_that_is_missing() -> None:
    locked = without_header("x-amz-version-id", "retention", 6, MADE, put())

    told = keys(*locked, lacking("x-amz-version-id", "object-versions.other", put()))

    assert told["retention.missed_0"] == "ignored-header/x-amz-bucket-object-lock-enabled"
    assert told["object-versions.other"] == "header/x-amz-version-id/absent"


def test_the_largest_cause_is_the_first_though_another_was_chosen_before_it() -> None:
    locked = without_header("x-amz-version-id", "retention", 6, MADE, put())
    others = without_header("Expires", "cdn", 7, asked("HeadObject", "HEAD /b/k", 200))

    assert [len(cause.results) for cause in found(*locked, *others)] == [7, 6]


def test_what_others_may_not_do_is_not_what_the_owner_s_number_decides() -> None:
    owner = (("x-amz-expected-bucket-owner", "111122223333"),)
    one = failed("head-bucket.owner", asked("HeadBucket", "HEAD /b", 200, headers=owner),
                 expected="403")  # fmt: skip
    read = asked("GetObject", "GET /b/k", 200)
    others = [failed(f"{row}.nobody", read, expected="403") for row in ("get-object", "cors")]

    told = keys(one, *others)

    assert told["get-object.nobody"] == told["cors.nobody"] == "not-enforced/anybody"
    assert told["head-bucket.owner"] == "not-enforced/x-amz-expected-bucket-owner"


def test_a_body_that_is_refused_with_another_code_is_held_to_its_digest() -> None:
    wrong = failed("checksums.code", asked("PutObject", "PUT /b/k", 400),
                   expected="400 BadDigest", answered="400 BadRequest")  # fmt: skip
    taken = failed("streaming-bodies.sum", asked("UploadPart", "PUT /b/k", 200),
                   expected="400 BadDigest")  # fmt: skip

    assert keys(taken)["streaming-bodies.sum"] == "not-enforced/integrity"
    assert keys(taken, wrong)["streaming-bodies.sum"] == "not-enforced/integrity/UploadPart"


def test_a_checksum_that_is_refused_in_a_sub_resource_is_the_missing_checksum() -> None:
    """The same request succeeds without it."""
    sums = ("x-amz-checksum-crc32", "AAAAAA==")
    refusal = "<Error><Code>NotImplemented</Code></Error>"
    refused = asked("PutObjectAcl", "PUT /b/k?acl", 501, refusal, headers=(sums,))
    run = [
        *(lacking("x-amz-checksum-crc32", f"checksums.kept_{n}", put(sums)) for n in range(3)),
        failed("object-acl.set", refused, answered="501 NotImplemented"),
    ]
    works = passed("object-acl.raw", asked("PutObjectAcl", "PUT /b/k?acl", 200))

    assert keys(*run, works)["object-acl.set"] == "nowhere/checksums"
    assert keys(*run)["object-acl.set"] == "absent/object-acl"


def test_a_digest_of_another_kind_is_not_of_the_checksums() -> None:
    """SDKs send a checksum of their own accord beside the Content-MD5 that is judged."""
    md5 = (("Content-MD5", "AA=="), ("x-amz-checksum-crc32", "AAAAAA=="))
    sums = md5[1:]
    part = asked("UploadPart", "PUT /b/k?partNumber=1&uploadId=u", 200, headers=sums)
    several = [put(*sums), part] * 4
    run = [
        failed(f"checksums.sum_{n}", one, expected="400 BadDigest") for n, one in enumerate(several)
    ]
    run.append(failed("checksums.md5", put(*md5), expected="400 BadDigest"))
    held = passed("http-framing.x", held=("UploadPart", "IncompleteBody", "IncompleteBody"))

    told = keys(*run, held)

    assert told["checksums.sum_0"] == "unguarded/checksums"
    assert told["checksums.md5"] == "not-enforced/integrity/PutObject"


def test_an_operation_that_is_refused_as_it_stands_is_what_is_not_implemented() -> None:
    refusal = "<Error><Code>NotImplemented</Code></Error>"

    def listed(check: str, *headers: tuple[str, str]) -> Result:
        call = asked("PutBucketAcl", "PUT /b?acl", 501, refusal, headers=headers)
        return failed(check, call, answered="501 NotImplemented")

    run = [listed("bucket-acl.canned", ("x-amz-acl", "private")), listed("bucket-acl.document")]
    opened = [passed(f"put-object.a{n}", put(("x-amz-acl", "private"))) for n in range(3)]

    [cause] = dict.fromkeys(keys(*run, *opened).values())
    told = found(*run, *opened)[0].title

    assert cause == "nowhere/acl"
    assert told.endswith("FULL_CONTROL; not implemented: PutBucketAcl")


def test_versions_are_asked_for_where_versioning_was_taken() -> None:
    def run(status: int) -> list[Result]:
        enabled = asked("PutBucketVersioning", "PUT /b?versioning", status, purpose="setup")
        made = [enabled, enabled, enabled, put()]
        return [
            failed("copy-object.version", *made, looked_at="header x-amz-version-id",
                   expected="x", actual="absent")
        ]  # fmt: skip

    assert list(keys(*run(200)).values()) == ["nowhere/versions"]
    assert list(keys(*run(409)).values()) == ["header/x-amz-version-id/absent"]


def test_a_loss_by_what_the_run_shows_to_be_ignored_is_of_that() -> None:
    """The bucket was gone before the request that is named beside it."""
    listing = "<ListBucketResult><Name>b</Name></ListBucketResult>"
    shown = failed("cors.read", asked("GetBucketCors", "GET /b?cors", 200, listing),
                   looked_at="CORSRules", actual="<ListBucketResult> instead of <X>")  # fmt: skip
    gone = "gone (404), after DELETE /b?cors"
    many = failed("errors.every", asked("GetObject", "GET /b/k", 200), expected="403",
                  looked_at="status")  # fmt: skip
    loss = failed("errors.every", asked("GetBucketCors", "GET /b?cors", 404, DENIED), actual=gone,
                  looked_at="bucket b", expected="still as it was", lost=True)  # fmt: skip
    [lost] = loss.expectations
    lost = msgspec.structs.replace(lost, what="bucket b")
    both = msgspec.structs.replace(many, expectations=(*many.expectations, lost))

    assert keys(shown, both)["errors.every"] == "ignored-query"
    assert keys(both)["errors.every"] != "ignored-query"


def test_what_saw_a_bucket_gone_ignored_nothing() -> None:
    deleted = asked("DeleteBucketCors", "DELETE /b?cors", 204)
    looked = asked("HeadBucket", "HEAD /b", 404)
    one = failed("cors.deleted", deleted, looked, answered="404")

    said = evidence_of([one], [one])

    assert said.ignored_in[one.id] == {"cors": {"DeleteBucketCors", "HeadBucket"}}
    assert said.ignored == {"cors": {"DeleteBucketCors"}}


def test_a_header_is_named_where_the_operation_is_not_refused_without_it() -> None:
    refusal = "<Error><Code>NotImplemented</Code></Error>"
    tags = (("x-amz-tagging", "a=b"),)

    def copied(check: str, *headers: tuple[str, str]) -> Result:
        call = asked("CopyObject", "PUT /b/k", 501, refusal, headers=headers)
        return failed(check, call, answered="501 NotImplemented")

    tagged, bare = copied("object-tagging.copy", *tags), copied("copy-object.copy")
    works = passed("copy-object.works", asked("CopyObject", "PUT /b/k", 200))

    named = "absent-part/header/x-amz-tagging"
    assert named in named_symptoms([tagged], GROUP_OF, [tagged])[tagged.id]
    assert named not in named_symptoms([tagged], GROUP_OF, [tagged, bare])[tagged.id]
    assert named in named_symptoms([tagged], GROUP_OF, [tagged, bare, works])[tagged.id]


def test_a_bucket_with_lock_keeps_no_versions_for_its_own_reason() -> None:
    enabled = asked("PutBucketVersioning", "PUT /b?versioning", 200, purpose="setup")
    [kept] = without_header("x-amz-version-id", "object-versions", 1, *[enabled] * 3, put())
    [locked] = without_header("x-amz-version-id", "retention", 1, MADE, put())

    told = named_symptoms([kept, locked], GROUP_OF, [kept, locked])

    assert "nowhere/versions" in told[kept.id]
    assert "nowhere/versions" not in told[locked.id]
