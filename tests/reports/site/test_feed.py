"""The feed of a site: what changed in a run, in words, and not more than a reader takes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import pytest

from reports.site import feed


def turn(kind: str, lost: bool = False, check: str = "a.b") -> Any:
    return SimpleNamespace(
        kind=kind, lost=lost, check=check, client="raw", before="pass", after="fail", reason="why"
    )


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        ([turn("failed")], "1 new failure"),
        ([turn("failed", lost=True), turn("failed")], "data loss in 1, 2 new failures"),
        ([turn("fixed"), turn("changed"), turn("fixed")], "2 fixed, 1 changed otherwise"),
        ([turn("changed")], "1 changed otherwise"),
    ],
)
def test_a_run_in_words(turns: list[Any], words: str) -> None:
    assert feed.summary(turns) == words


@pytest.mark.parametrize(("count", "last"), [(40, "a.39"), (41, "and 1 more"), (43, "and 3 more")])
def test_an_entry_has_forty_lines_at_most(count: int, last: str) -> None:
    point = SimpleNamespace(run="d1", started="2026-01-01T00:00:00Z")
    endpoint = SimpleNamespace(label="moto", slug="moto")
    turns = [turn("failed", check=f"a.{number}") for number in range(count)]
    made = feed.feed([cast(Any, (endpoint, point, turns))], "http://site/")

    [content] = [one.text or "" for one in ElementTree.fromstring(made).iter() if one.get("type")]
    lines = content.splitlines()
    assert lines[0] == "failed: a.0[raw] pass → fail why"
    assert len(lines) == min(count, 41)
    assert last in lines[-1]
