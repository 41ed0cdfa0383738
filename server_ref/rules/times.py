"""Times as the store keeps them (whole seconds) and as answers show them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=4096)
def moment(seconds: float) -> datetime:
    """An aware datetime, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=4096)
def iso(seconds: int) -> str:
    """As listings write it: ``2009-10-12T17:50:30.000Z``."""
    return moment(seconds).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def seconds(clock_time: datetime) -> int:
    """A modification time: S3 keeps whole seconds."""
    return int(clock_time.timestamp())
