"""The recipes of CONTRIBUTING.md, followed to the letter in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.model import Outcome, read_run_log

REPOSITORY = Path(__file__).parents[2]
COPIED = ("matrix", "conformance", "server_ref", "reports", "s3compat", "tests/matrix", ".ci")
FILE = re.compile(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TRY = re.compile(r"^<!-- try -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPES = 8
FILES = RECIPES + 1  # a client in another language is a program and a module
CHECK = "object-cache-control.cache_control_comes_back"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in COPIED:
        shutil.copytree(
            REPOSITORY / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def run(copy: Path, line: str) -> str:
    """Run one command line in the copy, with the copy's modules; its standard output."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(line)],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def figures(copy: Path) -> dict[str, int]:
    counted: dict[str, int] = json.loads(run(copy, "s3compat matrix --json"))
    return counted


@pytest.mark.slow
def test_the_recipes_work_as_written(copy: Path) -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = dict(FILE.findall(text))
    tries = TRY.findall(text)
    assert (len(files), len(tries)) == (FILES, RECIPES)
    assert (text.count("<!-- file: "), text.count("<!-- try -->")) == (FILES, RECIPES)
    before = figures(copy)

    for name, content in files.items():
        path = copy / name
        assert not path.exists(), f"{name} would hide a file of the repository"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    modules = shlex.join(name for name in files if name.endswith(".py"))
    run(copy, f"ruff check --no-cache {modules}")
    run(copy, f"ruff format --no-cache --check {modules}")
    said = {line: run(copy, line) for block in tries for line in block.splitlines()}

    after = figures(copy)
    for thing, more in (("rows", 1), ("checks", 1), ("deviations", 2)):
        assert after[thing] == before[thing] + more, thing
    assert after["operations_covered"] == before["operations_covered"]

    assert re.search(r"^apart \* +Python ", said["s3compat clients"], re.MULTILINE)
    proof = said["s3compat prove --check 'object-cache-control.*'"]
    assert "1 of 1 checks proven, 2 of 2 deviations caught, 0 problems" in proof

    log = read_run_log(copy / "s3compat-out" / "latest" / "run.jsonl")
    assert log.header.profile == "my-store"
    assert {(one.client, one.outcome, one.claim) for one in log.results} == {
        (client, Outcome.PASS, "limited") for client in ("boto3", "raw", "boto3-transfer")
    }

    report = (copy / "s3compat-out" / "latest" / "outcomes.txt").read_text(encoding="utf-8")
    assert "no scored check failed" in report
    for client in ("boto3", "raw", "boto3-transfer"):
        assert re.search(rf"^pass +{re.escape(f'{CHECK}[{client}]')}$", report, re.MULTILINE)
