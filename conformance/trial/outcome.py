"""From what a check saw to its outcome and the reason for it; the one place that decides.

data seen to be lost             fail, whatever else there was
a request to another host        error: the tripwire refused it, and what came of it says nothing
mismatch, or a missing member    fail, or not_claimed where the profile says unsupported
                                 and every refusal is a clean one, or declared where the
                                 profile names just this answer
setup refused                    blocked, or not_claimed where the row or the operation
                                 refused is one that the profile says is unsupported
client has no way to say it      client_cannot
the run has not what it needs    not_tried
no expectation, other exception  error; also where the client sent nothing at all
otherwise                        pass

It is long because one place decides: each of these lines is a step here, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from conformance.clients.base import Answer, ClientCannotError, MissingMemberError
from conformance.model import Expectation, Outcome
from conformance.model.paths import seen_in_words
from conformance.model.records import UNSUPPORTED
from conformance.trial.expect import Expect
from conformance.trial.given import NotTriedError, SetupError
from conformance.trial.patience import not_connected
from conformance.trial.reasons import failed_to_answer, first_line, loss_line, with_traceback
from matrix import Declared

_VERSIONING = "PutBucketVersioning"
# s3cmd takes the scheme of a Location for its host: a fault of its own, and nobody is reached.
_NO_HOSTS = ("http", "https")
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Seen:
    """What a check did and saw: its expectations, its answers, what stopped it."""

    expect: Expect
    answers: Sequence[Answer]  # of its own calls, setup left out
    trouble: BaseException | None
    operations: Sequence[str]  # what the row is made of
    claim: str  # "supported", "limited" or "unsupported"
    declared: Sequence[Declared] = ()  # what the profile declares of this check
    claimed: Callable[[str], bool] = lambda _operation: True  # whether it claims an operation
    guards_data: bool = False  # a check of severity data loss
    prepared: Sequence[str] = ()  # the operations of its setup
    elsewhere: Sequence[str] = ()  # hosts the client was kept from: not the endpoint's


class Decision(NamedTuple):
    """An outcome, its reason in one line (an error has its traceback too), what declares it."""

    outcome: Outcome
    reason: str
    declared: Declared | None = None


def decide(seen: Seen) -> Decision:
    """The outcome of what was seen."""
    if seen.expect.losses:
        return Decision(Outcome.FAIL, loss_line(seen.expect.losses))
    strangers = [one for one in seen.elsewhere if one.partition(":")[0] not in _NO_HOSTS]
    if strangers:
        return Decision(Outcome.ERROR, _elsewhere(strangers))
    if _wants_tls(seen):
        why = "the endpoint takes customers' keys over https only, as S3 does; give an https URL"
        return Decision(Outcome.NOT_TRIED, why)
    if seen.expect.mismatches or isinstance(seen.trouble, MissingMemberError):
        return _mismatched(seen)
    trouble = seen.trouble
    if isinstance(trouble, ClientCannotError):
        return Decision(Outcome.CLIENT_CANNOT, str(trouble))
    if isinstance(trouble, NotTriedError):
        return Decision(Outcome.NOT_TRIED, str(trouble))
    if isinstance(trouble, SetupError):
        return _not_set_up(seen, trouble)
    if trouble is not None:
        return Decision(Outcome.ERROR, with_traceback(trouble))
    if not seen.expect.seen:
        nothing = "the check expects nothing, so it tests nothing; use t.expect in it"
        return Decision(Outcome.ERROR, nothing)
    if seen.guards_data and not seen.expect.looked_for_loss:
        unseen = "a check of severity data loss looks with t.kept at what must still be there"
        return Decision(Outcome.ERROR, unseen)
    if seen.claim == UNSUPPORTED and not seen.guards_data:
        return _passed(seen, _WORKS if _works(seen) else _ANSWERS)
    if any(one.check is not None for one in seen.declared):
        return _passed(seen, "as S3 does, although a deviation is declared")
    return _passed(seen)


_WORKS = "works although not claimed"
_ANSWERS = "answers as S3 does, although not claimed; nothing of it was seen to work"


def _works(seen: Seen) -> bool:
    """Whether a request of the row was done; that something is refused or absent shows nothing."""
    return any(
        answer.good
        and not answer.strange
        and (not _is_operation(answer.operation) or answer.operation in seen.operations)
        for answer in seen.answers
    )


NEVER_ASKED = (
    "no connection to the endpoint could be made, so the request was never sent; another request "
    "may have ended the server"
)


def _passed(seen: Seen, words: str = "") -> Decision:
    """A pass; ``words`` and how much of the wording differs, the first of it in full."""
    details = seen.expect.details
    if details:
        one = details[0]
        first = f"{seen_in_words(one.what)}: expected {one.expected}, got {one.actual}"
        many = "1 detail differs" if len(details) == 1 else f"{len(details)} details differ"
        words = f"{words + '; ' if words else ''}passes; {many}: {' '.join(first.split())}"
    return Decision(Outcome.PASS, words)


def _mismatched(seen: Seen) -> Decision:
    judged = [answer for answer in seen.expect.mismatched if answer is not None]
    if judged and all(map(not_connected, judged)):
        return Decision(Outcome.BLOCKED, NEVER_ASKED)
    if (silent := _silent(seen)) is not None:
        return Decision(Outcome.ERROR, f"nothing crossed the wire: {_last_words(silent)}")
    if seen.claim == UNSUPPORTED and refused_cleanly(seen):
        refusal = f"refused, as the server's documentation says: {_refusal(seen)}"
        return Decision(Outcome.NOT_CLAIMED, refusal)
    if (declared := as_declared(seen)) is not None:
        return Decision(
            Outcome.DECLARED,
            f"{first_line(seen.expect.failed, seen.trouble)}; as declared",
            declared,
        )
    denied = next(
        (name for name in seen.prepared if name != _LOOKS_ON and not seen.claimed(name)), None
    )
    if denied is not None and seen.claim != UNSUPPORTED:
        missing = isinstance(seen.trouble, MissingMemberError)
        if missing or _had_no_effect(denied, seen):
            needs = _needs_unsupported(denied)
            return Decision(
                Outcome.NOT_CLAIMED, f"{needs}: {first_line(seen.expect.failed, seen.trouble)}"
            )
    return Decision(Outcome.FAIL, f"{first_line(seen.expect.failed, seen.trouble)}{_denied(seen)}")


# The run asks it whether a bucket is still there; nothing that a check reads comes of it.
_LOOKS_ON = "HeadBucket"
_UNSUPPORTED_HERE = "the server's documentation says that this is unsupported"


def _needs_unsupported(operation: str) -> str:
    return f"needs {operation}, which the server's documentation says is unsupported"


def _had_no_effect(operation: str, seen: Seen) -> bool:
    """Whether setup that the documentation denies was taken, and nothing came of it.

    Of versions alone the answers themselves tell: none of them names one. Where that setup was
    refused, or the server failed, what does not match is the row's own.
    """
    return (
        operation == _VERSIONING
        and not seen.guards_data
        and not isinstance(seen.trouble, SetupError)
        and not any(failed_to_answer(answer) for answer in seen.answers)
        and not any(
            answer.headers.get("x-amz-version-id") or b"VersionId>" in answer.wire_body
            for answer in seen.answers
        )
    )


def _denied(seen: Seen) -> str:
    """What to add to a failure in a row that the profile says is unsupported."""
    if seen.claim != UNSUPPORTED:
        return ""
    accepted = next((a for a in seen.answers if _accepted_write(a, seen.operations)), None)
    if accepted is None:
        return f"; {_UNSUPPORTED_HERE}, but the answer is not a clean refusal"
    return f"; {_UNSUPPORTED_HERE}, but it accepted {accepted.operation} ({accepted.status})"


def _wants_tls(seen: Seen) -> bool:
    """Whether a request was refused because it came over http, in the check or in its setup.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html:
    S3 rejects requests with a customer's key that are made over http.
    """
    wrong = [answer for answer in seen.expect.mismatched if answer is not None]
    if isinstance(seen.trouble, SetupError) and seen.trouble.answer is not None:
        wrong.append(seen.trouble.answer)
    if isinstance(seen.trouble, MissingMemberError):  # it does not say which answer lacks it
        wrong.extend(seen.answers)
    return any(
        answer.status == 400
        and "secure connection" in (answer.message or "")
        and answer.exchange is not None
        and answer.exchange.url.startswith("http://")
        for answer in wrong
    )


def _elsewhere(strangers: Sequence[str]) -> str:
    where = ", ".join(dict.fromkeys(strangers))
    return (
        f"the client sent a request to {where}, which is not the endpoint. s3compat stopped the "
        'request, so the check judged nothing (a profile can allow the host: hosts = ["host:port"])'
    )


def _not_set_up(seen: Seen, trouble: SetupError) -> Decision:
    """A failure of an operation of the row itself is the row's, wherever in the check it comes."""
    answer = trouble.answer
    if answer is None:
        return Decision(Outcome.BLOCKED, str(trouble))
    if is_refusal(answer):
        if seen.claim == UNSUPPORTED:
            return Decision(
                Outcome.NOT_CLAIMED, f"refused, as the server's documentation says: {trouble}"
            )
        if _is_operation(answer.operation) and not seen.claimed(answer.operation):
            needs = _needs_unsupported(answer.operation)
            return Decision(Outcome.NOT_CLAIMED, f"{needs}: {trouble}")
    if (declared := _turned_away(seen)) is not None:
        return Decision(Outcome.DECLARED, f"redirected, as declared; {trouble}", declared)
    for one in seen.declared:
        if _answered_so(answer, one) and not one.instead:
            return Decision(Outcome.DECLARED, f"{trouble}; as declared", one)
    if answer.operation in seen.operations and not _for_now(answer):
        return Decision(Outcome.FAIL, f"{trouble}{_denied(seen)}")
    if answer.status == 501:
        unsaid = "the server does not implement it, and no profile calls it unsupported"
        return Decision(Outcome.BLOCKED, f"{trouble}; {unsaid}")
    return Decision(Outcome.BLOCKED, f"{trouble}{_denied(seen)}")


