"""Checks of rights that are enough by themselves, and of what is told to whom has them."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_locks import locked_until
from conformance.checks.given_policies import (
    BY_HAND,
    USER_GUIDE,
    expect_refused,
    given_rights,
)
from conformance.checks.given_requests import md5
from conformance.trial import OTHER_ACCOUNT, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
UPLOADS = f"{USER_GUIDE}/mpuoverview.html#mpuAndPermissions"


@check(
    "bucket-policy",
    proved_by=["right-to-write-is-no-upload"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=UPLOADS,
)
def writing_objects_is_writing_them_in_parts(t: Trial) -> None:
    """s3:PutObject is all that another account needs to begin, fill and complete an upload."""
    bucket = t.given.bucket()
    expect_refused(t, t.other.call("CreateMultipartUpload", Bucket=bucket, Key="key"))
    given_rights(t, bucket, "s3:PutObject")

    begun = t.other.call("CreateMultipartUpload", Bucket=bucket, Key="key")
    asked: dict[str, Any] = {"Bucket": bucket, "Key": "key", "UploadId": begun.need("UploadId")}
    part = t.other.call("UploadPart", **asked, PartNumber=1, Body=b"theirs")
    named = {"Parts": [{"PartNumber": 1, "ETag": part.need_etag()}]}
    t.expect.ok(t.other.call("CompleteMultipartUpload", **asked, MultipartUpload=named))

    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"theirs")


@check(
    "bucket-policy",
    level="should",
    proved_by=["tagging-count-told-to-anybody", "tagging-count-told-to-nobody"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{API}/API_HeadObject.html",
)
def lock_is_told_to_whom_may_read_it(t: Trial) -> None:
    """Lock headers of GET and HEAD are for who may read the retention and the legal hold."""
    bucket = t.given.locked_bucket()
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": locked_until()}
    t.given.object(
        "key",
        b"x",
        Bucket=bucket,
        ContentMD5=md5(b"x"),
        ObjectLockLegalHoldStatus="ON",
        **lock,
    )
    asked = {"Bucket": bucket, "Key": "key"}
    mode, hold = "x-amz-object-lock-mode", "x-amz-object-lock-legal-hold"

    given_rights(t, bucket, "s3:GetObject")
    for operation in ("GetObject", "HeadObject"):
        got = t.other.call(operation, **asked)
        t.expect.ok(got)
        t.expect.no_header(got, mode)
        t.expect.no_header(got, hold)
    rights = ("s3:GetObject", "s3:GetObjectRetention", "s3:GetObjectLegalHold")
    given_rights(t, bucket, *rights)
    for operation in ("GetObject", "HeadObject"):
        got = t.other.call(operation, **asked)
        t.expect.header(got, mode, "GOVERNANCE")
        t.expect.header(got, hold, "ON")


@check(
    "object-acl",
    proved_by=["authenticated-read-is-for-all", "authenticated-read-is-for-nobody"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{USER_GUIDE}/acl-overview.html",
)
def authenticated_read_is_for_accounts(t: Trial) -> None:
    """An object with `authenticated-read` is read by another account, and not without one."""
    bucket = t.given.bucket_with_acls()
    t.given.object("closed", b"x", Bucket=bucket)
    t.given.object("key", b"content", Bucket=bucket, ACL="authenticated-read")
    asked = {"Bucket": bucket, "Key": "key"}

    got = t.other.call("GetObject", **asked)

    t.expect.status(got, 200)
    t.expect.body(got, b"content")
    expect_refused(t, t.other.call("GetObject", Bucket=bucket, Key="closed"))
    expect_refused(t, t.anonymous.call("GetObject", **asked))
