"""Checks of requests whose answer depends on what was there before: markers, nulls, defaults."""

from __future__ import annotations

from conformance.checks.given_locks import locked_until
from conformance.checks.given_uploads import FIVE_MIB, given_part, given_upload, named_parts
from conformance.trial import Trial, check, that

SDK = ("boto3", "raw")
RECORDED = "aws-recorded 2026-02"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
CONDITIONS = "https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2"
OTHER = '"00000000000000000000000000000000"'
SUSPENDED = {"Status": "Suspended"}


# conditions on what is a delete marker


@check(
    "conditional-write",
    proved_by=["marker-is-an-object-to-conditions"],
    only=SDK,
    verified=RECORDED,
)
def deleted_key_has_no_first_writer_yet(t: Trial) -> None:
    """PUT with `If-None-Match: *` where the latest is a delete marker: it is written."""
    bucket = t.given.versioned_bucket()
    about = {"Bucket": bucket, "Key": "key"}
    t.given.object("key", b"first", Bucket=bucket)
    again = t.call("PutObject", **about, Body=b"second", IfNoneMatch="*")
    t.given.call("DeleteObject", **about)

    got = t.call("PutObject", **about, Body=b"third", IfNoneMatch="*")

    t.expect.error(again, 412, "PreconditionFailed")
    t.expect.ok(got)
    t.expect.body(t.look("GetObject", **about), b"third")


@check("conditional-write", proved_by=["if-match-of-a-marker-is-412"], only=SDK, verified=RECORDED)
def deleted_key_has_no_etag(t: Trial) -> None:
    """PUT and copy with If-Match where the latest is a delete marker: 404 NoSuchKey."""
    bucket = t.given.versioned_bucket()
    about = {"Bucket": bucket, "Key": "key"}
    stored = t.given.object("key", b"first", Bucket=bucket)
    t.given.object("source", b"x", Bucket=bucket)
    t.given.call("DeleteObject", **about)

    put = t.call("PutObject", **about, Body=b"second", IfMatch=stored.etag)
    copy = t.call("CopyObject", **about, CopySource=f"{bucket}/source", IfMatch=stored.etag)

    t.expect.error(put, 404, "NoSuchKey")
    t.expect.error(copy, 404, "NoSuchKey")


@check("conditional-write", proved_by=["copy-ignores-if-match"], only=SDK, verified=RECORDED)
def copy_overwrites_the_etag_it_names_only(t: Trial) -> None:
    """CopyObject with If-Match: another ETag 412, an absent key 404, the right one is copied."""
    t.given.object("source", b"x")
    there = t.given.object("there", b"first")
    source = {"CopySource": t.source("source")}

    other = t.call("CopyObject", Key="there", **source, IfMatch=OTHER)
    absent = t.call("CopyObject", Key="absent", **source, IfMatch=there.etag)

    t.expect.error(other, 412, "PreconditionFailed", Condition="If-Match")
    t.expect.error(absent, 404, "NoSuchKey")
    t.expect.body(t.look("GetObject", Key="there"), b"first")
    t.expect.ok(t.call("CopyObject", Key="there", **source, IfMatch=there.etag))
    t.expect.body(t.look("GetObject", Key="there"), b"x")


@check("object-tagging", proved_by=["tags-of-a-marker-are-none"], only=SDK, verified=RECORDED)
def delete_marker_has_no_tags_to_read(t: Trial) -> None:
    """Tags of a delete marker, by its id and by its key: GET and DELETE are 405."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"x", Bucket=bucket)
    about = {"Bucket": bucket, "Key": "key"}
    marker = t.given.call("DeleteObject", **about).need_version_id()

    for operation in ("GetObjectTagging", "DeleteObjectTagging"):
        for which in ({}, {"VersionId": marker}):
            got = t.call(operation, **about, **which)
            t.expect.error(got, 405, "MethodNotAllowed", ResourceType="DeleteMarker")


@check(
    "object-attributes",
    proved_by=["attributes-of-a-marker"],
    only=SDK,
    spec=f"{API}/API_GetObjectAttributes.html",
)
def delete_marker_has_no_attributes(t: Trial) -> None:
    """GetObjectAttributes of a marker: 405 by its id, 404 by its key; both name the marker."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"x", Bucket=bucket)
    about = {"Bucket": bucket, "Key": "key", "ObjectAttributes": ["ETag"]}
    marker = t.given.call("DeleteObject", Bucket=bucket, Key="key").need_version_id()

    by_id = t.call("GetObjectAttributes", **about, VersionId=marker)
    by_key = t.call("GetObjectAttributes", **about)

    t.expect.error(by_id, 405, "MethodNotAllowed")
    t.expect.error(by_key, 404, "NoSuchKey")
    for got in (by_id, by_key):
        t.expect.header(got, "x-amz-delete-marker", "true")


