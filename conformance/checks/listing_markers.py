"""Checks of markers that stand inside a folder, of prefixes that are empty, and of page sizes."""

from __future__ import annotations

from conformance.checks.given_uploads import given_upload
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
NAMES = ("folder/sub/one", "folder/sub/two", "folder/x", "folder/y")
ASKED = {"Prefix": "folder/", "Delimiter": "/"}


def _bucket(t: Trial) -> str:
    """A bucket with these keys, versioning enabled."""
    bucket = t.given.versioned_bucket()
    for name in NAMES:
        t.given.object(name, b"x", Bucket=bucket)
    return bucket


@check("list-objects", proved_by=["marker-in-a-folder-lists-it"], only=SDK, verified=RECORDED)
def marker_in_a_folder_is_past_it(t: Trial) -> None:
    """`marker` with a key below a common prefix: the prefix is not listed, keys after it are."""
    got = t.call("ListObjects", Bucket=_bucket(t), **ASKED, Marker="folder/sub/one")

    t.expect.member(got, "Contents[].Key", ["folder/x", "folder/y"])
    t.expect.member(got, "CommonPrefixes || `[]`", [])


@check(
    "list-object-versions",
    proved_by=["marker-in-a-folder-lists-it"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def key_marker_in_a_folder_is_past_it(t: Trial) -> None:
    """`key-marker` with a key below a common prefix: the prefix is not listed, the rest is."""
    got = t.call("ListObjectVersions", Bucket=_bucket(t), **ASKED, KeyMarker="folder/sub/one")

    t.expect.member(got, "Versions[].Key", ["folder/x", "folder/y"])
    t.expect.member(got, "CommonPrefixes || `[]`", [])


@check(
    "list-multipart-uploads",
    proved_by=["marker-in-a-folder-lists-it"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def upload_key_marker_in_a_folder_is_past_it(t: Trial) -> None:
    """`key-marker` with a key below a common prefix of uploads: the prefix is not listed."""
    bucket = t.given.bucket()
    for name in NAMES:
        t.given.call("CreateMultipartUpload", Bucket=bucket, Key=name)

    got = t.call("ListMultipartUploads", Bucket=bucket, **ASKED, KeyMarker="folder/sub/one")

    t.expect.member(got, "Uploads[].Key", ["folder/x", "folder/y"])
    t.expect.member(got, "CommonPrefixes || `[]`", [])


@check("list-objects-v2", proved_by=["empty-prefix-matches-nothing"], only=SDK)
def empty_prefix_is_every_key(t: Trial) -> None:
    """An empty `prefix` selects every key, in both versions of the listing."""
    bucket = _bucket(t)

    for operation in ("ListObjects", "ListObjectsV2"):
        got = t.call(operation, Bucket=bucket, Prefix="")
        t.expect.member(got, "Contents[].Key", list(NAMES))


@check(
    "list-parts",
    proved_by=["max-parts-unchecked"],
    only=RAW,
    verified="reported",  # versity/versitygw and minio/minio have an error for it in their sources
    spec=f"{API}/API_ListParts.html",
)
def size_of_a_page_of_parts_is_a_number(t: Trial) -> None:
    """max-parts=-1, or what is no number: 400 InvalidArgument."""
    upload = given_upload(t, "joined")
    path = f"/{t.bucket}/{t.key('joined')}"

    for value in ("-1", "many"):
        got = t.raw("GET", path, query=f"max-parts={value}&uploadId={upload}")
        t.expect.error(got, 400, "InvalidArgument")
    t.expect.status(t.raw("GET", path, query=f"max-parts=5&uploadId={upload}"), 200)


@check(
    "list-buckets",
    proved_by=["max-buckets-unchecked"],
    only=RAW,
    spec=f"{API}/API_ListBuckets.html",
    level="should",
)
def size_of_a_page_of_buckets_has_bounds(t: Trial) -> None:
    """max-buckets of 0 and of 10,001: 400 InvalidArgument; 10,000 is taken."""
    for value in ("0", "10001"):
        t.expect.error(t.raw("GET", "/", query=f"max-buckets={value}"), 400, "InvalidArgument")
    t.expect.status(t.raw("GET", "/", query="max-buckets=10000"), 200)


@check(
    "list-buckets",
    proved_by=["bucket-prefixes-have-no-case"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def prefix_of_buckets_has_case(t: Trial) -> None:
    """`prefix` in capitals selects no bucket whose name is in small letters."""
    bucket = t.given.bucket()

    small = t.call("ListBuckets", Prefix=bucket)
    capital = t.call("ListBuckets", Prefix=bucket.upper())

    t.expect.member(small, "Buckets[].Name", [bucket])
    t.expect.member(capital, "Buckets || `[]`", [])
