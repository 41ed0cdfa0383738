"""The clock of stored objects, which tests can move. Signatures use the real time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Now = Callable[[], datetime]

_LONGEST = timedelta(days=36525)
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class Clock:
    """A clock and how far it was moved. Thread-safe: a move is one assignment."""

    def __init__(self, now: Now = utc_now, offset: timedelta = timedelta()) -> None:
        """``now`` gives an aware time."""
        self._now = now
        self._first = self._offset = offset

    def __call__(self) -> datetime:
        """The time, aware, in UTC."""
        return self._now() + self._offset

    def move(self, by: timedelta) -> None:
        """Go on (or back) by a duration."""
        self._offset += by

    def reset(self) -> None:
        """Be where it was at the start."""
        self._offset = self._first


class FileClock:
    """The time moved on by what a file says ("31d12h"); another process writes it to move on.

    A file that is not there, or is half written, leaves the clock where it was.
    """

    def __init__(self, path: Path, now: Now = utc_now) -> None:
        self._path = path
        self._now = now
        self._offset = timedelta()
        self._seen: tuple[int, int] | None = None

    def __call__(self) -> datetime:
        """The time, aware, in UTC."""
        try:
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._offset = duration(self._path.read_text(encoding="ascii").strip())
                self._seen = seen
        except (OSError, ValueError):
            self._seen = None
        return self._now() + self._offset


def duration(text: str) -> timedelta:
    """``90s``, ``12h``, ``31d12h``; raises ValueError for anything else."""
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        raise ValueError(f"{text!r} is no duration; write one as 31d, 12h, 5m, 90s or 1d12h")
    days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    if days > _LONGEST.days or len(text) > 40:
        raise ValueError(f"{text!r} is longer than a hundred years")
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
