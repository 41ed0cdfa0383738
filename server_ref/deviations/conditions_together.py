"""Deviations of reads on several conditions, and on conditions of one version."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.when import refuse_when
from server_ref.seams import Seams
from server_ref.storage.records import Version

_READS = ("GetObject", "HeadObject")
_CONDITIONS = ("IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince")


def _latest(ctx: Context, members: Members) -> Version | None:
    return ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])


@deviation("known-etags-before-failed-matches", "If-None-Match is looked at before all others.")
def known_etags_before_failed_matches(server: Seams) -> None:
    @server.around("GetObject")
    def first(handler: Handler, ctx: Context, members: Members) -> Members:
        found, known = _latest(ctx, members), str(members.get("IfNoneMatch") or "")
        if found is not None and known.strip('"') == found.etag:
            for name in ("IfMatch", "IfUnmodifiedSince"):
                members.pop(name, None)
        return handler(ctx, members)


declare(
    "conditions-that-hold-refused",
    "A GET with all four conditions at once is refused.",
    refuse_when(
        "GetObject",
        "PreconditionFailed",
        lambda _ctx, members: all(members.get(name) is not None for name in _CONDITIONS),
    ),
)


@deviation("conditions-are-of-the-latest", "Conditions of a read are compared with the latest.")
def conditions_are_of_the_latest(server: Seams) -> None:
    @server.around(*_READS)
    def latest(handler: Handler, ctx: Context, members: Members) -> Members:
        given = {name: members.get(name) for name in ("IfMatch", "IfNoneMatch")}
        if members.get("VersionId") and any(given.values()):
            without = {n: v for n, v in members.items() if n not in {"VersionId", "Range"}}
            handler(ctx, without)  # raises where a condition of the latest fails
            for name in given:
                members.pop(name, None)
        return handler(ctx, members)
