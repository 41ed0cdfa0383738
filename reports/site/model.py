"""The facts of all endpoints laid out as the pages need them. It draws nothing."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path

from conformance.model import Outcome, Result, RunFooter, RunHeader, RunLog
from conformance.model.verdict import FINISHED, ExitCode
from matrix import Matrix
from reports.overview import UNKNOWN_GROUP, make_overview, state_of
from reports.page import Page
from reports.score import Score, score_of
from reports.site.facts import Facts, Point, Release, Turn, recent

LATELY = 7  # runs; what changed in them is marked in the grid
MOST_PAIRS = 1000


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of the site."""

    slug: str
    facts: Facts

    @property
    def label(self) -> str:
        """Its name, with its generation."""
        return self.facts.label

    @property
    def point(self) -> Point:
        """The latest run."""
        return self.facts.points[-1]

    @property
    def lately(self) -> int:
        """The first point of what counts as lately."""
        return max(0, len(self.facts.points) - LATELY)

    @cached_property
    def score(self) -> Score:
        """As the badge has it."""
        return score_of(
            {ExitCode(self.point.exit_code)},
            passed=self.point.passed,
            claimed=self.point.claimed,
            lost=bool(self.point.lost),
            part=self.point.part,
        )

    @cached_property
    def last_change(self) -> tuple[Point, Counter[str]] | None:
        """The last run in which anything failed or was fixed, and how much."""
        at = next((turn.at for turn in self.facts.turns if turn.kind != "changed"), None)
        if at is None:
            return None
        kinds = Counter(turn.kind for turn in self.facts.turns if turn.at == at)
        return self.facts.points[at], kinds

    def changes(self, most: int) -> list[tuple[Point, list[Turn]]]:
        """The newest changes, those of one run together."""
        found: dict[int, list[Turn]] = {}
        for turn in self.facts.turns[:most]:
            found.setdefault(turn.at, []).append(turn)
        return [(self.facts.points[at], turns) for at, turns in found.items()]

    def grid(self, matrix: Matrix) -> Page:
        """The report's page of the latest outcomes, with what turned lately."""
        turned: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for turn in self.facts.turns:
            if turn.at >= self.lately and turn.kind != "changed":
                turned[turn.check, turn.client][turn.kind] += 1
        return Page(make_overview([self._log()], matrix), turned)

    def since(self, outcome: str) -> str:
        """The day since which an outcome is as it is; "" for what was never judged."""
        at = self.facts.since.get(outcome)
        return "" if at is None else self.facts.points[at].day

    def _log(self) -> RunLog:
        """The latest outcomes as a run log, as the report takes it."""
        point = self.point
        runs = [self.facts.points[n] for n in recent(self.facts.points)]
        clients = {one.client for one in self.facts.latest}
        whole = [one for one in runs if one.whole]
        selection: dict[str, str] = {}
        if not any(not one.selection and clients <= one.clients.keys() for one in whole):
            for one in runs:  # none tried everything: what each left out may be missing here
                selection |= one.selection
        header = RunHeader(
            run_id=point.run_id,
            started=point.started,
            endpoint=self.label,
            url=point.url,
            region=point.region,
            addressing=point.addressing,
            profile=point.profile,
            s3compat=point.s3compat,
            matrix=point.matrix,
            clients=point.clients,
            python="",
            families=point.families,
            again=point.again,
            selection=selection,
        )
        footer = RunFooter(point.started, 0.0, {}, ended_by=FINISHED if whole else point.ended_by)
        return RunLog(Path(), header, list(self.facts.latest), footer)


@dataclass(frozen=True)
class CheckPage:
    """One check, over all endpoints."""

    id: str
    path: str
    result: Result  # any of them: what is said of the check itself is the same
    group: str
    cells: dict[str, tuple[Result, ...]]  # endpoint's slug -> outcomes

    def passing(self, slug: str) -> bool | None:
        """Whether an endpoint passes it; None where it is not judged."""
        judged = [r for r in self.cells.get(slug, ()) if r.outcome in (Outcome.PASS, Outcome.FAIL)]
        return all(one.outcome is Outcome.PASS for one in judged) if judged else None


@dataclass(frozen=True)
class Pair:
    """Two sides beside each other: endpoints, or releases of one."""

    path: str
    a: str
    b: str
    cells: tuple[Mapping[str, str], Mapping[str, str]]  # outcome's id -> state
    of_one: str = ""  # the endpoint's slug, where these are two of its releases


class Site:
    """Everything the pages show."""

    def __init__(self, facts: Iterable[Facts], matrix: Matrix) -> None:
        self.matrix = matrix
        self.endpoints = [Endpoint(slug_of(one.label), one) for one in facts]

    @cached_property
    def checks(self) -> dict[str, CheckPage]:
        """Every check that an endpoint's latest outcomes have, in the order of the matrix."""
        found: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
        for endpoint in self.endpoints:
            for result in endpoint.facts.latest:
                found[result.check][endpoint.slug].append(result)
        order = {row: n for n, row in enumerate(self.matrix.rows)}
        named = sorted(found, key=lambda one: (order.get(one.partition(".")[0], len(order)), one))
        pages = {}
        for name in named:
            cells = {slug: tuple(results) for slug, results in found[name].items()}
            any_result = next(iter(cells.values()))[0]
            pages[name] = CheckPage(
                name,
                f"check/{slug_of(name)}.html",
                any_result,
                self.matrix.group_of(any_result.row) or UNKNOWN_GROUP,
                cells,
            )
        return pages

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every two endpoints, and every two releases of one that follow each other."""
        states = {one.slug: _states(one.facts.latest) for one in self.endpoints}
        found = [
            Pair(
                f"compare/{a.slug}--{b.slug}.html",
                a.label,
                b.label,
                (states[a.slug], states[b.slug]),
            )
            for a, b in combinations(self.endpoints, 2)
        ][:MOST_PAIRS]
        for one in self.endpoints:
            found += [_releases(one, a, b) for a, b in pairwise(one.facts.releases)]
        return found

    def changes(self, most: int) -> list[tuple[Endpoint, Point, list[Turn]]]:
        """The newest changes of all endpoints, newest first."""
        found = [
            (endpoint, point, turns)
            for endpoint in self.endpoints
            for point, turns in endpoint.changes(2000)
        ]
        found.sort(key=lambda one: one[1].started, reverse=True)
        return found[:most]


def slug_of(name: str) -> str:
    """A name for files and links: readable, safe everywhere, and another's never, on
    file systems that do not tell "A" from "a" either.
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")[:100]
    if plain and plain == name.lower() == name:
        return plain
    return f"{plain.lower() or 'x'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _states(results: Iterable[Result]) -> dict[str, str]:
    return {one.id: state_of(one) for one in results}


def _releases(endpoint: Endpoint, a: Release, b: Release) -> Pair:
    names = f"{slug_of(a.name)}--{slug_of(b.name)}"
    return Pair(
        f"compare/{endpoint.slug}--{names}.html",
        f"{endpoint.label} {a.name}",
        f"{endpoint.label} {b.name}",
        (a.cells, b.cells),
        of_one=endpoint.slug,
    )
