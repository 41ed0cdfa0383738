"""Checks of encryption with the customer's key: one object, put and read. Copies are elsewhere."""

from __future__ import annotations

import base64

from conformance.checks.given_customer_keys import (
    KEY,
    KEY_MD5,
    OTHER_KEY,
    WITH_KEY,
    WITH_OTHER,
    expect_sealed,
    given_bucket,
    given_sealed,
)
from conformance.checks.given_etags import not_the_md5_of
from conformance.trial import Trial, check

_HEADER = "x-amz-server-side-encryption-customer"


@check("sse-c", proved_by=["sse-c-bytes-lost"], verified="aws-recorded 2026-02")
def object_comes_back_with_its_key(t: Trial) -> None:
    """An object that was put with a key is read with that key, and not without it."""
    bucket = given_bucket(t)
    put = t.call("PutObject", Bucket=bucket, Key="sealed", Body=b"a secret", **WITH_KEY)

    t.expect.ok(put)
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="sealed", **WITH_KEY), b"a secret")
    # where keys are ignored it comes back, too: in plain text, to everybody
    t.expect.status(t.look("GetObject", Bucket=bucket, Key="sealed"), 400)


@check("sse-c", proved_by=["sse-c-key-md5-not-answered"], verified="aws-recorded 2026-02")
def answers_name_the_key(t: Trial) -> None:
    """PUT answers the algorithm and the MD5 of the key, and no method of S3's own."""
    bucket = given_bucket(t)
    put = t.call("PutObject", Bucket=bucket, Key="sealed", Body=b"a secret", **WITH_KEY)

    t.expect.header(put, f"{_HEADER}-algorithm", "AES256")
    t.expect.header(put, f"{_HEADER}-key-MD5", KEY_MD5)
    t.expect.no_header(put, "x-amz-server-side-encryption")


@check("sse-c", proved_by=["sse-c-ignored"], verified="aws-recorded 2026-02")
def nothing_is_read_without_the_key(t: Trial) -> None:
    """GET without the key: 400 InvalidRequest."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")

    t.expect.status(t.look("GetObject", Bucket=bucket, Key="sealed"), 400)
    t.expect.error(t.call("GetObject", Bucket=bucket, Key="sealed"), 400, "InvalidRequest")


@check("sse-c", proved_by=["sse-c-ignored"], verified="aws-recorded 2026-02")
def head_needs_the_key(t: Trial) -> None:
    """HEAD without the key is 400; with it, it tells the size."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")

    t.expect.status(t.call("HeadObject", Bucket=bucket, Key="sealed"), 400)
    head = t.call("HeadObject", Bucket=bucket, Key="sealed", **WITH_KEY)
    t.expect.header(head, "Content-Length", "8")


@check(
    "sse-c",
    proved_by=["sse-c-wrong-key-is-bad-request"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def another_key_is_denied(t: Trial) -> None:
    """GET with another key: 403 AccessDenied."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")

    got = t.call("GetObject", Bucket=bucket, Key="sealed", **WITH_OTHER)

    t.expect.error(got, 403, "AccessDenied")


@check(
    "sse-c",
    proved_by=["sse-c-on-plain-objects-ignored"],
    only=("aws-s3api", "boto3", "raw"),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
)
def plain_object_is_not_read_with_a_key(t: Trial) -> None:
    """GET with a key of an object that has none: 400 InvalidRequest."""
    bucket = given_bucket(t)
    t.given.object("plain", b"no secret", Bucket=bucket)

    got = t.call("GetObject", Bucket=bucket, Key="plain", **WITH_KEY)

    t.expect.error(got, 400, "InvalidRequest")


@check(
    "sse-c",
    proved_by=["sse-c-any-algorithm"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def other_algorithms_are_refused(t: Trial) -> None:
    """The algorithm is AES256; any other is 400 InvalidEncryptionAlgorithmError, and named."""
    bucket = given_bucket(t)
    put = t.call(
        "PutObject",
        Bucket=bucket,
        Key="never",
        Body=b"a secret",
        SSECustomerAlgorithm="KMS",
        SSECustomerKey=KEY,
    )

    t.expect.error(put, 400, "InvalidEncryptionAlgorithmError", ArgumentValue="KMS")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="never"), 404)


@check(
    "sse-c",
    proved_by=["sse-c-key-md5-unchecked"],
    verified="aws-recorded 2026-02",
    only=("boto3", "raw"),
)
def key_that_arrives_broken_is_refused(t: Trial) -> None:
    """A key whose MD5 is another one: 400 InvalidArgument, and nothing is written."""
    bucket = given_bucket(t)
    put = t.call(
        "PutObject",
        Bucket=bucket,
        Key="never",
        Body=b"a secret",
        SSECustomerAlgorithm="AES256",
        SSECustomerKey=base64.b64encode(OTHER_KEY.encode()).decode(),
        SSECustomerKeyMD5=KEY_MD5,
    )

    t.expect.error(put, 400, "InvalidArgument")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="never"), 404)
    t.expect.ok(t.look("PutObject", Bucket=bucket, Key="right", Body=b"a secret", **WITH_KEY))


@check(
    "sse-c",
    proved_by=["sse-c-etag-is-md5"],
    verified="aws-recorded 2026-02",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html",
)
def etag_tells_nothing_of_the_content(t: Trial) -> None:
    """The ETag of an object with a customer's key is not the MD5 of its content."""
    bucket = given_bucket(t)
    put = t.call("PutObject", Bucket=bucket, Key="sealed", Body=b"a secret", **WITH_KEY)

    t.expect.header(put, f"{_HEADER}-algorithm", "AES256")  # else any ETag would do
    t.expect.header(put, "ETag", not_the_md5_of(b"a secret"))


@check(
    "sse-c",
    proved_by=["sse-c-range-not-decrypted"],
    only=("aws-s3api", "boto3", "raw"),
)
def range_is_decrypted_by_itself(t: Trial) -> None:
    """A range of an encrypted object has its own bytes, wherever the cipher's blocks end."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", bytes(range(256)))

    got = t.call("GetObject", Bucket=bucket, Key="sealed", Range="bytes=33-77", **WITH_KEY)

    t.expect.status(got, 206)
    t.expect.body(got, bytes(range(33, 78)))
    expect_sealed(t, bucket, "sealed")
