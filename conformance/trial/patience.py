"""Retries for what says nothing about conformance: throttling and connection trouble, bounded.

No other answer is ever retried: a 500 or a wrong 404 is the endpoint's answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import tenacity

from conformance.clients.base import Answer
from conformance.model import Call, Exchange

ATTEMPTS = 5  # where the endpoint asks for patience
CONNECTION_ATTEMPTS = 5  # about four seconds: a server that crashed may be started again
SUDDEN = 5.0  # seconds; silence that lasts longer is an answer too, and not asked for again
LONGEST_WAIT = 8.0  # seconds before one attempt
THROTTLING_CODES = frozenset(
    {"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests"}
)
_NOT_CONNECTED = (  # as clients and the operating system say it, in lower case
    "could not connect",
    "connection refused",
    "connectionrefused",
    "connect call failed",
    "failed to establish",
    "newconnectionerror",
)
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})  # RFC 9110, 9.2.2


def unanswered(calls: Sequence[Call]) -> bool:
    """Whether the last of these calls got no answer at all."""
    exchanges = [exchange for call in calls[-1:] for exchange in call.exchanges]
    return bool(calls) and all(exchange.response is None for exchange in exchanges)


def throttled(answer: Answer) -> bool:
    """Whether the endpoint asked for fewer requests: 429, or 503 with a code that says so."""
    if answer.status == 429:
        return True
    return answer.status == 503 and answer.code in THROTTLING_CODES


def unreached(answer: Answer) -> bool:
    """Whether the connection failed in a way that sending again cannot change the outcome of.

    Before a request left the client that is always so; after it, only for a request whose
    repetition does the same (RFC 9110, 9.2.2) and that no condition makes order-dependent.
    """
    if answer.status or answer.succeeded:
        return False
    if not answer.exchanges:
        return _says(answer.call.stderr, (*_NOT_CONNECTED, "connection reset"))
    last = answer.exchanges[-1]
    if last.response is not None:
        return False
    method = last.request.start_line.partition(" ")[0]
    conditional = any(
        name.lower().startswith(("if-", "x-amz-if-", "x-amz-copy-source-if-"))
        for name, _ in last.request.headers
    )
    return last.request.complete and method in REPEATABLE and not conditional


def not_connected(answer: Answer) -> bool:
    """Whether no connection was made at all, so that the endpoint was never asked."""
    if answer.status or answer.succeeded:
        return False
    if not answer.exchanges:
        return _says(answer.call.stderr, _NOT_CONNECTED)
    return never_sent(answer.exchanges[-1])


def never_sent(exchange: Exchange) -> bool:
    """Whether there was no connection to send this request on."""
    return exchange.response is None and _says(exchange.note or "", _NOT_CONNECTED)


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(one in text.lower() for one in words)


def patiently(attempt: Callable[[], Answer], *, first_wait: float = 0.25) -> Answer:
    """Call ``attempt`` until its answer is one; after the last attempt, what came counts."""
    took = 0.0

    def timed() -> Answer:
        nonlocal took
        started = time.monotonic()
        answer = attempt()
        took = time.monotonic() - started
        return answer

    def says_nothing(answer: Answer) -> bool:
        return throttled(answer) or (took < SUDDEN and unreached(answer))

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_result(says_nothing),
        stop=_enough,
        wait=tenacity.wait_exponential(multiplier=first_wait, max=LONGEST_WAIT)
        + tenacity.wait_random(0, first_wait),
        retry_error_callback=_last_answer,
    )
    return retrying(timed)


def _enough(state: tenacity.RetryCallState) -> bool:
    limit = ATTEMPTS if throttled(_last_answer(state)) else CONNECTION_ATTEMPTS
    return state.attempt_number >= limit


def _last_answer(state: tenacity.RetryCallState) -> Answer:
    if state.outcome is None:
        raise RuntimeError("retries ended before the first attempt")
    answer: Answer = state.outcome.result()
    return answer
