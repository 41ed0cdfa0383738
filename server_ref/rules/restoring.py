"""Archived objects: whether one can be read, and what is told of a copy that was restored.

A restore is a fact with times in it; the clock alone makes it go on, be there, and be gone.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
"""

from __future__ import annotations

from datetime import datetime

from server_ref.context import Members
from server_ref.errors import S3Error
from server_ref.model.values import http_date
from server_ref.rules import names
from server_ref.rules.lifecycle_due import midnight
from server_ref.rules.times import moment
from server_ref.storage.records import Details, Restore, Version

# How long a tier takes, in times of the server's setting; Expedited is not for DEEP_ARCHIVE.
TIERS = {"Expedited": 0.1, "Standard": 1.0, "Bulk": 2.0}


def begun(days: int, tier: str, now: int, seconds: float) -> Restore:
    """A restore that begins now, of a server whose Standard ones take ``seconds``.

    The copy lives for ``days`` from when it is there, to the next midnight (UTC).
    """
    ready = now + int(seconds * TIERS[tier])
    return Restore(ready=ready, until=midnight(ready, days), days=days, tier=tier)


def of(details: Details, now: int) -> Restore | None:
    """The restore that is going on or whose copy is there; None once it is gone."""
    restore = details.restore
    return restore if restore is not None and now < restore.until else None


def check_readable(version: Version, now: datetime, code: str = "InvalidObjectState") -> None:
    """Raises S3Error ``code`` for an archived version that has no restored copy."""
    if version.storage_class not in names.ARCHIVED:
        return
    seconds = int(now.timestamp())
    restore = of(version.read_details(), seconds)
    if restore is None or seconds < restore.ready:
        if code != "InvalidObjectState":
            raise S3Error(code)
        raise S3Error(code, StorageClass=version.storage_class)


def header(version: Version, details: Details, now: datetime) -> Members:
    """The member Restore of GET and HEAD, where there is something to tell."""
    if version.storage_class not in names.ARCHIVED:
        return {}
    seconds = int(now.timestamp())
    restore = of(details, seconds)
    if restore is None:
        return {}
    if seconds < restore.ready:
        return {"Restore": 'ongoing-request="true"'}
    until = http_date(moment(restore.until))
    return {"Restore": f'ongoing-request="false", expiry-date="{until}"'}


def listed(storage_class: str, details: bytes | None, now: datetime) -> Members:
    """The member RestoreStatus of a listing's entry, where there is something to tell."""
    if storage_class not in names.ARCHIVED or details is None:
        return {}
    seconds = int(now.timestamp())
    restore = of(Details.read(details), seconds)
    if restore is None:
        return {}
    if seconds < restore.ready:
        return {"RestoreStatus": {"IsRestoreInProgress": True}}
    until = moment(restore.until)
    return {"RestoreStatus": {"IsRestoreInProgress": False, "RestoreExpiryDate": until}}


def wanted(members: Members) -> bool:
    """Whether a listing is asked for RestoreStatus, the one thing that it can be asked for."""
    return bool(members.get("OptionalObjectAttributes"))
