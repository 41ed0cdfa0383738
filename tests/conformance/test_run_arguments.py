"""The options of a run as what they mean, the places of its files, and what several end with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.endpoint.credentials import CredentialsError
from conformance.endpoint.target import Target
from conformance.model.verdict import ExitCode
from conformance.run.plan import Selection
from conformance.run.sharding import ShardError, Share
from s3compat import places
from s3compat.cli import main
from s3compat.commands import run
from s3compat.running import arguments
from s3compat.running.arguments import duration_logs, parser, selection, words, workers


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], ()),
        (["a,b", "c"], ("a", "b", "c")),
        ([" a , b ", ",", ""], ("a", "b")),
    ],
)
def test_words_of_an_option(given: list[str], found: tuple[str, ...]) -> None:
    assert words(given) == found


def test_what_is_asked_for() -> None:
    plain = selection(parser().parse_args(["--seed", "7"]))
    assert plain == Selection(seed=7)
    asked = "--rows a,b --rows c --check x --check y,z --clients raw,boto3 --skip s --level must "
    asked += "--large --sample 3 --budget-requests 100 --seed 9 --shard 2/5 --shards-of job-1"
    assert selection(parser().parse_args(asked.split())) == Selection(
        rows=("a", "b", "c"),
        checks=("x", "y,z"),
        clients=("raw", "boto3"),
        skipped=("s",),
        level="must",
        large=True,
        sample=3,
        budget=100,
        seed=9,
        share=Share(2, 5, "job-1"),
    )


@pytest.mark.parametrize("written", ["0/3", "4/3", "1", "1/", "a/b", "-1/3", "1/3/5"])
def test_a_shard_that_cannot_be(written: str) -> None:
    with pytest.raises(ShardError, match="expected K/N"):
        selection(parser().parse_args([f"--shard={written}"]))


@pytest.mark.parametrize(
    ("given", "outcomes", "number"),
    [
        ([], 1, 0),
        ([], arguments.FEW, 0),
        ([], arguments.FEW + 1, os.cpu_count()),
        (["--workers", "0"], 1000, 0),
        (["--workers", "3"], 1, 3),
    ],
)
def test_how_many_processes(given: list[str], outcomes: int, number: int) -> None:
    assert workers(parser().parse_args(given), outcomes) == number


def test_shards_are_balanced_by_logs_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").touch()
    asked = parser().parse_args(["--shard-by", str(tmp_path)])
    assert duration_logs(asked) == (tmp_path / "run.jsonl",)
    assert duration_logs(parser().parse_args([])) == ()
    with pytest.raises(ShardError, match="no such run log; without one they go by number"):
        duration_logs(parser().parse_args(["--shard-by", str(tmp_path / "none")]))


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ([], "run.jsonl"),
        (["run.jsonl"], "run.jsonl"),
        (["run.jsonl.zst"], "run.jsonl.zst"),
        (["run.jsonl", "run.jsonl.zst"], "run.jsonl"),
    ],
)
def test_the_log_of_a_folder(there: list[str], found: str, tmp_path: Path) -> None:
    for name in there:
        (tmp_path / name).touch()
    assert places.log_path(tmp_path) == tmp_path / found
    assert places.log_path(tmp_path / "other") == tmp_path / "other"


def test_the_folder_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert places.run_folder("r1", None) == tmp_path / "s3compat-out" / "r1"
    made = places.run_folder("r1", "a/b")
    assert (made, made.is_dir()) == (tmp_path / "a" / "b", True)
    assert places.run_folder("r1", "a/b") == made
    (made / "kept").touch()
    places.discard_empty(made)
    assert made.is_dir()
    (made / "kept").unlink()
    places.discard_empty(made)
    assert not made.exists()
    assert made.parent.is_dir()
    for name in ("r1", "r2"):
        places.run_folder(name, None)
    for name, still in (("r1", True), ("r2", False)):
        places.discard_empty(tmp_path / "s3compat-out" / name)
        assert (tmp_path / "s3compat-out").is_dir() is still
    (tmp_path / "file").touch()
    with pytest.raises(places.PlaceError, match="name another with --out"):
        places.run_folder("r1", "file/below")


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (FileNotFoundError(2, "x", "f"), "f: there is no such file or folder"),
        (IsADirectoryError(21, "x", "f"), "f: this is a folder, and a file is wanted"),
        (PermissionError(13, "x", "f"), "f: this user may not open it"),
        (OSError(28, "No space left", "f"), "f: No space left"),
        (OSError(28, "No space left"), "No space left"),
        (OSError("odd"), "odd"),
    ],
)
def test_a_file_that_could_not_be_opened(problem: OSError, sentence: str) -> None:
    assert places.unread(problem) == sentence


GOOD, FAILED, NOTHING, HARNESS = (
    ExitCode.GOOD,
    ExitCode.NOT_CONFORMING,
    ExitCode.NOTHING_RAN,
    ExitCode.HARNESS,
)


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ([GOOD], GOOD),
        ([GOOD, NOTHING], NOTHING),
        ([NOTHING, FAILED, GOOD], FAILED),
        ([FAILED, HARNESS, GOOD], HARNESS),
    ],
)
def test_several_end_with_the_worst(codes: list[ExitCode], worst: ExitCode) -> None:
    assert run._worst(codes) is worst


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Target(url="http://h:9000/s3"), "h-9000"),
        (Target(url="http://h", label="My S3/../x.y"), "My-S3-..-x.y"),
    ],
)
def test_the_name_of_an_endpoints_folder(target: Target, name: str) -> None:
    assert run._file_name(target) == name


def test_the_endpoint_without_credentials_is_named_where_there_are_several() -> None:
    lacking = Target(url="http://a", label="mine", credentials_env="NOT_SET_")
    anonymous = Target(url="http://b", anonymous=True)
    run._hold_credentials([anonymous], in_a_file=True)
    with pytest.raises(CredentialsError, match=r"^no credentials"):
        run._hold_credentials([lacking], in_a_file=False)
    with pytest.raises(CredentialsError, match=r"^mine: no credentials"):
        run._hold_credentials([anonymous, lacking], in_a_file=True)
    unnamed = Target(url="http://a", credentials_env="NOT_SET_")
    with pytest.raises(CredentialsError, match=r"^http://a: no credentials"):
        run._hold_credentials([anonymous, unnamed], in_a_file=True)


def test_the_list_and_what_would_be_done_send_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    closed = ["run", "--endpoint", "http://127.0.0.1:1", "--rows", "head-bucket"]
    closed += ["--clients", "raw,boto3"]
    assert main([*closed, "--list"]) == 0
    listed = capsys.readouterr().out.split()
    assert listed
    assert len(set(listed)) == len(listed)
    assert all(one.startswith("head-bucket.") for one in listed)
    assert main([*closed, "--dry-run", "--sample", "100", "--seed", "5"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"{len(listed)} outcomes (one for each check and client" in said
    assert "chosen at random with --seed 5; the same seed chooses the same checks" in said
    assert main([*closed, "--dry-run", "--shard", "1/2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"of {len(listed)} outcomes; `s3compat merge` makes one run of the shards" in said
    assert "chosen with" not in said
    assert (
        main(
            [
                "run",
                "--endpoint",
                "http://127.0.0.1:1",
                "--check",
                "head-bucket.*",
                "--rows",
                "get-object",
            ]
        )
        == 3
    )
    assert list(tmp_path.iterdir()) == []
