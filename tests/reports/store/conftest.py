"""Stores that are small: a few runs of a few endpoints, days apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.model import Outcome, Result, RunLog
from tests.reports import synthetic

Adding = Callable[..., RunLog]
HOSTILE = "<script>alert(1)</script>\u202e\"'&"  # the name of an endpoint


def turned(results: Sequence[Result], *numbers: int, to: Outcome = Outcome.FAIL) -> list[Result]:
    """The results with those of these numbers turned."""
    changed = list(results)
    for number in numbers:
        changed[number] = msgspec.structs.replace(
            changed[number], outcome=to, reason="" if to is Outcome.PASS else "status: got 501"
        )
    return changed


def adder(store: Path, logs: Path) -> Adding:
    """Adds a run of some results at a day of November; ``changes`` are of its header."""
    pytest.importorskip("pyarrow", reason="pyarrow of the extra `history` is not installed")
    from matrix import load_matrix
    from reports.store.adding import add
    from reports.store.places import Folder

    number = 0

    def adding(results: Sequence[Result], day: int, **changes: object) -> RunLog:
        nonlocal number
        number += 1
        told = {
            "started": f"2026-11-{day:02}T03:00:00+00:00",
            "run_id": f"2611{day:02}030000-{number:04x}",
            "endpoint": "one",
        }
        path = logs / f"{number}.jsonl"
        log = synthetic.write_log(path, results, **{**told, **changes})
        add(log, Folder(store), load_matrix().group_of)
        return log

    return adding


def facts_of(store: Path) -> dict[str, Any]:
    """What a site is made of, by the label of each endpoint."""
    from reports.site.digging import dig, labels
    from reports.store.reading import opened

    scratch = store.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    with opened(store, scratch) as connection:
        found = labels(connection)
        return {label: dig(connection, store, label, runs) for label, runs in found.items()}


def fill(put: Adding, passing: Sequence[Result]) -> None:
    """Two endpoints, one of them hostile and with two releases, and one that crashed."""
    put(passing, 1)
    put(turned(passing, 3, 4), 2)
    evil = synthetic.hostile() + synthetic.every_outcome() + list(passing)
    for day, version in ((1, "1.0"), (3, "<i>2")):
        put(
            turned(evil, 0, to=Outcome.PASS) if day == 1 else evil,
            day,
            endpoint=HOSTILE,
            server={"version": version},
            selection={"clients": "raw"},
        )
    put(passing[:9], 3, endpoint="crashed", footer=False, planned=50)


def all_passing() -> list[Result]:
    """A pass of each client in many rows."""
    return [one for one in synthetic.ordinary(failing=0.0) if one.outcome is Outcome.PASS][:120]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "a[b]*'c"  # a name that is a pattern to whoever forgets that it may be one


@pytest.fixture
def put(store: Path, tmp_path: Path) -> Adding:
    return adder(store, tmp_path)


@pytest.fixture
def passing() -> list[Result]:
    return all_passing()
