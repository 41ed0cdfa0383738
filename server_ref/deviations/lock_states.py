"""Deviations of what a lock was before: none, the same, another mode, a marker above it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import replace_error, set_header
from server_ref.deviations.when import refuse_when
from server_ref.rules.locks import MODES
from server_ref.seams import Seams
from server_ref.storage.records import Lock

_LOCK = ("ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus")
_WRITES = ("PutObject", "CopyObject", "CreateMultipartUpload")
_RETENTION = "PutObjectRetention"


@deviation(
    "lock-headers-dropped-without-lock", "Lock headers are nothing to a bucket that has no lock."
)
def lock_headers_dropped_without_lock(server: Seams) -> None:
    @server.around(*_WRITES)
    def dropped(handler: Handler, ctx: Context, members: Members) -> Members:
        if not ctx.store.bucket(members["Bucket"]).object_lock:
            for name in _LOCK:
                members.pop(name, None)
        return handler(ctx, members)


def _lock(ctx: Context, members: Members) -> Lock:
    found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
    return Lock() if found is None else found.read_lock()


def _same(ctx: Context, members: Members) -> bool:
    lock, asked = _lock(ctx, members), members.get("Retention") or {}
    until = asked.get("RetainUntilDate")
    return bool(until and lock.mode == asked.get("Mode") and lock.until == until.timestamp())


declare(
    "retention-not-given-again",
    "A retention that is there already is not taken again.",
    refuse_when(_RETENTION, "AccessDenied", _same),
)


@deviation("governance-becomes-compliance", "GOVERNANCE becomes COMPLIANCE without the bypass.")
def governance_becomes_compliance(server: Seams) -> None:
    @server.around(_RETENTION)
    def changed(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = (members.get("Retention") or {}).get("Mode")
        if _lock(ctx, members).mode == MODES[0] and asked == MODES[1]:
            members["BypassGovernanceRetention"] = True
        return handler(ctx, members)


declare(
    "retention-not-taken-away",
    "A Retention without anything in it is refused.",
    refuse_when(
        _RETENTION,
        "MalformedXML",
        lambda _ctx, members: not (members["Retention"] or {}).get("Mode"),
    ),
)


@deviation("markers-locked-by-default", "A bucket's default retention keeps delete markers, too.")
def markers_locked_by_default(server: Seams) -> None:
    def locked_marker(ctx: Context, members: Members) -> bool:
        bucket, version = ctx.store.bucket(members["Bucket"]), members.get("VersionId")
        if not version or members.get("BypassGovernanceRetention"):
            return False
        found = ctx.store.head(bucket, members["Key"], version)
        default = (ctx.store.get_config(bucket, "object_lock") or {}).get("Rule")
        return bool(default and found is not None and found.marker)

    refuse_when("DeleteObject", "AccessDenied", locked_marker)(server)


@deviation("markers-answer-the-lock-below", "A marker's retention is that of the object below.")
def markers_answer_the_lock_below(server: Seams) -> None:
    @server.around("GetObjectRetention")
    def below(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        found = ctx.store.head(bucket, members["Key"], members.get("VersionId"))
        if found is None or not found.marker:
            return handler(ctx, members)
        return {"Retention": {"Mode": MODES[0], "RetainUntilDate": datetime.now(UTC)}}


declare(
    "lock-stops-copies-and-uploads",
    "A key whose version is under retention takes no copy and no upload.",
    refuse_when(
        ("CopyObject", "CompleteMultipartUpload"),
        "AccessDenied",
        lambda ctx, members: _lock(ctx, members).mode is not None,
    ),
)


def _of_http(date: str) -> str:
    if not date:
        return ""
    moment = datetime.strptime(date[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return format_datetime(moment, usegmt=True)


declare(
    "retention-date-of-http",
    "HEAD says the date of a retention as Last-Modified is said.",
    set_header("HeadObject", "x-amz-object-lock-retain-until-date", _of_http),
)
declare(
    "half-a-retention-is-an-argument",
    "A Retention without its date is a wrong argument.",
    replace_error(_RETENTION, "MalformedXML", by="InvalidArgument"),
)
