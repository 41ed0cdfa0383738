"""Sends bytes as they stand on a socket and reads what comes back, all of it recorded.

Knows HTTP only as far as it must to see that an answer has come to its end (h11 does that).
"""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from conformance.endpoint.endpoint import Endpoint
from conformance.evidence import localhost_names
from conformance.evidence.exchanges import ConnectionReader, Recorded
from conformance.evidence.recorder import ENDED, RECEIVED, SENT, TROUBLE, Event, Limit

BLOCK = 64 * 1024
TIMEOUT = 30.0  # seconds between two reads
_IDLE_LIMIT = 2.0  # seconds after which an idle connection is not used again

_numbers = itertools.count(1)


class Transport:
    """Connections to one endpoint. One idle connection is kept for the next request."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        parts = urlsplit(endpoint.url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if endpoint.secure else 80)
        host = f"[{self._host}]" if ":" in self._host else self._host
        self._url = f"{parts.scheme}://{host}:{self._port}"
        self._tls = endpoint.tls()
        localhost_names.install_for(endpoint.host)
        self._idle: tuple[socket.socket, float] | None = None
        self._lock = threading.Lock()

    def exchange(self, blocks: Iterable[bytes], *, timeout: float = TIMEOUT) -> list[Recorded]:
        """Send one request, block by block, and read its answer (on a kept connection, maybe)."""
        number = next(_numbers)
        reader = ConnectionReader(self._url)
        try:
            connection = self._take() or self._connect(timeout)
        except OSError as problem:
            return [_unreached(self._url, blocks, problem)]
        whole = False
        try:
            limit = Limit()
            connection.settimeout(limit.left(timeout))
            self._send(connection, blocks, reader, number, limit)
            while not reader.finished and self._receive(connection, reader, number, limit):
                pass
            whole = bool(reader.finished) and reader.unanswered == 0
        finally:
            if whole and _may_be_kept(reader.finished[-1]):
                self._keep(connection)
            else:
                connection.close()
        reader.close()
        return reader.finished

    def wire(self, data: bytes, *, timeout: float, hang_up: bool = False) -> list[Recorded]:
        """Send ``data`` as it stands on a new connection, and read every answer to it.

        Ends when every request in ``data`` is answered, when the connection ends, or after
        ``timeout`` seconds without a byte. With ``hang_up`` the server is told after ``data`` that
        nothing more will come, as when a program is ended in the middle of an upload.
        """
        number = next(_numbers)
        reader = ConnectionReader(self._url)
        try:
            connection = self._connect(timeout)
        except OSError as problem:
            return [_unreached(self._url, [data], problem)]
        with contextlib.closing(connection):
            limit = Limit()
            connection.settimeout(limit.left(timeout))
            self._send(connection, [data], reader, number, limit)
            if hang_up:
                _hang_up(connection)
            while not (reader.finished and reader.unanswered == 0):  # all may have come already
                if not self._receive(connection, reader, number, limit):
                    break
        reader.close()
        return reader.finished

    def close(self) -> None:
        """Close the idle connection."""
        connection = self._take()
        if connection is not None:
            connection.close()

    def _connect(self, timeout: float) -> socket.socket:
        connection = socket.create_connection((self._host, self._port), timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            return self._tls.wrap_socket(connection, server_hostname=self._host)
        return connection

    def _take(self) -> socket.socket | None:
        with self._lock:
            idle, self._idle = self._idle, None
        if idle is None:
            return None
        connection, since = idle
        if time.monotonic() - since > _IDLE_LIMIT or _readable(connection):
            connection.close()  # too old, or the server has ended it
            return None
        return connection

    def _keep(self, connection: socket.socket) -> None:
        with self._lock:
            if self._idle is None:
                self._idle = (connection, time.monotonic())
                return
        connection.close()

    def _send(
        self,
        connection: socket.socket,
        blocks: Iterable[bytes],
        reader: ConnectionReader,
        number: int,
        limit: Limit,
    ) -> None:
        """Send until done, or until an answer has come that does not wait for the rest."""
        for block in _pieces(blocks):
            reader.feed(Event(SENT, number, time.time(), block))
            try:
                limit.more()
                connection.sendall(block)
            except OSError as problem:  # an early answer may still be there to be read
                reader.feed(_trouble(number, problem))
                return
            if _readable(connection):
                self._receive(connection, reader, number, limit)
                if reader.finished:
                    return

    def _receive(
        self, connection: socket.socket, reader: ConnectionReader, number: int, limit: Limit
    ) -> bool:
        """Take what is there; False at the end of the connection, or of what is taken of it."""
        try:
            limit.more()
            data = connection.recv(BLOCK)
            limit.more(len(data))
        except OSError as problem:
            reader.feed(_trouble(number, problem))
            return False
        reader.feed(Event(RECEIVED if data else ENDED, number, time.time(), data))
        return bool(data)


def _pieces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        for start in range(0, len(block), BLOCK):
            yield block[start : start + BLOCK]


def _readable(connection: socket.socket) -> bool:
    if isinstance(connection, ssl.SSLSocket) and connection.pending():
        return True
    return bool(select.select([connection], [], [], 0)[0])


def _hang_up(connection: socket.socket) -> None:
    """Say that nothing more comes. What is read afterwards is the server's word on it, or its end.

    TLS has no half of a connection to close: there it is over once both sides have said so.
    """
    with contextlib.suppress(OSError):  # the server may have ended it already
        if isinstance(connection, ssl.SSLSocket):
            connection.unwrap()
        else:
            connection.shutdown(socket.SHUT_WR)


def _may_be_kept(recorded: Recorded) -> bool:
    response = recorded.exchange.response
    if response is None or not response.complete or recorded.exchange.note:
        return False
    if not recorded.exchange.request.complete or response.start_line.startswith("HTTP/1.0"):
        return False
    both = (*response.headers, *recorded.exchange.request.headers)
    return not any(
        name.lower() == "connection" and "close" in value.lower() for name, value in both
    )


def _trouble(number: int, problem: OSError) -> Event:
    text = f"{type(problem).__name__}: {problem}"
    return Event(TROUBLE, number, time.time(), text.encode())


def _unreached(url: str, blocks: Iterable[bytes], problem: OSError) -> Recorded:
    """The exchange that did not happen: its request's head, and why."""
    reader = ConnectionReader(url)
    now = time.time()
    head = next(iter(blocks), b"")
    if head:
        reader.feed(Event(SENT, 0, now, head))
    reader.feed(_trouble(0, problem))
    reader.close()
    return reader.finished[0]
