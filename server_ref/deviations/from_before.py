"""Deviations of what was there before: null versions in listings, tags under a copy."""

from __future__ import annotations

from urllib.parse import quote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import deviation
from server_ref.seams import Seams
from server_ref.storage.records import NULL_VERSION


@deviation("objects-from-before-left-out", "With versioning, version listings leave out null.")
def objects_from_before_left_out(server: Seams) -> None:
    @server.around("ListObjectVersions")
    def listed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if ctx.store.bucket(members["Bucket"]).versioning:
            found = answer.get("Versions") or []
            answer["Versions"] = [one for one in found if one["VersionId"] != NULL_VERSION]
        return answer


@deviation("copies-keep-the-tags-that-were-there", "A copy of an untagged object keeps old tags.")
def copies_keep_the_tags_that_were_there(server: Seams) -> None:
    @server.around("CopyObject")
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        there = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        tags = there.read_tags() if there is not None else []
        if tags and members.get("TaggingDirective") is None:
            members["TaggingDirective"] = "REPLACE"
            members["Tagging"] = "&".join(f"{quote(name)}={quote(value)}" for name, value in tags)
        return handler(ctx, members)
