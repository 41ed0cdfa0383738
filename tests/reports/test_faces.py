"""What one cell of the grid shows: its count, or the word for its state."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

import reports
from conformance.model import Expectation, Outcome, Result
from matrix import load_matrix
from reports.overview import State, make_overview
from reports.page import CellFace, Page
from tests.reports import synthetic
from tests.reports.runs import logged, one

MATRIX = load_matrix()
ROW = MATRIX.rows["put-object"]
GONE = (Expectation("object k", "still there", "gone", ok=False, lost=True),)


def face(tmp_path: Path, *results: Result) -> CellFace:
    log = synthetic.write_log(tmp_path / "run.jsonl", results, clients={"raw": "1"})
    page = Page(make_overview([log], MATRIX))
    (row,) = (row for row in page.rows if row.id == ROW.id)
    return page.face(row.cells, "PUT object")


def made(*outcomes: Outcome) -> list[Result]:
    return [
        synthetic.result(ROW, f"check_{number}", "raw", outcome)
        for number, outcome in enumerate(outcomes)
    ]


@pytest.mark.parametrize(
    ("outcomes", "state", "text"),
    [
        ((Outcome.PASS, Outcome.PASS), State.PASS, "2/2"),
        ((Outcome.PASS, Outcome.FAIL), State.FAIL, "1/2"),
        ((Outcome.PASS, Outcome.DECLARED), State.DECLARED, "1/1 ≠1"),
        ((Outcome.DECLARED,), State.DECLARED, "declared"),
        ((Outcome.PASS, Outcome.ERROR), State.ERROR, "error 1"),
        ((Outcome.PASS, Outcome.BLOCKED), State.BLOCKED, "blocked 1"),
        ((Outcome.NOT_CLAIMED,), State.NOT_CLAIMED, "not claimed"),
        ((Outcome.CLIENT_CANNOT,), State.CLIENT_CANNOT, "cannot"),
        ((Outcome.NOT_TRIED,), State.NOT_TRIED, "not tried"),
    ],
)
def test_a_cell_shows_its_count_or_its_state(
    tmp_path: Path, outcomes: tuple[Outcome, ...], state: State, text: str
) -> None:
    shown = face(tmp_path, *made(*outcomes))
    assert (shown.state, shown.text) == (state, text)


def test_lost_data_and_what_is_not_scored_are_said_in_words(tmp_path: Path) -> None:
    (lost,) = made(Outcome.FAIL)
    shown = face(tmp_path, msgspec.structs.replace(lost, expectations=GONE))
    assert (shown.state, shown.text) == (State.LOST, "data loss")
    (observed,) = made(Outcome.FAIL)
    shown = face(tmp_path, msgspec.structs.replace(observed, verified="observed"))
    assert (shown.state, shown.text) == (State.OBSERVED, "only shown")


def test_a_count_that_failed_says_how_many_tenths_passed(tmp_path: Path) -> None:
    assert face(tmp_path, *made(Outcome.PASS, Outcome.FAIL)).tenths == 5
    assert face(tmp_path, *made(Outcome.PASS)).tenths is None


def test_the_counts_are_of_what_is_scored_and_the_legend_of_what_is_shown(tmp_path: Path) -> None:
    passed, failed, observed = made(Outcome.PASS, Outcome.FAIL, Outcome.FAIL)
    unscored = msgspec.structs.replace(observed, verified="observed")
    log = synthetic.write_log(tmp_path / "run.jsonl", [passed, failed, unscored])
    page = reports.render("html", [log])
    counts = page[page.index('<ul class="counts">') :].partition("</ul>")[0]
    assert re.findall(r"<b>(\d+)</b> ([a-z ]+)</li>", counts) == [
        ("1", "pass"),
        ("1", "fail"),
        ("1", "only shown"),
    ]
    legend = page[page.index('<ul class="legend"') :].partition("</ul>")[0]
    assert "all 5 scored outcomes pass" in legend
    assert "the client has no way to send these requests" not in legend
    (cannot,) = made(Outcome.CLIENT_CANNOT)
    log = synthetic.write_log(tmp_path / "cannot.jsonl", [cannot])
    assert "the client has no way to send these requests" in reports.render("html", [log])
    for outcome, means in (
        (Outcome.BLOCKED, "so it judged nothing</li>"),
        (Outcome.ERROR, "s3compat itself, or a check of your own, failed</li>"),
    ):
        assert means not in page
        log = synthetic.write_log(tmp_path / f"{outcome}.jsonl", made(outcome))
        assert means in reports.render("html", [log])


def test_what_was_not_set_up_and_is_only_shown_is_counted_as_that(tmp_path: Path) -> None:
    unsure = msgspec.structs.replace(one("u", Outcome.BLOCKED), verified="observed")
    log = logged(tmp_path, one("b", Outcome.BLOCKED), unsure)

    page = reports.render("html", [log])

    assert "<b>1</b> blocked" in page
    assert "<b>1</b> only shown" in page
