"""Checks of writes under Object Lock, and of the bounds of a retention."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.checks.given_locks import locked_until
from conformance.checks.given_requests import md5
from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
CLIENTS = ("aws-s3api", "boto3", "raw")


def _locked_bucket(t: Trial) -> str:
    return t.given.locked_bucket()


@check(
    "retention",
    proved_by=["locked-writes-need-no-digest"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1535, #1776; s3tools/s3cmd#1436
    spec=f"{API}/API_PutObject.html",
)
def locked_object_comes_with_a_digest(t: Trial) -> None:
    """PUT with a retention and neither Content-MD5 nor a checksum: 400, nothing is stored."""
    bucket = _locked_bucket(t)
    retention = {
        "x-amz-object-lock-mode": "GOVERNANCE",
        "x-amz-object-lock-retain-until-date": locked_until().strftime("%Y-%m-%dT%H:%M:%SZ"),
    }

    without = t.raw("PUT", f"/{bucket}/without", headers=retention, body=b"x")
    summed = t.raw(
        "PUT",
        f"/{bucket}/with",
        headers={**retention, "x-amz-checksum-crc32": "jNwWgw=="},
        body=b"x",
    )

    t.expect.error(without, 400, "InvalidRequest")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="without"), 404)
    t.expect.status(summed, 200)


@check(
    "retention",
    proved_by=["default-retention-unbounded"],
    only=CLIENTS,
    verified="reported",  # versity/versitygw#2187, storj/edge#528
    spec=f"{API}/API_DefaultRetention.html",
)
def default_retention_has_a_bound(t: Trial) -> None:
    """36,501 days, or 101 years: 400 InvalidArgument; the configuration is as it was."""
    bucket = _locked_bucket(t)

    for period in ({"Days": 36501}, {"Years": 101}):
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", **period}}
        got = t.call(
            "PutObjectLockConfiguration",
            Bucket=bucket,
            ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
        )
        t.expect.error(got, 400, "InvalidArgument")

    kept = t.look("GetObjectLockConfiguration", Bucket=bucket)
    t.expect.member(kept, "ObjectLockConfiguration", {"ObjectLockEnabled": "Enabled"})


@check(
    "retention",
    proved_by=["lock-values-of-uploads-unchecked"],
    only=("boto3", "raw"),
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_CreateMultipartUpload.html",
)
def lock_headers_of_uploads_and_copies_are_checked(t: Trial) -> None:
    """CreateMultipartUpload and CopyObject with a lock mode S3 does not know: 400."""
    bucket = _locked_bucket(t)
    t.given.object("source", b"x", Bucket=bucket)
    lock = {"ObjectLockMode": "BAD-VALUE", "ObjectLockRetainUntilDate": locked_until()}

    upload = t.call("CreateMultipartUpload", Bucket=bucket, Key="key", **lock)
    copy = t.call("CopyObject", Bucket=bucket, Key="key", CopySource=f"{bucket}/source", **lock)

    for got in (upload, copy):
        t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-object-lock-mode")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="key"), 404)


@check(
    "retention",
    proved_by=["hold-without-the-default-retention"],
    only=CLIENTS,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html",
)
def legal_hold_of_a_write_leaves_the_default_retention(t: Trial) -> None:
    """PUT that names a legal hold, ON or OFF, and no retention is under the bucket's default."""
    bucket = _locked_bucket(t)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    t.given.call("PutObjectLockConfiguration", Bucket=bucket, ObjectLockConfiguration=lock)

    for hold in ("OFF", "ON"):
        put = t.call(
            "PutObject",
            Bucket=bucket,
            Key=hold,
            Body=b"x",
            ContentMD5=md5(b"x"),
            ObjectLockLegalHoldStatus=hold,
        )
        t.expect.ok(put)
        head = t.look("HeadObject", Bucket=bucket, Key=hold)
        t.expect.header(head, "x-amz-object-lock-mode", "GOVERNANCE")
        t.expect.header(head, "x-amz-object-lock-legal-hold", hold)


@check(
    "retention",
    proved_by=["locked-until-the-past"],
    only=("boto3", "raw"),
    spec=f"{API}/API_PutObject.html",
)
def lock_of_a_write_ends_in_the_future(t: Trial) -> None:
    """PUT, copy and upload with a retain-until date that is past: 400, and nothing is written."""
    bucket = _locked_bucket(t)
    t.given.object("source", b"x", Bucket=bucket)
    past = datetime(2020, 1, 1, tzinfo=UTC)
    lock = {"Bucket": bucket, "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": past}

    for got in (
        t.call("PutObject", **lock, Key="put", Body=b"x", ChecksumAlgorithm="CRC32"),
        t.call("CopyObject", **lock, Key="copy", CopySource=f"{bucket}/source"),
        t.call("CreateMultipartUpload", **lock, Key="upload"),
    ):
        t.expect.error(got, 400, "InvalidArgument")
    listed = t.look("ListObjectsV2", Bucket=bucket)
    t.expect.member(listed, "Contents[].Key", ["source"])
