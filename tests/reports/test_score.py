"""The score of one run or several: the number, and the colour that goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Outcome, RunLog
from matrix import load_matrix
from reports.score import score
from tests.reports import synthetic

ROW = load_matrix().rows["get-object-range"]


def log(path: Path, passes: int, fails: int, **changes: object) -> RunLog:
    """A run with so many scored passes and fails."""
    outcomes = [Outcome.PASS] * passes + [Outcome.FAIL] * fails
    results = [
        synthetic.result(ROW, f"check_{number}", "boto3", outcome)
        for number, outcome in enumerate(outcomes)
    ]
    return synthetic.write_log(path, results, **changes)


@pytest.mark.parametrize(
    ("passes", "fails", "message", "colour"),
    [
        (10, 0, "100% · 10 of 10", "green"),
        (99, 1, "99% · 99 of 100", "amber"),
        (90, 10, "90% · 90 of 100", "amber"),  # the border
        (899, 101, "89% · 899 of 1,000", "red"),
        (0, 1, "0% · 0 of 1", "red"),
    ],
)
def test_nine_in_ten_is_the_border(
    passes: int, fails: int, message: str, colour: str, tmp_path: Path
) -> None:
    made = score([log(tmp_path / "run.jsonl", passes, fails)])
    assert (made.label, made.message, made.colour) == ("S3 conformance", message, colour)
    assert made.reached


def test_several_runs_are_one_number_and_the_worst_of_them(tmp_path: Path) -> None:
    runs = [log(tmp_path / "a.jsonl", 10, 0), log(tmp_path / "b.jsonl", 0, 1)]
    assert score(runs).message == "90% · 10 of 11"
    assert score(runs).colour == "amber"


def test_a_part_says_so_and_a_crash_has_no_number(tmp_path: Path) -> None:
    part = log(tmp_path / "a.jsonl", 1, 0, selection={"rows": "get-*"})
    assert score([part]).label == "S3 conformance (part)"
    crashed = log(tmp_path / "b.jsonl", 1, 0, footer=False)
    for logs in ([crashed], [part, crashed]):
        made = score(logs)
        assert (made.message, made.colour, made.reached) == ("no verdict", "grey", False)


def test_where_nothing_is_claimed_there_is_no_number(tmp_path: Path) -> None:
    results = [synthetic.result(ROW, "check", "boto3", Outcome.NOT_CLAIMED)]
    made = score([synthetic.write_log(tmp_path / "run.jsonl", results)])
    assert (made.message, made.colour) == ("nothing scored", "grey")


def test_lost_data_is_said_before_the_number(tmp_path: Path) -> None:
    lost = synthetic.write_log(tmp_path / "a.jsonl", [synthetic.loss()])
    good = log(tmp_path / "b.jsonl", 99, 0)
    made = score([good, lost])
    assert (made.message, made.colour) == ("DATA LOSS · 99% · 99 of 100", "red")
    crashed = synthetic.write_log(tmp_path / "c.jsonl", [synthetic.loss()], footer=False)
    assert score([crashed]).message == "DATA LOSS"
