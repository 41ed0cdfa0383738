"""Deviations of conditions on the source of a copied part."""

from __future__ import annotations

from datetime import UTC, datetime

from server_ref.context import Context, Members
from server_ref.deviations import Change, declare
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import refuse_when, rewrite

_COPY = "UploadPartCopy"
_SINCE, _UNTIL = "CopySourceIfModifiedSince", "CopySourceIfUnmodifiedSince"


def _without(condition: str, beside: str) -> Change:
    """Where both conditions are there, ``condition`` is not looked at."""

    def change(members: Members) -> None:
        if members.get(beside) is not None:
            members.pop(condition, None)

    return rewrite(_COPY, change)


def _in_the_future(_ctx: Context, members: Members) -> bool:
    since = members.get(_SINCE)
    return isinstance(since, datetime) and since > datetime.now(UTC)


declare(
    "copied-part-etag-condition-ignored",
    "UploadPartCopy does not look at copy-source-if-none-match.",
    ignore_member(_COPY, "CopySourceIfNoneMatch"),
)
declare(
    "copied-part-date-condition-ignored",
    "UploadPartCopy does not look at dates of its source.",
    ignore_member(_COPY, _SINCE, _UNTIL),
)
declare(
    "copied-part-future-counts",
    "UploadPartCopy compares its source with a time that has not come yet.",
    refuse_when(_COPY, "PreconditionFailed", _in_the_future),
)
declare(
    "copied-part-date-outweighs-the-etag",
    "Of two conditions of a copied part the date decides, not the ETag that matches.",
    _without("CopySourceIfMatch", _UNTIL),
)
declare(
    "copied-part-etag-outweighs-the-date",
    "Beside copy-source-if-none-match UploadPartCopy does not look at dates.",
    _without(_UNTIL, "CopySourceIfNoneMatch"),
)
