"""Checks of copies between kinds of encryption, of absent sources, and of odd keys under a lock."""

from __future__ import annotations

from conformance.checks.given_customer_keys import WITH_KEY, expect_sealed, given_bucket
from conformance.checks.given_uploads import given_upload
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SSE_C = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html"
)


@check("sse-c", proved_by=["copies-keep-the-method"], only=SDK, spec=SSE_C)
def copy_of_an_open_object_may_be_sealed(t: Trial) -> None:
    """A copy of an object of S3's keys, or of a KMS key, may have a customer's key of its own."""
    bucket = given_bucket(t)
    t.given.object("of-s3", b"a secret", Bucket=bucket)
    t.given.object("of-kms", b"a secret", Bucket=bucket, ServerSideEncryption="aws:kms")

    for name in ("of-s3", "of-kms"):
        asked = {"Bucket": bucket, "Key": f"copy-{name}", "CopySource": f"{bucket}/{name}"}
        t.expect.ok(t.call("CopyObject", **asked, **WITH_KEY))
        got = t.look("GetObject", Bucket=bucket, Key=f"copy-{name}", **WITH_KEY)
        t.expect.body(got, b"a secret")
        expect_sealed(t, bucket, f"copy-{name}")


@check("upload-part-copy", proved_by=["missing-source-buckets-unnamed"], only=SDK, spec=(
    f"{API}/API_UploadPartCopy.html"
))  # fmt: skip
def bucket_of_a_part_s_source_is_named(t: Trial) -> None:
    """A part from a bucket that does not exist: 404 NoSuchBucket with its name, and no part."""
    upload = given_upload(t, "joined")
    absent = t.bucket_name()

    got = t.call(
        "UploadPartCopy",
        Key="joined",
        UploadId=upload,
        PartNumber=1,
        CopySource=f"{absent}/key",
    )

    t.expect.error(got, 404, "NoSuchBucket", BucketName=absent)
    listed = t.look("ListParts", Key="joined", UploadId=upload)
    t.expect.member(listed, "Parts || `[]`", [])


@check("retention", proved_by=["folders-are-never-locked"], only=SDK, spec=(
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html"
))  # fmt: skip
def key_that_ends_in_a_slash_is_locked_like_any(t: Trial) -> None:
    """A legal hold on the object `dir/`: its version is not removed until the hold is lifted."""
    # seaweedfs/seaweedfs: retention headers of a folder's object were dropped
    bucket = t.given.locked_bucket()
    version = t.given.object("dir/", b"", Bucket=bucket).need_version_id()
    asked = {"Bucket": bucket, "Key": "dir/", "VersionId": version}

    t.expect.ok(t.call("PutObjectLegalHold", **asked, LegalHold={"Status": "ON"}))
    t.expect.error(t.call("DeleteObject", **asked), 403, "AccessDenied")
    t.expect.status(t.look("HeadObject", **asked), 200)

    t.expect.ok(t.call("PutObjectLegalHold", **asked, LegalHold={"Status": "OFF"}))
    t.expect.ok(t.call("DeleteObject", **asked))
