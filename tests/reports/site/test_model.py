"""An endpoint of the site: the name of its file, and what changed in it when."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from reports.site import model
from reports.site.model import Endpoint, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [("abc-1.x", "abc-1.x"), ("Abc", "abc-"), ("a b", "a-b-"), ("..", "x-"), ("", "x-")],
)
def test_a_name_for_files(name: str, slug: str) -> None:
    made = slug_of(name)

    if slug == name:
        assert made == name
    else:
        assert made.startswith(slug)
        assert len(made) == len(slug) + 8
    assert len(slug_of("a" * 300)) == 109


def endpoint(runs: int, *turns: tuple[int, str, str], **facts: Any) -> Endpoint:
    """One with so many runs; of each turn, its run, check and kind."""
    points = [SimpleNamespace(run=number, day=f"day {number}") for number in range(runs)]
    made = [
        SimpleNamespace(at=at, check=check, client="raw", kind=kind) for at, check, kind in turns
    ]
    return Endpoint("slug", cast(Any, SimpleNamespace(points=points, turns=made, **facts)))


@pytest.mark.parametrize(("runs", "first"), [(1, 0), (7, 0), (8, 1), (20, 13)])
def test_lately_is_in_the_last_seven_runs(runs: int, first: int) -> None:
    assert endpoint(runs).lately == first


TURNS = [(9, "a", "changed"), (8, "b", "failed"), (8, "b", "failed"), (8, "c", "fixed"),
         (3, "d", "failed"), (2, "e", "failed")]  # fmt: skip


def test_the_last_change_is_where_something_failed_or_was_fixed() -> None:
    changed = endpoint(10, *TURNS).last_change
    assert changed is not None
    assert changed[0].run == 8
    assert changed[1] == {"failed": 2, "fixed": 1}
    assert endpoint(10, (9, "a", "changed")).last_change is None


def test_the_newest_changes_stand_by_run() -> None:
    found = endpoint(10, *TURNS).changes(5)
    assert [(point.run, [turn.check for turn in turns]) for point, turns in found] == [
        (9, ["a"]),
        (8, ["b", "b", "c"]),
        (3, ["d"]),
    ]


def test_since_when_an_outcome_is_as_it_is() -> None:
    one = endpoint(3, since={"a[raw]": 0, "b[raw]": 2})
    assert [one.since(name) for name in ("a[raw]", "b[raw]", "c[raw]")] == ["day 0", "day 2", ""]


def test_the_grid_marks_what_failed_or_was_fixed_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "make_overview", lambda *_: None)
    monkeypatch.setattr(model, "Page", lambda _, turned: turned)
    monkeypatch.setattr(Endpoint, "_log", lambda _: None)

    turned: Any = endpoint(10, *TURNS).grid(cast(Any, None))

    assert turned == {
        ("b", "raw"): {"failed": 2},
        ("c", "raw"): {"fixed": 1},
        ("d", "raw"): {"failed": 1},
    }
