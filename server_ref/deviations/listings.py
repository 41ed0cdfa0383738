"""Deviations of the listings of objects, ListObjects and ListObjectsV2."""

from __future__ import annotations

from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.entries import (
    each,
    entries,
    is_no_encoding,
    marker_before,
    pop_when,
)
from server_ref.deviations.steps import (
    drop_member,
    edit_members,
    force_member,
    ignore_member,
    replace_error,
)
from server_ref.deviations.when import rewrite
from server_ref.request import Request
from server_ref.seams import Route, Seams


def _utf_16(entries: list[Members]) -> list[Members]:
    return sorted(entries, key=lambda entry: entry["Key"].encode("utf-16-be"))


# both versions

for version, operation in (("v1", "ListObjects"), ("v2", "ListObjectsV2")):
    declare(
        f"list-{version}-last-missing",
        f"{operation} lacks the last key.",
        entries(operation, lambda entries: entries[:-1]),
    )
    declare(
        f"list-{version}-size-wrong",
        f"{operation} says a byte more than there is.",
        each(operation, lambda entry: entry.update(Size=entry["Size"] + 1)),
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
        rewrite(operation, pop_when("MaxKeys", lambda members: members.get("MaxKeys") == 0)),
    )
    declare(
        f"list-{version}-missing-bucket-is-a-key",
        f"{operation} of no bucket is NoSuchKey.",
        replace_error(operation, "NoSuchBucket", "NoSuchKey"),
    )
    declare(
        f"list-{version}-sorted-as-utf-16",
        f"{operation} sorts keys by UTF-16.",
        entries(operation, _utf_16),
    )
    declare(
        f"list-{version}-encoding-unchecked",
        f"{operation} takes any encoding-type.",
        rewrite(operation, pop_when("EncodingType", is_no_encoding)),
    )

# version 1

declare(
    "list-v1-etag-unquoted",
    "ListObjects writes ETags without quotes.",
    each("ListObjects", lambda entry: entry.update(ETag=entry["ETag"].strip('"'))),
)
declare(
    "list-v1-owner-missing",
    "ListObjects names no owner.",
    each("ListObjects", lambda entry: entry.pop("Owner", None)),
)
declare(
    "list-v1-max-keys-ignored",
    "ListObjects does not look at max-keys.",
    ignore_member("ListObjects", "MaxKeys"),
)
declare(
    "list-v1-marker-inclusive",
    "ListObjects starts with the marker, not after it.",
    rewrite("ListObjects", marker_before("Marker")),
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
    @server.around_route
    def unread(route: Route, request: Request) -> str:
        if not request.query.get("max-keys", "0").isdigit():
            request.query.pop("max-keys")
        return route(request)


# version 2

declare(
    "entries-without-checksum",
    "Entries of ListObjectsV2 do not tell how the object was summed.",
    each(
        "ListObjectsV2",
        lambda entry: entry.update(ChecksumAlgorithm=None, ChecksumType=None),
    ),
)
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
        pop_when("ContinuationToken", lambda members: bool(members.get("StartAfter"))),
    ),
)
declare(
    "list-v2-empty-token-accepted",
    "ListObjectsV2 takes an empty token as none.",
    rewrite(
        "ListObjectsV2",
        pop_when(
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
    entries("ListObjectsV2", lambda entries: [e for e in entries if not e["Key"].endswith("/")]),
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
