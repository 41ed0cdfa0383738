"""Multipart uploads that have begun, as a target knows them: by id, whatever their name is.

A target keeps its uploads in one table of ids. Bucket and key of a request only decide which target
is asked.
https://github.com/NVIDIA/aistore/blob/main/ais/ups.go
"""

from __future__ import annotations

from typing import Any

from server_ref.aistore import folders
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

Name = tuple[Bucket, str]  # bucket and key


def name_of(store: Any, asked: Name, upload: str, targets: int) -> Name | None:
    """Bucket and key of the upload of this id, where it is on the target that has ``asked``."""
    with store.reader() as reader:
        row = reader.execute("SELECT bucket, key FROM upload WHERE id = ?", (upload,)).fetchone()
    if row is None:
        return None
    found = next((one for one in store.buckets() if one.id == row[0]), None)
    if found is None:  # the bucket went in between
        return None
    return (found, row[1]) if _target(found, row[1], targets) == _target(*asked, targets) else None


def rename(store: Any, upload: str, name: Name) -> None:
    """Give an upload this name."""
    bucket, key = name

    def work(tx: Transaction) -> None:
        statement = "UPDATE upload SET bucket = ?, key = ? WHERE id = ?"
        tx.execute(statement, (bucket.id, key, upload))

    store.write(work)


def _target(bucket: Bucket, key: str, targets: int) -> int:
    return folders.placing(bucket, targets)(key)
