"""The workflows that documents say can be copied: YAML, with steps that are commands there are.

Steps that only read and write files are run as they stand; those that measure are run with a
stand-in, to see which exit codes they pass on.
"""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.model import Outcome, read_run_log
from tests.reports import synthetic

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"(?:^|[;&|(]\s*|\n\s*)s3compat (.*?)(?= \|\||\n(?!\s*-)|;|$)", re.DOTALL)


def _blocks() -> Iterator[dict[str, Any]]:
    for name in ("ci.md", "scale.md"):
        for block in _BLOCK.findall((DOCS / name).read_text("utf-8")):
            yield yaml.safe_load(block)


WORKFLOWS = {made["name"]: made for made in _blocks() if "jobs" in made}
[KUBERNETES] = [made for made in _blocks() if made.get("kind") == "Job"]
NAMES = ["s3compat", "s3compat-compare", "s3compat-nightly", "s3compat-shards"]


def scripts() -> dict[str, str]:
    """Every script of every workflow, by the workflow's name and the step's."""
    found = {}
    for workflow, made in WORKFLOWS.items():
        for job, told in made["jobs"].items():
            for step in told["steps"]:
                if "run" in step:
                    found[f"{workflow}: {job}: {step['name']}"] = step["run"]
    [container] = KUBERNETES["spec"]["template"]["spec"]["containers"]
    found["Kubernetes"] = container["command"][-1]
    return found


def step(name: str) -> str:
    [script] = [text for told, text in scripts().items() if told.endswith(name)]
    return script


def ran(
    script: str, folder: Path, before: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    """A script as a runner runs it, in a folder; ``before`` may put a function over a command."""
    ours = 's3compat() { "$S3COMPAT_PYTHON" -m s3compat "$@"; }'
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", f"{before or ours}\n{script}"],
        cwd=folder,
        env={**os.environ, "S3COMPAT_PYTHON": sys.executable, **env},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_they_are_there() -> None:
    assert sorted(WORKFLOWS) == NAMES
    assert KUBERNETES["spec"]["completionMode"] == "Indexed"


@pytest.mark.parametrize("name", scripts())
def test_every_command_has_these_options(name: str) -> None:
    """As its own parser says: an option that is renamed is seen here."""
    script = scripts()[name]
    assert subprocess.run(["bash", "-n", "-c", script], timeout=20, check=False).returncode == 0
    for line in _COMMAND.findall(script.replace("\\\n", " ")):
        words = [word for word in shlex.split(line) if not re.fullmatch(r"\$[a-z]+", word)]
        if words[0] in ("clients",):
            continue  # it has commands of its own
        module = importlib.import_module(f"s3compat.commands.{words[0]}")
        parser: ArgumentParser = module.parser()
        parser.exit_on_error = False
        parser.parse_args(["1/5" if word.endswith("/5") else word for word in words[1:]])


@pytest.mark.parametrize("name", ["Measure", "Run this shard", "Kubernetes"])
def test_what_does_not_conform_is_a_run_and_what_broke_is_red(name: str, tmp_path: Path) -> None:
    """A stand-in for s3compat ends with each code, and keeps what it was asked."""
    for code, ends in ((0, 0), (1, 0), (2, 2), (4, 4)):
        before = f's3compat() {{ printf "%s\\n" "$@" > asked; return {code}; }}'
        env = {"SERVER": "moto", "SHARD": "3", "S3_ENDPOINT": "http://x", "RUN": "r"}
        done = ran(step(name), tmp_path, before, JOB_COMPLETION_INDEX="2", **env)
        assert done.returncode == ends, done.stderr
    asked = (tmp_path / "asked").read_text().split()
    assert asked[0] == "run"
    assert ("moto" in asked) if name == "Measure" else ("3/5" in asked)


@pytest.fixture
def runs(tmp_path: Path) -> Mapping[str, Path]:
    """Logs as the job before left them: one is good, one did not come to its end."""
    good = [one for one in synthetic.ordinary(failing=0.0) if one.outcome is Outcome.PASS][:40]
    found = {}
    for name, finished in (("moto", True), ("minio", False)):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        told: Any = {"endpoint": name, "footer": finished, "planned": 40}
        found[name] = synthetic.write_log(folder / "run.jsonl", good, **told).path
    return found


def test_the_night_s_runs_are_added_and_made_a_site(
    runs: Mapping[str, Path], tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow of the extra `history` is not installed")
    env = {"STORE": str(tmp_path / "store"), "STORE_ENDPOINT": "", "SITE_URL": "https://s.example"}
    done = ran(step("Add to the store"), tmp_path, **env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("added") == len(runs)
    assert "did not reach its end" in done.stderr
    done = ran(step("Make the site"), tmp_path, **env)
    assert done.returncode == 0, done.stderr
    index = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert all(f"endpoint/{name}.html" in index for name in runs)
    runs["moto"].write_text("no run log")
    assert ran(step("Add to the store"), tmp_path, **env).returncode == 2


def test_the_last_job_merges_the_shards_and_says_what_is_missing(tmp_path: Path) -> None:
    words = "s3compat run --rows head-bucket --clients raw,boto3 --workers 0 --no-report"
    words += " --shard $n/2 --out shards/$n"
    assert ran(f"for n in 1 2; do {words}; done", tmp_path).returncode == 0
    done = ran(step("One run of the shards"), tmp_path)
    assert done.returncode == 0, done.stderr
    merged = read_run_log(tmp_path / "run.jsonl.zst")
    assert len(merged.results) == merged.header.planned > 5
    done = ran("rm -r shards/2\n" + step("One run of the shards"), tmp_path)
    assert done.returncode == 4
    assert "shard 2 of 2 is missing" in done.stdout
