"""Listing objects natively: by pages, with the properties that are asked for."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import msgspec

from server_ref.aistore import access, facts, folders
from server_ref.aistore.backend import Backend, RemoteObject
from server_ref.aistore.native.asked import Asked
from server_ref.aistore.native.messages import JSON, MSGPACK, Action, NativeError
from server_ref.aistore.native.shown import time_text
from server_ref.response import Response
from server_ref.storage import listing
from server_ref.storage.records import Version

PAGE = 10_000  # objects at most
CACHED = 1 << 6  # of an entry: it is in the cluster
CACHED_ONLY = 1 << 0  # of a listing: nothing that is not in the cluster


class Wanted(msgspec.Struct):
    """What a listing asks for; numbers may come as text."""

    prefix: str = ""
    pagesize: int | str = 0
    uuid: str = ""
    props: str = ""
    continuation_token: str = ""
    start_after: str = ""
    time_format: str = ""
    flags: int | str = 0


def list_objects(
    store: Any, backend: Backend, asked: Asked, action: Action, targets: int
) -> Response:
    """One page: msgpack where that is accepted, else JSON. Raises NativeError."""
    try:
        wanted = msgspec.convert(action.value or {}, Wanted)
        size = int(wanted.pagesize)
        wanted.flags = int(wanted.flags)
    except (msgspec.ValidationError, ValueError) as error:
        raise NativeError(400, f"failed to unmarshal the listing: {error}") from error
    bucket = asked.bucket(store)
    limit = min(size, PAGE) if size > 0 else PAGE
    after = wanted.continuation_token or wanted.start_after
    with store.snapshot() as reader:
        scan = listing.versions(reader, bucket.id, wanted.prefix)
        page = listing.page(scan, wanted.prefix, "", limit, after, inclusive=False)
        times = access.times(reader, bucket, [row.key for row in page.rows])
        hides = folders.hidden(reader, bucket, wanted.prefix if targets else "", targets)
    entries = [_entry(row, times.get(row.key, 0), wanted) for row in page.rows]
    more = page.truncated
    behind = None if int(wanted.flags) & CACHED_ONLY else backend.behind(store, bucket)
    if behind is not None:
        remote = backend.listed(behind, wanted.prefix, after)
        entries, more = _merged(entries, remote, wanted, limit, more=more)
    token = entries[-1]["n"] if more else ""
    entries = [one for one in entries if not hides(one["n"])]
    uuid = wanted.uuid or secrets.token_urlsafe(7)
    if MSGPACK in asked.request.headers.get("accept", ""):
        packed = {"UUID": uuid, "ContinuationToken": token, "Flags": 0, "Entries": entries}
        return Response(200, {"Content-Type": MSGPACK}, msgspec.msgpack.encode(packed))
    said = {
        "uuid": uuid,
        "continuation_token": token,
        "flags": 0,
        "entries": [{_LONG[name]: value for name, value in one.items()} for one in entries],
    }
    return Response(200, {"Content-Type": JSON}, msgspec.json.encode(said))


_LONG = {
    "n": "name",
    "s": "size",
    "cs": "checksum",
    "a": "atime",
    "v": "version",
    "c": "copies",
    "f": "flags",
}


def _entry(version: Version, at: int, wanted: Wanted) -> dict[str, Any]:
    props = {one.strip() for one in (wanted.props or "name,size").split(",")}
    entry: dict[str, Any] = {"n": version.key, "f": CACHED}
    if "size" in props:
        entry["s"] = version.size
    if "checksum" in props:
        entry["cs"] = facts.checksum(version)[1]
    if "atime" in props:
        entry["a"] = time_text(at, wanted.time_format)
    if "version" in props:
        entry["v"] = facts.number(version)
    if "copies" in props:
        entry["c"] = 1
    return entry


def _merged(
    here: list[dict[str, Any]],
    remote: Iterator[RemoteObject],
    wanted: Wanted,
    limit: int,
    *,
    more: bool,
) -> tuple[list[dict[str, Any]], bool]:
    """A page of what is here and what is only behind the bucket; and whether there is more.

    ``more``: there is more here than in ``here``, whose last key then ends the page.
    """
    known = {one["n"] for one in here}
    end = here[-1]["n"] if more else None
    merged = list(here)
    for count, one in enumerate(remote):
        if (end is not None and one.key > end) or count > limit + len(here):
            more = True
            break
        if one.key not in known:
            merged.append(_remote_entry(one, wanted))
    merged.sort(key=lambda entry: str(entry["n"]))
    return merged[:limit], more or len(merged) > limit


def _remote_entry(one: RemoteObject, wanted: Wanted) -> dict[str, Any]:
    props = wanted.props or "name,size"
    entry: dict[str, Any] = {"n": one.key, "f": 0, "s": one.size}
    if "checksum" in props and "-" not in one.etag:
        entry["cs"] = one.etag
    return entry
