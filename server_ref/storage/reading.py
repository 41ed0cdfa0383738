"""Opening bodies: what a GET has opened stays readable when it is overwritten or deleted meanwhile.

A body in few files has them all opened at once. One in many (a multipart object), and one that is
decrypted as it is read, pins its blobs and opens them one after the other: a pinned blob's file
is removed when the last pin goes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from server_ref.response import Payload
from server_ref.response import Segment as FileSegment
from server_ref.storage.bodies import Bodies
from server_ref.storage.records import Segment
from server_ref.storage.removal import Removal
from server_ref.storage.sealing import BodyCipher

OPEN_FILES = 64  # a body in more blobs than this is read through pins
BLOCK = 1 << 18  # bytes
_BLOB = "SELECT file, data FROM blob WHERE id = ?"


class GoneError(Exception):
    """A blob was removed since its name was read; read the object again."""


class Pins:
    """Which blobs running reads still need, and removal that waits for them."""

    def __init__(self, removal: Removal) -> None:
        self._removal = removal
        self._lock = threading.Lock()
        self._count: Counter[int] = Counter()
        self._doomed: dict[int, str] = {}

    def pin(self, blobs: list[int]) -> None:
        """Keep these blobs' files from being removed."""
        with self._lock:
            self._count.update(blobs)

    def unpin(self, blobs: list[int]) -> None:
        """The opposite of `pin`, once for each."""
        with self._lock:
            for blob in blobs:
                self._count[blob] -= 1
                if self._count[blob] <= 0:
                    del self._count[blob]
                    name = self._doomed.pop(blob, None)
                    if name is not None:
                        self._removal.remove(name)

    def remove(self, blob: int, name: str) -> None:
        """Remove a blob's file, soon or when its last pin goes."""
        with self._lock:
            if blob in self._count:
                self._doomed[blob] = name
                return
        self._removal.remove(name)


def clip(segments: list[Segment], start: int, length: int) -> list[Segment]:
    """The part of these segments that is bytes ``start`` to ``start + length``."""
    result = []
    for segment in segments:
        if length <= 0:
            break
        if start >= segment.length:
            start -= segment.length
            continue
        taken = min(segment.length - start, length)
        result.append(Segment(segment.blob, segment.offset + start, taken))
        start, length = 0, length - taken
    return result


def open_segments(
    reader: sqlite3.Connection,
    bodies: Bodies,
    pins: Pins,
    segments: list[Segment],
    cipher: BodyCipher | None = None,
) -> Payload:
    """These segments as a payload, decrypted by ``cipher``; raises GoneError."""
    length = sum(segment.length for segment in segments)
    if cipher is not None or len(segments) > OPEN_FILES:
        return Payload(length, chunks=PinnedBody(reader, bodies, pins, segments, cipher))
    parts: list[bytes | FileSegment] = []
    try:
        for segment in segments:
            body = _open(reader, bodies, segment.blob)
            if isinstance(body, bytes):
                parts.append(body[segment.offset : segment.offset + segment.length])
            else:
                parts.append(FileSegment(body, segment.offset, segment.length))
    except BaseException:
        close_parts(parts)
        raise
    return Payload(length, tuple(parts))


def _open(reader: sqlite3.Connection, bodies: Bodies, blob: int) -> BinaryIO | bytes:
    row = reader.execute(_BLOB, (blob,)).fetchone()
    if row is None:
        raise GoneError
    if row[0] is None:
        return bytes(row[1])
    try:
        return bodies.open(row[0])
    except FileNotFoundError as error:
        raise GoneError from error


def close_parts(parts: list[bytes | FileSegment] | tuple[bytes | FileSegment, ...]) -> None:
    """Close the files of a payload that is not sent."""
    for part in parts:
        if isinstance(part, FileSegment):
            part.file.close()


def blocks(payload: Payload) -> Iterator[bytes]:
    """A payload's bytes, block by block; closes its files."""
    if payload.chunks is not None:
        yield from payload.chunks
        return
    try:
        for part in payload.parts:
            if isinstance(part, bytes):
                yield part
                continue
            part.file.seek(part.offset)
            left = part.length
            while left and (data := part.file.read(min(BLOCK, left))):
                left -= len(data)
                yield data
    finally:
        close_parts(payload.parts)


class PinnedBody:
    """An iterator over a body in blobs; unpins them when it ends, is closed or forgotten."""

    def __init__(
        self,
        reader: sqlite3.Connection,
        bodies: Bodies,
        pins: Pins,
        segments: list[Segment],
        cipher: BodyCipher | None = None,
    ) -> None:
        """Raises GoneError."""
        self._pins = pins
        self._pinned = [segment.blob for segment in segments]
        pins.pin(self._pinned)  # first: a blob that is still named after this cannot lose its file
        try:
            found = [
                (segment, reader.execute(_BLOB, (segment.blob,)).fetchone()) for segment in segments
            ]
            if any(row is None for _, row in found):
                raise GoneError
            if found and found[0][1][0] is not None:  # a file taken away is told before the answer
                bodies.open(found[0][1][0]).close()
        except FileNotFoundError as error:
            self.close()
            raise GoneError from error
        except BaseException:
            self.close()
            raise
        self._blocks = self._read(bodies, found, cipher)

    def __iter__(self) -> PinnedBody:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._blocks)
        except BaseException:
            self.close()
            raise

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Unpin; more than once is fine."""
        pinned, self._pinned = self._pinned, []
        if pinned:
            self._pins.unpin(pinned)

    @staticmethod
    def _read(
        bodies: Bodies,
        found: list[tuple[Segment, tuple[str | None, bytes | None]]],
        cipher: BodyCipher | None,
    ) -> Iterator[bytes]:
        for segment, (name, data) in found:
            if cipher is not None:
                yield from _decrypted(bodies, segment, name, data or b"", cipher)
            elif name is None:
                yield (data or b"")[segment.offset : segment.offset + segment.length]
            else:
                part = FileSegment(bodies.open(name), segment.offset, segment.length)
                yield from blocks(Payload(segment.length, (part,)))


def _decrypted(
    bodies: Bodies, segment: Segment, name: str | None, data: bytes, cipher: BodyCipher
) -> Iterator[bytes]:
    """A segment of a sealed blob; its offset is the body's own."""
    start = cipher.header + segment.offset
    if name is None:
        decrypt = cipher.decrypt(data[: cipher.header], segment.offset)
        yield decrypt(data[start : start + segment.length])
        return
    file = bodies.open(name)
    part = FileSegment(file, start, segment.length)
    try:
        header = file.read(cipher.header)
    except BaseException:
        file.close()
        raise
    decrypt = cipher.decrypt(header, segment.offset)
    for block in blocks(Payload(segment.length, (part,))):
        yield decrypt(block)
