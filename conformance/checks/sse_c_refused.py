"""Checks of requests whose customer's key lacks a part, is too short, or is not the only way."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from conformance.checks.given_customer_keys import (
    FROM_KEY,
    KEY,
    KEY_MD5,
    OTHER_KEY,
    WITH_KEY,
    WITH_OTHER,
    given_bucket,
    given_sealed,
)
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
HEADER = "x-amz-server-side-encryption-customer"


def _headers(secret: str, **without: Any) -> dict[str, str]:
    """The three headers of this key; ``algorithm``, ``key`` or ``key_MD5`` = None: without it."""
    data = secret.encode()
    said = {
        "algorithm": "AES256",
        "key": base64.b64encode(data).decode(),
        "key_MD5": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode(),
    }
    return {
        f"{HEADER}-{name.replace('_', '-')}": value
        for name, value in (said | without).items()
        if value is not None
    }


def _whole_is_taken(t: Trial, bucket: str) -> None:
    """The control of a key that is refused: one with nothing wrong in it is taken."""
    t.expect.ok(t.raw("PUT", f"/{bucket}/control", headers=_headers(KEY), body=b"a secret"))


@check("sse-c", proved_by=["sse-c-parts-optional"], only=RAW, verified=RECORDED)
def every_part_of_a_key_is_needed_to_write(t: Trial) -> None:
    """PUT without the algorithm, the key or its MD5: 400 InvalidArgument, nothing is written."""
    bucket = given_bucket(t)

    for missing in ("algorithm", "key", "key_MD5"):
        got = t.raw(
            "PUT", f"/{bucket}/never", headers=_headers(KEY, **{missing: None}), body=b"a secret"
        )
        t.expect.error(got, 400, "InvalidArgument")
    _whole_is_taken(t, bucket)
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="never"), 404)


@check("sse-c", proved_by=["sse-c-parts-optional"], only=RAW, verified=RECORDED)
def key_has_256_bits(t: Trial) -> None:
    """A key of another length: 400 InvalidArgument, and nothing is written."""
    bucket = given_bucket(t)

    put = t.raw("PUT", f"/{bucket}/never", headers=_headers("too short"), body=b"a secret")

    t.expect.error(put, 400, "InvalidArgument")
    _whole_is_taken(t, bucket)
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="never"), 404)


@check("sse-c", proved_by=["sse-c-read-without-md5"], only=RAW, verified=RECORDED)
def md5_of_a_key_is_needed_to_read(t: Trial) -> None:
    """GET with algorithm and key, and not the key's MD5: 403 AccessDenied."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")

    got = t.raw("GET", f"/{bucket}/sealed", headers=_headers(KEY, key_MD5=None))

    t.expect.error(got, 403, "AccessDenied")


@check("sse-c", proved_by=["sse-c-md5-of-a-read-unchecked"], only=RAW, verified=RECORDED)
def md5_of_a_key_is_compared_by_reads(t: Trial) -> None:
    """GET with a key and the MD5 of another: 400 InvalidArgument."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")

    got = t.raw("GET", f"/{bucket}/sealed", headers=_headers(OTHER_KEY, key_MD5=KEY_MD5))

    t.expect.error(got, 400, "InvalidArgument")


@check("sse-c", proved_by=["sse-c-beside-s3s-keys"], only=SDK, verified=RECORDED)
def customers_key_excludes_s3s_keys(t: Trial) -> None:
    """A customer's key beside x-amz-server-side-encryption: 400 InvalidArgument, also of a copy."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")
    both = {**WITH_KEY, "ServerSideEncryption": "AES256"}

    put = t.call("PutObject", Bucket=bucket, Key="never", Body=b"a secret", **both)
    copy = t.call(
        "CopyObject", Bucket=bucket, Key="never", CopySource=f"{bucket}/sealed", **FROM_KEY, **both
    )

    for got in (put, copy):
        t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-server-side-encryption")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="never"), 404)


@check("sse-c", proved_by=["sse-c-part-of-an-open-upload"], only=SDK, verified=RECORDED)
def upload_that_began_without_a_key_takes_none(t: Trial) -> None:
    """A part with a key in an upload that began without one: 400 InvalidRequest."""
    bucket = given_bucket(t)
    upload = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="joined").need("UploadId")

    got = t.call(
        "UploadPart",
        Bucket=bucket,
        Key="joined",
        UploadId=upload,
        PartNumber=1,
        Body=b"a secret",
        **WITH_KEY,
    )

    t.expect.error(got, 400, "InvalidRequest")


@check("sse-c", proved_by=["sse-c-versions-share-a-key"], only=SDK, verified=RECORDED)
def each_version_has_its_own_key(t: Trial) -> None:
    """Two versions written with two keys: each is read with its own, and not with the other's."""
    bucket = given_bucket(t)
    enabled = {"Status": "Enabled"}
    t.given.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration=enabled)
    old = t.given.object("key", b"first", Bucket=bucket, **WITH_KEY).need_version_id()
    t.given.object("key", b"second", Bucket=bucket, **WITH_OTHER)
    version = {"Bucket": bucket, "Key": "key"}

    t.expect.body(t.call("GetObject", **version, VersionId=old, **WITH_KEY), b"first")
    t.expect.body(t.call("GetObject", **version, **WITH_OTHER), b"second")
    t.expect.error(t.call("GetObject", **version, **WITH_KEY), 403, "AccessDenied")
    t.expect.error(t.call("GetObject", **version, VersionId=old, **WITH_OTHER), 403, "AccessDenied")


@check("sse-c", proved_by=["sse-c-attributes-without-the-key"], only=RAW, verified=RECORDED)
def attributes_need_the_key(t: Trial) -> None:
    """GetObjectAttributes without the key, or with another algorithm: 400; with it: the size."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")
    asked = {"Bucket": bucket, "Key": "sealed", "ObjectAttributes": ["ObjectSize"]}

    t.expect.error(t.call("GetObjectAttributes", **asked), 400, "InvalidRequest")
    other = t.call("GetObjectAttributes", **asked, SSECustomerAlgorithm="KMS", SSECustomerKey=KEY)
    t.expect.error(other, 400, "InvalidEncryptionAlgorithmError")
    t.expect.member(t.call("GetObjectAttributes", **asked, **WITH_KEY), "ObjectSize", 8)
