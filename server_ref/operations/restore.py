"""RestoreObject: a readable copy of an archived object, for some days.

Restores that run SQL and write its result elsewhere (SelectParameters) are not implemented.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
"""

from __future__ import annotations

from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.model import vocabulary
from server_ref.operations import operation
from server_ref.rules import names, restoring, tiering
from server_ref.rules.finding import check_not_marker, found_in, wanted_version
from server_ref.rules.lifecycle_due import midnight
from server_ref.storage import restores, versions
from server_ref.storage.changes import RESTORING, Change
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Restore, Version, pack

MAX_DAYS = 2**31 - 1
_SELECT = ("Type", "SelectParameters", "OutputLocation")


@operation("RestoreObject")
def restore_object(ctx: Context, members: Members) -> Members:
    """202 when a restore begins or is hurried up, 200 when the copy is there and lives longer."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    key, version_id = members["Key"], wanted_version(members)
    asked = members.get("RestoreRequest") or {}
    if any(name in asked for name in _SELECT):
        raise S3Error("NotImplemented")
    vocabulary.check(ctx.operation, "RestoreRequest", asked)
    now = int(ctx.clock().timestamp())

    def work(tx: Transaction) -> int:
        current = store.in_transaction(tx, bucket)
        found = found_in(ctx, tx, current, key, version_id)
        version = check_not_marker(ctx, members, found)
        days, tier = _asked(ctx, current, version, asked)
        details = version.read_details()
        running = restoring.of(details, now)
        begun = restoring.begun(days, tier, now, ctx.settings.restore_seconds)
        status = 202
        if running is not None and now < running.ready:
            _check_faster(running, begun)
        elif running is not None and version.storage_class in names.ARCHIVED:
            until = midnight(now, days)
            status, begun = 200, Restore(running.ready, until, days, tier)
        details.restore = begun
        versions.change(tx, current, version, "details", pack(details))
        if status == 202:
            tx.changed(Change(RESTORING, current, version))
        restores.expect(tx, current, version, begun, now)
        return status

    ctx.status = store.write(work)
    return {}


def _asked(
    ctx: Context, bucket: Bucket, version: Version, asked: dict[str, Any]
) -> tuple[int, str]:
    """Days and tier; raises the S3Error of what this version cannot have."""
    if version.storage_class == tiering.CLASS:
        return _asked_of_tier(ctx, bucket, version, asked)
    if version.storage_class not in names.ARCHIVED:
        raise S3Error(
            "InvalidObjectState",
            "Restore is not allowed for the object's current storage class",
            StorageClass=version.storage_class,
        )
    days = asked.get("Days")
    if days is None:
        raise S3Error("MalformedXML")
    if not 1 <= days <= MAX_DAYS:
        raise S3Error(
            "InvalidArgument",
            "Days must be a positive integer",
            ArgumentName="Days",
            ArgumentValue=days,
        )
    return days, _tier(asked, version.storage_class == "DEEP_ARCHIVE")


def _asked_of_tier(
    ctx: Context, bucket: Bucket, version: Version, asked: dict[str, Any]
) -> tuple[int, str]:
    """What comes out of an archive tier is out for good: there are no days to be said."""
    found = tiering.archive_tier(ctx, bucket, version, version.read_details())
    if found is None:
        raise S3Error("ObjectAlreadyInActiveTierError")
    if "Days" in asked:
        raise S3Error(
            "InvalidArgument",
            "Days is not for objects of Intelligent-Tiering",
            ArgumentName="Days",
            ArgumentValue=asked["Days"],
        )
    return MAX_DAYS, _tier(asked, found == "DEEP_ARCHIVE_ACCESS")


def _tier(asked: dict[str, Any], deep: bool) -> str:
    """How fast; raises S3Error InvalidArgument for what a deep archive does not have."""
    given = (asked.get("GlacierJobParameters") or {}).get("Tier") or asked.get("Tier")
    tier: str = given or "Standard"
    if tier == "Expedited" and deep:
        raise S3Error(
            "InvalidArgument",
            "Retrieval option is not supported by this storage class",
            ArgumentName="Tier",
            ArgumentValue=tier,
        )
    return tier


def _check_faster(running: Restore, begun: Restore) -> None:
    """What may be said of a restore that is going on: a faster tier, and nothing else."""
    faster = restoring.TIERS[begun.tier] < restoring.TIERS[running.tier]
    if not faster or begun.days != running.days:
        raise S3Error("RestoreAlreadyInProgress")
