"""The page of a run: what was left behind, and evidence that did not fit."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import reports
from conformance.model import Outcome
from matrix import load_matrix
from reports.drawing import policy
from reports.overview import make_overview
from tests.reports import synthetic
from tests.reports.runs import logged, one


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "The run could not remove them."),
        ({"name": "moto", "version": "5", "package": "moto", "source": "pip"},
         "The run did not remove them; they ended with the server, "
         "which was started for this run only."),
    ],
)  # fmt: skip
def test_what_is_left_behind_is_shown_in_part_and_told_truly(
    tmp_path: Path, known: dict[str, str], said: str
) -> None:
    log = logged(tmp_path, one("f", Outcome.PASS))
    assert log.footer is not None
    left = tuple(f"s3://bucket-{number}/{'k' * 900}" for number in range(9))
    footer = msgspec.structs.replace(log.footer, leftovers=left)
    header = msgspec.structs.replace(log.header, server=known)

    page = reports.render("html", [replace(log, header=header, footer=footer)])

    shown = page.partition("<dt>Left behind</dt>")[2].partition("</dd>")[0]
    total, _, folded = shown.partition("<details")
    assert f"9 buckets or objects. {said}" in total and "s3://" not in total
    assert "and 3 more, in the run log" in folded
    assert "s3://bucket-5/" in shown and "s3://bucket-6/" not in shown
    assert "k" * 301 not in shown and "more characters" in shown


def test_the_example_of_a_cause_is_whole_on_the_smallest_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = one("long", Outcome.FAIL, client="raw")
    short = one("short", Outcome.FAIL, calls=long.calls[:1])
    html = importlib.import_module("reports.formats.html")
    monkeypatch.setattr(html, "PAGE_BUDGET", 0)
    monkeypatch.setattr(html, "LEAST_EVIDENCE", 0)
    answer = '<span class="tag">response'

    page = reports.render("html", [logged(tmp_path, long, short)])
    assert page.count(answer) == 1, "one cause, one example"
    monkeypatch.setattr(html, "EXAMPLES", 0)
    assert answer not in reports.render("html", [logged(tmp_path, long, short)])
    monkeypatch.setattr(html, "EXAMPLES", 40)
    monkeypatch.setattr(html, "EXAMPLE_SIZE", 10)
    assert answer not in reports.render("html", [logged(tmp_path, long, short)])


def test_an_example_has_no_less_than_where_all_evidence_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = logged(tmp_path, one("long", Outcome.FAIL, client="raw"))
    html = importlib.import_module("reports.formats.html")
    monkeypatch.setattr(html, "EXAMPLES", 0)
    whole = reports.render("html", [log])
    monkeypatch.setattr(html, "EXAMPLES", 40)
    monkeypatch.setattr(html, "EXAMPLE_SIZE", 10)

    assert '<span class="tag">response' in whole
    assert reports.render("html", [log]) == whole


def test_every_check_of_a_cause_is_linked_and_leads_back(tmp_path: Path) -> None:
    many = [one(f"c{number}", Outcome.FAIL) for number in range(64)]
    many[62] = msgspec.structs.replace(synthetic.loss(client="boto3"), reason=many[0].reason)
    page = reports.render("html", [logged(tmp_path, *many)])
    [run] = make_overview([logged(tmp_path, *many)], load_matrix()).runs
    largest = run.causes[0]
    assert len(largest.results) > 60

    shown = page.partition('<ol class="cells">')[2].partition("To accept this cause")[0]
    assert shown.count("<li>") == len(largest.checks)
    assert f"and {len(largest.checks) - 60} more check" in shown
    said = f"One of {len(largest.results)} outcomes of the cause"
    assert page.count(said) == len(largest.results)


def test_how_a_known_server_was_started_is_said(tmp_path: Path) -> None:
    log = logged(tmp_path, one("f", Outcome.FAIL))
    assert "Started as" not in reports.render("html", [log])
    server = {"name": "s3proxy", "version": "3", "package": "org.gaul:s3proxy:3", "source": "maven"}
    header = msgspec.structs.replace(log.header, server=server)

    page = reports.render("html", [replace(log, header=header)])

    assert "<dt>Started as</dt><dd><code>org.gaul:s3proxy:3</code> (maven): file system" in page
    assert "org.gaul.s3proxy.Main --properties {folder}/s3proxy.conf" in page
    assert "jclouds.provider=filesystem-nio2" in page
    forgotten = msgspec.structs.replace(header, server={**server, "name": "gone"})
    assert "Started as" not in reports.render("html", [replace(log, header=forgotten)])


def test_only_a_page_that_left_evidence_out_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = logged(tmp_path, *synthetic.every_outcome())
    whole = reports.render("html", [log])
    html = importlib.import_module("reports.formats.html")
    monkeypatch.setattr(html, "PAGE_BUDGET", 0)
    monkeypatch.setattr(html, "LEAST_EVIDENCE", 0)
    least = reports.render("html", [log])

    assert "To keep this page small" not in whole
    assert "To keep this page small, a check that passes has one line here, and the evidence" in (
        least
    )
    assert "GET /bck/c17/digits HTTP/1.1" in whole
    assert "sha256-" in policy("a", "b")
    assert policy("a", "b") != policy("b", "a")
