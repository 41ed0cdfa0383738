"""Checks of copies of an object onto itself: what counts as a change, though nothing changes."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RECORDED = "aws-recorded 2026-02"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"


def _onto_itself(bucket: str, **members: Any) -> dict[str, Any]:
    return {"Bucket": bucket, "Key": "self", "CopySource": f"{bucket}/self", **members}


@check(
    "copy-object", proved_by=["classes-told-again-are-no-change"], only=SDK, verified=RECORDED,
    spec=API,
    level="should",
)  # fmt: skip
def copy_onto_itself_may_name_its_own_class(t: Trial) -> None:
    """Onto itself with the storage class it has: done; what it has besides stays."""
    bucket = t.given.bucket()
    t.given.object("self", b"content", Bucket=bucket, Metadata={"of": "before"})
    refused = t.call("CopyObject", **_onto_itself(bucket))
    t.expect.error(refused, 400, "InvalidRequest")

    t.expect.ok(t.call("CopyObject", **_onto_itself(bucket, StorageClass="STANDARD")))

    got = t.look("GetObject", Bucket=bucket, Key="self")
    t.expect.body(got, b"content")
    t.expect.header(got, "x-amz-meta-of", "before")


@check(
    "copy-object", proved_by=["encryption-told-again-is-no-change"], only=SDK, verified=RECORDED,
    spec=API,
    level="should",
)  # fmt: skip
def copy_onto_itself_may_name_its_own_encryption(t: Trial) -> None:
    """Onto itself with AES256, that it has; or in a bucket whose encryption was set: done."""
    bucket = t.given.bucket()
    t.given.object("self", b"content", Bucket=bucket)
    refused = t.call("CopyObject", **_onto_itself(bucket))
    t.expect.error(refused, 400, "InvalidRequest")

    t.expect.ok(t.call("CopyObject", **_onto_itself(bucket, ServerSideEncryption="AES256")))

    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    rules = {"Rules": [default]}
    t.given.call("PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration=rules)
    t.expect.ok(t.call("CopyObject", **_onto_itself(bucket)))
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="self"), b"content")
