"""Facts of a run, as a store has them: what a run before a column was added leaves out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reports.site.digging import _file, _point
from tests.structs import structs

RUN: dict[str, Any] = {
    "run": "d1",
    "run_id": "260224031500-5f0c",
    "started": datetime(2026, 2, 24, 3, 15, tzinfo=UTC),
    "ended_by": "finished",
    "outcomes": 5,
    "planned": 6,
    "exit_code": 1,
    "sentence": "it fails",
    "passed": 3,
    "claimed": 4,
    "untested": 1,
    "lost": 2,
    "s3compat": "0.1",
    "matrix": "m",
    "profile": "aws",
    "url": "http://h",
    "server": {"name": "moto", "version": "5.2"},
    "clients": {"raw": "1"},
    "selection": {"rows": "cors"},
    "again": ["--a"],
    "region": "us-east-1",
    "addressing": "path",
    "families": {"raw": "raw"},
    "log": "logs/2026/02/log.jsonl.zst",
}


def test_a_run_is_a_point_of_its_endpoint() -> None:
    point = _point(RUN)

    assert (point.started, point.lost, point.release) == ("2026-02-24T03:15:00Z", 2, "5.2")
    assert (point.passed, point.claimed, point.untested) == (3, 4, 1)
    assert (point.clients, point.selection) == ({"raw": "1"}, {"rows": "cors"})
    assert (point.again, point.families) == (("--a",), {"raw": "raw"})


def test_what_a_run_does_not_say_is_empty() -> None:
    absent = dict.fromkeys(("lost", "server", "clients", "selection", "again", "families"))
    point = _point(RUN | absent)

    assert (point.lost, point.release, point.again) == (0, "", None)
    assert (point.clients, point.selection, point.families) == ({}, {}, {})
    assert _point(RUN | {"again": []}).again == ()


def test_the_outcomes_of_a_run_lie_beside_its_log() -> None:
    assert _file(Path("/a[b]"), RUN) == "/a[[]b]/outcomes/2026/02/d1.parquet"


OF_REPORTS = structs(["reports.site.facts", "reports.formats.json", "reports.formats.shields"])


@pytest.mark.parametrize("name", OF_REPORTS)
def test_what_was_reported_is_not_changed(name: str) -> None:
    assert OF_REPORTS[name].__struct_config__.frozen


def test_facts_are_kept_without_what_they_do_not_say() -> None:
    kept = {name for name, kind in OF_REPORTS.items() if kind.__struct_config__.omit_defaults}
    assert kept == {"reports.site.facts:Point", "reports.site.facts:Turn"}
