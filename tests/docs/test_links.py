"""Links between the pages of this repository: the file is there, and so is the heading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
MADE_WITH_THE_SITE = {"sample-report.html", "sample-comparison.md"}  # docs/_site/hooks.py
_CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert not broken(page)


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Some `code`, and more\n\n```\n# no heading\n```\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](other.md#some-code-and-more) [b](missing.md) [c](other.md#no-heading) [d](#nothing)"
        " [e](https://example.com/x)\n```\n[f](missing-too.md)\n```\n",
        encoding="utf-8",
    )
    assert broken(page) == ["missing.md", "other.md#no-heading", "#nothing"]


def broken(page: Path) -> list[str]:
    """The links of a page that lead to no file, or to no heading of it."""
    text = re.sub(r"`[^`\n]*`", "", _prose(page))  # a pattern in code may look like a link
    return [link for link in _LINK.findall(text) if not _leads(page, link)]


def _leads(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    if Path(path).name in MADE_WITH_THE_SITE:
        return True
    there = page.parent / path if path else page
    return there.exists() and (not anchor or anchor in _anchors(there))


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them: small letters, blanks to hyphens, no other punctuation."""
    plain = (re.sub(r"[^\w\- ]", "", one.lower()) for one in _HEADING.findall(_prose(page)))
    return {one.strip().replace(" ", "-") for one in plain}


def _prose(page: Path) -> str:
    return _CODE.sub("", page.read_text(encoding="utf-8"))
