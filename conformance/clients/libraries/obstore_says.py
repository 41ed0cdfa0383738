"""Rust's `object_store` by its Python wheel `obstore`: what each operation is there.

https://developmentseed.org/obstore/latest/
"""

from __future__ import annotations

import importlib.metadata
from datetime import timedelta
from typing import Any

import obstore
from obstore.store import S3Store

VERSION = f"object_store (obstore/{importlib.metadata.version('obstore')})"
_ATTRIBUTES = {
    "ContentType": "Content-Type",
    "CacheControl": "Cache-Control",
    "ContentEncoding": "Content-Encoding",
    "ContentDisposition": "Content-Disposition",
    "ContentLanguage": "Content-Language",
}
_METHODS = {"GetObject": "GET", "PutObject": "PUT", "HeadObject": "HEAD", "DeleteObject": "DELETE"}
_ONCE = {"max_retries": 0, "retry_timeout": timedelta(seconds=60)}


class Library:
    """A store for each bucket."""

    def __init__(self, settings: dict[str, Any]) -> None:
        keys = settings["credentials"] or {}
        client = {"proxy_url": settings["proxy"], "allow_http": True, "timeout": "60 seconds"}
        if settings["ca"]:
            client["allow_invalid_certificates"] = True  # there is no word for an authority
        self._options: dict[str, Any] = {
            "endpoint": settings["endpoint"],
            "region": settings["region"],
            "virtual_hosted_style_request": settings["addressing"] == "virtual",
            "client_options": client,
            "retry_config": _ONCE,
        }
        if keys:
            self._options |= {
                "access_key_id": keys["access_key"],
                "secret_access_key": keys["secret_key"],
            }
            if keys["session_token"]:
                self._options["session_token"] = keys["session_token"]
        else:
            self._options["skip_signature"] = True
        self._virtual = settings["addressing"] == "virtual"

    def _store(self, members: Any) -> Any:
        bucket = members.take("Bucket")
        options = dict(self._options)
        if self._virtual:  # the endpoint has the bucket in it then
            scheme, _, rest = options["endpoint"].partition("://")
            options["endpoint"] = f"{scheme}://{bucket}.{rest}"
        return S3Store(bucket, **options)

    def PutObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        store, key, body = self._store(members), members.path(), members.take("Body", b"")
        attributes = {
            word: members.take(name) for name, word in _ATTRIBUTES.items() if name in members
        }
        attributes |= members.take("Metadata", {})
        mode: Any = None
        if (etag := members.take("IfMatch")) is not None:
            mode = {"e_tag": etag}
        if (star := members.take("IfNoneMatch")) is not None:
            if star != "*" or mode:
                raise NotImplementedError(
                    "PutMode is create (If-None-Match: *) or update (If-Match)"
                )
            mode = "create"
        members.done()
        obstore.put(store, key, body, attributes=attributes or None, mode=mode)

    def GetObject(self, members: Any) -> bytes:  # noqa: N802 -- S3's name
        store, key = self._store(members), members.path()
        options: dict[str, Any] = {
            word: members.take(name)
            for name, word in (("IfMatch", "if_match"), ("IfNoneMatch", "if_none_match"))
            if name in members
        }
        for name, word in (
            ("IfModifiedSince", "if_modified_since"),
            ("IfUnmodifiedSince", "if_unmodified_since"),
        ):
            if name in members:
                options[word] = members.take(name)
                if isinstance(options[word], str):
                    raise NotImplementedError(f"{name} is a time there, not {options[word]!r}")
        if "Range" in members:
            options["range"] = _range(members.take("Range"))
        members.done()
        return bytes(obstore.get(store, key, options=options or None).bytes())

    def HeadObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        store, key = self._store(members), members.path()
        members.done()
        obstore.head(store, key)

    def DeleteObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        # delete() sends DeleteObjects, of one key too
        raise NotImplementedError("object_store deletes with DeleteObjects only")

    def DeleteObjects(self, members: Any) -> None:  # noqa: N802 -- S3's name
        store, wanted = self._store(members), dict(members.take("Delete"))
        members.done()
        objects = wanted.pop("Objects", [])
        if wanted.pop("Quiet", False):
            raise NotImplementedError("delete is never quiet")
        if wanted or any(one.keys() != {"Key"} for one in objects):
            raise NotImplementedError("delete takes keys and nothing else")
        obstore.delete(store, [one["Key"] for one in objects])

    def CopyObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket = members["Bucket"]
        store, key = self._store(members), members.path()
        came_from, name = members.source()
        members.done()
        if came_from != bucket:
            raise NotImplementedError("copy is from key to key of one bucket")
        obstore.copy(store, name, key)

    def ListObjectsV2(self, members: Any) -> None:  # noqa: N802 -- S3's name
        store = self._store(members)
        prefix, delimiter = members.take("Prefix"), members.take("Delimiter")
        after = members.take("StartAfter")
        members.done()
        if delimiter not in (None, "/") or (delimiter and after):
            raise NotImplementedError("a listing is of everything, or of one level of folders")
        if prefix and not prefix.endswith("/"):
            raise NotImplementedError("a prefix is a folder there")
        if delimiter:
            obstore.list_with_delimiter(store, prefix)
        else:
            for _page in obstore.list(store, prefix, offset=after):
                continue

    def presign(self, operation: str, members: Any, expires: int) -> str:
        """A URL by `sign`."""
        if operation not in _METHODS:
            raise NotImplementedError(f"sign makes no URL for {operation}")
        store, key = self._store(members), members.path()
        members.done()
        return str(obstore.sign(store, _METHODS[operation], key, timedelta(seconds=expires)))


def _range(text: str) -> Any:
    unit, _, spec = text.partition("=")
    first, dash, last = spec.partition("-")
    if unit != "bytes" or not dash or not (first + last).isdigit():
        raise NotImplementedError(f"a range is two numbers there, not {text!r}")
    if not first:
        return {"suffix": int(last)}
    return (int(first), int(last) + 1) if last else {"offset": int(first)}
