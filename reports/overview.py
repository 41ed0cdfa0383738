"""The overview: run logs laid out as rows by columns, the one arrangement every format shows.

It counts and arranges. Whether a run is good is the verdict's to say (``conformance.model.judge``).
"""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from conformance.model import Outcome, Result, RunHeader, RunLog, Verdict, judge
from conformance.model.causes import Cause, causes
from conformance.model.verdict import FINISHED, ExitCode, scored
from matrix import Claim, Matrix, MatrixError, Profile, load_profile

DEFAULT_REGION, DEFAULT_ADDRESSING = "us-east-1", "path"  # of the command, and left out of it
# filters that leave out single checks of a row (conformance.run.plan.Selection)
_WITHIN_ROWS = frozenset({"checks", "skipped", "level", "sample", "budget-requests", "shard"})
UNKNOWN_GROUP = "Not in this matrix"


class State(StrEnum):
    """What a cell shows: the outcome of its results that most needs to be seen."""

    LOST = "lost"  # data was destroyed or overwritten
    ERROR = "error"
    FAIL = "fail"
    BLOCKED = "blocked"
    DECLARED = "declared"  # deviations, all of them declared
    PASS = "pass"
    OBSERVED = "observed"  # only checks that are reported and never scored
    NOT_CLAIMED = "not_claimed"
    CLIENT_CANNOT = "client_cannot"
    NOT_TRIED = "not_tried"  # the run had not what it needs
    UNTESTED = "untested"


@dataclass(frozen=True, eq=False)
class Run:
    """One run log with its verdict, under a label no other run of the report has."""

    index: int
    label: str
    log: RunLog
    verdict: Verdict
    causes: tuple[Cause, ...]  # of all that failed or was blocked, largest first
    profile: Profile | None  # None when the profile cannot be read where the report is made

    @property
    def incomplete(self) -> bool:
        """Whether less was seen than was planned: it crashed, was ended early, or lost some."""
        footer = self.log.footer
        missing = len(self.log.results) < self.log.header.planned
        return footer is None or footer.ended_by != FINISHED or missing

    @cached_property
    def whole_rows(self) -> frozenset[str]:
        """The rows of which every check was tried, so that an empty cell has no check at all."""
        if self.incomplete or _WITHIN_ROWS & self.log.header.selection.keys():
            return frozenset()
        return frozenset(result.row for result in self.log.results)

    @property
    def headline(self) -> str:
        """The verdict in two or three words."""
        if self.incomplete:
            return "Run did not finish"
        if self.verdict.losses:
            return "Loses data"
        match self.verdict.exit_code:
            case ExitCode.GOOD:
                return "Conforms"
            case ExitCode.NOT_CONFORMING:
                return "Does not conform"
            case ExitCode.NOTHING_RAN:
                return "Nothing ran"
        return "No verdict"

    @property
    def percent(self) -> str:
        """Passed of scored, rounded down: 100% is every one of them."""
        if not self.verdict.claimed:
            return "—"
        return f"{self.verdict.passed * 100 // self.verdict.claimed}%"

    def claim(self, row: str) -> Claim | None:
        """What the profile says of a row, with its words; None when the profile is not here."""
        return self.profile.claim(row) if self.profile else None


@dataclass(frozen=True, eq=False)
class Column:
    """One client of one run."""

    run: Run
    client: str

    @property
    def key(self) -> str:
        """A name for use in identifiers: no two columns share it."""
        return f"{self.run.index}-{self.client}"

    @property
    def version(self) -> str:
        """The client's version as it says it itself."""
        return self.run.log.header.clients.get(self.client, "")


@dataclass(frozen=True)
class Cell:
    """One row in one column."""

    row: str
    column: Column
    results: tuple[Result, ...]

    @property
    def tally(self) -> Counter[Outcome]:
        """How many results there are of each outcome."""
        return Counter(result.outcome for result in self.results)

    @property
    def passed(self) -> int:
        """Scored passes."""
        return sum(r.outcome is Outcome.PASS and scored(r) for r in self.results)

    @property
    def claimed(self) -> int:
        """Scored passes and fails: what the endpoint is judged on here."""
        return self.passed + sum(r.outcome is Outcome.FAIL and scored(r) for r in self.results)

    @property
    def declared(self) -> tuple[Result, ...]:
        """The results that differ from S3 as the endpoint's documentation says."""
        return tuple(r for r in self.results if r.outcome is Outcome.DECLARED)

    @property
    def state(self) -> State:
        """The state the cell shows; trouble comes before success."""
        tally = self.tally
        if any(result.data_lost for result in self.results):
            return State.LOST
        if tally[Outcome.ERROR]:
            return State.ERROR
        if self.passed < self.claimed:
            return State.FAIL
        if any(r.outcome is Outcome.BLOCKED and scored(r) for r in self.results):
            return State.BLOCKED
        if tally[Outcome.DECLARED]:
            return State.DECLARED
        if self.claimed:
            return State.PASS
        if tally[Outcome.PASS] or tally[Outcome.FAIL] or tally[Outcome.BLOCKED]:
            return State.OBSERVED
        if tally[Outcome.NOT_CLAIMED]:
            return State.NOT_CLAIMED
        if tally[Outcome.CLIENT_CANNOT]:
            return State.CLIENT_CANNOT
        if tally[Outcome.NOT_TRIED]:
            return State.NOT_TRIED
        return State.UNTESTED


@dataclass(frozen=True)
class RowView:
    """One row of the matrix as the report shows it."""

    id: str
    title: str
    group: str
    level: str
    spec: str
    operations: tuple[str, ...]
    commands: dict[str, str]
    cannot: dict[str, str]
    cells: tuple[Cell, ...]  # one for each column of the overview, in its order

    @property
    def tested(self) -> bool:
        """Whether any column has a result here."""
        return any(cell.results for cell in self.cells)


