"""Deviations of the listings of objects and of multipart uploads."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.steps import (
    do_nothing,
    drop_member,
    edit_members,
    force_member,
    ignore_member,
    replace_error,
)
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.seams import Seams


def _each(operation: str, change: Callable[[Members], object], listed: str = "Contents") -> Change:
    """Every entry of a listing passes through ``change``."""

    def edit(answer: Members) -> None:
        for entry in answer.get(listed) or []:
            change(entry)

    return edit_members(operation, edit)


def _entries(
    operation: str,
    change: Callable[[list[Members]], list[Members]],
    listed: str = "Contents",
) -> Change:
    """The entries of a listing are those that ``change`` gives."""
    return edit_members(
        operation, lambda answer: answer.update({listed: change(answer.get(listed) or [])})
    )


def _pop_when(name: str, when: Callable[[Members], bool]) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        if when(members):
            members.pop(name, None)

    return change


def _utf_16(entries: list[Members]) -> list[Members]:
    return sorted(entries, key=lambda entry: entry["Key"].encode("utf-16-be"))


def _turned_within_keys(entries: list[Members]) -> list[Members]:
    """Keys in order, what belongs to one key the other way round."""
    turned = list(entries)
    turned.reverse()
    return sorted(turned, key=lambda entry: str(entry["Key"]))


def _marker_before(name: str) -> Callable[[Members], None]:
    """A marker becomes one that sorts just before its key."""

    def change(members: Members) -> None:
        marker = members.get(name)
        if marker and not members.get("VersionIdMarker"):
            members[name] = f"{marker[:-1]}{chr(ord(marker[-1]) - 1)}~"

    return change


def _is_no_encoding(members: Members) -> bool:
    return members.get("EncodingType") != "url"


# both versions

for version, operation in (("v1", "ListObjects"), ("v2", "ListObjectsV2")):
    declare(
        f"list-{version}-last-missing",
        f"{operation} lacks the last key.",
        _entries(operation, lambda entries: entries[:-1]),
    )
    declare(
        f"list-{version}-size-wrong",
        f"{operation} says a byte more than there is.",
        _each(operation, lambda entry: entry.update(Size=entry["Size"] + 1)),
    )
    declare(
        f"list-{version}-prefix-ignored",
        f"{operation} does not look at prefix.",
        ignore_member(operation, "Prefix"),
    )
    declare(
        f"list-{version}-delimiter-ignored",
        f"{operation} does not look at delimiter.",
        ignore_member(operation, "Delimiter"),
    )
    declare(
        f"list-{version}-max-keys-0-is-all",
        f"{operation} takes max-keys=0 as no limit.",
        rewrite(operation, _pop_when("MaxKeys", lambda members: members.get("MaxKeys") == 0)),
    )
    declare(
        f"list-{version}-missing-bucket-is-a-key",
        f"{operation} of no bucket is NoSuchKey.",
        replace_error(operation, "NoSuchBucket", "NoSuchKey"),
    )
    declare(
        f"list-{version}-sorted-as-utf-16",
        f"{operation} sorts keys by UTF-16.",
        _entries(operation, _utf_16),
    )
    declare(
        f"list-{version}-encoding-unchecked",
        f"{operation} takes any encoding-type.",
        rewrite(operation, _pop_when("EncodingType", _is_no_encoding)),
    )

# version 1

declare(
    "list-v1-etag-unquoted",
    "ListObjects writes ETags without quotes.",
    _each("ListObjects", lambda entry: entry.update(ETag=entry["ETag"].strip('"'))),
)
declare(
    "list-v1-owner-missing",
    "ListObjects names no owner.",
    _each("ListObjects", lambda entry: entry.pop("Owner", None)),
)
declare(
    "list-v1-max-keys-ignored",
    "ListObjects does not look at max-keys.",
    ignore_member("ListObjects", "MaxKeys"),
)
declare(
    "list-v1-marker-inclusive",
    "ListObjects starts with the marker, not after it.",
    rewrite("ListObjects", _marker_before("Marker")),
)
declare(
    "list-v1-echo-missing",
    "ListObjects does not repeat the bucket's name.",
    drop_member("ListObjects", "Name"),
)


def _next_marker(answer: Members) -> None:
    if answer["IsTruncated"] and answer["Contents"]:
        answer["NextMarker"] = answer["Contents"][-1]["Key"]


declare(
    "list-v1-next-marker-always",
    "ListObjects gives NextMarker without a delimiter too.",
    edit_members("ListObjects", _next_marker),
)


def _into_the_prefix(members: Members) -> None:
    delimiter, marker = members.get("Delimiter"), members.get("Marker")
    if delimiter and marker and marker.endswith(delimiter):
        members["Marker"] = marker.removesuffix(delimiter)


declare(
    "list-v1-common-prefix-twice",
    "ListObjects resumes inside a common prefix.",
    rewrite("ListObjects", _into_the_prefix),
)


def _decode_delimiter(members: Members) -> None:
    if members.get("Delimiter"):
        members["Delimiter"] = unquote(members["Delimiter"])


declare(
    "list-v1-delimiter-decoded-twice",
    "ListObjects decodes the delimiter once too often.",
    rewrite("ListObjects", _decode_delimiter),
)
declare(
    "list-v1-empty-delimiter-echoed",
    "ListObjects repeats an empty delimiter.",
    edit_members("ListObjects", lambda answer: answer.setdefault("Delimiter", "")),
)


@deviation("list-v1-max-keys-unchecked", "max-keys that is no number is taken as not sent.")
def list_v1_max_keys_unchecked(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        if not request.query.get("max-keys", "0").isdigit():
            request.query.pop("max-keys")
        return plain(request, op)


# version 2

declare(
    "list-v2-key-count-without-prefixes",
    "KeyCount does not count common prefixes.",
    edit_members("ListObjectsV2", lambda answer: answer.update(KeyCount=len(answer["Contents"]))),
)
declare(
    "list-v2-token-ignored",
    "ListObjectsV2 does not look at continuation-token.",
    ignore_member("ListObjectsV2", "ContinuationToken"),
)
declare(
    "list-v2-end-is-truncated",
    "ListObjectsV2 always says that there is more.",
    edit_members("ListObjectsV2", lambda answer: answer.update(IsTruncated=True)),
)
declare(
    "list-v2-start-after-ignored",
    "ListObjectsV2 does not look at start-after.",
    ignore_member("ListObjectsV2", "StartAfter"),
)
declare(
    "list-v2-start-after-wins",
    "ListObjectsV2 prefers start-after to the token.",
    rewrite(
        "ListObjectsV2",
        _pop_when("ContinuationToken", lambda members: bool(members.get("StartAfter"))),
    ),
)
declare(
    "list-v2-empty-token-accepted",
    "ListObjectsV2 takes an empty token as none.",
    rewrite(
        "ListObjectsV2",
        _pop_when(
            "ContinuationToken",
            lambda members: (
                not members["ContinuationToken"] if "ContinuationToken" in members else False
            ),
        ),
    ),
)
declare(
    "list-v2-owner-always",
    "ListObjectsV2 names owners without being asked.",
    force_member("ListObjectsV2", "FetchOwner", True),
)
declare(
    "list-v2-encoding-ignored",
    "ListObjectsV2 does not look at encoding-type.",
    ignore_member("ListObjectsV2", "EncodingType"),
)
declare(
    "list-v2-folder-key-hidden",
    "ListObjectsV2 hides keys that end in a slash.",
    _entries("ListObjectsV2", lambda entries: [e for e in entries if not e["Key"].endswith("/")]),
)


@deviation("list-v2-common-prefix-twice", "ListObjectsV2 names every common prefix on each page.")
def list_v2_common_prefix_twice(server: Seams) -> None:
    seen: list[Members] = []

    @server.around("ListObjectsV2")
    def repeated(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        found = answer.get("CommonPrefixes") or []
        if members.get("ContinuationToken"):
            answer["CommonPrefixes"] = [*seen, *found]
        else:
            seen[:] = found
        return answer


@deviation("list-v2-deleted-stays", "ListObjectsV2 goes on naming keys that were deleted.")
def list_v2_deleted_stays(server: Seams) -> None:
    deleted: list[tuple[str, str]] = []

    @server.around("DeleteObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        deleted.append((members["Bucket"], members["Key"]))
        return handler(ctx, members)

    @server.around("ListObjectsV2")
    def stale(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        ghosts = [
            {"Key": key, "Size": 0, "ETag": '""', "StorageClass": "STANDARD"}
            for bucket, key in deleted
            if bucket == members["Bucket"] and key.startswith(members.get("Prefix") or "")
        ]
        answer["Contents"] = sorted([*answer["Contents"], *ghosts], key=lambda e: str(e["Key"]))
        return answer


# versions

_VERSIONS = "ListObjectVersions"

declare(
    "versions-listed-oldest-first",
    "ListObjectVersions gives the oldest version first.",
    _entries(_VERSIONS, _turned_within_keys, "Versions"),
)
declare(
    "versions-keys-backwards",
    "ListObjectVersions sorts its keys backwards.",
    _entries(
        _VERSIONS,
        lambda found: sorted(found, key=lambda one: str(one["Key"]), reverse=True),
        "Versions",
    ),
)
declare(
    "versions-markers-missing",
    "ListObjectVersions gives no delete markers.",
    drop_member(_VERSIONS, "DeleteMarkers"),
)
declare(
    "versions-null-id-missing",
    "A version `null` is listed without its id.",
    _each(
        _VERSIONS,
        lambda one: one.pop("VersionId") if one["VersionId"] == "null" else None,
        "Versions",
    ),
)
declare(
    "versions-etag-missing",
    "ListObjectVersions gives no ETags.",
    _each(_VERSIONS, lambda one: one.pop("ETag", None), "Versions"),
)
declare(
    "versions-delimiter-ignored",
    "ListObjectVersions does not look at delimiter.",
    ignore_member(_VERSIONS, "Delimiter"),
)
declare(
    "versions-id-marker-ignored",
    "ListObjectVersions does not look at version-id-marker.",
    ignore_member(_VERSIONS, "VersionIdMarker"),
)
declare(
    "versions-key-marker-inclusive",
    "ListObjectVersions starts with the key of its marker.",
    rewrite(_VERSIONS, _marker_before("KeyMarker")),
)
declare(
    "versions-id-marker-alone-accepted",
    "A version-id-marker alone is taken as not sent.",
    rewrite(_VERSIONS, _pop_when("VersionIdMarker", lambda members: not members.get("KeyMarker"))),
)
declare(
    "versions-encoding-unchecked",
    "ListObjectVersions takes any encoding-type.",
    rewrite(_VERSIONS, _pop_when("EncodingType", _is_no_encoding)),
)

# uploads

_UPLOADS = "ListMultipartUploads"

declare(
    "uploads-last-missing",
    "ListMultipartUploads lacks the last upload.",
    _entries(_UPLOADS, lambda found: found[:-1], "Uploads"),
)
declare(
    "uploads-initiated-missing",
    "ListMultipartUploads does not say when uploads began.",
    _each(_UPLOADS, lambda one: one.pop("Initiated", None), "Uploads"),
)
declare(
    "uploads-prefix-ignored",
    "ListMultipartUploads does not look at prefix.",
    ignore_member(_UPLOADS, "Prefix"),
)
declare(
    "uploads-delimiter-ignored",
    "ListMultipartUploads does not look at delimiter.",
    ignore_member(_UPLOADS, "Delimiter"),
)
declare(
    "uploads-newest-first",
    "Uploads of a key are listed newest first.",
    _entries(_UPLOADS, _turned_within_keys, "Uploads"),
)
declare(
    "uploads-id-marker-ignored",
    "ListMultipartUploads does not look at upload-id-marker.",
    ignore_member(_UPLOADS, "UploadIdMarker"),
)
declare(
    "uploads-id-marker-alone-refused",
    "An upload-id-marker alone is refused.",
    refuse_when(
        _UPLOADS,
        "InvalidArgument",
        lambda _ctx, members: bool(members.get("UploadIdMarker")) and not members.get("KeyMarker"),
    ),
)
declare(
    "uploads-encoding-unchecked",
    "ListMultipartUploads takes any encoding-type.",
    rewrite(_UPLOADS, _pop_when("EncodingType", _is_no_encoding)),
)
declare(
    "upload-aborted-stays",
    "AbortMultipartUpload answers success and does nothing.",
    do_nothing("AbortMultipartUpload"),
)


@deviation("uploads-id-marker-unchecked", "An upload-id-marker of another key is ignored.")
def uploads_id_marker_unchecked(server: Seams) -> None:
    @server.around(_UPLOADS)
    def without(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.members.get("ArgumentName") != "upload-id-marker":
                raise
            members.pop("UploadIdMarker")
            return handler(ctx, members)


@deviation("upload-completed-stays", "A completed upload stays in the list of uploads.")
def upload_completed_stays(server: Seams) -> None:
    completed: list[Members] = []

    @server.around("CompleteMultipartUpload")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        completed.append({"Key": members["Key"], "UploadId": members["UploadId"]})
        return handler(ctx, members)

    @server.around(_UPLOADS)
    def stale(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        answer["Uploads"] = [*(answer.get("Uploads") or []), *completed]
        return answer
