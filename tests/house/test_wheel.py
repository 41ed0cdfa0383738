"""A wheel has everything, and works in a folder that is no clone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.clients.optional import missing

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("matrix", "conformance", "server_ref", "reports", "s3compat")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy, unpacked."""
    if find_spec("pip") is None:
        missing("pip is not installed in this venv: python -m ensurepip")
    copy, made = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("made")
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", "target")
        shutil.copytree(REPOSITORY / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, copy)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(made), "."],
        cwd=copy,
        capture_output=True,
        timeout=240,
        check=True,
    )
    (file,) = made.glob("*.whl")
    unpacked = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(file) as packed:
        packed.extractall(unpacked)
    return unpacked


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for name in PACKAGES
        for path in (folder / name).rglob("*")
        if path.is_file() and not {"__pycache__", "node_modules", "target"} & set(path.parts)
    }


def test_it_has_every_file_of_the_packages(wheel: Path) -> None:
    assert files(REPOSITORY) - files(wheel) == set()
    (entries,) = wheel.glob("*.dist-info/entry_points.txt")
    assert "s3compat = s3compat.cli:main" in entries.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        "matrix --json",
        "servers --json",
        "schema endpoints --example",
        "run --check get-object-range.suffix_range_returns_the_tail[raw] --workers 0 --out out",
        "prove --check get-object-range.suffix_range_returns_the_tail --workers 1",
    ],
)
def test_it_works_elsewhere(wheel: Path, tmp_path: Path, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "s3compat", *words.split()],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(wheel), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if words.endswith("--json"):
        assert json.loads(done.stdout)
    if words.startswith("run"):
        assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


def test_what_is_tried_is_the_wheel(wheel: Path, tmp_path: Path) -> None:
    code = "import conformance, matrix, s3compat; print(s3compat.__file__, matrix.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert all(Path(one).is_relative_to(wheel) for one in done.stdout.split())
