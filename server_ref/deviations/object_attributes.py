"""Deviations of GetObjectAttributes."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import (
    drop_member,
    edit_members,
    ignore_member,
    replace_error,
    swallow_error,
)
from server_ref.seams import Seams

_OPERATION = "GetObjectAttributes"


def _quoted(answer: Members) -> None:
    if "ETag" in answer:
        answer["ETag"] = f'"{answer["ETag"]}"'


def _with_parts(answer: Members) -> None:
    answer.setdefault("ObjectParts", {"TotalPartsCount": 1})


declare(
    "attributes-etag-quoted",
    "GetObjectAttributes answers the ETag in quotes.",
    edit_members(_OPERATION, _quoted),
)
declare(
    "attributes-checksum-missing",
    "GetObjectAttributes answers no checksum.",
    drop_member(_OPERATION, "Checksum"),
)
declare(
    "attributes-parts-of-a-whole",
    "GetObjectAttributes answers parts of an object that has none.",
    edit_members(_OPERATION, _with_parts),
)
declare(
    "attributes-parts-unpaged",
    "GetObjectAttributes answers all parts at once.",
    ignore_member(_OPERATION, "MaxParts", "PartNumberMarker"),
)
declare(
    "attributes-of-the-latest",
    "GetObjectAttributes does not look at versionId.",
    ignore_member(_OPERATION, "VersionId"),
)
declare(
    "attributes-of-nothing-asked",
    "GetObjectAttributes without its header answers nothing, with success.",
    swallow_error(_OPERATION, "InvalidRequest"),
)
declare(
    "attributes-of-nobody",
    "GetObjectAttributes of a missing key is forbidden.",
    replace_error(_OPERATION, "NoSuchKey", "AccessDenied"),
)


@deviation("attributes-unasked", "GetObjectAttributes answers more than was asked for.")
def unasked(server: Seams) -> None:
    @server.around(_OPERATION)
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = members.get("ObjectAttributes") or []
        return handler(ctx, {**members, "ObjectAttributes": [*asked, "ETag", "StorageClass"]})
