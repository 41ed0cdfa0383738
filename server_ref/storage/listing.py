"""Listing pages by skip-scan: a page costs the page, whatever the bucket's size.

Past each common prefix the scan seeks in the index instead of reading through it. Strings
compare by code point here as their UTF-8 bytes do in the index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

from server_ref.storage.records import Upload, Version
from server_ref.storage.versions import FIELDS

Row = TypeVar("Row", bound="tuple[Any, ...]")
Scan = Callable[[str, bool], Iterator[Row]]  # (key, inclusive) -> rows from there, key first


@dataclass
class Page(Generic[Row]):
    """One page: rows and common prefixes in order, and where the next one starts."""

    rows: list[Row] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    truncated: bool = False
    last: str = ""  # the last key or common prefix on the page
    last_row: Row | None = None  # the last row, when the page ended with one


# What every listing of current objects shows of one.
LISTED = ("key", "modified", "etag", "size", "storage_class", "algorithm", "checksum_type")


def after_prefix(prefix: str) -> str | None:
    """The least string greater than every string that starts with ``prefix``; None: no such."""
    while prefix:
        code = ord(prefix[-1])
        if code < 0x10FFFF:
            following = 0xE000 if code == 0xD7FF else code + 1  # no surrogate has a UTF-8 form
            return prefix[:-1] + chr(following)
        prefix = prefix[:-1]
    return None


def page(
    scan: Scan[Row], prefix: str, delimiter: str, limit: int, start: str, *, inclusive: bool
) -> Page[Row]:
    """Up to ``limit`` rows and common prefixes together, from ``start`` on (or after it).

    ``scan`` yields rows whose key starts with ``prefix``, in order.
    """
    result: Page[Row] = Page()
    if limit <= 0:
        return result
    if start < prefix:
        start, inclusive = prefix, True
    rows = result.rows
    if not delimiter:
        rows += islice(scan(start, inclusive), limit + 1)
        if len(rows) > limit:
            result.truncated = True
            del rows[limit:]
        if rows:
            result.last_row, result.last = rows[-1], rows[-1][0]
        return result
    position: str | None = start
    while position is not None:
        position = _until_prefix(result, scan(position, inclusive), prefix, delimiter, limit)
        inclusive = True
    return result


def _until_prefix(
    result: Page[Row], found: Iterator[Row], prefix: str, delimiter: str, limit: int
) -> str | None:
    """Take rows until a common prefix is met; the place after it, None at the end."""
    rows, prefixes = result.rows, result.prefixes
    for row in found:
        key: str = row[0]
        if len(rows) + len(prefixes) == limit:
            result.truncated = True
            return None
        at = key.find(delimiter, len(prefix))
        if at < 0:
            rows.append(row)
            result.last_row, result.last = row, key
            continue
        common = key[: at + len(delimiter)]
        prefixes.append(common)
        result.last_row, result.last = None, common
        return after_prefix(common)
    return None


def current(
    reader: sqlite3.Connection, bucket: int, prefix: str, *more: str
) -> Scan[tuple[Any, ...]]:
    """A scan of current objects: rows of the columns `LISTED`, and of ``more`` after them.

    No column that nobody asked for: in a long page each one costs a tenth of the reading.
    """
    columns = ", ".join((*LISTED, *more))
    return _ranged(reader, f"SELECT {columns} FROM object", "key", bucket, prefix)


def uploads(
    reader: sqlite3.Connection, bucket: int, prefix: str, after: tuple[str, int] | None = None
) -> Scan[Upload]:
    """A scan of uploads in progress; ``after``: within that key only those started later."""
    columns = ", ".join(Upload._fields)
    rows = _ranged(reader, f"SELECT {columns} FROM upload", "key, seq", bucket, prefix)

    def scan(start: str, inclusive: bool) -> Iterator[Upload]:
        for row in rows(start, inclusive):
            if after is None or row[0] != after[0] or row[1] > after[1]:
                yield Upload._make(row)

    return scan


def versions(
    reader: sqlite3.Connection, bucket: int, prefix: str, after: tuple[str, int] | None = None
) -> Scan[Version]:
    """A scan of all versions and markers, latest first within a key.

    ``after`` is (key, seq): within that key only versions older than it.
    """
    live = _ranged(reader, f"SELECT {FIELDS} FROM object", "key", bucket, prefix)
    other = _ranged(reader, f"SELECT {FIELDS} FROM version", "key, seq DESC", bucket, prefix)

    def scan(start: str, inclusive: bool) -> Iterator[Version]:
        if after is not None and inclusive and start == after[0]:  # seek: a key may have many
            for table in ("object", "version"):
                rest = reader.execute(
                    f"SELECT {FIELDS} FROM {table} WHERE bucket = ? AND key = ? AND seq < ? "
                    "ORDER BY seq DESC",
                    (bucket, *after),
                )
                yield from map(Version._make, rest)
            inclusive = False
        yield from map(Version._make, _merged(live(start, inclusive), other(start, inclusive)))

    return scan


def _merged(
    live: Iterator[tuple[Any, ...]], other: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Both in key order; of the same key the live row first, for it is the latest."""
    left, right = next(live, None), next(other, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] <= right[0]):
            assert left is not None
            yield left
            left = next(live, None)
        else:
            yield right
            right = next(other, None)


def _ranged(
    reader: sqlite3.Connection, select: str, order: str, bucket: int, prefix: str
) -> Scan[tuple[Any, ...]]:
    end = after_prefix(prefix)
    upper = "" if end is None else " AND key < ?"
    bound = () if end is None else (end,)

    def scan(start: str, inclusive: bool) -> Iterator[tuple[Any, ...]]:
        compare = ">=" if inclusive else ">"
        return iter(
            reader.execute(
                f"{select} WHERE bucket = ? AND key {compare} ?{upper} ORDER BY {order}",
                (bucket, start, *bound),
            )
        )

    return scan
