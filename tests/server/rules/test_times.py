"""Times are whole seconds in UTC."""

from __future__ import annotations

from datetime import timedelta

from server_ref.rules import times
from tests.server.at_noon import NOON, SECOND


def test_times_are_whole_seconds_in_utc() -> None:
    assert times.moment(SECOND) == NOON
    assert times.iso(SECOND) == "2026-02-03T12:00:00.000Z"
    assert times.seconds(NOON + timedelta(milliseconds=999)) == SECOND
