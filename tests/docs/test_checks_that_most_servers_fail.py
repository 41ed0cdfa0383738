"""The page of checks that most servers fail names checks that there are, with sources they have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.trial.check import Check, discover

PAGE = Path(__file__).parents[2] / "docs/explanation/checks-that-most-servers-fail.md"
ROW = re.compile(r"^\| `([a-z0-9-]+\.[a-z0-9_]+)` \|.*\| (.+) \|$", re.MULTILINE)
SOURCES = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def known() -> dict[str, Check]:
    return discover()


def test_the_page_has_thirty_checks() -> None:
    assert len(SOURCES) == 30


@pytest.mark.parametrize("identity", SOURCES)
def test_a_source_is_of_the_kind_that_its_check_says(
    identity: str, known: dict[str, Check]
) -> None:
    said, source = known[identity].verified, SOURCES[identity]
    if said.startswith("aws-recorded"):
        assert source.startswith("recorded: ")
    elif said == "reported":
        assert re.search(r"[\w.-]+/[\w.-]+#\d+", source)  # whoever published Amazon's answer
    else:
        assert said == "documented"
        assert "(https://docs.aws.amazon.com/" in source