# conditions beside ranges and absent keys


@check(
    "get-object-range",
    proved_by=["range-before-conditions"],
    only=SDK,
    spec=CONDITIONS,
    level="should",
)
def conditions_come_before_the_range(t: Trial) -> None:
    """A range past the end, and a condition that fails: 304 or 412, and not 416."""
    stored = t.given.object("digits", b"0123456789")
    past = {"Key": "digits", "Range": "bytes=100-200"}

    t.expect.status(t.call("GetObject", **past, IfNoneMatch=stored.etag), 304)
    t.expect.error(t.call("GetObject", **past, IfMatch=OTHER), 412, "PreconditionFailed")
    t.expect.error(t.call("GetObject", **past, IfMatch=stored.etag), 416, "InvalidRange")


@check(
    "conditional-read",
    proved_by=["conditions-before-absence"],
    only=SDK,
    spec="https://www.rfc-editor.org/rfc/rfc9110#section-13.2.1",
    level="should",
)
def absence_comes_before_conditions(t: Trial) -> None:
    """An absent key read on any condition is 404 NoSuchKey."""
    t.given.object("there", b"x")
    for operation in ("GetObject", "HeadObject"):  # the conditions are looked at
        t.expect.status(t.call(operation, Key="there", IfMatch=OTHER), 412)
        t.expect.status(t.call(operation, Key="there", IfNoneMatch="*"), 304)
    for condition in ({"IfMatch": OTHER}, {"IfNoneMatch": OTHER}, {"IfNoneMatch": "*"}):
        t.expect.error(t.call("GetObject", Key="absent", **condition), 404, "NoSuchKey")
        t.expect.error(t.call("HeadObject", Key="absent", **condition), 404, None)


@check(
    "conditional-read", proved_by=["any-etag-is-another"], only=SDK, spec=CONDITIONS, level="should"
)
def star_is_any_etag_and_lists_are_read(t: Trial) -> None:
    """`If-None-Match: *` of an object is 304, `If-Match: *` 200; a list holds one that matches."""
    stored = t.given.object("read", b"x")
    listed = f"{OTHER}, {stored.etag}"

    t.expect.status(t.call("GetObject", Key="read", IfNoneMatch="*"), 304)
    t.expect.status(t.call("GetObject", Key="read", IfNoneMatch=listed), 304)
    t.expect.status(t.call("GetObject", Key="read", IfMatch=OTHER), 412)  # it is looked at
    t.expect.body(t.call("GetObject", Key="read", IfMatch="*"), b"x")
    t.expect.body(t.call("GetObject", Key="read", IfMatch=listed), b"x")


# parts


