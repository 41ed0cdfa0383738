"""JUnit: how cases are counted, which requests are shown, and several runs in one file."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

import reports
from conformance.model import Outcome
from tests.reports.runs import logged, one


@pytest.fixture
def suites(tmp_path: Path) -> ElementTree.Element:
    log = logged(
        tmp_path,
        one("good", Outcome.PASS, seconds=1.25),
        one("bad", Outcome.FAIL, seconds=0.5),
        one("worse", Outcome.ERROR, seconds=0.25),
        one("left", Outcome.NOT_TRIED, seconds=0.0),
    )
    return ElementTree.fromstring(reports.render("junit", [log]))


def test_junit_counts_its_cases(suites: ElementTree.Element) -> None:
    row = next(suite for suite in suites if suite.get("name") == "get-object")

    assert {name: row.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    assert row.get("time") == "2.000"
    assert row.get("timestamp") == "2026-11-24T02:40:00"
    counted = [suite.get("tests") for suite in suites]
    assert suites.get("tests") == str(sum(int(number or 0) for number in counted))
    for name in ("failures", "errors"):
        assert int(suites.get(name) or 0) == sum(int(suite.get(name) or 0) for suite in suites)
    assert suites.get("time") == "2.000"


def test_junit_shows_the_requests_of_what_did_not_pass(suites: ElementTree.Element) -> None:
    said = {case.get("name"): case.findtext("system-out") or "" for case in suites.iter("testcase")}
    request, again = "GET /bck/c17/digits HTTP/1.1", "again: s3compat run"

    assert request in said["get-object.bad[boto3]"]
    assert "exit code 254" in said["get-object.bad[boto3]"]
    assert "An error occurred (NotImplemented)" in said["get-object.bad[boto3]"]
    for name in ("get-object.good[boto3]", "get-object.left[boto3]"):
        assert again in said[name]
        assert request not in said[name]


def test_junit_of_several_runs_names_each(tmp_path: Path) -> None:
    logs = [logged(tmp_path, one("good", Outcome.PASS), endpoint=name) for name in ("a", "b")]
    both = ElementTree.fromstring(reports.render("junit", logs))
    alone = ElementTree.fromstring(reports.render("junit", logs[:1]))

    assert [suite.get("name") for suite in both] == ["a.get-object", "b.get-object"]
    assert [suite.get("name") for suite in alone] == ["get-object"]
    assert [case.get("classname") for case in both.iter("testcase")] == [
        "a.get-object",
        "b.get-object",
    ]
