"""Checks of encryption with S3's own keys: what the answers say, which is all one can see of it."""

from __future__ import annotations

from conformance.checks.given_etags import md5_etag
from conformance.trial import Trial, check

SSE = "x-amz-server-side-encryption"


def _taken_alone(t: Trial) -> None:
    """The control of a request that is refused: AES256 alone is taken."""
    put = t.look("PutObject", Key="control", Body=b"x", ServerSideEncryption="AES256")
    t.expect.header(put, SSE, "AES256")


@check("sse-s3", proved_by=["sse-s3-not-said"], verified="aws-recorded 2026-02")
def put_says_how_it_encrypts(t: Trial) -> None:
    """A PUT that asks for AES256 is answered with it."""
    put = t.call("PutObject", Key="sealed", Body=b"content", ServerSideEncryption="AES256")

    t.expect.ok(put)
    t.expect.header(put, SSE, "AES256")


@check("sse-s3", proved_by=["sse-s3-not-said-by-reads"], verified="aws-recorded 2026-02")
def get_says_how_it_was_encrypted(t: Trial) -> None:
    """GET of an object that was put with AES256 says so, and has its content."""
    t.given.object("sealed", b"content", ServerSideEncryption="AES256")

    got = t.call("GetObject", Key="sealed")

    t.expect.header(got, SSE, "AES256")
    t.expect.body(got, b"content")


@check("sse-s3", proved_by=["sse-s3-not-said-by-reads"], verified="aws-recorded 2026-02")
def head_says_how_it_was_encrypted(t: Trial) -> None:
    """HEAD of an object that was put with AES256 says so."""
    t.given.object("sealed", b"content", ServerSideEncryption="AES256")

    t.expect.header(t.call("HeadObject", Key="sealed"), SSE, "AES256")


@check("sse-s3", proved_by=["sse-s3-not-by-default"], verified="aws-recorded 2026-02")
def every_new_object_is_encrypted(t: Trial) -> None:
    """A PUT that asks for nothing is answered with AES256: S3 encrypts every object since 2023."""
    put = t.call("PutObject", Key="plain", Body=b"content")

    t.expect.ok(put)
    t.expect.header(put, SSE, "AES256")


@check(
    "sse-s3",
    proved_by=["sse-s3-etag-opaque", "sse-s3-not-said"],
    verified="aws-recorded 2026-02",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html",
)
def etag_is_the_md5(t: Trial) -> None:
    """The ETag of an object that S3's keys encrypt is the MD5 of its content."""
    put = t.call("PutObject", Key="sealed", Body=b"content", ServerSideEncryption="AES256")

    t.expect.header(put, SSE, "AES256")
    t.expect.header(put, "ETag", md5_etag(b"content"))


@check(
    "sse-s3",
    proved_by=["sse-unknown-method-taken"],
    verified="reported",  # aws/aws-sdk-cpp#1771, thoughtbot/paperclip#2243
    only=("boto3", "raw"),  # the aws CLI refuses it itself
)
def unknown_method_is_refused(t: Trial) -> None:
    """A method that does not exist: 400 InvalidArgument, and nothing is written."""
    put = t.call("PutObject", Key="never", Body=b"content", ServerSideEncryption="AES512")

    t.expect.error(put, 400, "InvalidArgument")
    t.expect.status(t.look("HeadObject", Key="never"), 404)
    _taken_alone(t)


@check(
    "sse-s3",
    proved_by=["sse-s3-takes-a-kms-key"],
    only=("boto3", "raw"),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html",
)
def kms_key_is_not_for_s3s_keys(t: Trial) -> None:
    """AES256 beside the id of a KMS key: 400 InvalidArgument, and nothing is written."""
    got = t.call(
        "PutObject", Key="never", Body=b"x", ServerSideEncryption="AES256", SSEKMSKeyId="a-key"
    )

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.status(t.look("HeadObject", Key="never"), 404)
    _taken_alone(t)
