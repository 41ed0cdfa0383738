"""The shards of a run made one run again, and which of them are missing.

A shard says in its header which of how many it is, and of which division (`RunHeader.shard`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from conformance.model.records import RunFooter, Shard
from conformance.model.runlog import RunLog, RunLogError
from conformance.model.verdict import FINISHED


class MergeError(RunLogError):
    """Shards that are not of one run; the message says which, and what differs."""


def whole_runs(logs: Iterable[RunLog]) -> list[RunLog]:
    """These logs with the shards among them put together, in the order in which they came.

    A run of which a shard is missing did not reach its end, and says which. Raises MergeError.
    """
    found: list[list[RunLog]] = []
    shards: dict[tuple[str, ...], list[RunLog]] = {}
    for log in logs:
        header, shard = log.header, log.header.shard
        if shard is None:
            found.append([log])
            continue
        key = (header.endpoint, header.generation, shard.name, str(shard.of))
        if key not in shards:
            found.append(shards.setdefault(key, []))
        shards[key].append(log)
    return [one[0] if one[0].header.shard is None else _merged(one) for one in found]


def _merged(logs: Sequence[RunLog]) -> RunLog:
    by_number = _by_number(logs)
    kept = [by_number[number] for number in sorted(by_number)]
    first = _shard(kept[0])
    _hold_together(kept)
    header = msgspec.structs.replace(
        kept[0].header,
        started=min(log.header.started for log in kept),
        clients=_clients(kept),
        families={k: v for log in kept for k, v in log.header.families.items()},
        selection={k: v for k, v in kept[0].header.selection.items() if k != "shard"},
        planned=first.planned,
        shard=None,
    )
    results = [result for log in kept for result in log.results]
    finished = max((log.footer.finished for log in kept if log.footer), default=header.started)
    footer = RunFooter(
        finished=finished,
        seconds=_seconds(header.started, finished),
        counts=dict(Counter(result.outcome.value for result in results)),
        leftovers=tuple(
            dict.fromkeys(left for log in kept if log.footer for left in log.footer.leftovers)
        ),
        ended_by=_ended_by(by_number, first.of),
    )
    return RunLog(path=kept[0].path, header=header, results=results, footer=footer)


def _by_number(logs: Iterable[RunLog]) -> dict[int, RunLog]:
    """Each shard once; the same log given twice is no matter."""
    found: dict[int, RunLog] = {}
    for log in logs:
        number = _shard(log).number
        other = found.setdefault(number, log)
        if other.header.run_id != log.header.run_id:
            raise MergeError(
                f"shard {number} of {_shard(log).of} is there twice, from two runs: {other.path} "
                f"and {log.path}; give the shards of one run, or run them with --shards-of NAME, "
                "another name for each run"
            )
    return found


def _hold_together(logs: Sequence[RunLog]) -> None:
    """Raises MergeError where these cannot be shards of one run."""
    for what, differs in (
        ("versions of s3compat", {log.header.s3compat for log in logs}),
        ("versions of the matrix", {log.header.matrix for log in logs}),
        ("profiles", {log.header.profile for log in logs}),
        ("--strict", {str(log.header.strict) for log in logs}),
        ("divisions (filters, clients, --seed or --shard-by)", {_shard(o).plan for o in logs}),
    ):
        if len(differs) > 1:
            paths = ", ".join(str(log.path) for log in logs)
            raise MergeError(
                f"these shards are of different {what}: {', '.join(sorted(differs))}; "
                f"they are no one run ({paths})"
            )


def _ended_by(found: dict[int, RunLog], of: int) -> str:
    """How the run ended: as its worst shard did."""
    missing = [number for number in range(1, of + 1) if number not in found]
    if missing:
        return f"{_named(missing)} of {of} {'is' if len(missing) == 1 else 'are'} missing"
    crashed = [number for number, log in found.items() if log.footer is None]
    if crashed:
        return f"{_named(sorted(crashed))} of {of} did not reach the end"
    for number, log in sorted(found.items()):
        if log.footer is not None and log.footer.ended_by != FINISHED:
            return f"shard {number} of {of}: {log.footer.ended_by}"
    return FINISHED


def _named(numbers: Sequence[int]) -> str:
    told = ", ".join(str(number) for number in numbers[:20])
    more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
    return f"shard{'s' * (len(numbers) > 1)} {told}{more}"


def _clients(logs: Sequence[RunLog]) -> dict[str, str]:
    """Versions by client; two versions of one where machines have two."""
    versions: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for log in sorted(logs, key=lambda one: -len(one.header.clients)):
        for client, version in log.header.clients.items():
            versions[client][version] = None
    return {client: " and ".join(found) for client, found in versions.items()}


def _seconds(started: str, finished: str) -> float:
    """From the first shard's beginning to the last one's end."""
    try:
        return (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()
    except (ValueError, TypeError):
        return 0.0  # a log that somebody else wrote: its times are no times


def _shard(log: RunLog) -> Shard:
    shard = log.header.shard
    if shard is None:
        raise MergeError(f"{log.path}: a whole run, and no shard of one")
    return shard
