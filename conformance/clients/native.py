"""Answers of a client that does not speak S3: AIStore's own API, seen from a check about S3.

What such an answer cannot show (S3's headers, error codes, which success or which refusal) is the
client's limit and no fault of the endpoint: an expectation of it that does not hold becomes
`client_cannot`.
"""

from __future__ import annotations

import re
from typing import Any

from conformance.clients.base import Answer, ClientCannotError, Headers

KNOWN = frozenset(
    {"Buckets", "Name", "CreationDate", "Contents", "Key", "Size", "ContentLength", "Status"}
)  # members that AIStore's own API has a word for
_WHY = "AIStore's own API has no"


class ForeignHeaders(Headers):
    """Headers nobody can ask S3 questions of."""

    def __getitem__(self, name: str) -> str:
        raise ClientCannotError(f"{_WHY} header {name}")


class NativeAnswer(Answer):
    """An answer of AIStore's own API, with the members it has a word for under S3's names."""

    @property
    def wire_body(self) -> bytes:
        """No check about S3 can read it."""
        raise ClientCannotError(f"{_WHY} body that S3 has")

    @wire_body.setter
    def wire_body(self, given: bytes) -> None:
        self.native_body = given

    shown: frozenset[str] = KNOWN  # the members that this answer has a word for

    @property
    def shows_codes(self) -> bool:
        """As Answer: AIStore's own errors have no code of S3's."""
        return False

    def need(self, member: str) -> Any:
        if self.good and self.parsed.get(member) is None:
            raise ClientCannotError(f"{_WHY} {member}")
        return super().need(member)

    def beyond(self, what: str, expected: str) -> str | None:
        if what == "status":
            if 200 <= self.status < 300 and re.fullmatch(r"2\d\d( or 2\d\d)*", expected):
                return f"{_WHY} status of its own for this success"
            if 400 <= self.status < 500 and re.match(r"4\d\d", expected):
                return f"{_WHY} status of its own for this refusal"
            return None
        if what.startswith("error "):
            return f"{_WHY} S3 {what}"
        words = set(re.findall(r"\b[A-Z][A-Za-z]+", re.sub(r"'[^']*'", "", what)))
        foreign = sorted(words - self.shown)
        return f"{_WHY} {', '.join(foreign)}" if foreign else None
