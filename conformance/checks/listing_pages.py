"""Checks of listings that are read page by page, with a page ending wherever one can end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance.trial import Trial, check

PAGED = ("boto3", "raw")
V1 = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html"
TREE = ("a/1", "a/2", "b", "c/1", "d")  # two folders, keys between and after them
MANY_PAGES = 30


@dataclass(frozen=True)
class Paged:
    """How a listing is followed: what it lists, and which answer goes into which request."""

    operation: str
    size: str  # the member that bounds a page
    listed: Sequence[tuple[str, str]]  # list of the answer, and what an entry is called by
    following: Sequence[tuple[str, str]]  # member of the answer → member of the next request
    by_key: bool = False  # a page that ends with a folder names no marker (recorded)

    def walk(self, t: Trial, size: int, **asked: Any) -> tuple[list[str], list[int]]:
        """All entries' names as they came, and how many each page had."""
        asked[self.size] = size
        seen: list[str] = []
        sizes: list[int] = []
        for _ in range(MANY_PAGES):
            page = t.call(self.operation, **asked)
            names = [
                str(entry[name])
                for listed, name in self.listed
                for entry in page.members.get(listed) or []
            ]
            seen += names
            sizes.append(len(names))
            if not page.members.get("IsTruncated"):
                break
            told = {member: page.parsed.get(name) for name, member in self.following}
            for member, value in told.items():  # no empty marker is sent
                asked.pop(member, None)
                if value:
                    asked[member] = value
            if self.by_key and names and "KeyMarker" not in asked:
                asked["KeyMarker"] = max(names)
        return seen, sizes


_KEYS = (("Contents", "Key"), ("CommonPrefixes", "Prefix"))
OBJECTS = Paged("ListObjects", "MaxKeys", _KEYS, (("NextMarker", "Marker"),))
OBJECTS_2 = Paged(
    "ListObjectsV2", "MaxKeys", _KEYS, (("NextContinuationToken", "ContinuationToken"),)
)
VERSIONS = Paged(
    "ListObjectVersions",
    "MaxKeys",
    (("Versions", "Key"), ("DeleteMarkers", "Key"), ("CommonPrefixes", "Prefix")),
    (("NextKeyMarker", "KeyMarker"), ("NextVersionIdMarker", "VersionIdMarker")),
)
UPLOADS = Paged(
    "ListMultipartUploads",
    "MaxUploads",
    (("Uploads", "Key"), ("CommonPrefixes", "Prefix")),
    (("NextKeyMarker", "KeyMarker"), ("NextUploadIdMarker", "UploadIdMarker")),
    by_key=True,
)


def _keeps_to_its_pages(t: Trial, listing: Paged, **asked: Any) -> None:
    """With every page size there is: each entry once, in order; every page full but the last."""
    expected = [t.key(name) for name in ("a/", "b", "c/", "d")]
    for size in range(1, len(expected) + 1):
        seen, sizes = listing.walk(t, size, Prefix=t.prefix, Delimiter="/", **asked)
        entries = f"entries of {listing.operation}, {size} a page"
        t.expect.equal(seen if size == 1 else sorted(seen), expected, entries)
        whole, rest = divmod(len(expected), size)
        full = [size] * whole + [rest] * bool(rest)
        t.expect.equal(sizes, full, f"how many each page of {listing.operation} has, of {size}")


@check("list-objects-v2", proved_by=["v2-full-page-is-truncated"], only=PAGED)
def full_page_may_be_the_last(t: Trial) -> None:
    """Keys and folders in pages of every size: each once, and a full last page is the last."""
    for name in TREE:
        t.given.object(name)

    _keeps_to_its_pages(t, OBJECTS_2, Bucket=t.bucket)


@check("list-objects", proved_by=["v1-full-page-is-truncated"], only=PAGED)
def full_page_may_be_the_last_of_version_1(t: Trial) -> None:
    """Keys and folders by NextMarker in pages of every size: each once, no empty last page."""
    for name in TREE:
        t.given.object(name)

    _keeps_to_its_pages(t, OBJECTS, Bucket=t.bucket)


