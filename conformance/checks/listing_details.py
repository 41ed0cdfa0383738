"""Checks of what listings tell beside names, and of what they are asked with."""

from __future__ import annotations

from conformance.checks.given_requests import is_missing
from conformance.checks.given_uploads import given_part, given_upload
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
_HOW = "[ChecksumAlgorithm, ChecksumType]"


@check(
    "list-object-versions", proved_by=["algorithms-of-versions-not-listed"], only=SDK,
    verified=RECORDED, spec=f"{API}/API_ObjectVersion.html",
    level="should",
)  # fmt: skip
def version_tells_how_it_was_summed(t: Trial) -> None:
    """A version of the listing has the algorithm of its checksum, and that it is of the whole."""
    bucket = t.given.versioned_bucket()
    t.given.object("key", b"x", Bucket=bucket, ChecksumAlgorithm="CRC32")
    t.given.object("key", b"y", Bucket=bucket, ChecksumAlgorithm="SHA256")

    got = t.call("ListObjectVersions", Bucket=bucket)

    told = [[["SHA256"], "FULL_OBJECT"], [["CRC32"], "FULL_OBJECT"]]
    t.expect.member(got, f"Versions[].{_HOW}", told)


@check(
    "list-multipart-uploads", proved_by=["algorithms-of-uploads-not-listed"], only=SDK,
    spec=f"{API}/API_MultipartUpload.html",
    level="should",
)  # fmt: skip
def upload_tells_how_it_will_be_summed(t: Trial) -> None:
    """An upload of the listing has the algorithm and the type that it was begun with."""
    given_upload(t, "a", ChecksumAlgorithm="SHA256")
    given_upload(t, "b", ChecksumAlgorithm="CRC32C", ChecksumType="FULL_OBJECT")

    got = t.call("ListMultipartUploads", Prefix=t.prefix)

    told = [["SHA256", "COMPOSITE"], ["CRC32C", "FULL_OBJECT"]]
    t.expect.member(got, f"Uploads[].{_HOW}", told)


@check(
    "list-parts", proved_by=["checksums-of-parts-not-listed"], only=SDK,
    verified=RECORDED, spec=f"{API}/API_ListParts.html",
    level="should",
)  # fmt: skip
def parts_tell_their_checksums(t: Trial) -> None:
    """ListParts has the upload's algorithm and type, and the checksum of every part."""
    upload = given_upload(t, "key", ChecksumAlgorithm="CRC32C")
    given_part(t, "key", upload, 1, b"this is a part", ChecksumCRC32C="iqJrOQ==")

    got = t.call("ListParts", Key="key", UploadId=upload)

    t.expect.member(got, _HOW, ["CRC32C", "COMPOSITE"])
    t.expect.member(got, "Parts[].ChecksumCRC32C", ["iqJrOQ=="])


@check(
    "list-buckets", proved_by=["empty-token-of-buckets-refused"], only=SDK, verified=RECORDED,
    spec=f"{API}/API_ListBuckets.html",
    level="should",
)  # fmt: skip
def empty_token_lists_buckets_from_the_first(t: Trial) -> None:
    """ListBuckets with an empty continuation-token lists from the first bucket; keys differ."""
    prefix = t.bucket
    plain = t.call("ListBuckets", MaxBuckets=1, Prefix=prefix)

    got = t.call("ListBuckets", MaxBuckets=1, Prefix=prefix, ContinuationToken="")

    t.expect.member(plain, "Buckets[0].Name", prefix)
    t.expect.member(got, "Buckets[0].Name", prefix)


@check("list-objects", proved_by=["control-characters-cut"], only=RAW, spec=(
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"
), level="should")  # fmt: skip
def control_characters_of_a_question_count(t: Trial) -> None:
    """A prefix, marker, start-after or key-marker may hold a line feed: it is part of it."""
    for name in ("a\nb", "a\nc", "ab"):
        t.given.object(name)
    below, keys = t.key("a\n"), [t.key("a\nb"), t.key("a\nc"), t.key("ab")]
    encoded = {"EncodingType": "url"}

    for operation, path, after in (
        ("ListObjects", "Contents[].Key", "Marker"),
        ("ListObjectsV2", "Contents[].Key", "StartAfter"),
        ("ListObjectVersions", "Versions[].Key", "KeyMarker"),
    ):
        one = t.call(operation, Prefix=below, **encoded)
        if operation == "ListObjectVersions" and is_missing(one):
            continue
        t.expect.member(one, f"length({path})", 2)
        rest = t.call(operation, Prefix=t.prefix, **encoded, **{after: keys[0]})
        t.expect.member(rest, f"length({path})", 2)


@check("object-versions", proved_by=["versions-of-folders-lost"], only=SDK, spec=(
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"
))  # fmt: skip
def key_that_ends_in_a_slash_has_versions(t: Trial) -> None:
    """`dir/` has versions and markers like any other key, beside those of `dir/key`."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("dir/", b"", Bucket=bucket).need_version_id()
    second = t.given.object("dir/", b"two", Bucket=bucket).need_version_id()
    t.given.object("dir/key", b"x", Bucket=bucket)

    gone = t.call("DeleteObject", Bucket=bucket, Key="dir/")

    t.expect.header(gone, "x-amz-delete-marker", "true")
    listed = t.look("ListObjectVersions", Bucket=bucket, Prefix="dir/")
    t.expect.member(listed, "Versions[?Key=='dir/'].VersionId", [second, first])
    t.expect.member(listed, "DeleteMarkers[].Key", ["dir/"])
    old = t.look("GetObject", Bucket=bucket, Key="dir/", VersionId=second)
    t.expect.body(old, b"two")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="dir/key"), b"x")
