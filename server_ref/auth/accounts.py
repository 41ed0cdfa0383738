"""The accounts a data directory keeps: access keys in one file, for its owner's eyes only.

The server reads it and looks now and then for changes; `s3compat admin` writes it. What a key
may do is not decided here.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from server_ref.auth.credentials import make_account
from server_ref.identity import Credential

logger = logging.getLogger("server_ref")

FILE = "accounts.json"
_OWNER_ONLY = 0o600


class AccountsError(Exception):
    """The accounts file cannot be used; the text says why and what to do, and holds no secret."""


class _Key(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    access_key: str
    secret_key: str
    account_id: str
    display_name: str = ""
    token: str | None = None
    expires: float | None = None


class _Accounts(msgspec.Struct, forbid_unknown_fields=True):
    keys: list[_Key]
    format: int = 1


class AccountsFile:
    """The accounts of one data directory; it need not be there yet."""

    def __init__(self, data: Path) -> None:
        self.path = data / FILE
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> tuple[Credential, ...]:
        """Every access key, in the order they were added; none without a file.

        Raises AccountsError.
        """
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise AccountsError(
                f"{self.path} cannot be read: {error.strerror}; give this user permission"
            ) from error
        try:
            known = msgspec.json.decode(raw, type=_Accounts)
        except msgspec.DecodeError as error:
            raise AccountsError(
                f"{self.path} is damaged ({error}): restore it, or move it away and add the"
                " accounts anew"
            ) from None  # the decoder's own text may quote what it read
        return tuple(_credential(key) for key in known.keys)

    def change(
        self, edit: Callable[[tuple[Credential, ...]], Sequence[Credential]]
    ) -> tuple[Credential, ...]:
        """Put what ``edit`` makes of the keys in their place, whole or not at all.

        Raises AccountsError, and whatever ``edit`` raises.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked():
                changed = tuple(edit(self.read()))
                self._write(changed)
        except OSError as error:
            raise AccountsError(
                f"{self.path} cannot be written: {error.strerror}; give this user permission"
            ) from error
        return changed

    def news(self) -> tuple[Credential, ...] | None:
        """All keys, if the file changed since the last call; what cannot be read is no news."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        state = (found.st_mtime_ns, found.st_ino, found.st_size)
        if state == self._seen:
            return None
        self._seen = state
        try:
            return self.read()
        except AccountsError as error:
            logger.warning("the accounts stay as they were: %s", error)
            return None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time."""
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _write(self, credentials: Sequence[Credential]) -> None:
        keys = [_key(credential) for credential in credentials]
        raw = msgspec.json.format(msgspec.json.encode(_Accounts(keys)), indent=2)
        fresh = self.path.with_name(f"{FILE}.new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as out:
            out.write(raw + b"\n")
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self.path)


def unexpired(credentials: Sequence[Credential]) -> tuple[Credential, ...]:
    """Those that are permanent or still good now."""
    now = time.time()
    return tuple(c for c in credentials if c.expires is None or c.expires > now)


def _credential(key: _Key) -> Credential:
    account = make_account(key.account_id, key.display_name)
    return Credential(key.access_key, key.secret_key, account, key.token, key.expires)


def _key(credential: Credential) -> _Key:
    account = credential.account
    return _Key(
        credential.access_key,
        credential.secret_key,
        account.account_id,
        account.display_name,
        credential.token,
        credential.expires,
    )
