"""What a check looks at: every expectation is collected, none of them stops the check.

An expectation is *behaviour*, which a client can depend on, or *wording*, which none does: English
text, further members of an error body, which of two 4xx goes with the right error code. Nothing
here decides an outcome; that is ``conformance.trial.outcome``'s, from what was collected.

It is long because it is one object: each expectation is a method, and says what it compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import jmespath
import jmespath.exceptions

from conformance.clients.base import Answer, ClientCannotError, UnreadableError
from conformance.model import Expectation
from conformance.trial.meaning import is_default, same_media_type, same_members, same_policy

Matcher = str | re.Pattern[str] | Callable[[str], bool]

SHOWN = 400  # characters of a value that an expectation shows
# Statuses of errors that clients decide by, beside the code: not there, not allowed, not changed.
DECIDED_BY = frozenset({403, 404, 412, 416})


class _Meaning:
    """A condition on a member: it means the same."""

    def __init__(self, expected: Any, name: str) -> None:
        self.expected, self.name = expected, name

    def __call__(self, actual: Any) -> bool:
        return same_members(actual, self.expected, self.name)

    def __str__(self) -> str:
        return show(self.expected)


class _Policy(_Meaning):
    """A condition on a policy: it says the same."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected, "Policy")

    def __call__(self, actual: Any) -> bool:
        return isinstance(actual, str) and same_policy(actual, self.expected)


class _Condition:
    """A condition that is said in words."""

    def __init__(self, words: str, holds: Callable[[Any], bool]) -> None:
        self.words, self.holds = words, holds

    def __call__(self, actual: Any) -> bool:
        return bool(self.holds(actual))


