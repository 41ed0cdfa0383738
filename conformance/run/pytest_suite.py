"""The suite inside pytest, once an endpoint was given: the hooks, and who is told what.

In a worker (or the only process) it runs checks; in the controller it writes the run log.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.endpoint.smoke import SmokeError, smoke_test
from conformance.evidence.redact import Redactor
from conformance.model import Outcome, Result
from conformance.model.counting import counted
from conformance.model.printable import printable
from conformance.run.drawing import ranked
from conformance.run.items import RESULT, CheckItem, collect, sources
from conformance.run.journal import Journal, read_journal
from conformance.run.recorder import INTERRUPTED, Recorder
from conformance.run.setting import Setting, is_controller, is_worker
from conformance.run.worker import Worker, mop_up, what_stays

OBSERVER = "s3compat-observer"  # the name a conformance.run.recorder.Observer is registered under
REPORTED = "s3compat_result"  # attribute of a report; xdist carries it from worker to controller


def register(config: pytest.Config) -> None:
    """Put the suite into this pytest; raises UsageError for options that cannot be."""
    suite = Suite(config)
    config.pluginmanager.register(suite, "s3compat-suite")
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = suite.setting.arguments


class Suite:
    """The hooks. One instance a process."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.setting = Setting(config)
        name = getattr(config, "workerinput", {}).get("workerid", "")
        self.worker = Worker(self.setting, name, config.getoption("cli"))
        self.sources = sources(self.setting.plan.by_source)
        self.recorder: Recorder | None = None
        self.remote_leftovers: list[str] = []

    # ------------------------------------------------------------------ life of the process

    def pytest_sessionstart(self) -> None:
        """In the controller: look at the endpoint, start the journal and the recorder."""
        if is_worker(self.config) or self.config.option.collectonly:
            return
        if not self.config.getoption("no_smoke"):
            try:
                smoke_test(self.setting.endpoint)
            except SmokeError as problem:
                pytest.exit(str(problem), returncode=4)
        Journal.start(self.setting.journal_path, self.setting.journal_header()).close()
        self.recorder = Recorder(
            self.setting.run_log,
            self.setting.header,
            self.setting.plan,
            self.setting.broken,
            Redactor(self.setting.endpoint.all_credentials).record,
            self.config.pluginmanager.get_plugin(OBSERVER),
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell an xdist worker what only the controller knows."""
        node.workerinput["s3compat_run_id"] = self.setting.run_id
        node.workerinput["s3compat_run_log"] = str(self.setting.run_log)
        node.workerinput["s3compat_versions"] = self.setting.versions
        node.workerinput["s3compat_seconds"] = self.setting.seconds

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Clean up what this process made; the controller ends the run log."""
        leftovers = self.worker.close()
        if is_worker(self.config):
            self.config.workeroutput["s3compat_leftovers"] = leftovers  # type: ignore[attr-defined]

        if self.recorder is not None:
            told = [*leftovers, *self.remote_leftovers]
            open_names = read_journal(self.setting.journal_path).open
            self.recorder.leftovers += what_stays(mop_up(self.setting), told, open_names)
            self.recorder.end()

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """The run was ended early: by a person, or by us where the endpoint went away."""
        if self.recorder is not None:
            person = type(excinfo.value) is KeyboardInterrupt  # pytest's and xdist's are subclasses
            self.recorder.ended_by = INTERRUPTED if person else str(excinfo.value)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Pytest itself broke; the log says so."""
        if self.recorder is not None:
            self.recorder.ended_by = f"internal error: {str(excrepr).splitlines()[-1]}"

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker is done: keep what it could not remove."""
        if self.recorder is not None:
            output = getattr(node, "workeroutput", None) or {}
            self.remote_leftovers += output.get("s3compat_leftovers", [])

    # ------------------------------------------------------------------ items

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """The modules of checks, as files of checks."""
        source = self.sources.get(file_path.resolve())
        if source is None:
            return None
        planned = self.setting.plan.by_source[source]
        return collect(parent, file_path, source, planned, self.worker, self.setting.endpoint)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """In the user's folders of checks only the checks are collected, no tests beside them."""
        path = collection_path.resolve()
        if path.is_dir() or path in self.sources:
            return None
        inside = any(folder in path.parents for folder in self.setting.own_checks)
        return True if inside else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """With --shuffle: in the order of its seed, which each process of a run finds by itself."""
        seed = self.setting.shuffled
        if seed is not None:
            place = {one: at for at, one in enumerate(ranked((i.name for i in items), seed))}
            items.sort(key=lambda item: place[item.name])

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Without xdist the items are known here."""
        if self.recorder is not None and not is_controller(self.config):
            self.recorder.begin(
                item.nodeid for item in session.items if isinstance(item, CheckItem)
            )

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """With xdist the first worker's list counts; the others have the same."""
        if self.recorder is not None:
            self.recorder.begin(ids)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hang the result on the report, where xdist carries it to the controller."""
        report = yield
        if call.when == "call" and RESULT in item.stash:
            setattr(report, REPORTED, msgspec.json.encode(item.stash[RESULT]).decode())
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        """In the controller: one outcome more."""
        if self.recorder is None:
            return
        encoded = getattr(report, REPORTED, None)
        if encoded is not None:
            try:
                self.recorder.add(msgspec.json.decode(encoded, type=Result))
            except OSError as problem:  # a full disk: its footer cannot be written, and says so
                pytest.exit(f"the run log cannot be written: {problem}", returncode=4)
        elif report.failed:
            self.recorder.add_broken(report.nodeid, str(report.longrepr))

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """An outcome of error is an error in pytest's words too, not a failure."""
        encoded = getattr(report, REPORTED, None)
        if report.when != "call" or not report.failed or encoded is None:
            return None
        broken = msgspec.json.decode(encoded, type=Result).outcome is Outcome.ERROR
        return ("error", "E", "ERROR") if broken else None

    def pytest_report_header(self) -> list[str]:
        """What is tried."""
        setting = self.setting
        lines = [
            f"s3compat: {setting.endpoint.url} as {setting.profile.name}, run {setting.run_id}, "
            f"{counted(len(setting.plan), 'outcome')}"
        ]
        lines += [f"s3compat: {name} is not installed" for name in setting.plan.skipped_clients]
        return lines

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Where the log is, and what stayed behind."""
        if self.recorder is None or not self.recorder.begun:
            return
        terminalreporter.write_line(f"s3compat: run log {self.setting.run_log}")
        for leftover in self.recorder.leftovers:
            terminalreporter.write_line(printable(f"s3compat: not removed: {leftover}"))
        if self.recorder.leftovers:
            terminalreporter.write_line(
                f"s3compat: try `s3compat clean {self.setting.journal_path}`"
            )
