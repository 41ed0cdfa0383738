"""Making and destroying buckets by AIStore's rules: its names, and objects go with their bucket."""

from __future__ import annotations

import re
from typing import Any

from server_ref.aistore import access, properties
from server_ref.errors import S3Error
from server_ref.storage import listing, versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

BATCH = 500  # objects removed in one transaction
REGION = "ais"

_name = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,64}").fullmatch


def create(store: Any, owner: str, name: str, created: int, provider: str = "ais") -> Bucket:
    """A new bucket. Raises S3Error InvalidBucketName, BucketAlreadyExists."""
    if not _name(name):
        raise S3Error("InvalidBucketName", BucketName=name)
    stored = properties.stored_name(provider, name)
    if store.bucket_owner(stored) is not None:
        raise S3Error("BucketAlreadyExists", BucketName=name)
    made: Bucket = store.create_bucket(Bucket(0, stored, owner, REGION, created, "", False), {})
    return made


def destroy(store: Any, bucket: Bucket) -> None:
    """Remove a bucket and what is in it, batch by batch. Raises S3Error NoSuchBucket."""
    while True:
        with store.snapshot() as reader:
            scan = listing.current(reader, bucket.id, "")
            page = listing.page(scan, "", "", BATCH, "", inclusive=True)
        if not page.rows:
            break
        keys = [row[0] for row in page.rows]
        store.write(lambda tx, keys=keys: _remove(store, tx, bucket, keys))
    store.write(lambda tx: access.forget_all(tx, bucket))
    store.delete_bucket(bucket)


def _remove(store: Any, tx: Transaction, bucket: Bucket, keys: list[str]) -> None:
    now = store.in_transaction(tx, bucket)
    for key in keys:
        found = versions.live(tx, now, key)
        if found is not None:
            versions.delete_version(tx, store.pins, now, found)
