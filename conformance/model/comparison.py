"""Two sides of runs compared: what failed newly, what was fixed, and what cannot be compared.

A change is only said of an outcome that both sides judged. What one side lacks, or could not try,
is new or gone: it says something of the suites and the clients, and nothing of the endpoint.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from conformance.model.causes import causes, is_trouble, most_harmful
from conformance.model.paths import seen_in_words
from conformance.model.records import Outcome, Result
from conformance.model.runlog import RunLog

_UNJUDGED = (Outcome.CLIENT_CANNOT, Outcome.NOT_TRIED, Outcome.ERROR)
_BAD = (Outcome.FAIL, Outcome.BLOCKED)
_NEW_IN_EVERY_RUN = (  # what a run makes up, and what stands for it
    (re.compile(r"RUN-[a-z0-9-]+"), "BUCKET"),
    (re.compile(r"… \([\d,]+ (more )?characters\)"), "…"),  # of a text that was cut
    (re.compile(r"(?<![\w%-])\d+(/|%2F)"), r"N\1"),  # what a check's keys begin with
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?"), "TIME"),
    (re.compile(r"(?=[\w.+=-]*\d)(?=[\w.+=-]*[a-z])[\w.+=-]{24,}", re.IGNORECASE), "ID"),
    (re.compile(r"(?=[0-9a-f-]*\d)[0-9a-f-]{6,}", re.IGNORECASE), "#"),
)


class Kind(StrEnum):
    """How an outcome of side B stands to that of side A."""

    FAILED = "failed"  # good on A, bad on B; or data is lost on B only
    FIXED = "fixed"
    CHANGED = "changed"  # another outcome, and neither failed nor fixed
    DETAILS = "details"  # the same outcome; what was answered where it differs from S3 is new
    NEW = "new"  # on B only
    GONE = "gone"  # on A only


class Change(msgspec.Struct, frozen=True):
    """One outcome that differs. ``before`` and ``after`` are outcomes, "" where there is none."""

    kind: Kind  # how B stands to A
    id: str  # "row.check[client]", after "endpoint: " where a side has several endpoints
    row: str  # the row it is of
    title: str  # of its check
    before: str  # the outcome on A; empty where there is none
    after: str  # the outcome on B; empty where there is none
    reason: str  # the reason of B's outcome; of A's, if `kind` is fixed or gone
    bad: bool  # whether B's outcome (A's, if gone) is a fail or blocked, of a scored check
    data_lost: bool  # whether B was seen to lose data
    client_differs: bool  # the client has another version on B
    asked_differently: bool  # A's version of s3compat did not look at what fails on B


class Together(msgspec.Struct, frozen=True):
    """Changes of one kind with one cause, most harmful first in a comparison."""

    kind: Kind  # failed or fixed
    cause: str  # the name of the cause, as a baseline accepts it
    title: str  # the cause in words
    ids: tuple[str, ...]  # the outcomes that have this cause


class Side(msgspec.Struct, frozen=True):
    """What was compared: labels of the runs, the number of outcomes, and whether all ended."""

    runs: tuple[str, ...]  # labels of the runs
    outcomes: int  # how many outcomes these runs have
    complete: bool  # whether every one of these runs came to its end


class Comparison(msgspec.Struct, frozen=True):
    """All that differs between side A and side B."""

    a: Side  # what was before
    b: Side  # what is now
    compared: int  # how many are in A and in B, and client_cannot, not_tried or error in neither
    harness_errors: int  # outcomes of B that are `error`
    notes: tuple[str, ...]  # what differs beside the endpoint: suite, clients, options
    causes: tuple[Together, ...]  # what new failures, and what is fixed, have in common
    changes: tuple[Change, ...]  # the worst first

    def of(self, kind: Kind) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind is kind]

    def by_row(self) -> dict[str, Counter[Kind]]:
        """How many changes of each kind a row has; the row with most new failures first."""
        rows: dict[str, Counter[Kind]] = defaultdict(Counter)
        for change in self.changes:
            rows[change.row][change.kind] += 1
        order = list(Kind)
        return dict(
            sorted(rows.items(), key=lambda one: ([-one[1][kind] for kind in order], one[0]))
        )


Cells = dict[str, tuple[Result, RunLog]]


def compare(a: Sequence[RunLog], b: Sequence[RunLog], group_of: Callable[[str], str]) -> Comparison:
    """Compare two sides of one or more logs each.

    Logs of one endpoint are one side's outcomes together; of a cell that is in several the worst
    counts. Where a side has several endpoints, each is compared with its own name on the other.
    """
    several = any(len({log.header.endpoint for log in side}) > 1 for side in (a, b))
    left, right = _cells(a, several), _cells(b, several)
    changes = []
    compared = 0
    for name in sorted({*left, *right}):
        before, after = left.get(name), right.get(name)
        judged = _judged(before), _judged(after)
        compared += all(judged)
        change = _change(name, before, after, judged)
        if change is not None:
            changes.append(change)
    order = list(Kind)
    changes.sort(key=lambda c: (order.index(c.kind), not c.data_lost, not c.bad, c.id))
    return Comparison(
        a=_side(a, left),
        b=_side(b, right),
        compared=compared,
        harness_errors=sum(1 for one, _ in right.values() if one.outcome is Outcome.ERROR),
        notes=tuple(_notes(a, b)),
        causes=(
            *_together(Kind.FAILED, changes, right, group_of),
            *_together(Kind.FIXED, changes, left, group_of),
        ),
        changes=tuple(changes),
    )


def comparison_schema() -> dict[str, Any]:
    """The JSON Schema of a comparison as ``s3compat compare --json`` writes it."""
    return msgspec.json.schema(Comparison)


def _cells(logs: Iterable[RunLog], several: bool) -> Cells:
    cells: Cells = {}
    for log in logs:
        for result in log.results:
            name = f"{log.header.endpoint}: {result.id}" if several else result.id
            if name not in cells or _badness(result) > _badness(cells[name][0]):
                cells[name] = (result, log)
    return cells


def _badness(result: Result) -> tuple[bool, bool, bool, bool]:
    judged = result.outcome not in _UNJUDGED
    return result.data_lost, is_trouble(result), result.outcome in _BAD, judged


def _judged(cell: tuple[Result, RunLog] | None) -> bool:
    return cell is not None and cell[0].outcome not in _UNJUDGED


def _change(
    name: str,
    before: tuple[Result, RunLog] | None,
    after: tuple[Result, RunLog] | None,
    judged: tuple[bool, bool],
) -> Change | None:
    if not any(judged):
        return None
    if all(judged) and before is not None and after is not None:
        kind = _kind(before, after)
    else:
        kind = Kind.NEW if judged[1] else Kind.GONE
    if kind is None:
        return None
    shown = before if kind in (Kind.FIXED, Kind.GONE) else after
    other = after if kind is Kind.GONE else shown  # why B could not judge it
    if shown is None:
        return None
    result = shown[0]
    client_differs = asked = False
    if before is not None and after is not None:
        client = result.client
        versions = [one.header.clients.get(client) for _, one in (before, after)]
        client_differs = versions[0] != versions[1]
        failing = {one.what for one in after[0].expectations if not one.ok and not one.wording}
        suites = [(one.header.s3compat, one.header.matrix) for _, one in (before, after)]
        looked_at = {one.what for one in before[0].expectations}
        # of one and the same suite, what is looked at follows from what the endpoint answered;
        # what was lost is looked at only where it is gone
        asked = suites[0] != suites[1] and bool(failing) and failing.isdisjoint(looked_at)
        asked = asked and not after[0].data_lost
    return Change(
        kind=kind,
        id=name,
        row=result.row,
        title=result.title,
        before=before[0].outcome if before else "",
        after=after[0].outcome if after else "",
        reason=(other or shown)[0].reason or (_differing(result) if kind is Kind.DETAILS else ""),
        bad=is_trouble(result),
        data_lost=result.data_lost,
        client_differs=client_differs,
        asked_differently=asked,
    )


def _kind(before: tuple[Result, RunLog], after: tuple[Result, RunLog]) -> Kind | None:
    old, new = before[0], after[0]
    if new.data_lost and not old.data_lost:
        return Kind.FAILED
    if is_trouble(new) and old.outcome not in _BAD:
        strict = (before[1].header.strict, after[1].header.strict)
        return Kind.CHANGED if strict == (False, True) and _only_wording(new) else Kind.FAILED
    if is_trouble(old) and new.outcome not in _BAD:
        strict = (before[1].header.strict, after[1].header.strict)
        return Kind.CHANGED if strict == (True, False) and _only_wording(old) else Kind.FIXED
    if old.outcome is not new.outcome or is_trouble(old) != is_trouble(new):
        return Kind.CHANGED
    return None if _said(*before) == _said(*after) else Kind.DETAILS


def _only_wording(result: Result) -> bool:
    failing = [one for one in result.expectations if not one.ok]
    return bool(failing) and all(one.wording for one in failing)


def _said(result: Result, log: RunLog) -> frozenset[tuple[str, str, str]]:
    """What was answered where it is not as S3 answers, without what is new in every run."""

    def plain(text: str) -> str:
        said = text.replace(log.header.run_id, "RUN") if log.header.run_id else text
        for pattern, instead in _NEW_IN_EVERY_RUN:
            said = pattern.sub(instead, said)
        return said

    return frozenset(
        (plain(one.what), plain(one.actual), plain(one.answered))
        for one in result.expectations
        if not one.ok
    )


def _differing(result: Result) -> str:
    first = next((one for one in result.expectations if not one.ok), None)
    if first is None:
        return "all details are as S3's now"
    return f"{seen_in_words(first.what)}: expected {first.expected}, got {first.actual}"


def _together(
    kind: Kind, changes: Iterable[Change], cells: Cells, group_of: Callable[[str], str]
) -> list[Together]:
    """The causes of the changes of one kind, most harmful first; found endpoint by endpoint."""
    by_endpoint: dict[str, dict[str, Result]] = defaultdict(dict)
    for change in changes:
        if change.kind is kind:
            result, log = cells[change.id]
            by_endpoint[log.header.endpoint][change.id] = result
    found = [cause for named in by_endpoint.values() for cause in causes(named.values(), group_of)]
    ids: Mapping[int, str] = {
        id(result): name for named in by_endpoint.values() for name, result in named.items()
    }
    return [
        Together(kind, one.key, one.title, tuple(ids[id(result)] for result in one.results))
        for one in most_harmful(found)
    ]


def _side(logs: Sequence[RunLog], cells: Cells) -> Side:
    complete = all(log.footer is not None and log.footer.ended_by == "finished" for log in logs)
    return Side(tuple(dict.fromkeys(log.label for log in logs)), len(cells), complete)


def _notes(a: Sequence[RunLog], b: Sequence[RunLog]) -> Iterable[str]:
    """What differs between the sides that is no change of an endpoint."""

    def values(logs: Sequence[RunLog], of: Callable[[RunLog], str]) -> str:
        return ", ".join(sorted({of(log) or "none" for log in logs}))

    looked_at: dict[str, Callable[[RunLog], str]] = {
        "endpoint": lambda log: log.header.endpoint,
        "version of s3compat": lambda log: log.header.s3compat,
        "matrix": lambda log: log.header.matrix,
        "profile": lambda log: log.header.profile,
        "addressing": lambda log: log.header.addressing,
        "--strict": lambda log: "yes" if log.header.strict else "no",
        "selection": lambda log: " ".join(f"{k}={v}" for k, v in log.header.selection.items()),
    }
    clients = sorted({client for log in (*a, *b) for client in log.header.clients})
    for client in clients:
        looked_at[f"client {client}"] = lambda log, name=client: log.header.clients.get(name, "")  # type: ignore[misc]  # the default binds the loop's name
    for what, of in looked_at.items():
        one, other = values(a, of), values(b, of)
        if one != other:
            yield f"{what}: {one} on A, {other} on B"
    for name, logs in (("A", a), ("B", b)):
        for log in logs:
            if log.footer is None or log.footer.ended_by != "finished":
                yield f"a run of {name} did not reach its end ({log.label}): outcomes are missing"
