"""Deviations of object lock: COMPLIANCE, defaults, overwrites, copies and deletions of many."""

from __future__ import annotations

from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import ignore_member, swallow_error
from server_ref.deviations.when import nothing_when, refuse_when, rewrite, swallow_when
from server_ref.rules.finding import change_found
from server_ref.rules.locks import MODES
from server_ref.seams import Seams
from server_ref.storage.records import Lock

_LOCK = "PutObjectLockConfiguration"


def _lock(ctx: Context, members: Members) -> Lock:
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.head(bucket, members["Key"], members.get("VersionId"))
    return Lock() if found is None else found.read_lock()


def _complies(ctx: Context, members: Members) -> bool:
    return bool(members.get("BypassGovernanceRetention")) and _lock(ctx, members).mode == MODES[1]


declare(
    "compliance-bypassed",
    "The bypass header seems to remove a version under COMPLIANCE.",
    swallow_when("DeleteObject", "AccessDenied", _complies),
)
declare(
    "compliance-becomes-governance",
    "With the bypass header COMPLIANCE seems to be changed.",
    swallow_when("PutObjectRetention", "AccessDenied", _complies),
)
declare(
    "retention-not-extended",
    "A retention that is there is not changed, and not made longer.",
    refuse_when(
        "PutObjectRetention",
        "AccessDenied",
        lambda ctx, members: _lock(ctx, members).mode is not None,
    ),
)
declare(
    "retention-bypass-unknown-to-put",
    "PutObjectRetention does not look at the bypass header.",
    ignore_member("PutObjectRetention", "BypassGovernanceRetention"),
)


def _without_unknown_values(members: Members) -> None:
    if members.get("ObjectLockMode") not in MODES:
        members.pop("ObjectLockMode", None)
        members.pop("ObjectLockRetainUntilDate", None)
    if members.get("ObjectLockLegalHoldStatus") not in ("ON", "OFF"):
        members.pop("ObjectLockLegalHoldStatus", None)


declare(
    "lock-header-values-unchecked",
    "PutObject does not look at lock headers whose value it does not know.",
    rewrite("PutObject", _without_unknown_values),
)
declare(
    "lock-document-values-unchecked",
    "Documents of a lock are taken with any value, and nothing comes of it.",
    swallow_error(("PutObjectRetention", "PutObjectLegalHold", _LOCK), "MalformedXML"),
)
declare(
    "lock-default-of-two-units",
    "A default retention is taken in days and years, or in neither.",
    swallow_error(_LOCK, "MalformedXML"),
)
declare(
    "lock-without-versioning",
    "Object lock seems to be enabled where versioning is not.",
    swallow_error(_LOCK, "InvalidBucketState"),
)
declare(
    "legal-hold-stays",
    "A legal hold is never lifted.",
    nothing_when(
        "PutObjectLegalHold",
        lambda _ctx, members: (members.get("LegalHold") or {}).get("Status") == "OFF",
    ),
)
declare(
    "legal-hold-of-a-put-ignored",
    "PutObject does not look at x-amz-object-lock-legal-hold.",
    ignore_member("PutObject", "ObjectLockLegalHoldStatus"),
)
declare(
    "legal-hold-never-set-is-off",
    "GetObjectLegalHold answers OFF where none was set.",
    swallow_error(
        "GetObjectLegalHold", "NoSuchObjectLockConfiguration", {"LegalHold": {"Status": "OFF"}}
    ),
)
declare(
    "lock-stops-overwrites",
    "A key whose version is under retention cannot be written.",
    refuse_when(
        "PutObject", "AccessDenied", lambda ctx, members: _lock(ctx, members).mode is not None
    ),
)
declare(
    "lock-of-an-upload-lost",
    "CreateMultipartUpload does not look at lock headers.",
    ignore_member("CreateMultipartUpload", "ObjectLockMode", "ObjectLockRetainUntilDate"),
)


@deviation("copy-has-the-retention-of-its-source", "A copy is under the retention of its source.")
def copy_has_the_retention_of_its_source(server: Seams) -> None:
    @server.around("CopyObject")
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        name, _, key = unquote(members["CopySource"].partition("?")[0]).lstrip("/").partition("/")
        source = ctx.store.head(ctx.store.bucket(name), key)
        answer = handler(ctx, dict(members))
        if source is not None and source.lock and not members.get("ObjectLockMode"):
            bucket = ctx.store.bucket(members["Bucket"])
            change_found(ctx, bucket, {"Key": members["Key"]}, "lock", source.lock)
        return answer


@deviation("lock-default-wins", "A bucket's default retention wins over the request's own.")
def lock_default_wins(server: Seams) -> None:
    @server.around("PutObject")
    def default(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        if (ctx.store.get_config(bucket, "object_lock") or {}).get("Rule"):
            members.pop("ObjectLockMode", None)
            members.pop("ObjectLockRetainUntilDate", None)
        return handler(ctx, members)


def _years_as_days(members: Members) -> None:
    rule = (members.get("ObjectLockConfiguration") or {}).get("Rule") or {}
    retention = rule.get("DefaultRetention") or {}
    if retention.get("Years") and retention.get("Days") is None:
        retention["Days"] = retention.pop("Years")


declare(
    "lock-years-are-days",
    "A default retention in years is taken for one in days.",
    rewrite(_LOCK, _years_as_days),
)
declare(
    "deletion-bypass-ignored",
    "DeleteObjects does not look at the bypass header.",
    ignore_member("DeleteObjects", "BypassGovernanceRetention"),
)


@deviation("deletion-of-locked-versions-told-as-done", "DeleteObjects tells of no denial.")
def deletion_of_locked_versions_told_as_done(server: Seams) -> None:
    @server.around("DeleteObjects")
    def done(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        denied = answer.pop("Errors", None) or []
        told = [{"Key": one["Key"], "VersionId": one.get("VersionId")} for one in denied]
        return {**answer, "Deleted": [*(answer.get("Deleted") or []), *told]}
