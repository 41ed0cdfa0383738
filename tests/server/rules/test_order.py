"""Whether values or the state are judged first."""

from __future__ import annotations

import pytest

from server_ref.rules import order


@pytest.mark.parametrize(
    ("operation", "first"),
    [
        ("PutBucketAccelerateConfiguration", "state"),
        ("PutObject", "values"),
        ("PutBucketVersioning", "values"),
        ("GetObject", "values"),
    ],
)
def test_which_is_judged_first_is_the_operations(operation: str, first: str) -> None:
    seen: list[str] = []
    order.judge(operation, lambda: seen.append("values"), lambda: seen.append("state"))

    assert seen[0] == first
    assert sorted(seen) == ["state", "values"]
