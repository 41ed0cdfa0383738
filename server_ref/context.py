"""The Context of an operation: account, store, clock, further headers of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server_ref.identity import Account, Admission
from server_ref.request import Request
from server_ref.settings import Settings
from server_ref.storage import Store
from server_ref.storage.records import Bucket, Version

Members = dict[str, Any]  # members of the service model, by their own names
Handler = Callable[["Context", Members], Members]
# Action, bucket, key, version id; raises S3Error AccessDenied.
Authorize = Callable[[str, str, str, "str | None"], None]
# Action, the version it is about; whether it may be done.
May = Callable[[str, Version], bool]
Admit = Callable[[str, Mapping[str, str]], Admission]  # bucket, fields of a form
Parse = Callable[[Request, str], Members]
# Bucket, key, version id, what a transaction found; raises S3Error AccessDenied.
Confirm = Callable[[Bucket, str, str | None, Version | None], None]


def _undecided(action: str, _bucket: str, _key: str, _version_id: str | None) -> None:
    raise RuntimeError(f"nobody decided yet who may do {action}")


def _undisputed(
    _bucket: Bucket, _key: str, _version_id: str | None, _found: Version | None
) -> None:
    """Whatever is found: the decision did not depend on it."""


def _unquestioned(_action: str, _version: Version) -> bool:
    """Whoever may read an object may know all that is said of it."""
    return True


def _unknown(bucket: str, _fields: Mapping[str, str]) -> Admission:
    raise RuntimeError(f"nobody can say who posts a form to {bucket}")


def _unread(_request: Request, operation: str) -> Members:
    raise RuntimeError(f"nobody reads the members of {operation} here")


@dataclass(slots=True)
class Context:
    """Everything an operation may look at or set, other than its members."""

    request: Request
    operation: str
    account: Account | None  # None: anonymous
    store: Store
    settings: Settings
    clock: Callable[[], datetime]  # aware, UTC
    access_key: str | None = None
    authorize: Authorize = _undecided  # for keys that are not in the request's members
    may: May = _unquestioned  # of the object that is read: what else its answer may tell
    confirm: Confirm = _undisputed  # what a transaction finds, against what was decided on
    admit: Admit = _unknown  # for a form, which carries its own signature
    parse: Parse = _unread  # for a form, whose fields say what headers say elsewhere
    body_read: bool = False  # whether its members are all there are, those of the body with them
    status: int | None = None  # set to override the operation's own success status
    response_headers: dict[str, str] = field(default_factory=dict)  # beside the members' own

    @property
    def region(self) -> str:
        """The region whose endpoint is asked: with several, the one the request was signed for."""
        return self.request.region or self.settings.region
