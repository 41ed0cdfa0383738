"""What one exchange was answered with: its status and error code, as causes and reports say it."""

from __future__ import annotations

import re
from html import unescape

from conformance.model.records import Exchange

_MESSAGE = re.compile(r"<Message>([^<]{1,1000})</Message>")
_CODE = re.compile(r"<Code>([A-Za-z0-9._]{1,80})</Code>")


def status_of(exchange: Exchange) -> str:
    """The three digits of the answer; "" where none came."""
    line = exchange.response.start_line if exchange.response is not None else ""
    return (line.split(" ")[1:2] or [""])[0]


def code_of(exchange: Exchange) -> str:
    """The code of S3's error document in the answer; "" where it has none."""
    return next(iter(codes_of(exchange)), "")


def codes_of(exchange: Exchange) -> list[str]:
    """All codes in the answer: DeleteObjects answers one for each key that it could not delete."""
    text = exchange.response.body.text if exchange.response is not None else None
    return _CODE.findall(text or "")


def message_of(exchange: Exchange) -> str:
    """The message of S3's error document in the answer; "" where it has none."""
    text = exchange.response.body.text if exchange.response is not None else None
    found = _MESSAGE.search(text or "")
    return unescape(found.group(1)) if found else ""


def answer_of(exchange: Exchange) -> str:
    """Status and code: "501 NotImplemented", "204", or "no answer"."""
    if exchange.response is None:
        return "no answer"
    return " ".join(filter(None, (status_of(exchange), code_of(exchange))))
