"""Deviations of what strangers and browsers are told, and of locks and lists of versions."""

from __future__ import annotations

import re

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import change_response, ignore_member
from server_ref.deviations.when import refuse_when
from server_ref.operations import discover
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

_ACLS = ("PutObjectAcl", "GetObjectAcl")


@deviation("buckets-told-to-anybody", "`/` answers the buckets to anybody.")
def buckets_told_to_anybody(server: Seams) -> None:
    known: set[str] = set()

    @server.on_request
    def told(request: Request) -> Response | None:
        if request.bucket:
            known.add(request.bucket)
        if request.bucket or request.target != "/" or "authorization" in request.headers:
            return None
        names = "".join(f"<Name>{name}</Name>" for name in sorted(known))
        body = f"<ListAllMyBucketsResult>{names}</ListAllMyBucketsResult>"
        return Response(200, {"Content-Type": "application/xml"}, body.encode())


def _no_cors(_exchange: Exchange, response: Response) -> None:
    if response.status >= 400:
        for name in [one for one in response.headers if one.startswith("Access-Control-")]:
            del response.headers[name]


declare(
    "errors-without-cors",
    "Errors carry no CORS headers.",
    change_response("*", _no_cors),
)


@deviation("locks-are-of-every-version", "A lock of one version keeps all versions of its key.")
def locks_are_of_every_version(server: Seams) -> None:
    listing = discover()["ListObjectVersions"]

    def locked(ctx: Context, members: Members) -> bool:
        bucket, key = ctx.store.bucket(members["Bucket"]), members["Key"]
        if not members.get("VersionId"):
            return False
        listed = listing(ctx, {"Bucket": bucket.name, "Prefix": key}).get("Versions") or []
        found = [ctx.store.head(bucket, one["Key"], one["VersionId"]) for one in listed]
        locks = [one.read_lock() for one in found if one is not None and one.key == key]
        return any(one.mode or one.hold == "ON" for one in locks)

    refuse_when("DeleteObject", "AccessDenied", locked)(server)


declare(
    "lists-are-of-the-latest-version",
    "The ACL of a version is that of the latest one.",
    ignore_member(_ACLS, "VersionId"),
)


@deviation("headers-of-objects-are-ascii", "Headers of an object lose what is not ASCII.")
def headers_of_objects_are_ascii(server: Seams) -> None:
    @server.around("PutObject")
    def cut(handler: Handler, ctx: Context, members: Members) -> Members:
        for name in ("CacheControl", "ContentDisposition"):
            if members.get(name):
                members[name] = re.sub(r"[^\x20-\x7e]", "?", members[name])
        return handler(ctx, members)
