"""A fair draw of checks: which of a plan are tried where not all can be, by a seed.

A check's place depends on the seed and its id alone. So a larger draw with the same seed holds the
smaller one, every process of a run draws the same, and neither rows nor cheap checks are favoured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate, takewhile

LEVELS: Mapping[str, tuple[str, ...]] = {
    "must": ("must",),
    "should": ("must", "should"),
    "all": ("must", "should", "may"),
}


def ranked(ids: Iterable[str], seed: int) -> list[str]:
    """The ids in the order in which this seed draws them."""
    return sorted(set(ids), key=lambda one: hashlib.sha256(f"{seed} {one}".encode()).digest())


def drawn(
    ids: Iterable[str], seed: int, *, sample: int, budget: int, cost: Callable[[str], float]
) -> frozenset[str]:
    """The first ``sample`` of the draw, as far as their requests stay within ``budget``.

    0 is no limit. The draw ends at the first check that is too much: to go on to cheaper ones would
    favour them.
    """
    order = ranked(ids, seed)
    if sample:
        order = order[:sample]
    if budget:
        sums = accumulate(cost(one) for one in order)
        order = order[: sum(1 for _ in takewhile(lambda total: total <= budget, sums))]
    return frozenset(order)
