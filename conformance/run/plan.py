"""The plan of a run: which checks through which clients, and about what they will cost.

Selecting is done here once, for the command and for pytest; a filter that matches nothing raises.
"""

from __future__ import annotations

import dis
import hashlib
import inspect
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from conformance.model import Shard
from conformance.roster import meant_for
from conformance.run import sharding
from conformance.run.drawing import LEVELS, drawn, ranked
from conformance.trial.check import Check
from matrix import Matrix, Row, unknown

KNOWN_ORDER = (
    *("ais", "aws-s3", "aws-s3api", "aws+ais", "s3cmd", "boto3", "boto3+ais", "java"),
    *("java-crt", "go", "js", "rust", "opendal", "minio-py", "s3fs", "pyarrow"),
    *("rclone", "mc", "s5cmd", "curl", "browser", "raw"),
)
REQUESTS_PER_CALL: Mapping[str, float] = {"aws-s3": 1.5, "s3cmd": 1.7}  # look-ups they add
REQUESTS = {  # a step of a trial -> requests it comes to, cleaning up included
    "call": 1,
    "cli": 1,
    "raw": 1,
    "wire": 1,
    "call_by": 4,  # once for each of the other clients
    "open": 1,
    "bucket_name": 2,
    "given.call": 1,
    "given.object": 1,
    "given.bucket": 3,
    "given.versioned_bucket": 5,
    "given.bucket_with_acls": 6,
    "given.opened": 3,
}
OWN_BUCKETS = (
    *("bucket_name", "given.bucket", "given.versioned_bucket", "given.bucket_with_acls"),
)
SMALLEST_COUNTED = 64 * 1024  # bytes; smaller constants are not bodies worth counting
LARGEST_COUNTED = 1 << 30
USUAL_BYTES = 600  # bytes a small request and its answer carry beside their headers


class SelectionError(ValueError):
    """Filters that together leave nothing to run; the message says what to do."""


class UnknownNameError(SelectionError):
    """A filter that names a row, check or client there is none of; the message says the nearest."""


@dataclass(frozen=True)
class Selection:
    """What was asked for. Empty means all.

    ``checks`` and ``skipped`` are ids, ``id[client]``, or patterns.
    """

    rows: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()  # ids or patterns that are left out
    level: str = "all"  # "must", "should" (and must), or "all"
    large: bool = False  # rows that are large, too; else only those that are named
    sample: int = 0  # checks to draw; 0: all
    budget: int = 0  # requests the draw may come to; 0: any number
    seed: int = 0  # of the draw
    share: sharding.Share | None = None  # of what the rest chooses; None: all of it

    def as_filters(self) -> dict[str, str]:
        """For the run log's header: the filters that were given."""
        given = {"rows": self.rows, "checks": self.checks, "clients": self.clients}
        given["skipped"] = self.skipped
        given["level"] = () if self.level == "all" else (self.level,)
        given["large"] = ("yes",) if self.large else ()
        given["sample"] = (str(self.sample),) if self.sample else ()
        given["budget-requests"] = (str(self.budget),) if self.budget else ()
        given["seed"] = (str(self.seed),) if self.sample or self.budget else ()
        given["shard"] = (str(self.share),) if self.share else ()
        return {name: ",".join(values) for name, values in given.items() if values}


@dataclass(frozen=True)
class Planned:
    """One outcome to come."""

    check: Check
    client: str

    @property
    def id(self) -> str:
        """As ``Result.id``."""
        return f"{self.check.id}[{self.client}]"


@dataclass(frozen=True)
class Plan:
    """Everything a run will try, in the order of the matrix."""

    items: tuple[Planned, ...]
    skipped_clients: tuple[str, ...] = ()  # not installed
    by_source: Mapping[str, list[Planned]] = field(default_factory=dict, compare=False)
    shard: Shard | None = None  # set where it is one shard of a plan
    undivided_clients: tuple[str, ...] = ()  # those of all shards, in their usual order

    def __iter__(self) -> Iterator[Planned]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def clients(self) -> tuple[str, ...]:
        """The clients of the plan, in their usual order."""
        return in_order({planned.client for planned in self.items})

    def estimate(self) -> tuple[int, int]:
        """About how many requests and how many bytes the run will be, both directions."""
        requests = 0.0
        volume = 0.0
        for planned in self.items:
            calls, size = _cost(planned.check)
            requests += _requests(planned)
            volume += size + calls * USUAL_BYTES
        return round(requests), round(volume)

    def buckets(self) -> int:
        """About how many buckets the checks make of their own."""
        return sum(_steps(planned.check)[step] for planned in self.items for step in OWN_BUCKETS)


