"""Paths: the output folder, the folder of a run in it, and the link to the latest run."""

from __future__ import annotations

import contextlib
from pathlib import Path

from conformance.model.lines import SUFFIX

OUTPUT = Path("s3compat-out")
LATEST = "latest"
RUN_LOG = "run.jsonl"
JOURNAL = "journal.jsonl"


class PlaceError(ValueError):
    """A folder cannot be made where it was wanted; the message says why and what to do."""


def unread(problem: OSError) -> str:
    """The sentence for a file that could not be opened: its name, then what is wrong with it."""
    match problem:
        case FileNotFoundError():
            why = "there is no such file or folder"
        case IsADirectoryError():
            why = "this is a folder, and a file is wanted"
        case PermissionError():
            why = "this user may not open it"
        case _:
            why = problem.strerror or str(problem)
    return f"{problem.filename}: {why}" if problem.filename is not None else why


def run_folder(run_id: str, out: str | None) -> Path:
    """The folder of a new run, made; ``out`` if given, else a folder of its own under OUTPUT.

    Raises PlaceError.
    """
    folder = (Path(out) if out else OUTPUT / run_id).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise PlaceError(
            f"{folder} cannot be a run's folder ({problem.strerror}); name another with --out"
        ) from problem
    return folder


def discard_empty(folder: Path) -> None:
    """Remove the folder of a run that never began, if nothing is in it, and so with OUTPUT."""
    with contextlib.suppress(OSError):
        folder.rmdir()
        if folder.parent == OUTPUT.absolute():
            folder.parent.rmdir()


def log_path(path: Path) -> Path:
    """The run log at ``path``: the file itself, or the one in that folder, plain or compressed."""
    if not path.is_dir():
        return path
    plain, compressed = path / RUN_LOG, path / f"{RUN_LOG}{SUFFIX}"
    return compressed if compressed.exists() and not plain.exists() else plain


def journals(path: Path | None) -> list[Path]:
    """The journals at ``path`` (a file or folder), or of every run under OUTPUT."""
    root = OUTPUT if path is None else path
    if root.is_file():
        return [root]
    inside = [found for found in root.rglob(JOURNAL) if LATEST not in found.relative_to(root).parts]
    return sorted(inside)


def point_latest_to(folder: Path) -> None:
    """Let ``latest`` lead to this run, which has begun."""
    link = folder.parent / LATEST
    if link.is_symlink() or not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name, target_is_directory=True)
