"""The workflow in docs/aistore.md: what AIStore's own deployment needs, and both redirect modes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from server_ref.aistore.features import bits

DOCUMENT = Path(__file__).parents[2] / "docs" / "aistore.md"


@pytest.fixture(scope="module")
def steps() -> list[dict[str, Any]]:
    match = re.search(r"```yaml\n(name: S3 compatibility.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert match is not None
    loaded: list[dict[str, Any]] = yaml.safe_load(match[1])["jobs"]["s3compat"]["steps"]
    return loaded


def _number(steps: list[dict[str, Any]], text: str) -> int:
    return next(n for n, step in enumerate(steps) if text in step.get("run", ""))


def test_gopath_is_exported_before_the_cluster_is_deployed(steps: list[dict[str, Any]]) -> None:
    exported = _number(steps, 'echo "GOPATH=$(go env GOPATH)" >> "$GITHUB_ENV"')
    assert exported < _number(steps, "clean_deploy.sh")


def test_a_cluster_that_does_not_come_up_fails_the_step(steps: list[dict[str, Any]]) -> None:
    step = steps[_number(steps, "clean_deploy.sh")]["run"]
    waiting = step.partition("\n")[2].replace("sleep 1", ":").replace("seq 60", "seq 2")
    assert step.startswith("./scripts/clean_deploy.sh")

    ended = [
        subprocess.run(
            ["bash", "-e", "-c", f"curl() {{ {answer}; }}\n{waiting}"],
            env={"AIS_ENDPOINT": "http://127.0.0.1:1", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=False,
            timeout=30,
        ).returncode
        for answer in ("true", "false")
    ]

    assert ended == [0, 1]


def test_the_matrix_is_run_with_redirects_and_without(steps: list[dict[str, Any]]) -> None:
    modes = {0, bits(["S3-Reverse-Proxy"])}
    for text in ("s3compat run ", "s3compat gate "):
        run = steps[_number(steps, text)]["run"]
        found = re.search(r"for mode in ([\d ]+); do", run)
        assert found is not None
        assert {int(mode) for mode in found[1].split()} == modes