def _for_now(answer: Answer) -> bool:
    """Whether it says something of the moment or of the account, and nothing of the operation.

    507 (RFC 4918) is a disk that is full.
    """
    return answer.status in (0, 429, 503, 507) or answer.code in ("SlowDown", "TooManyBuckets")


def as_declared(seen: Seen) -> Declared | None:
    """The declared deviation that every mismatch of the check is an instance of, if there is one.

    Each mismatch must have been seen on an answer with the declared status and code; where it is
    declared what is seen instead, each of them must be that. Any other wrong answer is none. A
    declared redirect that the client stayed with explains whatever came after it.
    """
    if (redirect := _turned_away(seen)) is not None:
        return redirect
    if not seen.expect.mismatches:
        return None
    if not isinstance(seen.trouble, MissingMemberError | None):
        return None
    pairs = list(zip(seen.expect.mismatches, seen.expect.mismatched, strict=True))
    return next(
        (
            one
            for one in seen.declared
            if all(_is_declared(one, *pair, seen.answers) for pair in pairs)
        ),
        None,
    )


def _answered_so(answer: Answer, declared: Declared) -> bool:
    """Whether it is the declared answer; one that cannot show S3's code, by its status alone."""
    return answer.status == declared.status and (
        answer.code == declared.code or not answer.shows_codes
    )


