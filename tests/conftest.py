"""What holds for every test here: a slow machine fails no generated case, and each has an end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

SLOW = 1800  # seconds that a test marked slow may take; of the others pyproject.toml speaks

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests a longer end than the others, unless one says its own."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW))
