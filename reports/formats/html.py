"""One self-contained HTML page: the verdict, the grid, and the evidence behind every cell.

No network, readable without JavaScript. Every value is escaped and made visible where it is
printed, and the page's Content-Security-Policy runs this file's own script and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib import resources
from itertools import pairwise

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.model import Outcome, Result, RunLog
from conformance.model.verdict import scored
from matrix import Claim, Matrix
from reports.evidence import Detail, view_calls
from reports.format import Format
from reports.overview import (
    Cell,
    CheckView,
    Column,
    Overview,
    RowView,
    Run,
    State,
    checks_of,
    make_overview,
    needs_attention,
    rerun_command,
)
from reports.statements import Shown, Statement, statements
from reports.text import one_line, safe_url, visible

# Characters: of the page, of an outcome without its evidence (and without anything but its line),
# and what evidence may always have.
PAGE_BUDGET, OUTCOME_SIZE, BARE_SIZE, LEAST_EVIDENCE = 5_500_000, 1_300, 600, 1_500_000

# (of what needs attention, of the rest): the first that fits the budget is used.
_PLANS = (
    (Detail.FULL, Detail.FULL),
    (Detail.FULL, Detail.HEADS),
    (Detail.FULL, Detail.LINES),
    (Detail.TEST, Detail.LINES),
    (Detail.HEADS, Detail.LINES),
    (Detail.LINES, Detail.LINES),
    (Detail.HEADS, Detail.NONE),
    (Detail.LINES, Detail.NONE),
)
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
    State.OBSERVED: "observed",
    State.NOT_CLAIMED: "not claimed",
    State.CLIENT_CANNOT: "client cannot",
    State.NOT_TRIED: "not tried",
    State.UNTESTED: "not tested",
}


@dataclass(frozen=True)
class CellFace:
    """What a cell of the grid shows."""

    state: State
    mark: str
    text: str
    label: str  # the whole of it in words, for a screen reader and a tooltip
    tenths: int | None = None  # of a fail: how much of what is claimed passes, in tenths


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


class Page:
    """What the template asks for."""

    def __init__(self, overview: Overview) -> None:
        self.overview = overview
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
            for outcome in (Outcome.FAIL, Outcome.ERROR, Outcome.BLOCKED)
        }
        return {outcome: views for outcome, views in found.items() if views}

    @cached_property
    def losses(self) -> list[Trouble]:
        """The checks that saw data destroyed or overwritten."""
        return self._troubled(lambda result: result.data_lost)

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
            State.OBSERVED: "observed",
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
        return CellFace(state, _MARKS[state], text, f"{title}, {where}: {label}", tenths)

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

    def state(self, result: Result) -> State:
        """The state of one result: as a cell that has only this one."""
        if result.data_lost:
            return State.LOST
        if result.outcome in (Outcome.PASS, Outcome.FAIL) and not scored(result):
            return State.OBSERVED
        return State(result.outcome.value)

    def attention(self, result: Result) -> bool:
        """Whether this result belongs before the others."""
        return needs_attention(result)

    def reason(self, result: Result) -> str:
        """Why, in one line."""
        if result.data_lost:
            return one_line(result.reason.removeprefix("data loss: "), 260)
        missed = [e for e in result.expectations if not e.ok]
        if missed and result.outcome is Outcome.FAIL:
            first = missed[0]
            more = f" (and {len(missed) - 1} more)" if len(missed) > 1 else ""
            text = f"{first.what}: expected {first.expected}, got {first.actual}"
            return one_line(text, 260) + more
        return one_line(result.reason, 260)

    def rerun(self, column: Column, result: Result) -> str:
        """The line that runs this outcome again."""
        return visible(rerun_command(column.run, result))

    def claims(self, row: RowView) -> list[tuple[str, Claim]]:
        """What the profiles say of a row beyond "supported", each with its run's label."""
        said = []
        for run in self.overview.runs:
            claim = run.claim(row.id)
            if claim and (claim.support != "supported" or claim.words):
                said.append((run.label, claim))
        return said

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


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:
    """The page."""
    page = Page(make_overview(logs, matrix))
    environment = _environment()
    style, script = _asset("report.css"), _asset("report.js")
    evidence, plan = _evidence(page, environment)
    page.brief = plan[0] is Detail.LINES
    return environment.get_template("report.html.j2").render(
        page=page,
        overview=page.overview,
        style=Markup(style),  # our own file: nothing of a log is in it
        script=Markup(script),  # our own file: nothing of a log is in it
        policy=_policy(style, script),
        evidence=evidence,
        condensed=plan[1] is not Detail.FULL,
        abridged=plan[0] < Detail.TEST,
        bare=plan[1] is Detail.NONE,
    )


