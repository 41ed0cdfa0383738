"""The commands that read run logs: which logs they take, what they print, how they end."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from conformance.model import Outcome, RunLog
from conformance.model.counting import counted
from conformance.model.merging import MergeError
from matrix import load_matrix
from s3compat.cli import main
from s3compat.running import stores
from s3compat.running.logs import each_run, read_one_run, read_runs
from tests.reports import synthetic

ROW = load_matrix().rows["get-object"]
CLIENTS = {"raw": "raw"}


def written(path: Path, *outcomes: Outcome, footer: bool = True, **header: object) -> RunLog:
    results = [synthetic.result(ROW, f"c{n}", "raw", one) for n, one in enumerate(outcomes)]
    return synthetic.write_log(path, results, footer=footer, clients=CLIENTS, **header)


def test_logs_are_read_as_the_runs_they_are(tmp_path: Path) -> None:
    a, b = written(tmp_path / "a.jsonl", Outcome.PASS), written(tmp_path / "b.jsonl", Outcome.FAIL)
    assert [log.path for log in read_runs([a.path, b.path])] == [a.path, b.path]
    assert [log.path for log in each_run([b.path, a.path])] == [b.path, a.path]
    assert read_one_run([a.path]).results == a.results
    with pytest.raises(MergeError, match="expected one run, got 2") as refused:
        read_one_run([a.path, b.path])
    assert str(a.path) in str(refused.value)
    assert str(b.path) in str(refused.value)


@pytest.mark.parametrize(
    ("before", "now", "code"),
    [
        ([Outcome.PASS], [Outcome.PASS], 0),
        ([Outcome.PASS], [Outcome.FAIL], 1),
        ([Outcome.FAIL], [Outcome.PASS], 0),
        ([Outcome.FAIL], [Outcome.FAIL], 0),
        ([], [Outcome.PASS], 3),
        ([Outcome.PASS], [Outcome.ERROR], 4),
        ([Outcome.PASS, Outcome.PASS], [Outcome.FAIL, Outcome.ERROR], 1),
    ],
)
def test_compare_ends_with_the_worst_that_is_sure(
    before: list[Outcome],
    now: list[Outcome],
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    a, b = written(tmp_path / "a.jsonl", *before), written(tmp_path / "b.jsonl", *now)
    made = tmp_path / "made.json"
    text = tmp_path / "made.md"
    words = ["compare", str(a.path), str(b.path), "--json", str(made), "--markdown", str(text)]
    assert main(words) == code
    assert capsys.readouterr().out
    assert made.read_bytes().endswith(b"}\n")
    assert isinstance(json.loads(made.read_bytes()), dict)
    assert text.read_text("utf-8").strip()


def test_a_run_that_did_not_end_is_compared_and_not_good(tmp_path: Path) -> None:
    a = written(tmp_path / "a.jsonl", Outcome.PASS)
    b = written(tmp_path / "b.jsonl", Outcome.PASS, footer=False)
    assert main(["compare", str(a.path), str(b.path)]) == 4


def test_a_comma_is_between_logs_unless_it_is_in_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = written(tmp_path / "a,b.jsonl", Outcome.PASS)
    assert main(["compare", str(one.path), str(one.path)]) == 0
    for name in ("x.jsonl", "y.jsonl"):
        written(tmp_path / name, Outcome.PASS, url=f"http://{name}", endpoint=name)
    both = f"{tmp_path / 'x.jsonl'},{tmp_path / 'y.jsonl'}"
    assert main(["compare", both, both]) == 0
    capsys.readouterr()
    assert main(["compare", str(one.path), str(tmp_path / "none.jsonl")]) == 2
    assert "give the run.jsonl of a run, or the folder it is in" in capsys.readouterr().err


def test_a_folder_without_a_run_is_told_with_the_runs_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = str(written(tmp_path / "run.jsonl", Outcome.PASS).path)
    two, empty = tmp_path / "two", tmp_path / "empty"
    for folder in (empty, *(two / name for name in ("1-moto", "2-fauxqs"))):
        folder.mkdir(parents=True)
    for name in ("1-moto", "2-fauxqs"):
        written(two / name / "run.jsonl", Outcome.PASS)
    both = f"{two} holds 2 runs; name which: {two / '1-moto'}, {two / '2-fauxqs'}\n"
    none = f"no run is in {empty}: it has no run.jsonl\n"
    base = ["--baseline", str(tmp_path / "base.json")]
    for words in (
        ["compare", one],
        ["report"],
        ["coverage"],
        ["gate", *base],
        ["merge", "--out", "m"],
    ):
        assert main([*words, str(two)]) == 2
        assert capsys.readouterr().err == f"s3compat {words[0]}: {both}"
        assert main([*words, str(empty)]) == 2
        assert capsys.readouterr().err == f"s3compat {words[0]}: {none}"


def test_merge_of_what_is_no_shard_and_of_a_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = written(tmp_path / "a.jsonl", Outcome.PASS), written(tmp_path / "b.jsonl", Outcome.PASS)
    out = tmp_path / "m.jsonl"
    assert main(["merge", str(a.path), str(b.path), "--out", str(out)]) == 2
    assert "expected one run, got 2" in capsys.readouterr().err
    assert not out.exists()
    assert main(["merge", str(a.path), "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith(f"{out}: 1 of {a.header.planned} outcomes\n")
    c = written(tmp_path / "c.jsonl", Outcome.PASS, footer=False)
    assert main(["merge", str(c.path), "--out", str(out)]) == 4


def test_coverage_by_operation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = written(tmp_path / "a.jsonl", Outcome.PASS)
    assert main(["coverage", str(log.path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["coverage", str(log.path), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    get = figures["operations"]["GetObject"]
    inputs, outputs = len(get["sent"]) + len(get["not_sent"]), len(get["asserted"])
    outputs += len(get["not_asserted"])
    assert (
        f"GetObject: {len(get['sent'])}/{inputs} sent, {len(get['asserted'])}/{outputs} asserted, "
        f"{counted(len(get['errors']), 'error')}" in lines
    )
    assert len(lines) == len(figures["operations"]) + 2
    assert figures["inputs"] >= figures["sent"] > 0
    assert main(["coverage", str(log.path), "--missing"]) == 0
    more = capsys.readouterr().out.splitlines()
    at = next(n for n, line in enumerate(more) if line.startswith("GetObject: "))
    assert more[at + 1] == f"    not sent: {', '.join(get['not_sent'])}"
    assert [line for line in more if not line.startswith("    ")] == lines
    assert main(["coverage", str(tmp_path / "none.jsonl")]) == 2
    assert capsys.readouterr().err.startswith("s3compat coverage: ")


def test_report_writes_where_and_what_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = written(tmp_path / "run.jsonl", Outcome.PASS, Outcome.FAIL)
    assert (
        main(["report", str(log.path), "--markdown", "--junit", "--out", str(tmp_path / "o")]) == 0
    )
    made = capsys.readouterr().out.split()
    assert sorted(made) == sorted(str(one) for one in (tmp_path / "o").iterdir())
    assert len(made) == 2
    assert main(["report", str(log.path), "--markdown"]) == 0
    (beside,) = capsys.readouterr().out.split()
    assert Path(beside).parent == tmp_path
    for words in ([], ["--markdown", "--junit"]):
        assert main(["report", str(log.path), *words, "--out", "-"]) == 2
        assert "takes exactly one format" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "none.jsonl")]) == 2
    assert "give the run.jsonl of a run, or the folder it is in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "environment", "endpoint", "region"),
    [
        ([], {}, "", "us-east-1"),
        ([], {"AWS_ENDPOINT_URL": "http://a", "AWS_DEFAULT_REGION": "r-1"}, "http://a", "r-1"),
        (
            [],
            {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b", "AWS_REGION": "r-2"}
            | {"AWS_DEFAULT_REGION": "r-1"},
            "http://b",
            "r-2",
        ),
        (
            ["--store-endpoint", "http://c", "--store-region", "r-3"],
            {"AWS_ENDPOINT_URL_S3": "http://b", "AWS_REGION": "r-2"},
            "http://c",
            "r-3",
        ),
    ],
)
def test_where_a_store_is(
    given: list[str],
    environment: dict[str, str],
    endpoint: str,
    region: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    parser = argparse.ArgumentParser()
    stores.add_store_options(parser)
    options = parser.parse_args(["--store", "s3://bucket/prefix", *given])
    assert (stores._endpoint(options), stores._region(options)) == (endpoint, region)
