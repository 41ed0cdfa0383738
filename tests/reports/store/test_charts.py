"""The lines of the site's charts: where each point stands, and the words beside them."""

from __future__ import annotations

import pytest

pytest.importorskip("pyarrow", reason="pyarrow of the extra `history` is not installed")

from reports.site import charts
from reports.site.charts import Trend, trend


def day(number: int) -> str:
    return f"2026-11-{number:02}T00:00:00Z"


def drawn(*values: tuple[str, int, int]) -> Trend:
    made = trend(values, 106, 46)
    assert made is not None
    return made


def test_points_stand_at_their_time_and_value() -> None:
    made = drawn((day(1), 50, 100), (day(2), 60, 100), (day(5), 55, 100))

    assert made.line == "3,43 28,3 103,23"
    assert made.area == "3,46 3,43 28,3 103,23 103,46"
    assert made.last == (103.0, 23.0)
    assert (made.width, made.height) == (106, 46)


def test_points_stand_at_tenths_of_a_pixel() -> None:
    made = drawn((day(1), 94, 100), (day(2), 973, 1000), (day(4), 100, 100))

    assert made.line == "3,27 36.3,13.8 103,3"


@pytest.mark.parametrize(
    ("passed", "floor", "top"), [(905, 90, 100), (1000, 90, 100), (4, 0, 10), (0, 0, 10)]
)
def test_the_scale_ends_at_nothing_and_at_everything(passed: int, floor: int, top: int) -> None:
    made = drawn((day(1), passed, 1000))

    assert (made.floor, made.top) == (floor, top)


def test_a_line_of_one_point_ends_at_the_right() -> None:
    made = drawn((day(1), 7, 100))

    assert made.line == "103,15"
    assert made.words == "7.0% on 2026-11-01"


def test_several_points_are_told_from_the_first_to_the_last() -> None:
    made = drawn((day(1), 1, 3), (day(2), 0, 0), (day(3), 2, 3))

    assert made.words == "from 33.3% on 2026-11-01 to 66.7% on 2026-11-03"
    assert (made.floor, made.top) == (30, 70)


@pytest.mark.parametrize(("points", "kept"), [(3, 3), (4, 4), (5, 5), (7, 7), (8, 4), (9, 5)])
def test_of_many_points_every_so_many_are_drawn(
    monkeypatch: pytest.MonkeyPatch, points: int, kept: int
) -> None:
    monkeypatch.setattr(charts, "MOST_POINTS", 4)

    made = drawn(*((day(number + 1), 50, 100) for number in range(points)))

    assert len(made.line.split()) == kept
