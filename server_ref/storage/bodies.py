"""Files of larger bodies: written, made durable, opened, removed. Names are random, never a key's.

A file is complete and on disk before any transaction names it. One that no transaction names
(the process was killed in between, or died before unlinking) is an orphan; the sweep at
start removes it: everything in ``incoming``, and in ``bodies`` what an earlier start left unnamed.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO


class Bodies:
    """The files under one data directory."""

    def __init__(self, root: Path, boot: int, *, durable: bool) -> None:
        """Makes the folders; ``boot`` is this start's number and marks the files it makes."""
        self._incoming = root / "incoming"
        self._bodies = root / "bodies"
        self._boot = boot
        self._durable = durable
        self._incoming.mkdir(mode=0o700, exist_ok=True)
        self._bodies.mkdir(mode=0o700, exist_ok=True)
        for left in self._incoming.iterdir():
            left.unlink()
        self._folders = {folder.name for folder in self._bodies.iterdir()}
        if durable:
            _sync_directory(self._bodies)
            _sync_directory(root)

    def create(self) -> tuple[str, BinaryIO]:
        """A new file's name and the file, opened for writing without a buffer."""
        name = f"{secrets.token_hex(16)}-{self._boot:x}"
        path = self._incoming / name
        return name, open(path, "wb", buffering=0, opener=_owner_only)

    def keep(self, name: str, file: BinaryIO) -> None:
        """Make a written file durable under its name; closes it. Raises OSError."""
        try:
            if self._durable:
                os.fdatasync(file.fileno())  # contents and size; nothing else matters
        finally:
            file.close()
        target = self._path(name)
        self._have_folder(target.parent)
        (self._incoming / name).rename(target)
        if self._durable:
            _sync_directory(target.parent)

    def hasten(self, file: BinaryIO, start: int, length: int) -> None:
        """Let the system begin to write these bytes to the disk, so that `keep` has less to wait.

        The advice says "not needed" of pages that are dirty, and so cannot be dropped yet.
        """
        if self._durable:
            os.posix_fadvise(file.fileno(), start, length, os.POSIX_FADV_DONTNEED)

    def discard(self, name: str, file: BinaryIO | None = None) -> None:
        """Remove a file that is not wanted, wherever it is."""
        if file is not None:
            file.close()
        (self._incoming / name).unlink(missing_ok=True)
        self._path(name).unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        """Open for reading, unbuffered; raises FileNotFoundError when it has been removed."""
        return self._path(name).open("rb", buffering=0)

    def sweep(self, named: Callable[[str], bool]) -> int:
        """Remove files of earlier starts for which ``named`` is false; how many."""
        removed = 0
        for name in self._earlier():
            if not named(name):
                self._path(name).unlink(missing_ok=True)
                removed += 1
        return removed

    def _have_folder(self, folder: Path) -> None:
        """The files are spread over 256 folders, each made for its first file."""
        if folder.name in self._folders:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._durable:
            _sync_directory(self._bodies)
        self._folders.add(folder.name)

    def _earlier(self) -> Iterator[str]:
        mine = f"-{self._boot:x}"
        for folder in self._bodies.iterdir():
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries if not entry.name.endswith(mine)]
            yield from names

    def _path(self, name: str) -> Path:
        return self._bodies / name[:2] / name


def _owner_only(path: str, flags: int) -> int:
    """As `os.open`, for a file that only its owner reads."""
    return os.open(path, flags, 0o600)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
