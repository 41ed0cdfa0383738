"""Shards: divided alike by all, about as long as each other, and one run again when merged."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from conformance.model import Result, RunLog, Shard, judge, read_run_log
from conformance.model.merging import MergeError, whole_runs
from conformance.model.verdict import ExitCode
from conformance.run import sharding
from conformance.run.sharding import ShardError, divided, durations, parse
from s3compat.commands import run
from tests.reports import synthetic

IDS = [f"row.check_{n}[{client}]" for n in range(100) for client in ("raw", "boto3")]


def _loads(chosen: Mapping[str, int], known: Mapping[str, float]) -> list[float]:
    loads: Counter[int] = Counter()
    for one, number in chosen.items():
        loads[number] += known.get(one, 1.0)
    return [float(load) for load in loads.values()]


def test_every_outcome_is_in_one_shard_and_all_divide_alike() -> None:
    chosen = divided(IDS, 5, {})
    assert set(chosen) == set(IDS)
    assert Counter(chosen.values()) == dict.fromkeys(range(1, 6), 40)
    assert chosen == divided(reversed(IDS), 5, {})


def test_shards_are_as_long_as_each_other_by_what_they_took() -> None:
    known = {one: 30.0 if number < 3 else 0.1 * (number % 7) for number, one in enumerate(IDS)}
    loads = _loads(divided(IDS, 3, known), known)
    assert max(loads) - min(loads) < 0.7
    by_count = _loads(divided(IDS, 3, {}), known)
    assert max(loads) <= max(by_count)


def test_what_a_log_does_not_know_counts_as_its_client_does() -> None:
    known = {one: 9.0 if one.endswith("[raw]") else 1.0 for one in IDS[:100]}
    chosen = divided(IDS, 2, known)
    assert sum(one.endswith("[raw]") for one, number in chosen.items() if number == 1) == 50


def test_a_time_of_nothing_is_still_shared() -> None:
    assert Counter(divided(IDS, 4, dict.fromkeys(IDS, 0.0)).values()) == dict.fromkeys(
        range(1, 5), 50
    )


def test_more_shards_than_outcomes_are_refused() -> None:
    with pytest.raises(ShardError, match="give at most 200"):
        divided(IDS, 201, {})


@pytest.mark.parametrize("written", ["0/5", "6/5", "1/0", "2", "a/b", "-1/5", "1/99999", "1/5 "])
def test_a_shard_that_cannot_be_is_refused(written: str) -> None:
    with pytest.raises(ShardError, match="expected K/N"):
        parse(written)


# --------------------------------------------------------------------------- merging


def _shard(folder: Path, number: int, results: list[Result], **changes: object) -> RunLog:
    """The log of one of three shards."""
    told = {"plan": "p1", "name": "", "of": 3, "planned": 9} | {
        key: changes.pop(key) for key in ("plan", "name") if key in changes
    }
    header = {
        "shard": Shard(number=number, **told),
        "run_id": f"26112704000{number}-abcd",
        "selection": {"shard": f"{number}/3"},
    }
    name = f"{number}-{changes.pop('file', '')}.jsonl"
    return synthetic.write_log(folder / name, results, **{**header, **changes})


@pytest.fixture
def results() -> list[Result]:
    return synthetic.ordinary(failing=0.0)[:9]


def test_all_shards_are_the_run(results: list[Result], tmp_path: Path) -> None:
    shards = [_shard(tmp_path, number, results[number - 1 :: 3]) for number in (3, 1, 2)]
    whole = synthetic.write_log(tmp_path / "whole.jsonl", results)
    [merged] = whole_runs(shards)
    assert {one.id for one in merged.results} == {one.id for one in results}
    assert merged.header.planned == 9
    assert merged.header.shard is None and "shard" not in merged.header.selection
    assert judge(merged).sentence == judge(whole).sentence
    assert judge(merged).counts == judge(whole).counts
    assert whole_runs(reversed(shards)) == [merged], "the order does not matter"


def test_a_missing_shard_is_said(results: list[Result], tmp_path: Path) -> None:
    [merged] = whole_runs([_shard(tmp_path, 2, results[:3])])
    verdict = judge(merged)
    assert verdict.exit_code is ExitCode.HARNESS
    assert "shards 1, 3 of 3 are missing" in verdict.sentence
    assert verdict.untested >= 6


def test_a_shard_that_broke_off_is_said(results: list[Result], tmp_path: Path) -> None:
    shards = [
        _shard(tmp_path, number, results[number - 1 :: 3], footer=number != 2)
        for number in (1, 2, 3)
    ]
    [merged] = whole_runs(shards)
    assert "shard 2 of 3 did not reach the end" in judge(merged).sentence
    assert judge(merged).exit_code is ExitCode.HARNESS


def test_whole_runs_and_endpoints_are_kept_apart(results: list[Result], tmp_path: Path) -> None:
    whole = synthetic.write_log(tmp_path / "whole.jsonl", results)
    one = [_shard(tmp_path, n, results[n - 1 :: 3], endpoint="one", file="o") for n in (1, 2, 3)]
    two = [_shard(tmp_path, n, results[n - 1 :: 3], endpoint="two", file="t") for n in (1, 2, 3)]
    runs = whole_runs([one[0], two[2], whole, two[1], one[1], two[0], one[2]])
    assert [log.header.endpoint for log in runs] == ["one", "two", whole.header.endpoint]
    assert all(judge(log).exit_code is ExitCode.GOOD for log in runs[:2])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"plan": "p2"}, "divisions"),
        ({"s3compat": "9.9"}, "versions of s3compat: .*9.9"),
        ({"matrix": "000000000000"}, "versions of the matrix"),
        ({"profile": "other"}, "profiles"),
        ({"strict": True}, "--strict"),
    ],
)
def test_shards_of_different_runs_are_refused(
    changes: dict[str, object], said: str, results: list[Result], tmp_path: Path
) -> None:
    shards = [_shard(tmp_path, 1, results[:3]), _shard(tmp_path, 2, results[3:6], **changes)]
    with pytest.raises(MergeError, match=said):
        whole_runs(shards)


def test_one_number_twice_is_two_runs_unless_they_have_names(
    results: list[Result], tmp_path: Path
) -> None:
    first = _shard(tmp_path, 1, results[:3])
    again = _shard(tmp_path, 1, results[:3], run_id="261128040001-abcd", file="later")
    with pytest.raises(MergeError, match="shard 1 of 3 is there twice"):
        whole_runs([first, again])
    assert len(whole_runs([first, first])) == 1
    named = _shard(tmp_path, 1, results[:3], name="next", run_id="261128040001-abcd", file="named")
    assert len(whole_runs([first, named])) == 2


def test_durations_are_read_from_logs(results: list[Result], tmp_path: Path) -> None:
    slow = [msgspec.structs.replace(one, seconds=5.0) for one in results[:2]]
    logs = [
        synthetic.write_log(tmp_path / "a.jsonl", results).path,
        synthetic.write_log(tmp_path / "b.jsonl", slow).path,
    ]
    known = durations(logs)
    assert known[slow[0].id] == 5.0
    assert known[results[5].id] == results[5].seconds


# --------------------------------------------------------------------------- for real

ROWS = ("--rows", "get-object-range,head-bucket", "--clients", "raw,boto3")


def _start(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "s3compat", *words],
        cwd=folder,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _done(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=200)
    return process.returncode, said


def test_five_shards_on_five_processes_are_one_run(tmp_path: Path) -> None:
    words = ("run", *ROWS, "--workers", "0", "--no-report", "--out")
    code, said = _done(_start(tmp_path, *words, "whole"))
    assert code == 0, said
    started = [
        _start(tmp_path, *words, f"s{n}", "--shard", f"{n}/5", "--shard-by", "whole")
        for n in range(1, 6)
    ]
    for process in started:
        code, said = _done(process)
        assert code == 0, said
    shards = [f"s{n}" for n in range(1, 6)]

    code, said = _done(_start(tmp_path, "merge", *shards, "--out", "merged.jsonl.zst"))
    assert code == 0, said
    whole, merged = (
        read_run_log(tmp_path / "whole" / "run.jsonl"),
        read_run_log(tmp_path / "merged.jsonl.zst"),
    )
    assert len(whole.results) == len(merged.results) > 20
    assert {(r.id, r.outcome) for r in merged.results} == {(r.id, r.outcome) for r in whole.results}
    assert merged.header.clients == whole.header.clients
    assert "no scored check failed" in said
    assert [_done(_start(tmp_path, "compare", "whole", ",".join(shards)))[0]] == [0]

    code, said = _done(_start(tmp_path, "merge", *shards[:1], *shards[2:], "--out", "most.jsonl"))
    assert code == 4
    assert "shard 2 of 5 is missing" in said
    code, said = _done(_start(tmp_path, "compare", "whole", ",".join(shards[1:])))
    assert code == 4, said
    base = ("--baseline", "base.json")
    assert _done(_start(tmp_path, "gate", "whole", "--write-baseline", *base))[0] == 0
    assert _done(_start(tmp_path, "gate", *shards, *base))[0] == 0
    assert _done(_start(tmp_path, "gate", *shards[1:], *base))[0] == 4


def test_the_log_that_shards_go_by_is_read_once(
    results: list[Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the plan of pytest, which runs in this process, is made of what was read."""
    log = synthetic.write_log(tmp_path / "before.jsonl", results)
    read: list[Path] = []
    whole = read_run_log

    def reading(path: Path) -> RunLog:
        read.append(path)
        return whole(path)

    monkeypatch.setattr(sharding, "read_run_log", reading)
    words = [*ROWS, "--workers", "0", "--no-report", "--out", str(tmp_path / "out")]
    assert run.main([*words, "--shard", "1/9", "--shard-by", str(log.path)]) == 0
    assert read == [log.path]
    shard = read_run_log(tmp_path / "out" / "run.jsonl").header.shard
    assert shard is not None and (shard.number, shard.of) == (1, 9)
