"""Every test has an end: one that hangs is stopped, and a slow one is given longer."""

from __future__ import annotations

import pytest

from tests.conftest import SLOW


def test_a_test_has_an_end(pytestconfig: pytest.Config) -> None:
    assert 0 < float(pytestconfig.getini("timeout")) <= 300


@pytest.mark.slow
def test_a_slow_test_has_a_later_end(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("timeout")

    assert marker.args == (SLOW,)
