"""The redactor: takes every secret out of records before they are written anywhere.

By place: signatures, credentials, tokens, customer keys, cookies, what a metadata service hands
out. By value: the secrets of the run's own credentials, and those a record itself shows, are
removed wherever they appear, in whatever encoding. What a record *is* (its ids, client, row, level,
purpose, outcome) is never touched, whatever a secret is called.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, TypeVar, cast

import msgspec

from conformance.endpoint.endpoint import Credentials
from conformance.evidence.secrets import (
    REDACTED,
    SECRET_HEADERS,
    Secrets,
    asks_for_a_token,
    shown_by,
)
from conformance.model import (
    Body,
    Call,
    Exchange,
    Expectation,
    Message,
    Result,
    RunFooter,
    RunHeader,
)

__all__ = ["REDACTED", "Redactor"]

LONGEST_TEXT = 64 * 1024  # characters of one text that a record keeps
MOST_HEADERS = 200  # header lines of one message that a record keeps
MOST_LEARNED = 200  # secrets seen on the wire that one redactor remembers

T = TypeVar("T")

# What says what a record is. Nothing a secret is called may change it.
_STRUCTURE: dict[type, frozenset[str]] = {
    Result: frozenset(
        [
            "check",
            "client",
            "row",
            "outcome",
            "level",
            "spec",
            "verified",
            "proved_by",
            "claim",
            "declared",
            "severity",
            "seconds",
            "worker",
        ]
    ),
    Call: frozenset({"operation", "purpose", "client", "exit_code"}),
    Expectation: frozenset({"ok", "lost"}),
    Exchange: frozenset({"started", "milliseconds"}),
    RunHeader: frozenset(
        [
            "run_id",
            "started",
            "region",
            "addressing",
            "profile",
            "s3compat",
            "matrix",
            "python",
            "planned",
            "format",
        ]
    ),
    RunFooter: frozenset({"finished", "seconds", "counts"}),
}
# Our own sentences and names: a secret that is a word does not garble them.
_PROSE: dict[type, frozenset[str]] = {
    Result: frozenset({"title", "explanation"}),
    Expectation: frozenset({"what"}),
    Exchange: frozenset({"url"}),
    RunHeader: frozenset({"endpoint", "url", "clients", "selection", "generation"}),
    RunFooter: frozenset({"leftovers", "ended_by"}),
}
_COMMANDS: dict[type, frozenset[str]] = {
    Call: frozenset({"command"}),
    Exchange: frozenset({"curl"}),
}
_NONE: frozenset[str] = frozenset()


class Redactor:
    """Takes secrets out of records. ``credentials`` are those of the run; None are skipped.

    Credentials that cross the wire while it works (of a metadata service, of CreateSession) are
    secrets from then on.
    """

    def __init__(self, credentials: Iterable[Credentials | None] = ()) -> None:
        given: list[str] = []
        for one in credentials:
            if one is not None:
                given += [one.secret_key, *filter(None, [one.session_token])]
        self._secrets = Secrets(given)
        self._given = len(self._secrets.values)

    def record(self, record: T) -> T:
        """The same record (a Result, Call, Exchange, header or footer) without its secrets."""
        keys, credentials = shown_by(_exchanges(record))
        known = set(self._secrets.values)
        if credentials - known and len(known) - self._given < MOST_LEARNED:
            self._secrets = Secrets([*self._secrets.values, *sorted(credentials)])
        extra = sorted((keys | credentials) - set(self._secrets.values))
        secrets = Secrets([*self._secrets.values, *extra]) if extra else self._secrets
        return cast(T, _Walk(secrets).value(record))

    def text(self, text: str) -> str:
        """A text without secrets."""
        return self._secrets.text(text)

    def data(self, data: bytes) -> bytes:
        """Bytes without secrets; what is not text stays as it is."""
        return self.text(data.decode("latin-1")).encode("latin-1")


class _Walk:
    """One way through a record, field by field."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def value(self, value: Any, change: Callable[[str], str] | None = None) -> Any:
        change = change or self._text
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return change(value)
        if isinstance(value, bytes):
            return change(value.decode("latin-1")).encode("latin-1")
        if isinstance(value, Body):
            return self._body(value)
        if isinstance(value, Message):
            return self._message(value)
        if isinstance(value, Exchange):
            return self._exchange(value)
        if isinstance(value, Expectation):
            return self._expectation(value)
        if isinstance(value, msgspec.Struct):
            return self._struct(value)
        if isinstance(value, dict):
            return {
                self._secrets.prose(key): self.value(item, change) for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return type(value)(self.value(item, change) for item in value)
        return value

    def _struct(self, record: msgspec.Struct) -> Any:
        kind = type(record)
        changed = {}
        for name in record.__struct_fields__:
            if name in _STRUCTURE.get(kind, _NONE):
                continue
            change = self._text
            if name in _PROSE.get(kind, _NONE):
                change = self._prose
            elif name in _COMMANDS.get(kind, _NONE):
                change = self._command
            changed[name] = self.value(getattr(record, name), change)
        return msgspec.structs.replace(record, **changed)

    def _expectation(self, seen: Expectation) -> Any:
        """What was expected and came, of a header that is a secret, is one."""
        name = seen.what.removeprefix("header ").removeprefix("no header ").strip().lower()
        redacted = self._struct(seen)
        if name not in SECRET_HEADERS:
            return redacted
        hidden = {
            side: REDACTED
            for side in ("expected", "actual")
            if getattr(seen, side) not in ("absent", "")
        }
        return msgspec.structs.replace(redacted, **hidden)

    def _exchange(self, exchange: Exchange) -> Any:
        redacted = self._struct(exchange)
        if asks_for_a_token(exchange) and redacted.response is not None:
            body = msgspec.structs.replace(redacted.response.body, text=REDACTED, base64=None)
            answer = msgspec.structs.replace(redacted.response, body=body)
            redacted = msgspec.structs.replace(redacted, response=answer)
        return redacted

    def _message(self, message: Message) -> Message:
        headers = tuple(
            (self._text(name), self._header(name, value))
            for name, value in message.headers[:MOST_HEADERS]
        )
        if len(message.headers) > MOST_HEADERS:
            headers += (("…", f"{len(message.headers) - MOST_HEADERS} more header lines"),)
        return msgspec.structs.replace(
            message,
            start_line=self._text(message.start_line),
            headers=headers,
            body=self._body(message.body),
        )

    def _header(self, name: str, value: str) -> str:
        known = name.strip().lower()
        if known in SECRET_HEADERS:
            return REDACTED
        if known == "authorization" and not value.startswith(("AWS4-", "AWS ")):
            return REDACTED
        return self._text(value)

    def _body(self, body: Body) -> Body:
        if body.text is not None:
            text = self._text(body.text)
            if body.truncated:
                text = self._secrets.cut(text)
            return msgspec.structs.replace(body, text=text)
        if body.base64 is not None:
            kept = self._text(base64.b64decode(body.base64).decode("latin-1"))
            if body.truncated:
                kept = self._secrets.cut(kept)
            encoded = base64.b64encode(kept.encode("latin-1", "replace")).decode()
            return msgspec.structs.replace(body, base64=encoded)
        return body

    def _text(self, text: str) -> str:
        if self._secrets.whole(text):
            return REDACTED
        return self._clipped(text, self._secrets.text)

    def _prose(self, text: str) -> str:
        return self._clipped(text, self._secrets.prose)

    def _command(self, text: str) -> str:
        return self._clipped(text, self._secrets.command)

    def _clipped(self, text: str, change: Callable[[str], str]) -> str:
        """Cut first, then redacted: a text of any length costs what its beginning costs."""
        if len(text) <= LONGEST_TEXT:
            return change(text)
        kept = self._secrets.cut(change(text[:LONGEST_TEXT]))
        return f"{kept}… (cut: {len(text)} characters)"


def _exchanges(record: Any) -> Iterable[Exchange]:
    if isinstance(record, Exchange):
        yield record
    elif isinstance(record, Call):
        yield from record.exchanges
    else:
        for call in getattr(record, "calls", ()):
            yield from call.exchanges
