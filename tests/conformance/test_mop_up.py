"""What a run removes at its end: the buckets that its workers, dead ones included, left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conformance.run import worker
from conformance.run.journal import Journal, JournalHeader

RUN = "260101000000-abcd"
LEFT = f"s3compat-{RUN}-left"


@dataclass
class OfARun:
    """As much of a run's setting as its end looks at."""

    journal_path: Path
    keep: bool = False
    run_id: str = RUN


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were to be removed, in the order in which that was asked."""
    names: list[str] = []

    class Removing:
        def remove_all(self, asked: Sequence[str]) -> list[str]:
            names.extend(asked)
            return [f"s3://{name}" for name in asked]

    @contextmanager
    def session(*_: Any) -> Iterator[Removing]:
        yield Removing()

    monkeypatch.setattr(worker, "_session", session)
    return names


def journal(tmp_path: Path, *open_names: str) -> Path:
    path = tmp_path / "journal.jsonl"
    written = Journal.start(path, JournalHeader(RUN, "http://h:1", "us-east-1", "path", "aws"))
    for name in (*open_names, f"s3compat-{RUN}-gone"):
        written.name(name)
    written.removed(f"s3compat-{RUN}-gone")
    written.close()
    return path


def test_what_the_journal_still_names_is_removed(tmp_path: Path, removed: list[str]) -> None:
    setting: Any = OfARun(journal(tmp_path, LEFT))
    assert worker.mop_up(setting) == [f"s3://{LEFT}"]
    assert removed == [LEFT]


def test_nothing_is_asked_where_nothing_is_left(tmp_path: Path, removed: list[str]) -> None:
    setting: Any = OfARun(journal(tmp_path))
    assert worker.mop_up(setting) == []
    assert removed == []


def test_what_is_to_be_kept_is_named_and_stays(tmp_path: Path, removed: list[str]) -> None:
    setting: Any = OfARun(journal(tmp_path, LEFT), keep=True)
    assert worker.mop_up(setting) == [f"s3://{LEFT}"]
    assert removed == []
