"""A draw is fair, the same for a seed, and within its budget."""

import re
from collections import Counter

import pytest

import matrix
from conformance.run.drawing import drawn
from conformance.run.plan import Selection, SelectionError, make_plan
from conformance.trial.check import discover

IDS = [f"row.check_{number}" for number in range(40)]


def _free(_id: str) -> float:
    return 1


def test_the_same_seed_draws_the_same_and_more_of_it() -> None:
    few = drawn(IDS, 7, sample=5, budget=0, cost=_free)
    assert len(few) == 5
    assert few == drawn(reversed(IDS), 7, sample=5, budget=0, cost=_free)
    assert few < drawn(IDS, 7, sample=10, budget=0, cost=_free)
    assert few != drawn(IDS, 8, sample=5, budget=0, cost=_free)


def test_each_check_is_drawn_about_as_often() -> None:
    times = Counter(
        one for seed in range(400) for one in drawn(IDS, seed, sample=4, budget=0, cost=_free)
    )
    assert set(times) == set(IDS)
    assert min(times.values()) > 15 and max(times.values()) < 75  # 40 are expected


def test_the_budget_ends_the_draw_and_favours_no_cheap_check() -> None:
    dear = drawn(IDS, 7, sample=1, budget=0, cost=_free)
    assert not drawn(IDS, 7, sample=0, budget=9, cost=lambda one: 10 if one in dear else 1)
    assert len(drawn(IDS, 7, sample=0, budget=9, cost=_free)) == 9


def _plan(selection: Selection) -> list[str]:
    plan = make_plan(discover(), matrix.load_matrix(), ["raw"], ["raw"], selection)
    return [planned.id for planned in plan]


def test_a_plan_is_drawn_after_its_filters() -> None:
    every = _plan(Selection(rows=("get-object*",)))
    few = _plan(Selection(rows=("get-object*",), sample=3, seed=1))
    assert len(few) == 3
    assert set(few) < set(every)
    assert few == [one for one in every if one in few]


def test_levels_take_in_those_above() -> None:
    must, should, every = (
        set(_plan(Selection(level=level))) for level in ("must", "should", "all")
    )
    assert must < should < every


def test_a_budget_for_no_check_says_what_to_do() -> None:
    checks = ("errors.every_operation*", "get-object-range.suffix*")
    with pytest.raises(
        SelectionError, match="--budget-requests 1 is too small for the first check"
    ) as refused:
        _plan(Selection(checks=checks, seed=3, budget=1))
    found = re.search(r"chosen: (\S+) needs (\d+) requests; give at", str(refused.value))
    assert found is not None
    few = _plan(Selection(checks=checks, seed=3, budget=int(found[2])))
    assert {one.partition("[")[0] for one in few} == {found[1]}


def test_a_run_says_what_it_drew_by() -> None:
    drawn_by = Selection(sample=3, seed=5, level="must").as_filters()
    assert drawn_by == {"sample": "3", "seed": "5", "level": "must"}
    assert Selection(seed=5).as_filters() == {}
