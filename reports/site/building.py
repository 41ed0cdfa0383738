"""The site on disk: pages whose content changed are drawn, the others kept; all put there at once.

A build goes to a folder beside the site. A builder that is killed leaves the old site and that
folder, which the next one removes. What was drawn from what is in ``.state/``, with the facts.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from reports.site.pages import Drawing
from reports.site.swapping import put_in_place, restored

STATE = ".state"
_MANIFEST = "manifest.json"


class SiteError(ValueError):
    """A site that cannot be put there; the message says why and what to do."""


@dataclass(frozen=True)
class Built:
    """How many pages were drawn, and how many were as they were."""

    drawn: int
    kept: int


def build(drawings: Iterable[Drawing], states: Mapping[str, bytes], out: Path) -> Built:
    """Draw what changed, and let all of it be the site at ``out``. Raises SiteError."""
    check_target(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with _alone(out):
        restored(out)
        before = _manifest(out)
        new = out.with_name(f".{out.name}.{secrets.token_hex(6)}.new")
        manifest: dict[str, str] = {}
        drawn = 0
        for drawing in drawings:
            path = new / drawing.path
            path.parent.mkdir(parents=True, exist_ok=True)
            manifest[drawing.path] = drawing.digest
            same = before.get(drawing.path) == drawing.digest
            if not (same and _kept(out / drawing.path, path)):
                path.write_text(drawing.draw(), encoding="utf-8")
                drawn += 1
        (new / STATE).mkdir(parents=True)
        for name, state in states.items():
            (new / STATE / name).write_bytes(state)
        (new / STATE / _MANIFEST).write_bytes(msgspec.json.encode(manifest))
        put_in_place(new, out)
    return Built(drawn, len(manifest) - drawn)


def check_target(out: Path) -> None:
    """Raises SiteError where something lies that is no site of ours: it would be removed."""
    if out.is_dir() and any(out.iterdir()) and not (out / STATE / _MANIFEST).is_file():
        raise SiteError(f"{out} holds something else than a site; name another folder with --out")
    if out.exists() and not out.is_dir():
        raise SiteError(f"{out} is no folder; name one with --out")


def state(out: Path, name: str) -> bytes | None:
    """What the last build kept under this name."""
    path = out / STATE / name
    return path.read_bytes() if path.is_file() else None


def _manifest(out: Path) -> dict[str, str]:
    stored = state(out, _MANIFEST)
    if stored is None:
        return {}
    try:
        return msgspec.json.decode(stored, type=dict[str, str])
    except msgspec.MsgspecError:
        return {}  # all pages are drawn again


def _kept(old: Path, new: Path) -> bool:
    """Whether the page could be taken over: linked where the file system links, else copied."""
    if not old.is_file():
        return False
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)
    return True


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """One builder of a site at a time; what a killed one left is removed."""
    with out.with_name(f".{out.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in out.parent.glob(f".{out.name}.*.new"):
            shutil.rmtree(left)
        yield
