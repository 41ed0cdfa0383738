"""An answer onto the wire: head and small body in one packet, files by sendfile."""

from __future__ import annotations

import re
from http import HTTPStatus

from server_ref.http.wire import Wire
from server_ref.response import UNKNOWN, Payload, Response, Segment

_SMALL = 1 << 16  # a body up to this many bytes is copied behind its head

_REASONS = {int(status): f"HTTP/1.1 {int(status)} {status.phrase}" for status in HTTPStatus}

_breaks = re.compile(r"[\r\n\0]")


def encode_head(status: int, headers: dict[str, str]) -> bytes:
    """The head with its empty line; no value can end its line."""
    lines = [_REASONS.get(status) or f"HTTP/1.1 {status} Status"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    text = "\r\n".join(lines)
    ends = len(lines) - 1
    if text.count("\n") != ends or text.count("\r") != ends or "\0" in text:
        text = "\r\n".join([_breaks.sub(" ", line) for line in lines])
    text += "\r\n\r\n"
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def send_response(wire: Wire, response: Response, *, head_only: bool, chunks: bool = True) -> int:
    """Send all of it; gives the bytes of body sent. Files and iterators are closed in any case.

    Without ``chunks`` (HTTP/1.0 has none) the connection's end is that of a body of UNKNOWN length.
    Raises Silence, OSError, EOFError, and what an iterator raises: the connection is useless then.
    """
    body = response.body
    headers = response.headers
    status = response.status
    if isinstance(body, Payload):
        if body.length == UNKNOWN:
            return _send_unknown(wire, response, body, chunks)
        return _send_payload(wire, response, body, head_only)
    if status == 204 or status == 304 or status < 200:
        wire.send(encode_head(status, headers))
        return 0
    if head_only:
        if body and "Content-Length" not in headers:
            headers["Content-Length"] = str(len(body))
        wire.send(encode_head(status, headers))
        return 0
    if "Content-Length" not in headers:
        headers["Content-Length"] = str(len(body))
    head = encode_head(status, headers)
    if len(body) <= _SMALL:
        wire.send(head + body)
    else:
        wire.send_pieces((head, body))
    return len(body)


def _send_unknown(wire: Wire, response: Response, payload: Payload, chunks: bool) -> int:
    """A body whose length nobody knows yet."""
    if chunks:
        response.headers["Transfer-Encoding"] = "chunked"
    sent = 0
    try:
        wire.send(encode_head(response.status, response.headers), more=True)
        for chunk in payload.chunks or ():
            if chunk:
                wire.send(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunks else chunk)
                sent += len(chunk)
        if chunks:
            wire.send(b"0\r\n\r\n")
    finally:
        close_payload(payload)
    return sent


def _send_payload(wire: Wire, response: Response, payload: Payload, head_only: bool) -> int:
    response.headers.setdefault("Content-Length", str(payload.length))
    try:
        head = encode_head(response.status, response.headers)
        parts = payload.parts
        if head_only or not payload.length:
            wire.send(head)
            return 0
        if payload.chunks is not None:
            wire.send(head, more=True)
            sent = 0
            for chunk in payload.chunks:
                wire.send(chunk)
                sent += len(chunk)
            if sent != payload.length:
                raise EOFError("a streamed body is not as long as was announced")
            return sent
        if len(parts) == 1 and parts[0].__class__ is bytes and len(parts[0]) <= _SMALL:
            wire.send(head + parts[0])
            return payload.length
        wire.send(head, more=True)
        for part in parts:
            if isinstance(part, Segment):
                wire.send_file(part.file, part.offset, part.length)
            else:
                wire.send(part)
        return payload.length
    finally:
        close_payload(payload)


def close_payload(payload: Payload) -> None:
    """Close what a payload holds open."""
    for part in payload.parts:
        if isinstance(part, Segment):
            part.file.close()
    close = getattr(payload.chunks, "close", None)
    if close is not None:
        close()
