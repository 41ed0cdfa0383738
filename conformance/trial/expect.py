"""What a check looks at: every expectation is collected, none of them stops the check.

Nothing here decides an outcome; that is ``conformance.trial.outcome``'s, from what was collected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jmespath
import jmespath.exceptions

from conformance.clients.base import Answer, ClientCannotError
from conformance.model import Expectation

Matcher = str | re.Pattern[str] | Callable[[str], bool]

SHOWN = 400  # characters of a value that an expectation shows


class Expect:
    """Collects expectations. Every method returns whether its expectation held."""

    def __init__(self) -> None:
        self.seen: list[Expectation] = []
        self.mismatched: list[Answer | None] = []  # per mismatch, the answer it was seen on
        self.looked_for_loss = False

    @property
    def mismatches(self) -> list[Expectation]:
        """The expectations that did not hold."""
        return [expectation for expectation in self.seen if not expectation.ok]

    @property
    def losses(self) -> list[Expectation]:
        """The mismatches that show data destroyed or overwritten."""
        return [expectation for expectation in self.seen if expectation.lost]

    def ok(self, got: Answer) -> bool:
        """2xx on the wire, and the client itself reported success."""
        wire = self._note(got, "status", "2xx", _status(got), 200 <= got.status < 300)
        client = self._note(
            got, f"{got.client}'s own report", "success", _report(got), got.succeeded
        )
        return wire and client

    def status(self, got: Answer, expected: int | tuple[int, ...]) -> bool:
        """The status on the wire is ``expected``, or one of them."""
        allowed = (expected,) if isinstance(expected, int) else expected
        shown = " or ".join(map(str, allowed))
        return self._note(got, "status", shown, _status(got), got.status in allowed)

    def error(
        self, got: Answer, status: int | tuple[int, ...], code: str | None, **members: Any
    ) -> bool:
        """An error answer: status, code (None: not compared, as for HEAD), members of its body.

        The client must have reported a failure too. A member may be a string, a pattern or a
        predicate.
        """
        held = [self.status(got, status)]
        if code is not None:
            held.append(
                self._note(got, "error code", code, got.code or "no error code", got.code == code)
            )
        for name, expected in members.items():
            actual = got.error.get(name)
            held.append(
                self._note(
                    got,
                    f"error member {name}",
                    _matcher(expected),
                    "absent" if actual is None else show(actual),
                    actual is not None and _matches(actual, expected),
                )
            )
        reported = not got.succeeded
        held.append(
            self._note(got, f"{got.client}'s own report", "failure", _report(got), reported)
        )
        return all(held)

    def header(self, got: Answer, name: str, expected: Matcher) -> bool:
        """The response header ``name`` is ``expected``: a string, a pattern that matches all of
        it, or a predicate on it.
        """
        actual = got.headers.get(name)
        return self._note(
            got,
            f"header {name}",
            _matcher(expected),
            "absent" if actual is None else show(actual),
            actual is not None and _matches(actual, expected),
        )

    def no_header(self, got: Answer, name: str) -> bool:
        """The response has no header ``name``."""
        actual = got.headers.get(name)
        shown = "absent" if actual is None else show(actual)
        return self._note(got, f"header {name}", "absent", shown, actual is None)

    def body(self, got: Answer, expected: bytes) -> bool:
        """What the client delivered is exactly ``expected``."""
        actual = got.body
        shown = "nothing delivered" if actual is None else _show_beside(actual, expected)
        return self._note(got, "body", show(expected), shown, actual == expected)

    def member(self, got: Answer, path: str, expected: Any) -> bool:
        """JMESPath over the answer's members gives ``expected``.

        ``expected`` is a value, a compiled pattern (for a string), or a predicate.
        """
        try:
            actual = jmespath.search(path, got.members)
        except jmespath.exceptions.JMESPathTypeError:  # sort() of a member that is not there
            return self._note(got, path, _matcher(expected), "absent", False)
        if isinstance(expected, re.Pattern):
            held = isinstance(actual, str) and expected.fullmatch(actual) is not None
        elif callable(expected):
            held = bool(expected(actual))
        else:
            held = actual == expected and isinstance(actual, bool) == isinstance(expected, bool)
        return self._note(got, path, _matcher(expected), show(actual), held)

    def equal(self, actual: Any, expected: Any, what: str) -> bool:
        """Two values the check worked out itself are equal."""
        return self._note(None, what, show(expected), show(actual), actual == expected)

    def true(self, condition: object, what: str) -> bool:
        """A condition the check worked out itself holds."""
        return self._note(None, what, "true", "true" if condition else "false", bool(condition))

    def kept(self, held: bool, what: str, actual: str, *, lost: bool) -> bool:
        """What was there before is there still; ``lost`` where it is seen to be gone.

        For ``conformance.trial.kept``, which looks.
        """
        self.looked_for_loss = True
        return self._note(None, what, "still as it was", actual, held, lost=lost and not held)

    def _note(
        self,
        got: Answer | None,
        what: str,
        expected: str,
        actual: str,
        held: bool,
        *,
        lost: bool = False,
    ) -> bool:
        if not held and got is not None and (why := got.beyond(what, expected)):
            raise ClientCannotError(why)
        label = what
        if got is not None and got.operation:
            label = f"{got.operation}{f' by {got.by}' if got.by else ''}: {what}"
        self.seen.append(
            Expectation(what=label, expected=expected, actual=actual, ok=held, lost=lost)
        )
        if not held:
            self.mismatched.append(got)
        return held


def show(value: Any) -> str:
    """A value for reading: repr, at most SHOWN characters, the length named where it is cut."""
    if isinstance(value, str) and value.isprintable() and value and len(value) <= SHOWN:
        return value
    if isinstance(value, bytes | bytearray) and len(value) > SHOWN // 4:
        return f"{len(value)} bytes {bytes(value[: SHOWN // 8])!r}…"
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def _show_beside(actual: bytes, expected: bytes) -> str:
    """``actual`` as ``show`` has it, and where it first differs from ``expected``."""
    if actual == expected or len(actual) <= SHOWN // 4:
        return show(actual)
    common = min(len(actual), len(expected))
    at = next((i for i in range(common) if actual[i] != expected[i]), common)
    return f"{show(actual)} (first difference at byte {at})"


def _status(got: Answer) -> str:
    if not got.status:
        return "no answer"
    return f"{got.status} {got.code}" if got.code else str(got.status)


def _report(got: Answer) -> str:
    if got.succeeded:
        return "success"
    said = got.call.stderr.strip().splitlines()
    return f"failure: {show(said[-1])}" if said else "failure"


def _matcher(expected: Any) -> str:
    if isinstance(expected, re.Pattern):
        return f"matches {expected.pattern}"
    if callable(expected):
        text = (expected.__doc__ or expected.__name__).strip().splitlines()[0]
        return "what the check's condition holds for" if "<lambda>" in text else text
    return show(expected)


def _matches(actual: str, expected: Any) -> bool:
    if isinstance(expected, re.Pattern):
        return expected.fullmatch(actual) is not None
    if callable(expected):
        return bool(expected(actual))
    return bool(actual == str(expected))
