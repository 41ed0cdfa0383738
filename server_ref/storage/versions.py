"""Writing and deleting versions: S3's versioning rules as row moves. Runs inside a transaction.

Two tables: `object` has the live current row of a key, `version` everything else (see schema).
https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import sqlite3
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from server_ref.storage.changes import MARKER, MISSED, PUT, REMOVED, Change
from server_ref.storage.commit import Transaction
from server_ref.storage.reading import Pins
from server_ref.storage.records import NULL_VERSION, Bucket, Segment, Version

FIELDS = ", ".join(Version._fields)
_MARKS = ", ".join("?" * (len(Version._fields) + 1))
_INSERT_OBJECT = f"INSERT INTO object (bucket, {FIELDS}) VALUES ({_MARKS})"
_INSERT_VERSION = f"INSERT INTO version (bucket, {FIELDS}) VALUES ({_MARKS})"
_LIVE = f"SELECT {FIELDS} FROM object WHERE bucket = ? AND key = ?"
_TOP = f"SELECT {FIELDS} FROM version WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1"
_BY_ID = f"SELECT {FIELDS} FROM version WHERE bucket = ? AND key = ? AND version_id = ?"
_BY_SEQ = f"SELECT {FIELDS} FROM version WHERE bucket = ? AND key = ? AND seq = ?"
_TO_VERSION = (
    f"INSERT INTO version (bucket, {FIELDS}) "
    f"SELECT bucket, {FIELDS} FROM object WHERE bucket = ? AND key = ?"
)
_DROP_ANNOTATIONS = (
    "DELETE FROM annotation WHERE bucket = ? AND key = ? AND seq = ? RETURNING blob, size"
)
_OTHERS = (
    "SELECT 1 FROM object WHERE bucket = ?1 AND key = ?2 AND seq != ?3 "
    "UNION ALL SELECT 1 FROM version WHERE bucket = ?1 AND key = ?2 AND seq != ?3 LIMIT 1"
)
_DROP_LIVE = "DELETE FROM object WHERE bucket = ? AND key = ?"
_DROP_VERSION = "DELETE FROM version WHERE bucket = ? AND key = ? AND seq = ?"


class Deleted(NamedTuple):
    """What a delete did: the version removed or the marker made; None where there was none."""

    removed: Version | None
    marker: Version | None


def new_version_id(seq: int) -> str:
    """32 characters: the sequence number, hidden, and a proof that this server gave the id out."""
    mask = secrets.token_bytes(13)
    hidden = (seq ^ _mask(mask)).to_bytes(8, "big")
    return base64.b64encode(mask + hidden + _proof(mask + hidden), b"._").decode()


def version_seq(version_id: str) -> int | None:
    """The sequence number in a version id, also of a removed one; None when it is not one."""
    try:
        raw = base64.b64decode(version_id, b"._", validate=True)
    except ValueError:
        return None
    if len(raw) != 24 or raw[21:] != _proof(raw[:21]):
        return None
    return int.from_bytes(raw[13:21], "big") ^ _mask(raw[:13])


def is_version_id(text: str) -> bool:
    """Whether S3 could have given this version id out (it may have been removed since)."""
    return text == NULL_VERSION or version_seq(text) is not None


def _mask(said: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(said, digest_size=7).digest(), "big")


def _proof(said: bytes) -> bytes:
    return hashlib.blake2b(said, digest_size=3).digest()


def live(tx: sqlite3.Connection | Transaction, bucket: Bucket, key: str) -> Version | None:
    """The current object; None when there is none or the latest is a delete marker."""
    row = tx.execute(_LIVE, (bucket.id, key)).fetchone()
    return Version._make(row) if row else None


def latest(tx: Transaction, bucket: Bucket, key: str) -> Version | None:
    """The latest version, a delete marker included."""
    row = tx.execute(_LIVE, (bucket.id, key)).fetchone()
    row = row or tx.execute(_TOP, (bucket.id, key)).fetchone()
    return Version._make(row) if row else None


def by_id(tx: Transaction, bucket: Bucket, key: str, version_id: str) -> Version | None:
    """One version or marker by its id."""
    found = live(tx, bucket, key)
    if found is not None and found.version_id == version_id:
        return found
    row = tx.execute(_BY_ID, (bucket.id, key, version_id)).fetchone()
    return Version._make(row) if row else None


def by_seq(
    tx: sqlite3.Connection | Transaction, bucket: Bucket, key: str, seq: int
) -> Version | None:
    """One version or marker by its sequence number."""
    found = live(tx, bucket, key)
    if found is not None and found.seq == seq:
        return found
    row = tx.execute(_BY_SEQ, (bucket.id, key, seq)).fetchone()
    return Version._make(row) if row else None


def alone(tx: Transaction, bucket: Bucket, version: Version) -> bool:
    """Whether the key has this version or marker and no other."""
    others = tx.execute(_OTHERS, (bucket.id, version.key, version.seq)).fetchone()
    return others is None


def put(tx: Transaction, pins: Pins, bucket: Bucket, version: Version) -> Version:
    """Make ``version`` the current one; its version id is decided here. Its blobs are its own."""
    if bucket.versioning == "Enabled":
        version = version._replace(version_id=new_version_id(version.seq))
        _retire_live(tx, bucket, version.key)
    else:
        version = version._replace(version_id=NULL_VERSION)
        _remove_null(tx, pins, bucket, version.key)
    tx.execute(_INSERT_OBJECT, (bucket.id, *version))
    tx.changed(Change(PUT, bucket, version))
    return version


def delete_marker(key: str, seq: int, *, modified: int, owner: str) -> Version:
    """A delete marker to be made; its version id is decided where it is."""
    return Version(
        key=key,
        seq=seq,
        version_id="",
        marker=1,
        size=0,
        etag="",
        modified=modified,
        storage_class="STANDARD",
        owner=owner,
        algorithm=None,
        checksum_type=None,
        checksum=None,
        blob=None,
    )


def delete_current(tx: Transaction, pins: Pins, bucket: Bucket, marker: Version) -> Deleted:
    """DELETE without a version id; ``marker`` is the delete marker to use where one is due."""
    key = marker.key
    tx.execute("UPDATE upload SET raced = 1 WHERE bucket = ? AND key = ?", (bucket.id, key))
    if not bucket.versioning:
        found = live(tx, bucket, key)
        if found is not None:
            tx.execute(_DROP_LIVE, (bucket.id, key))
            _discard(tx, pins, bucket, found)
        tx.changed(Change(MISSED if found is None else REMOVED, bucket, found or marker))
        return Deleted(found, None)
    if bucket.versioning == "Enabled":
        marker = marker._replace(version_id=new_version_id(marker.seq))
        _retire_live(tx, bucket, key)
    else:
        marker = marker._replace(version_id=NULL_VERSION)
        _remove_null(tx, pins, bucket, key)
    tx.execute(_INSERT_VERSION, (bucket.id, *marker))
    tx.changed(Change(MARKER, bucket, marker))
    return Deleted(None, marker)


def delete_version(tx: Transaction, pins: Pins, bucket: Bucket, found: Version) -> None:
    """Remove one version for good; the one below it becomes the latest."""
    current = live(tx, bucket, found.key)
    if current is not None and current.seq == found.seq:
        tx.execute(_DROP_LIVE, (bucket.id, found.key))
        current = None
    else:
        tx.execute(_DROP_VERSION, (bucket.id, found.key, found.seq))
    _discard(tx, pins, bucket, found)
    if current is None:
        row = tx.execute(_TOP, (bucket.id, found.key)).fetchone()
        if row is not None and not Version._make(row).marker:
            top = Version._make(row)
            tx.execute(_DROP_VERSION, (bucket.id, found.key, top.seq))
            tx.execute(_INSERT_OBJECT, (bucket.id, *top))
    tx.changed(Change(REMOVED, bucket, found))


def change(tx: Transaction, bucket: Bucket, version: Version, column: str, value: object) -> None:
    """Set one of the columns that may change: details, tags, acl, lock or storage_class."""
    if column not in ("details", "tags", "acl", "lock", "storage_class"):
        raise ValueError(column)
    for table in ("object", "version"):
        tx.execute(
            f"UPDATE {table} SET {column} = ? WHERE bucket = ? AND key = ? AND seq = ?",
            (value, bucket.id, version.key, version.seq),
        )
    changed = Version(**{**version._asdict(), column: value})
    tx.changed(Change(column, bucket, changed, version))


def has(tx: Transaction, bucket: Bucket, version: Version) -> bool:
    """Whether the bucket has the version of this number and id already."""
    return by_id(tx, bucket, version.key, version.version_id) is not None


def put_replica(tx: Transaction, bucket: Bucket, version: Version) -> None:
    """Write a version of another bucket with the number and id it has there; blobs are its own.

    It is the current one unless a newer one is there.
    """
    newest = latest(tx, bucket, version.key)
    current = newest is None or newest.seq < version.seq
    if current:
        _retire_live(tx, bucket, version.key)
    tx.execute(
        _INSERT_OBJECT if current and not version.marker else _INSERT_VERSION,
        (bucket.id, *version),
    )
    tx.changed(Change(MARKER if version.marker else PUT, bucket, version))


def mark_replication(tx: Transaction, bucket: Bucket, version: Version, status: str) -> None:
    """Note how far the replication of a version is; that is no change of the object."""
    for table in ("object", "version"):
        tx.execute(
            f"UPDATE {table} SET replication = ? WHERE bucket = ? AND key = ? AND seq = ?",
            (status, bucket.id, version.key, version.seq),
        )


def replace_body(
    tx: Transaction,
    pins: Pins,
    bucket: Bucket,
    version: Version,
    *,
    details: bytes,
    blob: int | None,
    segments: bytes | None,
) -> None:
    """Set how and where a version's bytes lie; blobs it had and has no more are released."""
    for table in ("object", "version"):
        tx.execute(
            f"UPDATE {table} SET details = ?, blob = ?, segments = ? "
            "WHERE bucket = ? AND key = ? AND seq = ?",
            (details, blob, segments, bucket.id, version.key, version.seq),
        )
    if (blob, segments) != (version.blob, version.segments):
        release(tx, pins, version.read_segments())
    changed = version._replace(details=details, blob=blob, segments=segments)
    tx.changed(Change("details", bucket, changed, version))


