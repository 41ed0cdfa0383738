"""Deviations of writes under Object Lock."""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.deviations.steps import swallow_error
from server_ref.deviations.when import swallow_when


def _locked(_ctx: Context, members: Members) -> bool:
    return members.get("ObjectLockMode") is not None


declare(
    "locked-writes-need-no-digest",
    "PutObject with a retention is taken without Content-MD5 or checksum.",
    swallow_when("PutObject", "InvalidRequest", _locked),
)
declare(
    "default-retention-unbounded",
    "A default retention may be of any length.",
    swallow_error("PutObjectLockConfiguration", "InvalidArgument"),
)
