"""Client tokens of renames: what was asked with each, for a day."""

from __future__ import annotations

from server_ref.errors import S3Error
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

KEPT = 24 * 3600  # seconds


def known(tx: Transaction, bucket: Bucket, token: str, asked: bytes, now: int) -> bool:
    """Whether the same was asked with this token before; it is remembered if not.

    Raises S3Error IdempotencyParameterMismatch when something else was.
    """
    tx.execute("DELETE FROM renamed WHERE at < ?", (now - KEPT,))
    row = tx.execute(
        "SELECT asked FROM renamed WHERE bucket = ? AND token = ?", (bucket.id, token)
    ).fetchone()
    if row is None:
        tx.execute("INSERT INTO renamed VALUES (?, ?, ?, ?)", (bucket.id, token, asked, now))
        return False
    if row[0] != asked:
        raise S3Error("IdempotencyParameterMismatch")
    return True
