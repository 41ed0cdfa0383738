"""What the HTML report shows, as its template asks for it. Rendering is in formats/html.py.

It is long because the template asks one object for all that a page shows.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from conformance.model import Outcome, Result
from conformance.model.causes import Cause, most_harmful
from conformance.model.verdict import blocking_cause
from matrix import Claim, KnownServer
from reports.answers import Answers, answers_beside, answers_to
from reports.bands import Band, bands, unfolding
from reports.by_client import ClientView, by_client
from reports.cause_view import CauseView, view_cause
from reports.overview import (
    Cell,
    CheckView,
    Column,
    Overview,
    RowView,
    Run,
    State,
    checks_of,
    needs_attention,
    rerun_command,
    state_of,
)
from reports.started import command_line, known_server
from reports.statements import Shown, Statement, statements
from reports.text import one_line, visible

_MARKS = {
    State.LOST: "‼",
    State.DECLARED: "≠",
    State.PASS: "✓",
    State.FAIL: "✗",
    State.ERROR: "!",
    State.BLOCKED: "⊘",
    State.OBSERVED: "○",
    State.NOT_CLAIMED: "·",
    State.CLIENT_CANNOT: "·",
    State.NOT_TRIED: "·",
    State.UNTESTED: "—",
}
_WORDS = {
    State.LOST: "data loss",
    State.DECLARED: "declared",
    State.PASS: "pass",
    State.FAIL: "fail",
    State.ERROR: "error",
    State.BLOCKED: "blocked",
    State.OBSERVED: "only shown",
    State.NOT_CLAIMED: "not claimed",
    State.CLIENT_CANNOT: "client cannot",
    State.NOT_TRIED: "not tried",
    State.UNTESTED: "not tested",
}

_RESTS_ON = {
    "documented": "Amazon's documentation says so",
    "aws-recorded": "Amazon S3 was recorded to answer so",
    "reported": "several people measured it independently; Amazon has not documented it",
    "observed": "somebody saw it; nothing better is known, so it is only shown",
}


MOST_HARMFUL = 5  # causes that are named before the list


@dataclass(frozen=True)
class CellFace:
    """What a cell of the grid shows."""

    state: State
    mark: str
    text: str
    label: str  # the whole of it in words, for a screen reader and a tooltip
    tenths: int | None = None  # of a fail: how much of what is scored passes, in tenths
    turns: str = ""  # what changed since an earlier run: "▼2 ▲1"


@dataclass(frozen=True)
class Trouble:
    """A check that needs attention, with the columns it concerns under each distinct reason."""

    row: RowView
    check: CheckView
    reasons: tuple[tuple[str, tuple[tuple[Column, Result], ...]], ...]

    @property
    def outcomes(self) -> int:
        """How many outcomes it is about."""
        return sum(len(pairs) for _, pairs in self.reasons)


@dataclass(frozen=True)
class Stopped:
    """One cause that kept checks from being set up."""

    cause: str
    checks: tuple[Trouble, ...]

    @property
    def outcomes(self) -> int:
        """How many outcomes it costs."""
        return sum(one.outcomes for one in self.checks)


class Page:
    """What the template asks for."""

    def __init__(
        self, overview: Overview, turned: Mapping[tuple[str, str], Counter[str]] | None = None
    ) -> None:
        """``turned`` has, by check and client, how often it "failed" and was "fixed" lately."""
        self.overview = overview
        self._turned = turned or {}
        self.rows = [row for row in overview.rows if row.tested]
        self.groups = {
            name: tested
            for name, rows in overview.groups.items()
            if (tested := [row for row in rows if row.tested])
        }
        self.checks = {row.id: checks_of(row) for row in self.rows}
        self.marks = _MARKS
        self.words = _WORDS
        self.brief = False  # only the expectations that were not met are shown
        self._anchors: dict[str, str] = {}
        self._taken: set[str] = set()

    @cached_property
    def several(self) -> bool:
        """Whether more than one run is shown."""
        return len(self.overview.runs) > 1

    @cached_property
    def trouble(self) -> dict[Outcome, list[Trouble]]:
        """What needs attention, by outcome, in the order of the rows."""
        found = {
            outcome: self._troubled(
                lambda result, outcome=outcome: (  # type: ignore[misc]  # bound at once
                    result.outcome is outcome and needs_attention(result) and not result.data_lost
                )
            )
            for outcome in (Outcome.FAIL, Outcome.ERROR)
        }
        return {outcome: views for outcome, views in found.items() if views}

    @cached_property
    def stopped(self) -> list[Stopped]:
        """What kept checks from being set up, each cause once, what costs most outcomes first."""
        found: dict[str, list[Trouble]] = {}
        for view in self._troubled(
            lambda result: result.outcome is Outcome.BLOCKED and needs_attention(result)
        ):
            for reason in view.reasons:
                cause = blocking_cause(reason[1][0][1].reason)
                found.setdefault(cause, []).append(replace(view, reasons=(reason,)))
        made = [Stopped(cause, tuple(checks)) for cause, checks in found.items()]
        return sorted(made, key=lambda one: -one.outcomes)

    @cached_property
    def causes(self) -> list[tuple[Run, list[CauseView], list[CauseView]]]:
        """The causes of each run that has any, the largest first; of several the most harmful."""
        found = []
        titles = {row.id: row.title for row in self.rows}
        for run in self.overview.runs:
            if run.causes:
                columns = {one.client: one for one in self.overview.columns if one.run is run}
                views = {cause.key: view_cause(cause, columns, titles) for cause in run.causes}
                worst = [views[cause.key] for cause in most_harmful(run.causes)[:MOST_HARMFUL]]
                found.append((run, list(views.values()), worst if len(views) > 1 else []))
        return found

    def started(self, run: Run) -> tuple[KnownServer, str] | None:
        """The known server of a run, and the command that started it."""
        known = known_server(run.log.header)
        return (known, command_line(known)) if known else None

    def examples(self, most: int) -> list[Result]:
        """The examples of the most harmful and of the largest causes, of each run as many.

        Then of each check that lost data the plainest outcome, as many again.
        """
        share = most // max(1, len(self.causes))
        found = []
        for run, views, worst in self.causes:
            found += [view.cause.example for view in [*worst, *views][:share]]
            lost = {one.check: one for one in reversed(run.log.results) if one.data_lost}
            found += [*lost.values()][-share:]
        return found

    @cached_property
    def cause_of(self) -> dict[int, tuple[Run, Cause]]:
        """The cause of each outcome that has one, by the identity of its result."""
        return {
            id(result): (run, view.cause)
            for run, views, _ in self.causes
            for view in views
            for result in view.cause.results
        }

    def cause(self, result: Result) -> tuple[Run, Cause] | None:
        """The cause that an outcome is put down to."""
        return self.cause_of.get(id(result))

    @cached_property
    def losses(self) -> list[Trouble]:
        """The checks that saw data destroyed or overwritten."""
        return sorted(self._troubled(lambda result: result.data_lost), key=_least_lost)

    @cached_property
    def declared(self) -> list[Trouble]:
        """The checks that see a declared deviation."""
        return self._troubled(lambda result: result.outcome is Outcome.DECLARED)

    def _troubled(self, which: Callable[[Result], bool]) -> list[Trouble]:
        return [
            Trouble(row, check, reasons)
            for row in self.rows
            for check in self.checks[row.id]
            if (reasons := _reasons(check, which))
        ]

    @cached_property
    def said(self) -> list[tuple[Run, list[Statement]]]:
        """What each run shows of its documentation's sentences, contradictions first."""
        order = [Shown.CONTRADICTED, Shown.CONFIRMED, Shown.NOT_SHOWN]
        found = [
            (run, sorted(statements(run.log, run.profile), key=lambda one: order.index(one.shown)))
            for run in self.overview.runs
            if run.profile and run.profile.says
        ]
        return [(run, judged) for run, judged in found if any(one.results for one in judged)]

    @cached_property
    def by_client(self) -> list[ClientView]:
        """What is known of each client of each run."""
        return [one for run in self.overview.runs for one in by_client(run, self.overview)]

    def failing_rows(self, run: Run) -> list[RowView]:
        """The rows with a scored fail in this run."""
        names = {result.row for result in run.verdict.failures}
        return [row for row in self.rows if row.id in names]

    def face(self, cells: Iterable[Cell], title: str) -> CellFace:
        """What these cells (one, or a group's of one column) show together."""
        kept = list(cells)
        together = Cell("", kept[0].column, tuple(r for cell in kept for r in cell.results))
        state, tally = together.state, together.tally
        number = f"{together.passed}/{together.claimed}" if together.claimed else ""
        extra = [
            f"{tally[outcome]} {word}"
            for outcome, word in (
                (Outcome.BLOCKED, "blocked"),
                (Outcome.ERROR, "errors"),
                (Outcome.DECLARED, "declared"),
            )
            if tally[outcome]
        ]
        words = {
            State.LOST: "data loss",
            State.DECLARED: f"{number} ≠{tally[Outcome.DECLARED]}" if number else "declared",
            State.ERROR: f"error {tally[Outcome.ERROR]}",
            State.BLOCKED: f"blocked {tally[Outcome.BLOCKED]}",
            State.OBSERVED: "only shown",
            State.NOT_CLAIMED: "not claimed",
            State.CLIENT_CANNOT: "cannot",
            State.NOT_TRIED: "not tried",
        }
        column = together.column
        where = f"{column.client} on {column.run.label}" if self.several else column.client
        parts = [f"{together.passed} of {together.claimed} pass"] if together.claimed else []
        label = ", ".join([_WORDS[state], *parts, *extra])
        text = words.get(state, number)
        tenths = together.passed * 10 // together.claimed if state is State.FAIL else None
        mark = _MARKS[state]
        if state is State.UNTESTED:
            label = _WORDS[state]
            if self._without_check(kept):
                label = "no check for this client"
            else:
                mark, text = "", label
        turns, said = self._turns(together)
        return CellFace(state, mark, text, f"{title}, {where}: {label}{said}", tenths, turns)

    def _without_check(self, cells: Iterable[Cell]) -> bool:
        """Whether these empty cells are so because no check of their rows is for the client."""
        return all(cell.row in cell.column.run.whole_rows for cell in cells)

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The columns by family, where the grid is too wide to show each; else none."""
        return bands(self.overview.columns)

    @cached_property
    def unfolding(self) -> list[tuple[int, str, tuple[str, ...]]]:
        """The checkboxes above the grid: number, name, and the clients that it shows."""
        columns = self.overview.columns
        return [
            (number, name, tuple(dict.fromkeys(columns[place].client for place in places)))
            for number, (name, places) in unfolding(self.bands).items()
        ]

    def worst(self, band: Band, rows: Iterable[RowView], title: str) -> CellFace:
        """What a folded band shows of these rows: the cell of the column that is worst off."""
        kept = list(rows)
        faces = [self.face([row.cells[place] for row in kept], title) for place in band.columns]
        order = list(State)
        face = min(faces, key=lambda one: (order.index(one.state), one.tenths or 0))
        return replace(face, label=f"{face.label} (the worst of {len(faces)})")

    def _turns(self, cell: Cell) -> tuple[str, str]:
        """What changed lately in a cell: as signs, and in words."""
        total: Counter[str] = Counter()
        for result in cell.results if self._turned else ():
            total.update(self._turned.get((result.check, result.client), {}))
        signs = [f"{sign}{total[k]}" for sign, k in (("▼", "failed"), ("▲", "fixed")) if total[k]]
        said = "".join(
            f", {total[kind]} {kind} lately" for kind in ("failed", "fixed") if total[kind]
        )
        return " ".join(signs), said

    def by_run(self, check: CheckView) -> list[tuple[Run, Cell]]:
        """The results of a check, those of one run together."""
        found: dict[Run, list[tuple[Column, Result]]] = {}
        for column, result in check.results:
            found.setdefault(column.run, []).append((column, result))
        return [
            (run, Cell(check.result.row, pairs[0][0], tuple(result for _, result in pairs)))
            for run, pairs in found.items()
        ]

    def anchor(self, *parts: str) -> str:
        """A name for an element that is the same in every report and taken by no other."""
        key = "\0".join(parts)
        if key not in self._anchors:
            base = name = re.sub(r"[^A-Za-z0-9_.-]+", "-", "--".join(parts))
            number = 2
            while name in self._taken:
                name, number = f"{base}-{number}", number + 1
            self._taken.add(name)
            self._anchors[key] = name
        return self._anchors[key]

    state = staticmethod(state_of)

    def reason(self, result: Result) -> str:
        """Why, in one line."""
        return one_line(result.bare_reason, 260)

    def answers(self, column: Column, result: Result) -> Answers | None:
        """What S3 answers to the same, where the run asked the reference server."""
        return None if self.brief else answers_to(result, self._reference[column.run.index])

    @cached_property
    def _reference(self) -> list[Mapping[str, Result]]:
        return [answers_beside(run.log) for run in self.overview.runs]

    def as_s3_does(self, result: Result) -> str:
        """The line that runs the same on the reference server, whose answer is S3's."""
        return visible(shlex.join(["s3compat", "run", "--workers", "0", "--check", result.id]))

    def rests_on(self, result: Result) -> str:
        """What the value of ``verified`` means."""
        return _RESTS_ON.get(result.verified.partition(" ")[0], "")

    def rerun(self, column: Column, result: Result) -> str:
        """The line that runs this outcome again."""
        return visible(rerun_command(column.run.log.header, result))

    def claims(self, row: RowView) -> list[tuple[str, Claim]]:
        """What the profiles say of a row beyond "supported", each with its run's label."""
        said = []
        for run in self.overview.runs:
            claim = run.claim(row.id)
            if claim and (claim.support != "supported" or claim.words):
                said.append((run.label, claim))
        return said

    @cached_property
    def states(self) -> frozenset[State]:
        """The states that the cells of the grid show, for its legend."""
        return frozenset(cell.state for row in self.rows for cell in row.cells)

    def bar(self, counts: dict[Outcome, int], untested: int) -> list[tuple[str, float, float]]:
        """The parts of the proportional bar: name, start and width in percent."""
        numbers = {outcome.value: counts[outcome] for outcome in Outcome}
        numbers["untested"] = max(0, untested - counts[Outcome.BLOCKED] - counts[Outcome.NOT_TRIED])
        total = sum(numbers.values()) or 1
        edges = [0.0]
        for number in numbers.values():
            edges.append(edges[-1] + 100 * number / total)
        spans = zip(numbers, pairwise(edges), strict=True)
        return [(name, start, end - start) for name, (start, end) in spans if end > start]


def _least_lost(one: Trouble) -> tuple[bool, int]:
    """Whole buckets come first, then what the most outcomes show."""
    lost = (
        expectation.what
        for _, pairs in one.reasons
        for _, result in pairs
        for expectation in result.expectations
        if expectation.lost
    )
    return not any(what.startswith("bucket ") for what in lost), -one.outcomes


def _reasons(
    check: CheckView, which: Callable[[Result], bool]
) -> tuple[tuple[str, tuple[tuple[Column, Result], ...]], ...]:
    grouped: dict[str, list[tuple[Column, Result]]] = {}
    for column, result in check.results:
        if which(result):
            same = re.sub(r"\d+", "0", result.reason)  # keys and ids of a run differ by number
            grouped.setdefault(same, []).append((column, result))
    return tuple((reason, tuple(pairs)) for reason, pairs in grouped.items())
