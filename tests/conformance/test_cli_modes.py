"""Warm starts only save time: a CLI client tells the same as when each command is a process.

The whole matrix takes minutes as processes, so every 23rd outcome is compared;
``S3COMPAT_FULL=1`` compares all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.model import read_run_log

ROOT = Path(__file__).parents[2]
CLIENTS = ("aws-s3", "aws-s3api", "s3cmd")
STRIDE = 23  # shares no factor with the number of clients: the selection has all of them
TIMEOUT = 1800  # seconds


def _s3compat_run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "s3compat", "run", "--clients", ",".join(CLIENTS), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=TIMEOUT,
    )


def _selected() -> list[str]:
    """The ids of the outcomes to compare, the same ones every time."""
    listed = _s3compat_run("--list")
    assert listed.returncode == 0, listed.stdout + listed.stderr
    ids = sorted(line for line in listed.stdout.splitlines() if line.endswith("]"))
    return ids if os.environ.get("S3COMPAT_FULL") == "1" else ids[::STRIDE]


def _outcomes(mode: str, ids: list[str], out: Path) -> dict[str, str]:
    """Each outcome on a reference server of the run's own, CLI clients started like ``mode``."""
    checks = [word for outcome_id in ids for word in ("--check", outcome_id)]
    done = _s3compat_run("--cli", mode, "--no-report", "--out", str(out), *checks)
    assert done.returncode == 0, done.stdout + done.stderr
    return {result.id: result.outcome.value for result in read_run_log(out / "run.jsonl").results}


@pytest.mark.slow
def test_warm_starts_and_processes_have_the_same_outcomes(tmp_path: Path) -> None:
    ids = _selected()
    assert {outcome_id.rpartition("[")[2].rstrip("]") for outcome_id in ids} == set(CLIENTS)

    warm = _outcomes("warm", ids, tmp_path / "warm")
    processes = _outcomes("subprocess", ids, tmp_path / "subprocess")

    assert sorted(warm) == ids
    assert warm == processes
    assert list(warm.values()).count("pass") > len(ids) / 3, "too few were tried to prove anything"