@check("list-object-versions", proved_by=["versions-full-page-is-truncated"], only=PAGED)
def full_page_may_be_the_last_of_versions(t: Trial) -> None:
    """Versions and folders in pages of every size: each once, no empty page at the end."""
    for name in TREE:
        t.given.object(name)

    _keeps_to_its_pages(t, VERSIONS, Bucket=t.bucket)


@check(
    "list-multipart-uploads",
    proved_by=["uploads-full-page-is-truncated"],
    only=PAGED,
    level="may",  # S3's own markers differ here (versity/versitygw#1822): no program can rely on it
)
def full_page_may_be_the_last_of_uploads(t: Trial) -> None:
    """Uploads and folders in pages of every size: each once, no empty page at the end.

    Where a page ends with a folder S3 names no marker; the folder is a good key-marker.
    """
    for name in TREE:
        t.given.call("CreateMultipartUpload", Key=name)

    _keeps_to_its_pages(t, UPLOADS, Bucket=t.bucket)


@check("list-object-versions", proved_by=["versions-page-never-ends-at-a-marker"], only=PAGED)
def page_may_end_at_a_delete_marker(t: Trial) -> None:
    """With one entry a page, delete markers and versions come in their order, each once."""
    bucket = t.given.versioned_bucket()
    made = []
    for key in ("a", "b"):
        for step in ("PutObject", "DeleteObject", "PutObject", "DeleteObject"):
            told = t.given.call(step, Bucket=bucket, Key=key)
            made.append((key, told.need_version_id()))
    expected = [version for key in "ab" for name, version in reversed(made) if name == key]

    seen: list[str] = []
    asked: dict[str, Any] = {"Bucket": bucket, "MaxKeys": 1}
    for _ in range(MANY_PAGES):
        page = t.call("ListObjectVersions", **asked)
        for kind in ("Versions", "DeleteMarkers"):
            seen += [entry["VersionId"] for entry in page.members.get(kind) or []]
        if not page.members.get("IsTruncated"):
            break
        asked["KeyMarker"] = page.need("NextKeyMarker")
        asked["VersionIdMarker"] = page.need("NextVersionIdMarker")

    t.expect.equal(seen, expected, "versions and markers, page by page")


@check("list-object-versions", proved_by=["versions-prefix-not-of-markers"], only=PAGED)
def prefix_selects_delete_markers(t: Trial) -> None:
    """`prefix` limits the delete markers of the listing as it does the versions."""
    bucket = t.given.versioned_bucket()
    for key in ("in/1", "out/1"):
        t.given.object(key, Bucket=bucket)
        t.given.call("DeleteObject", Bucket=bucket, Key=key)

    got = t.call("ListObjectVersions", Bucket=bucket, Prefix="in/")

    t.expect.member(got, "Versions[].Key", ["in/1"])
    t.expect.member(got, "DeleteMarkers[].Key", ["in/1"])


@check(
    "list-object-versions",
    proved_by=["versions-delimiter-not-of-markers"],
    only=PAGED,
    level="should",
)
def folder_of_delete_markers_is_a_common_prefix(t: Trial) -> None:
    """Keys whose latest is a delete marker are grouped by `delimiter` like all others."""
    bucket = t.given.versioned_bucket()
    t.given.call("DeleteObject", Bucket=bucket, Key="gone/1")
    t.given.object("there", Bucket=bucket)

    got = t.call("ListObjectVersions", Bucket=bucket, Delimiter="/")

    t.expect.member(got, "CommonPrefixes[].Prefix", ["gone/"])
    t.expect.member(got, "DeleteMarkers", None)
    t.expect.member(got, "Versions[].Key", ["there"])


@check("list-objects-v2", proved_by=["v2-folder-of-deleted-keys-stays"], only=PAGED)
def folder_of_deleted_keys_is_not_listed(t: Trial) -> None:
    """A folder whose keys all end in delete markers is no common prefix; nor is its key a key."""
    bucket = t.given.versioned_bucket()
    for key in ("gone/1", "there/1"):
        t.given.object(key, Bucket=bucket).need_version_id()  # versions are kept
    t.given.call("DeleteObject", Bucket=bucket, Key="gone/1")

    folders = t.call("ListObjectsV2", Bucket=bucket, Delimiter="/")
    keys = t.call("ListObjectsV2", Bucket=bucket)

    t.expect.member(folders, "CommonPrefixes[].Prefix", ["there/"])
    t.expect.member(folders, "KeyCount", 1)
    t.expect.member(keys, "Contents[].Key", ["there/1"])


