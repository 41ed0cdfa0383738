"""How much of what crosses the wire is taken, kept and shown: figures that no test can afford."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.figures import figure

KIB, MIB = 1024, 1024**2

BOUNDS = {
    "authority:_LIFE": timedelta(days=1),
    "exchanges:KEPT": 8 * KIB,
    "exchanges:MOST_INTERIM": 20,
    "exchanges:_HEAD_LIMIT": MIB,
    "proxy:LONGEST_HEAD": 64 * KIB,
    "recorder:MEMORY_LIMIT": 256 * KIB,
    "recorder:MOST_RECEIVED": 64 * MIB,
    "redact:LONGEST_TEXT": 64 * KIB,
    "redact:MOST_HEADERS": 200,
    "redact:MOST_LEARNED": 200,
    "reproduce:_LINE_WIDTH": 88,
    "reproduce:_INLINE": 200,
    "secrets:SHORT": 8,
    "secrets:_FRAGMENT": 6,
}


@pytest.mark.parametrize(("place", "is_"), BOUNDS.items())
def test_a_figure(place: str, is_: Any) -> None:
    assert figure(f"conformance.evidence.{place}") == is_
