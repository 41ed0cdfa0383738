"""The supported-API table in Markdown, as measured: what a project's own documentation includes.

A row for each API, a column for each client with what a person types and the measured mark, and a
footnote wherever something fails, is limited, is not claimed or was not tested. GitHub Flavored
Markdown with footnotes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from conformance.model import Outcome, Result, RunLog
from conformance.model.causes import most_harmful
from conformance.model.counting import counted
from conformance.model.verdict import scored
from matrix import Matrix
from reports.answers import answers_beside, answers_to, in_short
from reports.covered import covered, sentences
from reports.evidence import steps
from reports.format import Format
from reports.overview import Cell, Overview, RowView, Run, State, make_overview, rerun_command
from reports.text import markdown_code, markdown_text, safe_url

_MARKS = {
    State.LOST: "✗ **DATA LOSS**",
    State.DECLARED: "✓ ≠",
    State.PASS: "✓",
    State.FAIL: "✗",
    State.ERROR: "⚠",
    State.BLOCKED: "⚠",
    State.OBSERVED: "○",
    State.NOT_CLAIMED: "not claimed",
    State.CLIENT_CANNOT: "client cannot",
    State.NOT_TRIED: "not tried",
    State.UNTESTED: "—",
}
SHOWN_CAUSES = 15
DETAILED_CAUSES = 3
_LEGEND = (
    "✓ all scored outcomes pass · ≠ differs from S3 exactly as the server's documentation says · "
    "✗ passed of scored · ○ only shown · "
    "⚠ could not be judged · — not tested"
)


class _Notes:
    """Footnotes in the order they are first referred to; the same text is one note."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, str] = {}

    def reference(self, text: str, same: str = "") -> str:
        """Refer to ``text``; notes with the same ``same`` are one, the first."""
        number = self._numbers.setdefault(same or text, len(self._numbers) + 1)
        self._texts.setdefault(number, text)
        return f"[^{self._prefix}-{number}]"

    def lines(self) -> list[str]:
        return [f"[^{self._prefix}-{number}]: {text}" for number, text in self._texts.items()]


def render(logs: Sequence[RunLog], matrix: Matrix) -> str:
    """One table for each run, under a heading with its label when there are several."""
    overview = make_overview(logs, matrix)
    parts = ["<!-- Made by `s3compat report --markdown` from measured outcomes. -->", ""]
    for run in overview.runs:
        parts += _run(run, overview)
    return "\n".join(parts).rstrip() + "\n"


def _run(run: Run, overview: Overview) -> list[str]:
    several = len(overview.runs) > 1
    notes = _Notes(f"s3compat-{run.index + 1}" if several else "s3compat")
    reference = answers_beside(run.log)
    columns = [column for column in overview.columns if column.run is run]
    lines = [f"### {markdown_text(run.label)}", ""] if several else []
    lines += [*loss_lines(run), _summary(run), "", *cause_lines(run), *first_causes(run)]
    lines.append("| API | " + " | ".join(markdown_text(column.client) for column in columns) + " |")
    lines.append("|---" * (len(columns) + 1) + "|")
    for row in overview.rows:
        cells = [cell for cell in row.cells if cell.column.run is run]
        if any(cell.results for cell in cells):
            shown = [_cell(row, cell, notes, reference) for cell in cells]
            lines.append(f"| {_api(run, row, notes)} | " + " | ".join(shown) + " |")
    lines += ["", _LEGEND, ""]
    untested = [
        row
        for row in overview.rows
        if not any(cell.results for cell in row.cells if cell.column.run is run)
    ]
    if untested:
        names = ", ".join(markdown_text(row.title) for row in untested)
        lines += [f"Not tested in this run: {names}.", ""]
    lines += _coverage(run, notes)
    return [*lines, *notes.lines(), ""]


def _coverage(run: Run, notes: _Notes) -> list[str]:
    """What was tried of Amazon's model; a footnote has, by operation, what was not."""
    total = covered(run.log.results)
    if not total.sent:
        return []
    missing = "; ".join(
        f"{markdown_code(one.operation)} "
        + ", ".join(f"{words}: {', '.join(names)}" for words, names in one.missing.items())
        for one in total.operations
        if one.missing
    )
    reference = notes.reference(f"Missing, by operation: {missing}") if missing else ""
    return [f"Of Amazon's model: {'; '.join(sentences(total))}.{reference}", ""]


