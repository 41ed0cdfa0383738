"""Access log records gathered for a while and stored as objects in the buckets that want them.

As S3's, delivery is best effort: what a killed server had gathered is lost. Who may write to a
bucket of logs is not asked.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
"""

from __future__ import annotations

import io
import logging
import secrets
import threading
from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

from server_ref.acl.grants import private
from server_ref.auth.credentials import Keyring
from server_ref.effects.access_log import record, record_of_change
from server_ref.errors import S3Error
from server_ref.http.connection import Log
from server_ref.request import Request
from server_ref.response import Response
from server_ref.rules.times import seconds as whole_seconds
from server_ref.storage import versions
from server_ref.storage.changes import LOG_DELIVERY, Cause, Change, caused_by
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Details, Version, pack

logger = logging.getLogger("server_ref.access_log")

FULL = 10_000  # records that are stored at once, whatever the time
MOST = 100_000  # records in memory; more are dropped, and the log says so


class LogDelivery:
    """Gathers records, and a thread that stores them every ``seconds``."""

    def __init__(self, store: Any, keyring: Keyring, seconds: float) -> None:
        self._store = store
        self._keyring = keyring
        self._seconds = seconds
        self._lock = threading.Lock()
        self._gathered: defaultdict[Bucket, list[str]] = defaultdict(list)
        self._count = 0
        self._due = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="access-log")

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def close(self) -> None:
        """Deliver what there is, and end."""
        self._ending = True
        self._due.set()
        if self._thread.is_alive():
            self._thread.join()
        self.deliver()

    def logging(self, further: Log | None) -> Log:
        """The transport's log: records for buckets that want them, and then ``further``."""

        def log(request: Request, response: Response, sent: int, seconds: float) -> None:
            if request.bucket is not None:
                self._note(request, response, sent, seconds)
            if further is not None:
                further(request, response, sent, seconds)

        return log

    def _note(self, request: Request, response: Response, sent: int, seconds: float) -> None:
        try:
            bucket = self._store.bucket(request.bucket)
        except S3Error:
            return
        if self._wanted(bucket):
            self._gather(bucket, record(bucket, request, response, sent, seconds))

    def react(self, tx: Transaction, cause: Cause, changes: list[Change]) -> None:
        """As a Reaction of the store: what has no request of its own is noted once it is done."""
        for change in changes:
            if self._wanted(change.bucket):
                line = record_of_change(cause, change)
                if line is not None:
                    tx.then(partial(self._gather, change.bucket, line))

    def _wanted(self, bucket: Bucket) -> bool:
        return "LoggingEnabled" in (self._store.get_config(bucket, "logging") or ())

    def _gather(self, bucket: Bucket, line: str) -> None:
        with self._lock:
            if self._count >= MOST:
                logger.warning("too many access log records wait: one is dropped")
                return
            self._gathered[bucket].append(line)
            self._count += 1
            full = self._count >= FULL
        if full:
            self._due.set()

    def _run(self) -> None:
        while not self._ending:
            self._due.wait(self._seconds)
            self._due.clear()
            self.deliver()

    def deliver(self) -> None:
        """Store what was gathered, an object a bucket."""
        with self._lock:
            gathered, self._gathered = self._gathered, defaultdict(list)
            self._count = 0
        for bucket, lines in gathered.items():
            try:
                self._store_lines(bucket, lines)
            except S3Error as error:  # the target is deleted, or the disk is full
                logger.warning(
                    "%d access log records of %s are lost: %s %s",
                    len(lines),
                    bucket.name,
                    error.code,
                    error.message,
                )
            except Exception:
                logger.exception("%d access log records of %s are lost", len(lines), bucket.name)

    def _store_lines(self, source: Bucket, lines: list[str]) -> None:
        if not self._wanted(source):
            return
        enabled = self._store.get_config(source, "logging")["LoggingEnabled"]
        target = self._store.bucket(enabled["TargetBucket"])
        key = self._key(source, enabled)
        taken = self._store.take(
            io.BytesIO("".join(f"{line}\n" for line in lines).encode()).read, ("CRC32",), 1 << 40
        )

        def work(tx: Transaction) -> Version:
            now = self._store.in_transaction(tx, target)
            version = Version(
                key=key,
                seq=self._store.sequence(),
                version_id="",
                marker=0,
                size=taken.size,
                etag=taken.md5.hex(),
                modified=whole_seconds(datetime.now(UTC)),
                storage_class="STANDARD",
                owner=target.owner,
                algorithm="CRC32",
                checksum_type="FULL_OBJECT",
                checksum=taken.checksums["CRC32"],
                blob=versions.add_blob(tx, taken.size, file=taken.file, data=taken.data),
                details=pack(Details({"ContentType": "text/plain"})),
                acl=_acl(target, enabled.get("TargetGrants")),
            )
            return versions.put(tx, self._store.pins, now, version)

        try:
            with caused_by(LOG_DELIVERY):
                self._store.write(work)
        except BaseException:
            self._store.drop(taken)
            raise

    def _key(self, source: Bucket, enabled: dict[str, Any]) -> str:
        """Where the object goes: under the prefix, by time of delivery or by day of the events."""
        prefix, now = enabled.get("TargetPrefix", ""), datetime.now(UTC)
        unique = secrets.token_hex(8).upper()
        partitioned = (enabled.get("TargetObjectKeyFormat") or {}).get("PartitionedPrefix")
        if partitioned is None:
            return f"{prefix}{now:%Y-%m-%d-%H-%M-%S}-{unique}"
        account = self._keyring.account(source.owner)
        place = f"{account.account_id if account else '-'}/{source.region}/{source.name}"
        time = (
            "%H-%M-%S" if partitioned.get("PartitionDateSource") == "DeliveryTime" else "00-00-00"
        )
        return f"{prefix}{place}/{now:%Y/%m/%d}/{now:%Y-%m-%d}-{now:{time}}-{unique}"


def _acl(target: Bucket, grants: list[dict[str, Any]] | None) -> bytes | None:
    if not grants:
        return None
    acl = private(target.owner)
    return pack({**acl, "Grants": [*acl["Grants"], *grants]})
