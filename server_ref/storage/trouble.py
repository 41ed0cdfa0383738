"""What trouble of the disk becomes: a sentence for whoever runs the server, S3's error for clients.

Errors of requests are not here; these are the ones nobody but the operator can mend.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from typing import TypeVar

from server_ref.errors import S3Error

T = TypeVar("T")
logger = logging.getLogger("server_ref.storage")

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG, errno.EMFILE})
_HINTS = {
    "SQLITE_NOTADB": "it is not a database: use another data directory",
    "SQLITE_CORRUPT": "it is damaged: restore it from a backup or use another data directory",
    "SQLITE_READONLY": "it is read-only: give this user write permission",
    "SQLITE_CANTOPEN": "permission or path: give this user write permission",
    "SQLITE_FULL": "the disk is full: free some space",
    "SQLITE_IOERR": "the disk answers with I/O errors",
}
_QUIET = 10.0  # seconds between two log lines about the same trouble


class _Teller:
    """Says each trouble once in a while, however many requests meet it."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def tell(self, text: str) -> None:
        now = time.monotonic()
        if now - self._said.get(text, -_QUIET) >= _QUIET:
            self._said[text] = now
            logger.error("the store is in trouble: %s", text)


_teller = _Teller()


def explain(error: sqlite3.Error) -> str:
    """What is wrong with the database and what to do about it."""
    hint = _hint(error)
    return f"{hint} ({error})" if hint else str(error)


def refusal(error: sqlite3.Error | OSError) -> S3Error:
    """The answer to a request that met trouble of the disk: try again later, nothing was kept.

    Tells the log, too. Raises the error itself where it is none of the disk's.
    """
    if isinstance(error, sqlite3.Error) and (hint := _hint(error)):
        _teller.tell(f"the database: {hint} ({error})")
        reason = hint.partition(":")[0]
    elif isinstance(error, OSError) and error.errno in _DISK:
        _teller.tell(f"the files of bodies: {error.strerror}")
        reason = str(error.strerror)
    else:
        raise error
    return S3Error("ServiceUnavailable", f"The store cannot be used now: {reason}.")


def is_full(error: BaseException | None) -> bool:
    """Whether it is for want of space that something failed."""
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", None) or ""
        return name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR")
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def look_again(key: str, found: T, lost: T | None, error: Exception) -> T:
    """What is lost, to be remembered: bytes that are gone are looked for once more, not for ever.

    ``found`` is the record whose bytes could not be opened, ``lost`` what this gave the time
    before. Raises S3Error ServiceUnavailable, and tells the log, when it is the same still: nobody
    replaced it, its file was taken away.
    """
    if found != lost:
        return found
    _teller.tell(f"a body of {key!r} is gone ({error}): restore the data directory from a backup")
    raise S3Error(
        "ServiceUnavailable", "The store cannot be used now: a file of it is missing."
    ) from error


def _hint(error: sqlite3.Error) -> str | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    return next((hint for known, hint in _HINTS.items() if name.startswith(known)), None)
