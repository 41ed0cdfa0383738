"""How commands end where something is wrong: the documented exit code and one sentence."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from conformance.model import read_run_log
from server_ref.server import S3Server
from tests import hostile
from tests.hostile import Hostile

USAGE, HARNESS = 2, 4
FEW = ["--clients", "raw", "--rows", "head-bucket", "--workers", "0", "--no-report"]


def _command(
    folder: Path,
    *words: str,
    seconds: float = 100,
    environment: Mapping[str, str] | None = None,
    largest_file: int | None = None,
) -> tuple[int, str, str]:
    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    done = subprocess.run(
        [sys.executable, "-m", "s3compat", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={
            **{name: value for name, value in os.environ.items() if "AWS" not in name},
            "MINE_ACCESS_KEY_ID": "test",
            "MINE_SECRET_ACCESS_KEY": "test",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            **(environment or {}),
        },
        preexec_fn=limit,
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("url", ["http://[::1", "http://127.0.0.1:99999", "http://[x]:1", "//"])
def test_a_url_that_is_none(url: str, tmp_path: Path) -> None:
    code, _, said = _command(tmp_path, "run", "--endpoint", url, "--credentials-env", "MINE_")
    assert code == USAGE
    assert len(said.splitlines()) == 1


def test_a_run_that_did_not_begin_moves_nothing(tmp_path: Path) -> None:
    code, _, _ = _command(tmp_path, "run", *FEW)
    assert code == 0
    latest = tmp_path / "s3compat-out" / "latest"
    first = latest.resolve()
    assert first.name == read_run_log(first / "run.jsonl").header.run_id
    nobody = ("--endpoint", "http://127.0.0.1:9", "--credentials-env", "MINE_")
    code, _, _ = _command(tmp_path, "run", *nobody, *FEW)
    assert code == HARNESS
    assert latest.resolve() == first
    assert [one.name for one in latest.parent.iterdir() if one.name != "latest"] == [first.name]


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_disk_that_is_full_under_the_run_log(
    server: S3Server, workers: str, tmp_path: Path
) -> None:
    """One sentence and the exit code of a harness that broke; _command looks for a traceback."""
    keys = {"MINE_ACCESS_KEY_ID": server.access_key, "MINE_SECRET_ACCESS_KEY": server.secret_key}
    where = ("--endpoint", server.url, "--credentials-env", "MINE_", "--clients", "raw")
    code, out, said = _command(
        tmp_path,
        *("run", *where, "--rows", "delete-object,put-object", "--workers", workers),
        *("--no-report", "--out", str(tmp_path / "out")),
        environment=keys,
        largest_file=20_000,
    )
    assert code == HARNESS
    assert "INTERNALERROR" not in out + said
    assert "nothing was judged" in said


@pytest.mark.parametrize("text", ["[" * 200_000, '{"kind":' * 100_000])
def test_files_nested_without_end(text: str, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(text)
    assert _command(tmp_path, "gate", str(path), "--baseline", "none.json")[0] == USAGE
    assert _command(tmp_path, "clean", str(path))[0] == USAGE
    assert _command(tmp_path, "report", str(path))[0] == USAGE
    profile = tmp_path / "profile.toml"
    profile.write_text("x = " + "[" * 100_000)
    assert _command(tmp_path, "run", *FEW, "--profile", str(profile))[0] == USAGE


def test_a_forged_journal_is_not_printed_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(
        '{"kind":"journal","run_id":"261126000000-0000","url":"http://x\\u001b[2J\\n::error::x",'
        '"region":"r","addressing":"path","profile":"aws"}\n'
        '{"kind":"bucket","bucket":"s3compat-261126000000-0000-a\\u001b[2J"}\n'
    )
    code, said, _ = _command(tmp_path, "clean", str(path), "--dry-run")
    assert "\x1b" not in said
    assert not any(line.startswith("::") for line in said.splitlines())
    assert code in (0, USAGE)


@pytest.mark.parametrize("behaviour", [hostile.huge_error, hostile.terminal_codes, hostile.deep])
def test_an_endpoint_that_is_broken(behaviour: hostile.Behaviour, tmp_path: Path) -> None:
    with Hostile(behaviour) as endpoint:
        code, said, complaint = _command(
            tmp_path, "run", "--endpoint", endpoint.url, "--credentials-env", "MINE_", *FEW
        )
    assert code in (1, HARNESS)
    assert len(said + complaint) < 20_000
    assert "\x1b[2J" not in said + complaint


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--help"], 0),
        (["matrix"], 0),  # by rich
        (["schema", "run-log"], 0),
        (["run", *FEW], HARNESS),  # nobody heard of a verdict, and 0 or 1 would be one
    ],
)
def test_a_reader_who_goes_away_ends_it_quietly(
    words: list[str], expected: int, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "s3compat", *words],
            cwd=tmp_path,
            stdout=gone,
            stderr=subprocess.PIPE,
            timeout=100,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    assert (done.returncode, done.stderr) == (expected, b"")
