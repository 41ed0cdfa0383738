"""The summary as JSON: each run's verdict, its cells and its outcomes, without the evidence.

The evidence is in the run log. The text is ASCII, so nothing the endpoint sent can act on a
terminal or a page it is pasted into; the strings themselves are exact.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from conformance.model import Declaration, Outcome, Result, RunLog
from conformance.model.verdict import scored
from matrix import Matrix
from reports.format import Format
from reports.overview import Cell, Overview, RowView, Run, State, make_overview, rerun_command

FORMAT_VERSION = 1


class Mismatch(msgspec.Struct, frozen=True):
    """An expectation that was not met."""

    what: str
    expected: str
    actual: str


class CheckOutcome(msgspec.Struct, frozen=True):
    """One check through one client."""

    id: str  # "row.check[client]"
    check: str
    title: str
    outcome: Outcome
    scored: bool  # whether a fail counts against the endpoint
    level: str
    spec: str
    verified: str
    reason: str
    data_lost: bool  # data was seen to be destroyed or overwritten
    declared: Declaration | None  # where the endpoint's documentation says so
    mismatches: tuple[Mismatch, ...]
    proved_by: tuple[str, ...]
    seconds: float
    rerun: str


class CellSummary(msgspec.Struct, frozen=True):
    """One row through one client."""

    state: State
    passed: int
    claimed: int  # scored: passes and fails that the endpoint is judged on
    counts: dict[str, int]
    checks: tuple[CheckOutcome, ...]


class RowSummary(msgspec.Struct, frozen=True):
    """One row with a cell for each client of the run."""

    id: str
    title: str
    group: str
    level: str
    spec: str
    operations: tuple[str, ...]
    claim: str  # "supported", "limited", "unsupported", or "" where the profile is not known
    claim_words: str
    cells: dict[str, CellSummary]


class RunSummary(msgspec.Struct, frozen=True):
    """One run."""

    label: str
    run_id: str
    endpoint: str
    url: str
    region: str
    addressing: str
    profile: str
    generation: str
    started: str
    finished: str | None  # None: the run crashed
    ended_by: str | None
    seconds: float | None
    s3compat: str
    matrix: str
    python: str
    clients: dict[str, str]
    selection: dict[str, str]
    shuffled: int | None  # the seed of its random order; None: the order of the matrix
    exit_code: int
    verdict: str
    data_loss: tuple[str, ...]  # ids of the outcomes that lost data
    crashed: bool
    passed: int
    claimed: int  # scored: passes and fails that the endpoint is judged on
    untested: int
    planned: int
    counts: dict[str, int]
    leftovers: tuple[str, ...]
    rows: tuple[RowSummary, ...]


class Summary(msgspec.Struct, frozen=True):
    """The whole file."""

    format: int
    runs: tuple[RunSummary, ...]


def summarise(logs: Sequence[RunLog], matrix: Matrix) -> Summary:
    """The summary as structs."""
    overview = make_overview(logs, matrix)
    return Summary(FORMAT_VERSION, tuple(_run(run, overview) for run in overview.runs))


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:
    """The summary as ASCII JSON."""
    return json.dumps(msgspec.to_builtins(summarise(logs, matrix)), indent=1) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of the summary."""
    return msgspec.json.schema(Summary)


def _run(run: Run, overview: Overview) -> RunSummary:
    header, footer, verdict = run.log.header, run.log.footer, run.verdict
    return RunSummary(
        label=run.label,
        run_id=header.run_id,
        endpoint=header.endpoint,
        url=header.url,
        region=header.region,
        addressing=header.addressing,
        profile=header.profile,
        generation=header.generation,
        started=header.started,
        finished=footer.finished if footer else None,
        ended_by=footer.ended_by if footer else None,
        seconds=footer.seconds if footer else None,
        s3compat=header.s3compat,
        matrix=header.matrix,
        python=header.python,
        clients=header.clients,
        selection=header.selection,
        shuffled=header.shuffled,
        exit_code=int(verdict.exit_code),
        verdict=verdict.sentence,
        data_loss=tuple(result.id for result in verdict.losses),
        crashed=verdict.crashed,
        passed=verdict.passed,
        claimed=verdict.claimed,
        untested=verdict.untested,
        planned=header.planned,
        counts={outcome.value: number for outcome, number in verdict.counts.items()},
        leftovers=footer.leftovers if footer else (),
        rows=tuple(_row(run, row) for row in overview.rows),
    )


def _row(run: Run, row: RowView) -> RowSummary:
    claim = run.claim(row.id)
    logged = next(
        (r.claim for cell in row.cells if cell.column.run is run for r in cell.results), ""
    )
    return RowSummary(
        id=row.id,
        title=row.title,
        group=row.group,
        level=row.level,
        spec=row.spec,
        operations=row.operations,
        claim=logged or (claim.support if claim else ""),
        claim_words=claim.words if claim else "",
        cells={
            cell.column.client: _cell(run, cell) for cell in row.cells if cell.column.run is run
        },
    )


def _cell(run: Run, cell: Cell) -> CellSummary:
    return CellSummary(
        state=cell.state,
        passed=cell.passed,
        claimed=cell.claimed,
        counts={outcome.value: number for outcome, number in sorted(cell.tally.items())},
        checks=tuple(_check(run, result) for result in cell.results),
    )


def _check(run: Run, result: Result) -> CheckOutcome:
    return CheckOutcome(
        id=result.id,
        check=result.check,
        title=result.title,
        outcome=result.outcome,
        scored=scored(result),
        level=result.level,
        spec=result.spec,
        verified=result.verified,
        reason=result.reason,
        data_lost=result.data_lost,
        declared=result.declared,
        mismatches=tuple(
            Mismatch(e.what, e.expected, e.actual) for e in result.expectations if not e.ok
        ),
        proved_by=result.proved_by,
        seconds=result.seconds,
        rerun=rerun_command(run.log.header, result),
    )


FORMAT = Format(
    name="json",
    title="summary as JSON, with a schema",
    filename="summary.json",
    media_type="application/json",
    render=render,
    schema=schema,
)
