"""The gate: a run against a baseline of accepted outcomes; what is new or stale is red.

The baseline is an overlay. It changes no outcome and hides nothing in a report.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from conformance.model import Outcome, Result, RunLog, judge
from conformance.model.verdict import ExitCode, scored

FORMAT_VERSION = 1
ACCEPTABLE = (Outcome.FAIL, Outcome.BLOCKED)


class BaselineError(ValueError):
    """A file that is no baseline; the message names file, place and reason."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One accepted outcome. ``reason`` is for people: why it is accepted, and until when."""

    id: str  # "row.check[client]"
    outcome: Outcome
    reason: str = ""
    seen: str = ""  # what the run said when the entry was written


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The accepted outcomes of one endpoint."""

    endpoint: str
    profile: str
    written: str  # ISO 8601, of the run it was made from
    entries: tuple[Entry, ...] = ()
    format: int = FORMAT_VERSION


@dataclass(frozen=True)
class Gated:
    """What the gate found. ``new`` and ``stale`` are red; ``notes`` are for reading."""

    exit_code: ExitCode
    sentence: str
    new: tuple[Result, ...] = ()
    stale: tuple[tuple[Entry, str], ...] = ()  # the entry, and what became of it
    accepted: tuple[Result, ...] = ()
    notes: tuple[str, ...] = ()


def gate(log: RunLog, baseline: Baseline) -> Gated:
    """Compare a run with its baseline.

    A log of a crashed or broken-off run, or with errors of the suite's own, is no basis to judge
    by: exit code 4. An entry whose outcome a filter left out of the run is neither good nor stale.
    """
    verdict = judge(log)
    if verdict.exit_code in (ExitCode.HARNESS, ExitCode.NOTHING_RAN):
        told = tuple(verdict.losses)  # whatever became of the run
        return Gated(verdict.exit_code, f"nothing to compare: {verdict.sentence}", new=told)
    results = {result.id: result for result in log.results}
    accepted = {entry.id: entry for entry in baseline.entries}
    bad = sorted(filter(is_bad, log.results), key=lambda result: not result.data_lost)
    new = tuple(result for result in bad if not _covered(result, accepted.get(result.id)))
    stale: list[tuple[Entry, str]] = []
    notes: list[str] = []
    for entry in baseline.entries:
        now = results.get(entry.id)
        if now is None and log.header.selection:
            notes.append(f"{entry.id} was not part of this run")
        elif now is None:
            stale.append((entry, "no longer exists"))
        elif not is_bad(now):
            stale.append((entry, f"is now {now.outcome.value.replace('_', ' ')}"))
    notes += [
        f"DATA LOSS accepted by the baseline: {result.id}"
        for result in bad
        if result.data_lost and result not in new
    ]
    unexplained = [entry.id for entry in baseline.entries if not entry.reason.strip()]
    if unexplained:
        notes.append(f"{len(unexplained)} baseline entries have no reason yet; fill them in")
    if baseline.profile != log.header.profile:
        notes.append(
            f"the baseline was written for the profile {baseline.profile}, this run is "
            f"{log.header.profile}"
        )
    red = len(new) + len(stale)
    sentence = (
        f"{len(new)} new failures, {len(stale)} stale baseline entries"
        if red
        else f"nothing new: {verdict.passed} of {verdict.claimed} pass, "
        f"{len(baseline.entries)} accepted"
    )
    return Gated(
        exit_code=ExitCode.NOT_CONFORMING if red else ExitCode.GOOD,
        sentence=sentence,
        new=new,
        stale=tuple(stale),
        accepted=tuple(r for r in bad if _covered(r, accepted.get(r.id))),
        notes=tuple(notes),
    )


def is_bad(result: Result) -> bool:
    """Whether an outcome has to be in the baseline for the gate to be green."""
    return result.outcome in ACCEPTABLE and scored(result)


def baseline_from(log: RunLog, before: Baseline | None = None) -> Baseline:
    """A baseline of what a run shows today; reasons already written in ``before`` are kept.

    Raises BaselineError for a run that came to no verdict.
    """
    verdict = judge(log)
    if verdict.exit_code in (ExitCode.HARNESS, ExitCode.NOTHING_RAN):
        raise BaselineError(f"{log.path}: no baseline from this run: {verdict.sentence}")
    reasons = {entry.id: entry.reason for entry in before.entries} if before else {}
    kept = _left_out(log, before) if before else ()
    entries = [
        Entry(
            id=result.id,
            outcome=result.outcome,
            reason=reasons.get(result.id, ""),
            seen=result.reason.partition("\n")[0][:300],
        )
        for result in log.results
        if is_bad(result)
    ]
    return Baseline(
        endpoint=log.header.endpoint,
        profile=log.header.profile,
        written=log.header.started,
        entries=tuple(sorted([*entries, *kept], key=lambda entry: entry.id)),
    )


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; raises BaselineError for a file that is none, OSError if unreadable."""
    try:
        baseline = msgspec.json.decode(path.read_bytes(), type=Baseline)
    except msgspec.MsgspecError as problem:
        raise BaselineError(f"{path}: not a baseline: {problem}") from problem
    if baseline.format != FORMAT_VERSION:
        raise BaselineError(f"{path}: format {baseline.format}; this s3compat reads 1")
    identities = [entry.id for entry in baseline.entries]
    twice = sorted({one for one in identities if identities.count(one) > 1})
    if twice:
        raise BaselineError(f"{path}: {twice[0]} is in it twice; remove one")
    for entry in baseline.entries:
        if entry.outcome not in ACCEPTABLE:
            raise BaselineError(
                f"{path}: {entry.id}: {entry.outcome.value!r} needs no accepting; only "
                f"{' and '.join(outcome.value for outcome in ACCEPTABLE)} do"
            )
    return baseline


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write it as indented JSON, one entry after another, fit for a review."""
    encoded = msgspec.json.format(msgspec.json.encode(baseline), indent=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded + b"\n")


def baseline_schema() -> dict[str, Any]:
    """The JSON Schema of a baseline file."""
    return msgspec.json.schema(Baseline)


def github_annotations(gated: Gated) -> Iterable[str]:
    """GitHub workflow commands, one a red finding.

    https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions
    """
    for result in gated.new:
        kind = "S3 DATA LOSS" if result.data_lost else "S3"
        yield _command("error", f"{kind}: {result.id}", f"{result.title} {result.reason}")
    for result in gated.accepted:
        if result.data_lost:
            text = f"accepted by the baseline. {result.title} {result.reason}"
            yield _command("warning", f"S3 DATA LOSS: {result.id}", text)
    for entry, became in gated.stale:
        yield _command(
            "error",
            f"S3 baseline: {entry.id}",
            f"{became}; remove the entry (s3compat gate --write-baseline)",
        )


def _covered(result: Result, entry: Entry | None) -> bool:
    return entry is not None and entry.outcome is result.outcome


def _left_out(log: RunLog, before: Baseline) -> tuple[Entry, ...]:
    """Entries that a filtered run says nothing about."""
    if not log.header.selection:
        return ()
    ran = {result.id for result in log.results}
    return tuple(entry for entry in before.entries if entry.id not in ran)


def _command(kind: str, title: str, text: str) -> str:
    escaped = title
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        escaped = escaped.replace(char, code)
    body = text
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        body = body.replace(char, code)
    return f"::{kind} title={escaped}::{body}"
