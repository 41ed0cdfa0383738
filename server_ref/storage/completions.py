"""Uploads that have ended: what a completion was asked and answered, and what was aborted.

For a week: whoever lost the answer asks again, and gets it. S3 forgets aborts after hours
(https://github.com/minio/minio/issues/2250) or a day
(https://github.com/beyondstorage/go-storage/issues/963); of completions it does not say.
"""

from __future__ import annotations

import sqlite3

import msgspec

from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

KEPT = 7 * 24 * 3600  # seconds
_SEQ = "Seq"  # of the version that a completion made, beside the answer
_NOTHING = b""  # was asked, and answered: the upload was aborted

_ANSWER = msgspec.json.Decoder(dict[str, str])


def remember(
    tx: Transaction,
    bucket: Bucket,
    key: str,
    upload: str,
    asked: bytes,
    answer: dict[str, str],
    seq: int,
    now: int,
) -> None:
    """Keep what a completion answered, and which version it made."""
    kept = msgspec.json.encode({**answer, _SEQ: str(seq)})
    _keep(tx, (upload, bucket.id, key, now, asked, kept))


def remember_abort(tx: Transaction, bucket: Bucket, key: str, upload: str, now: int) -> None:
    """Keep that an upload was aborted."""
    _keep(tx, (upload, bucket.id, key, now, _NOTHING, _NOTHING))


def _keep(tx: Transaction, row: tuple[str, int, str, int, bytes, bytes]) -> None:
    """A new row; those of a week ago are forgotten."""
    tx.execute("DELETE FROM completed WHERE at < ?", (row[3] - KEPT,))
    tx.execute("INSERT INTO completed VALUES (?, ?, ?, ?, ?, ?)", row)


def answered(
    reader: sqlite3.Connection | Transaction, bucket: Bucket, key: str, upload: str, asked: bytes
) -> dict[str, str] | None:
    """What the same completion answered before, while the version it made is still there.

    None when there was none, or another. https://github.com/justincormack/argmin measured that S3
    repeats the answer until the object is overwritten or the version removed.
    """
    row = reader.execute(
        "SELECT answer FROM completed WHERE upload = ? AND bucket = ? AND key = ? AND asked = ?",
        (upload, bucket.id, key, asked),
    ).fetchone()
    if row is None:
        return None
    answer = _ANSWER.decode(row[0])
    seq = answer.pop(_SEQ, None)  # an older server kept none
    gone = seq is not None and versions.by_seq(reader, bucket, key, int(seq)) is None
    return None if gone else answer


def ended(tx: Transaction, bucket: Bucket, key: str, upload: str) -> bool:
    """Whether the upload was completed or aborted."""
    return (
        tx.execute(
            "SELECT 1 FROM completed WHERE upload = ? AND bucket = ? AND key = ?",
            (upload, bucket.id, key),
        ).fetchone()
        is not None
    )
