"""Writing objects as AIStore's targets do, when it is not S3 that asks."""

from __future__ import annotations

from typing import Any

from server_ref.aistore import facts
from server_ref.errors import S3Error
from server_ref.request import BodyReader
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.reading import GoneError
from server_ref.storage.records import Bucket, Version

LARGEST = 5 * 1024**4  # bytes
_ALGORITHM = "CRC64NVME"  # the checksum every object of the store has


def write(
    store: Any,
    bucket: Bucket,
    key: str,
    body: BodyReader,
    owner: str,
    *,
    counted: bool,
    etag: str = "",
) -> Version:
    """A new object of these bytes. Raises S3Error.

    ``counted``: its version is one more than that of the object it replaces, else 1. ``etag`` is
    the one that a backend gave it, where it has one.
    """
    summing = facts.SummingBody(body)
    taken = store.take(summing.read, (_ALGORITHM,), LARGEST)

    def work(tx: Transaction) -> Version:
        now = store.in_transaction(tx, bucket)
        blob = None
        if taken.size:
            blob = versions.add_blob(tx, taken.size, file=taken.file, data=taken.data)
        version = Version(
            key=key,
            seq=store.sequence(),
            version_id="",
            marker=0,
            size=taken.size,
            etag=taken.md5.hex(),
            modified=facts.now_seconds(),
            storage_class="STANDARD",
            owner=owner,
            algorithm=_ALGORITHM,
            checksum_type="FULL_OBJECT",
            checksum=taken.checksums[_ALGORITHM],
            blob=blob,
        )
        count = _following(tx, now, key) if counted else 1
        return facts.place(store, tx, now, version, summing.sums(), count, etag=etag)

    try:
        written: Version = store.write(work)
    except BaseException:
        store.drop(taken)
        raise
    return written


def copy(store: Any, source: Version, bucket: Bucket, key: str, owner: str) -> Version:
    """The same bytes under another name. Raises S3Error NoSuchKey when the source is gone."""
    segments = source.read_segments()
    sums = facts.known_sums(source)
    if sums is None:
        try:
            sums = facts.sums_of(store, segments)
        except GoneError as error:
            raise S3Error("NoSuchKey") from error

    def work(tx: Transaction) -> Version:
        now = store.in_transaction(tx, bucket)
        if not versions.share(tx, segments):
            raise S3Error("NoSuchKey")
        version = source._replace(
            key=key, seq=store.sequence(), owner=owner, modified=facts.now_seconds()
        )
        return facts.place(store, tx, now, version, sums, _following(tx, now, key))

    copied: Version = store.write(work)
    return copied


def _following(tx: Transaction, bucket: Bucket, key: str) -> int:
    """The version number after that of what is there."""
    found = versions.live(tx, bucket, key)
    return int(facts.number(found) or 0) + 1 if found is not None else 1
