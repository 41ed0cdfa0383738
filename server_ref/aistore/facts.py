"""What AIStore knows of an object and S3 does not: its checksum, its version, when it was written.

They are kept in the object's details, and its ETag is made of them when it is written.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Any

import xxhash

from server_ref.aistore import access, properties
from server_ref.aistore.properties import Properties
from server_ref.request import BodyReader
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.reading import GoneError, blocks
from server_ref.storage.records import Bucket, Segment, Version, pack

# A bucket's kind of checksum to the digest it is: two implementations of one, XXH64.
_DIGEST = {"md5": "md5", "xxhash": "xxhash", "xxhash2": "xxhash"}


@dataclass(frozen=True)
class Sums:
    """The two digests of a body that a bucket may want, in hexadecimal."""

    md5: str
    xxhash: str


class SummingBody:
    """A request's body whose digests are known once it is read to its end."""

    __slots__ = ("_md5", "_source", "_xxhash", "length", "trailers")

    def __init__(self, source: BodyReader) -> None:
        self._source = source
        self.length = source.length
        self.trailers = source.trailers
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._xxhash = xxhash.xxh64()

    def read(self, size: int = 1 << 18, /) -> bytes:
        """As BodyReader."""
        data = self._source.read(size)
        self._md5.update(data)
        self._xxhash.update(data)
        return data

    def sums(self) -> Sums:
        """The digests of what was read."""
        return Sums(self._md5.hexdigest(), self._xxhash.hexdigest())


def sums_of(store: Any, segments: list[Segment]) -> Sums:
    """The digests of stored bytes, read block by block. Raises GoneError."""
    md5, other = hashlib.md5(usedforsecurity=False), xxhash.xxh64()
    for block in blocks(store.open_segments(segments)):
        md5.update(block)
        other.update(block)
    return Sums(md5.hexdigest(), other.hexdigest())


def known_sums(version: Version) -> Sums | None:
    """The digests kept with an object; None where it was written without them."""
    facts = version.read_details().facts
    return Sums(facts["md5"], facts["xxhash"]) if "xxhash" in facts else None


def checksum(version: Version) -> tuple[str, str]:
    """Type and value of the checksum shown of an object; "none" and "" where there is none."""
    facts = version.read_details().facts
    kind = facts.get("checksum", "none")
    return (kind, facts.get(_DIGEST[kind], "")) if kind in _DIGEST else ("none", "")


def shown_etag(etag: str) -> str:
    """As listings and copies show an ETag: without quotes, and none where it is made of xxhash."""
    bare = etag.strip('"')
    return "" if bare.startswith("v1-") else bare


def number(version: Version) -> str:
    """The object's version as AIStore counts it; "" where versioning was off."""
    return version.read_details().facts.get("version", "")


def modified(version: Version) -> int:
    """When it was written, in nanoseconds."""
    return int(version.read_details().facts.get("mtime", version.modified * 10**9))


def now_seconds() -> int:
    """The time as the store keeps it."""
    return int(time.time())


def mark(
    version: Version, wanted: Properties, sums: Sums | None, count: int, etag: str = ""
) -> Version:
    """The version with its facts, and the ETag AIStore makes of them.

    A multipart object keeps its ETag, and ``etag`` is one that a backend gave. ``count`` is what
    its version number will be.
    """
    details = version.read_details()
    now = time.time_ns()
    facts = {"mtime": str(now), "checksum": wanted.checksum if sums else "none"}
    if wanted.versioning:
        facts["version"] = str(count)
    if sums is not None:
        facts |= {"md5": sums.md5, "xxhash": sums.xxhash}
    details.facts = facts
    if etag:
        facts["custom"] = f"ETag={etag}, source=aws"
    elif version.parts is not None or sums is None:
        etag = version.etag
    else:
        etag = {
            "md5": sums.md5,
            "xxhash": f"v1-{sums.xxhash}-{now}",
        }.get(_DIGEST.get(wanted.checksum, "none"), "")
    return version._replace(details=pack(details), etag=etag)


def sum_up(store: Any, bucket: Bucket, key: str) -> None:
    """Read what was joined of parts, and keep its checksums; the ETag stays."""
    found: Version | None = store.head(bucket, key)
    if found is None:
        return
    try:
        sums = sums_of(store, found.read_segments())
    except GoneError:
        return  # replaced meanwhile: whoever did that knows its own

    def work(tx: Transaction) -> None:
        now = versions.live(tx, store.in_transaction(tx, bucket), key)
        if now is not None and now.seq == found.seq:
            details = now.read_details()
            kind = properties.of(store, bucket).checksum
            known = {"md5": sums.md5, "xxhash": sums.xxhash, "checksum": kind}
            details.facts = details.facts | known
            versions.change(tx, bucket, now, "details", pack(details))

    store.write(work)


def place(
    store: Any,
    tx: Transaction,
    bucket: Bucket,
    version: Version,
    sums: Sums | None,
    count: int,
    *,
    etag: str = "",
) -> Version:
    """Mark a version by its bucket's properties and make it the current one, accessed now."""
    marked = mark(version, properties.of(store, bucket), sums, count, etag)
    access.touch_in(tx, bucket, version.key, modified(marked))
    placed: Version = store.put(tx, bucket, marked)
    return placed
