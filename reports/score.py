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
    """Passed of scored over all the logs.

    A run that crashed or ended in an error of the suite gives no number. A run with filters says
    that it is part of the matrix. Green is only for a verdict that is good for every log.
    """
    verdicts = [judge(log) for log in logs]
    return score_of(
        {verdict.exit_code for verdict in verdicts},
        passed=sum(verdict.passed for verdict in verdicts),
        claimed=sum(verdict.claimed for verdict in verdicts),
        lost=any(verdict.losses for verdict in verdicts),
        part=any(log.header.selection for log in logs),
    )


def score_of(codes: set[ExitCode], *, passed: int, claimed: int, lost: bool, part: bool) -> Score:
    """The score of verdicts with these exit codes; ``part``: some runs had filters."""
    label = f"{LABEL} (part)" if part else LABEL
    if not codes.isdisjoint((ExitCode.HARNESS, ExitCode.NOTHING_RAN)):
        return Score(label, "DATA LOSS", "red") if lost else Score(label, "no verdict", "grey")
    if not claimed:
        return Score(label, "nothing scored", "grey")
    message = f"{passed * 100 // claimed}% · {passed:,} of {claimed:,}"
    if lost:
        return Score(label, f"DATA LOSS · {message}", "red")
    if codes == {ExitCode.GOOD}:
        return Score(label, message, "green")
    return Score(label, message, "amber" if passed * 10 >= claimed * 9 else "red")
