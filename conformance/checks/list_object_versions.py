"""Checks of List object versions."""

from __future__ import annotations

import re
from typing import Any

from conformance.trial import Trial, check

MANY_PAGES = 20


def _versions(t: Trial, bucket: str, *names: str) -> list[str]:
    """A version of each of these keys, one after the other; their version ids."""
    return [t.given.object(name, name.encode(), Bucket=bucket).need_version_id() for name in names]


@check(
    "list-object-versions",
    proved_by=["versions-listed-oldest-first"],
    verified="aws-recorded 2026-02",
)
def newest_version_comes_first(t: Trial) -> None:
    """Versions of a key come newest first, and only the first is the latest."""
    bucket = t.given.versioned_bucket()
    old, new = _versions(t, bucket, "key", "key")

    got = t.call("ListObjectVersions", Bucket=bucket)

    t.expect.ok(got)
    t.expect.member(got, "Versions[].VersionId", [new, old])
    t.expect.member(got, "Versions[].IsLatest", [True, False])


@check(
    "list-object-versions", proved_by=["versions-keys-backwards"], verified="aws-recorded 2026-02"
)
def keys_are_sorted(t: Trial) -> None:
    """Keys of a version listing are sorted, whatever order they were written in."""
    bucket = t.given.versioned_bucket()
    _versions(t, bucket, "c", "a", "b", "a")

    got = t.call("ListObjectVersions", Bucket=bucket)

    t.expect.member(got, "Versions[].Key", ["a", "a", "b", "c"])


@check(
    "list-object-versions", proved_by=["versions-markers-missing"], verified="aws-recorded 2026-02"
)
def delete_marker_is_listed_apart(t: Trial) -> None:
    """A delete marker is a DeleteMarker of the listing and the latest; the version is not."""
    bucket = t.given.versioned_bucket()
    _versions(t, bucket, "key")
    marker = t.given.call("DeleteObject", Bucket=bucket, Key="key").need_version_id()

    got = t.call("ListObjectVersions", Bucket=bucket)

    t.expect.member(got, "DeleteMarkers[].[VersionId, IsLatest]", [[marker, True]])
    t.expect.member(got, "Versions[].IsLatest", [False])


@check(
    "list-object-versions", proved_by=["versions-null-id-missing"], verified="aws-recorded 2026-02"
)
def object_of_an_unversioned_bucket_is_version_null(t: Trial) -> None:
    """Without versioning every object is listed as its version `null`, the latest."""
    t.given.object("plain", b"x")

    got = t.call("ListObjectVersions", Prefix=t.prefix)

    t.expect.member(got, "Versions[].[Key, VersionId, IsLatest]", [[t.key("plain"), "null", True]])


@check("list-object-versions", proved_by=["versions-etag-missing"], verified="aws-recorded 2026-02")
def entry_has_size_etag_and_owner(t: Trial) -> None:
    """An entry has the version's own size and ETag, and its owner."""
    stored = t.given.object("ten", b"0123456789")

    got = t.call("ListObjectVersions", Prefix=t.prefix)

    t.expect.member(got, "Versions[0].[Size, ETag]", [10, stored.etag])
    t.expect.member(got, "Versions[0].Owner.ID", re.compile(".+"))


@check(
    "list-object-versions",
    proved_by=["versions-delimiter-ignored"],
    verified="aws-recorded 2026-02",
)
def prefix_and_delimiter_group_keys(t: Trial) -> None:
    """`prefix` and `delimiter` select and group keys as in a listing of objects."""
    for name in ("dir/a/1", "dir/a/2", "dir/top", "other"):
        t.given.object(name, b"x")

    got = t.call("ListObjectVersions", Prefix=t.key("dir/"), Delimiter="/")

    t.expect.member(got, "CommonPrefixes[].Prefix", [t.key("dir/a/")])
    t.expect.member(got, "Versions[].Key", [t.key("dir/top")])


@check(
    "list-object-versions",
    proved_by=["versions-id-marker-ignored"],
    verified="aws-recorded 2026-02",
)
def pages_may_end_between_two_versions_of_a_key(t: Trial) -> None:
    """Following NextKeyMarker and NextVersionIdMarker gives every version once, in order."""
    bucket = t.given.versioned_bucket()
    first, second, third = _versions(t, bucket, "a", "a", "b")

    seen: list[str] = []
    asked: dict[str, Any] = {"Bucket": bucket, "MaxKeys": 1}
    for _ in range(MANY_PAGES):
        page = t.call("ListObjectVersions", **asked)
        names = [entry["VersionId"] for entry in page.members.get("Versions") or []]
        seen += names
        t.expect.true(len(names) <= 1, "no page has more than the one that was asked for", of=page)
        if not page.members.get("IsTruncated"):
            break
        asked["KeyMarker"] = page.need("NextKeyMarker")
        asked["VersionIdMarker"] = page.need("NextVersionIdMarker")

    t.expect.equal(seen, [second, first, third], "versions, page by page")


@check(
    "list-object-versions",
    proved_by=["versions-key-marker-inclusive"],
    verified="aws-recorded 2026-02",
)
def key_marker_alone_skips_every_version_of_the_key(t: Trial) -> None:
    """`key-marker` without `version-id-marker` starts after the last version of that key."""
    bucket = t.given.versioned_bucket()
    *_, last = _versions(t, bucket, "a", "a", "b")

    got = t.call("ListObjectVersions", Bucket=bucket, KeyMarker="a")

    t.expect.member(got, "Versions[].VersionId", [last])


@check(
    "list-object-versions",
    proved_by=["versions-id-marker-alone-accepted"],
    verified="aws-recorded 2026-02",
    level="should",
)
def version_marker_needs_a_key_marker(t: Trial) -> None:
    """`version-id-marker` without `key-marker`: 400 InvalidArgument."""
    bucket = t.given.versioned_bucket()
    (version,) = _versions(t, bucket, "a")

    got = t.call("ListObjectVersions", Bucket=bucket, VersionIdMarker=version)

    t.expect.error(
        got, 400, "InvalidArgument", ArgumentName="version-id-marker", ArgumentValue=version
    )


@check(
    "list-object-versions",
    proved_by=["versions-encoding-unchecked"],
    verified="aws-recorded 2026-02",
    level="should",
)
def unknown_encoding_type_is_refused(t: Trial) -> None:
    """An `encoding-type` other than url: 400 InvalidArgument."""
    got = t.call("ListObjectVersions", Prefix=t.prefix, EncodingType="value")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="encoding-type")


@check(
    "list-object-versions",
    proved_by=["versions-kinds-apart"],
    verified="observed",
    only=("raw",),
)
def versions_and_markers_stand_in_one_order(t: Trial) -> None:
    """In the document, a delete marker stands among the versions of its key, where it belongs."""
    bucket = t.given.versioned_bucket()
    _versions(t, bucket, "a")
    t.given.call("DeleteObject", Bucket=bucket, Key="a")
    _versions(t, bucket, "a", "b")
    t.given.call("DeleteObject", Bucket=bucket, Key="b")

    got = t.raw("GET", f"/{bucket}", query="versions")

    t.expect.status(got, 200)
    order = re.findall(rb"<(Version|DeleteMarker)>\s*<Key>([^<]*)</Key>", got.body or b"")
    expected = [
        (b"Version", b"a"),
        (b"DeleteMarker", b"a"),
        (b"Version", b"a"),
        (b"DeleteMarker", b"b"),
        (b"Version", b"b"),
    ]
    t.expect.equal(order, expected, "the entries in their order")
