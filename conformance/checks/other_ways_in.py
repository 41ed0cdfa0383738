"""Checks that what holds of a PUT holds of the other ways in: copies, uploads in parts, forms."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_forms import FORM, form_fields, post_form
from conformance.checks.given_requests import md5
from conformance.trial import Answer, Trial, check, that

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
SSE = "x-amz-server-side-encryption"


def _uploaded(t: Trial, bucket: str, key: str) -> Answer:
    """An object made of one part; what the completion was answered."""
    begun = t.call("CreateMultipartUpload", Bucket=bucket, Key=key)
    asked: dict[str, Any] = {"Bucket": bucket, "Key": key, "UploadId": begun.need("UploadId")}
    part = t.call("UploadPart", **asked, PartNumber=1, Body=b"x", ContentMD5=md5(b"x"))
    named = [{"PartNumber": 1, "ETag": part.need_etag()}]
    return t.call("CompleteMultipartUpload", **asked, MultipartUpload={"Parts": named})


@check("retention", proved_by=["default-retention-of-puts-alone"], only=SDK, spec=(
    f"{GUIDE}/object-lock.html"
))  # fmt: skip
def default_retention_falls_on_copies_and_uploads(t: Trial) -> None:
    """A copy into a bucket with a default retention, and an upload in parts, are under it."""
    t.given.object("source", b"x")
    bucket = t.given.locked_bucket()
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    t.given.call(
        "PutObjectLockConfiguration",
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
    )

    copied = t.call("CopyObject", Bucket=bucket, Key="copied", CopySource=t.source("source"))
    t.expect.ok(copied)
    t.expect.ok(_uploaded(t, bucket, "joined"))

    for key in ("copied", "joined"):
        head = t.look("HeadObject", Bucket=bucket, Key=key)
        t.expect.member(head, "ObjectLockMode", "GOVERNANCE")
        t.expect.member(
            head, "ObjectLockRetainUntilDate", that("a time", lambda until: until is not None)
        )


@check("sse-kms", proved_by=["bucket-default-of-puts-alone"], only=RAW, spec=(
    f"{GUIDE}/default-bucket-encryption.html"
))  # fmt: skip
def bucket_s_default_is_that_of_uploads_and_forms(t: Trial) -> None:
    """An upload in parts and a form that ask for nothing are encrypted as the bucket's default."""
    bucket = t.given.bucket()
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    t.given.call(
        "PutBucketEncryption",
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [default]},
    )

    joined = _uploaded(t, bucket, "joined")
    t.expect.ok(joined)
    posted = post_form(t, form_fields(t, "posted", bucket=bucket), bucket=bucket)
    t.expect.status(posted, 204)

    t.expect.header(joined, SSE, "aws:kms")
    for key in ("joined", t.key("posted")):
        head = t.look("HeadObject", Bucket=bucket, Key=key)
        t.expect.header(head, SSE, "aws:kms")


@check("object-expiration", proved_by=["completion-tells-no-expiration"], only=SDK, spec=(
    f"{API}/API_CompleteMultipartUpload.html"
))  # fmt: skip
def completion_tells_the_expiration(t: Trial) -> None:
    """CompleteMultipartUpload answers the x-amz-expiration of the object, as a PUT does."""
    bucket = t.given.bucket()
    rule = {"ID": "three", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 3}}
    t.given.call(
        "PutBucketLifecycleConfiguration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [rule]},
    )

    got = _uploaded(t, bucket, "joined")

    t.expect.ok(got)
    t.expect.header(
        got,
        "x-amz-expiration",
        that("the id of the rule, three", lambda told: 'rule-id="three"' in told),
    )


@check("object-tagging", proved_by=["tags-of-copies-unchecked"], only=SDK, spec=(
    f"{GUIDE}/object-tagging.html"
))  # fmt: skip
def tags_of_copies_and_uploads_are_checked(t: Trial) -> None:
    """Eleven tags, or one key twice, with a copy or an upload: 400, and nothing comes of it."""
    t.given.object("source", b"x")
    many = "&".join(f"k{number}=v" for number in range(11))

    for tags in (many, "a=1&a=2"):
        copied = t.call(
            "CopyObject",
            Key="copied",
            CopySource=t.source("source"),
            TaggingDirective="REPLACE",
            Tagging=tags,
        )
        t.expect.error(copied, 400, None)
        t.expect.error(t.call("CreateMultipartUpload", Key="begun", Tagging=tags), 400, None)

    t.expect.status(t.look("HeadObject", Key="copied"), 404)
    begun = t.look("ListMultipartUploads", Prefix=t.key("begun"))
    t.expect.member(begun, "Uploads || `[]`", [])


