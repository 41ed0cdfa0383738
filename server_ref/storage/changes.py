"""What a transaction changed of objects, and for whom: the one place that sees each change.

The functions that write (versions.py) note a Change on their transaction; whoever asked for it is
the Cause of the thread. What follows from both is a Reaction (commit.py).
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from server_ref.clock import utc_now
from server_ref.identity import Account
from server_ref.request import Request
from server_ref.storage.records import Bucket, Version

PUT = "put"  # a version was written; the other kinds are columns: "tags", "acl", "lock", …
REMOVED = "removed"  # a version or a marker is gone for good
MISSED = "missed"  # a key was to be removed and was not there
MARKER = "marker"  # a delete marker was written
RESTORING = "restoring"  # an archived version is being restored
RESTORED = "restored"  # its copy can be read
COPY_GONE = "copy gone"  # that copy has expired
ANNOTATED = "annotated"  # an annotation was written beside a version
UNANNOTATED = "unannotated"  # an annotation was removed


class Change(NamedTuple):
    """One change of one version: ``version`` as it is now, or as it was when it went.

    ``before`` is there when a column was changed.
    """

    kind: str
    bucket: Bucket
    version: Version
    before: Version | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something changes: an operation of a request, or work of the server's own."""

    operation: str  # Amazon's name, or one of those below
    request: Request | None = None  # None: nobody asked, the server does it itself
    account: Account | None = None  # who asked; None: anonymous, or nobody
    clock: Callable[[], datetime] = utc_now  # aware; what "now" is for whoever asked


UNKNOWN = Cause("")
LIFECYCLE = Cause("Lifecycle")
REPLICATION = Cause("Replication")
RESTORE = Cause("Restore")  # a restore that is completed, or whose copy has expired
LOG_DELIVERY = Cause("LogDelivery")

_cause: ContextVar[Cause] = ContextVar("cause", default=UNKNOWN)


def current_cause() -> Cause:
    """The cause of what this thread writes."""
    return _cause.get()


class caused_by:  # noqa: N801 - used as a function is
    """What this thread writes in the block is for ``cause``; no generator, for speed."""

    __slots__ = ("_cause", "_token")

    def __init__(self, cause: Cause) -> None:
        self._cause = cause

    def __enter__(self) -> None:
        self._token = _cause.set(self._cause)

    def __exit__(self, *_error: object) -> None:
        _cause.reset(self._token)
