"""The head of a request: one buffer of bytes to method, target, version and headers.

Strict where leniency has been used for request smuggling (RFC 9112, sections 2.2, 3, 5 and 11.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from server_ref.errors import S3Error

_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_KEPT_NAMES = 1024  # header names remembered in lower case

_names: dict[str, str] = {}


@dataclass(slots=True)
class Head:
    """``headers`` have lower-case names; repeated ones are joined by a comma."""

    method: str
    target: str
    version: str  # "1.0" or "1.1"
    headers: dict[str, str]
    encoding: str
    repeated: bool = False  # a header that may come only once came twice


def bad_request(message: str | None = None) -> S3Error:
    """S3's answer to what is not HTTP."""
    return S3Error("BadRequest", message)


def parse_head(data: bytes) -> Head:
    """``data`` is everything before the empty line. Raises S3Error BadRequest."""
    try:
        text = data.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        encoding = "latin-1"
    lines = text.split("\r\n")
    ends = len(lines) - 1
    if text.count("\n") != ends or text.count("\r") != ends or "\0" in text:
        raise bad_request()
    request_line = lines[0].split(" ")
    if len(request_line) != 3:
        raise bad_request()
    method, target, protocol = request_line
    if protocol == "HTTP/1.1":
        version = "1.1"
    elif protocol == "HTTP/1.0":
        version = "1.0"
    else:
        raise bad_request()
    if not _token(method) or not target:
        raise bad_request()
    headers: dict[str, str] = {}
    repeated = False
    known = _names
    del lines[0]
    for line in lines:
        name, colon, value = line.partition(":")
        lowered = known[name] if name in known else _learn(name)
        if not colon:
            raise bad_request()
        value = value.strip(" \t")
        if lowered in headers:
            if lowered in ("content-length", "host", "transfer-encoding", "authorization"):
                repeated = True
            headers[lowered] += "," + value
        else:
            headers[lowered] = value
    return Head(method, target, version, headers, encoding, repeated)


def _learn(name: str) -> str:
    """The name in lower case. Raises S3Error BadRequest when it is not a header's name."""
    if not _token(name):
        raise bad_request()
    lowered = name.lower()
    if len(_names) < _KEPT_NAMES:
        _names[name] = lowered
    return lowered
