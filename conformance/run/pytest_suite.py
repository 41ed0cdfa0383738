"""The suite inside pytest, once an endpoint was given: items, the worker's session, the recorder.

In a worker (or the only process) it runs checks; in the controller it writes the run log.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import matrix
from conformance.endpoint.credentials import CredentialsError
from conformance.endpoint.endpoint import Endpoint
from conformance.endpoint.smoke import SmokeError, smoke_test
from conformance.endpoint.target import Target, TargetError
from conformance.evidence.redact import Redactor
from conformance.model import Outcome, Result, RunHeader
from conformance.roster import client_classes, families, usual_clients, versions
from conformance.run.journal import (
    FILE_NAME,
    RUN_ID,
    Journal,
    JournalHeader,
    new_run_id,
    read_journal,
)
from conformance.run.plan import Plan, Planned, Selection, SelectionError, digest, make_plan
from conformance.run.recorder import INTERRUPTED, Recorder, now, our_version, python_version
from conformance.run.session import Session, make_result
from conformance.trial.check import Check, discover, hold_to_checks
from conformance.trial.failure_text import describe
from conformance.trial.outcome import Decision

CHECKS = Path(__file__).parent.parent / "checks"
OUTPUT = "s3compat-out"
RUN_LOG = "run.jsonl"
RESULT = pytest.StashKey[Result]()
OBSERVER = "s3compat-observer"  # the name a conformance.run.recorder.Observer is registered under
REPORTED = "s3compat_result"  # attribute of a report; xdist carries it from worker to controller


class NotConformingError(Exception):
    """A check's outcome is fail; the item shows the result, not this."""


class SuiteError(Exception):
    """A check's outcome is error."""


