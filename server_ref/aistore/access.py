"""When objects were last read or written, which is the time AIStore's listings show.

Times are nanoseconds since 1970. An object without one was never accessed: it is shown as of 1970.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

_TOUCH = "INSERT OR REPLACE INTO accessed (bucket, key, at) VALUES (?, ?, ?)"
_SOME = 500  # keys in one statement


def touch(store: Any, bucket: Bucket, key: str) -> None:
    """The object is read now."""
    now = time.time_ns()
    store.write(lambda tx: tx.execute(_TOUCH, (bucket.id, key, now)) and None)


def touch_in(tx: Transaction, bucket: Bucket, key: str, now: int) -> None:
    """The object is written at ``now``, in this transaction."""
    tx.execute(_TOUCH, (bucket.id, key, now))


def forget(tx: Transaction, bucket: Bucket, key: str) -> None:
    """The object is gone."""
    tx.execute("DELETE FROM accessed WHERE bucket = ? AND key = ?", (bucket.id, key))


def forget_all(tx: Transaction, bucket: Bucket) -> None:
    """The bucket is gone."""
    tx.execute("DELETE FROM accessed WHERE bucket = ?", (bucket.id,))


def times(reader: sqlite3.Connection, bucket: Bucket, keys: Sequence[str]) -> dict[str, int]:
    """The times of those of these keys that have one."""
    found: dict[str, int] = {}
    for at in range(0, len(keys), _SOME):
        some = keys[at : at + _SOME]
        marks = ",".join("?" * len(some))
        found.update(
            reader.execute(
                f"SELECT key, at FROM accessed WHERE bucket = ? AND key IN ({marks})",
                (bucket.id, *some),
            ).fetchall()
        )
    return found