def loss_lines(run: Run) -> list[str]:
    """What lost data, before everything: an alert where the renderer has them, else a quotation."""
    if not run.verdict.losses:
        return []
    number = len(run.verdict.losses)
    lines = ["> [!CAUTION]", f"> **DATA LOSS in {counted(number, 'outcome')}**", ">"]
    alike: dict[str, list[Result]] = {}
    for result in run.verdict.losses:
        alike.setdefault(result.check, []).append(result)
    for results in alike.values():
        first, clients = results[0], ", ".join(markdown_text(r.client) for r in results)
        lines.append(
            f"> - {prose(first.title)} ({clients}): {markdown_code(first.bare_reason)}, "
            f"{markdown_code(first.check)}"
        )
    return [*lines, ""]


def cause_lines(run: Run) -> list[str]:
    """The causes as a table, largest first; small ones are counted together."""
    if not run.causes:
        return []
    total = sum(len(cause.results) for cause in run.causes)
    several = "causes" if len(run.causes) > 1 else "cause"
    lines = [
        f"{total:,} outcomes to look at, in {len(run.causes):,} {several}:",
        "",
        "| outcomes | cause | what it means | clients | for example |",
        "|--:|---|---|---|---|",
    ]
    for cause in run.causes[:SHOWN_CAUSES]:
        clients = ", ".join(f"{markdown_text(name)} {n}" for name, n in cause.clients.most_common())
        means = cause.harm or cause.weight.words
        lines.append(
            f"| {len(cause.results):,} | {markdown_text(cause.title)} | {means} | "
            f"{clients} | {markdown_code(cause.example.id, in_table=True)} |"
        )
    rest = run.causes[SHOWN_CAUSES:]
    if rest:
        left = sum(len(cause.results) for cause in rest)
        lines.append(f"| {left:,} | {len(rest):,} smaller causes | | | |")
        worst = most_harmful(run.causes)[0]
        if worst in rest:
            said = f"{markdown_text(worst.title)} ({worst.harm or worst.weight.words})"
            lines += ["", f"The most harmful is among the smaller: {said}, "]
            lines[-1] += f"for example {markdown_code(worst.example.id)}."
    return [*lines, ""]


def _of(run: Run) -> str:
    """The known server, with its version and package: "moto 5.2.5 (pip: moto) at "."""
    server = run.log.header.server
    if not server:
        return ""
    named = f"{markdown_text(run.log.header.endpoint)} {markdown_code(server['version'])}"
    return f"{named} ({markdown_code(server['source'] + ': ' + server['package'])}) at "


def first_causes(run: Run) -> list[str]:
    """Of the first causes what an issue needs: what was asked, what came, what S3 does, again."""
    lines = []
    for number, cause in enumerate(run.causes[:DETAILED_CAUSES], 1):
        one = cause.example
        lines += [f"**Cause {number}: {markdown_text(cause.title)}**", ""]
        if cause.requests:
            lines.append(f"- taken for other requests: {_some(cause.requests)}")
        if cause.losses:
            lines.append(f"- lost: {_some(cause.losses)}")
        lines += [f"- asked, and what came: {markdown_code(step)}" for step in steps(one.calls)]
        url = safe_url(one.spec)
        lines += [
            f"- so: {markdown_code(one.reason)}",
            f"- S3: {prose(one.title)}{f' ([where it says so]({url}))' if url else ''}",
            f"- again: {markdown_code(rerun_command(run.log.header, one))}",
            "",
        ]
    return lines


def _some(texts: Sequence[str]) -> str:
    """The first of several texts as code, and how many more there are."""
    more = len(texts) - SHOWN_CAUSES
    named = ", ".join(map(markdown_code, texts[:SHOWN_CAUSES]))
    return f"{named}{f' and {more} more' if more > 0 else ''}"


def _summary(run: Run) -> str:
    header, verdict = run.log.header, run.verdict
    clients = ", ".join(
        f"{markdown_text(name)} {markdown_code(version)}" if version else markdown_text(name)
        for name, version in header.clients.items()
    )
    sentence = (
        f"**{verdict.passed:,} of {verdict.claimed:,}** scored outcomes pass "
        f"({counted(verdict.untested, 'more outcome')} not judged), measured "
        f"{markdown_text(header.started[:10])} against "
        f"{_of(run)}{markdown_code(header.url)}, profile {markdown_code(header.profile)}, "
        f"with {clients}."
    )
    if run.incomplete:
        return f"**The run did not finish; this table is incomplete.** {sentence}"
    return sentence


