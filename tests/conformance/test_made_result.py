"""The record of one outcome: what of it is the check's, the row's, the trial's."""

from __future__ import annotations

from pathlib import Path

import matrix
from conformance.model import Outcome
from conformance.run.made_result import LONGEST_REASON, make_result
from conformance.trial.outcome import Decision
from conformance.trial.trial import Trial
from tests.conformance.fakes import FakeClient, House, answer, make_check

ROW = matrix.load_matrix().rows["get-object"]
PASSED = Decision(Outcome.PASS, "")


def reads(t: Trial) -> None:
    t.expect.status(t.call("GetObject", Key="k"), 200)


def test_what_the_check_does_not_say_is_the_rows() -> None:
    made = make_result(make_check(reads), "raw", ROW, "supported", PASSED)

    assert (made.level, made.spec, made.row, made.client) == (ROW.level, ROW.spec, ROW.id, "raw")
    assert (made.outcome, made.reason, made.claim) == (Outcome.PASS, "", "supported")
    assert (made.expectations, made.calls, made.worker, made.seconds) == ((), (), "", 0.0)
    assert made.declared is None
    own = make_check(reads, level="may", spec="https://own")
    made = make_result(own, "raw", ROW, "limited", PASSED)
    assert (made.level, made.spec, made.claim) == ("may", "https://own", "limited")


def test_what_the_trial_saw_is_in_it() -> None:
    client = FakeClient([answer(404, "NoSuchKey")])
    trial = Trial(House(client), client, Path())
    reads(trial)
    made = make_result(
        make_check(reads), "fake", ROW, "supported", Decision(Outcome.FAIL, "why"), trial, 1.23456
    )
    assert [one.ok for one in made.expectations] == [False]
    assert [one.operation for one in made.calls] == ["GetObject"]
    assert (made.worker, made.seconds, made.reason) == ("gw9", 1.2346, "why")


def test_a_deviation_that_is_declared_is_cited() -> None:
    said = matrix.Declared(words="it differs", cite="https://x", status=404)
    decided = Decision(Outcome.DECLARED, "as declared", said)
    made = make_result(make_check(reads), "raw", ROW, "supported", decided)
    assert made.declared is not None
    assert (made.declared.words, made.declared.cite) == ("it differs", "https://x")


def test_a_reason_has_a_bound() -> None:
    long = make_result(
        make_check(reads), "raw", ROW, "", Decision(Outcome.FAIL, "x" * (LONGEST_REASON + 1))
    )
    assert len(long.reason) < LONGEST_REASON + 100
    assert long.reason != "x" * (LONGEST_REASON + 1)
    whole = make_result(make_check(reads), "raw", ROW, "", Decision(Outcome.FAIL, "x" * 4000))
    assert whole.reason == "x" * 4000


def test_a_check_of_a_row_that_is_nowhere_is_an_error_of_the_suite() -> None:
    made = make_result(make_check(reads, row="lost"), "raw", None, "", PASSED)
    assert made.outcome is Outcome.ERROR
    assert made.reason == "row 'lost' is in no file of matrix/rows"
    assert (made.level, made.spec) == ("may", "")
