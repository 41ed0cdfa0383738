"""Buckets of the native API: create, destroy, list, head, summary, properties."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from server_ref.aistore import buckets, features, properties
from server_ref.aistore.backend import Backend
from server_ref.aistore.native.asked import Asked
from server_ref.aistore.native.listing import list_objects
from server_ref.aistore.native.messages import (
    Action,
    NativeError,
    from_s3,
    json_response,
    not_implemented,
    read_action,
)
from server_ref.aistore.native.shown import bucket_properties
from server_ref.aistore.placement import Node
from server_ref.errors import S3Error
from server_ref.response import Response
from server_ref.storage.records import Bucket


class Buckets:
    """Answers what is below /v1/buckets."""

    def __init__(
        self,
        store: Any,
        owner: str,
        backend: Backend,
        now: Callable[[], int],
        active: features.Features,
        nodes: Callable[[], tuple[Node, Sequence[Node]]],
        checksum: str,
    ) -> None:
        """``now`` gives seconds since 1970; ``checksum`` is that of a bucket made without one."""
        self._active = active
        self._nodes = nodes
        self._checksum = checksum
        self._store = store
        self._owner = owner
        self._backend = backend
        self._now = now

    def answer(self, asked: Asked) -> Response:
        """Raises NativeError."""
        method = asked.request.method
        if method == "HEAD":
            return self._head(asked)
        action = read_action(asked.request)
        known = {
            ("GET", "list"): self._list,
            ("GET", "summary-bck"): self._summary,
            ("POST", "create-bck"): self._create,
            ("DELETE", "destroy-bck"): self._destroy,
            ("DELETE", "evict-remote-bck"): self._destroy,
            ("PATCH", "set-bprops"): self._set,
        }
        do = known.get((method, action.action or ("list" if method == "GET" else "")))
        if do is None:
            raise not_implemented(asked.request)
        return do(asked, action)

    def _list(self, asked: Asked, action: Action) -> Response:
        if len(asked.items) > 1 and asked.items[1]:
            hides = features.LIST_ALL not in self._active
            targets = len(self._nodes()[1]) if hides else 0
            return list_objects(self._store, self._backend, asked, action, targets)
        wanted = asked.provider if asked.query.get("provider") else ""
        shown = []
        for bucket in self._store.buckets():
            provider, name = properties.provider_and_name(bucket)
            if wanted in ("", provider):
                namespace = {"uuid": "", "name": ""}
                shown.append({"name": name, "provider": provider, "namespace": namespace})
        return json_response(shown)

    def _create(self, asked: Asked, action: Action) -> Response:
        changes = _changes(action.value)
        try:
            made = buckets.create(
                self._store, self._owner, asked.bucket_name, self._now(), asked.provider
            )
        except S3Error as error:
            raise from_s3(error, asked.what) from error
        properties.change(self._store, made, **{"checksum": self._checksum, **changes})
        return Response(200)

    def _destroy(self, asked: Asked, _action: Action) -> Response:
        buckets.destroy(self._store, asked.bucket(self._store))
        return Response(200)

    def _set(self, asked: Asked, action: Action) -> Response:
        properties.change(self._store, asked.bucket(self._store), **_changes(action.value))
        return Response(200, {"Content-Type": "text/plain; charset=utf-8"}, _job().encode())

    def _head(self, asked: Asked) -> Response:
        """Properties; with ``bsumm_remote`` a summary too, as a job: asked for again by its id."""
        bucket = asked.bucket(self._store)
        headers = {
            "Ais-Bucket-Props": msgspec.json.encode(
                bucket_properties(self._store, bucket)
            ).decode(),
            "Content-Length": "0",
        }
        if "bsumm_remote" not in asked.query and "uuid" not in asked.query:
            return Response(200, headers)
        if not asked.query.get("uuid"):
            return Response(202, headers | {"Ais-Xaction-Id": _job()})
        prefix = "/".join(asked.items[2:])
        headers["Ais-Bucket-Summ"] = msgspec.json.encode(
            summary(self._store, bucket, prefix)
        ).decode()
        return Response(200, headers)

    def _summary(self, asked: Asked, action: Action) -> Response:
        value = action.value if isinstance(action.value, dict) else {}
        bucket = asked.bucket(self._store)
        if not value.get("uuid"):
            return json_response(_job(), 202)
        return json_response([summary(self._store, bucket, str(value.get("prefix") or ""))])


def summary(store: Any, bucket: Bucket, prefix: str) -> dict[str, Any]:
    """How many objects there are, and how large."""
    with store.reader() as reader:
        count, size, least, most = reader.execute(
            "SELECT count(*), coalesce(sum(size), 0), coalesce(min(size), 0),"
            " coalesce(max(size), 0) FROM object WHERE bucket = ? AND substr(key, 1, ?) = ?",
            (bucket.id, len(prefix), prefix),
        ).fetchone()
    provider, name = properties.provider_and_name(bucket)
    return {
        "name": name,
        "provider": provider,
        "ObjCount": {"obj_count_present": str(count), "obj_count_remote": "0"},
        "ObjSize": {
            "obj_min_size": least,
            "obj_avg_size": size // count if count else 0,
            "obj_max_size": most,
        },
        "TotalSize": {
            "size_on_disk": str(size),
            "size_all_present_objs": str(size),
            "size_all_remote_objs": "0",
            "total_disks_size": "0",
        },
        "used_pct": 0,
        "is_present": True,
    }


def _job() -> str:
    return secrets.token_urlsafe(7)


def _changes(value: object) -> dict[str, Any]:
    """Changes of a bucket's properties as a message gives them. Raises NativeError."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NativeError(400, "bucket properties are a JSON object")
    changes: dict[str, Any] = {}
    for name, given in value.items():
        if name not in _SETTERS:
            raise NativeError(400, f"bucket property {name!r} is not part of this emulation")
        if given is not None:
            changes |= _SETTERS[name](given)
    return changes


def _checksum(given: object) -> dict[str, Any]:
    kind = given.get("type") if isinstance(given, dict) else None
    if kind is None:
        return {}
    if kind not in properties.CHECKSUMS:
        known = ", ".join(properties.CHECKSUMS)
        raise NativeError(400, f"invalid checksum type {kind!r} (this emulation has {known})")
    return {"checksum": kind}


def _versioning(given: object) -> dict[str, Any]:
    enabled = given.get("enabled") if isinstance(given, dict) else None
    return {} if enabled is None else {"versioning": bool(enabled)}


def _features(given: object) -> dict[str, Any]:
    try:
        number = int(str(given))
        names = features.names(number)
    except ValueError as error:
        raise NativeError(400, str(error)) from error
    for name in names:
        if name not in features.OF_A_BUCKET:
            raise NativeError(400, f"feature {name!r} is the cluster's, not a bucket's")
    return {"features": number}


def _backend(given: object) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise NativeError(400, "backend_bck is a JSON object with name and provider")
    name, provider = given.get("name") or "", given.get("provider") or ""
    if not name:
        return {"backend": None}
    provider = "aws" if provider == "s3" else provider
    if provider not in properties.PROVIDERS or provider == "ais":
        raise NativeError(400, f"invalid backend provider {provider!r}")
    return {"backend": (provider, name)}


_SETTERS = {
    "checksum": _checksum,
    "versioning": _versioning,
    "features": _features,
    "backend_bck": _backend,
}
