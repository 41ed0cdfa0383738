"""Object Lock: retention and legal hold of a version, and whom they stop.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.rules.checksums import Claim
from server_ref.rules.kms import is_version_4
from server_ref.rules.order import judge
from server_ref.storage.records import Bucket, Lock, Version

Change = Callable[[Version], Lock]
MODES = ("GOVERNANCE", "COMPLIANCE")
_PST = timezone(timedelta(hours=-8))  # S3 writes this one date in its home's time (recorded)
_EVENT_HOLDS = {
    "ObjectLockEventHold": "x-amz-object-lock-event-hold",
    "ObjectLockEventHoldDurationDays": "x-amz-object-lock-event-hold-duration-days",
    "ObjectLockEventHoldDurationYears": "x-amz-object-lock-event-hold-duration-years",
}
PROTECTED = "Access Denied because object protected by object lock."


def of_new_object(ctx: Context, bucket: Bucket, members: Members) -> Lock | None:
    """The lock a new object starts with: its headers', else the bucket's default retention.

    Raises S3Error InvalidArgument, InvalidRequest,
    and NotImplemented for a hold until an event: one that is not kept would be no protection.
    """
    for member in _EVENT_HOLDS:
        if members.get(member) is not None:
            raise S3Error("NotImplemented", Header=_EVENT_HOLDS[member])
    mode, until = members.get("ObjectLockMode"), members.get("ObjectLockRetainUntilDate")
    hold = members.get("ObjectLockLegalHoldStatus")

    def state() -> None:
        if (mode or until or hold) and not bucket.object_lock:
            # https://github.com/versity/versitygw/issues/1751; of a sub-resource it is four words
            raise S3Error("InvalidRequest", "Bucket is missing ObjectLockConfiguration")

    judge(ctx.operation, lambda: _check_values(ctx, members), state)
    if until is not None:
        return Lock(mode, until.timestamp(), hold)
    default = _default(ctx, bucket)
    return Lock(*default, hold) if default else Lock(hold=hold) if hold else None


def _check_values(ctx: Context, members: Members) -> None:
    """What the headers say, whatever the bucket is; raises S3Error InvalidArgument."""
    mode, until = members.get("ObjectLockMode"), members.get("ObjectLockRetainUntilDate")
    hold = members.get("ObjectLockLegalHoldStatus")
    if (mode is None) != (until is None):
        missing = "mode" if mode is None else "retain-until-date"
        raise S3Error(
            "InvalidArgument",
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
            ArgumentName=f"x-amz-object-lock-{missing}",
        )
    if mode is not None and mode not in MODES:
        raise S3Error(
            "InvalidArgument",
            "Unknown wormMode directive.",
            ArgumentName="x-amz-object-lock-mode",
            ArgumentValue=mode,
        )
    if hold is not None and hold not in ("ON", "OFF"):
        raise S3Error(
            "InvalidArgument",
            "Legal Hold must be either of 'ON' or 'OFF'",
            ArgumentName="x-amz-object-lock-legal-hold",
            ArgumentValue=hold,
        )
    if until is not None:
        check_future(ctx, until, "x-amz-object-lock-retain-until-date")


def check_writing(ctx: Context, claim: Claim, members: Members, kind: str) -> None:
    """Whoever writes what is locked says what it is, and who asks; ``kind`` is "Object" or "Part".

    Raises S3Error InvalidRequest without a digest (https://github.com/versity/versitygw/issues/1535,
    https://github.com/s3tools/s3cmd/issues/1436), and InvalidArgument for a request that is not
    signed as today (https://github.com/versity/versitygw/issues/1542).
    """
    if not claim.named and members.get("ContentMD5") is None:
        raise S3Error(
            "InvalidRequest",
            f"Content-MD5 OR x-amz-checksum- HTTP header is required for Put {kind} requests with "
            "Object Lock parameters",
        )
    if not is_version_4(ctx):
        raise S3Error(
            "InvalidArgument",
            f"Put {kind} requests with Object Lock parameters require AWS Signature Version 4",
            ArgumentName="Authorization",
        )


def check_future(ctx: Context, until: datetime, argument: str) -> None:
    """Raises S3Error InvalidArgument for a date that has passed."""
    if until <= ctx.clock():
        raise S3Error(
            "InvalidArgument",
            "The retain until date must be in the future!",
            ArgumentName=argument,
            ArgumentValue=_at_home(until),
        )


def _at_home(until: datetime) -> str:
    """``Mon Feb 02 16:00:00 PST 2026``; the first hours there are have no time in that zone."""
    try:
        until = until.astimezone(_PST)
    except OverflowError:
        return until.strftime("%a %b %d %H:%M:%S UTC %Y")
    return until.strftime("%a %b %d %H:%M:%S PST %Y")


def _default(ctx: Context, bucket: Bucket) -> tuple[str, float] | None:
    config: Any = ctx.store.get_config(bucket, "object_lock") if bucket.object_lock else None
    rule = ((config or {}).get("Rule") or {}).get("DefaultRetention")
    if not rule:
        return None
    days = rule["Days"] if rule.get("Days") else rule["Years"] * 365
    return rule["Mode"], (ctx.clock() + timedelta(days=days)).timestamp()


def check_removal(version: Version, now: datetime, *, bypass: bool) -> None:
    """Raises S3Error AccessDenied when the version may not be removed for good."""
    if version.lock is None:
        return
    lock = version.read_lock()
    retained = lock.until is not None and lock.until > now.timestamp()
    if lock.hold == "ON" or (retained and not (bypass and lock.mode == "GOVERNANCE")):
        raise S3Error("AccessDenied", PROTECTED)


def changed_retention(version: Version, new: Lock, now: datetime, *, bypass: bool) -> Lock:
    """The lock after a change of retention; raises S3Error AccessDenied when it may not be.

    Making it last longer in the same mode needs nothing; anything else needs the bypass, another
    mode too, and COMPLIANCE allows nothing else.
    """
    old = version.read_lock()
    if old.until is not None and old.until > now.timestamp():
        longer = new.until is not None and new.until >= old.until
        if not (longer and new.mode == old.mode) and not (bypass and old.mode == "GOVERNANCE"):
            raise S3Error("AccessDenied", PROTECTED)
    return Lock(new.mode, new.until, old.hold)
