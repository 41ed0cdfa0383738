"""Rust's `opendal` by its Python wheel: what each operation is there.

https://opendal.apache.org/docs/python/
"""

from __future__ import annotations

import asyncio
import importlib.metadata
from typing import Any

import opendal

VERSION = f"opendal/{importlib.metadata.version('opendal')}"
_READING = {
    "IfMatch": "if_match",
    "IfNoneMatch": "if_none_match",
    "IfModifiedSince": "if_modified_since",
    "IfUnmodifiedSince": "if_unmodified_since",
    "VersionId": "version",
    "ResponseContentType": "content_type",
    "ResponseCacheControl": "cache_control",
    "ResponseContentDisposition": "content_disposition",
}
_WRITING = {
    "ContentType": "content_type",
    "CacheControl": "cache_control",
    "ContentDisposition": "content_disposition",
    "ContentEncoding": "content_encoding",
    "IfMatch": "if_match",
    "Metadata": "user_metadata",
}


class Library:
    """An operator for each bucket. The proxy is in the environment, where reqwest looks."""

    def __init__(self, settings: dict[str, Any]) -> None:
        keys = settings["credentials"]
        self._options = {
            "endpoint": settings["endpoint"],
            "region": settings["region"],
            "disable_config_load": "true",
            "disable_ec2_metadata": "true",
        }
        if settings["addressing"] == "virtual":
            self._options["enable_virtual_host_style"] = "true"
        if keys:
            self._options |= {
                "access_key_id": keys["access_key"],
                "secret_access_key": keys["secret_key"],
            }
            if keys["session_token"]:
                self._options["session_token"] = keys["session_token"]
        else:
            self._options["allow_anonymous"] = "true"

    def _operator(self, members: Any, kind: Any = opendal.Operator) -> Any:
        return kind("s3", bucket=members.take("Bucket"), **self._options)

    def PutObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        operator, key, body = self._operator(members), members.path(), members.take("Body", b"")
        options = _taken(members, _WRITING)
        if (star := members.take("IfNoneMatch")) is not None:
            options |= {"if_not_exists": True} if star == "*" else {"if_none_match": star}
        members.done()
        operator.write(key, body, **options)

    def GetObject(self, members: Any) -> bytes:  # noqa: N802 -- S3's name
        operator, key, options = self._operator(members), members.path(), _taken(members, _READING)
        if "Range" in members:
            options |= _range(members.take("Range"))
        members.done()
        return bytes(operator.read(key, **options))

    def HeadObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        operator, key, options = self._operator(members), members.path(), _taken(members, _READING)
        members.done()
        operator.stat(key, **options)

    def DeleteObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        operator, key = self._operator(members), members.path()
        options = _taken(members, {"VersionId": "version"})
        members.done()
        operator.delete(key, **options)

    def CopyObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket = members["Bucket"]
        operator, key = self._operator(members), members.path()
        came_from, name = members.source()
        members.done()
        if came_from != bucket:
            raise NotImplementedError("copy is from path to path of one bucket")
        operator.copy(name, key)

    def ListObjectsV2(self, members: Any) -> None:  # noqa: N802 -- S3's name
        operator = self._operator(members)
        prefix, delimiter = members.take("Prefix", ""), members.take("Delimiter")
        after = members.take("StartAfter")
        members.done()
        if delimiter not in (None, "/"):
            raise NotImplementedError("folders end with a slash there")
        if prefix and not prefix.endswith("/"):
            raise NotImplementedError("a listing is of a folder there")
        options = {"start_after": after} if after is not None else {}
        for _entry in operator.list(prefix, recursive=delimiter is None, **options):
            continue

    def presign(self, operation: str, members: Any, expires: int) -> str:
        """A URL by `presign_read` and its like."""
        method = {
            "GetObject": "presign_read",
            "HeadObject": "presign_stat",
            "PutObject": "presign_write",
            "DeleteObject": "presign_delete",
        }.get(operation)
        if method is None:
            raise NotImplementedError(f"there is no URL for {operation}")
        operator, key = self._operator(members, opendal.AsyncOperator), members.path()
        members.done()

        async def made() -> str:
            return str((await getattr(operator, method)(key, expires)).url)

        return asyncio.run(made())


def _taken(members: Any, words: dict[str, str]) -> dict[str, Any]:
    found = {word: members.take(name) for name, word in words.items() if name in members}
    for word in ("if_modified_since", "if_unmodified_since"):
        if isinstance(found.get(word), str):
            raise NotImplementedError(f"{word} is a time there, not {found[word]!r}")
    return found


def _range(text: str) -> dict[str, int]:
    unit, _, spec = text.partition("=")
    first, dash, last = spec.partition("-")
    if unit != "bytes" or not dash or not first.isdigit() or not (last.isdigit() or not last):
        raise NotImplementedError(f"a range is an offset and a size there, not {text!r}")
    if last and int(last) < int(first):
        raise NotImplementedError("a range has a size there, which is not negative")
    return {"offset": int(first)} | ({"size": int(last) - int(first) + 1} if last else {})
