"""Items have the same names wherever pytest is started: xdist's workers may be in other folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
WORDS = ("--s3-endpoint", "http://127.0.0.1:1", "--anonymous", "--collect-only", "-q")


def collected(folder: Path) -> list[str]:
    """The ids that pytest prints when it collects in ``folder``."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    found = subprocess.run(
        [sys.executable, "-m", "pytest", *WORDS, "--rows", "get-object", "--client", "raw"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return [line for line in found.stdout.splitlines() if "::" in line]


def test_ids_do_not_depend_on_the_folder(tmp_path: Path) -> None:
    here = collected(REPOSITORY)
    assert "conformance/checks/get_object.py::get-object.missing_key_is_an_error[raw]" in here
    assert collected(tmp_path) == here
