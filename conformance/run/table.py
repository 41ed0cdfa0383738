"""The table at the end of a run: rows down, clients across, what passed of what was claimed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from conformance.model import Outcome, Result
from conformance.model.verdict import scored

UNBOUNDED = 10_000  # characters
STYLES = {
    "lost": "bold white on red",
    "good": "green",
    "bad": "bold red",
    "ours": "bold magenta",
    "quiet": "dim",
}
_WORST_FIRST = ("lost", "ours", "bad", "good", "quiet")
LEAST_TITLE = 20  # characters that a row's title needs beside the columns


def outcome_table(
    titles: Mapping[str, str],
    clients: Sequence[str],
    results: Iterable[Result],
    *,
    families: Mapping[str, str] | None = None,
    width: int | None = None,
) -> Table:
    """The table of these results; ``titles`` gives row id → title, in the order to show.

    Where it would be wider than ``width`` (characters), the clients of one family (client → family)
    are one column, which has the cell of the worst of them.
    """
    cells: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        cells.setdefault((result.row, result.client), []).append(result)
    seen = {row for row, _ in cells}
    rows = [*(known for known in titles if known in seen), *sorted(seen - titles.keys())]
    columns = {client: [cell(cells.get((row, client), [])) for row in rows] for client in clients}
    if width is not None and families and _needed(columns) > width:
        columns = _folded(columns, families)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("row", no_wrap=True, overflow="ellipsis")
    for client, texts in columns.items():
        widest = max([len(client), *map(len, texts)])
        table.add_column(client, justify="right", no_wrap=True, min_width=widest)
    for number, row in enumerate(rows):
        table.add_row(titles.get(row, row), *(texts[number] for texts in columns.values()))
    return table


def _needed(columns: Mapping[str, list[Text]]) -> int:
    return LEAST_TITLE + sum(1 + max([len(name), *map(len, t)]) for name, t in columns.items())


def _folded(
    columns: Mapping[str, list[Text]], families: Mapping[str, str]
) -> dict[str, list[Text]]:
    """A column for each family, in the order of their first clients."""
    members: dict[str, list[list[Text]]] = {}
    for client, texts in columns.items():
        members.setdefault(families.get(client, client), []).append(texts)
    return {
        family: [min(row, key=_badness) for row in zip(*found, strict=True)]
        for family, found in members.items()
    }


def _badness(text: Text) -> tuple[int, float]:
    """The worse, the smaller: by what it says, then by the share that passes; nothing is last."""
    if not text.plain:
        return len(_WORST_FIRST), 1.0
    kind = next(kind for kind in _WORST_FIRST if STYLES[kind] == text.style)
    passed, _, claimed = text.plain.partition(" ")[0].partition("/")
    share = int(passed) / int(claimed) if passed.isdigit() and claimed.isdigit() else 1.0
    return _WORST_FIRST.index(kind), share


def print_whole(console: Console, table: Table) -> None:
    """Print the table; where nobody looks at a screen, as wide as it has to be."""
    if console.is_terminal:
        console.print(table)
        return
    unbounded = console.options.update(max_width=UNBOUNDED)
    before = console.width
    console.width = max(before, Measurement.get(console, unbounded, table).maximum)
    try:
        console.print(table)
    finally:
        console.width = before


def cell(results: Sequence[Result]) -> Text:
    """One cell, in the signs that ``legend`` explains."""
    counts = Counter(result.outcome for result in results if scored(result))
    passed, failed = counts[Outcome.PASS], counts[Outcome.FAIL]
    words = [f"{passed}/{passed + failed}"] if passed + failed else []
    if counts[Outcome.BLOCKED]:
        words.append(
            f"⊘{counts[Outcome.BLOCKED]}" if words else f"{counts[Outcome.BLOCKED]} blocked"
        )
    if counts[Outcome.ERROR]:
        words.append(f"{counts[Outcome.ERROR]} error")
    if counts[Outcome.DECLARED]:
        words.append(f"≠{counts[Outcome.DECLARED]}" if words else "declared")
    if counts[Outcome.NOT_CLAIMED] and not words:
        words.append("not claimed")
    if any(result.data_lost for result in results):
        words, style = ["DATA LOSS"], STYLES["lost"]
    elif counts[Outcome.ERROR]:
        style = STYLES["ours"]
    elif failed or counts[Outcome.BLOCKED]:
        style = STYLES["bad"]
    else:
        style = STYLES["good" if passed else "quiet"]
    if not words and counts[Outcome.CLIENT_CANNOT]:
        words.append("-")
    if not words and counts[Outcome.NOT_TRIED]:
        words.append("not tried")
    if not words and results:
        words.append("○")
    return Text(" ".join(words), style=style)


def legend(table: Table, clients: Sequence[str]) -> str:
    """What the signs of an ``outcome_table`` of these clients mean, those that it shows."""
    columns = table.columns[1:]
    shown = [str(text) for column in columns for text in column.cells]
    parts = (
        ["an outcome is one check through one client", "5/6: 5 of 6 scored outcomes pass"]
        if any("/" in text for text in shown)
        else []
    )
    parts += [said for sign, said in _SIGNS.items() if any(sign in text.split() for text in shown)]
    parts += [said for sign, said in _COUNTED.items() if any(sign in text for text in shown)]
    folded = [str(column.header) for column in columns if column.header not in clients]
    if "" in shown:
        whose = "client, or for any of the family" if folded else "client"
        parts.append(f"empty: no check of this row is for the {whose}")
    if folded:
        parts.append(f"{', '.join(folded)}: a family of clients; the column shows its worst client")
    return f"In this table, {'; '.join(parts)}" if parts else ""


_SIGNS = {
    "-": "-: the client cannot send these requests",
    "○": "○: only shown, and never scored",
}
_COUNTED = {
    "≠": "≠1: 1 more outcome differs from S3 exactly as the server's documentation says",
    "⊘": "⊘1: 1 more outcome could not be set up",
}
