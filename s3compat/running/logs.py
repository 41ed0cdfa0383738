"""The run logs that a command was given, read, with the shards of a run put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from conformance.model import RunLog, read_run_log
from conformance.model.counting import counted
from conformance.model.merging import MergeError, whole_runs
from conformance.model.printable import printable
from conformance.model.runlog import RunLogError
from s3compat.places import RUN_LOG, log_path, unread

_SHOWN = 6  # runs of a folder, in a message


def complaint(problem: Exception) -> str:
    """The sentence for a run log that could not be read, with what to give instead."""
    if isinstance(problem, FileNotFoundError) and (said := _of_a_folder(problem.filename)):
        return printable(said)
    said = unread(problem) if isinstance(problem, OSError) else str(problem)
    missing = isinstance(problem, FileNotFoundError)
    if missing or (isinstance(problem, RunLogError) and not isinstance(problem, MergeError)):
        said += "; give the run.jsonl of a run, or the folder it is in"
    return printable(said)


def _of_a_folder(log: object) -> str:
    """What to say of a folder that is there and has no run log in it; "" for what is no such."""
    folder = Path(str(log)).parent
    if Path(str(log)).name != RUN_LOG or not folder.is_dir():
        return ""
    below = [one.name for one in sorted(folder.iterdir()) if one.is_dir() and _has_log(one)]
    if not below:
        return f"no run is in {folder}: it has no {RUN_LOG}"
    shown = ", ".join(str(folder / name) for name in below[:_SHOWN])
    more = f" and {len(below) - _SHOWN} more" if len(below) > _SHOWN else ""
    return f"{folder} holds {counted(len(below), 'run')}; name which: {shown}{more}"


def _has_log(folder: Path) -> bool:
    return log_path(folder).is_file()


def read_runs(paths: Iterable[Path]) -> list[RunLog]:
    """The runs of these logs or folders of runs.

    Raises RunLogError, also where shards are not of one run, and OSError.
    """
    return whole_runs(read_run_log(log_path(path)) for path in paths)


def each_run(paths: Iterable[Path]) -> Iterator[RunLog]:
    """The runs one after another, so that many need not fit into memory; shards' runs come last.

    Raises as ``read_runs``.
    """
    shards = []
    for path in paths:
        log = read_run_log(log_path(path))
        if log.header.shard is None:
            yield log
        else:
            shards.append(log)
    yield from whole_runs(shards)


def read_one_run(paths: Iterable[Path]) -> RunLog:
    """The one run that these logs are: a log, or the shards of a run. Raises as ``read_runs``."""
    given = list(paths)
    runs = read_runs(given)
    if len(runs) != 1:
        named = ", ".join(str(log.path) for log in runs)
        raise MergeError(f"expected one run, got {len(runs)}: {named}")
    return runs[0]
