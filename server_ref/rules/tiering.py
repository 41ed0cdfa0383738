"""Intelligent-Tiering's archive tiers: objects that nobody has read for as long as a bucket says.

The tiers that can be read are one here. Reads are noted once a day, and only where a bucket has an
archive tier; a copy of an object is a read of it, HEAD is none.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
"""

from __future__ import annotations

from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.rules.lifecycle_due import DAY, MINIMUM
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Details, Version, pack

CLASS = "INTELLIGENT_TIERING"


def archive_tier(ctx: Context, bucket: Bucket, version: Version, details: Details) -> str | None:
    """ARCHIVE_ACCESS or DEEP_ARCHIVE_ACCESS; None where the version can be read.

    A version whose restore is going on is in its tier until it is done.
    """
    if version.storage_class != CLASS or version.size < MINIMUM:
        return None
    tiers = _tiers(ctx, bucket, version)
    if not tiers:
        return None
    now = int(ctx.clock().timestamp())
    idle = now - _last_used(version, details, now)
    due = [(days, tier) for tier, days in tiers.items() if days * DAY <= idle]
    return max(due)[1] if due else None


def check_active(
    ctx: Context, bucket: Bucket, version: Version, code: str = "InvalidObjectState"
) -> None:
    """Raises S3Error ``code`` for a version in an archive tier."""
    tier = archive_tier(ctx, bucket, version, version.read_details())
    if tier is None:
        return
    if code != "InvalidObjectState":
        raise S3Error(code)
    raise S3Error(code, StorageClass=CLASS, AccessTier=tier)


def note_access(ctx: Context, bucket: Bucket, version: Version) -> None:
    """A version was read: it stays readable for as long as the tiers say, from now."""
    if not _tiers(ctx, bucket, version):
        return
    now = int(ctx.clock().timestamp())
    if now - _last_used(version, version.read_details(), now) < DAY:
        return

    def work(tx: Transaction) -> None:
        current = ctx.store.in_transaction(tx, bucket)
        found = versions.by_seq(tx, current, version.key, version.seq)
        if found is not None:
            details = found.read_details()
            details.used = now
            versions.change(tx, current, found, "details", pack(details))

    ctx.store.write(work)


def shown(ctx: Context, bucket: Bucket, version: Version, details: Details) -> Members:
    """ArchiveStatus and Restore, where there is something to tell."""
    tier = archive_tier(ctx, bucket, version, details)
    if tier is None:
        return {}
    restore = details.restore
    ongoing = restore is not None and ctx.clock().timestamp() < restore.ready
    return {"ArchiveStatus": tier} | ({"Restore": 'ongoing-request="true"'} if ongoing else {})


def _last_used(version: Version, details: Details, now: int) -> int:
    restore = details.restore
    restored = restore.ready if restore is not None and restore.ready <= now else 0
    return max(version.modified, details.used, restored)


def _tiers(ctx: Context, bucket: Bucket, version: Version) -> dict[str, int]:
    """Days until each archive tier, the fewest of all configurations that are about the version."""
    found: dict[str, int] = {}
    configurations = ctx.store.get_config(bucket, "intelligent_tiering") or {}
    for one in configurations.values():
        if one["Status"] != "Enabled" or not _about(one.get("Filter") or {}, version):
            continue
        for tiering in one["Tierings"]:
            tier, days = tiering["AccessTier"], tiering["Days"]
            found[tier] = min(days, found.get(tier, days))
    return found


def _about(asked: dict[str, Any], version: Version) -> bool:
    asked = {**asked, **asked.get("And", {})}
    tags = [*asked.get("Tags", []), *([asked["Tag"]] if "Tag" in asked else [])]
    has = set(map(tuple, version.read_tags()))
    return version.key.startswith(asked.get("Prefix") or "") and all(
        (tag["Key"], tag["Value"]) in has for tag in tags
    )
