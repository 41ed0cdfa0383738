"""A module has one idea: one of over 400 lines says in its docstring why it is so long."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("matrix", "conformance", "server_ref", "reports", "s3compat")
LONG = 400  # lines
REASON = re.compile(r"\blong(er)?\b[^.]*\bbecause\b")


def unexplained(path: Path) -> str:
    """What is wrong with a module's length; "" for nothing."""
    text = path.read_text("utf-8")
    lines = len(text.splitlines())
    said = ast.get_docstring(ast.parse(text)) or ""
    if lines <= LONG or REASON.search(" ".join(said.split())):
        return ""
    return f"{path}: {lines} lines; split it, or say in its docstring: it is long because …"


def test_long_modules_say_why() -> None:
    modules = [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")]

    assert len(modules) > 400  # the whole house was looked at
    assert [wrong for path in modules if (wrong := unexplained(path))] == []


@pytest.mark.parametrize(
    ("docstring", "lines", "fine"),
    [
        ("Short.", LONG, True),
        ("Long.", LONG + 1, False),
        ("It is long because\n    each case is here.", LONG + 1, True),
        ("It is longer than others because each case is here.", LONG + 1, True),
        ("How long. Because.", LONG + 1, False),
    ],
)
def test_a_module_without_a_reason_is_found(
    docstring: str, lines: int, fine: bool, tmp_path: Path
) -> None:
    module = tmp_path / "module.py"
    head = f'"""{docstring}"""\n'
    module.write_text(head + "x = 1\n" * (lines - head.count("\n")))

    assert (unexplained(module) == "") is fine
