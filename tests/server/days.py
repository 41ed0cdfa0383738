"""A clock for tests in which days pass."""

from __future__ import annotations

from datetime import UTC, datetime

# Half past ten: days end at the midnight after it.
START = datetime(2030, 1, 15, 10, 30, tzinfo=UTC)


class Days:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now