@check(
    "get-object-range",
    proved_by=["part-past-the-last-is-the-last"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def part_past_the_last_is_refused(t: Trial) -> None:
    """partNumber 10 of an object of two parts: 416 InvalidPartNumber with both numbers."""
    upload = given_upload(t, "joined")
    parts = [
        (number, given_part(t, "joined", upload, number, body))
        for number, body in ((1, b"x" * FIVE_MIB), (2, b"end"))
    ]
    joined = {"Key": "joined", "UploadId": upload}
    t.given.call("CompleteMultipartUpload", **joined, MultipartUpload=named_parts(*parts))

    got = t.call("GetObject", Key="joined", PartNumber=10)

    t.expect.error(got, 416, "InvalidPartNumber", ActualPartCount="2", PartNumberRequested="10")
    t.expect.body(t.call("GetObject", Key="joined", PartNumber=2), b"end")


@check(
    "list-parts",
    proved_by=["parts-of-a-marker-with-no-number"],
    only=("raw",),
    verified=RECORDED,
)
def empty_part_marker_is_none(t: Trial) -> None:
    """ListParts with an empty part-number-marker lists from the first part."""
    upload = given_upload(t, "joined")
    given_part(t, "joined", upload, 1, b"a part")
    path = f"/{t.bucket}/{t.key('joined')}"

    got = t.raw("GET", path, query=f"part-number-marker=&uploadId={upload}")

    t.expect.status(got, 200)
    t.expect.true(b"<PartNumber>1</PartNumber>" in got.wire_body, "part 1 is listed", of=got)


# suspended versioning


@check(
    "object-versions",
    proved_by=["suspended-put-names-a-version"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def suspended_put_names_no_version(t: Trial) -> None:
    """With versioning suspended PUT and completion answer no x-amz-version-id."""
    bucket = t.given.versioned_bucket()
    about = {"Bucket": bucket, "Key": "key"}
    numbered = t.call("PutObject", **about, Body=b"first")
    t.given.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration=SUSPENDED)

    got = t.call("PutObject", **about, Body=b"second")

    t.expect.header(
        numbered, "x-amz-version-id", that("an id of a version", lambda said: len(said) > 4)
    )
    t.expect.ok(got)
    t.expect.no_header(got, "x-amz-version-id")


@check(
    "copy-object",
    proved_by=["copy-of-suspended-refused"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def old_version_is_restored_where_versioning_is_suspended(t: Trial) -> None:
    """With versioning suspended a copy onto itself from an old version is the version `null`."""
    bucket = t.given.versioned_bucket()
    about = {"Bucket": bucket, "Key": "key"}
    first = t.given.object("key", b"first", Bucket=bucket).need_version_id()
    t.given.object("key", b"second", Bucket=bucket)
    t.given.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration=SUSPENDED)

    got = t.call("CopyObject", **about, CopySource=f"{bucket}/key?versionId={first}")

    t.expect.ok(got)
    t.expect.header(got, "x-amz-copy-source-version-id", first)
    t.expect.body(t.look("GetObject", **about), b"first")
    t.expect.body(t.look("GetObject", **about, VersionId="null"), b"first")
    t.expect.body(t.look("GetObject", **about, VersionId=first), b"first")


# locks


@check(
    "retention",
    proved_by=["lock-default-reaches-back"],
    only=SDK,
    spec=f"{GUIDE}/object-lock.html",
)
def default_retention_is_of_new_objects(t: Trial) -> None:
    """A default retention that is set later is not that of versions from before."""
    bucket = t.given.locked_bucket()
    before = t.given.object("before", b"x", Bucket=bucket, ChecksumAlgorithm="CRC32")
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    enabled = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    t.given.call("PutObjectLockConfiguration", Bucket=bucket, ObjectLockConfiguration=enabled)
    t.given.object("after", b"x", Bucket=bucket, ChecksumAlgorithm="CRC32")

    after = t.call("GetObjectRetention", Bucket=bucket, Key="after")
    old = t.call("GetObjectRetention", Bucket=bucket, Key="before")

    t.expect.member(after, "Retention.Mode", "GOVERNANCE")
    t.expect.error(old, 404, "NoSuchObjectLockConfiguration")
    gone = t.call("DeleteObject", Bucket=bucket, Key="before", VersionId=before.need_version_id())
    t.expect.ok(gone)
    t.given.call("DeleteObject", Bucket=bucket, Key="after")


@check(
    "retention",
    proved_by=["lock-made-without-versions"],
    only=SDK,
    spec=f"{GUIDE}/object-lock.html",
)
def bucket_made_with_lock_keeps_versions(t: Trial) -> None:
    """A bucket created with object lock has versioning enabled from the beginning."""
    bucket = t.given.bucket(ObjectLockEnabledForBucket=True)

    t.expect.member(t.call("GetBucketVersioning", Bucket=bucket), "Status", "Enabled")


@check(
    "retention",
    proved_by=["legal-hold-ends-with-retention"],
    only=SDK,
    spec=f"{GUIDE}/object-lock.html",
)
def hold_and_retention_are_apart(t: Trial) -> None:
    """A version on hold and under retention: the bypass leaves it; lifting the hold leaves that."""
    bucket = t.given.locked_bucket()
    stored = t.given.object(
        "key",
        b"kept",
        Bucket=bucket,
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=locked_until(),
        ObjectLockLegalHoldStatus="ON",
        ChecksumAlgorithm="CRC32",
    )
    version = {"Bucket": bucket, "Key": "key", "VersionId": stored.need_version_id()}

    held = t.call("DeleteObject", **version, BypassGovernanceRetention=True)
    t.given.call("PutObjectLegalHold", **version, LegalHold={"Status": "OFF"})
    retained = t.call("DeleteObject", **version)

    t.expect.error(held, 403, "AccessDenied")
    t.expect.error(retained, 403, "AccessDenied")
    t.expect.body(t.look("GetObject", **version), b"kept")
    t.expect.ok(t.call("DeleteObject", **version, BypassGovernanceRetention=True))
