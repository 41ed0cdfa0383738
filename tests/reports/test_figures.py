"""How much a report shows, keeps and asks for: figures that no page of a test comes to."""

from __future__ import annotations

from typing import Any

import pytest

from reports.evidence import Detail
from reports.text import one_line
from tests.figures import figure

KIB, MIB = 1024, 1024**2

FIGURES = {
    "answers:MOST_SHOWN": 3,
    "bands:WIDEST": 7,
    "bands:WIDEST_FOLDED": 14,
    "by_client:_LONGEST": 60,
    "by_client:_SHOWN": 3,
    "comparison:LONGEST_COMMENT": 60_000,
    "comparison:_ROOM_FOR_THE_END": 200,
    "comparison:_SHOWN_IDS": 10,
    "evidence:_BYTES_A_LINE": 16,
    "evidence:_LAST_OF_SETUP": 2,
    "formats.badge:_PADDING": 10,
    "formats.documented:SHOWN": 4,
    "formats.html:PAGE_BUDGET": 5_500_000,
    "formats.html:OUTCOME_SIZE": 1_300,
    "formats.html:BARE_SIZE": 600,
    "formats.html:LEAST_EVIDENCE": 1_500_000,
    "formats.html:EXAMPLES": 40,
    "formats.html:EXAMPLE_SIZE": 40_000,
    "formats.json:FORMAT_VERSION": 1,
    "formats.junit:_OUTPUT": 4000,
    "formats.markdown:DETAILED_CAUSES": 3,
    "formats.markdown:SHOWN_CAUSES": 15,
    "formats.servers:SHOWN_CAUSES": 5,
    "formats.servers:SHOWN_ROWS": 5,
    "formats.servers:LONGEST_REASON": 240,
    "page:MOST_HARMFUL": 5,
    "site.charts:MOST_POINTS": 400,
    "site.digging:MOST_TURNS": 3000,
    "site.digging:RELEASES": 8,
    "site.digging:_LONGEST_REASON": 300,
    "site.facts:RECENT_RUNS": 30,
    "site.feed:_MOST_LINES": 40,
    "site.model:LATELY": 7,
    "site.model:MOST_PAIRS": 1000,
    "site.pages:SHOWN_CHANGES": 400,
    "site.pages:RECENT": 25,
    "site.pages:IN_FEED": 100,
    "site.pages:OF_CHECK": 60,
    "site.swapping:_HERE": -100,  # AT_FDCWD
    "site.swapping:_EXCHANGE": 2,  # RENAME_EXCHANGE
    "store.columns:FORMAT": 1,
    "store.places:LARGEST_FILE": 512 * MIB,
    "store.places:_ATTEMPTS": 4,
    "store.places:_CONNECT": 10,
    "store.places:_REQUEST": 120,
    "store.reading:THREADS": 2,
    "store.tables:_LONGEST_NAME": 120,
    "store.tables:_DIGITS": 32,
}
# LINES, HEADS, TEST, FULL
SHOWN = {
    "_BODY_LIMIT": (0, 400, 4 * KIB, 8 * KIB),
    "_HEAD_LIMIT": (0, 2_000, 8 * KIB, 8 * KIB),
    "_OUTPUT_LIMIT": (100, 600, 4 * KIB, 8 * KIB),
    "_COMMAND_LIMIT": (3_000, 3_000, 4 * KIB, 8 * KIB),
    "_CALL_LIMIT": (4, 40, 100, 400),
    "_EXCHANGE_LIMIT": (3, 20, 100, 400),
}


@pytest.mark.parametrize(("place", "is_"), FIGURES.items())
def test_a_figure(place: str, is_: Any) -> None:
    assert figure(f"reports.{place}") == is_


@pytest.mark.parametrize(("name", "is_"), SHOWN.items())
def test_what_each_detail_shows(name: str, is_: tuple[int, ...]) -> None:
    levels = (Detail.LINES, Detail.HEADS, Detail.TEST, Detail.FULL)

    assert tuple(figure(f"reports.evidence:{name}")[level] for level in levels) == is_


def test_details_are_in_their_order() -> None:
    assert sorted(Detail) == [Detail.NONE, Detail.LINES, Detail.HEADS, Detail.TEST, Detail.FULL]
    assert [level.value for level in sorted(Detail)] == [-1, 0, 1, 2, 3]


def test_a_line_is_cut_past_300_characters() -> None:
    assert one_line("x" * 300) == "x" * 300
    assert one_line("x" * 301) == "x" * 300 + "… (1 more character)"
