"""Deviations of object lock: retention and legal hold."""

from __future__ import annotations

from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import (
    StoreProxy,
    do_nothing,
    ignore_member,
    replace_error,
    swallow_error,
)
from server_ref.deviations.when import refuse_when, rewrite, swallow_when
from server_ref.seams import Seams

declare(
    "lock-not-enabled-at-creation",
    "CreateBucket does not enable object lock.",
    ignore_member("CreateBucket", "ObjectLockEnabledForBucket"),
)
declare(
    "lock-none-is-empty",
    "A bucket without object lock has an empty configuration.",
    swallow_error(
        "GetObjectLockConfiguration",
        "ObjectLockConfigurationNotFoundError",
        {"ObjectLockConfiguration": {}},
    ),
)
declare(
    "lock-default-not-kept",
    "PutObjectLockConfiguration answers and does nothing.",
    do_nothing("PutObjectLockConfiguration"),
)
declare(
    "lock-bypass-without-lock",
    "A bypass is taken where there is no object lock.",
    swallow_error("DeleteObject", "InvalidArgument"),
)
declare(
    "lock-versioning-suspended",
    "Versioning of a locked bucket can be suspended.",
    swallow_error("PutBucketVersioning", "InvalidBucketState"),
)


def _mode_needs_date(members: Members) -> None:
    if members.get("ObjectLockRetainUntilDate") is None:
        members.pop("ObjectLockMode", None)


declare(
    "lock-mode-without-date",
    "PutObject takes a lock mode without a date.",
    rewrite("PutObject", _mode_needs_date),
)

declare(
    "retention-not-kept",
    "PutObjectRetention answers success and does nothing.",
    do_nothing("PutObjectRetention"),
)
declare(
    "retention-delete-allowed",
    "A version under retention seems to be removed.",
    swallow_error("DeleteObject", "AccessDenied"),
)
declare(
    "retention-bypass-ignored",
    "The bypass of a retention is not looked at.",
    ignore_member("DeleteObject", "BypassGovernanceRetention"),
)
declare(
    "retention-can-be-shortened",
    "A retention seems to be shortened.",
    swallow_error("PutObjectRetention", "AccessDenied"),
)
declare(
    "retention-in-the-past-accepted",
    "A retention until a past date is taken.",
    swallow_error("PutObjectRetention", "InvalidArgument"),
)
declare(
    "retention-never-set-is-empty",
    "An object without retention has an empty one.",
    swallow_error("GetObjectRetention", "NoSuchObjectLockConfiguration", {"Retention": {}}),
)
declare(
    "retention-without-lock-accepted",
    "A retention is taken without object lock.",
    swallow_error("PutObjectRetention", "InvalidRequest"),
)


def _locked(ctx: Context, members: Members) -> bool:
    return ctx.store.bucket(members["Bucket"]).object_lock and not members.get("VersionId")


declare(
    "retention-stops-markers",
    "No delete marker is made in a bucket with object lock.",
    refuse_when("DeleteObject", "AccessDenied", _locked),
)

declare(
    "legal-hold-not-kept",
    "PutObjectLegalHold answers success and does nothing.",
    do_nothing("PutObjectLegalHold"),
)
declare(
    "legal-hold-bypassed",
    "A legal hold gives way to the bypass of a retention.",
    swallow_when(
        "DeleteObject",
        "AccessDenied",
        lambda _ctx, members: bool(members.get("BypassGovernanceRetention")),
    ),
)
declare(
    "lock-on-a-marker-is-404",
    "PutObjectRetention on a delete marker is NoSuchKey.",
    replace_error("PutObjectRetention", "MethodNotAllowed", "NoSuchKey"),
)


class _NoDefault(StoreProxy):
    """A store whose buckets have no default retention."""

    def get_config(self, bucket: Any, name: str) -> Any:
        """As the store's, without the lock's rule."""
        config = self._store.get_config(bucket, name)
        return {**config, "Rule": None} if config and name == "object_lock" else config


@deviation("hold-without-the-default-retention", "A write that names a hold has no retention.")
def hold_without_the_default_retention(server: Seams) -> None:
    @server.around("PutObject")
    def held(handler: Handler, ctx: Context, members: Members) -> Members:
        store = ctx.store
        if members.get("ObjectLockLegalHoldStatus") and not members.get("ObjectLockMode"):
            without: Any = _NoDefault(store)
            ctx.store = without
        try:
            return handler(ctx, members)
        finally:
            ctx.store = store
