"""Checks of customers' keys and KMS keys: where they belong, and what answers say of them."""

from __future__ import annotations

import base64
import json
from typing import Any

from conformance.checks.given_customer_keys import (
    FROM_KEY,
    KEY_MD5,
    WITH_KEY,
    WITH_OTHER,
    given_bucket,
    given_sealed,
)
from conformance.checks.given_policies import BY_HAND
from conformance.checks.given_uploads import named_parts
from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SSE = "x-amz-server-side-encryption"
_CONTEXT = base64.b64encode(json.dumps({"of": "tests"}).encode()).decode()


def _says_the_key(t: Trial, got: Any) -> None:
    t.expect.header(got, f"{SSE}-customer-algorithm", "AES256")
    t.expect.header(got, f"{SSE}-customer-key-MD5", KEY_MD5)


@check(
    "sse-c",
    proved_by=["sse-c-steps-do-not-say-it"],
    only=BY_HAND,
    requests=12,
    spec=f"{API}/API_UploadPart.html",
)
def every_answer_names_the_customer_s_key(t: Trial) -> None:
    """GET, HEAD, a copy and each step of an upload answer the algorithm and the MD5 of the key."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")
    source = {"CopySource": f"{bucket}/sealed", **FROM_KEY}
    begun = t.call("CreateMultipartUpload", Bucket=bucket, Key="joined", **WITH_KEY)
    upload: dict[str, Any] = {"Bucket": bucket, "Key": "joined", "UploadId": begun.need("UploadId")}
    part = t.call("UploadPart", **upload, PartNumber=1, Body=b"x" * (5 << 20), **WITH_KEY)
    copied = t.call("UploadPartCopy", **upload, PartNumber=2, **source, **WITH_KEY)
    tags = part.need_etag(), copied.need("CopyPartResult.ETag")
    done = t.call(
        "CompleteMultipartUpload",
        **upload,
        MultipartUpload=named_parts((1, tags[0]), (2, tags[1])),
        **WITH_KEY,
    )

    t.expect.ok(done)
    for got in (
        begun,
        part,
        copied,
        t.call("GetObject", Bucket=bucket, Key="joined", Range="bytes=0-3", **WITH_KEY),
        t.call("HeadObject", Bucket=bucket, Key="joined", **WITH_KEY),
        t.call("CopyObject", Bucket=bucket, Key="copy", **source, **WITH_KEY),
    ):
        _says_the_key(t, got)
    end = t.look("GetObject", Bucket=bucket, Key="joined", PartNumber=2, **WITH_KEY)
    t.expect.body(end, b"a secret")


@check(
    "object-attributes",
    proved_by=["attributes-of-any-customer-s-key"],
    only=("raw",),  # boto3 sends no digest of the key with it
    spec=f"{API}/API_GetObjectAttributes.html",
)
def attributes_need_the_customer_s_key(t: Trial) -> None:
    """GetObjectAttributes of a sealed object: 400 without the key, its size with it."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")
    asked: dict[str, Any] = {"Bucket": bucket, "Key": "sealed", "ObjectAttributes": ["ObjectSize"]}

    t.expect.error(t.call("GetObjectAttributes", **asked), 400, "InvalidRequest")
    t.expect.member(t.call("GetObjectAttributes", **asked, **WITH_KEY), "ObjectSize", 8)


