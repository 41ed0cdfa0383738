"""Space set aside on the disk, so that what makes space works when there is none left.

Taking something away is a write, too: the database's journal grows before anything is freed. The
reserve is given up for that, and for a start; until it can be had again nothing else is written.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from pathlib import Path

from server_ref.storage.changes import LIFECYCLE

MOST = 8 << 20  # bytes
LEAST = 256 << 10
SHARE = 32  # of a small disk, one part in so many
PAUSE = 1.0  # seconds between two attempts to have it again
_MAKES_SPACE = ("Abort", "Delete")
_LEADS_TO_SPACE = frozenset({LIFECYCLE.operation, "PutBucketLifecycleConfiguration"})


def makes_space(operation: str) -> bool:
    """Whether this operation takes away, or has something taken away."""
    return operation.startswith(_MAKES_SPACE) or operation in _LEADS_TO_SPACE


class Reserve:
    """A file of zeros. Thread-safe."""

    def __init__(self, root: Path) -> None:
        self._path = root / "reserve"
        self._lock = threading.Lock()
        self._next = 0.0
        self.given = False  # it was given up, and is not back

    def fill(self) -> bool:
        """Set the space aside, if it is to be had; whether it is there now."""
        with self._lock:
            self._next = time.monotonic() + PAUSE
            made = self._fill()
            self.given = self.given and not made
            return made

    def may_be_back(self) -> bool:
        """Whether it was never given up, or can be had again; tries once in PAUSE seconds."""
        return not self.given or (time.monotonic() >= self._next and self.fill())

    def freed(self) -> None:
        """Something was taken away: the next attempt may be at once."""
        self._next = 0.0

    def release(self) -> bool:
        """Give it up; whether there was something to give."""
        with self._lock:
            self.given = True
            try:
                self._path.unlink()
            except OSError:
                return False
            return True

    def _fill(self) -> bool:
        total = shutil.disk_usage(self._path.parent).total
        size = min(MOST, max(LEAST, total // SHARE))
        with contextlib.suppress(OSError):
            if self._path.stat().st_size == size:
                return True
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, size)
            finally:
                os.close(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                self._path.unlink()
            return False
        return True
