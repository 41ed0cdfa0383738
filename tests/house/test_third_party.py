"""CI's comparison with other people's servers: what is red, and what is only printed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from conformance.gate import Baseline, Entry, read_baseline
from conformance.model import Outcome, Result, RunFooter, RunHeader
from conformance.model.runlog import RunLog
from conformance.trial.check import discover

FOLDER = Path(__file__).parents[2] / ".ci"


@pytest.fixture(scope="module")
def third_party() -> ModuleType:
    spec = importlib.util.spec_from_file_location("third_party", FOLDER / "third_party.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def run_of(**outcomes: str) -> RunLog:
    """A finished run of checks of get-object by raw: name to outcome."""
    header = RunHeader(
        run_id="run",
        started="2026-11-27T00:00:00+00:00",
        endpoint="Fake",
        url="http://127.0.0.1:1",
        region="us-east-1",
        addressing="path",
        profile="aws",
        s3compat="1",
        matrix="1",
        clients={"raw": "1"},
        python="3.11",
        planned=len(outcomes),
    )
    results = [
        Result(
            check=f"get-object.{name}",
            client="raw",
            row="get-object",
            outcome=Outcome(outcome),
            title="A title.",
            level="must",
            spec="https://example.org",
            verified="documented",
        )
        for name, outcome in outcomes.items()
    ]
    footer = RunFooter(finished="2026-11-27T00:01:00+00:00", seconds=60.0, counts={})
    return RunLog(path=Path("run.jsonl"), header=header, results=results, footer=footer)


def ids(names: Iterable[str]) -> set[str]:
    return {f"get-object.{name}[raw]" for name in names}


def accepting(*names: str) -> Baseline:
    entries = tuple(Entry(one, Outcome.FAIL) for one in sorted(ids(names)))
    return Baseline("Fake", "aws", "2026-11-27", entries=entries)


class Runs:
    """Stands for the runs: the first is the whole one, the later ones try again."""

    def __init__(self, third_party: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.later: list[RunLog] = []
        self.asked: list[list[str]] = []
        self._module = third_party
        monkeypatch.setattr(third_party, "_run", self._next)

    def _next(self, _name: str, _out: Path, names: list[str], _skipped: list[str]) -> RunLog:
        self.asked.append(names)
        return self.later.pop(0) if len(self.later) > 1 else self.later[0]

    def good(
        self, log: RunLog, baseline: Baseline, known: Iterable[str], *, strict: bool = False
    ) -> bool:
        was: bool = self._module._compare("fake", log, baseline, ids(known), Path(), strict)
        return was


@pytest.fixture
def runs(third_party: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(third_party, monkeypatch)


def test_the_same_outcomes_are_good(runs: Runs) -> None:
    assert runs.good(run_of(a="fail", b="pass"), accepting("a"), "ab", strict=True)
    assert runs.asked == []


@pytest.mark.parametrize("became", [{"a": "pass", "b": "pass"}, {"a": "fail", "b": "fail"}])
def test_an_outcome_that_changed_for_good_is_red(runs: Runs, became: dict[str, str]) -> None:
    runs.later = [run_of(**became)]
    assert not runs.good(run_of(**became), accepting("a"), "ab")
    assert len(runs.asked) > 2


def test_one_that_changed_once_is_told_and_not_red(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    runs.later = [run_of(b="fail"), run_of(b="pass")]
    assert runs.good(run_of(a="fail", b="fail"), accepting("a"), "ab")
    assert "differs from run to run: get-object.b[raw]" in capsys.readouterr().out
    assert runs.asked == [["get-object.b[raw]"]] * 2


@pytest.mark.parametrize("new", ["fail", "pass", "error"])
def test_a_check_that_the_baseline_does_not_know_is_printed_and_red_where_strict(
    runs: Runs, capsys: pytest.CaptureFixture[str], new: str
) -> None:
    log = run_of(a="fail", b="pass", c=new)
    assert runs.good(log, accepting("a"), "ab")
    assert "not known to the baseline yet: get-object.c[raw]" in capsys.readouterr().out
    assert not runs.good(log, accepting("a"), "ab", strict=True)
    assert runs.asked == []


def test_a_check_that_is_there_no_more_is_printed_and_red_where_strict(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runs.good(run_of(b="pass"), accepting("a"), "ab")
    assert "and there no more: get-object.a[raw]" in capsys.readouterr().out
    assert not runs.good(run_of(b="pass"), accepting("a"), "ab", strict=True)


def test_an_error_of_ours_is_red(runs: Runs) -> None:
    runs.later = [run_of(b="error")]
    assert not runs.good(run_of(a="fail", b="error"), accepting("a"), "ab")


def test_what_runs_do_not_agree_on_is_unsteady(third_party: ModuleType) -> None:
    logs = [run_of(a="fail", b="pass", c="fail"), run_of(a="fail", b="fail", c="blocked")]
    made: Baseline = third_party.seen_in_all(logs, None)
    assert {entry.id: entry.unsteady for entry in made.entries} == {
        "get-object.a[raw]": False,
        "get-object.b[raw]": True,
        "get-object.c[raw]": True,
    }


def test_known_outcomes_are_read_as_they_are_written(
    third_party: ModuleType, tmp_path: Path
) -> None:
    known = {"put-object.a[raw]", "put-object.a[boto3]", "get-object.b[raw]"}
    file = tmp_path / "known"
    file.write_text(third_party.known_text(known))
    assert third_party.read_known(file) == known
    assert file.read_text() == "get-object.b raw\nput-object.a boto3 raw\n"


def test_checks_that_race_are_left_out(third_party: ModuleType) -> None:
    racing = third_party.racing(discover())
    assert "object-versions.deletes_at_once_leave_the_versions" in racing
    assert "get-object.etag_is_the_one_the_put_answered" not in racing


def test_each_server_has_its_baseline_and_what_it_was_made_of(third_party: ModuleType) -> None:
    for name in third_party.CLIENTS:
        baseline = read_baseline(FOLDER / "baselines" / f"{name}.json")
        known = third_party.read_known(FOLDER / "baselines" / f"{name}.known")
        assert len(known) > 900
        assert {entry.id for entry in baseline.entries} <= known


def test_what_is_left_out_has_a_reason_and_exists(third_party: ModuleType) -> None:
    checks = discover()
    for name, left_out in third_party.SKIPPED.items():
        assert name in third_party.CLIENTS
        for check, why in left_out.items():
            assert check in checks
            assert len(why.split()) > 3
