"""Annotations: named payloads beside a version. They go when it goes (see versions.py).

https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html
"""

from __future__ import annotations

import sqlite3

from server_ref.storage.changes import ANNOTATED, UNANNOTATED, Change
from server_ref.storage.commit import Transaction
from server_ref.storage.listing import after_prefix
from server_ref.storage.reading import Pins
from server_ref.storage.records import Annotation, Bucket, Segment, Version
from server_ref.storage.versions import release

_FIELDS = ", ".join(Annotation._fields)
_OF = "FROM annotation WHERE bucket = ? AND key = ? AND seq = ?"
_PUT = (
    f"INSERT INTO annotation (bucket, key, seq, {_FIELDS}) "
    f"VALUES (?, ?, ?, {', '.join('?' * len(Annotation._fields))})"
)
_COPY = f"INSERT INTO annotation (bucket, key, seq, {_FIELDS}) SELECT ?, ?, ?, {_FIELDS} {_OF}"


def find(
    reader: sqlite3.Connection | Transaction, bucket: Bucket, version: Version, name: str
) -> Annotation | None:
    """One by its name."""
    row = reader.execute(f"SELECT {_FIELDS} {_OF} AND name = ?", (*_of(bucket, version), name))
    found = row.fetchone()
    return Annotation._make(found) if found else None


def page(
    reader: sqlite3.Connection,
    bucket: Bucket,
    version: Version,
    prefix: str,
    after: str,
    limit: int,
) -> list[Annotation]:
    """Those with a prefix, by name, after a name, at most ``limit``."""
    end = after_prefix(prefix)
    upper, bound = ("", ()) if end is None else (" AND name < ?", (end,))
    rows = reader.execute(
        f"SELECT {_FIELDS} {_OF} AND name >= ? AND name > ?{upper} ORDER BY name LIMIT ?",
        (*_of(bucket, version), prefix, after, *bound, limit),
    )
    return [Annotation._make(row) for row in rows]


def count(reader: sqlite3.Connection | Transaction, bucket: Bucket, version: Version) -> int:
    """How many a version has."""
    found: int = reader.execute(f"SELECT count(*) {_OF}", _of(bucket, version)).fetchone()[0]
    return found


def put(
    tx: Transaction, pins: Pins, bucket: Bucket, version: Version, annotation: Annotation
) -> None:
    """Keep one; what had its name goes. Its blob is its own."""
    _drop(tx, pins, bucket, version, annotation.name)
    tx.execute(_PUT, (*_of(bucket, version), *annotation))
    tx.changed(Change(ANNOTATED, bucket, version))


def remove(tx: Transaction, pins: Pins, bucket: Bucket, version: Version, name: str) -> None:
    """Take one away; fine when there is none."""
    if _drop(tx, pins, bucket, version, name):
        tx.changed(Change(UNANNOTATED, bucket, version))


def copy(tx: Transaction, source: tuple[Bucket, Version], target: tuple[Bucket, Version]) -> None:
    """Give a version all that another has; the payloads are shared."""
    if tx.execute(_COPY, (*_of(*target), *_of(*source))).rowcount:
        tx.execute(f"UPDATE blob SET refs = refs + 1 WHERE id IN (SELECT blob {_OF})", _of(*target))


def _of(bucket: Bucket, version: Version) -> tuple[int, str, int]:
    return bucket.id, version.key, version.seq


def _drop(tx: Transaction, pins: Pins, bucket: Bucket, version: Version, name: str) -> bool:
    row = tx.execute(
        f"DELETE {_OF} AND name = ? RETURNING size, blob", (*_of(bucket, version), name)
    ).fetchone()
    if row is not None:
        release(tx, pins, [Segment(row[1], 0, row[0])])
    return row is not None
