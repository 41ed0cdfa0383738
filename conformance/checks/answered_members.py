"""Checks of what answers repeat of their request, and of the version and bucket they are about."""

from __future__ import annotations

from typing import Any

from conformance.checks.conditional_read import after_it_was_written
from conformance.checks.given_policies import BY_HAND
from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"


@check(
    "list-objects",
    proved_by=["list-forgets-its-marker"],
    only=BY_HAND,
    spec=f"{API}/API_ListObjects.html",
    level="should",
)
def list_repeats_what_it_was_asked(t: Trial) -> None:
    """ListObjects answers name, prefix, marker, limit and encoding as they were asked."""
    for name in ("a b", "c"):
        t.given.object(name, b"x")
    prefix = t.key("")

    got = t.call("ListObjects", Prefix=prefix, Marker=prefix, MaxKeys=1, EncodingType="url")

    t.expect.member(got, "Name", t.bucket)
    t.expect.member(got, "MaxKeys", 1)
    t.expect.member(got, "EncodingType", "url")
    t.expect.member(got, "Prefix", prefix)
    t.expect.member(got, "Marker", prefix)
    t.expect.member(got, "IsTruncated", True)


@check(
    "list-object-versions",
    proved_by=["version-list-forgets-its-marker"],
    only=BY_HAND,
    requests=7,
    spec=f"{API}/API_ListObjectVersions.html",
    level="should",
)
def list_of_versions_repeats_what_it_was_asked(t: Trial) -> None:
    """ListObjectVersions answers both markers and the encoding, and goes on after them."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"1", Bucket=bucket).need_version_id()
    second = t.given.object("key", b"2", Bucket=bucket).need_version_id()

    got = t.call(
        "ListObjectVersions",
        Bucket=bucket,
        KeyMarker="key",
        VersionIdMarker=second,
        EncodingType="url",
        OptionalObjectAttributes=["RestoreStatus"],
    )

    t.expect.member(got, "KeyMarker", "key")
    t.expect.member(got, "VersionIdMarker", second)
    t.expect.member(got, "EncodingType", "url")
    t.expect.member(got, "Versions[].VersionId", [first])


@check(
    "list-multipart-uploads",
    proved_by=["upload-list-forgets-its-marker"],
    only=BY_HAND,
    requests=5,
    spec=f"{API}/API_ListMultipartUploads.html",
    level="should",
)
def list_of_uploads_repeats_what_it_was_asked(t: Trial) -> None:
    """ListMultipartUploads answers both markers and the encoding, and goes on after them."""
    bucket = t.given.bucket()
    begun = {
        name: t.given.call("CreateMultipartUpload", Bucket=bucket, Key=name).need("UploadId")
        for name in ("a", "b")
    }

    got = t.call(
        "ListMultipartUploads",
        Bucket=bucket,
        KeyMarker="a",
        UploadIdMarker=begun["a"],
        EncodingType="url",
    )

    t.expect.member(got, "KeyMarker", "a")
    t.expect.member(got, "UploadIdMarker", begun["a"])
    t.expect.member(got, "EncodingType", "url")
    t.expect.member(got, "Uploads[].Key", ["b"])


@check(
    "object-versions",
    proved_by=["copy-names-no-version"],
    only=BY_HAND,
    requests=9,
    spec=f"{API}/API_CopyObject.html",
    level="should",
)
def every_write_names_its_version(t: Trial) -> None:
    """In a versioned bucket a copy and changes of tags answer the version they are about."""
    bucket = t.given.versioned_bucket()
    t.given.object("from", b"x", Bucket=bucket)
    copied = t.call("CopyObject", Bucket=bucket, Key="to", CopySource=f"{bucket}/from")
    version = copied.need_version_id()
    t.expect.header(copied, "x-amz-version-id", version)
    of: dict[str, Any] = {"Bucket": bucket, "Key": "to"}
    head = t.call("HeadObject", **of)
    t.expect.header(head, "x-amz-version-id", version)
    tags = {"TagSet": [{"Key": "color", "Value": "blue"}]}
    put = t.call("PutObjectTagging", **of, VersionId=version, Tagging=tags)
    t.expect.header(put, "x-amz-version-id", version)
    got = t.call("GetObjectTagging", **of)
    t.expect.header(got, "x-amz-version-id", version)
    t.expect.member(got, "TagSet", tags["TagSet"])
    gone = t.call("DeleteObjectTagging", **of)
    t.expect.header(gone, "x-amz-version-id", version)


@check(
    "object-attributes",
    proved_by=["attributes-without-a-time"],
    only=BY_HAND,
    requests=6,
    spec=f"{API}/API_GetObjectAttributes.html",
)
def attributes_name_version_and_time(t: Trial) -> None:
    """GetObjectAttributes answers version and time, and says of a marker that it is one."""
    bucket = t.given.versioned_bucket()
    stored = t.given.object("key", b"x", Bucket=bucket)
    asked: dict[str, Any] = {"Bucket": bucket, "Key": "key", "ObjectAttributes": ["ETag"]}
    head = t.look("HeadObject", Bucket=bucket, Key="key")

    got = t.call("GetObjectAttributes", **asked)

    t.expect.header(got, "x-amz-version-id", stored.need_version_id())
    t.expect.header(got, "Last-Modified", head.need_header("Last-Modified"))
    t.given.call("DeleteObject", Bucket=bucket, Key="key")
    marked = t.call("GetObjectAttributes", **asked)
    t.expect.status(marked, 404)
    t.expect.header(marked, "x-amz-delete-marker", "true")


@check(
    "head-bucket",
    proved_by=["head-bucket-without-its-name"],
    only=BY_HAND,
    # Amazon's reference has it for directory buckets only, so nobody can count on it.
    level="may",
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_HeadBucket.html",
)
def bucket_has_an_arn(t: Trial) -> None:
    """CreateBucket and HeadBucket answer the bucket's ARN in x-amz-bucket-arn."""
    name = t.bucket_name()
    made = t.call("CreateBucket", **t.located({"Bucket": name}))
    head = t.call("HeadBucket", Bucket=name)
    for got in (made, head):
        t.expect.header(got, "x-amz-bucket-arn", f"arn:aws:s3:::{name}")


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-forgets-the-smallest-size"],
    only=BY_HAND,
    spec=f"{API}/API_PutBucketLifecycleConfiguration.html",
)
def smallest_size_of_transitions_is_answered(t: Trial) -> None:
    """x-amz-transition-default-minimum-object-size: PUT answers it, and GET has it afterwards."""
    bucket = t.given.bucket()
    header = "x-amz-transition-default-minimum-object-size"
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 1}}
    size = "varies_by_storage_class"

    put = t.call(
        "PutBucketLifecycleConfiguration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [rule]},
        TransitionDefaultMinimumObjectSize=size,
    )

    t.expect.header(put, header, size)
    t.expect.header(t.call("GetBucketLifecycleConfiguration", Bucket=bucket), header, size)


