"""Reasons: the one line that says why an outcome is what it is."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence

from conformance.clients.base import Answer, MissingMemberError
from conformance.model import LOSS, Expectation
from conformance.model.counting import counted
from conformance.model.paths import in_words, seen_in_words
from conformance.trial.expect import Noted

TRACE_FRAMES = 8


def failed_to_answer(answer: Answer) -> bool:
    """Whether the server gave no answer of its own: nothing came, or a 5xx other than 501."""
    return answer.status == 0 or (answer.status >= 500 and answer.status != 501)


def first_line(failed: Sequence[Noted], trouble: BaseException | None) -> str:
    """What was asked, what came, and what was expected: that the server failed, then the status.

    ``trouble`` is what stopped the check.
    """
    if not failed:
        return str(trouble)
    others = counted(len(failed) - 1, "more difference")
    more = f" (and {others} from S3 in this check)" if len(failed) > 1 else ""
    line = f"{_sentence(min(failed, key=_rank))}{more}"
    if trouble is not None and not isinstance(trouble, MissingMemberError):
        line += f"; then {type(trouble).__name__}: {trouble}"
    return " ".join(line.split())


_RANKS = ("status", "error code", "body")  # what is said first of the mismatches of a check


def _rank(noted: Noted) -> int:
    """Where in the reason a mismatch belongs: that the server failed, a status, …, wording last."""
    if noted.expectation.wording:
        return len(_RANKS) + 1
    looked_at = noted.expectation.what.rpartition(": ")[2]
    if looked_at == "status" and noted.answer and failed_to_answer(noted.answer):
        return -1
    return _RANKS.index(looked_at) if looked_at in _RANKS else len(_RANKS)


def _sentence(noted: Noted) -> str:
    expectation, answer = noted
    looked_at = expectation.what.rpartition(": ")[2]
    untrue = (expectation.expected, expectation.actual) == ("true", "false")
    untrue = untrue and not looked_at.startswith("header ")  # its value is the word "false"
    if answer is None:
        what = seen_in_words(expectation.what)
        if untrue:
            return f"this is not so, and in S3 it is: {what}"
        return f"{what}: expected {expectation.expected}, got {expectation.actual}"
    came = f"{answer.status} {answer.code}" if answer.code else str(answer.status or "nothing")
    if untrue:
        what = expectation.what.partition(": ")[2] if answer.operation else expectation.what
        return f"{_asked(noted, answer)} answered {came}; this is not so, and in S3 it is: {what}"
    asked = expectation.what.rpartition(": ")[0] or _asked(noted, answer)
    if looked_at == "status":
        return f"{asked} answered {came}, expected {expectation.expected}{_meaning(noted)}"
    if answer.strange and expectation.actual == answer.strange:  # the document says most
        return (
            f"{asked} answered {came} with {answer.strange}; "
            f"{looked_at}: expected {expectation.expected}"
        )
    return (
        f"{asked} answered {came}; {in_words(looked_at)}: expected {expectation.expected}, "
        f"got {expectation.actual}"
    )


def _asked(noted: Noted, answer: Answer) -> str:
    """The operation, and by whom; of a request that is none of Amazon's model, its method."""
    named, colon, _ = noted.expectation.what.partition(": ")
    if answer.operation:
        return named if colon else answer.operation
    line = answer.exchange.request.start_line if answer.exchange is not None else ""
    return f"the {line.partition(' ')[0]} request".replace("  ", " ")


def _meaning(noted: Noted) -> str:
    """What a status that differs means, where that can be said in general."""
    expected, status = noted.expectation.expected[:1], noted.answer.status if noted.answer else 0
    if status == 0:
        return ": no answer came"
    if status == 501:
        return ": the server says that it does not implement this"
    if status >= 500:
        return ": the server failed"
    if expected in ("4", "5") and 200 <= status < 300:
        if noted.answer is not None and noted.answer.code:
            return ": the error came in an answer that begins as a success"
        return ": it accepts what S3 refuses"
    if expected == "2" and 400 <= status < 500 and status != 404:
        return ": it refuses what S3 accepts"
    return ""


def loss_line(losses: Iterable[Expectation]) -> str:
    """What data was seen to be lost."""
    lost = "; ".join(f"{one.what} is {one.actual}" for one in losses)
    return LOSS + " ".join(lost.split())


def with_traceback(trouble: BaseException) -> str:
    """The exception, and below it where it was raised."""
    lines = traceback.format_exception(trouble, limit=-TRACE_FRAMES)
    return f"{type(trouble).__name__}: {trouble}\n" + "".join(lines).strip()
