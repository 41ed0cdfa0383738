"""Buckets and their configurations: few, small and asked at every request, so kept in memory too.

The database is the truth; memory follows it after each commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from server_ref.errors import S3Error
from server_ref.storage import uploads
from server_ref.storage.bodies import Bodies
from server_ref.storage.commit import Transaction
from server_ref.storage.reading import Pins
from server_ref.storage.records import Bucket, pack_config, unpack_config

T = TypeVar("T")
_TABLES = (  # all but what the directory itself is
    "SELECT name FROM sqlite_master WHERE type = 'table' "
    "AND name <> 'meta' AND name NOT LIKE 'sqlite_%'"
)
_BUCKETS = f"SELECT {', '.join(Bucket._fields)} FROM bucket"


class Buckets:
    """The buckets of a store; `Store` adds the objects."""

    bodies: Bodies
    pins: Pins
    write: Callable[..., Any]

    def __init__(self, reader: sqlite3.Connection) -> None:
        """Read all buckets and configurations."""
        found = [_bucket(row) for row in reader.execute(_BUCKETS)]
        self._by_name = {bucket.name: bucket for bucket in found}
        self._configs = {
            (bucket, name): unpack_config(value)
            for bucket, name, value in reader.execute("SELECT bucket, name, value FROM config")
        }

    def bucket(self, name: str) -> Bucket:
        """The bucket; raises S3Error NoSuchBucket."""
        found = self._by_name.get(name)
        if found is None:
            raise S3Error("NoSuchBucket", BucketName=name)
        return found

    def bucket_owner(self, name: str) -> str | None:
        """The canonical id of a bucket's owner; None when there is no such bucket."""
        found = self._by_name.get(name)
        return found.owner if found else None

    def buckets(self) -> list[Bucket]:
        """All buckets by name."""
        return sorted(self._by_name.copy().values(), key=lambda bucket: bucket.name)

    def create_bucket(self, bucket: Bucket, configs: dict[str, Any]) -> Bucket:
        """Create it, with these configurations; its id is decided here.

        Raises S3Error BucketAlreadyOwnedByYou or BucketAlreadyExists.
        """

        def work(tx: Transaction) -> Bucket:
            other = tx.execute("SELECT owner FROM bucket WHERE name = ?", (bucket.name,)).fetchone()
            if other is not None:
                mine = other[0] == bucket.owner
                raise S3Error(
                    "BucketAlreadyOwnedByYou" if mine else "BucketAlreadyExists",
                    BucketName=bucket.name,
                )
            cursor = tx.execute(
                "INSERT INTO bucket (name, owner, region, created, versioning, object_lock) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                bucket[1:],
            )
            made = bucket._replace(id=int(cursor.lastrowid or 0))
            for name, value in configs.items():
                self._put_config(tx, made, name, value)
            tx.then(lambda: self._by_name.__setitem__(made.name, made))
            return made

        made: Bucket = self.write(work)
        return made

    def delete_bucket(self, bucket: Bucket) -> None:
        """Remove an empty bucket, its configurations and uploads; raises S3Error BucketNotEmpty."""

        def work(tx: Transaction) -> None:
            now = self.in_transaction(tx, bucket)
            kept = tx.execute(
                "SELECT EXISTS (SELECT 1 FROM object WHERE bucket = ?1) "
                "OR EXISTS (SELECT 1 FROM version WHERE bucket = ?1)",
                (bucket.id,),
            ).fetchone()[0]
            if kept:
                message = "The bucket you tried to delete is not empty"
                if now.versioning:
                    message += ". You must delete all versions in the bucket."
                raise S3Error("BucketNotEmpty", message, BucketName=bucket.name)
            for (found,) in tx.execute(
                "SELECT id FROM upload WHERE bucket = ?", (bucket.id,)
            ).fetchall():
                uploads.forget(tx, self.pins, found)
            for table in ("config", "completed", "renamed"):  # a later bucket may get this id
                tx.execute(f"DELETE FROM {table} WHERE bucket = ?", (bucket.id,))
            tx.execute("DELETE FROM bucket WHERE id = ?", (bucket.id,))
            tx.then(lambda: self._forget(bucket))

        self.write(work)

    def empty(self) -> None:
        """Forget all buckets and all that is in them, and the tasks that wait; keys are no part."""

        def work(tx: Transaction) -> None:
            files = tx.execute("SELECT id, file FROM blob WHERE file IS NOT NULL").fetchall()
            for (table,) in tx.execute(_TABLES).fetchall():
                tx.execute(f"DELETE FROM {table}")
            tx.then(self._by_name.clear)
            tx.then(self._configs.clear)
            for blob, name in files:
                tx.then(partial(self.pins.remove, blob, name))

        self.write(work)

    def change_bucket(
        self, bucket: Bucket, *, versioning: str | None = None, object_lock: bool | None = None
    ) -> None:
        """Set what may change of a bucket."""

        def work(tx: Transaction) -> None:
            changed = self.in_transaction(tx, bucket)
            if versioning is not None:
                changed = changed._replace(versioning=versioning)
            if object_lock is not None:
                changed = changed._replace(object_lock=object_lock)
            tx.execute(
                "UPDATE bucket SET versioning = ?, object_lock = ? WHERE id = ?",
                (changed.versioning, changed.object_lock, changed.id),
            )
            tx.then(lambda: self._by_name.__setitem__(changed.name, changed))

        self.write(work)

    def in_transaction(self, tx: Transaction, bucket: Bucket) -> Bucket:
        """The bucket as it is inside this transaction; raises S3Error NoSuchBucket."""
        row = tx.execute(f"{_BUCKETS} WHERE id = ?", (bucket.id,)).fetchone()
        if row is None:
            raise S3Error("NoSuchBucket", BucketName=bucket.name)
        return _bucket(row)

    def get_config(self, bucket: Bucket, name: str) -> Any:
        """What was put under this name ("cors", "policy", …), or None. Not to be changed."""
        return self._configs.get((bucket.id, name))

    def having(self, name: str) -> list[tuple[Bucket, Any]]:
        """The buckets that have a configuration of this name, and it."""
        configs = self._configs.copy()
        found = [(bucket, configs.get((bucket.id, name))) for bucket in self.buckets()]
        return [(bucket, config) for bucket, config in found if config is not None]

    def put_config(
        self,
        bucket: Bucket,
        name: str,
        value: Any,
        also: Callable[[Transaction], None] | None = None,
    ) -> None:
        """Keep a value made of dicts, lists, strings, numbers, booleans and aware datetimes.

        ``also`` is done in the same transaction.
        """

        def work(tx: Transaction) -> None:
            self.in_transaction(tx, bucket)
            self._put_config(tx, bucket, name, value)
            if also is not None:
                also(tx)

        self.write(work)

    def change_config(self, bucket: Bucket, name: str, change: Callable[[Any], Any]) -> None:
        """Put what ``change`` makes of what there is (None: nothing), in one transaction.

        None from ``change`` forgets it. Raises what ``change`` raises, and NoSuchBucket.
        """

        def work(tx: Transaction) -> None:
            self.in_transaction(tx, bucket)
            row = tx.execute(
                "SELECT value FROM config WHERE bucket = ? AND name = ?", (bucket.id, name)
            ).fetchone()
            changed = change(unpack_config(row[0]) if row else None)
            if changed is not None:
                self._put_config(tx, bucket, name, changed)
            else:
                self._delete_config(tx, bucket, name)

        self.write(work)

    def delete_config(self, bucket: Bucket, name: str) -> None:
        """Forget it; fine when there is none."""

        self.write(lambda tx: self._delete_config(tx, bucket, name))

    def _delete_config(self, tx: Transaction, bucket: Bucket, name: str) -> None:
        tx.execute("DELETE FROM config WHERE bucket = ? AND name = ?", (bucket.id, name))
        tx.then(lambda: self._drop_config(bucket.id, name))

    def _put_config(self, tx: Transaction, bucket: Bucket, name: str, value: Any) -> None:
        packed = pack_config(value)
        tx.execute(
            "INSERT OR REPLACE INTO config (bucket, name, value) VALUES (?, ?, ?)",
            (bucket.id, name, packed),
        )
        tx.then(lambda: self._configs.__setitem__((bucket.id, name), unpack_config(packed)))

    def _drop_config(self, bucket_id: int, name: str) -> None:
        self._configs.pop((bucket_id, name), None)

    def _forget(self, bucket: Bucket) -> None:
        self._by_name.pop(bucket.name, None)
        for known in [known for known in self._configs if known[0] == bucket.id]:
            self._drop_config(*known)


def _bucket(row: tuple[Any, ...]) -> Bucket:
    return Bucket._make((*row[:-1], bool(row[-1])))
