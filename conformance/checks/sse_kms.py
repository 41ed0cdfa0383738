"""Checks of encryption with keys of KMS. None makes a key: the account's own, aws/s3, is there."""

from __future__ import annotations

import re

from conformance.checks.bucket_encryption import rules
from conformance.checks.given_etags import not_the_md5_of
from conformance.trial import Trial, check

SSE = "x-amz-server-side-encryption"
KEY_ID = f"{SSE}-aws-kms-key-id"
_ARN = re.compile(r"arn:[^:]+:kms:[^:]+:\d{12}:key/.+")
_DEFAULT = rules({"SSEAlgorithm": "aws:kms"})


def _given_default(t: Trial) -> str:
    """A bucket whose default is SSE-KMS."""
    bucket = t.given.bucket()
    t.given.call("PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration=_DEFAULT)
    return bucket


@check("sse-kms", proved_by=["sse-kms-is-sse-s3"], verified="aws-recorded 2026-02")
def put_says_how_it_encrypts(t: Trial) -> None:
    """A PUT that asks for aws:kms is answered with it."""
    put = t.call("PutObject", Key="sealed", Body=b"content", ServerSideEncryption="aws:kms")

    t.expect.ok(put)
    t.expect.header(put, SSE, "aws:kms")


@check("sse-kms", proved_by=["sse-kms-key-not-named"], verified="aws-recorded 2026-02")
def get_names_the_key(t: Trial) -> None:
    """GET says aws:kms and the ARN of the key, and has the content."""
    t.given.object("sealed", b"content", ServerSideEncryption="aws:kms")

    got = t.call("GetObject", Key="sealed")

    t.expect.header(got, SSE, "aws:kms")
    t.expect.header(got, KEY_ID, _ARN)
    t.expect.body(got, b"content")


@check("sse-kms", proved_by=["sse-kms-unknown-key-taken"], verified="aws-recorded 2026-02")
def key_that_is_not_there_is_refused(t: Trial) -> None:
    """A key that does not exist: 400 KMS.NotFoundException, and nothing is written."""
    put = t.call(
        "PutObject",
        Key="never",
        Body=b"content",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId="fake-key-id",
    )

    t.expect.error(put, 400, "KMS.NotFoundException")
    t.expect.status(t.look("HeadObject", Key="never"), 404)


@check(
    "sse-kms",
    proved_by=["sse-kms-etag-is-md5"],
    verified="aws-recorded 2026-02",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html",
)
def etag_tells_nothing_of_the_content(t: Trial) -> None:
    """The ETag of an object with a KMS key is not the MD5 of its content."""
    put = t.call("PutObject", Key="sealed", Body=b"content", ServerSideEncryption="aws:kms")

    t.expect.header(put, "x-amz-server-side-encryption", "aws:kms")  # else any ETag would do
    t.expect.header(put, "ETag", not_the_md5_of(b"content"))


@check("sse-kms", proved_by=["bucket-default-not-applied"], verified="aws-recorded 2026-02")
def bucket_s_default_is_applied(t: Trial) -> None:
    """A PUT that asks for nothing is encrypted as the bucket's default says."""
    bucket = _given_default(t)

    put = t.call("PutObject", Bucket=bucket, Key="sealed", Body=b"content")

    t.expect.ok(put)
    t.expect.header(put, SSE, "aws:kms")


@check(
    "sse-kms",
    proved_by=["bucket-default-wins"],
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html",
)
def request_wins_over_the_default(t: Trial) -> None:
    """A PUT that asks for AES256 has that, whatever the bucket's default is."""
    bucket = _given_default(t)
    unasked = t.call("PutObject", Bucket=bucket, Key="sealed", Body=b"content")
    t.expect.header(unasked, SSE, "aws:kms")

    put = t.call(
        "PutObject", Bucket=bucket, Key="open", Body=b"content", ServerSideEncryption="AES256"
    )

    t.expect.ok(put)
    t.expect.header(put, SSE, "AES256")


@check("sse-kms", proved_by=["sse-kms-copied-with-the-object"], verified="aws-recorded 2026-02")
def copy_has_the_encryption_of_its_own_bucket(t: Trial) -> None:
    """A copy that asks for nothing is encrypted as its bucket says, not as its source was."""
    bucket = t.given.bucket()
    t.given.object("sealed", b"content", Bucket=bucket, ServerSideEncryption="aws:kms")
    source = t.look("HeadObject", Bucket=bucket, Key="sealed")
    t.expect.header(source, SSE, "aws:kms")  # else there is nothing that it could be unlike

    copied = t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/sealed")

    t.expect.ok(copied)
    got = t.look("GetObject", Bucket=bucket, Key="copy")
    t.expect.header(got, SSE, "AES256")
    t.expect.body(got, b"content")


@check("sse-kms", proved_by=["bucket-key-of-the-default-lost"], verified="aws-recorded 2026-02")
def bucket_key_of_the_default_is_used(t: Trial) -> None:
    """Where the default has BucketKeyEnabled, PUT and GET say so of an object that asks nothing."""
    bucket = t.given.bucket()
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    t.given.call(
        "PutBucketEncryption",
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [{**default, "BucketKeyEnabled": True}]},
    )

    put = t.call("PutObject", Bucket=bucket, Key="sealed", Body=b"content")

    for got in (put, t.call("GetObject", Bucket=bucket, Key="sealed")):
        t.expect.ok(got)
        t.expect.header(got, f"{SSE}-bucket-key-enabled", "true")