@check(
    "bucket-lifecycle",
    proved_by=["lifecycle-of-old-clients-refused"],
    only=BY_HAND,
    spec=f"{API}/API_PutBucketLifecycle.html",
)
def lifecycle_of_older_clients_is_taken(t: Trial) -> None:
    """A rule of PutBucketLifecycle, with a Prefix and no Filter, is in GetBucketLifecycle."""
    bucket = t.given.bucket()
    rule = {"ID": "r", "Status": "Enabled", "Prefix": "x/", "Expiration": {"Days": 1}}

    put = t.call(
        "PutBucketLifecycle",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [rule]},
        ChecksumAlgorithm="CRC32",
    )

    t.expect.ok(put)
    got = t.call("GetBucketLifecycle", Bucket=bucket)
    t.expect.member(got, "Rules[].[ID, Prefix, Status]", [["r", "x/", "Enabled"]])


@check(
    "object-metadata",
    proved_by=["get-counts-no-missing-metadata"],
    only=("raw",),
    verified="reported",  # treeverse/lakeFS#9727; the reference has x-amz-missing-meta for it
    level="should",
    spec=f"{API}/API_GetObject.html",
)
def get_counts_metadata_without_a_name(t: Trial) -> None:
    """GET, as HEAD, answers in x-amz-missing-meta how much metadata it cannot show."""
    path = f"/{t.bucket}/{t.key('k')}"
    t.expect.status(t.raw("PUT", path, headers={"x-amz-meta-": "nameless"}, body=b"x"), 200)

    got = t.call("GetObject", Key="k")

    t.expect.header(got, "x-amz-missing-meta", "1")
    t.expect.body(got, b"x")


@check(
    "upload-part-copy",
    proved_by=["part-copy-ignores-times"],
    only=BY_HAND,
    requests=8,
    spec=f"{API}/API_UploadPartCopy.html",
)
def part_copy_keeps_to_its_conditions(t: Trial) -> None:
    """UploadPartCopy with a condition that its source does not meet: 412; else a part."""
    source = t.given.object("from", b"x")
    upload = t.given.call("CreateMultipartUpload", Key="to").need("UploadId")
    part: dict[str, Any] = {
        "Key": "to",
        "UploadId": upload,
        "PartNumber": 1,
        "CopySource": t.source("from"),
    }
    since = after_it_was_written(t, "from")
    for unmet in (
        {"CopySourceIfNoneMatch": source.etag},
        {"CopySourceIfUnmodifiedSince": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"CopySourceIfModifiedSince": since},
    ):
        t.expect.error(t.call("UploadPartCopy", **part, **unmet), 412, "PreconditionFailed")
    met = {
        "CopySourceIfNoneMatch": '"0"',
        "CopySourceIfModifiedSince": "Mon, 01 Jan 2001 00:00:00 GMT",
    }
    t.expect.ok(t.call("UploadPartCopy", **part, **met))
