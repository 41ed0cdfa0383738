"""docs/tutorial.md, run as it stands: every command, and every line it shows but its numbers."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.clients.optional import missing
from tests.walkthrough.console import Section, run, sections

REPOSITORY = Path(__file__).parents[2]
TUTORIAL = REPOSITORY / "docs" / "tutorial.md"
SCRIPTS = sysconfig.get_path("scripts")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The reader's: s3compat is found, no keys are set, and moto is installed in this folder."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    kept |= {"PATH": f"{SCRIPTS}{os.pathsep}{kept['PATH']}", "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
    got = subprocess.run(
        ["s3compat", "servers", "--get", "moto"],
        env=kept | {"S3COMPAT_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if got.returncode:
        missing(f"moto could not be installed: {(got.stdout + got.stderr)[-300:]}")
    return kept


@pytest.mark.slow
def test_the_tutorial_shows_what_happens(tmp_path: Path, environment: dict[str, str]) -> None:
    parts = sections(TUTORIAL.read_text(encoding="utf-8"))
    assert [part.title for part in parts] == [
        "1. Test the server",
        "3. Mend one fault",
        "4. Accept the rest for now",
        "5. Put it into CI",
    ]
    commands = tuple(command for part in parts for command in part.commands)
    went = run(Section("", commands, (), ()), tmp_path, environment, {})
    differences = [found for one in went if (found := one.difference({}, numbers=False))]
    assert not differences, "\n\n".join(differences)


def test_only_numbers_may_differ(tmp_path: Path) -> None:
    text = "## A\n```console\n$ echo 'one 12   3'; echo two\none 7 45\ntwo\n```\n"
    for number, (shown, differs) in enumerate((("two", False), ("too", True))):
        (part,) = sections(text.replace("\ntwo\n", f"\n{shown}\n"))
        folder = tmp_path / str(number)
        folder.mkdir()
        (went,) = run(part, folder, {"PATH": os.environ["PATH"]}, {})
        assert (went.difference({}, numbers=False) is not None) is differs
        assert went.difference({}) is not None