def _evidence(
    page: Page, environment: Environment
) -> tuple[dict[tuple[int, int], Markup], tuple[Detail, Detail]]:
    """The evidence of each outcome as HTML, at the richest plan that fits the budget.

    An outcome of which nothing is shown is not in it.
    """
    draw = environment.get_template("evidence.html.j2").module.evidence  # type: ignore[attr-defined]  # a macro
    results = [(run, result) for run in page.overview.runs for result in run.log.results]
    drawn: dict[tuple[int, int, Detail], Markup] = {}
    for plan in _PLANS:
        chosen: dict[tuple[int, int], Markup] = {}
        size = 0
        bare = plan[1] is Detail.NONE
        budget = max(
            LEAST_EVIDENCE, PAGE_BUDGET - (BARE_SIZE if bare else OUTCOME_SIZE) * len(results)
        )
        for run, result in results:
            detail = plan[0] if needs_attention(result) else plan[1]
            if detail is Detail.NONE:
                continue
            key = (run.index, id(result), detail)
            if key not in drawn:
                setup = view_calls([c for c in result.calls if c.purpose == "setup"], detail)
                tests = view_calls([c for c in result.calls if c.purpose == "test"], detail)
                drawn[key] = draw(*setup, *tests)
            chosen[run.index, id(result)] = drawn[key]
            size += len(drawn[key])
            if size > budget and plan is not _PLANS[-1]:
                break
        else:
            return chosen, plan
    raise AssertionError("the last plan has no limit")


def _reasons(
    check: CheckView, which: Callable[[Result], bool]
) -> tuple[tuple[str, tuple[tuple[Column, Result], ...]], ...]:
    grouped: dict[str, list[tuple[Column, Result]]] = {}
    for column, result in check.results:
        if which(result):
            same = re.sub(r"\d+", "0", result.reason)  # keys and ids of a run differ by number
            grouped.setdefault(same, []).append((column, result))
    return tuple((reason, tuple(pairs)) for reason, pairs in grouped.items())


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(
        safe_url=safe_url, prose=_prose, one_line=one_line, day=_day, number=_number
    )
    environment.filters["refer"] = id  # a result is found by identity: equal ones may differ in run
    environment.tests["attention"] = needs_attention
    return environment


def _finalize(value: object) -> object:
    """What is printed anywhere in the page: hidden characters visible, then escaped by jinja."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


def _prose(text: str) -> Markup:
    """Our own words as HTML: escaped, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(visible(text)))))


def _day(moment: str) -> str:
    """An ISO 8601 time for reading; what is not one stays as it is."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return one_line(moment)
    return f"{parsed:%d %B %Y, %H:%M} {parsed.tzname() or ''}".strip()


def _number(value: int) -> str:
    return f"{value:,}"


def _asset(name: str) -> str:
    return (resources.files("reports") / "templates" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows this style and this script and nothing else."""

    def source(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; style-src {source(style)}; script-src {source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


FORMAT = Format(
    name="html",
    title="one self-contained HTML page",
    filename="report.html",
    media_type="text/html",
    render=render,
)
