"""What a proof makes of a fault that a check did not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from conformance.model import Outcome
from s3compat import prove

CHECK = "object-versions.deletes_at_once_leave_the_versions"
FAULT = "marker-replaces-the-marker-before"


def _tries(monkeypatch: pytest.MonkeyPatch, *faulty: Outcome, plain: Outcome) -> list[int]:
    """Each try on the fault gives the next of these outcomes; the number of workers of each."""
    left = list(faulty)
    workers_of: list[int] = []

    def tried(
        tasks: Iterable[tuple[str, tuple[str, ...]]], workers: int, _folders: Sequence[Path]
    ) -> list[prove.Tried]:
        workers_of.append(workers)
        return [
            prove.Tried(one, fault, "raw", left.pop(0) if fault else plain, "")
            for fault, ids in tasks
            for one in ids
        ]

    monkeypatch.setattr(prove, "_try_all", tried)
    return workers_of


def test_a_fault_that_is_missed_is_tried_again_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = _tries(monkeypatch, Outcome.PASS, Outcome.FAIL, plain=Outcome.PASS)

    proof = prove.prove(CHECK, workers=4)

    assert workers == [4, 1]
    assert not proof.problems
    assert (proof.proven, proof.caught) == (1, 1)
    assert len(proof.again) == 1
    assert f"{CHECK} saw the deviation {FAULT} at the second try only" in proof.again[0]


def test_a_fault_that_is_missed_twice_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    _tries(monkeypatch, Outcome.PASS, Outcome.PASS, plain=Outcome.PASS)

    proof = prove.prove(CHECK, workers=1)

    assert not proof.again
    assert (proof.proven, proof.caught) == (0, 0)
    assert [one for one in proof.problems if "sees nothing of the fault" in one]


def test_the_plain_server_has_one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = _tries(monkeypatch, Outcome.FAIL, plain=Outcome.FAIL)

    proof = prove.prove(CHECK, workers=2)

    assert workers == [2]
    assert [one for one in proof.problems if "on the plain server" in one]
