"""What a run says of itself can be done again: its options, its buckets where they are kept."""

from __future__ import annotations

import shlex
from pathlib import Path

import boto3
import pytest

import matrix
from conformance.model import read_run_log
from reports.overview import make_overview, rerun_command
from s3compat.cli import main
from server_ref.server import S3Server


def options_again(folder: Path) -> list[str]:
    overview = make_overview([read_run_log(folder / "run.jsonl")], matrix.load_matrix())
    run = overview.runs[0]
    return shlex.split(rerun_command(run.log.header, run.log.results[0]))


def a_check() -> str:
    from conformance.trial.check import discover

    return next(
        f"{name}[raw]"
        for name, one in discover().items()
        if name.startswith("get-object.") and not one.needs
    )


def test_the_reference_server_is_run_again_without_its_port(tmp_path: Path) -> None:
    common = ["--check", a_check(), "--workers", "0", "--no-report", "--out", str(tmp_path)]
    assert main(["run", "--deviation", "range-ignored", *common]) in (0, 1)
    words = options_again(tmp_path)
    assert words == ["s3compat", "run", "--deviation", "range-ignored", "--check", a_check()]


def test_an_endpoint_is_run_again_with_all_that_chose_it(
    server: S3Server, keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = tmp_path / "own.toml"
    profile.write_text('name = "own"\ntitle = "Own"\nsource = "https://example.com"\n')
    for name, value in keys.items():
        monkeypatch.setenv(name.replace("AWS_", "MINE_"), value)
    given = ["--endpoint", server.url, "--profile", str(profile), "--label", "mine"]
    given += ["--credentials-env", "MINE_"]
    kept = tmp_path / "kept"
    rest = ["--check", a_check(), "--workers", "0", "--no-report", "--out", str(kept), "--keep"]
    assert main(["run", *given, *rest]) == 0
    words = options_again(kept)
    assert words == ["s3compat", "run", *given, "--check", a_check()]

    # what it kept is there, is named as left, and can be removed
    s3 = boto3.client("s3", **server.client_kwargs)
    log = read_run_log(kept / "run.jsonl")
    assert log.footer is not None
    names = {one["Name"] for one in s3.list_buckets()["Buckets"]}
    left = {one.removeprefix("s3://") for one in log.footer.leftovers}
    assert left
    assert left <= names
    assert main(["clean", str(kept / "journal.jsonl")]) == 0
    assert not left & {one["Name"] for one in s3.list_buckets()["Buckets"]}


def test_buckets_of_a_server_that_goes_cannot_be_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["run", "--keep", "--check", a_check(), "--out", str(tmp_path)]) == 2
    assert "s3compat serve" in capsys.readouterr().err
