"""Deviations of where pages of a listing end, and of what is on them."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.entries import entries, marker_before, pop_when
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.errors import S3Error
from server_ref.operations import discover
from server_ref.rules.pages import from_token, to_token
from server_ref.seams import Seams

_V1, _V2 = "ListObjects", "ListObjectsV2"
_VERSIONS, _UPLOADS, _PARTS = "ListObjectVersions", "ListMultipartUploads", "ListParts"


def around(operation: str, change: Callable[[Handler, Context, Members], Members]) -> Change:
    """The operation is done by ``change``."""

    def step(server: Seams) -> None:
        server.around(operation)(change)

    return step


def _names(answer: Members, *listed: str) -> list[str]:
    found = [entry["Key"] for name in listed for entry in answer.get(name) or []]
    return sorted(found + [entry["Prefix"] for entry in answer.get("CommonPrefixes") or []])


def _full_is_truncated(
    size: str, listed: tuple[str, ...], mark: Callable[[str], Members]
) -> Change:
    """A page that is full says that there is more, and where it would be."""

    def change(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        names = _names(answer, *listed)
        if names and len(names) == members.get(size) and not answer["IsTruncated"]:
            answer |= {"IsTruncated": True, **mark(names[-1])}
        return answer

    operation = {"Contents": _V1, "Versions": _VERSIONS, "Uploads": _UPLOADS}[listed[0]]
    return around(operation, change)


declare(
    "v1-full-page-is-truncated",
    "ListObjects takes a full page for one that is followed by another.",
    _full_is_truncated("MaxKeys", ("Contents",), lambda name: {"NextMarker": name}),
)
declare(
    "versions-full-page-is-truncated",
    "ListObjectVersions takes a full page for one that is followed by another.",
    _full_is_truncated(
        "MaxKeys", ("Versions", "DeleteMarkers"), lambda name: {"NextKeyMarker": name}
    ),
)
declare(
    "uploads-full-page-is-truncated",
    "ListMultipartUploads takes a full page for one that is followed by another.",
    _full_is_truncated("MaxUploads", ("Uploads",), lambda name: {"NextKeyMarker": name}),
)


@deviation("v2-full-page-is-truncated", "ListObjectsV2 takes a full page for one with another.")
def v2_full_page_is_truncated(server: Seams) -> None:
    @server.around(_V2)
    def more(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        names = _names(answer, "Contents")
        if names and len(names) == members.get("MaxKeys") and not answer["IsTruncated"]:
            answer |= {"IsTruncated": True, "NextContinuationToken": to_token(names[-1])}
        return answer


@deviation("parts-full-page-is-truncated", "ListParts takes a full page for one with another.")
def parts_full_page_is_truncated(server: Seams) -> None:
    @server.around(_PARTS)
    def more(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if len(answer["Parts"]) == members.get("MaxParts"):
            answer["IsTruncated"] = True
        return answer


@deviation(
    "versions-page-never-ends-at-a-marker",
    "A page that ends at a delete marker names its key only, not which marker it was.",
)
def versions_page_never_ends_at_a_marker(server: Seams) -> None:
    @server.around(_VERSIONS)
    def unnamed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        ids = [one["VersionId"] for one in answer["DeleteMarkers"]]
        if answer.get("NextVersionIdMarker") in ids:
            answer["NextVersionIdMarker"] = ""
        return answer


def _markers_without(member: str) -> Change:
    """The delete markers are those of a listing that is not told this member."""

    def change(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, dict(members))
        told = {name: value for name, value in members.items() if name != member}
        return {**answer, "DeleteMarkers": handler(ctx, told)["DeleteMarkers"]}

    return around(_VERSIONS, change)


declare(
    "versions-prefix-not-of-markers",
    "ListObjectVersions names delete markers of any prefix.",
    _markers_without("Prefix"),
)
declare(
    "versions-delimiter-not-of-markers",
    "ListObjectVersions does not group delete markers.",
    _markers_without("Delimiter"),
)


@deviation(
    "v2-folder-of-deleted-keys-stays",
    "ListObjectsV2 names folders that hold nothing but delete markers.",
)
def v2_folder_of_deleted_keys_stays(server: Seams) -> None:
    @server.around(_V2)
    def ghosts(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, dict(members))
        asked = {name: members.get(name) for name in ("Bucket", "Prefix", "Delimiter")}
        answer["CommonPrefixes"] = discover()[_VERSIONS](ctx, asked).get("CommonPrefixes") or []
        answer["KeyCount"] = len(_names(answer, "Contents"))
        return answer


@deviation("v2-pages-count-delete-markers", "Delete markers take room on a page of keys.")
def v2_pages_count_delete_markers(server: Seams) -> None:
    @server.around(_V2)
    def shorter(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = {name: members.get(name) for name in ("Bucket", "Prefix")}
        marked = len(discover()[_VERSIONS](ctx, asked)["DeleteMarkers"])
        if members.get("MaxKeys"):
            members["MaxKeys"] = max(1, members["MaxKeys"] - marked)
        return handler(ctx, members)


def _has(ctx: Context, members: Members, key: str, version_id: str | None = None) -> bool:
    return ctx.store.head(ctx.store.bucket(members["Bucket"]), key, version_id) is not None


@deviation(
    "v2-token-of-a-deleted-key-is-lost",
    "A continuation token ends to be good when the key it was made from is deleted.",
)
def v2_token_of_a_deleted_key_is_lost(server: Seams) -> None:
    @server.around(_V2)
    def lost(handler: Handler, ctx: Context, members: Members) -> Members:
        token = members.get("ContinuationToken")
        if token and not members.get("Delimiter") and not _has(ctx, members, from_token(token)):
            raise S3Error("InvalidArgument")
        return handler(ctx, members)


@deviation(
    "versions-marker-of-a-removed-version-is-lost",
    "A version-id-marker of a version that was removed is taken as not sent.",
)
def versions_marker_of_a_removed_version_is_lost(server: Seams) -> None:
    @server.around(_VERSIONS)
    def lost(handler: Handler, ctx: Context, members: Members) -> Members:
        key, version_id = members.get("KeyMarker"), members.get("VersionIdMarker")
        if key and version_id and not _has(ctx, members, key, version_id):
            members.pop("VersionIdMarker")
        return handler(ctx, members)


@deviation("v1-marker-must-be-there", "ListObjects does not look at a marker that is no key.")
def v1_marker_must_be_there(server: Seams) -> None:
    @server.around(_V1)
    def looked_up(handler: Handler, ctx: Context, members: Members) -> Members:
        marker = members.get("Marker")
        if marker and not members.get("Delimiter") and not _has(ctx, members, marker):
            members.pop("Marker")
        return handler(ctx, members)


@deviation(
    "v2-start-after-the-end-starts-again",
    "ListObjectsV2 begins again where nothing comes after start-after.",
)
def v2_start_after_the_end_starts_again(server: Seams) -> None:
    @server.around(_V2)
    def again(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, dict(members))
        if members.get("StartAfter") and not _names(answer, "Contents"):
            members.pop("StartAfter")
            answer = handler(ctx, members)
        return answer


@deviation("parts-marker-must-be-there", "ListParts does not look at a marker that is no part.")
def parts_marker_must_be_there(server: Seams) -> None:
    @server.around(_PARTS)
    def looked_up(handler: Handler, ctx: Context, members: Members) -> Members:
        marker = members.pop("PartNumberMarker", None)
        every = handler(ctx, {**members, "MaxParts": None})
        if marker and int(marker) in [part["PartNumber"] for part in every["Parts"]]:
            members["PartNumberMarker"] = marker
        return handler(ctx, members)


def _key_before(members: Members) -> None:
    if not members.get("UploadIdMarker"):
        marker_before("KeyMarker")(members)


declare(
    "v2-start-after-inclusive",
    "ListObjectsV2 lists the key that start-after names.",
    rewrite(_V2, marker_before("StartAfter")),
)
declare(
    "v2-max-keys-over-1000-refused",
    "ListObjectsV2 refuses max-keys above 1,000.",
    refuse_when(_V2, "InvalidArgument", lambda _ctx, members: (members.get("MaxKeys") or 0) > 1000),
)
declare(
    "v2-negative-max-keys-accepted",
    "Listings take a negative max-keys as no limit.",
    rewrite(
        ("ListObjects*", _VERSIONS),
        pop_when("MaxKeys", lambda members: (members.get("MaxKeys") or 0) < 0),
    ),
)
declare(
    "uploads-key-marker-inclusive",
    "ListMultipartUploads starts with the key of its marker.",
    rewrite(_UPLOADS, _key_before),
)
declare(
    "uploads-unsorted",
    "ListMultipartUploads lists uploads the other way round.",
    entries(_UPLOADS, lambda found: found[::-1], "Uploads"),
)
