"""Deviations of ListObjectVersions."""

from __future__ import annotations

from server_ref.deviations import declare, deviation
from server_ref.deviations.entries import (
    each,
    entries,
    is_no_encoding,
    marker_before,
    pop_when,
    turned_within_keys,
)
from server_ref.deviations.steps import (
    drop_member,
    ignore_member,
)
from server_ref.deviations.when import rewrite
from server_ref.model.mixed import POSITION
from server_ref.request import Request
from server_ref.seams import Route, Seams

_VERSIONS = "ListObjectVersions"

declare(
    "versions-listed-oldest-first",
    "ListObjectVersions gives the oldest version first.",
    entries(_VERSIONS, turned_within_keys, "Versions"),
)
declare(
    "versions-keys-backwards",
    "ListObjectVersions sorts its keys backwards.",
    entries(
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
    each(
        _VERSIONS,
        lambda one: one.pop("VersionId") if one["VersionId"] == "null" else None,
        "Versions",
    ),
)
declare(
    "versions-etag-missing",
    "ListObjectVersions gives no ETags.",
    each(_VERSIONS, lambda one: one.pop("ETag", None), "Versions"),
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
    rewrite(_VERSIONS, marker_before("KeyMarker")),
)


@deviation("versions-id-marker-alone-accepted", "A version-id-marker alone is taken as not sent.")
def versions_id_marker_alone_accepted(server: Seams) -> None:
    @server.around_route
    def unread(route: Route, request: Request) -> str:
        if not request.query.get("key-marker"):
            request.query.pop("version-id-marker", None)
        return route(request)


declare(
    "versions-encoding-unchecked",
    "ListObjectVersions takes any encoding-type.",
    rewrite(_VERSIONS, pop_when("EncodingType", is_no_encoding)),
)
declare(
    "versions-kinds-apart",
    "ListObjectVersions writes all versions, and then all delete markers.",
    each(_VERSIONS, lambda one: one.pop(POSITION, None), "Versions"),
)
