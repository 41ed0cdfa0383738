"""Where a check stopped: what it would have said of the answer that it could not go on from.

A check that needs something that does not come has no expectation that failed; its reason names the
answer. ``setup: PutBucketPolicy answered 500``, ``UploadPart answered 200 without ETag``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from conformance.model.answers import answer_of
from conformance.model.records import Call, Expectation, Outcome, Result

DOCUMENT = "the operation's document"  # what is expected where the body has another root
_SETUP = re.compile(r"\bsetup: (\w+) (answered|got no answer|removed the whole bucket)")
_ANSWERED = re.compile(r"(\w+) answered (?:(\d{3}|nothing)\b)?")
_LACKING = re.compile(r"(?:without|has no header) (?:an )?([\w-]+)")
_OTHER_DOCUMENT = re.compile(r"\w+ answered \d{3}(?: \S+)?: ([^;]* instead of [^;]*)")


def answered(call: Call) -> str:
    """The last answer of a call: "501 NotImplemented", "403", or "no answer"."""
    got = [one for one in call.exchanges if one.response is not None]
    return answer_of(got[-1]) if got else "no answer"


def stopped_at(result: Result) -> Expectation | None:
    """What did not hold where the check could not go on; None where it does not say."""
    if result.outcome not in (Outcome.FAIL, Outcome.BLOCKED):
        return None
    if (call := setup_call(result)) is not None:
        if "removed the whole bucket" in result.reason:
            return _seen(call, "the bucket", "still as it was", "gone")
        return None if answered(call)[:1] == "2" else _no_success(call)
    if result.outcome is Outcome.BLOCKED:
        return None
    operation, status = _named(result.reason)
    call = _last(result.calls, "", operation, status)
    if call is None:
        return None
    if operation and answered(call)[:1] != "2":
        return _no_success(call)
    return _lacking(call, result.reason)


def setup_call(result: Result) -> Call | None:
    """The call of the setup that the outcome stopped at; None where it came further."""
    if (named := _SETUP.search(result.reason)) is not None:
        return _last(result.calls, "setup", named.group(1), "")
    return _last(result.calls, "setup", "", "") if result.outcome is Outcome.BLOCKED else None


def unanswered_setup(result: Result) -> str:
    """The operation of a setup that got no answer and is no call of this outcome; "" without one.

    A bucket that several checks share is made once, and belongs to none of them.
    """
    named = _SETUP.search(result.reason)
    return named.group(1) if named is not None and named.group(2) == "got no answer" else ""


def _named(reason: str) -> tuple[str, str]:
    """The operation and the status that a reason begins with; "" for what it does not name."""
    if (named := _ANSWERED.match(reason)) is None:
        return ("", "")
    return (named.group(1), named.group(2) or "")


def _last(calls: Sequence[Call], purpose: str, operation: str, status: str) -> Call | None:
    """The last call of this purpose, operation and status, each where it is not ""."""
    words = {"nothing": "no answer"}.get(status, status)
    return next(
        (
            call
            for call in reversed(calls)
            if purpose in ("", call.purpose)
            and operation in ("", call.operation)
            and answered(call).startswith(words)
        ),
        None,
    )


def _lacking(call: Call, reason: str) -> Expectation | None:
    """What a success did not have, in the words of the reason."""
    if (other := _OTHER_DOCUMENT.match(reason)) is not None:
        return _seen(call, "body", DOCUMENT, other.group(1))
    if "with the version id null" in reason:
        return _seen(call, "header x-amz-version-id", "the id of a version", "null")
    if (lacking := _LACKING.search(reason)) is None:
        return None
    name = lacking.group(1)
    header = name == "ETag" or name.startswith("x-amz-")
    return _seen(call, f"header {name}" if header else name, "present", "absent")


def _no_success(call: Call) -> Expectation:
    return _seen(call, "status", "2xx", answered(call))


def _seen(call: Call, looked_at: str, expected: str, actual: str) -> Expectation:
    return Expectation(
        what=f"{call.operation}: {looked_at}",
        expected=expected,
        actual=actual,
        ok=False,
        operation=call.operation,
        answered=answered(call),
    )
