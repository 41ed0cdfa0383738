"""Object Lock: a bucket's configuration, and retention and legal hold of versions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

from __future__ import annotations

from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import locks
from server_ref.rules.finding import check_not_marker, found_in, wanted_version
from server_ref.rules.order import judge
from server_ref.rules.times import moment
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Lock, Version, pack


@operation("GetObjectLockConfiguration")
def get_object_lock_configuration(ctx: Context, members: Members) -> Members:
    """Raises S3Error ObjectLockConfigurationNotFoundError where there is none."""
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.get_config(bucket, "object_lock") if bucket.object_lock else None
    if found is None:
        raise S3Error("ObjectLockConfigurationNotFoundError", BucketName=bucket.name)
    return {"ObjectLockConfiguration": found}


@operation("PutObjectLockConfiguration")
def put_object_lock_configuration(ctx: Context, members: Members) -> Members:
    """Switch Object Lock on for good, and set the retention new objects get."""
    bucket = ctx.store.bucket(members["Bucket"])
    config = members.get("ObjectLockConfiguration") or {}

    def values() -> None:
        if config.get("ObjectLockEnabled") != "Enabled":
            raise S3Error("MalformedXML")
        rule = config.get("Rule")
        if rule is not None:
            _check_default((rule or {}).get("DefaultRetention"))

    def state() -> None:
        if bucket.versioning != "Enabled":
            raise S3Error(
                "InvalidBucketState",
                "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
            )

    judge(ctx.operation, values, state)
    ctx.store.put_config(bucket, "object_lock", config)
    ctx.store.change_bucket(bucket, object_lock=True)
    return {}


def _check_default(retention: Any) -> None:
    """Raises S3Error MalformedXML, or InvalidArgument for a period that is none."""
    if not retention or retention.get("Mode") not in locks.MODES:
        raise S3Error("MalformedXML")
    if retention.get("DefaultEventHold") is not None:
        raise S3Error("NotImplemented", "Holds until an event are not implemented here.")
    days, years = retention.get("Days"), retention.get("Years")
    if (days is None) == (years is None):
        raise S3Error("MalformedXML")
    period, unit, most = (years, "Years", 100) if days is None else (days, "Days", 36500)
    if period <= 0:
        raise S3Error(
            "InvalidArgument",
            "Default retention period must be a positive integer value.",
            ArgumentName=unit,
            ArgumentValue=period,
        )
    if period > most:  # https://github.com/versity/versitygw/issues/2187
        raise S3Error(
            "InvalidArgument",
            "Default retention period too large.",
            ArgumentName=unit,
            ArgumentValue=period,
        )


@operation("GetObjectRetention")
def get_object_retention(ctx: Context, members: Members) -> Members:
    """Raises S3Error NoSuchObjectLockConfiguration where none was set."""
    lock = _lock_of(ctx, members)
    if lock.mode is None or lock.until is None:
        raise S3Error("NoSuchObjectLockConfiguration")
    return {"Retention": {"Mode": lock.mode, "RetainUntilDate": moment(lock.until)}}


@operation("PutObjectRetention")
def put_object_retention(ctx: Context, members: Members) -> Members:
    """Extend freely; shorten or lift GOVERNANCE with the bypass; COMPLIANCE never."""
    bucket = ctx.store.bucket(members["Bucket"])
    retention = members.get("Retention")
    mode, until = (retention or {}).get("Mode"), (retention or {}).get("RetainUntilDate")

    def values() -> None:
        if retention is None:
            raise S3Error("MalformedXML")
        if retention.get("EventHold") is not None or retention.get("EventHoldDuration") is not None:
            raise S3Error("NotImplemented", "Holds until an event are not implemented here.")
        if (mode is None) != (until is None) or (mode is not None and mode not in locks.MODES):
            raise S3Error("MalformedXML")

    judge(ctx.operation, values, lambda: _check_lockable(bucket))
    bypass = bool(members.get("BypassGovernanceRetention"))

    def change(version: Version) -> Lock:
        if until is not None:
            locks.check_future(ctx, until, "RetainUntilDate")
        new = Lock(mode, until.timestamp() if until else None)
        return locks.changed_retention(version, new, ctx.clock(), bypass=bypass)

    _change(ctx, bucket, members, change)
    return {}


@operation("GetObjectLegalHold")
def get_object_legal_hold(ctx: Context, members: Members) -> Members:
    """Raises S3Error NoSuchObjectLockConfiguration where none was set."""
    lock = _lock_of(ctx, members)
    if lock.hold is None:
        raise S3Error("NoSuchObjectLockConfiguration")
    return {"LegalHold": {"Status": lock.hold}}


@operation("PutObjectLegalHold")
def put_object_legal_hold(ctx: Context, members: Members) -> Members:
    """ON or OFF, whatever the retention."""
    bucket = ctx.store.bucket(members["Bucket"])
    status = (members.get("LegalHold") or {}).get("Status")

    def values() -> None:
        if status not in ("ON", "OFF"):
            raise S3Error("MalformedXML")

    judge(ctx.operation, values, lambda: _check_lockable(bucket))

    def change(version: Version) -> Lock:
        lock = version.read_lock()
        return Lock(lock.mode, lock.until, status)

    _change(ctx, bucket, members, change)
    return {}


def _locked_bucket(ctx: Context, members: Members) -> Bucket:
    bucket = ctx.store.bucket(members["Bucket"])
    _check_lockable(bucket)
    return bucket


def _check_lockable(bucket: Bucket) -> None:
    """Raises S3Error InvalidRequest where the bucket has no Object Lock."""
    if not bucket.object_lock:
        raise S3Error("InvalidRequest", "Bucket is missing Object Lock Configuration")


def _lock_of(ctx: Context, members: Members) -> Lock:
    bucket = _locked_bucket(ctx, members)
    found = ctx.store.head(bucket, members["Key"], wanted_version(members))
    return check_not_marker(ctx, members, found).read_lock()


def _change(ctx: Context, bucket: Bucket, members: Members, change: locks.Change) -> None:
    """Decide and write the new lock of a version in one transaction."""
    version_id = wanted_version(members)

    def work(tx: Transaction) -> None:
        now = ctx.store.in_transaction(tx, bucket)
        found = found_in(ctx, tx, now, members["Key"], version_id)
        version = check_not_marker(ctx, members, found)
        versions.change(tx, now, version, "lock", pack(change(version)))

    ctx.store.write(work)
