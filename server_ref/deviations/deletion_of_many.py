"""Deviations of DeleteObjects: conditions of single keys, its bounds, what is gone already.

Those of deletions at once do them one by one, so that the fault shows in every race.
"""

from __future__ import annotations

import threading

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.seams import Seams

_MANY = "DeleteObjects"


def _objects(members: Members) -> list[Members]:
    return list((members.get("Delete") or {}).get("Objects") or [])


def _without_etags(members: Members) -> None:
    for one in _objects(members):
        one.pop("ETag", None)


declare(
    "deletion-of-many-on-any-etag",
    "DeleteObjects does not look at the ETag of an Object.",
    rewrite(_MANY, _without_etags),
)
declare(
    "deletion-of-fewer-than-1000",
    "DeleteObjects refuses a thousand keys.",
    refuse_when(_MANY, "MalformedXML", lambda _ctx, members: len(_objects(members)) > 999),
)


@deviation("deletions-at-once-refused", "DeleteObjects makes an Error of a key that is gone.")
def deletions_at_once_refused(server: Seams) -> None:
    one_by_one = threading.Lock()

    @server.around(_MANY)
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        with one_by_one:
            keys = [one["Key"] for one in _objects(members)]
            gone = [key for key in keys if not ctx.store.head(bucket, key)]
            answer = handler(ctx, members)
        told = [one for one in answer.get("Deleted") or [] if one["Key"] not in gone]
        errors = [{"Key": key, "Code": "NoSuchKey", "Message": "It is gone."} for key in gone]
        return {**answer, "Deleted": told, "Errors": [*(answer.get("Errors") or []), *errors]}


@deviation("deletion-of-many-makes-one-marker", "DeleteObjects puts no marker upon a marker.")
def deletion_of_many_makes_one_marker(server: Seams) -> None:
    one_by_one = threading.Lock()

    @server.around(_MANY)
    def once(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])

        def marked(one: Members) -> bool:
            found = ctx.store.head(bucket, one["Key"])
            return found is not None and bool(found.marker) and not one.get("VersionId")

        with one_by_one:
            left = [one for one in _objects(members) if not marked(one)]
            if not left:
                return {}
            return handler(ctx, {**members, "Delete": {**members["Delete"], "Objects": left}})
