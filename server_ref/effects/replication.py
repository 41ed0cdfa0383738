"""Replication between buckets of this server: changes queued, and replicas made later.

A replica has the version id, time, metadata, tags, ACL and lock of its source, and shares its
bytes. What a rule meets is decided when the object is written, as S3 does it; objects that were
there before, replicas, and removals of a version are not replicated.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from server_ref.effects.events import Events
from server_ref.effects.worker import LaterError
from server_ref.errors import S3Error
from server_ref.rules import replica_keys, replication
from server_ref.storage import versions
from server_ref.storage.changes import LIFECYCLE, MARKER, PUT, REPLICATION, Cause, Change, caused_by
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Version, pack
from server_ref.storage.tasks import Task

QUEUE = "replication"
PENDING, COMPLETED, FAILED, REPLICA = "PENDING", "COMPLETED", "FAILED", "REPLICA"
_COLUMNS = ("tags", "acl", "lock")  # what of a replica follows its source
_FAILURES = {
    "NoSuchBucket": "DstBucketNotFound",
    "Unversioned": "DstBucketUnversioned",
    "Gone": "SrcObjectNotFound",
}


class Work(msgspec.Struct):
    """A task of the queue: a version of a bucket, the rules it met, and what changed of it."""

    bucket: int
    name: str
    key: str
    version_id: str
    kind: str
    rules: list[dict[str, Any]]


class _FailedError(Exception):
    """This destination will never have it; the text is S3's reason."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Work).decode


class Replication:
    """The reaction that queues, and the worker's part that replicates; ``store`` is a Store."""

    def __init__(self, store: Any, events: Events) -> None:
        self._store = store
        self._events = events

    def react(self, tx: Transaction, cause: Cause, changes: list[Change]) -> None:
        """As a Reaction of the store."""
        if cause is REPLICATION:
            return
        for change in changes:
            config = self._store.get_config(change.bucket, "replication")
            if config and change.bucket.versioning == "Enabled":
                self._queue(tx, cause, change, config)

    def _queue(self, tx: Transaction, cause: Cause, change: Change, config: Any) -> None:
        kind, bucket, version = change.kind, change.bucket, change.version
        if kind in _COLUMNS:
            if version.replication in (None, REPLICA):
                return
        elif kind not in (PUT, MARKER) or (kind == MARKER and cause is LIFECYCLE):
            return  # what lifecycle rules do stays in its bucket
        met = replication.met(config, version)
        if not met:
            return
        rules = [dict(rule) for rule in met]
        work = Work(bucket.id, bucket.name, version.key, version.version_id, kind, rules)
        if self._store.tasks.put(tx, QUEUE, f"{bucket.id} {version.key}", _encode(work)):
            versions.mark_replication(tx, bucket, version, PENDING)

    def replicate(self, task: Task) -> None:
        """Bring one version to its destinations, and note at the source how that went."""
        work = _decode(task.work)
        try:
            source = self._store.bucket(work.name)
        except S3Error:
            return
        if source.id != work.bucket:
            return  # another bucket of the same name
        failures: list[tuple[dict[str, Any], str]] = []

        def change(tx: Transaction) -> None:
            found = versions.by_id(tx, source, work.key, work.version_id)
            if found is None:
                return  # removed meanwhile
            for rule in work.rules:
                try:
                    self._to_one(tx, found, work.kind, rule)
                except _FailedError as failed:
                    failures.append((rule, str(failed)))
            versions.mark_replication(tx, source, found, FAILED if failures else COMPLETED)
            for rule, reason in failures:
                self._tell(tx, source, found, rule, reason)

        try:
            with caused_by(REPLICATION):
                self._store.write(change)
        except S3Error as error:  # the disk is full: nothing of it was done
            raise LaterError(error.message) from error

    def _to_one(self, tx: Transaction, found: Version, kind: str, rule: dict[str, Any]) -> None:
        destination = rule["Destination"]
        try:
            named = self._store.bucket(replication.bucket_name(rule))
            target = self._store.in_transaction(tx, named)
        except S3Error as error:
            raise _FailedError(_FAILURES["NoSuchBucket"]) from error
        if target.versioning != "Enabled":
            raise _FailedError(_FAILURES["Unversioned"])
        replica = self._replica(target, found, destination)
        if kind in _COLUMNS:
            there = versions.by_id(tx, target, found.key, found.version_id)
            if there is not None:
                versions.change(tx, target, there, kind, getattr(replica, kind))
                return
        if not versions.has(tx, target, replica):
            try:
                replica = replica_keys.reseal(self._store.keys, replica, target, destination)
            except replica_keys.KeyFailure as failure:
                raise _FailedError(str(failure)) from failure
            if not versions.share(tx, replica.read_segments()):
                raise _FailedError(_FAILURES["Gone"])
            versions.put_replica(tx, target, replica)

    def _replica(self, target: Bucket, found: Version, destination: dict[str, Any]) -> Version:
        """The version as it is to be in the destination."""
        ownership = self._store.get_config(target, "ownership")
        enforced = bool(ownership) and (
            ownership["Rules"][0]["ObjectOwnership"] == "BucketOwnerEnforced"
        )
        details = found.read_details()
        if details.restore is not None or details.used:
            found = found._replace(details=pack(details.of_a_copy()))
        translated = "AccessControlTranslation" in destination
        return found._replace(
            storage_class=destination.get("StorageClass") or found.storage_class,
            owner=target.owner if enforced or translated else found.owner,
            acl=None if enforced or translated else found.acl,
            lock=found.lock if target.object_lock else None,
            replication=None if found.marker else REPLICA,
        )

    def _tell(
        self, tx: Transaction, source: Bucket, found: Version, rule: dict[str, Any], reason: str
    ) -> None:
        config = self._store.get_config(source, "notification")
        if not config:
            return
        told = {
            "replicationRuleId": rule["ID"],
            "destinationBucket": rule["Destination"]["Bucket"],
            "s3Operation": "OBJECT_PUT",
            "requestTime": datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "failureReason": reason,
        }
        name = "Replication:OperationFailedReplication"
        self._events.queue(tx, REPLICATION, name, source, found, config, replicationEventData=told)
