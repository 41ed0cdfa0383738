"""The layers that import-linter holds: they hold here, and they can be broken.

Each contract is shown to fail on a copy of the house with one import too many, or one module that
stands on no layer.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("matrix", "conformance", "server_ref", "reports", "s3compat")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of every module of ours, and the contracts."""
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(
            REPOSITORY / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    return folder


def lint(folder: Path) -> tuple[int, str]:
    """What lint-imports says of the packages in a folder: exit code and output."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_copy_is_sound(house: Path) -> None:
    code, said = lint(house)

    assert code == 0, said
    assert " 0 broken" in said


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("matrix/schema.py", "import matrix.loader", "layers of the matrix"),
        ("matrix/schema.py", "import conformance.model", "matrix imports nothing of ours"),
        ("server_ref/errors/codes.py", "import server_ref.gate.app", "of the reference server"),
        ("server_ref/storage/store.py", "import server_ref.operations", "of the reference server"),
        ("server_ref/effects/events.py", "import server_ref.gate.app", "of the reference server"),
        ("server_ref/storage/commit.py", "import server_ref.storage.store", "server's storage"),
        (
            "server_ref/server/__init__.py",
            "import matrix",
            "reference server imports nothing of ours",
        ),
        ("conformance/model/records.py", "import conformance.run.plan", "layers of the suite"),
        ("conformance/trial/trial.py", "import conformance.checks", "layers of the suite"),
        ("conformance/trial/trial.py", "import server_ref.server", "the suite knows the matrix"),
        ("reports/text.py", "import reports.overview", "layers of the reports"),
        ("reports/overview.py", "import conformance.clients.raw", "reports are made from run logs"),
        (
            "reports/covered.py",
            "import conformance.evidence.wire",
            "reports are made from run logs",
        ),
        (
            "server_ref/model/source.py",
            "import matrix.service_model",
            "reference server imports nothing of ours",
        ),
        ("s3compat/places.py", "import s3compat.commands.run", "layers of the command"),
    ],
)
@pytest.mark.parametrize("shape", ["{}\n", "if TYPE_CHECKING:\n    {}\n"], ids=["plain", "types"])
def test_an_import_upwards_breaks_its_contract(
    house: Path, module: str, line: str, contract: str, shape: str
) -> None:
    path = house / module
    before = path.read_text("utf-8")
    path.write_text(before + "\nfrom typing import TYPE_CHECKING\n" + shape.format(line), "utf-8")
    try:
        code, said = lint(house)
    finally:
        path.write_text(before, "utf-8")

    assert code == 1
    broken = [name for name in said.splitlines() if " BROKEN" in name]
    assert any(contract in name for name in broken), said


@pytest.mark.parametrize("package", [*PACKAGES, "server_ref/storage"])
def test_a_module_on_no_layer_breaks_its_contract(house: Path, package: str) -> None:
    path = house / package / "stranger.py"
    path.touch()
    try:
        code, said = lint(house)
    finally:
        path.unlink()

    assert code == 1
    assert "stranger" in said
