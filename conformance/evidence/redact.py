"""The redactor: takes every secret out of records before they are written anywhere.

By place (signatures, credentials, tokens, customer keys, cookies) and by value: the secrets of
the run's own credentials are removed wherever they appear, in whatever encoding of these.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, TypeVar, cast
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import msgspec

from conformance.endpoint.endpoint import Credentials
from conformance.model import Body, Call, Exchange, Message

REDACTED = "REDACTED"
_SHORT = 8  # a secret of fewer characters is only removed where it stands alone
_FRAGMENT = 6  # characters of a secret that a cut may leave and that are removed too

T = TypeVar("T")

_SECRET_HEADERS = {
    "x-amz-security-token",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key",
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-s3session-token",
    "x-amz-trailer-signature",
    "cookie",
    "set-cookie",
    "proxy-authorization",
}
_CUSTOMER_KEYS = {name for name in _SECRET_HEADERS if name.endswith("customer-key")}
_WORD = r"[^\s&;,'\"<>\\)}\]]+"

# Each pattern keeps its first group and replaces what follows it.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Authorization, wherever it is quoted (the scope after the key stays: it helps)
        r"(\bCredential=)[^/\s,&%]+(?=/)",
        r"(\bSignature=)[0-9a-zA-Z+/=%]+",
        r"(\bAWS )[^\s:]+:[A-Za-z0-9+/=]+",  # signature version 2
        # presigned URLs, POST form fields, JSON of either
        r"(X-Amz-Signature['\"]?\s*[=:]\s*['\"]?)[0-9a-fA-F]+",
        r"(X-Amz-Credential['\"]?\s*[=:]\s*['\"]?)[^/%&\s'\"]+",
        rf"(X-Amz-Security-Token['\"]?\s*[=:]\s*['\"]?)(?!\$){_WORD}",
        rf"(AWSAccessKeyId['\"]?\s*[=:]\s*['\"]?){_WORD}",
        r"(name=\"x-amz-(?:signature|credential|security-token)\"\r?\n\r?\n)[^\r\n]+",
        # aws-chunked bodies and their trailer
        r"(chunk-signature=)[0-9a-fA-F]+",
        r"(x-amz-trailer-signature:\s*)[0-9a-fA-F]+",
        # S3's own error bodies
        r"(<SignatureProvided>)[^<]+",
        # keys of the customer: headers, members, options of the CLIs
        rf"(server-side-encryption-customer-key['\"]?\s*[=:]\s*['\"]?){_WORD}",
        r"(SSECustomerKey['\"]?\s*[=:]\s*)b?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")",
        rf"(SSECustomerKey['\"]?\s*[=:]\s*b?['\"]?){_WORD}",
        rf"(--(?:copy-source-)?sse-customer-key[ =]['\"]?)(?!fileb?:){_WORD}",
        rf"(--sse-c(?:-copy-source)?-key[ =]['\"]?)(?!fileb?:){_WORD}",
        # what the CLIs and SDKs call secrets
        rf"((?:aws_)?(?:secret_access_key|secret_key|session_token|access_token)"
        rf"['\"]?\s*[=:]\s*['\"]?)(?!\$){_WORD}",
        r"(\b(?:set-)?cookie:\s*)[^\r\n'\"]+",
    )
)


# Every pattern needs one of these; most texts hold none.
_TRIGGER = re.compile(
    r"signature|credential|token|customer|sse-c|secret|cookie|accesskeyid|AWS ", re.IGNORECASE
)


class Redactor:
    """Takes secrets out of records. ``credentials`` are those of the run; None are skipped."""

    def __init__(self, credentials: Iterable[Credentials | None] = ()) -> None:
        self._secrets: list[str] = []
        for one in credentials:
            if one is not None:
                self._secrets += [one.secret_key, *filter(None, [one.session_token])]
        self._values = _matcher(self._secrets)

    def record(self, record: T) -> T:
        """The same record (a Result, Call, Exchange, header or footer) without its secrets."""
        learned = list(_customer_keys(record))
        if learned:
            wider = Redactor()
            wider._secrets = [*self._secrets, *learned]
            wider._values = _matcher(wider._secrets)
            return cast(T, wider._walk(record))
        return cast(T, self._walk(record))

    def text(self, text: str) -> str:
        """A text without secrets."""
        if _TRIGGER.search(text) is not None:
            for pattern in _PATTERNS:
                text = pattern.sub(lambda found: found.group(1) + REDACTED, text)
        return self._values.sub(REDACTED, text) if self._values else text

    def data(self, data: bytes) -> bytes:
        """Bytes without secrets; what is not text stays as it is."""
        return self.text(data.decode("latin-1")).encode("latin-1")

    def _walk(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            return self.data(value)
        if isinstance(value, Body):
            return self._body(value)
        if isinstance(value, Message):
            return self._message(value)
        if isinstance(value, msgspec.Struct):
            changed = {name: self._walk(getattr(value, name)) for name in value.__struct_fields__}
            return msgspec.structs.replace(value, **changed)
        if isinstance(value, dict):
            return {self._walk(key): self._walk(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._walk(item) for item in value)
        return value

    def _message(self, message: Message) -> Message:
        headers = tuple(
            (self.text(name), self._header(name, value)) for name, value in message.headers
        )
        return msgspec.structs.replace(
            message,
            start_line=self.text(message.start_line),
            headers=headers,
            body=self._body(message.body),
        )

    def _header(self, name: str, value: str) -> str:
        known = name.strip().lower()
        if known in _SECRET_HEADERS:
            return REDACTED
        if known == "authorization" and not value.startswith(("AWS4-", "AWS ")):
            return REDACTED
        return self.text(value)

    def _body(self, body: Body) -> Body:
        if body.text is not None:
            text = self.text(body.text)
            if body.truncated:
                text = self._cut(text)
            return msgspec.structs.replace(body, text=text)
        if body.base64 is not None:
            kept = self.data(base64.b64decode(body.base64)).decode("latin-1")
            if body.truncated:
                kept = self._cut(kept)
            encoded = base64.b64encode(kept.encode("latin-1")).decode()
            return msgspec.structs.replace(body, base64=encoded)
        return body

    def _cut(self, text: str) -> str:
        """Remove the beginning of a secret that a truncation left at the end."""
        for secret in self._secrets:
            for form in _forms(secret):
                for length in range(min(len(form) - 1, len(text)), _FRAGMENT - 1, -1):
                    if text.endswith(form[:length]):
                        return text[:-length] + REDACTED
        return text


def _forms(secret: str) -> set[str]:
    """A secret as it may be written: plain, in a URL, in XML, JSON, Base64, Python, hex."""
    data = secret.encode()
    forms = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        escape(secret),
        escape(secret, {'"': "&quot;", "'": "&apos;"}),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode(),
        data.hex(),
    }
    latin = data.decode("latin-1")  # as bytes look that are shown one by one
    return {form for form in forms | {latin} if form}


def _matcher(secrets: Sequence[str]) -> re.Pattern[str] | None:
    parts: set[str] = set()
    for secret in secrets:
        for form in _forms(secret):
            plain = re.escape(form)
            parts.add(plain if len(form) >= _SHORT else rf"(?<!\w){plain}(?!\w)")
    if not parts:
        return None
    return re.compile("|".join(sorted(parts, key=len, reverse=True)))


def _customer_keys(record: Any) -> Iterable[str]:
    """The SSE-C keys that crossed the wire, Base64 as sent and as they are: secrets as well."""
    for exchange in _exchanges(record):
        for name, value in exchange.request.headers:
            if name.lower() in _CUSTOMER_KEYS and value:
                yield value
                try:
                    yield base64.b64decode(value, validate=True).decode()
                except (binascii.Error, UnicodeDecodeError):
                    continue  # not text: no other field can hold it as it is


def _exchanges(record: Any) -> Iterable[Exchange]:
    if isinstance(record, Exchange):
        yield record
    elif isinstance(record, Call):
        yield from record.exchanges
    else:
        for call in getattr(record, "calls", ()):
            yield from call.exchanges
