"""The user's cache: where known servers are installed, and what is there already."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

VARIABLE = "S3COMPAT_CACHE"
_MARK = "installed.json"
_WAIT = 1800.0  # seconds, for somebody else who installs the same


class CacheError(Exception):
    """The cache cannot be used; the message says why and what to do."""


class Installed(msgspec.Struct, frozen=True):
    """The mark of a complete installation, written last."""

    name: str
    version: str
    by: str  # the command that got it
    when: str  # ISO 8601, UTC
    seconds: float


def cache_folder() -> Path:
    """Where known servers go: S3COMPAT_CACHE, else the user's cache folder as XDG has it.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "s3compat"


def install_folder(name: str, version: str) -> Path:
    """The folder of one server at one version; it need not exist."""
    return cache_folder() / "servers" / name / version


def installed(name: str, version: str) -> Installed | None:
    """The mark of this server at this version; None where it is not there, or not complete."""
    try:
        encoded = (install_folder(name, version) / _MARK).read_bytes()
        return msgspec.json.decode(encoded, type=Installed)
    except (OSError, msgspec.MsgspecError):
        return None


def installed_versions(name: str) -> list[str]:
    """Every version of this server that is there, sorted by its text."""
    above = cache_folder() / "servers" / name
    found = [folder.name for folder in above.glob("*") if folder.is_dir()]
    return sorted(version for version in found if installed(name, version))


def mark(folder: Path, done: Installed) -> None:
    """Write the mark of a complete installation."""
    (folder / _MARK).write_bytes(msgspec.json.encode(done))


@contextlib.contextmanager
def emptied(name: str, version: str) -> Iterator[Path]:
    """This server's folder, empty and ours alone while the context lasts. Raises CacheError."""
    folder = install_folder(name, version)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = (folder.parent / f".{version}.lock").open("w")
    except OSError as problem:
        raise CacheError(
            f"{folder.parent} cannot be made ({problem.strerror}); name another folder with "
            f"{VARIABLE}"
        ) from problem
    with lock:
        _wait_for(lock.fileno(), name)
        if installed(name, version) is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        yield folder


def _wait_for(lock: int, name: str) -> None:
    deadline = time.monotonic() + _WAIT
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise CacheError(
                    f"another s3compat has been installing {name} for {_WAIT / 60:.0f} minutes; "
                    "end it, or name another cache with " + VARIABLE
                ) from None
            time.sleep(0.2)
        else:
            return
