"""Times in signatures: reading them, and writing them into the errors about them."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime
from functools import lru_cache

_long_format = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII).fullmatch

SKEW = 15 * 60  # seconds a clock may be off


@lru_cache(maxsize=256)
def parse_amz_date(text: str) -> int | None:
    """Seconds since 1970 of ``20130524T000000Z``; None when it is none, or one before 1970.

    scality/Arsenal#180 and brekkylab/backlot have what S3 says of earlier ones.
    """
    match = _long_format(text)
    if match is None:
        return None
    try:
        seconds = timegm(datetime(*map(int, match.groups())).timetuple())  # type: ignore[arg-type]  # six integers
    except ValueError:
        return None
    return seconds if seconds >= 0 else None


def amz_date(seconds: float) -> str:
    """``20130524T000000Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")


def iso_date(seconds: float) -> str:
    """``2013-05-24T00:00:00Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