def _turned_away(seen: Seen) -> Declared | None:
    """The declared redirect that a call of the check ended with, if all was well until then."""
    own = [answer for answer in seen.answers if not answer.by]
    for number, answer in enumerate(own):
        for one in seen.declared:
            if 300 <= one.status < 400 and (answer.status, answer.code) == (one.status, one.code):
                before = own[:number]
                wrong = any(got is early for got in seen.expect.mismatched for early in before)
                return None if wrong else one
    return None


_OF_A_STATUS = ("status", "error code")  # what a success where S3 answers an error differs in


def _is_declared(
    declared: Declared, mismatch: Expectation, answer: Answer | None, answers: Sequence[Answer]
) -> bool:
    """``answer`` is None for what the check worked out itself, from any of its ``answers``."""

    def is_it(one: Answer) -> bool:
        return _answered_so(one, declared)

    if not (is_it(answer) if answer is not None else any(map(is_it, answers))):
        return False
    success = declared.status < 300
    if not declared.instead and not success:
        return answer is not None
    looked_at = mismatch.what
    if answer is not None:
        by = f" by {answer.by}" if answer.by else ""
        looked_at = looked_at.removeprefix(f"{answer.operation}{by}: ")
    said = declared.check is not None or "status" in declared.instead
    if success and said and (looked_at in _OF_A_STATUS or looked_at.endswith("'s own report")):
        return answer is not None
    pattern = declared.instead.get(looked_at)
    return pattern is not None and re.fullmatch(pattern, mismatch.actual) is not None


