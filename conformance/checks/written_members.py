"""Checks of what a write takes in its headers: grants, holds, and what a copy replaces."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_locks import locked_until
from conformance.checks.given_policies import BY_HAND
from conformance.trial import Trial, check, that

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
_GROUP = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_MD5_OF_X = "ndTkYSaMgDT1yFZOFVxnpg=="  # a part under object lock comes with a digest
_GRANTS = {  # member -> the permission it grants
    "GrantRead": "READ",
    "GrantReadACP": "READ_ACP",
    "GrantWriteACP": "WRITE_ACP",
    "GrantFullControl": "FULL_CONTROL",
}


def _granted(t: Trial, bucket: str, key: str | None) -> set[str]:
    """What the group is granted of the object, or of the bucket."""
    if key is None:
        found = t.look("GetBucketAcl", Bucket=bucket)
    else:
        found = t.look("GetObjectAcl", Bucket=bucket, Key=key)
    t.expect.status(found, 200)
    grants = found.members.get("Grants") or [] if found.good else []
    return {one["Permission"] for one in grants if one.get("Grantee", {}).get("URI") == _GROUP}


def _given_bucket(t: Trial) -> str:
    bucket = t.given.bucket_owned("ObjectWriter")
    t.look("DeletePublicAccessBlock", Bucket=bucket)
    return bucket


@check(
    "object-acl",
    proved_by=["grants-of-writes-forgotten"],
    only=("raw",),
    requests=26,
    spec=f"{API}/API_PutObject.html",
)
def every_write_takes_every_grant(t: Trial) -> None:
    """PUT, copy, upload, PutObjectAcl: each x-amz-grant header grants what it says, and no more."""
    bucket = _given_bucket(t)
    t.given.object("from", b"x", Bucket=bucket)
    for member, permission in _GRANTS.items():
        grant = {member: f'uri="{_GROUP}"'}
        about = {"Bucket": bucket, "Key": "to"}
        t.expect.ok(t.call("PutObject", **about, Body=b"x", **grant))
        t.expect.equal(_granted(t, bucket, "to"), {permission}, "what PutObject granted")
        t.expect.ok(t.call("CopyObject", **about, CopySource=f"{bucket}/from", **grant))
        t.expect.equal(_granted(t, bucket, "to"), {permission}, "what CopyObject granted")
        begun = t.call("CreateMultipartUpload", **about, **grant)
        upload = begun.need("UploadId")
        part = t.given.call("UploadPart", **about, UploadId=upload, PartNumber=1, Body=b"y")
        parts = {"Parts": [{"PartNumber": 1, "ETag": part.need_etag()}]}
        t.given.call("CompleteMultipartUpload", **about, UploadId=upload, MultipartUpload=parts)
        t.expect.equal(_granted(t, bucket, "to"), {permission}, "what the upload granted")
        t.expect.ok(t.call("PutObjectAcl", **about, ACL="private"))
        t.expect.equal(_granted(t, bucket, "to"), set(), "what a private ACL granted")
        t.expect.ok(t.call("PutObjectAcl", **about, **grant))
        t.expect.equal(_granted(t, bucket, "to"), {permission}, "what PutObjectAcl granted")


@check(
    "bucket-acl",
    proved_by=["grants-of-buckets-forgotten"],
    only=("raw",),
    requests=24,
    spec=f"{API}/API_CreateBucket.html",
)
def every_bucket_takes_every_grant(t: Trial) -> None:
    """CreateBucket and PutBucketAcl: each x-amz-grant header grants what it says, and no more."""
    bucket = _given_bucket(t)
    for member, permission in (*_GRANTS.items(), ("GrantWrite", "WRITE")):
        grant = {member: f'uri="{_GROUP}"'}
        t.expect.ok(t.call("PutBucketAcl", Bucket=bucket, **grant))
        t.expect.equal(_granted(t, bucket, None), {permission}, "what PutBucketAcl granted")
        refused = t.call("CreateBucket", **t.located({"Bucket": t.bucket_name(), **grant}))
        t.expect.error(refused, 400, "InvalidBucketAclWithObjectOwnership")
    name = t.bucket_name()
    made = {"Bucket": name, "ObjectOwnership": "ObjectWriter", "ACL": "private"}
    t.expect.ok(t.call("CreateBucket", **t.located(made)))


@check(
    "copy-object",
    proved_by=["copy-replaces-but-the-language"],
    only=BY_HAND,
    spec=f"{API}/API_CopyObject.html",
)
def copy_replaces_every_header(t: Trial) -> None:
    """With MetadataDirective REPLACE the copy has the headers of its own request, each of them."""
    t.given.object("from", b"x", CacheControl="no-store", ContentLanguage="en")

    copied = t.call(
        "CopyObject",
        Key="to",
        CopySource=t.source("from"),
        MetadataDirective="REPLACE",
        CacheControl="max-age=60",
        ContentDisposition="attachment",
        ContentEncoding="gzip",
        ContentLanguage="de",
        ContentType="text/x-copy",
        Expires="Thu, 01 Jan 2037 00:00:00 GMT",
    )

    t.expect.ok(copied)
    head = t.call("HeadObject", Key="to")
    t.expect.header(head, "Cache-Control", "max-age=60")
    t.expect.header(head, "Content-Disposition", "attachment")
    t.expect.header(head, "Content-Encoding", "gzip")
    t.expect.header(head, "Content-Language", "de")
    t.expect.header(head, "Content-Type", "text/x-copy")
    t.expect.header(head, "Expires", "Thu, 01 Jan 2037 00:00:00 GMT")


@check(
    "copy-object",
    proved_by=["copy-computes-no-sha256"],
    only=BY_HAND,
    spec=f"{API}/API_CopyObject.html",
    level="should",
)
def copy_computes_another_checksum(t: Trial) -> None:
    """A copy with ChecksumAlgorithm SHA256 has that checksum, whatever its source has."""
    t.given.object("from", b"test-checksum", ChecksumAlgorithm="CRC32")
    right = "1YQo81vx2VFUl0q5ccWISq8AkSBQQ0WO80S82TmfdIQ="

    copied = t.call("CopyObject", Key="to", CopySource=t.source("from"), ChecksumAlgorithm="SHA256")

    t.expect.member(copied, "CopyObjectResult.ChecksumSHA256", right)
    got = t.call("GetObject", Key="to", ChecksumMode="ENABLED")
    t.expect.header(got, "x-amz-checksum-sha256", right)
    t.expect.no_header(got, "x-amz-checksum-crc32")


@check(
    "conditional-write",
    proved_by=["copy-over-any-object"],
    only=BY_HAND,
    spec=f"{API}/API_CopyObject.html",
)
def copy_replaces_what_it_expects(t: Trial) -> None:
    """A copy with If-Match of another ETag: 412, the object stays; of the right, it is done."""
    t.given.object("from", b"new")
    old = t.given.object("to", b"old")

    refused = t.call("CopyObject", Key="to", CopySource=t.source("from"), IfMatch='"0"')
    t.expect.error(refused, 412, "PreconditionFailed")
    t.expect.body(t.look("GetObject", Key="to"), b"old")
    t.expect.ok(t.call("CopyObject", Key="to", CopySource=t.source("from"), IfMatch=old.etag))
    t.expect.body(t.look("GetObject", Key="to"), b"new")


@check(
    "retention",
    proved_by=["hold-of-uploads-forgotten"],
    only=BY_HAND,
    requests=10,
    spec=f"{API}/API_CreateMultipartUpload.html",
)
def every_write_takes_a_legal_hold(t: Trial) -> None:
    """A copy and an upload with x-amz-object-lock-legal-hold ON are held; GET and HEAD say so."""
    bucket = t.given.locked_bucket()
    t.given.object("from", b"x", Bucket=bucket)
    held = {"Bucket": bucket, "ObjectLockLegalHoldStatus": "ON"}
    t.expect.ok(t.call("CopyObject", Key="copy", CopySource=f"{bucket}/from", **held))
    upload = t.call("CreateMultipartUpload", Key="made", **held).need("UploadId")
    of: dict[str, Any] = {"Bucket": bucket, "Key": "made", "UploadId": upload}
    part = t.given.call("UploadPart", **of, PartNumber=1, Body=b"x", ContentMD5=_MD5_OF_X)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part.need_etag()}]}
    t.given.call("CompleteMultipartUpload", **of, MultipartUpload=parts)

    for key in ("copy", "made"):
        got = t.call("GetObject", Bucket=bucket, Key=key)
        t.expect.header(got, "x-amz-object-lock-legal-hold", "ON")
        version = got.need_version_id()
        hold: dict[str, Any] = {"Bucket": bucket, "Key": key, "VersionId": version}
        t.expect.member(t.call("GetObjectLegalHold", **hold), "LegalHold.Status", "ON")
        lifted = t.call("PutObjectLegalHold", **hold, LegalHold={"Status": "OFF"})
        t.expect.ok(lifted)
        gone = t.call("HeadObject", **hold)
        t.expect.header(gone, "x-amz-object-lock-legal-hold", "OFF")


@check(
    "retention",
    proved_by=["retention-of-the-newest-version"],
    only=BY_HAND,
    requests=6,
    spec=f"{API}/API_GetObjectRetention.html",
)
def retention_is_of_one_version(t: Trial) -> None:
    """GetObjectRetention with VersionId tells what was set for that version, not the newest's."""
    bucket = t.given.locked_bucket()
    first = t.given.object("key", b"1", Bucket=bucket).need_version_id()
    t.given.object("key", b"2", Bucket=bucket)
    until = locked_until()
    retained = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    of = {"Bucket": bucket, "Key": "key", "VersionId": first}
    t.expect.ok(t.call("PutObjectRetention", **of, Retention=retained))

    got = t.call("GetObjectRetention", **of)

    t.expect.member(got, "Retention.Mode", "GOVERNANCE")
    newest = t.call("GetObjectRetention", Bucket=bucket, Key="key")
    t.expect.error(newest, 404, "NoSuchObjectLockConfiguration")
    read = t.call("GetObject", **of)
    t.expect.header(read, "x-amz-object-lock-mode", "GOVERNANCE")
    t.expect.header(
        read, "x-amz-object-lock-retain-until-date", that("a time", lambda text: text[:4].isdigit())
    )