def make_plan(
    checks: Mapping[str, Check],
    matrix: Matrix,
    installed: Iterable[str],
    available: Iterable[str],
    selection: Selection,
    usual: Iterable[str] | None = None,
    seconds: Mapping[str, float] | None = None,
) -> Plan:
    """The plan for ``selection``; raises UnknownNameError for a filter that matches nothing there
    is, and SelectionError where all of them together leave nothing.

    ``available`` are the clients there are, ``installed`` those that can be used here, ``usual``
    those of a selection that names none (without it, all there are). ``seconds`` is what outcomes
    took before, by id; shards are balanced by it.
    """
    available, installed = tuple(available), tuple(installed)
    usual = available if usual is None else tuple(usual)
    for name in selection.clients or usual:
        if name not in available:
            raise UnknownNameError(unknown("client", name, in_order(available)))
    for name in selection.clients:
        if name not in installed:
            raise SelectionError(
                f"the client {name} is not installed here; `s3compat clients` says how to get it"
            )
    clients = in_order(selection.clients or (name for name in usual if name in installed))
    order = {row: number for number, row in enumerate(matrix.rows)}
    ordered = sorted(checks.values(), key=lambda one: (order.get(one.row, len(order)), one.id))
    every = [
        Planned(one, client) for one in ordered for client in clients if meant_for(client, one.only)
    ]
    rows = _rows(matrix, selection.rows)
    large = large_rows(matrix)
    named = [("--check", pattern) for pattern in selection.checks]
    named += [("--skip", pattern) for pattern in selection.skipped]
    for option, pattern in named:
        if not any(_is_meant(planned, pattern) for planned in every):
            problem = unknown("check", pattern, _ids(every, pattern), "s3compat run --list")
            raise UnknownNameError(f"{option}: {problem}")
    chosen = tuple(
        planned
        for planned in every
        if (rows is None or planned.check.row in rows)
        and (not selection.checks or any(_is_meant(planned, p) for p in selection.checks))
        and not any(_is_meant(planned, p) for p in selection.skipped)
        and (planned.check.row not in large or is_named(matrix.rows[planned.check.row], selection))
    )
    chosen = _drawn(chosen, matrix, selection)
    if not chosen:
        raise SelectionError(
            "no check is left: --rows, --check, --skip, --level and --clients together leave out "
            "all. `s3compat matrix` shows which rows have checks for which client"
        )
    undivided = in_order({planned.client for planned in chosen})
    chosen, shard = _shared(chosen, selection.share, seconds or {})
    by_source: dict[str, list[Planned]] = {}
    for planned in chosen:
        by_source.setdefault(planned.check.source, []).append(planned)
    skipped = () if selection.clients else tuple(n for n in usual if n not in installed)
    return Plan(
        items=chosen,
        skipped_clients=skipped,
        by_source=by_source,
        shard=shard,
        undivided_clients=undivided,
    )


def large_rows(matrix: Matrix) -> dict[str, str]:
    """The rows that take very many requests or bytes, each with what it costs."""
    return {row.id: row.large for row in matrix.rows.values() if row.large}


def is_named(row: Row, selection: Selection) -> bool:
    """Whether a large row is asked for: by ``--large``, or by its name or group and no pattern."""
    checks = {wanted.partition(".")[0] for wanted in selection.checks}
    rows = {wanted.casefold() for wanted in selection.rows}
    return selection.large or bool(rows & {row.id, row.group.casefold()}) or row.id in checks


def in_order(clients: Iterable[str]) -> tuple[str, ...]:
    """Clients in the order reports show them: the known ones first, others by name."""
    places = {name: place for place, name in enumerate(KNOWN_ORDER)}
    return tuple(sorted(set(clients), key=lambda name: (places.get(name, len(places)), name)))


def digest(matrix: Matrix, checks: Mapping[str, Check]) -> str:
    """The version of the matrix: twelve hex digits that change with any row or check."""
    said = hashlib.sha256(matrix.digest.encode())
    for source in sorted({one.source for one in checks.values()}):
        said.update(inspect.getsource(sys.modules[source]).encode())
    return said.hexdigest()[:12]


