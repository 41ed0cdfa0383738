"""Request bodies as the transport reads them: of a known length, chunked, or none."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping

from server_ref.errors import S3Error
from server_ref.http.head import Head, bad_request
from server_ref.http.wire import Silence, Wire

_NO_TRAILERS: Mapping[str, str] = {}
_LONGEST_LINE = 4096
_MOST_TRAILERS = 64

_length = re.compile(r"[0-9]{1,19}").fullmatch
_chunk_size = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?").fullmatch

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class NoBody:
    """A request without a body."""

    __slots__ = ()

    length: int | None = 0
    trailers: Mapping[str, str] = _NO_TRAILERS
    unread: int | None = 0
    awaits_continue = False

    def read(self, _size: int = 1 << 18, /) -> bytes:
        """b""."""
        return b""


class LengthBody:
    """Exactly Content-Length bytes."""

    __slots__ = ("_wire", "awaits_continue", "length", "trailers", "unread")

    def __init__(self, wire: Wire, length: int, *, awaits_continue: bool) -> None:
        self._wire = wire
        self.length: int | None = length
        self.unread: int | None = length
        self.trailers = _NO_TRAILERS
        self.awaits_continue = awaits_continue

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Raises S3Error IncompleteBody, RequestTimeout."""
        left = self.unread or 0
        if not left:
            return b""
        data = _read(self, self._wire, min(size, left))
        self.unread = left - len(data)
        return data


class TransferBody:
    """Transfer-Encoding: chunked (RFC 9112, section 7.1); its end is known when it is read."""

    __slots__ = ("_left", "_wire", "awaits_continue", "length", "trailers", "unread")

    def __init__(self, wire: Wire, *, awaits_continue: bool) -> None:
        self._wire = wire
        self._left = 0
        self.length: int | None = None
        self.unread: int | None = None  # unknown; 0 at the end
        self.trailers = _NO_TRAILERS
        self.awaits_continue = awaits_continue

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Raises S3Error IncompleteBody, RequestTimeout, BadRequest."""
        if self.unread == 0:
            return b""
        if not self._left:
            match = _chunk_size(self._line())
            if match is None:
                raise bad_request()
            self._left = int(match[1], 16)
            if not self._left:
                for _ in range(_MOST_TRAILERS):
                    if not self._line():
                        self.unread = 0
                        return b""
                raise bad_request()
        data = _read(self, self._wire, min(size, self._left))
        self._left -= len(data)
        if not self._left and self._line():
            raise bad_request()
        return data

    def _line(self) -> bytes:
        wire = self._wire
        while (end := wire.pending.find(b"\r\n")) < 0:
            if len(wire.pending) > _LONGEST_LINE:
                raise bad_request()
            pending, wire.pending = wire.pending, b""
            wire.pending = pending + _read(self, wire, _LONGEST_LINE)
        line = wire.pending[:end]
        wire.pending = wire.pending[end + 2 :]
        return line


Body = NoBody | LengthBody | TransferBody

_none = NoBody()


def _read(body: LengthBody | TransferBody, wire: Wire, size: int) -> bytes:
    try:
        if body.awaits_continue:
            body.awaits_continue = False
            if not wire.pending:
                wire.send(CONTINUE)
        data = wire.take(size)
        wire.arrived(len(data))
    except Silence:
        raise S3Error("RequestTimeout") from None
    except OSError:
        data = b""
    if not data:
        raise S3Error("IncompleteBody")
    return data


def open_body(head: Head, wire: Wire, *, strict: bool, expect: bool) -> Body:
    """The body a head announces; a length that was not given reads as no body.

    Raises S3Error BadRequest for lengths that contradict each other or are none, NotImplemented
    for a transfer coding other than chunked.
    """
    headers = head.headers
    length_text = headers.get("content-length")
    coding = headers.get("transfer-encoding")
    if length_text is None and coding is None:
        return _none
    if not strict and length_text is not None:
        coding = None
        length_text = length_text.split(",")[-1].strip().lstrip("+")
    # any other expectation is served as if it were not there
    awaits = (
        expect and headers.get("expect", "").lower() == "100-continue" and head.version == "1.1"
    )
    if coding is not None:
        if length_text is not None or (head.version == "1.0" and strict):
            raise bad_request()
        if coding.lower() != "chunked":
            raise S3Error("NotImplemented", Header="Transfer-Encoding")
        return TransferBody(wire, awaits_continue=awaits)
    assert length_text is not None
    if not _length(length_text):
        raise bad_request()
    length = int(length_text)
    if length:
        return LengthBody(wire, length, awaits_continue=awaits)
    if awaits and not wire.pending:  # botocore before 1.43.117 waits for it, with nothing to send
        with contextlib.suppress(OSError, Silence):  # the answer will meet the same trouble
            wire.send(CONTINUE)
    return _none
