"""Uploads that were completed: what was asked and what was answered, for a week.

Whoever lost the answer asks again, and gets it.
"""

from __future__ import annotations

import sqlite3

import msgspec

from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

KEPT = 7 * 24 * 3600  # seconds; S3 does not say how long it remembers

_ANSWER = msgspec.json.Decoder(dict[str, str])


def remember(
    tx: Transaction,
    bucket: Bucket,
    key: str,
    upload: str,
    asked: bytes,
    answer: dict[str, str],
    now: int,
) -> None:
    """Keep what a completion answered, and forget those of a week ago."""
    tx.execute("DELETE FROM completed WHERE at < ?", (now - KEPT,))
    tx.execute(
        "INSERT INTO completed VALUES (?, ?, ?, ?, ?, ?)",
        (upload, bucket.id, key, now, asked, msgspec.json.encode(answer)),
    )


def answered(
    reader: sqlite3.Connection | Transaction, bucket: Bucket, key: str, upload: str, asked: bytes
) -> dict[str, str] | None:
    """What the same completion answered before; None when there was none, or another."""
    row = reader.execute(
        "SELECT answer FROM completed WHERE upload = ? AND bucket = ? AND key = ? AND asked = ?",
        (upload, bucket.id, key, asked),
    ).fetchone()
    return _ANSWER.decode(row[0]) if row else None
