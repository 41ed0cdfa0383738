"""How long checks lock versions. No check is here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def locked_until(spans: int = 1) -> datetime:
    """A time to keep until: minutes, as what cannot be removed stays; more than clocks differ."""
    return datetime.now(UTC).replace(microsecond=0) + spans * timedelta(minutes=20)
