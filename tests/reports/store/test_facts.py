"""What the site of a store knows of its runs: turns, groups, generations, and trends."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("pyarrow", reason="pyarrow of the extra `history` is not installed")

from conformance.model import Outcome, Result
from matrix import load_matrix
from reports.site.charts import trend
from reports.site.digging import decoded, encoded
from reports.site.model import slug_of
from tests.reports import synthetic
from tests.reports.store.conftest import Adding, facts_of, turned


def test_turns_say_what_failed_and_what_was_fixed_and_since_when(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    put(passing, 1)
    put(turned(passing, 3, 4), 2)
    put(turned(passing, 4, 5), 4)
    facts = facts_of(store)["one"]
    told = {(turn.check, turn.client, facts.points[turn.at].day, turn.kind) for turn in facts.turns}
    names = [(passing[n].check, passing[n].client) for n in (3, 4, 5)]
    assert told == {
        (*names[0], "2026-11-02", "failed"),
        (*names[1], "2026-11-02", "failed"),
        (*names[0], "2026-11-04", "fixed"),
        (*names[2], "2026-11-04", "failed"),
    }
    assert [turn.at for turn in facts.turns] == [2, 2, 1, 1], "newest first"
    days = [facts.points[facts.since[passing[n].id]].day for n in (0, 3, 4, 5)]
    assert days == ["2026-11-01", "2026-11-04", "2026-11-02", "2026-11-04"]


def test_what_was_not_judged_in_between_is_no_change(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    put(passing, 1)
    put(turned(passing, 3, to=Outcome.NOT_TRIED), 2)
    put(turned(passing, 3, to=Outcome.ERROR), 3)
    put(passing[:2], 4)
    put(passing, 5)
    assert facts_of(store)["one"].turns == ()


def test_another_suite_or_client_is_said_at_a_change(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    put(passing, 1)
    put(
        turned(passing, 3),
        2,
        matrix="other0000000",
        clients={**synthetic.CLIENTS, passing[3].client: "9"},
    )
    [turn] = facts_of(store)["one"].turns
    assert turn.suite_differs and turn.client_differs


def test_data_loss_is_a_failure_whatever_it_was_before(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    loss = synthetic.loss()
    put([msgspec.structs.replace(loss, expectations=()), *passing], 1)
    put([loss, *passing], 2)
    [turn] = facts_of(store)["one"].turns
    assert turn.lost and turn.kind == "failed"


def test_groups_releases_and_causes(store: Path, put: Adding, passing: list[Result]) -> None:
    put(passing, 1, server={"version": "1.0"})
    put(turned(passing, 1), 2, server={"version": "1.1"})
    put(turned(passing, 1, 2), 3, server={"version": "1.1"})
    facts = facts_of(store)["one"]
    assert [(one.name, one.runs, one.first, one.last) for one in facts.releases] == [
        ("1.0", 1, 0, 0),
        ("1.1", 2, 1, 2),
    ]
    assert facts.releases[1].cells[passing[1].id] == "fail"
    group = load_matrix().group_of(passing[1].row)
    assert [claimed - passed for _, passed, claimed in facts.groups[group]] == [0, 1, 2]
    assert sum(cause.outcomes for cause in facts.causes) == 2
    assert decoded(encoded(facts)) == facts
    assert decoded(b"") is None
    assert decoded(encoded(msgspec.structs.replace(facts, version=0))) is None


def test_generations_of_an_endpoint_are_apart(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    put(passing, 1, generation="old")
    put(turned(passing, 1), 2, generation="new")
    found = facts_of(store)
    assert list(found) == ["one · new", "one · old"]
    assert all(one.turns == () for one in found.values())


def test_the_latest_outcome_of_a_cell_may_be_of_an_earlier_run(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    put(passing, 1)
    put(turned(passing[:5], 2), 2)
    latest = {one.id: one.outcome for one in facts_of(store)["one"].latest}
    assert len(latest) == len(passing)
    assert latest[passing[2].id] is Outcome.FAIL


@pytest.mark.parametrize(
    ("values", "floor", "top"),
    [([50, 55], 50, 60), ([0, 100], 0, 100), ([100], 90, 100), ([7], 0, 10)],
)
def test_a_trend_is_between_tens(values: list[int], floor: int, top: int) -> None:
    drawn = trend([(f"2026-11-0{n + 1}T00:00:00Z", v, 100) for n, v in enumerate(values)], 100, 40)
    assert drawn is not None
    assert (drawn.floor, drawn.top) == (floor, top)
    assert all(0 <= float(n) <= 100 for n in re.split("[ ,]", drawn.line))
    assert f"{values[-1]}.0%" in drawn.words


def test_nothing_claimed_has_no_trend() -> None:
    assert trend([("2026-11-01T00:00:00Z", 0, 0)], 100, 40) is None


def test_slugs_are_files_everywhere() -> None:
    names = ["S3Proxy", "s3proxy", "a/b", "a-b", "../x", "", ".", "Größe", "x" * 300, "x" * 301]
    slugs = [slug_of(name) for name in names]
    assert len({slug.lower() for slug in slugs}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_][a-z0-9_.-]{0,120}", slug) for slug in slugs)
