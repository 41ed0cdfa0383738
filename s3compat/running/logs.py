"""The run logs that a command was given, read, with the shards of a run put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from conformance.model import RunLog, read_run_log
from conformance.model.merging import MergeError, whole_runs
from conformance.model.printable import printable
from conformance.model.runlog import RunLogError
from s3compat.places import log_path, unread


def complaint(problem: Exception) -> str:
    """The sentence for a run log that could not be read, with what to give instead."""
    said = unread(problem) if isinstance(problem, OSError) else str(problem)
    missing = isinstance(problem, FileNotFoundError)
    if missing or (isinstance(problem, RunLogError) and not isinstance(problem, MergeError)):
        said += "; give the run.jsonl of a run, or the folder it is in"
    return printable(said)


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
        raise MergeError(f"these are {len(runs)} runs, and one is wanted: {named}")
    return runs[0]
