"""A documentation's own table again, with a footnote wherever what was measured differs from it.

Rows, columns and cells are the page's, from the profile, so that the result can be pasted over it.
Below are the page's sentences, confirmed or contradicted. GitHub Flavored Markdown with footnotes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from conformance.model import Outcome, Result, RunLog
from conformance.model.verdict import scored
from matrix import Matrix, PageTable, TableColumn, TableRow
from reports.format import Format
from reports.formats.markdown import loss_lines, prose
from reports.overview import Overview, Run, make_overview
from reports.statements import Shown, Statement, statements, stayed
from reports.text import markdown_code, markdown_text, safe_url

SHOWN = 4  # failing checks a footnote names
_MARKS = {Shown.CONFIRMED: "✓", Shown.CONTRADICTED: "✗", Shown.NOT_SHOWN: "—"}
_NOTHING = ("-", "—")
FAILS = "**does not work**"  # beside a cell that says it works, where no check of it passes


def has_table(logs: Sequence[RunLog]) -> bool:
    """Whether a run's profile knows its documentation's table."""
    return any(run.profile and run.profile.table for run in make_overview(logs, _empty()).runs)


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:
    """The table and the sentences of each run whose profile has them."""
    overview = make_overview(logs, matrix)
    parts = ["<!-- Made by `s3compat report --documented` from measured outcomes. -->", ""]
    for run in overview.runs:
        if len(overview.runs) > 1:
            parts += [f"### {markdown_text(run.label)}", ""]
        parts += loss_lines(run)
        if run.profile is None or run.profile.table is None:
            parts += ["The profile of this run has no table of its documentation.", ""]
            continue
        parts += _table(run, run.profile.table, overview)
        parts += _sentences(statements(run.log, run.profile))
    return "\n".join(parts).rstrip() + "\n"


def _table(run: Run, table: PageTable, overview: Overview) -> list[str]:
    notes: list[str] = []
    prefix = f"measured-{run.index + 1}" if len(overview.runs) > 1 else "measured"
    found = statements(run.log, run.profile) if run.profile else ()
    titles = [table.first, *(column.title for column in table.columns)]
    lines = ["| " + " | ".join(titles) + " |", "|---" * len(titles) + "|"]
    by_cell: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in run.log.results:
        by_cell[result.row, result.client].append(result)
    for row in table.rows:
        cells = [row.api]
        for column, says in zip(table.columns, row.says, strict=True):
            results = [r for one in row.rows for c in column.clients for r in by_cell[one, c]]
            judged = _judged(results)
            note = "; ".join(
                [part for part in (_difference(results, judged, says),) if part]
                + _contradicted(found, row, column, first=column is table.columns[0])
            )
            if note:
                notes.append(f"[^{prefix}-{len(notes) + 1}]: {note}")
            broken = _claims(says) and judged and all(r.outcome is Outcome.FAIL for r in judged)
            shown = f"{says} {FAILS}" if broken else says
            cells.append(f"{shown}[^{prefix}-{len(notes)}]" if note else shown)
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, "", _measured(run, table), "", *notes, ""]


def _measured(run: Run, table: PageTable) -> str:
    header = run.log.header
    absent = [
        column.title for column in table.columns if not set(column.clients) & set(header.clients)
    ]
    clients = ", ".join(f"{markdown_text(n)} {markdown_code(v)}" for n, v in header.clients.items())
    text = (
        f"The table of [the page](<{table.cite}>), measured {markdown_text(header.started[:10])} "
        f"against {markdown_code(header.url)} with {clients}; a footnote wherever what "
        "was measured differs from it."
    )
    if absent:
        text += f" Not measured: the column {', '.join(map(markdown_text, absent))}."
    return text


def _difference(results: Sequence[Result], judged: Sequence[Result], says: str) -> str:
    """What is to be said beside a cell; nothing where it was measured as the page has it."""
    tried = [r for r in results if r.outcome not in (Outcome.CLIENT_CANNOT, Outcome.NOT_TRIED)]
    if not tried:
        return ""
    arrived = [r for r in tried if not stayed(r)]
    passed = [r for r in judged if r.outcome is Outcome.PASS]
    failed = [r for r in judged if r.outcome is Outcome.FAIL]
    parts = []
    if _claims(says):
        if failed:
            parts.append(f"{len(passed)} of {len(judged)} checks pass; not so: {_named(failed)}")
    elif passed and not says.startswith("Not supported"):
        parts.append(f"the page says nothing; {len(passed)} of {len(judged)} checks pass")
    elif passed:
        parts.append(f"works after all: {len(passed)} of {len(judged)} checks pass")
    if _claims(says) and len(arrived) < len(tried):
        stuck = ", ".join(dict.fromkeys(r.client for r in tried if stayed(r)))
        number = len(tried) - len(arrived)
        parts.append(f"{number} checks stay with a redirect ({markdown_text(stuck)})")
    declared = [r for r in arrived if r.outcome is Outcome.DECLARED]
    if declared:
        parts.append(f"as declared elsewhere: {_named(declared)}")
    return "; ".join(parts)


def _judged(results: Sequence[Result]) -> list[Result]:
    """The scored outcomes that show something of a cell."""
    return [
        r
        for r in results
        if r.outcome in (Outcome.PASS, Outcome.FAIL)
        and scored(r)
        and not (r.outcome is Outcome.FAIL and stayed(r))
    ]


def _contradicted(
    found: Sequence[Statement], row: TableRow, column: TableColumn, *, first: bool
) -> list[str]:
    """The page's sentences about a row that were measured otherwise.

    Each stands once: in the column of the clients it speaks of, else in the first.
    """
    about = [
        one
        for one in found
        if one.shown is Shown.CONTRADICTED
        and one.because is not None
        and one.because.row in row.rows
        and (set(one.says.clients) & set(column.clients) if one.says.clients else first)
    ]
    return [f"contradicted: {markdown_text(one.says.words)} ({_because(one)})" for one in about]


def _claims(says: str) -> bool:
    """Whether the cell says that it works."""
    return says not in _NOTHING and not says.startswith("Not supported")


def _named(results: Sequence[Result]) -> str:
    """The checks, each once with its clients, and what came of the first."""
    by_check: dict[str, list[Result]] = {}
    for result in results:
        by_check.setdefault(result.check, []).append(result)
    named = [
        f"{prose(found[0].title)} ({', '.join(markdown_text(r.client) for r in found)}: "
        f"{markdown_code(found[0].reason)})"
        for found in list(by_check.values())[:SHOWN]
    ]
    more = len(by_check) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def _sentences(found: Sequence[Statement]) -> list[str]:
    if not found:
        return []
    tally = {shown: sum(one.shown is shown for one in found) for shown in Shown}
    counted = ", ".join(f"{number} {shown.value}" for shown, number in tally.items())
    lines = [f"What the page says besides, as measured: {counted}.", ""]
    lines += ["| the page | measured | because |", "|---|---|---|"]
    for one in found:
        url = safe_url(one.says.cite)
        words = f"[{markdown_text(one.says.words)}](<{url}>)"
        lines.append(f"| {words} | {_MARKS[one.shown]} {one.shown.value} | {_because(one)} |")
    return [*lines, ""]


def _because(one: Statement) -> str:
    if one.because is None:
        return ""
    result = one.because
    came = markdown_code(result.reason, in_table=True) if result.reason else "it passes"
    return f"{markdown_code(result.id, in_table=True)}: {came}"


def _empty() -> Matrix:
    return Matrix(rows={}, not_covered=())


FORMAT = Format(
    name="documented",
    title="the documentation's own table, with footnotes on what was measured, in Markdown",
    filename="documented.md",
    media_type="text/markdown",
    render=render,
    fits=has_table,
)