@check("post-object", proved_by=["forms-name-no-version"], only=RAW, spec=FORM)
def form_makes_a_version_and_names_it(t: Trial) -> None:
    """Two forms for one key of a versioned bucket: two versions, each named in its answer."""
    bucket = t.given.versioned_bucket()
    fields = form_fields(t, "posted", bucket=bucket)

    first = post_form(t, fields, b"one", bucket=bucket)
    second = post_form(t, fields, b"two", bucket=bucket)

    for got in (first, second):
        t.expect.status(got, 204)
    made = [got.need_header("x-amz-version-id") for got in (second, first)]
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "Versions[].VersionId", made)
    old = t.look("GetObject", Bucket=bucket, Key=t.key("posted"), VersionId=made[1])
    t.expect.body(old, b"one")


@check(
    "object-versions",
    proved_by=["null-marker-outlives-a-put"],
    only=SDK,
    verified=RECORDED,
    spec=f"{GUIDE}/AddingObjectstoVersionSuspendedBuckets.html",
)
def suspended_put_replaces_the_marker_null(t: Trial) -> None:
    """With versioning suspended, a PUT after a DELETE takes the place of the marker `null`."""
    bucket = t.given.versioned_bucket()
    kept = t.given.object("key", b"numbered", Bucket=bucket).need_version_id()
    suspended = {"Status": "Suspended"}
    t.given.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration=suspended)
    t.given.call("DeleteObject", Bucket=bucket, Key="key")
    t.expect.error(t.look("GetObject", Bucket=bucket, Key="key"), 404, "NoSuchKey")

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"again"))

    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"again")
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "Versions[].VersionId", ["null", kept])
    t.expect.member(listed, "DeleteMarkers || `[]`", [])


@check(
    "storage-class",
    proved_by=["classes-of-copies-unchecked"],
    only=SDK,
    verified=RECORDED,
    spec=f"{API}/API_CreateMultipartUpload.html",
)
def class_of_uploads_and_copies_is_checked(t: Trial) -> None:
    """An upload, or a copy, with a class that the bucket cannot have: 400 InvalidStorageClass."""
    t.given.object("source", b"x")
    unusable = {"StorageClass": "OUTPOSTS"}

    begun = t.call("CreateMultipartUpload", Key="begun", **unusable)
    copied = t.call("CopyObject", Key="copied", CopySource=t.source("source"), **unusable)

    t.expect.error(begun, 400, "InvalidStorageClass", StorageClassRequested="OUTPOSTS")
    t.expect.error(copied, 400, "InvalidStorageClass")
    t.expect.status(t.look("HeadObject", Key="copied"), 404)


@check("upload-part-copy", proved_by=["copied-parts-of-any-number"], only=RAW, spec=(
    f"{API}/API_UploadPartCopy.html"
), level="should")  # fmt: skip
def copied_part_has_a_number_from_1_to_10000(t: Trial) -> None:
    """A copied part 0 or 10,001: 400 InvalidArgument, and no part; 10,000 is one."""
    t.given.object("source", b"x")
    upload = t.given.call("CreateMultipartUpload", Key="joined").need("UploadId")
    path = f"/{t.bucket}/{t.key('joined')}"
    source = {"x-amz-copy-source": t.source("source")}

    for number in (0, 10001):
        query = f"partNumber={number}&uploadId={upload}"
        t.expect.error(t.raw("PUT", path, query=query, headers=source), 400, "InvalidArgument")
    most = f"partNumber=10000&uploadId={upload}"
    t.expect.status(t.raw("PUT", path, query=most, headers=source), 200)

    listed = t.look("ListParts", Key="joined", UploadId=upload)
    t.expect.member(listed, "Parts[].PartNumber", [10000])
