"""The catalogue of behaviours names every check and every fault, and is as it is made."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.trial.check import discover
from s3compat.reference.catalogue import catalogue, sightings
from server_ref import deviations

PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"


def test_the_page_is_as_it_is_made() -> None:
    """Where this fails: `python -m s3compat.reference`."""
    assert PAGE.read_text(encoding="utf-8") == catalogue()


def test_every_check_is_a_line_with_its_fault() -> None:
    lines = {}
    row = ""
    for line in catalogue().splitlines():
        if re.fullmatch(r"`[a-z0-9-]+`", line):
            row = line.strip("`")
        if found := re.match(r"\| .* \| `(\w+)` \| (.*) \| .*\|$", line):
            lines[f"{row}.{found[1]}"] = found[2]
    checks = discover()
    assert set(lines) == set(checks)
    known = deviations.discover()
    for name, check in checks.items():
        for fault in check.proved_by:
            assert f"`{fault}`: {known[fault].sentence}".replace("|", "\\|") in lines[name]


def test_every_sighting_is_of_a_check_there_is_and_names_project_and_number() -> None:
    seen = sightings()
    assert seen
    assert set(seen) <= set(discover())
    for found in seen.values():
        assert found
        assert all(re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", one) for one in found)
