"""What a proof makes of a fault that a check did not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from conformance.model import Outcome
from s3compat import prove
from s3compat.commands.prove import main

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

    proof = prove.prove([CHECK], workers=4)

    assert workers == [4, 1]
    assert not proof.problems
    assert (proof.proven, proof.caught) == (1, 1)
    assert len(proof.again) == 1
    assert f"{CHECK} saw the deviation {FAULT} at the second try only" in proof.again[0]


def test_a_fault_that_is_missed_twice_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    _tries(monkeypatch, Outcome.PASS, Outcome.PASS, plain=Outcome.PASS)

    proof = prove.prove([CHECK], workers=1)

    assert not proof.again
    assert (proof.proven, proof.caught) == (0, 0)
    assert [one for one in proof.problems if "although the server has the deviation" in one]


def test_the_plain_server_has_one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = _tries(monkeypatch, Outcome.FAIL, plain=Outcome.FAIL)

    proof = prove.prove([CHECK], workers=2)

    assert workers == [2]
    assert [one for one in proof.problems if "on the plain server" in one]


OTHER = "list-buckets.answer_is_in_the_namespace_of_s3"


def _said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for trying; the ids of the checks that are tried on the plain server."""
    ids: list[str] = []

    def tried(
        tasks: Iterable[tuple[str, tuple[str, ...]]], _workers: int, _folders: Sequence[Path]
    ) -> list[prove.Tried]:
        done = [(fault, one) for fault, some in tasks for one in some]
        ids.extend(one for fault, one in done if not fault)
        return [
            prove.Tried(one, fault, "raw", Outcome.FAIL if fault else Outcome.PASS, "")
            for fault, one in done
        ]

    monkeypatch.setattr(prove, "_try_all", tried)
    return ids


def test_several_patterns_are_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _said(monkeypatch)

    assert main(["--check", CHECK, "--check", "list-buckets.*", "--check", OTHER]) == 0

    assert CHECK in ids
    assert OTHER in ids
    assert len(ids) == len(set(ids)) > 2
    assert all(one == CHECK or one.startswith("list-buckets.") for one in ids)


@pytest.mark.parametrize("more", [[], ["--dumb"]])
def test_one_pattern_that_is_like_nothing_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    ids = _said(monkeypatch)

    assert main([*more, "--check", CHECK, "--check", "list-buckets.no_such_check"]) == 2

    assert not ids
    assert "there is no check 'list-buckets.no_such_check'" in capsys.readouterr().err


def test_without_a_pattern_all_are_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _said(monkeypatch)

    assert main([]) == 0

    assert {CHECK, OTHER} <= set(ids)


def test_a_large_row_is_proved_where_a_pattern_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _said(monkeypatch)

    assert main(["--check", "*", "--check", "size-limits.*"]) == 0

    assert [one for one in ids if one.startswith("size-limits.")]
    assert CHECK in ids
