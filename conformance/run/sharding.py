"""One shard of a plan: which of its outcomes are tried here, where several machines share a run.

The longest outcomes are given out first, each to the shard that has least to do so far. So shards
take about as long as each other, and machines that are told the same divide the same way without
asking each other. What a log does not know counts as the median of its client; without a log every
outcome counts the same.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from conformance.model import Outcome, read_run_log
from conformance.model.counting import counted

MOST_SHARDS = 10_000
_WRITTEN = re.compile(r"([1-9]\d{0,4})/([1-9]\d{0,4})")
_LEAST = 1  # millisecond; an outcome that costs nothing would all go to one shard
_USUAL = 1.0  # seconds, where no log says anything


class ShardError(ValueError):
    """A shard that cannot be; the message says what to give instead."""


@dataclass(frozen=True)
class Share:
    """Shard ``number`` of ``of``, counted from 1. ``name`` is what the shards of one run share."""

    number: int
    of: int
    name: str = ""

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def parse(written: str, name: str = "") -> Share | None:
    """The share that ``K/N`` says; None for an empty text. Raises ShardError."""
    if not written:
        return None
    found = _WRITTEN.fullmatch(written)
    share = Share(int(found[1]), int(found[2]), name) if found else None
    if share is None or share.number > share.of or share.of > MOST_SHARDS:
        raise ShardError(
            f"--shard {written!r}: expected K/N, K from 1 to N and N at most {MOST_SHARDS:,}"
        )
    return share


def durations(logs: Iterable[Path]) -> dict[str, float]:
    """Seconds of each outcome in these run logs, by its id; of several the longest.

    Raises RunLogError and OSError.
    """
    known: dict[str, float] = {}
    for path in logs:
        for result in read_run_log(path).results:
            if result.outcome is not Outcome.NOT_TRIED:
                known[result.id] = max(result.seconds, known.get(result.id, 0.0))
    return known


def divided(ids: Iterable[str], of: int, known: Mapping[str, float]) -> dict[str, int]:
    """The number of the shard, from 1, of each outcome's id. ``known`` has seconds by id.

    Raises ShardError where there are fewer outcomes than shards.
    """
    costs = _costs(ids, known)
    if len(costs) < of:
        raise ShardError(
            f"{counted(len(costs), 'outcome')} cannot be divided among {of} shards; give at most "
            f"{len(costs)}"
        )
    order = sorted(costs, key=lambda one: (-costs[one], _rank(one)))
    loads = [(0, number) for number in range(1, of + 1)]
    chosen = {}
    for one in order:
        load, number = min(loads)
        loads[number - 1] = (load + costs[one], number)
        chosen[one] = number
    return chosen


def digest(chosen: Mapping[str, int]) -> str:
    """Twelve hex digits that are the same for all shards of one division."""
    said = "\n".join(f"{number} {one}" for one, number in sorted(chosen.items()))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _costs(ids: Iterable[str], known: Mapping[str, float]) -> dict[str, int]:
    """Milliseconds of each id: whole numbers, whose sums are the same everywhere."""
    wanted = list(dict.fromkeys(ids))
    by_client: defaultdict[str, list[float]] = defaultdict(list)
    for one, seconds in known.items():
        by_client[_client(one)].append(seconds)
    usual = median(known.values()) if known else _USUAL
    medians = {client: median(found) for client, found in by_client.items()}
    return {
        one: max(_LEAST, round(1000 * known.get(one, medians.get(_client(one), usual))))
        for one in wanted
    }


def _client(outcome: str) -> str:
    return outcome.rpartition("[")[2].removesuffix("]")


def _rank(one: str) -> bytes:
    """An order that does not put the checks of one row together."""
    return hashlib.sha256(one.encode()).digest()
