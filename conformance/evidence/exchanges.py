"""From recorded bytes to exchanges: requests and answers, as h11 reads them.

What h11 refuses is shown all the same, with a note saying why; nothing that crossed the wire is
hidden. What an exchange means to S3 is not decided here.
"""

from __future__ import annotations

import base64
import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import h11

from conformance.evidence import recorder, tripwire
from conformance.model import Body, Exchange, Message

KEPT = 8 * 1024  # bytes of a body that a record keeps
MOST_INTERIM = 20  # 1xx answers that a record keeps
_HEAD_LIMIT = 1 << 20  # bytes of a head h11 waits for before it refuses it


@dataclass
class Recorded:
    """One exchange as recorded, not yet redacted, and the whole body of its answer."""

    exchange: Exchange
    response_body: bytes = b""


@dataclass
class _Message:
    """One half of an exchange, growing as its bytes arrive."""

    request: bool
    head_only: bool = False  # an answer to HEAD
    keep_all: bool = False
    start_line: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    interim: list[Message] = field(default_factory=list)
    complete: bool = False
    note: str | None = None
    at: float = 0.0
    last: float = 0.0
    size: int = 0
    kept: bytearray = field(default_factory=bytearray)
    blocks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        role = h11.SERVER if self.request else h11.CLIENT
        self._parser: h11.Connection | None = h11.Connection(
            role, max_incomplete_event_size=_HEAD_LIMIT
        )
        self._digest = hashlib.sha256()
        self._raw = bytearray()  # of the head, until it is read
        self._left: int | None = None  # body bytes to come of an answer h11 refused
        if not self.request:
            method = "HEAD" if self.head_only else "GET"
            self._parser.send(h11.Request(method=method, target="/", headers=[("Host", "x")]))
            self._parser.send(h11.EndOfMessage())

    @property
    def begun(self) -> bool:
        return bool(self.start_line or self._raw)

    def feed(self, data: bytes, at: float) -> bytes:
        """Take bytes; returns those that belong to the next message. ``b""`` is the end."""
        self.at = self.at or at
        self.last = at
        if self._parser is None:
            return self._feed_refused(data)
        if not self.start_line:
            self._raw += data
        try:
            self._parser.receive_data(data)
            return self._read()
        except h11.RemoteProtocolError as refusal:
            return self._refused(str(refusal))

    def _read(self) -> bytes:
        parser = self._parser
        if parser is None:
            return b""
        while True:
            event = parser.next_event()
            if isinstance(event, h11.Request):
                version = event.http_version.decode()
                target = event.target.decode("latin-1")
                self._head(f"{event.method.decode()} {target} HTTP/{version}", event.headers)
            elif isinstance(event, h11.InformationalResponse):
                self._head(_status_line(event), event.headers)
                if len(self.interim) < MOST_INTERIM:
                    self.interim.append(Message(self.start_line, self.headers))
                self.start_line, self.headers = "", ()
                self._raw += parser.trailing_data[0]  # what came with it, of the next head
            elif isinstance(event, h11.Response):
                self._head(_status_line(event), event.headers)
            elif isinstance(event, h11.Data):
                self._take(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                self.headers += _pairs(event.headers)  # trailers
                self.complete = True
                return bytes(parser.trailing_data[0])
            else:  # NEED_DATA, PAUSED or ConnectionClosed: nothing more for now
                return b""

    def _head(self, start_line: str, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self.start_line, self.headers = start_line, _pairs(headers)
        self._raw.clear()

    def _take(self, data: bytes) -> None:
        self.size += len(data)
        self._digest.update(data)
        if len(self.kept) < KEPT:
            self.kept += data[: KEPT - len(self.kept)]
        if self.keep_all:
            self.blocks.append(data)

    def _refused(self, why: str) -> bytes:
        """Show a message h11 does not accept: its head split by hand, what follows as body.

        Returns what belongs to the next message.
        """
        self.note = f"not HTTP as h11 reads it: {why}"
        self._parser = None
        if self.start_line:  # the head was fine, the body's framing is not
            return b""
        head, gap, rest = bytes(self._raw).partition(b"\r\n\r\n")
        self._raw.clear()
        lines = head.decode("latin-1").split("\r\n")
        self.start_line = lines[0]
        self.headers = tuple(
            (name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])
        )
        if not self.request and gap:
            self._left = self._declared_length()
        return self._feed_refused(rest)

    def _declared_length(self) -> int | None:
        if self.head_only or self.start_line.split(" ")[1:2] in (["204"], ["304"]):
            return 0
        lengths = {value for name, value in self.headers if name.lower() == "content-length"}
        if len(lengths) == 1 and (only := lengths.pop()).isascii() and only.isdigit():
            return int(only)
        return None

    def _feed_refused(self, data: bytes) -> bytes:
        if self._left is None:
            self._take(data)
            return b""
        body, rest = data[: self._left], data[self._left :]
        self._take(body)
        self._left -= len(body)
        self.complete = self._left == 0
        return rest

    def message(self) -> Message:
        if self._raw and not self.start_line:  # a head that never came to its end
            lines = bytes(self._raw).decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines[1:] if line)
            return Message(
                lines[0],
                tuple((name, value.strip()) for name, _, value in pairs),
                complete=False,
            )
        return Message(self.start_line, self.headers, self._body(), self.complete)

    def _body(self) -> Body:
        cut = self.size > len(self.kept)
        digest = self._digest.hexdigest() if cut else None
        return describe_body(bytes(self.kept), self.size, digest)


