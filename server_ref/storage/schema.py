"""The database's tables, and opening it: version check, damage check, pragmas."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from server_ref.storage.trouble import explain

PAGE_SIZE = 8192  # bytes; rows are wide for a clustered table, and this keeps several a page

# `object` has what GET without a version id finds, and nothing else: one live row a key.
# `version` has the rest: noncurrent versions and every delete marker. So neither a lookup nor
# a listing of current objects depends on how many versions or markers there are. Keys are TEXT
# under BINARY collation, which compares UTF-8 bytes.
_COLUMNS = """
  bucket INTEGER NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, version_id TEXT NOT NULL,
  marker INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL,
  storage_class TEXT NOT NULL, owner TEXT NOT NULL, algorithm TEXT, checksum_type TEXT,
  checksum TEXT, blob INTEGER, details BLOB, tags BLOB, acl BLOB, lock BLOB, parts BLOB,
  segments BLOB
"""

_TABLES = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE bucket (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, region TEXT NOT NULL,
  created INTEGER NOT NULL, versioning TEXT NOT NULL, object_lock INTEGER NOT NULL
);
CREATE TABLE config (
  bucket INTEGER NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (bucket, name)
) WITHOUT ROWID;
CREATE TABLE object ({_COLUMNS}, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
CREATE TABLE version ({_COLUMNS}, PRIMARY KEY (bucket, key, seq DESC)) WITHOUT ROWID;
CREATE INDEX version_by_id ON version (bucket, key, version_id);
CREATE TABLE upload (
  bucket INTEGER NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL UNIQUE,
  initiated INTEGER NOT NULL, owner TEXT NOT NULL, initiator TEXT NOT NULL,
  storage_class TEXT NOT NULL, algorithm TEXT, checksum_type TEXT,
  details BLOB, tags BLOB, acl BLOB, lock BLOB,
  raced INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (bucket, key, seq)
) WITHOUT ROWID;
CREATE TABLE part (
  upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
  modified INTEGER NOT NULL, checksum TEXT, blob INTEGER, segments BLOB,
  PRIMARY KEY (upload, number)
) WITHOUT ROWID;
CREATE TABLE blob (
  id INTEGER PRIMARY KEY, refs INTEGER NOT NULL, size INTEGER NOT NULL, file TEXT, data BLOB
);
CREATE UNIQUE INDEX blob_by_file ON blob (file) WHERE file IS NOT NULL;
INSERT INTO meta VALUES ('schema', 1), ('boot', 0);
"""

# What has been added since, in order: step n brings a directory of version n to n + 1. A step is
# never changed once it is released; new needs append a new one.
_STEPS: tuple[str, ...] = (
    """
CREATE TABLE task (
  id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, lane TEXT NOT NULL,
  made INTEGER NOT NULL, due INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, work BLOB NOT NULL
);
CREATE INDEX task_by_lane ON task (queue, lane, id);
CREATE INDEX task_by_due ON task (queue, due, id);
""",
    # When an object was last read, in nanoseconds: kept for products that show it (AIStore).
    """
    CREATE TABLE accessed (
      bucket INTEGER NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (bucket, key)
    ) WITHOUT ROWID;
    """,
    """
ALTER TABLE object ADD COLUMN replication TEXT;
ALTER TABLE version ADD COLUMN replication TEXT;
""",
    """
CREATE TABLE restore (
  at INTEGER NOT NULL, bucket INTEGER NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL,
  kind TEXT NOT NULL, PRIMARY KEY (at, bucket, key, seq, kind)
) WITHOUT ROWID;
CREATE TABLE annotation (
  bucket INTEGER NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL, algorithm TEXT NOT NULL,
  checksum TEXT NOT NULL, blob INTEGER NOT NULL, PRIMARY KEY (bucket, key, seq, name)
) WITHOUT ROWID;
CREATE TABLE renamed (
  bucket INTEGER NOT NULL, token TEXT NOT NULL, asked BLOB NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (bucket, token)
) WITHOUT ROWID;
CREATE INDEX renamed_by_time ON renamed (at);
""",
    """
ALTER TABLE annotation ADD COLUMN sealed BLOB;
""",
    # Uploads that were completed: what was asked and answered, for one whose answer was lost.
    """
CREATE TABLE completed (
  upload TEXT PRIMARY KEY, bucket INTEGER NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL,
  asked BLOB NOT NULL, answer BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX completed_by_time ON completed (at);
CREATE INDEX completed_by_bucket ON completed (bucket);
""",
)
SCHEMA_VERSION = 1 + len(_STEPS)


class StoreError(Exception):
    """The data directory cannot be used; the text says why and what to do."""


def connect(path: Path, *, durable: bool) -> sqlite3.Connection:
    """A connection in autocommit mode; raises sqlite3.Error."""
    connection = sqlite3.connect(
        path, timeout=30, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    connection.execute("PRAGMA wal_autocheckpoint = 2000")
    connection.execute(f"PRAGMA mmap_size = {1 << 28}")
    return connection


def prepare(path: Path, *, durable: bool) -> tuple[sqlite3.Connection, int]:
    """The writing connection and this start's number; makes the tables in a new directory.

    Raises StoreError.
    """
    try:
        with contextlib.suppress(OSError):  # SQLite meets the same, and says what it is
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # its journal gets this mode too
        connection = connect(path, durable=durable)
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
        _bring_up_to_date(connection, path)
        connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'boot'")
        boot: int = connection.execute("SELECT value FROM meta WHERE name = 'boot'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} cannot be opened: {explain(error)}") from error
    return connection, boot


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Take the steps an older directory lacks, all or none; raises StoreError for a newer one."""
    found = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    if found is None or not 1 <= found[0] <= SCHEMA_VERSION:
        raise StoreError(
            f"{path} has schema version {found and found[0]}, this server reads up to "
            f"{SCHEMA_VERSION}: use another data directory, or the server that wrote it"
        )
    if found[0] < SCHEMA_VERSION:
        steps = "".join(_STEPS[found[0] - 1 :])
        now = f"UPDATE meta SET value = {SCHEMA_VERSION} WHERE name = 'schema';"
        connection.executescript(f"BEGIN IMMEDIATE;{steps}{now}COMMIT;")
