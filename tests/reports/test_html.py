"""The page of a run: what was left behind, and evidence that did not fit."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import reports
from conformance.model import Outcome
from reports.drawing import policy
from tests.reports import synthetic
from tests.reports.runs import logged, one


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "The run could not remove them."),
        ({"name": "moto", "version": "5", "package": "moto", "source": "pip"},
         "They are gone: the server was started for this run only, and has ended."),
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
    assert said in shown and "and 3 more buckets or objects, in the run log" in shown
    assert "s3://bucket-5/" in shown and "s3://bucket-6/" not in shown
    assert "k" * 161 not in shown and "more characters" in shown


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
