"""A run in a random order: the seed makes it again, and log and report name the seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conformance.model import RunLog, read_run_log
from conformance.run.drawing import ranked
from server_ref.server import S3Server

ROOT = Path(__file__).parents[2]


def order(log: RunLog) -> list[str]:
    """The outcomes as they came, one after another."""
    return [result.id for result in log.results]


def shuffled(server: S3Server, keys: dict[str, str], out: Path, *words: str) -> RunLog:
    asked = f"--endpoint {server.url} --rows bucket-tagging --clients raw --workers 0"
    done = subprocess.run(
        [sys.executable, "-m", "s3compat", "run", *asked.split(), "--out", str(out), *words],
        env={**os.environ, **keys},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    log = read_run_log(out / "run.jsonl")
    if log.header.shuffled is not None:
        assert f"--shuffle {log.header.shuffled}" in " ".join(done.stdout.split())
    return log


def test_a_seed_gives_an_order_again_and_is_named(
    server: S3Server, keys: dict[str, str], tmp_path: Path
) -> None:
    plain = shuffled(server, keys, tmp_path / "plain", "--no-report")
    one = shuffled(server, keys, tmp_path / "one", "--shuffle", "7")
    again = shuffled(server, keys, tmp_path / "again", "--shuffle", "7", "--no-report")

    assert plain.header.shuffled is None
    assert one.header.shuffled == again.header.shuffled == 7
    assert order(one) == order(again) == ranked(order(plain), 7)
    assert order(one) != order(plain)
    assert set(order(one)) == set(order(plain))
    assert {result.outcome for result in one.results} == {
        result.outcome for result in plain.results
    }
    assert "--shuffle 7" in (tmp_path / "one" / "report.html").read_text()
    assert not one.header.selection.keys() - {"rows", "clients"}, "an order leaves nothing out"


def test_without_a_seed_there_is_a_new_one(
    server: S3Server, keys: dict[str, str], tmp_path: Path
) -> None:
    log = shuffled(server, keys, tmp_path, "--no-report", "--shuffle")

    assert log.header.shuffled is not None
    assert order(log) == ranked(order(log), log.header.shuffled)
