"""One run on one endpoint: pytest in this process, xdist workers beside it, a run log at the end.

It decides nothing about outcomes and prints nothing; who watches is given as an observer.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import pytest

from conformance.endpoint.target import Target
from conformance.model import RunLog, read_run_log
from conformance.run.plan import Selection
from conformance.run.pytest_suite import OBSERVER
from conformance.run.recorder import Observer
from conformance.run.setting import CHECKS, RUN_LOG, SECONDS

PLUGINS = ("xdist.plugin", "conformance.plugin")
WITHOUT = ("terminal", "cacheprovider", "logging", "doctest", "junitxml", "pastebin", "stepwise")


class RunError(Exception):
    """The run did not come to a run log; the message says what pytest said."""


@dataclass(frozen=True)
class Run:
    """What to run. ``folder`` is the run's own; ``workers`` of 0 runs all in this process."""

    target: Target
    run_id: str
    folder: Path
    selection: Selection = field(default_factory=Selection)
    workers: int = 0
    cli: str = "warm"
    strict: bool = False
    ephemeral: bool = False
    restart_command: str = ""
    shuffled: int | None = None  # the seed of a random order; None: that of the matrix
    keep: bool = False
    own_checks: tuple[Path, ...] = ()  # folders of checks that are not ours
    seconds: Mapping[str, float] = field(default_factory=dict)  # of outcomes; shards go by it
    again: tuple[str, ...] = ()  # the options that choose the endpoint, for whoever runs it again

    def arguments(self) -> list[str]:
        """The pytest command line this run is."""
        target = self.target
        words = ["-c", os.devnull, "--rootdir", str(CHECKS.parent.parent), "--noconftest"]
        words += ["--capture=no"]
        for plugin in WITHOUT:
            words += ["-p", f"no:{plugin}"]
        for plugin in PLUGINS:
            words += ["-p", plugin]
        if self.workers:
            words += ["-n", str(self.workers), "--dist", "worksteal"]
        words += ["--s3-endpoint", target.url, "--no-smoke"]
        words += ["--run-id", self.run_id, "--run-log", str(self.folder / RUN_LOG)]
        words += ["--profile", target.profile, "--region", target.region]
        words += ["--addressing", target.addressing, "--cli", self.cli]
        for option, value in (
            ("--endpoint-label", target.label),
            ("--generation", target.generation),
            ("--ca-bundle", target.ca_bundle),
            ("--aws-profile", target.aws_profile),
            ("--credentials-file", target.credentials_file),
            ("--credentials-env", target.credentials_env),
            ("--other-credentials", target.other_credentials),
            ("--rows", ",".join(self.selection.rows)),
            ("--client", ",".join(self.selection.clients)),
        ):
            if value:
                words += [option, value]
        for option, given in (
            ("--insecure", target.insecure),
            ("--anonymous", target.anonymous),
            ("--ephemeral", self.ephemeral),
            ("--strict-wording", self.strict),
            ("--keep", self.keep),
        ):
            if given:
                words.append(option)
        for name, value in target.server.items():
            words += ["--server-fact", f"{name}={value}"]
        words += [f"--again={word}" for word in self.again]
        for folder in self.own_checks:
            words += ["--checks", str(folder)]
        for wanted in self.selection.checks:
            words += ["--check", wanted]
        for left_out in self.selection.skipped:
            words += ["--skip", left_out]
        chosen = self.selection
        words += ["--level", chosen.level, "--seed", str(chosen.seed)]
        words += ["--large"] if chosen.large else []
        words += ["--sample", str(chosen.sample), "--budget-requests", str(chosen.budget)]
        if chosen.share is not None:
            words += ["--shard", str(chosen.share), "--shards-of", chosen.share.name]
        if self.shuffled is not None:
            words += ["--shuffle", str(self.shuffled)]
        if self.restart_command:
            words += ["--restart-command", self.restart_command]
        return words


class _Told:
    """Gives the suite what no option of pytest can say; sees whether somebody interrupted it."""

    def __init__(self, observer: Observer, seconds: Mapping[str, float]) -> None:
        self._observer = observer
        self._seconds = seconds
        self.interrupted = False

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Somebody did it; pytest says the same, with a kind of its own, where it gives up."""
        self.interrupted = excinfo.type is KeyboardInterrupt

    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        """Before anything is configured: the plan is made from it."""
        early_config.stash[SECONDS] = self._seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self._observer, OBSERVER)


def execute(run: Run, observer: Observer) -> RunLog:
    """Run it and read its log back.

    An interruption (Ctrl-C, SIGTERM) ends it cleanly: its log says so. Raises RunError where no
    log was begun.
    """
    told = _Told(observer, run.seconds)
    with _own_pytest(), terminated_like_interrupted():
        status = pytest.main(run.arguments(), plugins=[told])
    path = run.folder / RUN_LOG
    if not path.exists():
        if told.interrupted:
            raise RunError("the run was interrupted before its first check")
        raise RunError(
            "the run ended before its first check: pytest, which runs the checks, ended with "
            f"{pytest.ExitCode(status).name}. If it gave a reason, it is printed above"
        )
    return read_run_log(path)


@contextlib.contextmanager
def _own_pytest() -> Iterator[None]:
    """The user's pytest plugins and options are for the user's tests, not for this run."""
    ours = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM, which CI systems send, ends the run as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
