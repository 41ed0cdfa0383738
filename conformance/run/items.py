"""The checks as pytest items: a file of checks, and one check through one client."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.endpoint.endpoint import Endpoint
from conformance.model import Outcome, Result
from conformance.run.death import after_death, started_again, why_ended
from conformance.run.plan import Planned
from conformance.run.session import Session
from conformance.run.worker import Worker
from conformance.trial.failure_text import describe

RESULT = pytest.StashKey[Result]()


class NotConformingError(Exception):
    """A check's outcome is fail; the item shows the result, not this."""


class SuiteError(Exception):
    """A check's outcome is error."""


def sources(names: Iterable[str]) -> dict[Path, str]:
    """The modules of checks by these names, by the paths of their files."""
    files = ((sys.modules[name].__file__, name) for name in names)
    return {Path(file).resolve(): name for file, name in files if file is not None}


def collect(
    parent: pytest.Collector,
    path: Path,
    source: str,
    planned: list[Planned],
    worker: Worker,
    endpoint: Endpoint,
) -> CheckFile:
    """The file of checks at ``path``; it has the same name whatever folder a process is in."""
    name = f"{source.replace('.', '/')}{path.suffix}"
    collected: CheckFile = CheckFile.from_parent(parent, path=path, nodeid=name)
    collected.planned, collected.worker, collected.endpoint = planned, worker, endpoint
    return collected


class CheckFile(pytest.File):
    """A module of checks."""

    planned: list[Planned]
    worker: Worker
    endpoint: Endpoint

    def collect(self) -> Iterator[pytest.Item]:
        """One item an outcome."""
        for planned in self.planned:
            item: CheckItem = CheckItem.from_parent(self, name=planned.id)
            item.planned, item.worker, item.endpoint = planned, self.worker, self.endpoint
            yield item


class CheckItem(pytest.Item):
    """One check through one client."""

    planned: Planned
    worker: Worker
    endpoint: Endpoint

    def runtest(self) -> None:
        """Run it and turn its outcome into pytest's words."""
        running = self.worker.session()
        result = running.run(self.planned.check, self.planned.client)
        if result.outcome is not Outcome.PASS and running.dead is not None:
            alone = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) == 1
            result = after_death(result, alone, running.dead)
            if not self._started_again(running):
                self.session.shouldstop = why_ended(self.endpoint.url, result, running.dead)
        self.stash[RESULT] = result
        match result.outcome:
            case Outcome.PASS:
                return
            case Outcome.FAIL if result.verified == "observed":
                pytest.xfail(f"only shown, never scored: {result.reason}")
            case Outcome.FAIL:
                raise NotConformingError(result.id)
            case Outcome.ERROR:
                raise SuiteError(result.id)
            case skipped:
                pytest.skip(f"{skipped.value}: {result.reason}")

    def _started_again(self, running: Session) -> bool:
        """Whether a command of the user's brought the endpoint back."""
        command = self.config.getoption("restart_command")
        if not command:
            return False
        back = started_again(command, self.worker.folder, lambda: running.death() is None)
        if back:
            running.doubt_shared_bucket()
        return back

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The result in words; a traceback only for what is neither fail nor error."""
        if isinstance(excinfo.value, NotConformingError | SuiteError) and RESULT in self.stash:
            return describe(self.stash[RESULT], self.endpoint, self.address(), self.worker.again)
        return super().repr_failure(excinfo, style)

    def address(self) -> str:
        """What pytest takes to run this again from the folder it was started in."""
        here = self.config.invocation_params.dir
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        return f"{path.as_posix()}::{self.name}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """The check's place in its module."""
        line = self.planned.check.function.__code__.co_firstlineno - 1
        return self.path, line, f"{self.name}: {self.planned.check.title}"
