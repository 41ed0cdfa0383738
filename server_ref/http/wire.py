"""The socket of one connection: buffered reading with deadlines, writing, sending files."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import struct
import time
from collections.abc import Sequence
from typing import BinaryIO

_SEND_FILE_AT_ONCE = 1 << 22
_FILL = 1 << 16  # a read this large waits until it is filled: fewer, larger blocks
_READ_FILE_AT_ONCE = 1 << 18


class Silence(Exception):  # noqa: N818 - says what happened
    """The other side sent, or took, nothing for as long as the limits allow."""


class _Pace:
    """Whether bytes move fast enough: in every stretch of ``patience`` seconds, ``pace`` each."""

    __slots__ = ("_moved", "_pace", "_patience", "_waited")

    def __init__(self, patience: float, pace: int) -> None:
        self._patience = patience
        self._pace = pace
        self._waited = 0.0
        self._moved = 0

    def moved(self, size: int, seconds: float) -> None:
        """``size`` bytes took ``seconds``. Raises Silence where that is too slow to go on."""
        self._waited += seconds
        self._moved += size
        if self._waited > self._patience:
            if self._moved < self._pace * self._waited:
                raise Silence
            self._waited, self._moved = 0.0, 0  # a burst pays for its own stretch only


class Wire:
    """Bytes in and out. ``pending`` is what was received and not yet read."""

    def __init__(self, sock: socket.socket, patience: float) -> None:
        """``patience``: seconds to wait for the other side before Silence."""
        self.sock = sock
        self.pending = b""
        self.received = 0
        self._slow = (float("inf"), 0)
        self._body = (0.0, 0)  # since when it comes, and how much of it came
        self._answer: _Pace | None = None
        self._secure = isinstance(sock, ssl.SSLSocket)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._secure:
            sock.settimeout(patience)
        else:
            # Kernel timeouts: Python's own would add a poll() to each call.
            timeout = struct.pack("ll", int(patience), int(patience % 1 * 1_000_000))
            sock.settimeout(None)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)

    @property
    def tls(self) -> str:
        """The version of TLS, "1.2" or "1.3"; empty without TLS."""
        version = self.sock.version() if isinstance(self.sock, ssl.SSLSocket) else None
        return (version or "").removeprefix("TLSv")

    def expect_body(self, patience: float, pace: int) -> None:
        """From now on a body comes: in every ``patience`` seconds, ``pace`` bytes a second."""
        self._slow = (patience, pace)
        self._body = (time.monotonic(), 0)

    def expect_reader(self, patience: float, pace: int) -> None:
        """From now on an answer goes: in every ``patience`` seconds, ``pace`` bytes a second."""
        self._answer = _Pace(patience, pace)

    def arrived(self, size: int) -> None:
        """``size`` bytes of the body came. Raises Silence where it comes too slowly to go on."""
        since, before = self._body
        patience, pace = self._slow
        now = time.monotonic()
        if now - since <= patience:
            self._body = (since, before + size)
        elif before + size < pace * (now - since):
            raise Silence
        else:  # a burst pays for its own stretch only
            self._body = (now, 0)

    def receive(self, size: int) -> bytes:
        """Whatever comes next, at most ``size`` bytes; b"" when the other side has ended.

        Raises Silence, and OSError for a broken connection.
        """
        try:
            return self.sock.recv(size)
        except (BlockingIOError, TimeoutError):
            raise Silence from None

    def take(self, size: int) -> bytes:
        """At most ``size`` bytes, first of ``pending``."""
        pending = self.pending
        if pending:
            if len(pending) <= size:
                self.pending = b""
                return pending
            self.pending = pending[size:]
            return pending[:size]
        if size < _FILL or self._secure:
            return self.receive(size)
        try:
            return self.sock.recv(size, socket.MSG_WAITALL)
        except (BlockingIOError, TimeoutError):
            raise Silence from None

    def send(self, data: bytes | memoryview, *, more: bool = False) -> None:
        """All of ``data``; with ``more`` the system may wait for what follows. Raises Silence."""
        flags = socket.MSG_MORE if more and not self._secure else 0
        while data:
            began = time.monotonic()
            try:
                sent = self.sock.send(data, flags)
            except (BlockingIOError, TimeoutError):
                raise self._give_up() from None
            self._taken(sent, began)
            if sent == len(data):
                return
            data = memoryview(data)[sent:]

    def send_pieces(self, pieces: Sequence[bytes]) -> None:
        """All of these, in one call where the system takes them at once. Raises Silence."""
        if self._secure:
            for piece in pieces:
                self.send(piece)
            return
        began = time.monotonic()
        try:
            sent = self.sock.sendmsg(pieces)
        except (BlockingIOError, TimeoutError):
            raise self._give_up() from None
        self._taken(sent, began)
        for piece in pieces:
            if sent >= len(piece):
                sent -= len(piece)
                continue
            self.send(memoryview(piece)[sent:])
            sent = 0

    def send_file(self, file: BinaryIO, offset: int, length: int) -> None:
        """``length`` bytes of a file from ``offset``, by sendfile where there is no TLS.

        Raises Silence, and EOFError when the file is shorter.
        """
        if self._secure:
            file.seek(offset)
            while length:
                data = file.read(min(length, _READ_FILE_AT_ONCE))
                if not data:
                    raise EOFError("a stored body is shorter than its record says")
                self.send(data)
                length -= len(data)
            return
        target, source = self.sock.fileno(), file.fileno()
        while length:
            began = time.monotonic()
            try:
                sent = os.sendfile(target, source, offset, min(length, _SEND_FILE_AT_ONCE))
            except (BlockingIOError, TimeoutError):
                raise self._give_up() from None
            if not sent:
                raise EOFError("a stored body is shorter than its record says")
            self._taken(sent, began)
            offset += sent
            length -= sent

    def _taken(self, size: int, began: float) -> None:
        """The other side took ``size`` bytes since ``began``; raises Silence for a slow one."""
        if self._answer is None:
            return
        try:
            self._answer.moved(size, time.monotonic() - began)
        except Silence:
            raise self._give_up() from None

    def _give_up(self) -> Silence:
        """What is on its way is for nobody: the system lets go of it at once."""
        with contextlib.suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return Silence()

    def linger(self, seconds: float, size: int) -> None:
        """End the sending side and read on for a moment, so that the last answer arrives.

        Closing with unread bytes would reset the connection and take the answer with it.
        """
        deadline = time.monotonic() + seconds
        try:
            self.sock.shutdown(socket.SHUT_WR)
            self.sock.settimeout(seconds)
            while size > 0 and time.monotonic() < deadline:
                data = self.sock.recv(1 << 16)
                if not data:
                    return
                size -= len(data)
        except OSError:
            return
