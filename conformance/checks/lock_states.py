"""Checks of what a lock was before: none, the same, another mode, a marker above it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.checks.given_requests import md5, put_document
from conformance.checks.given_uploads import named_parts
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
MODES = f"{GUIDE}/object-lock.html"
MANAGING = f"{GUIDE}/object-lock-managing.html"
RETENTION = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html"
PUT = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"
_DAY = {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}


def _until(minutes: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=minutes)


def _retain(mode: str, until: datetime) -> dict[str, Any]:
    return {"Retention": {"Mode": mode, "RetainUntilDate": until}}


@check(
    "retention",
    proved_by=["lock-headers-dropped-without-lock"],
    only=SDK,
    # versity/versitygw#1751 and #1755, minio/minio#9586 and #15685
    verified="reported",
    spec=PUT,
)
def lock_headers_need_a_bucket_with_lock(t: Trial) -> None:
    """PUT, copy and upload with a retention or a hold, where no lock is: 400 InvalidRequest."""
    bucket, locked = t.given.bucket(), t.given.locked_bucket()
    t.given.object("plain", b"x", Bucket=bucket)
    retention = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": _until(60)}
    soon = {**retention, "ObjectLockRetainUntilDate": _until(1)}
    t.given.object("there", b"x", Bucket=locked, ContentMD5=md5(b"x"), **soon)

    for lock in (retention, {"ObjectLockLegalHoldStatus": "ON"}):
        to: dict[str, Any] = {"Bucket": bucket, "Key": "locked", **lock}
        put = t.call("PutObject", **to, Body=b"x", ContentMD5=md5(b"x"))
        t.expect.error(put, 400, "InvalidRequest")
        copy = t.call("CopyObject", **to, CopySource=f"{bucket}/plain")
        t.expect.error(copy, 400, "InvalidRequest")
        t.expect.error(t.call("CreateMultipartUpload", **to), 400, "InvalidRequest")

    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="locked"), 404)


@check("retention", proved_by=["retention-not-given-again"], only=SDK, spec=MODES)
def same_retention_may_be_put_again(t: Trial) -> None:
    """The retention that is there, put again without a bypass: 200, it is neither shorter nor less.

    A client whose answer was lost sends it again.
    """
    for mode, minutes in (("GOVERNANCE", 60), ("COMPLIANCE", 0.5)):
        bucket = t.given.locked_bucket()
        t.given.object("key", b"kept", Bucket=bucket)
        same = _retain(mode, _until(minutes))
        t.given.call("PutObjectRetention", Bucket=bucket, Key="key", **same)

        t.expect.ok(t.call("PutObjectRetention", Bucket=bucket, Key="key", **same))

        kept = t.look("HeadObject", Bucket=bucket, Key="key")
        t.expect.header(kept, "x-amz-object-lock-mode", mode)
        until = same["Retention"]["RetainUntilDate"]
        t.expect.member(kept, "ObjectLockRetainUntilDate", until)


@check("retention", proved_by=["governance-becomes-compliance"], only=SDK, spec=MODES)
def governance_is_not_changed_without_the_bypass(t: Trial) -> None:
    """GOVERNANCE to COMPLIANCE without x-amz-bypass-governance-retention: 403, it stays."""
    bucket = t.given.locked_bucket()
    t.given.object("key", b"kept", Bucket=bucket)
    governed = _retain("GOVERNANCE", _until(60))
    t.given.call("PutObjectRetention", Bucket=bucket, Key="key", **governed)

    other = _retain("COMPLIANCE", _until(0.5))
    got = t.call("PutObjectRetention", Bucket=bucket, Key="key", **other)

    t.expect.error(got, 403, "AccessDenied")
    head = t.look("HeadObject", Bucket=bucket, Key="key")
    t.expect.header(head, "x-amz-object-lock-mode", "GOVERNANCE")


@check(
    "retention", proved_by=["retention-not-taken-away"], only=RAW, verified=RECORDED, spec=RETENTION
)
def retention_is_taken_away_with_the_bypass(t: Trial) -> None:
    """An empty Retention: 403 without the bypass; with it 200, and the version can be removed."""
    bucket = t.given.locked_bucket()
    version = t.given.object("key", b"kept", Bucket=bucket).need_version_id()
    governed = _retain("GOVERNANCE", _until(60))
    t.given.call("PutObjectRetention", Bucket=bucket, Key="key", **governed)
    nothing = "<Retention/>"

    t.expect.error(put_document(t, f"/{bucket}/key", "retention", nothing), 403, "AccessDenied")
    with_bypass = {
        "Content-MD5": md5(nothing.encode()),
        "x-amz-bypass-governance-retention": "true",
    }
    taken = t.raw(
        "PUT", f"/{bucket}/key", query="retention", body=nothing.encode(), headers=with_bypass
    )

    t.expect.status(taken, 200)
    t.expect.no_header(t.look("HeadObject", Bucket=bucket, Key="key"), "x-amz-object-lock-mode")
    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="key", VersionId=version))


@check("retention", proved_by=["markers-locked-by-default"], only=SDK, spec=MANAGING)
def delete_marker_is_never_locked(t: Trial) -> None:
    """A marker in a bucket with a default retention is removed by its id, without a bypass."""
    bucket = t.given.locked_bucket()
    lock = {"ObjectLockEnabled": "Enabled", **_DAY}
    t.given.call("PutObjectLockConfiguration", Bucket=bucket, ObjectLockConfiguration=lock)
    t.given.object("key", b"kept", Bucket=bucket, ContentMD5=md5(b"kept"))
    marker = t.given.call("DeleteObject", Bucket=bucket, Key="key").need_version_id()

    got = t.call("DeleteObject", Bucket=bucket, Key="key", VersionId=marker)

    t.expect.ok(got)
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"kept")


@check(
    "retention", proved_by=["markers-answer-the-lock-below"], only=SDK, verified=RECORDED,
    spec=MANAGING,
)  # fmt: skip
def delete_marker_has_no_retention_to_read(t: Trial) -> None:
    """GetObjectRetention of a marker by its id: 405; the version below has its retention."""
    bucket = t.given.locked_bucket()
    until = _until(60)
    stored = t.given.object(
        "key",
        b"kept",
        Bucket=bucket,
        ContentMD5=md5(b"kept"),
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=until,
    )
    marker = t.given.call("DeleteObject", Bucket=bucket, Key="key").need_version_id()

    got = t.call("GetObjectRetention", Bucket=bucket, Key="key", VersionId=marker)

    t.expect.error(got, 405, "MethodNotAllowed", ResourceType="DeleteMarker")
    version = stored.need_version_id()
    below = t.call("GetObjectRetention", Bucket=bucket, Key="key", VersionId=version)
    t.expect.member(below, "Retention.Mode", "GOVERNANCE")


@check("retention", proved_by=["lock-stops-copies-and-uploads"], only=SDK, spec=MANAGING)
def locked_key_takes_copies_and_uploads(t: Trial) -> None:
    """A copy, and an upload in parts, onto a version under retention: new versions; it stays."""
    bucket = t.given.locked_bucket()
    to = {"Bucket": bucket, "Key": "key"}
    version = t.given.object("key", b"kept", Bucket=bucket).need_version_id()
    t.given.call("PutObjectRetention", **to, **_retain("GOVERNANCE", _until(60)))
    t.given.object("other", b"copied", Bucket=bucket)

    t.expect.ok(t.call("CopyObject", **to, CopySource=f"{bucket}/other"))
    t.expect.body(t.look("GetObject", **to), b"copied")
    upload = t.given.call("CreateMultipartUpload", **to).need("UploadId")
    part = t.given.call("UploadPart", **to, UploadId=upload, PartNumber=1, Body=b"joined")
    done = t.call(
        "CompleteMultipartUpload",
        **to,
        UploadId=upload,
        MultipartUpload=named_parts((1, part.need("ETag"))),
    )

    t.expect.ok(done)
    t.expect.body(t.look("GetObject", **to), b"joined")
    t.expect.body(t.look("GetObject", **to, VersionId=version), b"kept")


@check("retention", proved_by=["retention-date-of-http"], only=RAW, spec=PUT)
def date_of_a_retention_is_iso_8601(t: Trial) -> None:
    """On the wire the date is ISO 8601 in UTC, in the header of HEAD and in the document."""
    bucket = t.given.locked_bucket()
    until = _until(60)
    t.given.object("key", b"kept", Bucket=bucket)
    t.given.call("PutObjectRetention", Bucket=bucket, Key="key", **_retain("GOVERNANCE", until))
    written = re.compile(until.strftime(r"%Y-%m-%dT%H:%M:%S(\.0+)?Z"))

    head = t.raw("HEAD", f"/{bucket}/key")
    document = t.raw("GET", f"/{bucket}/key", query="retention")

    t.expect.header(head, "x-amz-object-lock-retain-until-date", written)
    t.expect.status(document, 200)
    dates = re.findall(rb"<RetainUntilDate>([^<]*)</RetainUntilDate>", document.wire_body)
    fits = [bool(written.fullmatch(one.decode())) for one in dates]
    t.expect.equal(fits, [True], "dates of the document that are ISO 8601 in UTC", of=document)


@check("retention", proved_by=["half-a-retention-is-an-argument"], only=RAW, verified=RECORDED)
def half_a_retention_comes_before_its_date(t: Trial) -> None:
    """A Retention of a mode alone: 400 MalformedXML; with a date that is past InvalidArgument."""
    bucket = t.given.locked_bucket()
    t.given.object("key", b"kept", Bucket=bucket)
    past = "<Mode>GOVERNANCE</Mode><RetainUntilDate>2020-01-01T00:00:00Z</RetainUntilDate>"

    for said, code in (("<Mode>GOVERNANCE</Mode>", "MalformedXML"), (past, "InvalidArgument")):
        document = f"<Retention>{said}</Retention>"
        t.expect.error(put_document(t, f"/{bucket}/key", "retention", document), 400, code)
    t.expect.no_header(t.look("HeadObject", Bucket=bucket, Key="key"), "x-amz-object-lock-mode")
