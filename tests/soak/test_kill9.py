"""A slice of the crash soak: a few dozen kills, every promise checked after each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.kill9 import soak


@pytest.mark.slow
def test_acknowledged_writes_survive_kill_9(tmp_path: Path) -> None:
    """Nothing acknowledged is lost and nothing half-done is visible."""
    kept = soak(30, seed=20261124, folder=tmp_path, report=lambda _line: None)
    assert kept > 100, "the load was too thin to prove anything"
