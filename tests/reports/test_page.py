"""What a page works out for its templates: the parts of a bar, anchors, and claims."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.model import Expectation, Outcome, RunLog
from matrix import load_matrix
from reports.overview import State, make_overview
from reports.page import CellFace, Page
from tests.reports.runs import logged, one


def page_of(*logs: RunLog) -> Page:
    return Page(make_overview(logs, load_matrix()))


def test_a_bar_has_a_part_for_each_outcome_there_is(tmp_path: Path) -> None:
    page = page_of(logged(tmp_path, one("a", Outcome.PASS)))
    counts = dict.fromkeys(Outcome, 0) | {Outcome.PASS: 6, Outcome.BLOCKED: 1, Outcome.NOT_TRIED: 1}

    assert page.bar(counts, 4) == [
        ("pass", 0.0, 60.0),
        *sorted(
            (part for part in page.bar(counts, 4) if part[0] != "pass"), key=lambda part: part[1]
        ),
    ]
    assert {name: round(width, 9) for name, _, width in page.bar(counts, 4)} == {
        "pass": 60.0,
        "blocked": 10.0,
        "not_tried": 10.0,
        "untested": 20.0,
    }
    assert page.bar(dict.fromkeys(Outcome, 0), 0) == []
    assert [name for name, _, _ in page.bar(counts, 0)] == ["pass", "not_tried", "blocked"]


def test_anchors_are_names_of_their_own(tmp_path: Path) -> None:
    page = page_of(logged(tmp_path, one("a", Outcome.PASS)))

    assert page.anchor("a", "b c") == "a--b-c"
    assert page.anchor("a", "b/c") == "a--b-c-2"
    assert page.anchor("a", "b?c") == "a--b-c-3"
    assert page.anchor("a", "b c") == "a--b-c"


def test_a_page_tells_claims_that_say_something(tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'name = "mine"\ntitle = "Mine"\nsource = "https://x"\n'
        '[claims.get-object]\nwords = "all of it"\n'
        '[claims.put-object]\nsupport = "limited"\nwords = "small"\ncite = "https://x"\n'
        "[claims.head-object]\n"
    )
    page = page_of(logged(tmp_path, one("a", Outcome.PASS), profile=str(profile)))
    said = {row.id: page.claims(row) for row in page.overview.rows}

    assert [(label, claim.words) for label, claim in said["get-object"]] == [
        ("store.example.com", "all of it")
    ]
    assert [claim.words for _, claim in said["put-object"]] == ["small"]
    assert said["head-object"] == []
    assert said["delete-object"] == []


@pytest.mark.parametrize("lost", [False, True])
def test_a_reason_is_one_line_of_a_length(lost: bool, tmp_path: Path) -> None:
    page = page_of(logged(tmp_path, one("a", Outcome.PASS)))

    def told(reason: str) -> str:
        seen = (Expectation("x", "a", "b", ok=False, lost=lost),)
        words = f"data loss: {reason}" if lost else reason
        return page.reason(one("a", Outcome.FAIL, reason=words, expectations=seen))

    assert told("a\n b") == "a b"
    assert told("x" * 260) == "x" * 260
    assert told("x" * 261) == f"{'x' * 260}… (1 more character)"


def test_a_brief_page_has_no_answers_of_the_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(logged(tmp_path, result := one("a", Outcome.FAIL)))
    column = page.overview.columns[0]
    monkeypatch.setattr("reports.page.answers_to", lambda *asked: asked)

    assert page.answers(column, result) == (result, page._reference[0])
    page.brief = True
    assert page.answers(column, result) is None


def test_examples_are_of_each_run_as_many(tmp_path: Path) -> None:
    logs = [
        logged(tmp_path, *(one(name, Outcome.FAIL, reason=f"status {name}") for name in names))
        for names in (("a", "b"), ("c",))
    ]
    page = page_of(*logs)
    causes = {run.label: [cause.example.id for cause in run.causes] for run in page.overview.runs}
    assert len(causes) == 2

    assert len(page.examples(2)) == 2
    assert len(page.examples(3)) == 2
    assert {one.id for one in page.examples(4)} >= {ids[0] for ids in causes.values()}
    assert page_of(logged(tmp_path, one("a", Outcome.PASS))).examples(4) == []


def test_the_results_of_a_check_stand_by_run(tmp_path: Path) -> None:
    logs = [
        logged(tmp_path, one("a", Outcome.PASS), one("a", Outcome.FAIL, client="raw")),
        logged(tmp_path, one("a", Outcome.FAIL)),
    ]
    page = page_of(*logs)
    [check] = page.checks["get-object"]

    by_run = page.by_run(check)

    assert [run for run, _ in by_run] == list(page.overview.runs)
    assert [cell.column.client for _, cell in by_run] == ["boto3", "boto3"]
    assert [[one.outcome for one in cell.results] for _, cell in by_run] == [
        [Outcome.PASS, Outcome.FAIL],
        [Outcome.FAIL],
    ]


@pytest.mark.parametrize(
    ("faces", "worst"),
    [
        ([(State.PASS, None), (State.FAIL, 7), (State.FAIL, 3)], 2),
        ([(State.FAIL, 0), (State.FAIL, 7), (State.PASS, None)], 0),
        ([(State.PASS, None), (State.PASS, None)], 0),
    ],
)
def test_a_folded_band_shows_the_worst_of_it(
    faces: list[tuple[State, int | None]], worst: int
) -> None:
    made = [
        CellFace(state, "m", "t", f"label {number}", tenths)
        for number, (state, tenths) in enumerate(faces)
    ]
    page: Any = SimpleNamespace(face=lambda cells, _: made[cells[0]])
    band: Any = SimpleNamespace(columns=range(len(made)))
    row: Any = SimpleNamespace(cells=range(len(made)))

    shown = Page.worst(page, band, [row], "title")

    assert shown.label == f"label {worst} (the worst of {len(made)})"
    assert (shown.state, shown.tenths) == faces[worst]