REFUSING = frozenset({400, 403, 405, 501})  # statuses that can say: this is not to be had here


def is_refusal(answer: Answer) -> bool:
    """A clean refusal: a status of REFUSING with an S3 error code (HEAD has no body to carry one).

    A 404 is none: it is said of what is not there by servers that have the operation.
    """
    return answer.status in REFUSING and (answer.code is not None or _method(answer) == "HEAD")


def refused_cleanly(seen: Seen) -> bool:
    """Whether the mismatches come from clean refusals and nothing was accepted beside them.

    Not clean: a 5xx other than 501, a connection without an answer, a mismatch on an answer that
    was no refusal, a write of one of the row's own operations that was accepted. Where S3 answers
    an error, too, only 501 and 405 refuse the operation; another 4xx is a detail. A read after a
    write that was refused shows what was there before: that it lacks what was refused is no more.
    """
    if any(failed_to_answer(answer) for answer in seen.answers):
        return False
    if any(_accepted_write(answer, seen.operations) for answer in seen.answers):
        return False
    wrote_nothing = min(
        (_began(answer) for answer in seen.answers if _refused_write(seen, answer)),
        default=None,
    )
    for noted in seen.expect.failed:
        answer = noted.answer
        if answer is None:
            continue
        if is_refusal(answer):
            if answer.status in (400, 403) and _error_expected(seen, answer):
                return False
        elif wrote_nothing is None or not _is_read_after(answer, wrote_nothing):
            return False
    return any(is_refusal(answer) for answer in seen.answers)


def _refused_write(seen: Seen, answer: Answer) -> bool:
    """A write of one of the row's own operations that S3 does and that was refused."""
    return (
        answer.operation in seen.operations
        and _method(answer) not in READING
        and is_refusal(answer)
        and not (answer.status in (400, 403) and _error_expected(seen, answer))
    )


def _is_read_after(answer: Answer, moment: float) -> bool:
    """Whether it is what a read showed after ``moment``; one that failed shows nothing."""
    return _method(answer) in READING and not failed_to_answer(answer) and _began(answer) >= moment


def _began(answer: Answer) -> float:
    return answer.exchange.started if answer.exchange is not None else 0.0


def _error_expected(seen: Seen, answer: Answer) -> bool:
    return any(
        noted.answer is answer
        and noted.expectation.what.endswith(": status")
        and noted.expectation.expected[:1] in "45"
        for noted in seen.expect.noted
    )


def _silent(seen: Seen) -> Answer | None:
    """An answer with nothing from the wire, where every mismatch was seen on such a one.

    What the endpoint was never asked, or could not be, it has not failed.
    """
    looked_at = seen.expect.mismatched or list(seen.answers[-1:])
    silent = [g for g in looked_at if g is not None and not g.exchanges]
    return silent[0] if silent and len(silent) == len(looked_at) else None


def _last_words(answer: Answer) -> str:
    said = answer.complaint[:300]
    return f"{answer.client} said {said!r}" if said else f"{answer.client} said nothing"


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