def refused_exchange(where: str, at: float = 0.0) -> Recorded:
    """What shows that the tripwire kept a client from ``where`` (``host:port``)."""
    note = f"{tripwire.REFUSED}{where} is not the endpoint's, nor declared"
    return Recorded(Exchange(f"http://{where}", Message("(not sent)"), started=at, note=note))


def describe_body(kept: bytes, size: int, sha256: str | None = None) -> Body:
    """The record of a body of ``size`` bytes of which ``kept`` are at hand."""
    cut = size > len(kept)
    text: str | None = None
    for trim in range(4 if cut else 1):  # a cut may fall inside a character
        try:
            text = kept[: len(kept) - trim].decode()
            break
        except UnicodeDecodeError:
            continue
    if not kept:
        return Body(size=size, truncated=cut, sha256=sha256)
    if text is not None:
        return Body(size=size, text=text, truncated=cut, sha256=sha256)
    encoded = base64.b64encode(kept).decode()
    return Body(size=size, base64=encoded, truncated=cut, sha256=sha256)


def _pairs(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    spelled = getattr(headers, "raw_items", None)  # h11.Headers keeps the spelling aside
    raw = spelled() if spelled is not None else headers
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def _status_line(event: h11.Response | h11.InformationalResponse) -> str:
    reason = event.reason.decode("latin-1")
    return f"HTTP/{event.http_version.decode()} {event.status_code} {reason}".rstrip()


class ConnectionReader:
    """Reads one connection, event by event; ``finished`` grows by each exchange that is whole."""

    def __init__(self, url: str, *, keep_bodies: bool = True) -> None:
        self.url = url
        self.finished: list[Recorded] = []
        self._keep_bodies = keep_bodies
        self._waiting: deque[_Message] = deque()  # requests sent whole, not yet answered
        self._request = _Message(request=True)
        self._response: _Message | None = None
        self._trouble: str | None = None

    @property
    def unanswered(self) -> int:
        """Requests begun and not answered yet."""
        return len(self._waiting) + self._request.begun

    def feed(self, event: recorder.Event) -> None:
        """Take the next event of this connection."""
        if event.kind == recorder.SENT:
            self._sent(event.data, event.at)
        elif event.kind == recorder.RECEIVED:
            self._received(event.data, event.at)
        elif event.kind == recorder.ENDED:
            self._ended(event.at)
        elif event.kind == recorder.TROUBLE:
            self._trouble = event.data.decode("utf-8", "replace")
        elif event.kind == recorder.REFUSED:
            self.finished.append(refused_exchange(event.data.decode("utf-8", "replace"), event.at))

    def close(self) -> None:
        """Nothing more will come: what is unfinished becomes exchanges with a note."""
        while self.unanswered or (self._response is not None and self._response.begun):
            self._finish()

    def _sent(self, data: bytes, at: float) -> None:
        while data:
            data = self._request.feed(data, at)
            if self._request.complete:
                self._waiting.append(self._request)
                self._request = _Message(request=True)

    def _received(self, data: bytes, at: float) -> None:
        while data:
            if self._response is None:
                self._response = self._begin_response()
            data = self._response.feed(data, at)
            if self._response.complete:
                self._finish()

    def _begin_response(self) -> _Message:
        asked = self._waiting[0] if self._waiting else self._request
        head_only = asked.start_line.startswith("HEAD ")
        return _Message(request=False, head_only=head_only, keep_all=self._keep_bodies)

    def _ended(self, at: float) -> None:
        if self._response is not None:
            self._response.feed(b"", at)
            if self._response.complete:
                self._finish()

    def _finish(self) -> None:
        if self._waiting:
            asked = self._waiting.popleft()
        else:  # answered before the request was whole, or never asked
            asked, self._request = self._request, _Message(request=True)
        answer, self._response = self._response, None
        notes = [asked.note] if asked.note else []
        if not asked.begun and not asked.complete:
            notes.append("these bytes answer no request of this call")
        if answer is None or not answer.begun:
            notes.append(self._trouble or "no answer came")
        else:
            notes += [answer.note] if answer.note else []
            if not answer.complete:
                notes.append(self._trouble or "the connection ended before the answer did")
        started = asked.at or (answer.at if answer else 0.0)
        ended = answer.last if answer and answer.last else asked.last
        exchange = Exchange(
            url=self.url,
            request=asked.message(),
            response=answer.message() if answer is not None and answer.begun else None,
            interim=tuple(answer.interim) if answer else (),
            started=started,
            milliseconds=round(max(0.0, ended - started) * 1000, 3),
            note="; ".join(notes) or None,
        )
        self.finished.append(Recorded(exchange, b"".join(answer.blocks) if answer else b""))


def read_exchanges(events: Iterable[recorder.Event]) -> list[Recorded]:
    """Every exchange of a log, in the order of their requests; unfinished ones say so."""
    readers: dict[int, ConnectionReader] = {}
    for event in events:
        if event.kind == recorder.OPENED:
            readers[event.connection] = ConnectionReader(event.data.decode())
        else:
            readers[event.connection].feed(event)
    for reader in readers.values():
        reader.close()
    found = [recorded for reader in readers.values() for recorded in reader.finished]
    return sorted(found, key=lambda recorded: recorded.exchange.started)
