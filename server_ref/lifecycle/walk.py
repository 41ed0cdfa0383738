"""Going through a bucket in pages: every version with what its neighbours say of it.

A page is one short read; between two of them everybody else reads and writes as they like.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from server_ref.storage import Store, listing
from server_ref.storage.records import Bucket, Upload, Version

PAGE = 500  # rows


class Entry(NamedTuple):
    """A version or marker. ``noncurrent``: since when (seconds), under how many noncurrent ones."""

    version: Version
    noncurrent: tuple[int, int] | None
    alone: bool  # the key has no other version


def entries(store: Store, bucket: Bucket, prefix: str) -> Iterator[list[Entry]]:
    """All versions of the keys under a prefix, latest first within a key."""
    above: Version | None = None
    newer = 0
    while True:
        place = (above.key, above.seq) if above else None
        with store.snapshot() as reader:
            scan = listing.versions(reader, bucket.id, prefix, place)
            rows = list(islice(scan(above.key if above else prefix, True), PAGE + 1))
        page = []
        for index, version in enumerate(rows[:PAGE]):
            noncurrent = None
            following = rows[index + 1] if index + 1 < len(rows) else None
            first = above is None or above.key != version.key
            if above is None or first:
                newer = 0
            else:
                noncurrent = (above.modified, newer)
                newer += 1
            alone = first and (following is None or following.key != version.key)
            page.append(Entry(version, noncurrent, alone))
            above = version
        yield page
        if len(rows) <= PAGE:
            return


def uploads(store: Store, bucket: Bucket, prefix: str) -> Iterator[list[Upload]]:
    """All uploads in progress of the keys under a prefix."""
    last: Upload | None = None
    while True:
        place = (last.key, last.seq) if last else None
        with store.snapshot() as reader:
            scan = listing.uploads(reader, bucket.id, prefix, place)
            page = list(islice(scan(last.key if last else prefix, True), PAGE))
        if not page:
            return
        yield page
        last = page[-1]