def _api(run: Run, row: RowView, notes: _Notes) -> str:
    url = safe_url(row.spec)
    title = markdown_text(row.title)
    text = f"[{title}]({url.replace('(', '%28').replace(')', '%29')})" if url else title
    claim = run.claim(row.id)
    if claim and claim.support != "supported":
        cited = safe_url(claim.cite or "")
        source = f" ([source](<{cited}>))" if cited else ""
        words = markdown_text(claim.words)
        text += notes.reference(f"Documented as {claim.support}: {words}{source}")
    return text


def _cell(row: RowView, cell: Cell, notes: _Notes, reference: Mapping[str, Result]) -> str:
    state, client = cell.state, cell.column.client
    mark = _MARKS[state]
    if state in (State.FAIL, State.LOST) and cell.claimed:
        mark += f" {cell.passed}/{cell.claimed}"
    command = row.commands.get(client, "")
    shown = f"{mark} {markdown_code(command, in_table=True)}" if command else mark
    references = [notes.reference(_failure(r, reference), _alike(r)) for r in _failures(cell)]
    references += [notes.reference(_declared(r), _alike(r)) for r in cell.declared]
    references += [notes.reference(text) for text in _remarks(row, cell)]
    return shown + "".join(dict.fromkeys(references))


def _failures(cell: Cell) -> list[Result]:
    return [r for r in cell.results if r.outcome is Outcome.FAIL and scored(r)]


def _failure(result: Result, reference: Mapping[str, Result]) -> str:
    why = f": {markdown_code(result.reason)}" if result.reason else ""
    answers = answers_to(result, reference)
    told = in_short(answers) if answers else ""
    s3 = f" S3 answers (the reference server): {markdown_code(told)}" if told else ""
    return f"Fails: {prose(result.title)}{why} ({markdown_code(result.check)}){s3}"


def _declared(result: Result) -> str:
    said = result.declared
    words = f" as declared, {markdown_text(said.words)}" if said else ""
    url = safe_url(said.cite) if said else None
    source = f" ([source](<{url}>))" if url else ""
    return f"Differs{words}{source}: {prose(result.title)}: {markdown_code(result.reason)}"


def _alike(result: Result) -> str:
    """What failures of one check through several clients share: keys differ by number."""
    return result.check + re.sub(r"\d+", "0", result.reason)


def _remarks(row: RowView, cell: Cell) -> list[str]:
    """What a reader must know beside the mark and the failures: limits of the client, trouble."""
    client = cell.column.client
    remarks = []
    counts = Counter(result.outcome for result in cell.results)
    if cell.state is State.CLIENT_CANNOT:
        reasons = [row.cannot[client]] if client in row.cannot else []
        reasons = reasons or [r.reason for r in cell.results if r.reason][:1]
        remarks += [markdown_text(reason) for reason in reasons]
    elif counts[Outcome.CLIENT_CANNOT]:
        remarks.append(f"{_checks(counts[Outcome.CLIENT_CANNOT])} beyond what this client can say")
    if counts[Outcome.NOT_TRIED]:
        reason = next(r.reason for r in cell.results if r.outcome is Outcome.NOT_TRIED)
        number = _checks(counts[Outcome.NOT_TRIED])
        remarks.append(f"{number} not tried: {markdown_text(reason)}")
    if counts[Outcome.BLOCKED]:
        remarks.append(f"{_checks(counts[Outcome.BLOCKED])} could not be set up on this endpoint")
    if counts[Outcome.ERROR]:
        errors = _checks(counts[Outcome.ERROR])
        remarks.append(f"{errors} ended in an error of s3compat itself, or of a check of your own")
    return remarks


def prose(title: str) -> str:
    """A check's title: what it has between backticks stays code."""
    pieces = title.rstrip(".").split("`")
    if len(pieces) % 2 == 0:
        return markdown_text(title)
    pairs = enumerate(pieces)
    return "".join(markdown_code(text) if at % 2 else _spaced(text) for at, text in pairs)


def _spaced(text: str) -> str:
    """``markdown_text`` that keeps the spaces round the text."""
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}{markdown_text(text)}{after}"


def _checks(number: int) -> str:
    return "1 check" if number == 1 else f"{number} checks"


FORMAT = Format(
    name="markdown",
    title="table of what works with which client, in Markdown",
    filename="supported-api.md",
    media_type="text/markdown",
    render=render,
)
