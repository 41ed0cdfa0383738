"""A folder put in the place of another at once: whoever looks sees the old one or the new one."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths are as they stand
_EXCHANGE = 2  # RENAME_EXCHANGE, linux/fs.h


def put_in_place(new: Path, target: Path) -> None:
    """Let ``new`` be ``target``; what was there before is removed.

    On Linux the two change names in one step. Elsewhere there is a moment between two renames, and
    `restored` brings back what a crash in it left.
    """
    if not target.exists():
        new.replace(target)
        return
    if not _exchanged(new, target):
        old = _aside(target)
        target.replace(old)
        new.replace(target)
        new = old
    shutil.rmtree(new)


def restored(target: Path) -> None:
    """Bring back the old folder, where a crash came between the two renames."""
    old = _aside(target)
    if old.exists() and not target.exists():
        old.replace(target)
    elif old.exists():
        shutil.rmtree(old)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two paths changed their names in one step (renameat2(2), since Linux 3.15)."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:  # a C library without it
        return False
    done: int = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0
