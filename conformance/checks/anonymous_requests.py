"""Checks of what nobody signed, in a bucket whose policy is open to everybody."""

from __future__ import annotations

from conformance.checks.given_policies import given_policy, statement
from conformance.trial import Trial, check

RAW = ("raw",)
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
PAYLOADS = f"{API}/sig-v4-header-based-auth.html"
TRAILERS = f"{API}/sigv4-streaming-trailers.html"
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # SHA-256 of hello


def _open_bucket(t: Trial) -> str:
    bucket = t.given.bucket()
    t.given.opened(bucket)
    given_policy(t, bucket, statement(bucket, "Allow", ["s3:GetObject", "s3:PutObject"]))
    return bucket


@check(
    "get-object",
    proved_by=["anonymous-overrides-taken"],
    only=RAW,
    verified="reported",  # floci-io/floci#1098, versity/versitygw#1507, #2001; the page says so
    spec=f"{API}/API_GetObject.html",
)
def nobody_overrides_the_answers_headers(t: Trial) -> None:
    """`?response-…` without a signature: 400 InvalidRequest; HEAD 400; without it, the object."""
    bucket = _open_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)
    query = "response-cache-control=no-cache"

    got = t.raw("GET", f"/{bucket}/key", query=query, sign="none")
    head = t.raw("HEAD", f"/{bucket}/key", query=query, sign="none")

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.status(head, 400)
    t.expect.body(t.raw("GET", f"/{bucket}/key", sign="none"), b"x")


@check(
    "authentication",
    proved_by=["anonymous-hash-ignored"],
    only=RAW,
    verified="observed",  # versity/versitygw#1423
    spec=PAYLOADS,
)
def anonymous_body_is_held_to_its_hash(t: Trial) -> None:
    """An unsigned PUT with another x-amz-content-sha256 than its body's: 400, nothing stored."""
    bucket = _open_bucket(t)

    wrong = t.raw(
        "PUT",
        f"/{bucket}/wrong",
        headers={"x-amz-content-sha256": "0" * 64},
        body=b"hello",
        sign="none",
    )
    right = t.raw(
        "PUT",
        f"/{bucket}/right",
        headers={"x-amz-content-sha256": HELLO},
        body=b"hello",
        sign="none",
    )

    t.expect.error(wrong, 400, "XAmzContentSHA256Mismatch")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="wrong"), 404)
    t.expect.status(right, 200)


@check(
    "streaming-bodies",
    proved_by=["anonymous-signed-chunks-taken"],
    only=RAW,
    verified="observed",  # versity/versitygw#1554
    spec=PAYLOADS,
)
def nobody_signs_chunks(t: Trial) -> None:
    """An unsigned PUT that says its chunks are signed: 400 InvalidRequest, nothing is stored."""
    bucket = _open_bucket(t)

    got = t.raw(
        "PUT",
        f"/{bucket}/key",
        headers={
            "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "x-amz-decoded-content-length": "5",
        },
        body=b"5;chunk-signature=%b\r\nhello\r\n" % (b"0" * 64),
        sign="none",
    )

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="key"), 404)


@check(
    "streaming-bodies",
    proved_by=["anonymous-chunks-not-joined"],
    only=RAW,
    verified="reported",  # minio/minio#21005; the words of versity/versitygw#1554
    spec=TRAILERS,
)
def stream_of_nobody_is_joined(t: Trial) -> None:
    """An unsigned PUT in unsigned chunks with a trailer, as SDKs send it, is stored joined."""
    bucket = _open_bucket(t)

    got = t.raw(
        "PUT",
        f"/{bucket}/key",
        headers={
            "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "x-amz-decoded-content-length": "5",
            "x-amz-trailer": "x-amz-checksum-crc32",
            "Content-Encoding": "aws-chunked",
        },
        body=b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
        sign="none",
    )

    t.expect.status(got, 200)
    t.expect.body(t.raw("GET", f"/{bucket}/key", sign="none"), b"hello")