def add_blob(tx: Transaction, size: int, *, file: str | None, data: bytes | None) -> int:
    """A new blob with one reference; its id."""
    cursor = tx.execute(
        "INSERT INTO blob (refs, size, file, data) VALUES (1, ?, ?, ?)", (size, file, data)
    )
    return int(cursor.lastrowid or 0)


def share(tx: Transaction, segments: Iterable[Segment]) -> bool:
    """One more reference to each blob; False when one is gone, and then undo the work."""
    return all(
        tx.execute("UPDATE blob SET refs = refs + 1 WHERE id = ?", (segment.blob,)).rowcount
        for segment in segments
    )


def release(tx: Transaction, pins: Pins, segments: Iterable[Segment]) -> None:
    """One reference less to each blob; those without any go, their files after the commit."""
    for segment in segments:
        row = tx.execute(
            "DELETE FROM blob WHERE id = ? AND refs = 1 RETURNING file", (segment.blob,)
        ).fetchone()
        if row is None:
            tx.execute("UPDATE blob SET refs = refs - 1 WHERE id = ?", (segment.blob,))
        elif row[0] is not None:
            tx.then(partial(pins.remove, segment.blob, row[0]))


def _discard(tx: Transaction, pins: Pins, bucket: Bucket, version: Version) -> None:
    """A version is gone: let go of its bytes and of its annotations."""
    release(tx, pins, version.read_segments())
    rows = tx.execute(_DROP_ANNOTATIONS, (bucket.id, version.key, version.seq)).fetchall()
    if rows:
        release(tx, pins, [Segment(blob, 0, size) for blob, size in rows])


def _retire_live(tx: Transaction, bucket: Bucket, key: str) -> None:
    if tx.execute(_TO_VERSION, (bucket.id, key)).rowcount:
        tx.execute(_DROP_LIVE, (bucket.id, key))


def _remove_null(tx: Transaction, pins: Pins, bucket: Bucket, key: str) -> None:
    """The null version goes; a live one that has an id is retired."""
    found = live(tx, bucket, key)
    if found is not None and found.version_id == NULL_VERSION:
        tx.execute(_DROP_LIVE, (bucket.id, key))
        _discard(tx, pins, bucket, found)
        return
    if not bucket.versioning:
        return
    if found is not None:
        _retire_live(tx, bucket, key)
    row = tx.execute(_BY_ID, (bucket.id, key, NULL_VERSION)).fetchone()
    if row is not None:
        old = Version._make(row)
        tx.execute(_DROP_VERSION, (bucket.id, key, old.seq))
        _discard(tx, pins, bucket, old)
