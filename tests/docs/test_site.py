"""The site of docs/ is built strictly: every page is in the menu, every link leads somewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

import pytest

from tests.clients.optional import missing
from tests.docs.blocks import blocks, command_lines

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_site_is_built_and_can_be_searched(tmp_path: Path) -> None:
    if find_spec("mkdocs") is None:
        missing("mkdocs is not installed: pip install -e '.[docs]'")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "search" / "search_index.json").read_text(encoding="utf-8"))
    places = {one["location"].partition("#")[0] for one in found["docs"]}
    pages = {path.relative_to(REPOSITORY / "docs") for path in REPOSITORY.glob("docs/**/*.md")}
    assert {page.with_suffix(".html").as_posix() for page in pages} <= places
    for sample, words in (
        ("sample-report.html", "list-objects-v2.answer_repeats_the_token"),
        ("sample-comparison.html", "New failures"),
    ):
        assert words in (tmp_path / sample).read_text(encoding="utf-8")


def test_the_samples_are_made_as_their_page_says() -> None:
    (block,) = blocks(REPOSITORY / "docs" / "samples.md")
    (shown,) = command_lines(block.text, ("s3compat",))
    hooks = run_path(str(REPOSITORY / "docs" / "_site" / "hooks.py"))
    assert shown == ["s3compat", *hooks["sample_run"]("before")]
