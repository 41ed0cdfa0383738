"""A process that puts objects one after the other and prints each key once it is acknowledged.

Run by test_store_crash, which kills it.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from server_ref.settings import Settings
from server_ref.storage import Store
from server_ref.storage.records import Bucket, Version
from server_ref.storage.versions import add_blob
from server_ref.storage.versions import put as put_version

LARGE = 40_000  # bytes; more than what the database holds itself


def put(store: Store, bucket: Bucket, key: str, data: bytes) -> Version:
    """One object, as PutObject does it."""
    taken = store.take(io.BytesIO(data).read, ("CRC32",), 1 << 40)
    version = Version(
        key=key,
        seq=store.sequence(),
        version_id="",
        marker=0,
        size=taken.size,
        etag=taken.md5.hex(),
        modified=0,
        storage_class="STANDARD",
        owner=bucket.owner,
        algorithm="CRC32",
        checksum_type="FULL_OBJECT",
        checksum=taken.checksums["CRC32"],
        blob=None,
    )

    def work(tx):  # type: ignore[no-untyped-def]  # a Transaction to a Version
        now = store.in_transaction(tx, bucket)
        blob = None
        if taken.size:
            blob = add_blob(tx, taken.size, file=taken.file, data=taken.data)
        return put_version(tx, store.pins, now, version._replace(blob=blob))

    written: Version = store.write(work)
    return written


def content(number: int) -> bytes:
    """What object ``number`` has: small and large ones in turn."""
    size = LARGE if number % 2 else 100
    return str(number).encode().ljust(size, b".")


def main() -> None:
    """``storing.py DIRECTORY FIRST``: overwrite and put until killed."""
    store = Store(Path(sys.argv[1]), Settings())
    first = int(sys.argv[2])
    if store.bucket_owner("bck") is None:
        store.create_bucket(Bucket(0, "bck", "o" * 64, "us-east-1", 0, "", False), {})
    bucket = store.bucket("bck")
    for number in range(first, first + 100_000):
        put(store, bucket, f"key-{number}", content(number))
        put(store, bucket, "overwritten", content(number))
        print(number, flush=True)


if __name__ == "__main__":
    main()
