"""Multipart uploads in progress: rows of uploads and parts. Completing one copies no bytes."""

from __future__ import annotations

import sqlite3

from server_ref.storage.commit import Transaction
from server_ref.storage.reading import Pins
from server_ref.storage.records import Bucket, Part, Upload
from server_ref.storage.versions import release

_UPLOAD = f"SELECT {', '.join(Upload._fields)} FROM upload WHERE id = ? AND bucket = ?"
_PARTS = f"SELECT {', '.join(Part._fields)} FROM part WHERE upload = ?"
_PUT_UPLOAD = (
    f"INSERT INTO upload (bucket, {', '.join(Upload._fields)}) "
    f"VALUES (?, {', '.join('?' * len(Upload._fields))})"
)
_PUT_PART = (
    f"INSERT INTO part (upload, {', '.join(Part._fields)}) "
    f"VALUES (?, {', '.join('?' * len(Part._fields))})"
)


def create(tx: Transaction, bucket: Bucket, upload: Upload) -> None:
    """A new upload."""
    tx.execute(_PUT_UPLOAD, (bucket.id, *upload))


def find(
    reader: sqlite3.Connection | Transaction, bucket: Bucket, key: str, upload_id: str
) -> Upload | None:
    """An upload in progress, when it is of this key."""
    row = reader.execute(_UPLOAD, (upload_id, bucket.id)).fetchone()
    return Upload._make(row) if row and row[0] == key else None


def parts(
    reader: sqlite3.Connection | Transaction, upload_id: str, after: int = 0, limit: int = -1
) -> list[Part]:
    """Parts by number, after a number, at most ``limit`` of them (negative: all)."""
    rows = reader.execute(
        f"{_PARTS} AND number > ? ORDER BY number LIMIT ?", (upload_id, after, limit)
    )
    return [Part._make(row) for row in rows]


def put_part(tx: Transaction, pins: Pins, upload_id: str, part: Part) -> None:
    """Keep a part; one of the same number before it goes."""
    _drop_part(tx, pins, upload_id, part.number)
    tx.execute(_PUT_PART, (upload_id, *part))


def forget(tx: Transaction, pins: Pins, upload_id: str, kept: frozenset[int] = frozenset()) -> None:
    """Remove an upload and its parts, but not the bodies of the part numbers ``kept``."""
    for part in parts(tx, upload_id):
        if part.number not in kept:
            release(tx, pins, part.read_segments())
    tx.execute("DELETE FROM part WHERE upload = ?", (upload_id,))
    tx.execute("DELETE FROM upload WHERE id = ?", (upload_id,))


def _drop_part(tx: Transaction, pins: Pins, upload_id: str, number: int) -> None:
    row = tx.execute(f"{_PARTS} AND number = ?", (upload_id, number)).fetchone()
    if row is not None:
        release(tx, pins, Part._make(row).read_segments())
        tx.execute("DELETE FROM part WHERE upload = ? AND number = ?", (upload_id, number))
