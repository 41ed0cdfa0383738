"""The score: a run's result in the few characters a badge has room for, never rounded up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.model import RunLog, judge
from conformance.model.verdict import ExitCode

LABEL = "S3 conformance"


@dataclass(frozen=True)
class Score:
    """``colour`` is one of ``green``, ``amber``, ``red`` and ``grey`` (no verdict)."""

    label: str
    message: str
    colour: str

    @property
    def reached(self) -> bool:
        """Whether there is a verdict to show."""
        return self.colour != "grey"


def score(logs: Sequence[RunLog]) -> Score:
    """Passed of claimed over all the logs.

    A run that crashed or ended in an error of the suite gives no number. A run with filters says
    that it is part of the matrix. Green is only for a verdict that is good for every log.
    """
    verdicts = [judge(log) for log in logs]
    lost = any(verdict.losses for verdict in verdicts)
    label = f"{LABEL} (part)" if any(log.header.selection for log in logs) else LABEL
    if any(v.exit_code in (ExitCode.HARNESS, ExitCode.NOTHING_RAN) for v in verdicts):
        return Score(label, "DATA LOSS", "red") if lost else Score(label, "no verdict", "grey")
    passed = sum(verdict.passed for verdict in verdicts)
    claimed = sum(verdict.claimed for verdict in verdicts)
    if not claimed:
        return Score(label, "nothing scored", "grey")
    message = f"{passed * 100 // claimed}% · {passed:,} of {claimed:,}"
    if lost:
        return Score(label, f"DATA LOSS · {message}", "red")
    if all(verdict.exit_code is ExitCode.GOOD for verdict in verdicts):
        return Score(label, message, "green")
    return Score(label, message, "amber" if passed * 10 >= claimed * 9 else "red")
