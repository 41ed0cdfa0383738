"""Deviations of what listings tell beside names, and of what they are asked with."""

from __future__ import annotations

import re

from server_ref.context import Members
from server_ref.deviations import declare
from server_ref.deviations.entries import each, entries
from server_ref.deviations.when import refuse_when, rewrite


def _bare(entry: Members) -> None:
    for name in [one for one in entry if one.startswith("Checksum")]:
        del entry[name]


declare(
    "algorithms-of-versions-not-listed",
    "ListObjectVersions tells no algorithm of a checksum.",
    each("ListObjectVersions", _bare, "Versions"),
)
declare(
    "algorithms-of-uploads-not-listed",
    "ListMultipartUploads tells no algorithm of a checksum.",
    each("ListMultipartUploads", _bare, "Uploads"),
)
declare(
    "checksums-of-parts-not-listed",
    "ListParts tells no checksum of a part.",
    each("ListParts", _bare, "Parts"),
)
declare(
    "empty-token-of-buckets-refused",
    "ListBuckets refuses an empty continuation-token.",
    refuse_when(
        "ListBuckets",
        "InvalidArgument",
        lambda _ctx, members: members.get("ContinuationToken") == "",
    ),
)


def _cut(members: Members) -> None:
    for name in ("Prefix", "Marker", "StartAfter", "KeyMarker"):
        if members.get(name):
            members[name] = re.sub(r"[\x00-\x1f]", "", members[name])


declare(
    "control-characters-cut",
    "Control characters of what a listing is asked with are cut out.",
    rewrite(("ListObjects", "ListObjectsV2", "ListObjectVersions"), _cut),
)


def _last_of_folders(versions: list[Members]) -> list[Members]:
    return [one for one in versions if not one["Key"].endswith("/")]


declare(
    "versions-of-folders-lost",
    "ListObjectVersions shows no version of a key that ends in a slash.",
    entries("ListObjectVersions", _last_of_folders, "Versions"),
)
