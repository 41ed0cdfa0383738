"""Changes as event records in S3's form, queued for the destinations that asked for them.

Sending is not here (webhooks.py). A legal hold has no event in S3, nor has an ACL that stays.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import msgspec

from server_ref.effects.targets import Targets, url_of
from server_ref.rules import notifications
from server_ref.rules.times import moment
from server_ref.storage.changes import (
    ANNOTATED,
    COPY_GONE,
    LIFECYCLE,
    MARKER,
    MISSED,
    PUT,
    REMOVED,
    RESTORED,
    RESTORING,
    UNANNOTATED,
    Cause,
    Change,
)
from server_ref.storage.commit import Transaction
from server_ref.storage.records import NULL_VERSION, Bucket, Version

QUEUE = "events"
EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"  # recorded as the ETag of a delete marker
ITSELF = "s3.amazonaws.com"  # who does what S3 does itself

_CREATED = {
    "CompleteMultipartUpload": "CompleteMultipartUpload",
    "CopyObject": "Copy",
    "PostObject": "Post",
    "RenameObject": "Copy",
}
_OF_KINDS = {
    ANNOTATED: "ObjectAnnotation:Put",
    UNANNOTATED: "ObjectAnnotation:Delete",
    RESTORING: "ObjectRestore:Post",
    RESTORED: "ObjectRestore:Completed",
    COPY_GONE: "ObjectRestore:Delete",
}
_VERSION_2_2 = ("Replication",)
_VERSION_2_3 = (
    "LifecycleExpiration",
    "LifecycleTransition",
    "IntelligentTiering",
    "ObjectAcl",
    "ObjectTagging",
    "ObjectAnnotation",
    "ObjectRetention",
    "ObjectRestore:Delete",
)
_SEQUENCED = ("ObjectCreated", "ObjectRemoved", "ObjectRestore", "LifecycleExpiration")
_SIZED = ("ObjectCreated", "ObjectRestore", "LifecycleTransition", "Replication")
_UNTAGGED = ("ObjectRemoved:Delete", "LifecycleExpiration:Delete")  # these have no eTag


class Delivery(msgspec.Struct):
    """A task of the queue: a body for the destination that an ARN names."""

    arn: str
    body: dict[str, Any]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Delivery).decode


def unpack(work: bytes) -> Delivery:
    """What a task of the queue says."""
    return _decode(work)


class Events:
    """The reaction that queues event records; ``store`` is a Store."""

    def __init__(self, store: Any, targets: Targets) -> None:
        self._store = store
        self._targets = targets

    def react(self, tx: Transaction, cause: Cause, changes: list[Change]) -> None:
        """As a Reaction of the store."""
        for change in changes:
            config = self._store.get_config(change.bucket, "notification")
            if config:
                name = event_name(cause, change)
                if name is not None:
                    self.queue(
                        tx, cause, name, change.bucket, change.version, config, **_more(change)
                    )

    def queue(
        self,
        tx: Transaction,
        cause: Cause,
        name: str,
        bucket: Bucket,
        version: Version,
        config: Mapping[str, Any],
        **more: Any,
    ) -> None:
        """Queue a record for each configuration that wants the event ``name`` of this key.

        ``more`` are further members of the record, as glacierEventData.
        """
        for arn, identifier in wanted(config, name, version.key):
            record = self._record(cause, name, bucket, version, identifier) | more
            self._send(tx, arn, bucket, version.key, {"Records": [record]})

    def test(self, tx: Transaction, arn: str, bucket: Bucket, request_id: str, host: str) -> None:
        """Queue the message that S3 sends to a queue or topic when it is configured."""
        body = {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": _iso(datetime.now(UTC)),
            "Bucket": bucket.name,
            "RequestId": request_id,
            "HostId": host,
        }
        self._send(tx, arn, bucket, "", body)

    def _send(
        self, tx: Transaction, arn: str, bucket: Bucket, key: str, body: dict[str, Any]
    ) -> None:
        if not url_of(self._targets, arn):
            return  # there, but nothing is sent to it; or configured without looking
        lane = f"{arn} {bucket.id} {key}"
        self._store.tasks.put(tx, QUEUE, lane, _encode(Delivery(arn, body)))

    def _record(
        self, cause: Cause, name: str, bucket: Bucket, version: Version, identifier: str
    ) -> dict[str, Any]:
        asked = cause.request
        family = name.partition(":")[0]
        thing: dict[str, Any] = {"key": quote_plus(version.key, safe="/")}
        if family in _SIZED and not version.marker:
            thing["size"] = version.size
        if name not in _UNTAGGED:
            thing["eTag"] = EMPTY_MD5 if version.marker else version.etag
        if version.version_id != NULL_VERSION:
            thing["versionId"] = version.version_id
        if family in _SEQUENCED:
            own = name.startswith("ObjectCreated:") or name.endswith(":DeleteMarkerCreated")
            thing["sequencer"] = f"{version.seq if own else self._store.sequence():018X}"
        request_id = asked.id if asked else f"{secrets.randbits(64):016X}"
        return {
            "eventVersion": _schema(name, family),
            "eventSource": "aws:s3",
            "awsRegion": bucket.region,
            "eventTime": _iso(cause.clock()),
            "eventName": name,
            "userIdentity": {"principalId": _principal(cause, bucket)},
            "requestParameters": {"sourceIPAddress": asked.client_address if asked else ITSELF},
            "responseElements": {
                "x-amz-request-id": request_id,
                "x-amz-id-2": asked.trace.get("host_id", "") if asked else request_id,
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": identifier,
                "bucket": {
                    "name": bucket.name,
                    "ownerIdentity": {"principalId": customer_id(bucket.owner)},
                    "arn": f"arn:aws:s3:::{bucket.name}",
                },
                "object": thing,
            },
        }


def event_name(cause: Cause, change: Change) -> str | None:
    """What S3 calls a change, without ``s3:``; None for one that has no event."""
    operation = cause.operation
    lifecycle = cause is LIFECYCLE
    if change.kind == PUT:
        return f"ObjectCreated:{_CREATED.get(operation, 'Put')}"
    if change.kind == MISSED:  # S3 tells of it all the same (recorded)
        return None if lifecycle else "ObjectRemoved:Delete"
    if change.kind in (REMOVED, MARKER):
        family = "LifecycleExpiration" if lifecycle else "ObjectRemoved"
        return f"{family}:{'Delete' if change.kind == REMOVED else 'DeleteMarkerCreated'}"
    if change.kind == "tags":
        return f"ObjectTagging:{'Delete' if operation == 'DeleteObjectTagging' else 'Put'}"
    if change.kind == "acl":
        same = change.before is not None and change.before.acl == change.version.acl
        return None if same else "ObjectAcl:Put"
    if change.kind == "lock" and operation == "PutObjectRetention":
        return "ObjectRetention:Put"
    if change.kind == "storage_class" and lifecycle:
        return "LifecycleTransition"
    return _OF_KINDS.get(change.kind)


def _more(change: Change) -> dict[str, Any]:
    """glacierEventData of a restore that is completed (recorded)."""
    restore = change.version.read_details().restore if change.kind == RESTORED else None
    if restore is None:
        return {}
    data = {
        "lifecycleRestorationExpiryTime": _iso(moment(restore.until)),
        "lifecycleRestoreStorageClass": change.version.storage_class,
    }
    return {"glacierEventData": {"restoreEventData": data}}


def wanted(config: Mapping[str, Any], name: str, key: str) -> Iterator[tuple[str, str]]:
    """ARN and configuration id of each destination that wants this event of this key."""
    for kind, (member, _, _) in notifications.KINDS.items():
        for one in config.get(kind) or ():
            prefix, suffix = notifications.filtered(one)
            if not key.startswith(prefix) or not key.endswith(suffix):
                continue
            if any(f"s3:{name}" in notifications.meant(event) for event in one["Events"]):
                yield one[member], one["Id"]


def customer_id(canonical_id: str) -> str:
    """An account as events name it where it owns a bucket: "A" and 13 characters."""
    return f"A{canonical_id[:13].upper()}"


def _principal(cause: Cause, bucket: Bucket) -> str:
    if cause.request is not None:
        return f"AWS:{cause.account.account_id}" if cause.account else "Anonymous"
    if cause is LIFECYCLE:
        return ITSELF
    return f"AmazonCustomer:{customer_id(bucket.owner)}"


def _schema(name: str, family: str) -> str:
    if family in _VERSION_2_2:
        return "2.2"
    return "2.3" if family in _VERSION_2_3 or name in _VERSION_2_3 else "2.1"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
