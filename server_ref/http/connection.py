"""One connection: heads in, answers out, until either side ends it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol

from server_ref.errors import S3Error
from server_ref.http.body import Body, NoBody, open_body
from server_ref.http.head import Head, bad_request, parse_head
from server_ref.http.limits import Limits
from server_ref.http.send import close_payload, send_response
from server_ref.http.wire import Silence, Wire
from server_ref.request import Request
from server_ref.response import UNKNOWN, Payload, Response

_RECEIVE = 1 << 16
_TLS_RECORD = b"\x16\x03"  # a client that speaks TLS to a plain port would wait for an answer
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 1 << 26


class _Unfinished(Exception):  # noqa: N818 - says what the head is
    """A head that will not be read to its end: what to answer, and what there is of it."""

    def __init__(self, error: S3Error, data: bytes) -> None:
        super().__init__(str(error))
        self.error = error
        self.data = data


class Application(Protocol):
    """What answers requests. Neither function raises."""

    def respond(self, request: Request) -> Response:
        """The answer to a request."""
        ...

    def refuse(self, error: S3Error, method: str) -> Response:
        """The answer to what could not be read as a request."""
        ...


Log = Callable[[Request, Response, int, float], None]  # bytes of body sent, seconds


class Connection:
    """Reads and answers the requests of one socket."""

    def __init__(
        self,
        wire: Wire,
        application: Application,
        limits: Limits,
        *,
        address: str,
        secure: bool,
        log: Log | None,
    ) -> None:
        self._wire = wire
        self._application = application
        self._limits = limits
        self._address = address
        self._secure = secure
        self._log = log
        self.idle = True
        self.idle_since = math.inf  # of the monotonic clock; infinite with a piece of a head, too
        self.ending = False  # no further request

    def run(self) -> None:
        """Until the connection ends. Raises OSError when it broke."""
        try:
            while self._exchange():
                pass
        except Silence:
            return

    def _exchange(self) -> bool:
        """One request and its answer; whether another may follow."""
        self.idle = True
        self.idle_since = math.inf if self._wire.pending else time.monotonic()
        try:
            data = self._read_head()
        except _Unfinished as unfinished:
            return self._refuse(unfinished.error, _apparent_method(unfinished.data))
        if data is None:
            return False
        self.idle = False
        limits = self._limits
        try:
            head = parse_head(data)
            self._check(head, len(data))
            if limits.chunked_wins and "transfer-encoding" in head.headers:
                head.headers.pop("content-length", None)
            self._wire.expect_body(limits.body_patience, limits.body_pace)
            self._wire.expect_reader(limits.answer_patience, limits.answer_pace)
            body = open_body(
                head, self._wire, strict=limits.strict_framing, expect=limits.expect_continue
            )
        except S3Error as error:
            return self._refuse(error, _apparent_method(data))
        headers = head.headers
        method = head.method
        request = Request(
            method,
            head.target,
            None,
            None,
            {},
            headers,
            body,
            headers.get("host", ""),
            self._secure,
            False,
            self._address,
            "",
            head.encoding,
            tls=self._wire.tls,
        )
        started = time.perf_counter() if self._log else 0.0
        response = self._application.respond(request)
        unread = body.unread
        keep = limits.keep_alive and not response.close and not self.ending
        if keep:
            wish = headers.get("connection")
            if head.version == "1.0":
                keep = wish is not None and wish.lower() == "keep-alive"
                keep = keep and getattr(response.body, "length", None) != UNKNOWN
                if keep:
                    response.headers["Connection"] = "keep-alive"
            elif wish is not None and "close" in wish.lower():
                keep = False
        if keep and (unread is None or unread > limits.drain or (unread and body.awaits_continue)):
            keep = False
        if not keep:
            response.headers.setdefault("Connection", "close")
        chunks = head.version != "1.0"
        if self._log is None:
            head_only = request.method == "HEAD"
            send_response(self._wire, response, head_only=head_only, chunks=chunks)
        else:
            self._send_logged(request, response, started, chunks)
        if not keep:
            if unread != 0:
                self._wire.linger(_LINGER_SECONDS, _LINGER_BYTES)
            return False
        return not unread or _drain(body)

    def _send_logged(
        self, request: Request, response: Response, started: float, chunks: bool
    ) -> None:
        sent = 0
        head_only = request.method == "HEAD"
        try:
            sent = send_response(self._wire, response, head_only=head_only, chunks=chunks)
        finally:
            assert self._log is not None
            self._log(request, response, sent, time.perf_counter() - started)

    def _refuse(self, error: S3Error, method: str) -> bool:
        """Answer what is no request, and end: where the next one starts is not known."""
        response = self._application.refuse(error, method)
        response.headers["Connection"] = "close"
        if isinstance(response.body, Payload):
            close_payload(response.body)
            response.body = b""
        send_response(self._wire, response, head_only=method == "HEAD")
        self._wire.linger(_LINGER_SECONDS, _LINGER_BYTES)
        return False

    def _read_head(self) -> bytes | None:
        """The bytes before the empty line; None when the connection ended between requests.

        Raises _Unfinished for a head too long or too slow, Silence for an idle connection.
        """
        wire = self._wire
        data = wire.pending
        limits = self._limits
        deadline = time.monotonic() + limits.head_time if data else 0.0
        quiet = 0.0
        while True:
            while data[:2] == b"\r\n":  # RFC 9112, section 2.2: empty lines before a request
                data = data[2:]
            if data[:2] == _TLS_RECORD:
                self.idle = False
                raise _Unfinished(bad_request(), b"")
            end = data.find(b"\r\n\r\n")
            if end >= 0:
                wire.pending = data[end + 4 :]
                return data[:end]
            if len(data) > limits.head:
                self.idle = False
                raise _Unfinished(_too_long(data, limits), data)
            if self.ending and not data:
                return None
            try:
                more = wire.receive(_RECEIVE)
            except Silence:
                if data:
                    raise _Unfinished(S3Error("RequestTimeout"), data) from None
                quiet += limits.head_time
                if quiet >= limits.idle_time:
                    raise
                continue
            self.idle_since = math.inf
            if not more:
                if data.strip():
                    raise _Unfinished(bad_request(), data)
                return None
            if data:
                if time.monotonic() > deadline:
                    raise _Unfinished(S3Error("RequestTimeout"), data)
            elif len(more) < 4 or more[-4:] != b"\r\n\r\n":
                deadline = time.monotonic() + limits.head_time
            data = data + more if data else more

    def _check(self, head: Head, size: int) -> None:
        """The limits on a head that was read. Raises S3Error."""
        limits = self._limits
        if size > limits.header_section:
            if len(head.target) > limits.target:
                raise _uri_too_long()
            if size - len(head.target) > limits.header_section:
                raise S3Error("RequestHeaderSectionTooLarge", MaxSizeAllowed=limits.header_section)
        headers = head.headers
        if head.repeated and limits.strict_framing:
            raise bad_request()
        if limits.host_required and "host" not in headers and head.version == "1.1":
            raise bad_request()
        if head.version == "1.0" and not limits.http_1_0:
            raise bad_request()


def _apparent_method(data: bytes) -> str:
    """The method of a head that may not be readable: a HEAD's answer has no body even then."""
    return "HEAD" if data[:5].upper() == b"HEAD " else "GET"


def _uri_too_long() -> S3Error:
    return S3Error("InvalidURI", "The request URI is too long.", status=414)


def _too_long(data: bytes, limits: Limits) -> S3Error:
    line = data.find(b"\r\n")
    if line < 0 or line > limits.target:
        return _uri_too_long()
    return S3Error("RequestHeaderSectionTooLarge", MaxSizeAllowed=limits.header_section)


def _drain(body: Body) -> bool:
    """Read what is left of a body; whether that worked."""
    if isinstance(body, NoBody):
        return True
    try:
        while body.read():
            pass
    except S3Error:
        return False
    return True
