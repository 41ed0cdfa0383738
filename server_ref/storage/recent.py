"""Objects read since the last commit, small bodies included: read again, they cost no query.

Whatever is committed empties it all, so that it can never be behind: no write has to know what it
makes stale. While a commit runs there is nothing here at all, for nobody can say then whether the
old state or the new one is to be answered.
"""

from __future__ import annotations

from typing import NamedTuple

from server_ref.storage.records import Version

MOST = 1024  # objects
LARGEST = 4096  # bytes of a body


class Read(NamedTuple):
    """A version as it was read, and its body's blob: a file's name, or bytes, or neither."""

    version: Version
    file: str | None
    data: bytes | None


Reads = dict[tuple[int, str], Read]  # by bucket id and key; current versions only


class Recent:
    """``reads`` is taken once before a read: used if it is there, and filled by that same read.

    A read that overlaps a commit fills what nobody looks at any more.
    """

    __slots__ = ("reads",)

    def __init__(self) -> None:
        """With nothing."""
        self.reads: Reads | None = {}

    def suspend(self) -> None:
        """A commit begins."""
        self.reads = None

    def resume(self) -> None:
        """It has ended, well or not."""
        self.reads = {}


def keep(reads: Reads, bucket: int, key: str, read: Read) -> None:
    """Keep what was read where it is small and there is room."""
    if read.data is not None and len(read.data) > LARGEST:
        return
    if len(reads) >= MOST:
        reads.clear()
    reads[bucket, key] = read
