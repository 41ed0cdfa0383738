"""The server's clock: how durations are read, and how it is moved and reset."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from server_ref.clock import Clock, FileClock, duration
from tests.server.at_noon import NOON


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("12h", timedelta(hours=12)),
        ("31d", timedelta(days=31)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("36525d", timedelta(days=36525)),
        ("0" * 39 + "s", timedelta()),
    ],
)
def test_a_duration(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "5", "5x", "4s3m", "-1s", "36526d", "0" * 40 + "s", "\uff11s"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no duration|longer than a hundred years"):
        duration(text)


def test_a_clock_is_moved_and_reset() -> None:
    clock = Clock(lambda: NOON, timedelta(hours=1))
    assert clock() == NOON + timedelta(hours=1)
    clock.move(timedelta(minutes=5))
    clock.move(-timedelta(minutes=1))
    assert clock() == NOON + timedelta(hours=1, minutes=4)
    clock.reset()
    assert clock() == NOON + timedelta(hours=1)


def test_a_clock_is_moved_by_what_a_file_says(tmp_path: Path) -> None:
    """A file that is half written leaves it where it was; one that is there again is read again."""
    file = tmp_path / "clock"
    clock = FileClock(file, lambda: NOON)
    moved = []
    for stamp, text in enumerate(["1h", "2h", "nonsense", "3h"], start=1):
        file.write_text(text + "\n")
        os.utime(file, ns=(stamp * 10**9, stamp * 10**9))
        moved.append((clock() - NOON, clock() - NOON))
    file.unlink()

    hours = [timedelta(hours=n) for n in (1, 2, 2, 3)]
    assert moved == [(one, one) for one in hours]
    assert clock() == NOON + timedelta(hours=3)
