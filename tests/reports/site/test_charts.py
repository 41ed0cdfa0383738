"""The line of a trend: where it is drawn, and with how many points."""

from __future__ import annotations

import pytest

from reports.site.charts import trend


def test_a_line_of_a_trend_is_exactly_drawn() -> None:
    days = [(f"2026-11-{day:02}T00:00:00+00:00", passed, 100) for day, passed in ((1, 90), (3, 95))]
    drawn = trend([*days, ("2026-11-04T00:00:00+00:00", 0, 0)], 106, 26)

    assert drawn is not None
    assert (drawn.floor, drawn.top) == (90, 100)
    assert drawn.line == "3,23 103,13"
    assert drawn.area == "3,26 3,23 103,13 103,26"
    assert drawn.last == (103.0, 13.0)
    assert drawn.words == "from 90.0% on 2026-11-01 to 95.0% on 2026-11-03"
    alone = trend(days[:1], 106, 26)
    assert alone is not None
    assert (alone.line, alone.words) == ("103,23", "90.0% on 2026-11-01")


@pytest.mark.parametrize(("runs", "points"), [(400, 400), (799, 799), (800, 400), (1600, 400)])
def test_a_line_has_points_that_can_be_told_apart(runs: int, points: int) -> None:
    drawn = trend(
        [(f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02}", 1, 2) for n in range(runs)], 9, 9
    )

    assert drawn is not None
    assert len(drawn.line.split(" ")) == points
