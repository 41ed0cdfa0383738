"""Moments of restores that somebody is to hear of: a copy can be read, a copy is gone.

What an answer tells of a restore comes from the version itself; these rows are for events only.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from server_ref.storage import versions
from server_ref.storage.changes import COPY_GONE, RESTORED, Change
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Restore, Version, pack


class Moment(NamedTuple):
    """The columns of a row, in their order; ``at`` is in seconds."""

    at: int
    bucket: int
    key: str
    seq: int
    kind: str


def expect(tx: Transaction, bucket: Bucket, version: Version, restore: Restore, now: int) -> None:
    """Have both moments of a restore come; that of a copy which is there already has."""
    for at, kind in ((restore.ready, RESTORED), (restore.until, COPY_GONE)):
        if at < now:
            continue
        moment = Moment(at, bucket.id, version.key, version.seq, kind)
        tx.execute("INSERT OR IGNORE INTO restore VALUES (?, ?, ?, ?, ?)", moment)


def due(reader: sqlite3.Connection, now: int, limit: int) -> list[Moment]:
    """The moments that have come, first ones first."""
    rows = reader.execute("SELECT * FROM restore WHERE at <= ? ORDER BY at LIMIT ?", (now, limit))
    return [Moment._make(row) for row in rows]


def come(tx: Transaction, buckets: dict[int, Bucket], moment: Moment) -> None:
    """Note one as a change, unless another restore or a removal made it void, and forget it."""
    tx.execute(
        "DELETE FROM restore WHERE at = ? AND bucket = ? AND key = ? AND seq = ? AND kind = ?",
        moment,
    )
    bucket = buckets.get(moment.bucket)
    found = versions.by_seq(tx, bucket, moment.key, moment.seq) if bucket else None
    if bucket is None or found is None:
        return
    details = found.read_details()
    restore = details.restore
    if restore is None:
        return
    if moment.kind == RESTORED and restore.ready == moment.at:
        tx.changed(Change(RESTORED, bucket, found))
    elif moment.kind == COPY_GONE and restore.until == moment.at:
        details.restore = None
        versions.change(tx, bucket, found, "details", pack(details))
        tx.changed(Change(COPY_GONE, bucket, found))
