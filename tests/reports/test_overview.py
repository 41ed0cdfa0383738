"""What a cell of the overview shows: the outcome that most needs to be seen, and the counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Expectation, Outcome, Result
from matrix import load_matrix
from reports.overview import State, checks_of, make_overview
from tests.reports import synthetic

ROW = load_matrix().rows["get-object-range"]
PASS, FAIL, BLOCKED, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.BLOCKED, Outcome.ERROR
DECLARED, NOT_CLAIMED = Outcome.DECLARED, Outcome.NOT_CLAIMED
CANNOT, NOT_TRIED = Outcome.CLIENT_CANNOT, Outcome.NOT_TRIED
SEEN_ONLY = "observed"  # a check that is reported and never scored


def one(number: int, outcome: Outcome, verified: str = "documented") -> Result:
    return synthetic.result(ROW, f"check_{number}", "boto3", outcome, verified=verified)


@pytest.mark.parametrize(
    ("outcomes", "state", "passed", "claimed"),
    [
        ([PASS, PASS], State.PASS, 2, 2),
        ([PASS, (FAIL, SEEN_ONLY)], State.PASS, 1, 1),
        ([(FAIL, SEEN_ONLY)], State.OBSERVED, 0, 0),
        ([(FAIL, SEEN_ONLY), (FAIL, SEEN_ONLY)], State.OBSERVED, 0, 0),
        ([(PASS, SEEN_ONLY)], State.OBSERVED, 0, 0),
        ([(FAIL, SEEN_ONLY), NOT_CLAIMED], State.OBSERVED, 0, 0),
        ([(FAIL, SEEN_ONLY), BLOCKED], State.BLOCKED, 0, 0),
        ([(FAIL, SEEN_ONLY), DECLARED], State.DECLARED, 0, 0),
        ([(BLOCKED, SEEN_ONLY)], State.OBSERVED, 0, 0),
        ([PASS, (BLOCKED, SEEN_ONLY)], State.PASS, 1, 1),
        ([(BLOCKED, SEEN_ONLY), BLOCKED], State.BLOCKED, 0, 0),
        ([PASS, FAIL], State.FAIL, 1, 2),
        ([FAIL, BLOCKED, DECLARED], State.FAIL, 0, 1),
        ([FAIL, ERROR], State.ERROR, 0, 1),
        ([PASS, BLOCKED], State.BLOCKED, 1, 1),
        ([PASS, DECLARED], State.DECLARED, 1, 1),
        ([BLOCKED, CANNOT], State.BLOCKED, 0, 0),
        ([NOT_CLAIMED, CANNOT, NOT_TRIED], State.NOT_CLAIMED, 0, 0),
        ([CANNOT, NOT_TRIED], State.CLIENT_CANNOT, 0, 0),
        ([NOT_TRIED], State.NOT_TRIED, 0, 0),
        ([], State.UNTESTED, 0, 0),
    ],
)
def test_a_cell_shows_what_most_needs_to_be_seen(
    outcomes: list[Outcome | tuple[Outcome, str]],
    state: State,
    passed: int,
    claimed: int,
    tmp_path: Path,
) -> None:
    given = [each if isinstance(each, tuple) else (each, "documented") for each in outcomes]
    results = [one(number, *each) for number, each in enumerate(given)]
    log = synthetic.write_log(tmp_path / "run.jsonl", results, clients={"boto3": "1"})

    overview = make_overview([log], load_matrix())

    [cell] = next(row.cells for row in overview.rows if row.id == ROW.id)
    assert (cell.state, cell.passed, cell.claimed) == (state, passed, claimed)


def test_lost_data_is_shown_before_anything_else(tmp_path: Path) -> None:
    row = load_matrix().rows["data-safety"]
    results = [synthetic.loss(client="boto3"), synthetic.result(row, "broken", "boto3", ERROR)]
    log = synthetic.write_log(tmp_path / "run.jsonl", results, clients={"boto3": "1"})

    overview = make_overview([log], load_matrix())

    [cell] = next(view.cells for view in overview.rows if view.id == row.id)
    assert cell.state is State.LOST


@pytest.mark.parametrize(
    ("passes", "fails", "percent"),
    [(0, 0, "—"), (0, 1, "0%"), (1, 2, "33%"), (2, 1, "66%"), (9, 1, "90%"), (199, 1, "99%"),
     (3, 0, "100%")],
)  # fmt: skip
def test_the_percentage_is_rounded_down(
    passes: int, fails: int, percent: str, tmp_path: Path
) -> None:
    outcomes = [PASS] * passes + [FAIL] * fails
    results = [one(number, outcome) for number, outcome in enumerate(outcomes)]
    log = synthetic.write_log(tmp_path / "run.jsonl", results)

    [run] = make_overview([log], load_matrix()).runs

    assert run.percent == percent


def test_checks_that_need_attention_come_first(tmp_path: Path) -> None:
    lost = (Expectation("x", "a", "b", ok=False, lost=True),)
    results = [
        synthetic.result(ROW, "d", "boto3", PASS),
        synthetic.result(ROW, "a", "boto3", PASS),
        synthetic.result(ROW, "c", "boto3", FAIL, expectations=lost),
        synthetic.result(ROW, "b", "boto3", FAIL),
        synthetic.result(ROW, "b", "raw", PASS),
    ]
    overview = make_overview([synthetic.write_log(tmp_path / "run.jsonl", results)], load_matrix())
    row = next(view for view in overview.rows if view.id == ROW.id)

    checks = checks_of(row)

    assert [view.result.check[-1] for view in checks] == ["c", "b", "a", "d"]
    assert [len(view.results) for view in checks] == [1, 2, 1, 1]
