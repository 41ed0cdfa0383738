"""Listings of objects and versions.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.model.mixed import POSITION
from server_ref.model.rows import Rows
from server_ref.operations import operation
from server_ref.rules import pages, restoring
from server_ref.rules.times import iso
from server_ref.storage import listing
from server_ref.storage.records import NULL_VERSION, Bucket, Version
from server_ref.storage.versions import version_seq


@operation("ListObjects")
def list_objects(ctx: Context, members: Members) -> Members:
    """Version 1: NextMarker only with a delimiter; owners are shown to all but nobody."""
    bucket = ctx.store.bucket(members["Bucket"])
    ctx.response_headers["x-amz-bucket-region"] = bucket.region
    encode = pages.encoder(members)
    size = pages.limit(members, "MaxKeys", "maxKeys")
    prefix, delimiter = members.get("Prefix") or "", members.get("Delimiter") or ""
    marker = members.get("Marker") or ""
    place = pages.past_common_prefix(marker, prefix, delimiter)
    more = _more(members, owner=ctx.account is not None)
    page = _current(ctx, bucket, prefix, delimiter, size, place, more)
    answer: Members = {
        "Name": bucket.name,
        "Prefix": encode(prefix),
        "Marker": encode(marker),
        "MaxKeys": pages.asked(members, size),
        "IsTruncated": page.truncated,
        "Contents": _contents(ctx, page.rows, more, encode),
    }
    pages.add_prefixes(answer, members, page.prefixes, delimiter, encode)
    if page.truncated and delimiter:
        answer["NextMarker"] = encode(page.last)
    return answer


@operation("ListObjectsV2")
def list_objects_v2(ctx: Context, members: Members) -> Members:
    """Version 2: an opaque token; where there is one, StartAfter counts for nothing."""
    bucket = ctx.store.bucket(members["Bucket"])
    ctx.response_headers["x-amz-bucket-region"] = bucket.region
    encode = pages.encoder(members)
    prefix, delimiter = members.get("Prefix") or "", members.get("Delimiter") or ""
    token, start_after = members.get("ContinuationToken"), members.get("StartAfter")
    start, inclusive = start_after or "", False
    if token is not None:
        start, inclusive = pages.past_common_prefix(pages.from_token(token), prefix, delimiter)
    size = pages.limit(members, "MaxKeys", "maxKeys")
    more = _more(members, owner=bool(members.get("FetchOwner")))
    page = _current(ctx, bucket, prefix, delimiter, size, (start, inclusive), more)
    answer: Members = {
        "Name": bucket.name,
        "Prefix": encode(prefix),
        "MaxKeys": pages.asked(members, size),
        "KeyCount": len(page.rows) + len(page.prefixes),
        "IsTruncated": page.truncated,
        "Contents": _contents(ctx, page.rows, more, encode),
    }
    pages.add_prefixes(answer, members, page.prefixes, delimiter, encode)
    if token is not None:
        answer["ContinuationToken"] = token
    elif start_after is not None:
        answer["StartAfter"] = encode(start_after)
    if page.truncated:
        answer["NextContinuationToken"] = pages.to_token(page.last)
    return answer


@operation("ListObjectVersions")
def list_object_versions(ctx: Context, members: Members) -> Members:
    """All versions and delete markers, latest first within a key."""
    bucket = ctx.store.bucket(members["Bucket"])
    prefix, delimiter = members.get("Prefix") or "", members.get("Delimiter") or ""
    key_marker, id_marker = members.get("KeyMarker") or "", members.get("VersionIdMarker") or ""
    after = _version_position(ctx, bucket, key_marker, id_marker)
    encode = pages.encoder(members)
    size = _version_limit(members)
    if id_marker and not key_marker:
        size = 0  # nothing comes after a version of no key
    restores = restoring.wanted(members)
    if after is None:
        start, inclusive = pages.past_common_prefix(key_marker, prefix, delimiter)
    else:
        start, inclusive = key_marker, True
    with ctx.store.snapshot() as reader:
        scan = listing.versions(reader, bucket.id, prefix, after)
        page = listing.page(scan, prefix, delimiter, size, start, inclusive=inclusive)
        latest = _latest_of_first(ctx, bucket, page.rows)
    answer: Members = {
        "Name": bucket.name,
        "Prefix": encode(prefix),
        "KeyMarker": encode(key_marker),
        "VersionIdMarker": id_marker,
        "MaxKeys": pages.asked(members, size),
        "IsTruncated": page.truncated,
        "Versions": [],
        "DeleteMarkers": [],
    }
    previous = None
    for position, row in enumerate(page.rows):
        is_latest = row.key != previous and (previous is not None or row.seq == latest)
        previous = row.key
        kind = "DeleteMarkers" if row.marker else "Versions"
        shown = _version(row, encode, is_latest=is_latest)
        shown[POSITION] = position
        if restores and not row.marker:
            shown.update(restoring.listed(row.storage_class, row.details, ctx.clock()))
        answer[kind].append(shown)
    pages.add_prefixes(answer, members, page.prefixes, delimiter, encode)
    answer["Delimiter"] = encode(members["Delimiter"]) if "Delimiter" in members else None
    if page.truncated:
        answer["NextKeyMarker"] = encode(page.last)
        if page.last_row is not None:
            answer["NextVersionIdMarker"] = page.last_row.version_id
    return answer


def _more(members: Members, *, owner: bool) -> tuple[str, ...]:
    """The columns to read besides those that every listing shows."""
    more = ["owner"] if owner else []
    if restoring.wanted(members):
        more.append("details")
    return tuple(more)


def _current(
    ctx: Context,
    bucket: Bucket,
    prefix: str,
    delimiter: str,
    size: int,
    place: tuple[str, bool],
    more: tuple[str, ...],
) -> listing.Page[tuple[Any, ...]]:
    with ctx.store.snapshot() as reader:
        scan = listing.current(reader, bucket.id, prefix, *more)
        return listing.page(scan, prefix, delimiter, size, place[0], inclusive=place[1])


def _contents(
    ctx: Context,
    found: list[tuple[Any, ...]],
    more: tuple[str, ...],
    encode: Callable[[str], str],
) -> Sequence[Members]:
    """Objects as a listing shows them, column by column: a page has a thousand."""
    if not found:
        return []
    read = dict(zip((*listing.LISTED, *more), zip(*found, strict=True), strict=True))
    classes, algorithms, types = read["storage_class"], read["algorithm"], read["checksum_type"]
    columns: dict[str, Sequence[Any]] = {
        "Key": list(map(encode, read["key"])),
        "LastModified": list(map(iso, read["modified"])),
        "ETag": [f'"{etag}"' for etag in read["etag"]],
        "Size": read["size"],
        "StorageClass": classes,
    }
    if "owner" in read:
        columns["Owner"] = [{"ID": owner_id} for owner_id in read["owner"]]
    checked = None not in algorithms
    if checked:
        columns["ChecksumAlgorithm"] = [(algorithm,) for algorithm in algorithms]
        columns["ChecksumType"] = types
    rows = Rows(columns)
    if not checked:
        for row, algorithm, checksum_type in zip(rows, algorithms, types, strict=True):
            row.update(_checksum(algorithm, checksum_type))
    if "details" in read:
        for row, storage_class, packed in zip(rows, classes, read["details"], strict=True):
            if packed is not None:
                row.update(restoring.listed(storage_class, packed, ctx.clock()))
    return rows


def _checksum(algorithm: str | None, checksum_type: str | None) -> Members:
    if algorithm is None:
        return {}
    return {"ChecksumAlgorithm": [algorithm], "ChecksumType": checksum_type}


def _version(row: Version, encode: Callable[[str], str], *, is_latest: bool) -> Members:
    shown: Members = {
        "Key": encode(row.key),
        "VersionId": row.version_id,
        "IsLatest": is_latest,
        "LastModified": iso(row.modified),
        "Owner": {"ID": row.owner},
    }
    if not row.marker:
        shown["ETag"] = f'"{row.etag}"'
        shown.update(_checksum(row.algorithm, row.checksum_type))
        shown["Size"] = row.size
        shown["StorageClass"] = row.storage_class
    return shown


def _version_limit(members: Members) -> int:
    """As the other listings', in words of its own: https://github.com/versity/versitygw/issues/1809"""
    if (members.get("MaxKeys") or 0) < 0:
        raise S3Error("InvalidArgument", "max-keys cannot be negative", ArgumentName="max-keys")
    return pages.limit(members, "MaxKeys", "maxKeys")


def _version_position(
    ctx: Context, bucket: Bucket, key: str, version_id: str
) -> tuple[str, int] | None:
    """(key, sequence number) of the markers, also of a version removed since; None: no version."""
    if not version_id:
        return None
    if version_id == NULL_VERSION:
        found = ctx.store.head(bucket, key, version_id)
        return (key, found.seq) if found else None
    seq = version_seq(version_id)
    if seq is None:
        raise S3Error(
            "InvalidArgument",
            "Invalid version id specified",
            ArgumentName="version-id-marker",
            ArgumentValue=version_id,
        )
    return key, seq


def _latest_of_first(ctx: Context, bucket: Bucket, rows: list[Version]) -> int | None:
    """The sequence number of the latest version of the first key, whose own row may be before."""
    latest = ctx.store.head(bucket, rows[0].key) if rows else None
    return latest.seq if latest else None
