"""Buckets with Amazon's behind them: what is there is listed, and read when it is asked for."""

from __future__ import annotations

from typing import Any

from server_ref.aistore.backend import Backend
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import differs
from server_ref.errors import S3Error
from server_ref.rules import pages
from server_ref.seams import Seams


@differs("ais-list-backend", "A listing has what is in the bucket behind the bucket, too.")
def ais_list_backend(server: Seams) -> None:
    backend = Backend(server.settings.upstream, server.settings.upstream_credential)

    @server.around("ListObjects", "ListObjectsV2")
    def both(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        behind = backend.behind(ctx.store, ctx.store.bucket(members["Bucket"]))
        if behind is not None:
            _merge(answer, backend, behind, members)
        return answer


def _merge(answer: Members, backend: Backend, behind: str, members: Members) -> None:
    """Put what is there among the keys of a page; to the last page, all the rest."""
    prefix, delimiter = members.get("Prefix") or "", members.get("Delimiter") or ""
    here: list[dict[str, Any]] = answer["Contents"]
    told: list[dict[str, str]] = answer.get("CommonPrefixes", [])
    known = {one["Key"] for one in here}
    common = {one["Prefix"] for one in told}
    after = _position(members)
    end = max((*known, *common), default="") if answer["IsTruncated"] else None

    def folder(key: str) -> str:
        at = key.find(delimiter, len(prefix)) if delimiter else -1
        return key[: at + len(delimiter)] if at >= 0 else ""

    for one in backend.listed(behind, prefix, after):
        name = folder(one.key)
        if end is not None and (name or one.key) > end:
            break
        if name > after:
            common.add(name)
        elif not name and one.key not in known:
            here.append({"Key": one.key, "LastModified": "", "ETag": one.etag, "Size": one.size})
    here.sort(key=lambda one: str(one["Key"]))
    answer["CommonPrefixes"] = [{"Prefix": name} for name in sorted(common)]


def _position(members: Members) -> str:
    """The key after which a page begins."""
    token = members.get("ContinuationToken")
    if token is not None:
        return pages.from_token(token)
    return members.get("Marker") or members.get("StartAfter") or ""


@differs("ais-cold-get", "An object that is only behind the bucket is read from there.")
def ais_cold_get(server: Seams) -> None:
    backend = Backend(server.settings.upstream, server.settings.upstream_credential)

    @server.around("GetObject", "HeadObject")
    def brought(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            bucket = ctx.store.bucket(members["Bucket"])
            if not backend.bring(ctx.store, bucket, members["Key"]):
                raise
        return handler(ctx, members)