def register(config: pytest.Config) -> None:
    """Put the suite into this pytest; raises UsageError for options that cannot be."""
    suite = Suite(config)
    config.pluginmanager.register(suite, "s3compat-suite")
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [str(CHECKS)]


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is an xdist worker."""
    return hasattr(config, "workerinput")


def is_controller(config: pytest.Config) -> bool:
    """Whether this process hands the work to xdist workers and runs nothing itself."""
    return not is_worker(config) and config.getoption("dist", "no") != "no"


class Suite:
    """The hooks. One instance a process."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.target = _target(config)
        try:
            self.endpoint: Endpoint = self.target.endpoint()
            self.matrix = matrix.load_matrix()
            self.profile = matrix.load_profile(self.target.profile)
            self.checks = discover()
            hold_to_checks(self.profile, self.checks)
            self.selection = Selection(
                rows=_words(config.getoption("rows")),
                checks=tuple(config.getoption("check")),
                clients=_words(config.getoption("client")),
            )
            self.versions = self._versions()
            self.plan: Plan = make_plan(
                self.checks,
                self.matrix,
                installed=self.versions,
                available=client_classes(),
                selection=self.selection,
                usual=usual_clients(self.profile),
            )
        except (TargetError, CredentialsError, SelectionError, matrix.MatrixError) as problem:
            raise pytest.UsageError(str(problem)) from problem
        self.run_id, self.run_log = self._run_place()
        self.recorder: Recorder | None = None
        self.session: Session | None = None
        self.remote_leftovers: list[str] = []
        self._journal: Journal | None = None

    def _versions(self) -> dict[str, str]:
        """Client versions; a worker is told them, so they are asked for once a run."""
        if is_worker(self.config):
            told: dict[str, str] = self.config.workerinput["s3compat_versions"]  # type: ignore[attr-defined]
            return told
        return versions(list(self.selection.clients or usual_clients(self.profile)))

    def _run_place(self) -> tuple[str, Path]:
        if is_worker(self.config):
            told = self.config.workerinput  # type: ignore[attr-defined]
            return told["s3compat_run_id"], Path(told["s3compat_run_log"])
        run_id = self.config.getoption("run_id") or new_run_id()
        if not RUN_ID.fullmatch(run_id):
            raise pytest.UsageError(f"--run-id {run_id!r}: expected twelve digits, -, four hex")
        given = self.config.getoption("run_log")
        path = Path(given) if given else Path(OUTPUT) / run_id / RUN_LOG
        return run_id, path.absolute()

    @property
    def journal_path(self) -> Path:
        """The journal lies beside the run log."""
        return self.run_log.with_name(FILE_NAME)

    # ------------------------------------------------------------------ life of the process

    def pytest_sessionstart(self) -> None:
        """In the controller: look at the endpoint, start the journal and the recorder."""
        if is_worker(self.config) or self.config.option.collectonly:
            return
        if not self.config.getoption("no_smoke"):
            try:
                smoke_test(self.endpoint)
            except SmokeError as problem:
                pytest.exit(str(problem), returncode=4)
        Journal.start(self.journal_path, self._journal_header()).close()
        self.recorder = Recorder(
            self.run_log,
            self._header,
            self.plan,
            self._broken,
            Redactor(self.endpoint.all_credentials).record,
            self.config.pluginmanager.get_plugin(OBSERVER),
        )

    def _header(self, planned: int) -> RunHeader:
        return RunHeader(
            run_id=self.run_id,
            started=now(),
            endpoint=self.endpoint.name,
            url=self.endpoint.url,
            region=self.endpoint.region,
            addressing=self.endpoint.addressing,
            profile=self.profile.name,
            s3compat=our_version(),
            matrix=digest(self.matrix, self.checks),
            clients={name: self.versions[name] for name in self.plan.clients},
            families=families(self.plan.clients),
            python=python_version(),
            selection=self._filters(),
            planned=planned,
            generation=self.target.generation,
        )

    def _filters(self) -> dict[str, str]:
        filters = self.selection.as_filters()
        if self.config.option.keyword:
            filters["keyword"] = self.config.option.keyword
        if self.config.args != [str(CHECKS)]:
            filters["arguments"] = " ".join(self.config.args)
        return filters

    def _broken(self, check: Check, client: str, reason: str) -> Result:
        return make_result(
            check,
            client,
            self.matrix.rows.get(check.row),
            self.profile.claim(check.row).support,
            Decision(Outcome.ERROR, reason),
        )

    def _journal_header(self) -> JournalHeader:
        return JournalHeader(
            run_id=self.run_id,
            url=self.endpoint.url,
            region=self.endpoint.region,
            addressing=self.endpoint.addressing,
            profile=self.target.profile,
            ca_bundle=self.endpoint.ca_bundle,
            insecure=self.endpoint.insecure,
            credentials=self.target.credentials,
            other_credentials=self.target.other_credentials or "",
            ephemeral=self.config.getoption("ephemeral"),
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell an xdist worker what only the controller knows."""
        node.workerinput["s3compat_run_id"] = self.run_id
        node.workerinput["s3compat_run_log"] = str(self.run_log)
        node.workerinput["s3compat_versions"] = self.versions

    def running(self) -> Session:
        """This process's session, opened at the first check."""
        if self.session is None:
            worker = getattr(self.config, "workerinput", {}).get("workerid", "")
            self._journal = self._open_journal()
            self.session = Session(
                self.endpoint,
                self.matrix,
                self.profile,
                self._journal,
                Path(tempfile.mkdtemp(prefix="s3compat-")),
                worker=worker,
                cli_mode=self.config.getoption("cli"),
                partners=self.plan.clients,
            )
        return self.session

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Clean up what this process made; the controller ends the run log."""
        leftovers: list[str] = []
        if self.session is not None:
            leftovers = self.session.close()
            self.session = None
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        if is_worker(self.config):
            self.config.workeroutput["s3compat_leftovers"] = leftovers  # type: ignore[attr-defined]

        if self.recorder is not None:
            open_names = {f"s3://{name}" for name in read_journal(self.journal_path).open}
            mopped = self._mop_up()
            self.recorder.leftovers += mopped
            self.recorder.leftovers += [
                left
                for left in (*leftovers, *self.remote_leftovers)
                if "/".join(left.split("/")[:3]) not in open_names
            ]
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

    def _open_journal(self) -> Journal:
        """The run's journal; on another host, one of this host's own under the same path."""
        if self.journal_path.exists():
            return Journal(self.journal_path, self.run_id)
        return Journal.start(self.journal_path, self._journal_header())

    def _mop_up(self) -> list[str]:
        """Remove what workers left, dead ones included; what stays then."""
        names = read_journal(self.journal_path).open
        if not names:
            return []
        with Session(
            self.endpoint,
            self.matrix,
            self.profile,
            journal := Journal(self.journal_path, self.run_id),
            Path(tempfile.mkdtemp(prefix="s3compat-")),
        ) as session:
            left = session.remove_all(names)
        journal.close()
        return left

    # ------------------------------------------------------------------ items

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """The modules of conformance.checks, as files of checks."""
        if file_path.suffix != ".py" or CHECKS not in file_path.parents:
            return None
        relative = file_path.relative_to(CHECKS).with_suffix("")
        source = ".".join(("conformance.checks", *relative.parts))
        planned = self.plan.by_source.get(source)
        if not planned:
            return None
        # the same name whatever folder a worker is in, on this host or another
        name = f"{CHECKS.parent.name}/{CHECKS.name}/{relative.with_suffix('.py').as_posix()}"
        collected: CheckFile = CheckFile.from_parent(parent, path=file_path, nodeid=name)
        collected.planned, collected.suite = planned, self
        return collected

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Without xdist the items are known here."""
        if self.recorder is not None and not is_controller(self.config):
            self.recorder.begin(item.nodeid for item in session.items if _is_ours(item))

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
            self.recorder.add(msgspec.json.decode(encoded, type=Result))
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
        lines = [
            f"s3compat: {self.endpoint.url} as {self.profile.name}, run {self.run_id}, "
            f"{len(self.plan)} outcomes"
        ]
        lines += [f"s3compat: {name} is not installed" for name in self.plan.skipped_clients]
        return lines

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Where the log is, and what stayed behind."""
        if self.recorder is None or not self.recorder.begun:
            return
        terminalreporter.write_line(f"s3compat: run log {self.run_log}")
        for leftover in self.recorder.leftovers:
            terminalreporter.write_line(f"s3compat: not removed: {leftover}")
        if self.recorder.leftovers:
            terminalreporter.write_line(f"s3compat: try `s3compat clean {self.journal_path}`")


class CheckFile(pytest.File):
    """A module of checks."""

    planned: list[Planned]
    suite: Suite

    def collect(self) -> Iterator[pytest.Item]:
        """One item an outcome."""
        for planned in self.planned:
            item: CheckItem = CheckItem.from_parent(self, name=planned.id)
            item.planned, item.suite = planned, self.suite
            yield item


class CheckItem(pytest.Item):
    """One check through one client."""

    planned: Planned
    suite: Suite

    def runtest(self) -> None:
        """Run it and turn its outcome into pytest's words."""
        running = self.suite.running()
        result = running.run(self.planned.check, self.planned.client)
        self.stash[RESULT] = result
        if result.outcome is not Outcome.PASS and _unanswered(result) and not running.reachable():
            self.session.shouldstop = f"{self.suite.endpoint.url} accepts no connections any more"
        match result.outcome:
            case Outcome.PASS:
                return
            case Outcome.FAIL if result.verified == "observed":
                pytest.xfail(f"observed, not scored: {result.reason}")
            case Outcome.FAIL:
                raise NotConformingError(result.id)
            case Outcome.ERROR:
                raise SuiteError(result.id)
            case skipped:
                pytest.skip(f"{skipped.value}: {result.reason}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The result in words; a traceback only for what is neither fail nor error."""
        if isinstance(excinfo.value, NotConformingError | SuiteError) and RESULT in self.stash:
            return describe(self.stash[RESULT], self.suite.endpoint, self.address())
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


def _is_ours(item: pytest.Item) -> bool:
    return isinstance(item, CheckItem)


def _unanswered(result: Result) -> bool:
    exchanges = [exchange for call in result.calls[-1:] for exchange in call.exchanges]
    return bool(result.calls) and all(exchange.response is None for exchange in exchanges)


def _words(given: list[str]) -> tuple[str, ...]:
    return tuple(word.strip() for part in given for word in part.split(",") if word.strip())


def _target(config: pytest.Config) -> Target:
    option = config.getoption
    return Target(
        url=option("s3_endpoint"),
        label=option("endpoint_label"),
        region=option("region"),
        addressing=option("addressing"),
        profile=option("profile"),
        ca_bundle=option("ca_bundle"),
        insecure=option("insecure"),
        aws_profile=option("aws_profile"),
        credentials_file=option("credentials_file"),
        credentials_env=option("credentials_env"),
        anonymous=option("anonymous"),
        other_credentials=option("other_credentials"),
        generation=option("generation"),
    )
