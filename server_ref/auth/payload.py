"""The payload against its declared SHA-256, verified while it streams."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Protocol

from server_ref.errors import S3Error


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
