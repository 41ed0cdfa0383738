"""What a page works out for its templates: the parts of a bar, anchors, and claims."""

from __future__ import annotations

from pathlib import Path

from conformance.model import Outcome, RunLog
from matrix import load_matrix
from reports.overview import make_overview
from reports.page import Page
from tests.reports.runs import logged, one


def page_of(*logs: RunLog) -> Page:
    return Page(make_overview(logs, load_matrix()))


def test_a_bar_has_a_part_for_each_outcome_there_is(tmp_path: Path) -> None:
    page = page_of(logged(tmp_path, one("a", Outcome.PASS)))
    counts = dict.fromkeys(Outcome, 0) | {Outcome.PASS: 6, Outcome.BLOCKED: 1, Outcome.NOT_TRIED: 1}

    assert page.bar(counts, 4) == [
        ("pass", 0.0, 60.0),
        *sorted(
            (part for part in page.bar(counts, 4) if part[0] != "pass"), key=lambda part: part[1]
        ),
    ]
    assert {name: round(width, 9) for name, _, width in page.bar(counts, 4)} == {
        "pass": 60.0,
        "blocked": 10.0,
        "not_tried": 10.0,
        "untested": 20.0,
    }
    assert page.bar(dict.fromkeys(Outcome, 0), 0) == []
    assert [name for name, _, _ in page.bar(counts, 0)] == ["pass", "not_tried", "blocked"]


def test_anchors_are_names_of_their_own(tmp_path: Path) -> None:
    page = page_of(logged(tmp_path, one("a", Outcome.PASS)))

    assert page.anchor("a", "b c") == "a--b-c"
    assert page.anchor("a", "b/c") == "a--b-c-2"
    assert page.anchor("a", "b?c") == "a--b-c-3"
    assert page.anchor("a", "b c") == "a--b-c"


def test_a_page_tells_claims_that_say_something(tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'name = "mine"\ntitle = "Mine"\nsource = "https://x"\n'
        '[claims.get-object]\nwords = "all of it"\n'
        '[claims.put-object]\nsupport = "limited"\nwords = "small"\ncite = "https://x"\n'
        "[claims.head-object]\n"
    )
    page = page_of(logged(tmp_path, one("a", Outcome.PASS), profile=str(profile)))
    said = {row.id: page.claims(row) for row in page.overview.rows}

    assert [(label, claim.words) for label, claim in said["get-object"]] == [
        ("store.example.com", "all of it")
    ]
    assert [claim.words for _, claim in said["put-object"]] == ["small"]
    assert said["head-object"] == []
    assert said["delete-object"] == []
