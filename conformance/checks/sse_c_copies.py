"""Checks of copies and uploads of objects with a customer's key: who has to say which key."""

from __future__ import annotations

from conformance.checks.given_customer_keys import (
    FROM_KEY,
    WITH_KEY,
    WITH_OTHER,
    expect_sealed,
    given_bucket,
    given_sealed,
)
from conformance.checks.given_uploads import named_parts
from conformance.trial import Trial, check

API = ("aws-s3api", "boto3", "raw")
PART_COPY = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html"


@check("sse-c", proved_by=["sse-c-copy-keeps-the-key"], verified="aws-recorded 2026-02", only=API)
def copy_takes_another_key(t: Trial) -> None:
    """CopyObject with the source's key and a new one: the copy is read with the new one."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")

    copied = t.call(
        "CopyObject",
        Bucket=bucket,
        Key="copy",
        CopySource=f"{bucket}/sealed",
        **FROM_KEY,
        **WITH_OTHER,
    )

    t.expect.ok(copied)
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="copy", **WITH_OTHER), b"a secret")
    expect_sealed(t, bucket, "copy")


@check(
    "sse-c", proved_by=["sse-c-copied-without-the-key"], verified="aws-recorded 2026-02", only=API
)
def copy_needs_the_key_of_its_source(t: Trial) -> None:
    """CopyObject without the source's key: 400 InvalidRequest, and there is no copy."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")

    copied = t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/sealed")

    t.expect.error(copied, 400, "InvalidRequest")
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="copy"), 404)


@check("sse-c", proved_by=["sse-c-copy-stays-sealed"], verified="aws-recorded 2026-02", only=API)
def copy_without_a_key_of_its_own_is_open(t: Trial) -> None:
    """A copy that names no key of its own is read without one, and has S3's encryption."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"a secret")

    copied = t.call(
        "CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/sealed", **FROM_KEY
    )

    t.expect.ok(copied)
    t.expect.header(copied, "x-amz-server-side-encryption", "AES256")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="copy"), b"a secret")
    expect_sealed(t, bucket, "sealed")


@check("sse-c", proved_by=["sse-c-parts-lost"], verified="aws-recorded 2026-02", only=API)
def upload_in_parts_is_sealed_by_one_key(t: Trial) -> None:
    """An upload that began with a key has parts with that key, and is read with it."""
    bucket = given_bucket(t)
    made = t.call("CreateMultipartUpload", Bucket=bucket, Key="joined", **WITH_KEY)
    upload = {"Bucket": bucket, "Key": "joined", "UploadId": made.need("UploadId")}
    part = t.call("UploadPart", **upload, PartNumber=1, Body=b"a secret", **WITH_KEY)

    done = t.call(
        "CompleteMultipartUpload",
        **upload,
        MultipartUpload=named_parts((1, part.need("ETag"))),
    )

    t.expect.ok(done)
    got = t.call("GetObject", Bucket=bucket, Key="joined", **WITH_KEY)
    t.expect.body(got, b"a secret")
    t.expect.status(t.look("GetObject", Bucket=bucket, Key="joined"), 400)


@check(
    "sse-c",
    proved_by=["sse-c-part-without-the-key-taken"],
    verified="aws-recorded 2026-02",
    only=API,
)
def part_needs_the_key_of_its_upload(t: Trial) -> None:
    """A part without the key its upload began with: 400 InvalidRequest."""
    bucket = given_bucket(t)
    made = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="joined", **WITH_KEY)
    upload = {"Bucket": bucket, "Key": "joined", "UploadId": made.need("UploadId")}

    part = t.call("UploadPart", **upload, PartNumber=1, Body=b"a secret")

    t.expect.error(part, 400, "InvalidRequest")


@check(
    "sse-c",
    proved_by=["sse-c-part-with-another-key-taken"],
    verified="aws-recorded 2026-02",
    only=API,
)
def part_takes_no_other_key(t: Trial) -> None:
    """A part with another key than its upload began with: 400 InvalidRequest."""
    bucket = given_bucket(t)
    made = t.given.call("CreateMultipartUpload", Bucket=bucket, Key="joined", **WITH_KEY)
    upload = {"Bucket": bucket, "Key": "joined", "UploadId": made.need("UploadId")}

    part = t.call("UploadPart", **upload, PartNumber=1, Body=b"a secret", **WITH_OTHER)

    t.expect.error(part, 400, "InvalidRequest")


@check("sse-c", proved_by=["sse-c-nothing-needs-no-key"], only=("boto3", "raw"))
def object_of_no_bytes_is_sealed_too(t: Trial) -> None:
    """An empty object with a customer's key is read with it, and not without."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "empty", b"")

    without = t.call("GetObject", Bucket=bucket, Key="empty")
    got = t.call("GetObject", Bucket=bucket, Key="empty", **WITH_KEY)

    t.expect.error(without, 400, "InvalidRequest")
    t.expect.ok(got)
    t.expect.body(got, b"")


@check("sse-c", proved_by=["sse-c-parts-copied-as-they-lie"], only=("boto3", "raw"), spec=PART_COPY)
def every_kind_of_object_is_a_part_of_every_other(t: Trial) -> None:
    """Plain and sealed objects are copied as parts of a plain and of a sealed upload, and read."""
    bucket = given_bucket(t)
    given_sealed(t, bucket, "sealed", b"was sealed")
    t.given.object("plain", b"was plain", Bucket=bucket)

    for source, known, content in (
        ("plain", {}, b"was plain"),
        ("sealed", FROM_KEY, b"was sealed"),
    ):
        for name, own in (("open", {}), ("closed", WITH_OTHER)):
            to = {"Bucket": bucket, "Key": f"{source}-{name}"}
            begun = t.given.call("CreateMultipartUpload", **to, **own)
            upload = {**to, "UploadId": begun.need("UploadId")}
            part = t.call(
                "UploadPartCopy",
                **upload,
                PartNumber=1,
                CopySource=f"{bucket}/{source}",
                **known,
                **own,
            )
            t.expect.ok(part)
            parts = named_parts((1, part.need("CopyPartResult.ETag")))
            t.given.call("CompleteMultipartUpload", **upload, MultipartUpload=parts, **own)
            t.expect.body(t.look("GetObject", **to, **own), content)
            if own:
                expect_sealed(t, bucket, to["Key"])
