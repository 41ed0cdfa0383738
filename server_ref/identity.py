"""Who asks: an account, one of its access keys, and whom a form speaks for.

Who may do what is not decided here, nor are keys looked up (auth/credentials.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Account:
    """An AWS account: a 12-digit id, the 64-character canonical id and a display name."""

    account_id: str
    canonical_id: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Credential:
    """One access key of an account. Secret key and token stay out of every representation.

    ``token`` and ``expires`` (seconds since 1970) are those of temporary credentials.
    """

    access_key: str
    secret_key: str = field(repr=False)
    account: Account
    token: str | None = field(default=None, repr=False)
    expires: float | None = None


@dataclass(frozen=True)
class Admission:
    """Whom a form speaks for, and how long its file may be; None for anyone and any length."""

    account: Account | None = None
    access_key: str | None = None
    sizes: tuple[int, int] | None = None  # bytes: at least, at most
