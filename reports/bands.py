"""Bands: columns of one family of clients, folded to one, where a grid would be too wide.

Without JavaScript: a checkbox above the grid unfolds each band, by rules of the style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.overview import Column

WIDEST = 7  # columns of a grid that folds nothing
WIDEST_FOLDED = 14  # bands of a grid in which a run is not folded to one


@dataclass(frozen=True)
class Band:
    """Neighbouring columns under one heading. A band with one column is never folded.

    ``number`` is that of its checkbox: bands of one name have the same. ``columns`` are positions
    in the overview's columns.
    """

    name: str
    number: int
    columns: tuple[int, ...]
    label: str  # of the run

    @property
    def folds(self) -> bool:
        """Whether there is something to fold."""
        return len(self.columns) > 1


def bands(columns: Sequence[Column]) -> tuple[Band, ...]:
    """The bands of a grid, in the order of their first columns; none where the grid is narrow.

    A band is a family of clients of one run; where that leaves too many, it is a run.
    """
    if len(columns) <= WIDEST:
        return ()
    found = _grouped(columns, whole_runs=False)
    if len(found) > WIDEST_FOLDED:
        found = _grouped(columns, whole_runs=True)
    return found if any(band.folds for band in found) else ()


def _grouped(columns: Sequence[Column], *, whole_runs: bool) -> tuple[Band, ...]:
    members: dict[tuple[int, str], list[int]] = {}
    for place, column in enumerate(columns):
        family = column.run.log.header.families.get(column.client, column.client)
        name = column.run.label if whole_runs else family
        members.setdefault((column.run.index, name), []).append(place)
    numbers: dict[str, int] = {}
    return tuple(
        Band(
            name if len(places) > 1 or whole_runs else columns[places[0]].client,
            numbers.setdefault(name, len(numbers)),
            tuple(places),
            "" if whole_runs else columns[places[0]].run.label,
        )
        for (_, name), places in members.items()
    )


def unfolding(found: Sequence[Band]) -> dict[int, tuple[str, tuple[int, ...]]]:
    """Each checkbox: its number, the band's name, and the columns of all the bands it unfolds."""
    boxes: dict[int, tuple[str, tuple[int, ...]]] = {}
    for band in found:
        if band.folds:
            _, before = boxes.get(band.number, (band.name, ()))
            boxes[band.number] = band.name, (*before, *band.columns)
    return boxes


def rules(found: Sequence[Band]) -> str:
    """The style sheet's rules: a checked box shows a band's columns, an unchecked one the band."""
    return "\n".join(
        f"#grid:has(#unfold-{number}:checked) .band-{number}, "
        f"#grid:not(:has(#unfold-{number}:checked)) .of-{number} {{ display: none; }}"
        for number in unfolding(found)
    )