@check(
    "upload-part-copy",
    proved_by=["part-copied-from-any-key"],
    only=BY_HAND,
    spec=f"{API}/API_UploadPartCopy.html",
)
def part_copy_needs_the_key_of_its_source(t: Trial) -> None:
    """UploadPartCopy of a sealed object without its key, or with another: 400 or 403, no part."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")
    upload = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="joined").need("UploadId")
    part: dict[str, Any] = {"Bucket": bucket, "Key": "joined", "UploadId": upload, "PartNumber": 1}
    wrong = {f"CopySource{name}": value for name, value in WITH_OTHER.items()}

    for key in ({}, wrong):
        got = t.call("UploadPartCopy", **part, CopySource=f"{bucket}/sealed", **key)
        t.expect.status(got, (400, 403))
    listed = t.look("ListParts", Bucket=bucket, Key="joined", UploadId=upload)
    t.expect.member(listed, "length(Parts || `[]`)", 0)
    taken = t.call("UploadPartCopy", **part, CopySource=f"{bucket}/sealed", **FROM_KEY)
    t.expect.ok(taken)


@check(
    "select-csv",
    proved_by=["select-opens-without-the-key"],
    only=BY_HAND,
    spec=f"{API}/API_SelectObjectContent.html",
)
def select_needs_the_customer_s_key(t: Trial) -> None:
    """A query of a sealed object: 400 without its key, its records with it."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a,b\n")
    asked: dict[str, Any] = {
        "Bucket": bucket,
        "Key": "sealed",
        "Expression": "SELECT s._2 FROM S3Object s",
        "ExpressionType": "SQL",
        "InputSerialization": {"CSV": {}},
        "OutputSerialization": {"CSV": {}},
        "RequestProgress": {"Enabled": True},
    }

    t.expect.error(t.call("SelectObjectContent", **asked), 400, "InvalidRequest")
    got = t.call("SelectObjectContent", **asked, **WITH_KEY)
    t.expect.ok(got)
    events = got.members.get("Payload") or []
    records = b"".join(one["Records"]["Payload"] for one in events if "Records" in one)
    t.expect.equal(records, b"b\n", "Payload", of=got)


@check(
    "sse-kms",
    proved_by=["kms-context-not-answered"],
    only=BY_HAND,
    requests=6,
    spec=f"{API}/API_PutObject.html",
)
def writes_answer_key_context_and_bucket_key(t: Trial) -> None:
    """PUT, copy and upload with a KMS key, a context and a bucket key: each answers all three."""
    bucket = t.given.bucket()
    first = t.given.call(
        "PutObject", Bucket=bucket, Key="first", Body=b"x", ServerSideEncryption="aws:kms"
    )
    named = first.need_header(f"{SSE}-aws-kms-key-id")
    sealed: dict[str, Any] = {
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": named,
        "SSEKMSEncryptionContext": _CONTEXT,
        "BucketKeyEnabled": True,
    }
    for got in (
        t.call("PutObject", Bucket=bucket, Key="put", Body=b"x", **sealed),
        t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/first", **sealed),
        t.call("CreateMultipartUpload", Bucket=bucket, Key="made", **sealed),
    ):
        t.expect.header(got, SSE, "aws:kms")
        t.expect.header(got, f"{SSE}-aws-kms-key-id", named)
        t.expect.header(got, f"{SSE}-bucket-key-enabled", "true")
        t.expect.header(got, f"{SSE}-context", _holds_context)


def _holds_context(value: str) -> bool:
    """Whether the context that was sent is in the one answered: S3 may add to it."""
    try:
        said = json.loads(base64.b64decode(value))
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("of") == "tests"


@check(
    "sse-c",
    proved_by=["part-list-of-any-customer-s-key"],
    only=("raw",),
    level="may",
    spec=f"{API}/API_ListParts.html",
)
def parts_are_listed_with_the_customer_s_key(t: Trial) -> None:
    """ListParts of a sealed upload, with its key: the part and its size."""
    bucket = given_bucket(t)
    begun = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="joined", **WITH_KEY)
    upload: dict[str, Any] = {"Bucket": bucket, "Key": "joined", "UploadId": begun.need("UploadId")}
    t.given.call("UploadPart", **upload, PartNumber=1, Body=b"a secret", **WITH_KEY)

    listed = t.call("ListParts", **upload, **WITH_KEY)

    t.expect.member(listed, "Parts[].Size", [8])
    t.expect.member(listed, "Initiator.ID", listed.need("Owner.ID"))
    t.expect.member(listed, "Owner.ID", t.own.canonical_id)
