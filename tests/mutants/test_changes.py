"""The small changes are found, made at their place, and change nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants.__main__ import (
    PACKAGES,
    REPOSITORY,
    Mutant,
    drawn,
    files_for,
    holding,
    verdict,
)
from tests.mutants.changes import changes


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a = b == c", {"a = (b != c)"}),
        ("a = b < c <= d", {"a = (b <= c <= d)", "a = (b < c < d)"}),
        ("a = b and c", {"a = (b or c)"}),
        ("a = not b", {"a = (b)"}),
        ("a = b + 1", {"a = (b - 1)", "a = b + (2)"}),
        ("a = True", {"a = (False)"}),
        ("f(b)", {"pass"}),
        ("a = 'é' + b", set()),
        ("é = 'é'; a = b in c", {"é = 'é'; a = (b not in c)"}),
        ("if a:\n    f = 'x'", {"if (not a):\n    f = 'x'"}),
        ("while a:\n    break", {"while (not a):\n    break", "while a:\n    continue"}),
        ("logger.info('%s', 1)", set()),
        ("raise E(1)", set()),
        ("if TYPE_CHECKING:\n    a = 1", set()),
        ("def f(a: Literal[1] = x) -> Literal[2]: ...", set()),
        ('"""1 + 1"""', set()),
        ("f = h(b, usedforsecurity=False)", set()),
    ],
)
def test_what_can_be_changed(source: str, changed: set[str]) -> None:
    assert {change.apply(source) for change in changes(source)} == changed


def test_every_change_of_a_real_module_is_another_module() -> None:
    source = (REPOSITORY / "server_ref/rules/ranges.py").read_text("utf-8")
    found = changes(source)
    before = ast.dump(ast.parse(source))

    assert len(found) > 20
    for change in found:
        assert ast.dump(ast.parse(change.apply(source))) != before


def test_a_seed_draws_the_same_again() -> None:
    first, again, other = (
        drawn(REPOSITORY, 1, 20),
        drawn(REPOSITORY, 1, 20),
        drawn(REPOSITORY, 2, 20),
    )

    assert first == again
    assert first != other
    assert len({mutant.module for mutant in first}) > 5


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_has_tests(package: str) -> None:
    for path in (REPOSITORY / package).rglob("*.py"):
        assert files_for(REPOSITORY, path.relative_to(REPOSITORY).as_posix()), path


def test_the_tests_that_speak_of_a_module_most_come_first() -> None:
    module = "server_ref/rules/lifecycle_due.py"

    named = holding(REPOSITORY, module)

    assert named[0] == "tests/server/test_lifecycle_due.py"
    assert {REPOSITORY / name for name in named} == set(files_for(REPOSITORY, module))


IMPORTS = "from reports.one import A\n"
PASSES = "def test_it():\n    assert A\n"


@pytest.mark.parametrize(
    ("module", "files", "found", "by"),
    [
        ("A = 1\nassert A < 2\n", {"test_one.py": IMPORTS + PASSES}, "killed", "test_one.py"),
        (
            "A = 1\nassert A < 2\n",
            {"conftest.py": IMPORTS, "test_one.py": IMPORTS + PASSES},
            "killed",
            "test_one.py",
        ),
        ("A = 1\n", {"test_one.py": IMPORTS + PASSES}, "survived", ""),
        (
            "A = 1\n",
            {"test_one.py": IMPORTS + PASSES.replace("A", "A == 1")},
            "killed",
            "test_one.py::test_it",
        ),
        ("A = 1\n", {"test_one.py": "import no_such_module\n"}, "unsound", "test_one.py"),
    ],
)
def test_the_verdict(
    module: str, files: dict[str, str], found: str, by: str, tmp_path: Path
) -> None:
    """A file of tests that a bug keeps from being loaded notices it; one never loaded does not."""
    for folder in ("reports", "tests/reports"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "reports/__init__.py").touch()
    (tmp_path / "reports/one.py").write_text(module)
    for name, text in files.items():
        (tmp_path / "tests/reports" / name).write_text(text)
    first = next(change for change in changes(module) if change.text == "(2)")

    got, told = verdict(tmp_path, Mutant("reports/one.py", first), 60)

    assert got == found
    assert not by or told == f"tests/reports/{by}"
