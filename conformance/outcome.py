"""From what a check saw to its outcome and the reason for it; the one place that decides.

mismatch, or a missing member    fail, or not_claimed where the profile says unsupported
                                 and every refusal is a clean one
setup refused                    blocked, or not_claimed likewise
client has no way to say it      client_cannot
no expectation, other exception  error; also where the client sent nothing at all
otherwise                        pass
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.clients.base import Answer, ClientCannotError, MissingMemberError
from conformance.expect import Expect
from conformance.given import SetupError
from conformance.model import Outcome

BY_HAND = "raw"
UNSUPPORTED = "unsupported"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
TRACE_FRAMES = 8


@dataclass(frozen=True)
class Seen:
    """What a check did and saw: its expectations, its answers, what stopped it."""

    expect: Expect
    answers: Sequence[Answer]  # of its own calls, setup left out
    trouble: BaseException | None
    operations: Sequence[str]  # what the row is made of
    claim: str  # "supported", "limited" or "unsupported"


def decide(seen: Seen) -> tuple[Outcome, str]:
    """The outcome and its reason, one line (an error's reason ends with its traceback)."""
    mismatches = seen.expect.mismatches
    trouble = seen.trouble
    if mismatches or isinstance(trouble, MissingMemberError):
        if (silent := _silent(seen)) is not None:
            return Outcome.ERROR, f"nothing crossed the wire: {_last_words(silent)}"
        reason = _first_line(seen)
        if seen.claim == UNSUPPORTED and refused_cleanly(seen):
            return Outcome.NOT_CLAIMED, f"refused, as its documentation says: {_refusal(seen)}"
        return Outcome.FAIL, reason
    if isinstance(trouble, ClientCannotError):
        return Outcome.CLIENT_CANNOT, str(trouble)
    if isinstance(trouble, SetupError):
        if seen.claim == UNSUPPORTED and trouble.answer and is_refusal(trouble.answer):
            return Outcome.NOT_CLAIMED, f"refused, as its documentation says: {trouble}"
        return Outcome.BLOCKED, str(trouble)
    if trouble is not None:
        return Outcome.ERROR, _traceback(trouble)
    if not seen.expect.seen:
        return Outcome.ERROR, "the check asserted nothing; a check without expectation is no check"
    if seen.claim == UNSUPPORTED:
        return Outcome.PASS, "works although not claimed"
    return Outcome.PASS, ""


def is_refusal(answer: Answer) -> bool:
    """A clean refusal: 4xx or 501 with an S3 error code (HEAD has no body to carry one)."""
    if not (400 <= answer.status < 500 or answer.status == 501):
        return False
    return answer.code is not None or _method(answer) == "HEAD"


def refused_cleanly(seen: Seen) -> bool:
    """Whether the mismatches come from clean refusals and nothing was accepted beside them.

    Not clean: a 5xx other than 501, a connection without an answer, a mismatch on an answer
    that was no refusal, a write of one of the row's own operations that was accepted.
    """
    if any(answer.status == 0 or _server_error(answer) for answer in seen.answers):
        return False
    if any(_accepted_write(answer, seen.operations) for answer in seen.answers):
        return False
    if any(got is not None and not is_refusal(got) for got in seen.expect.mismatched):
        return False
    return any(is_refusal(answer) for answer in seen.answers)


def _silent(seen: Seen) -> Answer | None:
    """An answer with nothing from the wire, where every mismatch was seen on such a one.

    What the endpoint was never asked, or could not be, it has not failed. Bytes sent by hand are
    always sent: silence after those is the endpoint's answer.
    """
    looked_at = seen.expect.mismatched or list(seen.answers[-1:])
    silent = [g for g in looked_at if g is not None and not g.exchanges and g.client != BY_HAND]
    return silent[0] if silent and len(silent) == len(looked_at) else None


def _last_words(answer: Answer) -> str:
    said = answer.call.stderr.strip().splitlines()
    return f"{answer.client} said {said[-1][:300]!r}" if said else f"{answer.client} said nothing"


def _server_error(answer: Answer) -> bool:
    return answer.status >= 500 and answer.status != 501


def _accepted_write(answer: Answer, operations: Sequence[str]) -> bool:
    """A write answered 2xx. One of another row's operations is a step on the way, not this row's;
    a request by hand or a whole command line has no operation's name and counts.
    """
    if not 200 <= answer.status < 300 or _method(answer) in READING:
        return False
    return not _is_operation(answer.operation) or answer.operation in operations


def _is_operation(name: str) -> bool:
    """Whether this is a name of Amazon's model (PutObject), not a request line or a command."""
    return name.isalnum() and name[:1].isupper() and not name.isupper()


def _method(answer: Answer) -> str:
    if answer.exchange is None:
        return ""
    return answer.exchange.request.start_line.partition(" ")[0]


def _refusal(seen: Seen) -> str:
    answer = next(answer for answer in seen.answers if is_refusal(answer))
    return f"{answer.operation} answered {answer.status} {answer.code or ''}".rstrip()


def _first_line(seen: Seen) -> str:
    mismatches = seen.expect.mismatches
    if not mismatches:
        return str(seen.trouble)
    first = mismatches[0]
    more = f" (and {len(mismatches) - 1} more)" if len(mismatches) > 1 else ""
    line = f"{first.what}: expected {first.expected}, got {first.actual}{more}"
    if seen.trouble is not None and not isinstance(seen.trouble, MissingMemberError):
        line += f"; then {type(seen.trouble).__name__}: {seen.trouble}"
    return " ".join(line.split())


def _traceback(trouble: BaseException) -> str:
    lines = traceback.format_exception(trouble, limit=-TRACE_FRAMES)
    return f"{type(trouble).__name__}: {trouble}\n" + "".join(lines).strip()
