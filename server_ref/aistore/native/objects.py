"""Objects of the native API: put, get, head, delete, copy, and custom properties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server_ref.aistore import access, writing
from server_ref.aistore.backend import Backend
from server_ref.aistore.native.asked import Asked
from server_ref.aistore.native.messages import (
    NativeError,
    from_s3,
    not_implemented,
    read_action,
)
from server_ref.aistore.native.shown import ALL, object_headers
from server_ref.aistore.placement import Node
from server_ref.errors import S3Error
from server_ref.response import Response
from server_ref.rules import ranges
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Version, pack


class Objects:
    """Answers what is below /v1/objects, at a target."""

    def __init__(self, store: Any, owner: str, backend: Backend) -> None:
        """``owner`` is the canonical id that new objects belong to."""
        self._store = store
        self._owner = owner
        self._backend = backend

    def answer(self, asked: Asked, node: Node) -> Response:
        """The answer of a target. Raises NativeError."""
        if asked.request.method == "HEAD":
            return self._told(self._head, asked, node)
        do = {
            "GET": self._get,
            "PUT": self._put,
            "DELETE": self._delete,
            "PATCH": self._patch,
        }.get(asked.request.method)
        if do is None or "append_type" in asked.query or "uploadId" in asked.query:
            raise not_implemented(asked.request)
        return self._told(do, asked)

    def _told(self, do: Callable[..., Response], asked: Asked, *further: Node) -> Response:
        bucket = asked.bucket(self._store)
        try:
            try:
                return do(asked, bucket, *further)
            except S3Error as error:
                cold = error.code == "NoSuchKey" and asked.request.method in ("GET", "HEAD")
                if not cold or not self._backend.bring(self._store, bucket, asked.key):
                    raise
            return do(asked, bucket, *further)
        except S3Error as error:
            raise from_s3(error, asked.what) from error

    def _get(self, asked: Asked, bucket: Bucket) -> Response:
        given = asked.request.headers.get("range")
        chosen: list[tuple[int, int] | None] = []

        def choose(found: Version | None) -> tuple[int, int]:
            if found is None:
                raise S3Error("NoSuchKey")
            wanted = ranges.requested(given, found.size) if given else None
            chosen[:] = [wanted]
            return wanted or (0, found.size)

        version, payload = self._store.open(bucket, asked.key, None, choose)
        headers = object_headers(version, self._accessed(bucket, asked.key), ALL)
        headers["Content-Type"] = "application/octet-stream"
        access.touch(self._store, bucket, asked.key)
        status = 200
        if chosen[0] is not None:
            start, length = chosen[0]
            headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{version.size}"
            status = 206
        return Response(status, headers, payload)

    def _head(self, asked: Asked, bucket: Bucket, node: Node) -> Response:
        """All properties, or those of the parameter ``props``."""
        version = self._found(asked, bucket)
        given = asked.query.get("props")
        wanted = frozenset(one.strip() for one in given.split(",")) if given else ALL
        headers = object_headers(version, self._accessed(bucket, asked.key), wanted)
        headers["Ais-Present"] = "true"
        headers["Ais-Name"] = asked.key
        headers["Ais-Bucket-Name"] = asked.bucket_name
        headers["Ais-Bucket-Provider"] = asked.provider
        if "location" in wanted:
            headers["Ais-Location"] = f"t[{node.id}]"
        headers["Content-Length"] = str(version.size)
        return Response(200, headers)

    def _put(self, asked: Asked, bucket: Bucket) -> Response:
        if "object_to" in asked.query:
            return self._copy(asked, bucket)
        version = writing.write(
            self._store, bucket, asked.key, asked.request.body, self._owner, counted=True
        )
        return Response(200, object_headers(version, 0, frozenset({"checksum", "version", "etag"})))

    def _copy(self, asked: Asked, bucket: Bucket) -> Response:
        provider, _, rest = asked.query["object_to"].partition("/")
        _namespace, _, rest = rest.partition("/")
        name, _, key = rest.partition("/")
        if not key:
            raise NativeError(400, f"invalid object_to {asked.query['object_to']!r}")
        query = {**asked.query, "provider": provider}
        there = Asked(asked.request, ("objects", name, key), query)
        source = self._found(asked, bucket)
        writing.copy(self._store, source, there.bucket(self._store), key, self._owner)
        return Response(200)

    def _delete(self, asked: Asked, bucket: Bucket) -> Response:
        def work(tx: Transaction) -> None:
            now = self._store.in_transaction(tx, bucket)
            found = versions.live(tx, now, asked.key)
            if found is None:
                raise S3Error("NoSuchKey")
            versions.delete_version(tx, self._store.pins, now, found)
            access.forget(tx, now, asked.key)

        self._store.write(work)
        return Response(200)

    def _patch(self, asked: Asked, bucket: Bucket) -> Response:
        """Custom properties: added to those there are, or in their place."""
        value = read_action(asked.request).value
        if not isinstance(value, dict):
            raise NativeError(400, "custom properties are a JSON object")
        replace = asked.query.get("set-new-custom") == "true"

        def work(tx: Transaction) -> None:
            now = self._store.in_transaction(tx, bucket)
            found = versions.live(tx, now, asked.key)
            if found is None:
                raise S3Error("NoSuchKey")
            details = found.read_details()
            kept = "" if replace else details.facts.get("custom", "")
            pairs = dict(pair.split("=", 1) for pair in kept.split(", ") if "=" in pair)
            pairs |= {str(name): str(text) for name, text in value.items()}
            shown = ", ".join(f"{name}={text}" for name, text in sorted(pairs.items()))
            details.facts = {**details.facts, "custom": shown}
            versions.change(tx, now, found, "details", pack(details))

        self._store.write(work)
        return Response(200)

    def _found(self, asked: Asked, bucket: Bucket) -> Version:
        found: Version | None = self._store.head(bucket, asked.key)
        if found is None:
            raise S3Error("NoSuchKey")
        return found

    def _accessed(self, bucket: Bucket, key: str) -> int:
        with self._store.reader() as reader:
            return access.times(reader, bucket, [key]).get(key, 0)
