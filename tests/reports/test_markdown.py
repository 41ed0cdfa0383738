"""Markdown: remarks beside a cell, how causes and losses are counted, and code in titles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import reports
from conformance.model import Outcome
from conformance.model.weight import Weight
from matrix import load_matrix
from reports.formats.markdown import cause_lines, loss_lines, prose
from reports.overview import make_overview
from tests.reports import synthetic
from tests.reports.runs import logged, one


def test_markdown_remarks_beside_a_cell(tmp_path: Path) -> None:
    log = logged(
        tmp_path,
        one("a", Outcome.PASS),
        one("b", Outcome.NOT_TRIED, reason="no second account"),
        one("c", Outcome.NOT_TRIED, reason="no second account"),
        one("d", Outcome.BLOCKED),
        one("e", Outcome.CLIENT_CANNOT),
        one("f", Outcome.ERROR),
    )
    notes = [
        line.partition(": ")[2]
        for line in reports.render("markdown", [log]).splitlines()
        if line.startswith("[^s3compat-")
    ]

    for remark in (
        "1 check beyond what this client can say",
        "2 checks not tried: no second account",
        "1 check could not be set up on this endpoint",
        "1 check ended in an error of s3compat itself, or of a check of your own",
    ):
        assert [note for note in notes if note.startswith(remark)], (remark, notes)


def test_markdown_says_only_what_there_is(tmp_path: Path) -> None:
    text = reports.render("markdown", [logged(tmp_path, one("a", Outcome.PASS))])

    for word in (
        "not tried",
        "could not be set up",
        "error of s3compat",
        "DATA LOSS",
        "to look at",
    ):
        assert word not in text


def test_markdown_counts_outcomes_and_causes(tmp_path: Path) -> None:
    fails = [one(f"f{number}", Outcome.FAIL) for number in range(3)]
    overview = make_overview([logged(tmp_path, *fails)], load_matrix())
    [run] = overview.runs
    cause = run.causes[0]
    many = [
        replace(cause, results=cause.results[: 1 + (number < 15)], title=f"cause {number}")
        for number in range(17)
    ]

    assert cause_lines(replace(run, causes=())) == []
    assert cause_lines(replace(run, causes=(cause,)))[0] == ("3 outcomes to look at, in 1 cause:")
    lines = cause_lines(replace(run, causes=tuple(many)))
    assert lines[0] == "32 outcomes to look at, in 17 causes:"
    assert "cause 14" in lines[-3]
    assert lines[-2:] == ["| 2 | 2 smaller causes | | | |", ""]
    assert "smaller causes" not in "".join(cause_lines(replace(run, causes=tuple(many[:15]))))
    assert "most harmful" not in "".join(lines), "it is in the table"
    many[-1] = replace(many[-1], weight=Weight.NO_ANSWER)
    [told] = cause_lines(replace(run, causes=tuple(many)))[-2:-1]
    assert told.startswith("The most harmful is among the smaller: cause 16 (clients get no usable")


def test_markdown_says_what_was_lost_once_a_check(tmp_path: Path) -> None:
    lost = [synthetic.loss(client="boto3"), synthetic.loss(client="raw"), synthetic.loss("other")]
    [alone] = make_overview([logged(tmp_path, lost[0])], load_matrix()).runs
    [run] = make_overview([logged(tmp_path, *lost)], load_matrix()).runs

    assert loss_lines(alone)[1] == "> **DATA LOSS in 1 outcome**"
    lines = loss_lines(run)
    assert lines[1] == "> **DATA LOSS in 3 outcomes**"
    assert [line.partition(":")[0] for line in lines[3:-1]] == [
        "> - Tagging leaves the object (boto3, raw)",
        "> - Other (s3cmd)",
    ]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A `b` c.", "A `b` c"),
        ("`b` c", "`b` c"),
        ("A `b`.", "A `b`"),
        ("A ` b", "A \\` b"),
        ("A b.", "A b"),
    ],
)
def test_a_title_keeps_its_code(title: str, shown: str) -> None:
    assert prose(title) == shown


def test_a_row_says_what_the_documentation_says_of_it_and_where(tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'name = "mine"\ntitle = "Mine"\nsource = "https://x"\n'
        '[claims.get-object]\nsupport = "limited"\nwords = "small *ones*"\ncite = "https://x/y"\n'
        '[claims.head-object]\nsupport = "unsupported"\nwords = "no"\ncite = "http://y"\n'
        '[claims.put-object]\nwords = "all of it"\n'
    )
    rows = [load_matrix().rows[name] for name in ("get-object", "head-object", "put-object")]
    results = [synthetic.result(row, "a", "raw", Outcome.PASS) for row in rows]
    text = reports.render("markdown", [logged(tmp_path, *results, profile=str(profile))])
    said = [line.partition(": ")[2] for line in text.splitlines() if ": Documented as" in line]

    assert said == [
        "Documented as limited: small \\*ones\\* ([source](<https://x/y>))",
        "Documented as unsupported: no ([source](<http://y>))",
    ]
