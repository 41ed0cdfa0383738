"""Filters of configurations: one predicate, or an And of at least two.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_MetricsAndOperator.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def well_formed(given: Mapping[str, Any]) -> bool:
    """Whether a Filter has no more than one member, and its And, where it has one, two or more."""
    if len(given) > 1:
        return False
    both = given.get("And")
    return both is None or sum(_count(value) for value in both.values()) > 1


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1
