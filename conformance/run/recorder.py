"""The recorder: turns what pytest reports in the controller into the run log.

It knows what was planned, so that a worker's death is an outcome and not a gap.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from conformance.model import Outcome, Record, Result, RunFooter, RunHeader, RunLogWriter
from conformance.model.verdict import FINISHED
from conformance.run.plan import Planned
from conformance.trial.check import Check

INTERRUPTED = "interrupted"


class Observer(Protocol):
    """Who wants to see a run while it happens."""

    def begun(self, header: RunHeader, planned: list[Planned]) -> None:
        """The run's header is written; these outcomes are to come."""
        ...

    def seen(self, result: Result) -> None:
        """One outcome."""
        ...

    def ended(self, footer: RunFooter) -> None:
        """The run is over."""
        ...


class Recorder:
    """Writes one run log: header when the items are known, results as they come, footer."""

    def __init__(
        self,
        path: Path,
        header: Callable[[int], RunHeader],
        planned: Iterable[Planned],
        make_broken: Callable[[Check, str, str], Result],
        redact: Callable[[Record], Record],
        observer: Observer | None = None,
    ) -> None:
        """``header`` gets how many outcomes are planned; ``make_broken`` makes the error result
        for a check, a client and a reason.
        """
        self.path = path
        self.leftovers: list[str] = []
        self.ended_by = FINISHED
        self._header = header
        self._planned = {one.id: one for one in planned}
        self._make_broken = make_broken
        self._redact = redact
        self._observer = observer
        self._writer: RunLogWriter | None = None
        self._counts: Counter[Outcome] = Counter()
        self._done: set[str] = set()
        self._started = time.monotonic()

    @property
    def begun(self) -> bool:
        """Whether the log has its header."""
        return self._writer is not None

    def begin(self, nodeids: Iterable[str]) -> None:
        """Write the header; once, whoever says so first."""
        if self._writer is not None:
            return
        selected = [
            self._planned[name] for name in map(outcome_id, nodeids) if name in self._planned
        ]
        header = self._header(len(selected))
        self._writer = RunLogWriter(self.path, header, redact=self._redact)
        if self._observer is not None:
            self._observer.begun(header, selected)

    def add(self, result: Result) -> None:
        """Write one outcome."""
        if self._writer is None or result.id in self._done:
            return
        self._done.add(result.id)
        self._counts[result.outcome] += 1
        self._writer.write(result)
        if self._observer is not None:
            self._observer.seen(result)

    def add_broken(self, nodeid: str, reason: str) -> None:
        """An item that ended without a result: its worker died, or pytest itself failed."""
        planned = self._planned.get(outcome_id(nodeid))
        if planned is not None:
            self.add(self._make_broken(planned.check, planned.client, reason))

    def end(self) -> None:
        """Write the footer and close the log; once."""
        if self._writer is None:
            return
        footer = RunFooter(
            finished=now(),
            seconds=round(time.monotonic() - self._started, 3),
            counts={outcome.value: self._counts[outcome] for outcome in Outcome},
            leftovers=tuple(dict.fromkeys(self.leftovers)),
            ended_by=self.ended_by,
        )
        self._writer.close(footer)
        if self._observer is not None:
            self._observer.ended(footer)


def outcome_id(nodeid: str) -> str:
    """``row.check[client]`` from the id pytest gives an item."""
    return nodeid.rpartition("::")[2]


def now() -> str:
    """This moment, ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def our_version() -> str:
    """The installed version of s3compat."""
    return version("s3compat")


def python_version() -> str:
    """The Python this runs on, for the log's header."""
    return f"{platform.python_implementation()} {platform.python_version()}"