def that(words: str, holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A predicate for ``header``, ``member`` and the like; a failure says ``words`` as expected."""
    return _Condition(words, holds)


class Noted(NamedTuple):
    """An expectation, and the answer it was seen on (None: the check worked it out itself)."""

    expectation: Expectation
    answer: Answer | None


@dataclass
class _Collected:
    """What one check looked at so far."""

    noted: list[Noted] = field(default_factory=list)
    statuses: list[Answer] = field(default_factory=list)  # whose status was looked at
    misnamed: list[Answer] = field(default_factory=list)  # whose root has another name, and is told
    looked_for_loss: bool = False


class Expect:
    """Collects expectations. Every method returns whether its expectation held."""

    def __init__(self, *, strict: bool = False) -> None:
        """``strict``: wording that differs is a mismatch like any other."""
        self.strict = strict
        self._collected = _Collected()
        self._wording = False

    @property
    def wording(self) -> Expect:
        """The same expectations, noted as wording: ``t.expect.wording.header(…)``."""
        other = Expect(strict=self.strict)
        other._collected = self._collected
        other._wording = True
        return other

    @property
    def noted(self) -> list[Noted]:
        """Every expectation with its answer, in the order of the check."""
        return list(self._collected.noted)

    @property
    def seen(self) -> list[Expectation]:
        """Every expectation, in the order of the check."""
        return [one.expectation for one in self._collected.noted]

    @property
    def failed(self) -> list[Noted]:
        """The expectations that did not hold and count: behaviour, and wording where strict."""
        return [
            one
            for one in self._collected.noted
            if not one.expectation.ok and (self.strict or not one.expectation.wording)
        ]

    @property
    def mismatches(self) -> list[Expectation]:
        """The expectations of ``failed``."""
        return [one.expectation for one in self.failed]

    @property
    def mismatched(self) -> list[Answer | None]:
        """The answers of ``failed``."""
        return [one.answer for one in self.failed]

    @property
    def details(self) -> list[Expectation]:
        """Wording that differs and does not count."""
        return [
            one.expectation
            for one in self._collected.noted
            if not one.expectation.ok and one.expectation.wording and not self.strict
        ]

    @property
    def losses(self) -> list[Expectation]:
        """The mismatches that show data destroyed or overwritten."""
        return [expectation for expectation in self.seen if expectation.lost]

    @property
    def looked_for_loss(self) -> bool:
        """Whether ``kept`` was asked anything."""
        return self._collected.looked_for_loss

    def ok(self, got: Answer) -> bool:
        """2xx on the wire with the operation's document, and the client itself reported success."""
        held = self._status(got, "2xx", got.good)
        self._look_at_the_root(got)
        if got.good and got.strange:
            held = self._note(got, "body", "the operation's document", got.strange, False)
        client = self._note(
            got, f"{got.client}'s own report", "success", _report(got), got.succeeded
        )
        return held and client

    def status(self, got: Answer, expected: int | tuple[int, ...]) -> bool:
        """The status on the wire is ``expected``, or one of them.

        Where any success will do it is ``ok`` that says so; one check of a row is enough for
        which 2xx it is.
        """
        allowed = (expected,) if isinstance(expected, int) else expected
        return self._status(got, " or ".join(map(str, allowed)), got.status in allowed)

    def success(self, got: Answer, usual: int) -> bool:
        """2xx on the wire; that it is the ``usual`` one is wording."""
        held = self._status(got, "2xx", got.good)
        if held:
            self.wording._note(got, "status", str(usual), _status(got), got.status == usual)
        return held

    def error(
        self,
        got: Answer,
        status: int | tuple[int, ...],
        code: str | tuple[str, ...] | None,
        **members: Any,
    ) -> bool:
        """An error answer: status and code (None: not compared, as for HEAD); the client failed.

        Where the client stopped at a HEAD of its own there is no code: the status has to tell.

        Another 4xx than ``status`` with the right code is wording, unless clients decide by one
        of the two (DECIDED_BY). ``members`` of the error body are wording: a string, a pattern or
        a predicate each. A member that a client acts on is ``error_member``'s.
        """
        allowed = (status,) if isinstance(status, int) else status
        shown = " or ".join(map(str, allowed))
        codes = (code,) if isinstance(code, str) else code or ()
        if got.of_a_look:
            codes, members = (), {}
        named = " or ".join(codes)
        if got.code in codes and _alike(got.status, allowed):
            self._collected.statuses.append(got)
            held = [self.wording._note(got, "status", shown, _status(got), got.status in allowed)]
        else:
            wanted = f"{shown} {named}" if codes else shown
            held = [self._status(got, wanted, got.status in allowed)]
        if codes:
            said = got.code or "no error code"
            held.append(self._note(got, "error code", named, said, got.code in codes))
        held += [
            self.wording.error_member(got, name, expected) for name, expected in members.items()
        ]
        reported = not got.succeeded
        held.append(
            self._note(got, f"{got.client}'s own report", "failure", _report(got), reported)
        )
        return all(held)

    def error_member(self, got: Answer, name: str, expected: Matcher) -> bool:
        """A member of the error body that a client acts on, such as the Region to go to."""
        actual = got.error.get(name)
        return self._note(
            got,
            f"error member {name}",
            _matcher(expected),
            "absent" if actual is None else show(actual),
            actual is not None and _matches(actual, expected),
        )

    def message(self, got: Answer, expected: Matcher) -> bool:
        """The Message of an error answer, in English: always wording. A HEAD has none."""
        if got.of_a_look:
            return True
        actual = got.message
        return self.wording._note(
            got,
            "message",
            _matcher(expected),
            "absent" if actual is None else show(actual),
            actual is not None and _matches(actual, expected),
        )

    def header(self, got: Answer, name: str, expected: Matcher) -> bool:
        """The response header ``name`` is ``expected``: a string, a pattern that matches all of
        it, or a predicate on it. Sent twice with one value it is that value. A media type that is
        the same in other letters is wording.
        """
        self._of_a_success(got)
        actual = got.headers.get(name)
        if actual is not None and len(got.headers.values_of(name)) == 1:
            actual = got.headers.values_of(name)[0]
        kept = actual is not None and _matches(actual, expected)
        to = self
        if not kept and actual is not None and _is_the_media_type(name, actual, expected):
            to = self.wording
        return to._note(
            got,
            f"header {name}",
            _matcher(expected),
            "absent" if actual is None else show(actual),
            kept,
        )

    def no_header(self, got: Answer, name: str) -> bool:
        """The response has no header ``name``; that a default is not written out is wording."""
        self._of_a_success(got)
        actual = got.headers.get(name)
        shown = "absent" if actual is None else show(actual)
        if is_default(name, actual):  # it says what its absence says
            return self.wording._note(got, f"header {name}", "absent", shown, False)
        return self._note(got, f"header {name}", "absent", shown, actual is None)

    def body(self, got: Answer, expected: bytes) -> bool:
        """What the client delivered is exactly ``expected``."""
        self._of_a_success(got)
        actual = got.body
        shown = "nothing delivered" if actual is None else _show_beside(actual, expected)
        return self._note(got, "body", show(expected), shown, actual == expected)

    def member(self, got: Answer, path: str, expected: Any) -> bool:
        """JMESPath over the answer's members gives ``expected``.

        ``expected`` is a value, a compiled pattern (for a string), or a predicate. An answer that
        is no success, or holds another document than the operation's, has no members at all.
        """
        self._of_a_success(got)
        self._look_at_the_root(got)
        try:
            actual = jmespath.search(path, got.members)
        except UnreadableError:
            return self._note(got, path, _matcher(expected), got.unreadable or "", False)
        except jmespath.exceptions.JMESPathTypeError:  # sort() of a member that is not there
            return self._note(got, path, _matcher(expected), "absent", False)
        if isinstance(expected, re.Pattern):
            held = isinstance(actual, str) and expected.fullmatch(actual) is not None
        elif callable(expected):
            held = bool(expected(actual))
        else:
            held = actual == expected and isinstance(actual, bool) == isinstance(expected, bool)
        return self._note(
            got, path, _matcher(expected), "absent" if actual is None else show(actual), held
        )

    def no_keys(self, listed: Answer) -> bool:
        """A listing of objects names none; KeyCount, which not every server tells, is not asked."""
        return self.member(listed, "length(Contents || `[]`)", 0)

    def means(self, got: Answer, path: str, expected: Any) -> bool:
        """What is at ``path`` (JMESPath) means what ``expected`` means, in whatever words.

        Order where S3 gives none, a default written out, a list of one and the same instant say no
        more (``conformance.trial.meaning``). The last name in ``path`` is the member's; of a list
        that is read from each of others (``TagSet[].Key``), the name of those.
        """
        outer = re.findall(r"(\w+)\[[^\]]*\]\.", path)
        name = outer[-1] if outer else re.split(r"[.\[\]]+", path.rstrip("[]"))[-1]
        return self.member(got, path, _Meaning(expected, name))

    def policy(self, got: Answer, expected: str) -> bool:
        """GetBucketPolicy answers a policy that says what ``expected`` (JSON) says."""
        return self.member(got, "Policy", _Policy(expected))

    def equal(self, actual: Any, expected: Any, what: str, of: Answer | None = None) -> bool:
        """Two values the check worked out itself are equal; ``of`` is the answer they are from."""
        return self._note(of, what, show(expected), show(actual), actual == expected)

    def true(self, condition: object, what: str, of: Answer | None = None) -> bool:
        """A condition the check worked out itself holds; ``of`` is the answer it is about."""
        return self._note(of, what, "true", "true" if condition else "false", bool(condition))

    def kept(self, held: bool, what: str, actual: str, *, lost: bool) -> bool:
        """What was there before is there still; ``lost`` where it is seen to be gone.

        For ``conformance.trial.kept``, which looks.
        """
        self._collected.looked_for_loss = True
        return self._note(None, what, "still as it was", actual, held, lost=lost and not held)

    def lost(self, what: str, actual: str) -> None:
        """A request of the check, which should not have, destroyed or overwrote ``what``.

        For ``conformance.trial.losses``, which looks once the check has ended.
        """
        self._note(None, what, "still as it was", actual, False, lost=True)

    def _status(self, got: Answer, expected: str, held: bool) -> bool:
        self._collected.statuses.append(got)
        return self._note(got, "status", expected, _status(got), held)

    def _of_a_success(self, got: Answer) -> None:
        """What is looked at belongs to a 2xx, unless the check said which status it expects."""
        if not got.good and not any(got is looked_at for looked_at in self._collected.statuses):
            self._status(got, "2xx", False)

    def _look_at_the_root(self, got: Answer) -> None:
        """The right document under a root of another name is read; its name is wording.

        One check of documents, ``xml-safety.documents_have_the_names_of_s3``, fails for it.
        """
        if got.misnamed and not any(got is told for told in self._collected.misnamed):
            self._collected.misnamed.append(got)
            came, _, wanted = got.misnamed.partition(" instead of ")
            self.wording._note(got, "root element", wanted, came, False)

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
            if self._wording or got.by:  # what another client cannot show is not this cell's
                return True
            raise ClientCannotError(why)
        label = what
        if got is not None and got.operation:
            label = f"{got.operation}{f' by {got.by}' if got.by else ''}: {what}"
        noted = Expectation(
            what=label,
            expected=expected,
            actual=actual,
            ok=held,
            lost=lost,
            wording=self._wording,
            operation=got.operation if got is not None else "",
            answered=_status(got) if got is not None else "",
        )
        self._collected.noted.append(Noted(noted, got))
        return held


def show(value: Any) -> str:
    """A value for reading: repr, at most SHOWN characters, the length named where it is cut."""
    if isinstance(value, str) and value.isprintable() and value and len(value) <= SHOWN:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray) and len(value) > SHOWN // 4:
        return f"{len(value)} bytes {bytes(value[: SHOWN // 8])!r}…"
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def _alike(status: int, expected: tuple[int, ...]) -> bool:
    """Whether ``status`` is one of ``expected``, or no client tells it from one of them."""
    if status in expected:
        return True
    return any(
        status // 100 == one // 100 == 4 and not DECIDED_BY & {status, one} for one in expected
    )


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
    return f"failure: {show(got.complaint)}" if got.complaint else "failure"


def _matcher(expected: Any) -> str:
    if isinstance(expected, re.Pattern):
        return f"matches {expected.pattern}"
    if isinstance(expected, _Meaning):
        return str(expected)
    if isinstance(expected, _Condition):
        return expected.words
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


def _is_the_media_type(name: str, actual: str, expected: Any) -> bool:
    """Whether a Content-Type is the expected one in other letters."""
    said = isinstance(expected, str) and name.lower() == "content-type"
    return said and same_media_type(actual, expected)