@dataclass(frozen=True)
class CheckView:
    """One check of a row with its result in each column that has one."""

    result: Result  # any of them: id, title, level, spec, verified and proofs are the same
    results: tuple[tuple[Column, Result], ...]

    @property
    def failing(self) -> bool:
        """Whether any result needs to be looked at."""
        return any(needs_attention(result) for _, result in self.results)

    @property
    def data_lost(self) -> bool:
        """Whether any result saw data destroyed or overwritten."""
        return any(result.data_lost for _, result in self.results)


@dataclass(frozen=True)
class Overview:
    """Rows by columns, for one run or several."""

    runs: tuple[Run, ...]
    columns: tuple[Column, ...]
    rows: tuple[RowView, ...]
    groups: dict[str, tuple[RowView, ...]] = field(default_factory=dict)

    @property
    def untested(self) -> tuple[RowView, ...]:
        """Rows of the matrix that no column has a result for."""
        return tuple(row for row in self.rows if not row.tested)


_UNSCORED = (Outcome.PASS, Outcome.FAIL, Outcome.BLOCKED)  # no verdict, of an observed check


def state_of(result: Result) -> State:
    """The state of one result: as a cell that has only this one."""
    if result.data_lost:
        return State.LOST
    if result.outcome in _UNSCORED and not scored(result):
        return State.OBSERVED
    return State(result.outcome.value)


def needs_attention(result: Result) -> bool:
    """Whether a result belongs before the others: an error, or a fail or a block that counts."""
    if result.outcome in (Outcome.FAIL, Outcome.BLOCKED):
        return scored(result) or result.data_lost
    return result.outcome is Outcome.ERROR


def make_overview(logs: Sequence[RunLog], matrix: Matrix) -> Overview:
    """Lay the run logs out over the rows of the matrix, and rows it does not know after them."""
    runs = tuple(
        Run(
            index,
            label,
            log,
            judge(log),
            tuple(causes(log.results, matrix.group_of)),
            profile_if_there(log.header.profile),
        )
        for index, (label, log) in enumerate(zip(unique_labels(logs), logs, strict=True))
    )
    columns = tuple(Column(run, client) for run in runs for client in _clients(run.log))
    found: dict[tuple[str, Column], list[Result]] = defaultdict(list)
    by_run = {(column.run.index, column.client): column for column in columns}
    unknown: dict[str, Result] = {}
    for run in runs:
        for result in run.log.results:
            found[result.row, by_run[run.index, result.client]].append(result)
            if result.row not in matrix.rows:
                unknown.setdefault(result.row, result)

    def cells(row: str) -> tuple[Cell, ...]:
        return tuple(Cell(row, column, tuple(found[row, column])) for column in columns)

    rows = [
        RowView(
            id=row.id,
            title=row.title,
            group=row.group,
            level=row.level,
            spec=row.spec,
            operations=tuple(row.operations),
            commands=dict(row.commands),
            cannot=dict(row.cannot),
            cells=cells(row.id),
        )
        for row in matrix.rows.values()
    ]
    rows += [
        RowView(name, name, UNKNOWN_GROUP, result.level, result.spec, (), {}, {}, cells(name))
        for name, result in sorted(unknown.items())
    ]
    grouped: dict[str, list[RowView]] = defaultdict(list)  # in the matrix's own order
    for row in rows:
        grouped[row.group].append(row)
    return Overview(
        runs=runs,
        columns=columns,
        rows=tuple(row for members in grouped.values() for row in members),
        groups={name: tuple(members) for name, members in grouped.items()},
    )


def checks_of(row: RowView) -> tuple[CheckView, ...]:
    """The checks of a row with their results by column; those that need attention first."""
    by_check: dict[str, list[tuple[Column, Result]]] = defaultdict(list)
    for cell in row.cells:
        for result in cell.results:
            by_check[result.check].append((cell.column, result))
    views = [CheckView(pairs[0][1], tuple(pairs)) for pairs in by_check.values()]

    def place(view: CheckView) -> tuple[bool, bool, str]:
        return not view.data_lost, not view.failing, view.result.check

    return tuple(sorted(views, key=place))


def unique_labels(logs: Iterable[RunLog]) -> list[str]:
    """Each log's label; one that is taken gets the run's id, then a number."""
    taken: set[str] = set()
    labels: list[str] = []
    kept = list(logs)
    repeated = {name for name, number in Counter(log.label for log in kept).items() if number > 1}
    for log in kept:
        base = label = f"{log.label} · {log.header.run_id}" if log.label in repeated else log.label
        number = 2
        while label in taken:
            label, number = f"{base} ({number})", number + 1
        taken.add(label)
        labels.append(label)
    return labels


def rerun_command(header: RunHeader, result: Result) -> str:
    """A line that runs this outcome of a run again; credentials come from the environment."""
    words = list(header.again or ())
    if header.again is None:
        words = ["--endpoint", header.url, "--profile", header.profile]
        if header.region != DEFAULT_REGION:
            words += ["--region", header.region]
        if header.addressing != DEFAULT_ADDRESSING:
            words += ["--addressing", header.addressing]
    return shlex.join(["s3compat", "run", *words, "--check", result.id])


def _clients(log: RunLog) -> list[str]:
    """The clients of a run: those its header names, then any a result names beside them."""
    return list(dict.fromkeys([*log.header.clients, *(result.client for result in log.results)]))


def profile_if_there(name: str) -> Profile | None:
    """The profile of this name or path; None where this machine has none."""
    try:
        return load_profile(name)
    except (MatrixError, OSError):
        return None  # somebody's own file, not on this machine: the log still has the claims