@check("list-objects-v2", proved_by=["v2-pages-count-delete-markers"], only=PAGED)
def delete_markers_do_not_shorten_pages(t: Trial) -> None:
    """Keys that were deleted take no room: a page of two has two keys, a marker between them."""
    bucket = t.given.versioned_bucket()
    for key in ("a", "b", "c", "d"):
        t.given.object(key, Bucket=bucket).need_version_id()  # versions are kept
    t.given.call("DeleteObject", Bucket=bucket, Key="b")

    seen, sizes = OBJECTS_2.walk(t, 2, Bucket=bucket)

    t.expect.equal(seen, ["a", "c", "d"], "keys, page by page")
    t.expect.equal(sizes, [2, 1], "sizes of the pages")


@check("list-objects-v2", proved_by=["v2-token-of-a-deleted-key-is-lost"], only=PAGED)
def next_page_comes_though_the_last_key_is_gone(t: Trial) -> None:
    """A token stays good where the key that its page ended with was deleted meanwhile."""
    for name in ("a", "b", "c"):
        t.given.object(name)
    first = t.call("ListObjectsV2", Prefix=t.prefix, Bucket=t.bucket, MaxKeys=2)
    t.given.call("DeleteObject", Key="b")

    got = t.call(
        "ListObjectsV2",
        Bucket=t.bucket,
        Prefix=t.prefix,
        ContinuationToken=first.need("NextContinuationToken"),
    )

    t.expect.member(got, "Contents[].Key", [t.key("c")])


@check(
    "list-object-versions", proved_by=["versions-marker-of-a-removed-version-is-lost"], only=PAGED
)
def next_page_comes_though_the_last_version_is_gone(t: Trial) -> None:
    """Markers stay good where the version that the page ended with was removed meanwhile."""
    bucket = t.given.versioned_bucket()
    old, middle, new = (t.given.object("key", Bucket=bucket).need_version_id() for _ in range(3))
    first = t.call("ListObjectVersions", Bucket=bucket, MaxKeys=2)
    t.expect.member(first, "Versions[].VersionId", [new, middle])
    t.given.call("DeleteObject", Bucket=bucket, Key="key", VersionId=middle)

    got = t.call(
        "ListObjectVersions",
        Bucket=bucket,
        KeyMarker=first.need("NextKeyMarker"),
        VersionIdMarker=first.need("NextVersionIdMarker"),
    )

    t.expect.member(got, "Versions[].VersionId", [old])


@check("list-objects", proved_by=["v1-marker-must-be-there"], only=PAGED, spec=V1)
def marker_need_not_be_a_key(t: Trial) -> None:
    """`marker` starts the listing after it, be there such a key or not; past the end: no keys."""
    for name in ("b", "d"):
        t.given.object(name)

    between = t.call("ListObjects", Bucket=t.bucket, Prefix=t.prefix, Marker=t.key("c"))
    before = t.call("ListObjects", Bucket=t.bucket, Prefix=t.prefix, Marker="!")
    after = t.call("ListObjects", Bucket=t.bucket, Prefix=t.prefix, Marker=t.key("z"))

    t.expect.member(between, "Contents[].Key", [t.key("d")])
    t.expect.member(before, "Contents[].Key", [t.key("b"), t.key("d")])
    t.expect.member(after, "Contents", None)
    t.expect.member(after, "IsTruncated", False)


@check(
    "list-objects-v2", proved_by=["v2-start-after-the-end-starts-again"], only=PAGED, level="should"
)
def start_after_past_the_end_lists_nothing(t: Trial) -> None:
    """`start-after` after the last key: an empty page, not truncated."""
    t.given.object("a")
    control = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, StartAfter=t.key(""))

    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, StartAfter=t.key("b"))

    t.expect.member(control, "Contents[].Key", [t.key("a")])
    t.expect.member(got, "Contents", None)
    t.expect.member(got, "IsTruncated", False)


