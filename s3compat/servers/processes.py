"""A process with all that it starts: begun in a session of its own, bounded, and ended whole."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_GRACE = 10.0  # seconds between being asked to end and being ended


def begin(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start it; what it prints is appended to ``log``. Raises OSError where it cannot start."""
    with log.open("ab") as output:
        return subprocess.Popen(
            list(words),
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it started: asked first, then killed."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)  # it leads a group of its own
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            if number is signal.SIGKILL or not _group_lives(process.pid):
                return


def tail(log: Path) -> str:
    """The end of a log, 8 KiB at most; "" where there is none."""
    try:
        size = log.stat().st_size
        with log.open("rb") as file:
            file.seek(max(0, size - 8192))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def last_words(log: Path, lines: int = 3) -> str:
    """The last lines of a log that say something, in one line."""
    said = [line.strip() for line in tail(log).splitlines() if line.strip()]
    return " / ".join(line[:200] for line in said[-lines:]) or "it printed nothing"


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
