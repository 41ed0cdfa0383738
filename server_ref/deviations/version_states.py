"""Deviations of versions by what was there before: the version null, copies of old versions."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import replace_error
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.errors import S3Error
from server_ref.seams import Seams

_COPIES = ("CopyObject", "UploadPartCopy")


def _without_null(members: Members) -> None:
    members["CopySource"] = members["CopySource"].replace("?versionId=null", "")


declare(
    "copies-of-null-are-of-the-latest",
    "A copy of the version null is one of the latest version.",
    rewrite(_COPIES, _without_null),
)


def _latest(members: Members) -> None:
    if members.get("VersionId") == "null":
        del members["VersionId"]


declare(
    "null-is-the-latest",
    "The version null is the latest version, for reads and for tags.",
    rewrite(("GetObject", "*ObjectTagging"), _latest),
)


def _unnamed(members: Members) -> None:
    for one in members["Delete"]["Objects"]:
        if one.get("VersionId") == "null":
            del one["VersionId"]


declare(
    "null-not-deleted-by-name",
    "DeleteObjects puts a marker where the version null is named.",
    rewrite("DeleteObjects", _unnamed),
)


@deviation("null-marker-buries-the-latest", "A marker null that is removed leaves its key deleted.")
def null_marker_buries_the_latest(server: Seams) -> None:
    removed: set[tuple[str, str]] = set()

    @server.around("DeleteObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        if members.get("VersionId") == "null":
            removed.add((members["Bucket"], members["Key"]))
        return handler(ctx, members)

    @server.around("GetObject")
    def buried(handler: Handler, ctx: Context, members: Members) -> Members:
        if (members["Bucket"], members["Key"]) in removed and not members.get("VersionId"):
            raise S3Error("NoSuchKey", Key=members["Key"])
        return handler(ctx, members)


@deviation("copies-have-the-latest-tags", "A copy of an old version has the latest version's tags.")
def copies_have_the_latest_tags(server: Seams) -> None:
    @server.around("CopyObject")
    def tagged(handler: Handler, ctx: Context, members: Members) -> Members:
        source, mark, _ = members["CopySource"].partition("?versionId=")
        bucket, _, key = source.partition("/")
        found = ctx.store.head(ctx.store.bucket(bucket), key) if mark else None
        if found is not None and not members.get("TaggingDirective"):
            pairs = found.read_tags()
            members["TaggingDirective"] = "REPLACE"
            members["Tagging"] = "&".join(f"{name}={value}" for name, value in pairs)
        return handler(ctx, members)


@deviation("copy-in-place-makes-no-version", "A copy onto itself answers no version of its own.")
def copy_in_place_makes_no_version(server: Seams) -> None:
    @server.around("CopyObject")
    def same(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if members["CopySource"].split("?")[0] == f"{members['Bucket']}/{members['Key']}":
            answer["VersionId"] = answer.get("CopySourceVersionId")
        return answer


declare(
    "copy-in-place-without-versions-refused",
    "A copy onto itself that changes its redirect is refused.",
    refuse_when(
        "CopyObject",
        "InvalidRequest",
        lambda _ctx, members: bool(members.get("WebsiteRedirectLocation")),
    ),
)
declare(
    "parts-of-versions-that-never-were",
    "A copy of a version that is gone says that its key is.",
    replace_error(_COPIES, "NoSuchVersion", by="NoSuchKey"),
)
