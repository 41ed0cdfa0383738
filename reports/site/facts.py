"""What the pages know of one endpoint; kept beside the site, so that it is dug out once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from conformance.model import Result
from conformance.model.verdict import FINISHED
from conformance.model.weight import Weight

RECENT_RUNS = 30  # in which a cell's last outcome is looked for
VERSION = 3  # of these records; others are dug out again


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """One run in the life of an endpoint."""

    run: str  # its name in the store
    run_id: str
    started: str  # ISO 8601, UTC
    ended_by: str
    outcomes: int
    planned: int
    exit_code: int
    sentence: str
    passed: int
    claimed: int
    untested: int
    lost: int
    s3compat: str
    matrix: str
    profile: str
    url: str
    release: str  # version of the endpoint's software; "" where nothing says it
    clients: dict[str, str]
    selection: dict[str, str]  # its filters
    again: tuple[str, ...] | None = None
    region: str = "us-east-1"
    addressing: str = "path"
    families: dict[str, str] = {}

    @property
    def part(self) -> bool:
        """Whether filters left something of the matrix out."""
        return bool(self.selection)

    @property
    def whole(self) -> bool:
        """Whether everything that its filters leave was tried."""
        return self.ended_by == FINISHED and self.outcomes >= self.planned

    @property
    def day(self) -> str:
        """The day of its start."""
        return self.started[:10]


def recent(points: Sequence[Point]) -> list[int]:
    """The places of the newest runs of today's suite: what is latest is of them."""
    newest = points[-1].matrix
    return [n for n, point in enumerate(points) if point.matrix == newest][-RECENT_RUNS:]


class Turn(msgspec.Struct, frozen=True, omit_defaults=True):
    """One cell that changed from one run to a later one that judged it."""

    at: int  # the later run's place among the points
    check: str
    client: str
    kind: str  # "failed", "fixed" or "changed"
    before: str
    after: str
    reason: str = ""
    lost: bool = False
    suite_differs: bool = False  # another matrix: the check itself may have changed
    client_differs: bool = False


class CauseFact(msgspec.Struct, frozen=True):
    """A cause of the latest outcomes."""

    key: str
    title: str
    weight: int
    outcomes: int
    checks: tuple[str, ...]
    example: str  # an outcome's id
    reason: str

    @property
    def harm(self) -> Weight:
        """What it does to whoever uses the endpoint."""
        return Weight(self.weight)


class Release(msgspec.Struct, frozen=True):
    """A version of the endpoint's software: from when to when, and what its last run showed."""

    name: str
    first: int  # places among the points
    last: int
    runs: int
    cells: dict[str, str]  # outcome's id -> state, of the last run


class Facts(msgspec.Struct, frozen=True):
    """All of one endpoint (with its generation, where runs have one)."""

    version: int
    source: str  # digest of the runs that this is of
    label: str
    points: tuple[Point, ...]  # oldest first
    groups: dict[str, tuple[tuple[int, int, int], ...]]  # group -> (point, passed, claimed)
    latest: tuple[Result, ...]  # the last outcome of each cell, without its calls
    since: dict[str, int]  # outcome's id -> the point since which it is as it is
    turns: tuple[Turn, ...]  # newest first
    causes: tuple[CauseFact, ...]  # the largest first
    releases: tuple[Release, ...]  # oldest first
