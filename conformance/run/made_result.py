"""The record of one outcome, made of the check, its trial and what was decided."""

from __future__ import annotations

from conformance.clients.answers import clipped
from conformance.model import Declaration, Outcome, Result
from conformance.trial.check import Check
from conformance.trial.outcome import Decision
from conformance.trial.trial import Trial
from matrix import Row

LONGEST_REASON = 4000  # characters


def make_result(
    check: Check,
    client_name: str,
    row: Row | None,
    claim: str,
    decided: Decision,
    trial: Trial | None = None,
    seconds: float = 0.0,
) -> Result:
    """The record of one outcome, not redacted yet; ``trial`` is None where none was run."""
    outcome, reason, declared = decided
    reason = clipped(reason, LONGEST_REASON)
    if row is None:
        outcome, reason = Outcome.ERROR, f"row {check.row!r} is in no file of matrix/rows"
    return Result(
        check=check.id,
        client=client_name,
        row=check.row,
        outcome=outcome,
        title=check.title,
        level=check.level or (row.level if row is not None else "may"),
        spec=check.spec or (row.spec if row is not None else ""),
        verified=check.verified,
        explanation=check.explanation,
        reason=reason,
        proved_by=check.proved_by,
        claim=claim,
        declared=Declaration(declared.words, declared.cite) if declared is not None else None,
        severity=check.severity,
        expectations=tuple(trial.expect.seen) if trial is not None else (),
        calls=tuple(trial.calls) if trial is not None else (),
        seconds=round(seconds, 4),
        worker=trial.worker if trial is not None else "",
    )
