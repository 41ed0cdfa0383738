"""S3's own answers: what the reference server answered to the checks that failed on a server.

They stand in ``reference.jsonl`` beside a run log, a run log itself (s3compat/running/answers.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model import Call, Outcome, Result, RunLog, read_run_log
from conformance.model.runlog import RunLogError
from reports.evidence import Detail, view_call

FILE_NAME = "reference.jsonl"
MOST_SHOWN = 3  # answers of one outcome


@dataclass(frozen=True)
class Answer:
    """One call of a check: how this server's answer begins, and S3's, whole."""

    operation: str
    here: str
    s3: str  # its first line
    response: str  # all of it, as text


@dataclass(frozen=True)
class Answers:
    """What the reference server answered to one check. It passed, or there is nothing to show."""

    client: str  # through which it was asked
    shown: tuple[Answer, ...]


def answers_beside(log: RunLog) -> Mapping[str, Result]:
    """Check → what came of it on the reference server; empty where nothing was asked."""
    path = log.path.with_name(FILE_NAME)
    if log.path.name == FILE_NAME or not path.is_file():
        return {}
    try:
        asked = read_run_log(path)
    except RunLogError:  # it was written halfway; the run's own log tells all that was judged
        return {}
    return {one.check: one for one in asked.results if one.outcome is Outcome.PASS}


def answers_to(result: Result, reference: Mapping[str, Result]) -> Answers | None:
    """S3's answers to a failing outcome: first those that begin otherwise than this server's."""
    if result.outcome is not Outcome.FAIL or (other := reference.get(result.check)) is None:
        return None
    here, there = _tests(result), _tests(other)
    pairs = [
        Answer(
            s3.operation,
            _first(ours),
            _first(s3),
            view_call(s3, Detail.TEST).exchanges[-1].response,
        )
        for ours, s3 in zip(here, there, strict=False)
        if s3.exchanges and (result.client != other.client or ours.operation == s3.operation)
    ]
    missed = {one.operation for one in result.expectations if not one.ok and not one.wording}
    told = [pair for pair in pairs if pair.here != pair.s3]
    told = told or [pair for pair in pairs if pair.operation in missed] or pairs[-1:]
    return Answers(other.client, tuple(told[:MOST_SHOWN])) if told else None


def in_short(answers: Answers) -> str:
    """Those that begin otherwise, in a line: `PutObject: 400 Bad Request InvalidArgument`."""
    return "; ".join(f"{one.operation}: {one.s3}" for one in answers.shown if one.here != one.s3)


def _tests(result: Result) -> list[Call]:
    return [call for call in result.calls if call.purpose == "test"]


def _first(call: Call) -> str:
    """How the last answer to a call begins, with the error's code where it has one."""
    if not call.exchanges or call.exchanges[-1].response is None:
        return "no answer"
    shown = view_call(call, Detail.TEST).exchanges[-1].response
    line, _, rest = shown.partition("\n")
    code = rest.partition("<Code>")[2].partition("</Code>")[0]
    return f"{line.removeprefix('HTTP/1.1 ')} {code}".strip()