@check("list-objects-v2", proved_by=["v2-start-after-inclusive"], only=PAGED)
def start_after_a_key_leaves_it_out(t: Trial) -> None:
    """`start-after` with a key that is there: that key is not listed, keys below it are."""
    for name in ("a", "a/1", "b"):
        t.given.object(name)

    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, StartAfter=t.key("a"))

    t.expect.member(got, "Contents[].Key", [t.key("a/1"), t.key("b")])


@check("list-objects-v2", proved_by=["v2-max-keys-over-1000-refused"], only=PAGED)
def more_than_1000_keys_may_be_asked_for(t: Trial) -> None:
    """`max-keys` above 1,000 is no error: the page has at most 1,000 keys."""
    for name in ("a", "b"):
        t.given.object(name)

    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, MaxKeys=5000)

    t.expect.member(got, "Contents[].Key", [t.key("a"), t.key("b")])
    t.expect.member(got, "IsTruncated", False)


@check(
    "list-objects-v2", proved_by=["v2-negative-max-keys-accepted"], only=("raw",), level="should"
)
def page_size_is_not_negative(t: Trial) -> None:
    """`max-keys=-1`: 400 InvalidArgument, on every listing of keys."""
    for query in ("list-type=2", "", "versions"):
        asked = f"{query}&max-keys=-1" if query else "max-keys=-1"

        got = t.raw("GET", f"/{t.bucket}", query=asked)

        t.expect.error(got, 400, "InvalidArgument", ArgumentName=re.compile("(?i)max-?keys"))


@check("list-parts", proved_by=["parts-full-page-is-truncated"], only=PAGED)
def parts_in_pages_of_every_size(t: Trial) -> None:
    """Parts in pages of every size: each once, and a full last page is the last."""
    upload = t.given.call("CreateMultipartUpload", Key="k").need("UploadId")
    numbers = ["1", "3", "7", "10000"]
    for number in numbers:
        t.given.call("UploadPart", Key="k", UploadId=upload, PartNumber=int(number), Body=b"x")
    parts = Paged(
        "ListParts",
        "MaxParts",
        (("Parts", "PartNumber"),),
        (("NextPartNumberMarker", "PartNumberMarker"),),
    )

    for size in range(1, len(numbers) + 1):
        seen, sizes = parts.walk(t, size, Key="k", UploadId=upload)
        t.expect.equal(seen, numbers, f"parts, {size} a page")
        t.expect.true(0 not in sizes, f"no page of {size} is empty")
        t.expect.true(max(sizes) <= size, f"no page has more than the {size} that were asked for")


@check("list-parts", proved_by=["parts-marker-must-be-there"], only=PAGED, level="should")
def part_marker_need_not_be_a_part(t: Trial) -> None:
    """`part-number-marker` between two parts: the listing goes on with the next one there is."""
    upload = t.given.call("CreateMultipartUpload", Key="k").need("UploadId")
    for number in (2, 5):
        t.given.call("UploadPart", Key="k", UploadId=upload, PartNumber=number, Body=b"x")

    got = t.call("ListParts", Key="k", UploadId=upload, PartNumberMarker=3)

    t.expect.member(got, "Parts[].PartNumber", [5])


@check(
    "list-multipart-uploads", proved_by=["uploads-key-marker-inclusive"], only=PAGED, level="should"
)
def key_marker_alone_skips_every_upload_of_the_key(t: Trial) -> None:
    """`key-marker` without `upload-id-marker`: only uploads of keys after it."""
    for name in ("a", "a", "b"):
        t.given.call("CreateMultipartUpload", Key=name)

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix, KeyMarker=t.key("a"))

    t.expect.member(got, "Uploads[].Key", [t.key("b")])


@check("list-multipart-uploads", proved_by=["uploads-unsorted"], only=PAGED)
def uploads_sort_by_the_bytes_of_their_keys(t: Trial) -> None:
    """Uploads are listed by key, in the order of UTF-8 bytes, not as they began."""
    for name in ("é", "b", "B", "a"):
        t.given.call("CreateMultipartUpload", Key=name)

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix)

    t.expect.member(got, "Uploads[].Key", [t.key(name) for name in ("B", "a", "b", "é")])
