"""Digests of a body as it passes: MD5 for the ETag, and S3's checksum algorithms.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import base64
import hashlib
import queue
import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Protocol

from server_ref.storage.threads import started

CRC_BYTES = {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8}
_XXHASHES = {"XXHASH64": "xxh64", "XXHASH3": "xxh3_64", "XXHASH128": "xxh3_128"}
DIGEST_BYTES = {
    **CRC_BYTES,
    **{"SHA1": 20, "SHA256": 32, "SHA512": 64, "MD5": 16},
    **{"XXHASH64": 8, "XXHASH3": 8, "XXHASH128": 16},
}
ALGORITHMS = tuple(DIGEST_BYTES)


@cache
def _crt(function: str) -> Callable[..., int]:
    """A function of awscrt, whose library is a tenth of a start and is loaded when it is needed."""
    from awscrt import checksums

    found: Callable[..., int] = getattr(checksums, function)
    return found


@cache
def _xxhash(algorithm: str) -> Callable[[], Hasher]:
    """A constructor of xxhash, loaded when it is needed, as above; digests are big-endian."""
    import xxhash

    found: Callable[[], Hasher] = getattr(xxhash, _XXHASHES[algorithm])
    return found


class Hasher(Protocol):
    """What hashlib's objects have, and Crc here."""

    def update(self, data: bytes, /) -> None:
        """More of the body."""
        ...

    def digest(self) -> bytes:
        """The digest so far."""
        ...


class Crc:
    """A CRC with hashlib's face; the digest is big-endian."""

    def __init__(self, algorithm: str) -> None:
        self._next = _crt(algorithm.lower())
        self._bytes = CRC_BYTES[algorithm]
        self._value = 0

    def update(self, data: bytes, /) -> None:
        """More of the body."""
        self._value = self._next(data, self._value)

    def digest(self) -> bytes:
        """The digest so far."""
        return self._value.to_bytes(self._bytes, "big")


def hasher(algorithm: str) -> Hasher:
    """A new hasher of one of ALGORITHMS."""
    if algorithm in CRC_BYTES:
        return Crc(algorithm)
    if algorithm in _XXHASHES:
        return _xxhash(algorithm)()
    return hashlib.new(algorithm.lower(), usedforsecurity=False)


def base64_digest(algorithm: str, data: bytes) -> str:
    """The checksum of these bytes as S3 writes it."""
    one = hasher(algorithm)
    one.update(data)
    return base64.b64encode(one.digest()).decode()


def composite(algorithm: str, parts: list[str]) -> str:
    """The COMPOSITE checksum of parts: the checksum of their digests, and how many."""
    joined = b"".join(base64.b64decode(part) for part in parts)
    return f"{base64_digest(algorithm, joined)}-{len(parts)}"


def full_object(algorithm: str, parts: list[tuple[str, int]]) -> str:
    """The FULL_OBJECT CRC of parts given as (CRC, size), without reading them."""
    combine = _crt(f"combine_{algorithm.lower()}")
    total = 0
    for checksum, size in parts:
        value = int.from_bytes(base64.b64decode(checksum), "big")
        total = combine(total, value, size)
    return base64.b64encode(total.to_bytes(CRC_BYTES[algorithm], "big")).decode()


class Digests:
    """MD5 and checksums of a body."""

    def __init__(self, algorithms: Iterable[str]) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._others = {algorithm: hasher(algorithm) for algorithm in algorithms}

    def update(self, data: bytes) -> None:
        """More of the body."""
        self._md5.update(data)
        for other in self._others.values():
            other.update(data)

    def finish(self) -> tuple[bytes, dict[str, str]]:
        """MD5 digest, and each checksum in base64."""
        return self._md5.digest(), {
            algorithm: base64.b64encode(other.digest()).decode()
            for algorithm, other in self._others.items()
        }


class ThreadedDigests:
    """Digests on a thread of their own, so that hashing and I/O overlap; a few blocks at a time.

    Where no thread can be had they are made on the caller's.
    """

    def __init__(self, algorithms: Iterable[str]) -> None:
        self._digests = Digests(algorithms)
        self._blocks: queue.Queue[Any] = queue.Queue(maxsize=4)
        self._thread = threading.Thread(target=self._run, daemon=True, name="digests")
        self._beside = started(self._thread)

    def update(self, data: bytes) -> None:
        """More of the body."""
        if self._beside:
            self._blocks.put(data)
        else:
            self._digests.update(data)

    def finish(self) -> tuple[bytes, dict[str, str]]:
        """MD5 digest, and each checksum in base64. Ends the thread."""
        if self._beside:
            self._blocks.put(None)
            self._thread.join()
        return self._digests.finish()

    def _run(self) -> None:
        while (block := self._blocks.get()) is not None:
            self._digests.update(block)