def _drawn(
    chosen: tuple[Planned, ...], matrix: Matrix, selection: Selection
) -> tuple[Planned, ...]:
    """Those of the level that was asked for, and of them what the seed draws."""
    levels = LEVELS[selection.level]
    chosen = tuple(one for one in chosen if _level(one.check, matrix) in levels)
    if not (selection.sample or selection.budget):
        return chosen
    costs: defaultdict[str, float] = defaultdict(float)
    for one in chosen:
        costs[one.check.id] += _requests(one)
    ids = drawn(
        costs,
        selection.seed,
        sample=selection.sample,
        budget=selection.budget,
        cost=costs.__getitem__,
    )
    if not ids:
        first = ranked(costs, selection.seed)[0]
        raise SelectionError(
            f"--budget-requests {selection.budget} is too small for the first check that was "
            f"chosen: {first} needs {math.ceil(costs[first])} requests; give at least as many, "
            "or name a smaller check with --check"
        )
    return tuple(one for one in chosen if one.check.id in ids)


def _shared(
    chosen: tuple[Planned, ...], share: sharding.Share | None, seconds: Mapping[str, float]
) -> tuple[tuple[Planned, ...], Shard | None]:
    """Those of this shard, and what the run log says of it."""
    if share is None:
        return chosen, None
    try:
        numbers = sharding.divided((one.id for one in chosen), share.of, seconds)
    except sharding.ShardError as problem:
        raise SelectionError(f"--shard {share}: {problem}") from problem
    told = Shard(share.number, share.of, len(chosen), sharding.digest(numbers), share.name)
    return tuple(one for one in chosen if numbers[one.id] == share.number), told


def _level(check: Check, matrix: Matrix) -> str:
    return check.level or matrix.rows[check.row].level


def _requests(planned: Planned) -> float:
    """About how many requests one outcome takes."""
    return _cost(planned.check)[0] * REQUESTS_PER_CALL.get(planned.client, 1.0)


def _rows(matrix: Matrix, patterns: tuple[str, ...]) -> set[str] | None:
    """The rows that are asked for, by id or group; None for all. Raises UnknownNameError."""
    chosen: set[str] = set()
    for pattern in patterns:
        found = matrix.rows_like(pattern)
        if not found:
            known = (*matrix.rows, *matrix.groups)
            problem = unknown("row or group of rows", pattern, known, "s3compat matrix")
            raise UnknownNameError(f"--rows: {problem}")
        chosen.update(found)
    return chosen if patterns else None


def _ids(every: Iterable[Planned], pattern: str) -> set[str]:
    """The ids that a pattern is written like: of outcomes where it names a client."""
    return {one.id if pattern.endswith("]") else one.check.id for one in every}


def _is_meant(planned: Planned, wanted: str) -> bool:
    """``wanted`` is a check's id, an outcome's id or a pattern of either.

    Brackets are literal: they are part of an id, never a class of characters.
    """
    pattern = wanted.replace("[", "[[]")
    return fnmatchcase(planned.check.id, pattern) or fnmatchcase(planned.id, pattern)


def _cost(check: Check) -> tuple[int, int]:
    """Requests a check makes and bytes of the large constants it uses, read from its code."""
    code = check.function.__code__
    requests = sum(REQUESTS[step] * times for step, times in _steps(check).items())
    requests = max(requests, check.requests)
    sizes = [const for const in code.co_consts if isinstance(const, int)]
    for name in code.co_names:
        value = check.function.__globals__.get(name)
        if isinstance(value, bytes):
            sizes.append(len(value))
        elif isinstance(value, int):
            sizes.append(value)
    return requests, sum(size for size in sizes if SMALLEST_COUNTED <= size <= LARGEST_COUNTED)


def _steps(check: Check) -> Counter[str]:
    """How often the check's code names each of the trial's steps in REQUESTS."""
    named: Counter[str] = Counter()
    before = ""
    for step in dis.get_instructions(check.function.__code__):
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            name = str(step.argval)
            own = f"given.{name}" if before == "given" else name
            if own in REQUESTS:
                named[own] += 1
            before = name
        else:
            before = ""
    return named
