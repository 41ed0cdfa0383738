"""A comparison of two sides made readable: for a terminal, and as a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.model.comparison import Change, Comparison, Kind
from conformance.model.counting import counted
from conformance.model.printable import printable
from reports.text import markdown_code, one_line

LONGEST_COMMENT = 60_000  # characters; GitHub takes 65,536 in a comment
_ROOM_FOR_THE_END = 200
_SHOWN_IDS = 10  # cells named at a cause in a terminal
_TITLES = {
    Kind.FAILED: "New failures",
    Kind.FIXED: "Fixed",
    Kind.CHANGED: "Another outcome, neither failed nor fixed",
    Kind.DETAILS: "Changed wording or details",
    Kind.NEW: "On B only, so it shows no change of the endpoint",
    Kind.GONE: "On A only, so it shows no change of the endpoint",
}
_COUNTED = {  # the words behind a number
    Kind.FAILED: "new failures",
    Kind.FIXED: "fixed",
    Kind.CHANGED: "with another outcome",
    Kind.DETAILS: "with other wording",
    Kind.NEW: "on B only",
    Kind.GONE: "on A only",
}


def summary(comparison: Comparison) -> str:
    """One line with the number of changes of each kind."""
    counts = ", ".join(_count(len(comparison.of(kind)), kind) for kind in Kind)
    return f"{comparison.compared:,} outcomes compared: {counts}"


def _count(number: int, kind: Kind) -> str:
    words = "new failure" if kind is Kind.FAILED and number == 1 else _COUNTED[kind]
    return f"{number:,} {words}"


def terminal(comparison: Comparison) -> str:
    """The comparison as plain lines: new failures and what is fixed by cause, then all else."""
    return "\n".join(printable(line) for line in _terminal_lines(comparison)) + "\n"


def _terminal_lines(comparison: Comparison) -> Iterator[str]:
    yield f"A: {', '.join(comparison.a.runs)}   B: {', '.join(comparison.b.runs)}"
    yield summary(comparison)
    yield from (f"note: {note}" for note in comparison.notes)
    changes = {change.id: change for change in comparison.changes}
    for kind in Kind:
        of_kind = comparison.of(kind)
        if not of_kind:
            continue
        yield f"{_TITLES[kind]} ({len(of_kind):,}):"
        named: set[str] = set()
        for cause in comparison.causes:
            if cause.kind is kind:
                named.update(cause.ids)
                yield f"  {cause.title} [{cause.cause}] ({len(cause.ids):,})"
                shown = [changes[name] for name in cause.ids]
                yield from _some(shown, "    ", _SHOWN_IDS)
        yield from _some([one for one in of_kind if one.id not in named], "  ", 3 * _SHOWN_IDS)
    if comparison.changes:
        yield "By row:"
    for row, counts in comparison.by_row().items():
        yield f"  {row}: " + ", ".join(_count(counts[kind], kind) for kind in Kind if counts[kind])


def _some(changes: list[Change], indent: str, limit: int) -> Iterator[str]:
    for change in changes[:limit]:
        marks = "".join(f" ({mark})" for mark in _marks(change))
        reason = f": {one_line(change.reason, 160)}" if change.reason else ""
        yield f"{indent}{change.id} {_step(change)}{marks}{reason}"
    if len(changes) > limit:
        yield f"{indent}and {len(changes) - limit:,} more; --json has them all"


def _step(change: Change) -> str:
    return f"{change.before or 'none'} → {change.after or 'none'}"


def _marks(change: Change) -> Iterator[str]:
    if change.data_lost and change.kind is Kind.FAILED:
        yield "DATA LOSS"
    if change.bad and change.kind is Kind.NEW:
        yield "fails"
    if change.client_differs:
        yield "the client has another version"
    if change.asked_differently and change.kind is Kind.FAILED:
        yield "the check did not look at this on A"


def markdown(comparison: Comparison) -> str:
    """The comparison in Markdown, worst first, in fewer than LONGEST_COMMENT characters.

    All that a run log gave is in code spans: there it is no mention, link or markup.
    """
    kept: list[str] = []
    left = LONGEST_COMMENT - _ROOM_FOR_THE_END
    lines = list(_markdown_lines(comparison))
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            missing = len(lines) - len(kept)
            kept += ["", f"{missing:,} more lines have no room here; `--json` has them all."]
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


def _markdown_lines(comparison: Comparison) -> Iterator[str]:
    failed = len(comparison.of(Kind.FAILED))
    yield f"### s3compat: {counted(failed, 'new failure') if failed else 'no new failure'}"
    yield ""
    yield f"{summary(comparison)}."
    yield ""
    yield f"A: {_codes(comparison.a.runs)} · B: {_codes(comparison.b.runs)}"
    if comparison.notes:
        yield from ("", "Beside the endpoint this differs:", "")
        yield from (f"- {markdown_code(note)}" for note in comparison.notes)
    changes = {change.id: change for change in comparison.changes}
    for kind in Kind:
        of_kind = comparison.of(kind)
        if not of_kind:
            continue
        yield from ("", f"#### {_TITLES[kind]} ({len(of_kind):,})", "")
        named: set[str] = set()
        for cause in comparison.causes:
            if cause.kind is kind:
                named.update(cause.ids)
                yield f"- **{len(cause.ids):,}** · {markdown_code(cause.title)}"
                yield from (f"  {_item(changes[name])}" for name in cause.ids)
        yield from (_item(one) for one in of_kind if one.id not in named)
        if kind is Kind.FAILED:
            yield from _row_table(comparison)


def _row_table(comparison: Comparison) -> Iterator[str]:
    """The rows with a new failure; it stands before what is less bad, so that it has room."""
    yield from (
        "",
        "| Row | " + " | ".join(_COUNTED.values()) + " |",
        "|---" * (len(Kind) + 1) + "|",
    )
    for row, counts in comparison.by_row().items():
        if counts[Kind.FAILED]:
            cells = " | ".join(str(counts[kind]) for kind in Kind)
            yield f"| {markdown_code(row, in_table=True)} | {cells} |"


def _item(change: Change) -> str:
    marks = "".join(f" **{mark}**" for mark in _marks(change))
    reason = f": {markdown_code(one_line(change.reason, 200))}" if change.reason else ""
    return f"- {markdown_code(change.id)} {_step(change)}{marks}{reason}"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(markdown_code(name) for name in names)
