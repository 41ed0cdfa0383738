"""What x-amz-content-sha256 may say, and the payload against it, verified while it streams."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Protocol

from server_ref.errors import S3Error

UNSIGNED = "UNSIGNED-PAYLOAD"
SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_CHUNKS_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_CHUNKS_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
STREAMING = (SIGNED_CHUNKS, SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER)

is_digest = re.compile(r"[0-9a-fA-F]{64}").fullmatch  # as S3 takes them


def check_declared(payload: str) -> None:
    """Raises S3Error InvalidArgument for what is neither a digest nor one of S3's words."""
    if payload == UNSIGNED or payload in STREAMING or is_digest(payload):
        return
    raise S3Error(
        "InvalidArgument",
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
        " STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER,"
        " STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD,"
        " STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
        ArgumentName="x-amz-content-sha256",
        ArgumentValue=payload,
    )


class Source(Protocol):
    """The bytes of a request's body, transfer framing removed."""

    length: int | None
    trailers: Mapping[str, str]

    def read(self, size: int = ..., /) -> bytes:
        """Up to ``size`` bytes; b"" at the end."""
        ...


class HashedBody:
    """A body whose SHA-256 the request declares."""

    __slots__ = ("_declared", "_digest", "_left", "_source", "length", "trailers")

    def __init__(self, source: Source, declared: str) -> None:
        self.length = source.length
        self.trailers = source.trailers
        self._source = source
        self._declared = declared  # in either case of its digits
        self._digest = sha256()
        self._left = source.length

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Raises S3Error XAmzContentSHA256Mismatch once all has been read."""
        data = self._source.read(size)
        if data:
            self._digest.update(data)
            if self._left is None:
                return data
            self._left -= len(data)
            if self._left:
                return data
        self._check()
        return data

    def _check(self) -> None:
        computed = self._digest.hexdigest()
        if computed != self._declared.lower():
            raise S3Error(
                "XAmzContentSHA256Mismatch",
                ClientComputedContentSHA256=self._declared,
                S3ComputedContentSHA256=computed,
            )
