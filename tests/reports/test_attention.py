"""What needs attention, the line that runs it again, and the label of each run."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Expectation, Outcome
from matrix import load_matrix
from reports.overview import (
    State,
    make_overview,
    needs_attention,
    rerun_command,
    state_of,
    unique_labels,
)
from tests.reports.runs import logged, one


def test_what_needs_attention() -> None:
    for outcome in Outcome:
        wanted = outcome in (Outcome.FAIL, Outcome.BLOCKED, Outcome.ERROR)
        assert needs_attention(one("x", outcome)) is wanted
    assert not needs_attention(one("x", Outcome.FAIL, verified="observed"))
    assert not needs_attention(one("x", Outcome.BLOCKED, verified="observed"))
    lost = Expectation("object", "there", "gone", False, True)
    observed = one(
        "x", Outcome.FAIL, verified="observed", expectations=(lost,), severity="data loss"
    )
    assert needs_attention(observed)
    assert state_of(observed) is State.LOST
    assert state_of(one("x", Outcome.FAIL, verified="observed")) is State.OBSERVED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"again": ("--server", "moto")}, "--server moto"),
        ({}, "--endpoint https://store.example.com:9000/s3 --profile aws"),
        (
            {"region": "eu-west-1"},
            "--endpoint https://store.example.com:9000/s3 --profile aws --region eu-west-1",
        ),
        (
            {"addressing": "virtual"},
            "--endpoint https://store.example.com:9000/s3 --profile aws --addressing virtual",
        ),
    ],
)
def test_the_line_that_runs_an_outcome_again(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    log = logged(tmp_path, one("a", Outcome.FAIL), **changes)
    [run] = make_overview([log], load_matrix()).runs

    assert rerun_command(run.log.header, log.results[0]) == (
        f"s3compat run {words} --check 'get-object.a[boto3]'"
    )


def test_a_label_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    same = [logged(tmp_path, one("a", Outcome.PASS)) for _ in range(3)]
    other = logged(tmp_path, one("a", Outcome.PASS), endpoint="other")

    assert unique_labels([*same, other]) == [
        "store.example.com · r7k2m9",
        "store.example.com · r7k2m9 (2)",
        "store.example.com · r7k2m9 (3)",
        "other",
    ]
