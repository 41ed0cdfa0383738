"""Trends as inline SVG: a line of what passes of what is scored, drawn to be read at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_POINTS = 400  # of one line; more cannot be told apart


@dataclass(frozen=True)
class Trend:
    """A line in a box of ``width`` by ``height``: its points as SVG has them, and its words."""

    width: int
    height: int
    line: str
    area: str
    last: tuple[float, float]
    floor: int  # percent at the bottom
    top: int  # percent at the top
    words: str


def trend(values: Sequence[tuple[str, int, int]], width: int, height: int) -> Trend | None:
    """The line of (time, passed, scored), oldest first; None where nothing was scored."""
    kept = [(_seconds(time), 100 * p / c, time[:10]) for time, p, c in values if c]
    if not kept:
        return None
    kept = kept[:: max(1, len(kept) // MOST_POINTS)]
    floor = min(90, int(min(value for _, value, _ in kept) // 10) * 10)
    top = min(100, max(floor + 10, 10 * -int(-max(value for _, value, _ in kept) // 10)))
    begin, end = kept[0][0], kept[-1][0]
    pad = 3.0

    def place(second: float, value: float) -> tuple[float, float]:
        x = (
            width - pad
            if end == begin
            else pad + (width - 2 * pad) * (second - begin) / (end - begin)
        )
        y = pad + (height - 2 * pad) * (top - value) / (top - floor)
        return round(x, 1), round(y, 1)

    places = [place(second, value) for second, value, _ in kept]
    line = " ".join(f"{x:g},{y:g}" for x, y in places)
    first, last = kept[0], kept[-1]
    words = f"{last[1]:.1f}% on {last[2]}"
    if len(kept) > 1:
        words = f"from {first[1]:.1f}% on {first[2]} to {words}"
    area = f"{places[0][0]:g},{height} {line} {places[-1][0]:g},{height}"
    return Trend(width, height, line, area, places[-1], floor, top, words)


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
