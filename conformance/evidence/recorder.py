"""The recorder: keeps the bytes that cross the sockets of `http.client`, inside the process.

It is stdlib only and imports nothing of this project, so that any Python process can load it by
path. Every HTTP client built on `http.client` (urllib3, requests, botocore, s3cmd) ends in its
`sock` attribute; that attribute becomes a descriptor here, and each socket put there a stand-in
that writes down what it passes on. Under TLS these are the plain bytes. It does not parse HTTP.
"""

from __future__ import annotations

import contextlib
import contextvars
import http.client
import importlib.util
import io
import itertools
import os
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

if __name__.startswith("conformance."):
    from conformance.evidence import tripwire
else:  # loaded by its path, into a process that knows nothing of this project
    _spec = importlib.util.spec_from_file_location(
        "s3compat_tripwire", Path(__file__).with_name("tripwire.py")
    )
    if _spec is None or _spec.loader is None:
        raise ImportError("tripwire.py is not beside the recorder")
    tripwire = importlib.util.module_from_spec(_spec)
    sys.modules["s3compat_tripwire"] = tripwire
    _spec.loader.exec_module(tripwire)

MEMORY_LIMIT = 256 * 1024  # bytes a log keeps in memory before it goes on in a temporary file
BLOCK = 64 * 1024

OPENED = b"O"  # data: the peer's URL
SENT = b"S"
RECEIVED = b"R"
ENDED = b"E"  # the peer ended the connection
TROUBLE = b"X"  # data: what went wrong, for reading
REFUSED = b"F"  # data: a host that the tripwire kept the client from

MOST_RECEIVED = 64 << 20  # bytes that one command or call takes; no check asks for so much
LONGEST = 120.0  # seconds that one command or call may go on receiving

_HEAD = struct.Struct(">cQdI")  # kind, connection, Unix time, length of data


class TooMuchError(ConnectionAbortedError):
    """The peer sends without end, or takes for ever; the connection was given up."""


class Limit:
    """How much one command or call may receive, and for how long it may go on."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = LONGEST if seconds is None else seconds
        self._until = time.monotonic() + self._seconds
        self._received = 0

    def left(self, timeout: float) -> float:
        """How many seconds a read may wait: ``timeout``, or less where less is left."""
        return max(0.05, min(timeout, self._until - time.monotonic()))

    def more(self, count: int = 0) -> None:
        """Count what was received; raises TooMuchError past MOST_RECEIVED or the time."""
        self._received += count
        if self._received > MOST_RECEIVED:
            raise TooMuchError(f"more than {MOST_RECEIVED >> 20} MiB came; given up")
        if time.monotonic() > self._until:
            raise TooMuchError(f"the answer had not ended after {self._seconds:.0f} s; given up")


class Event(NamedTuple):
    """One thing that happened on one connection."""

    kind: bytes
    connection: int
    at: float
    data: bytes


class Log:
    """The events of one command or call, in order. Writing is thread-safe.

    Kept in memory up to MEMORY_LIMIT and in a temporary file beyond; with ``path``, always in
    that file and unbuffered, so that a killed process leaves what it saw.
    """

    def __init__(self, path: Path | None = None, seconds: float | None = None) -> None:
        self._file: IO[bytes] = (
            tempfile.SpooledTemporaryFile(MEMORY_LIMIT)  # noqa: SIM115 -- closed by close()
            if path is None
            else path.open("ab", buffering=0)
        )
        self._lock = threading.Lock()
        self._known: set[int] = set()
        self._limit = Limit(seconds)

    def write(self, kind: bytes, connection: int, data: Any = b"", url: str = "") -> None:
        """Add an event; the first of a connection is preceded by one with its URL."""
        at = time.time()
        view = memoryview(data).cast("B")
        with self._lock:
            if connection not in self._known:
                self._known.add(connection)
                peer = url.encode()
                self._file.write(_HEAD.pack(OPENED, connection, at, len(peer)) + peer)
            for start in range(0, max(len(view), 1), BLOCK):
                block = view[start : start + BLOCK]
                self._file.write(_HEAD.pack(kind, connection, at, len(block)) + bytes(block))

    def refused(self, where: str) -> None:
        """Note a host that the client was kept from."""
        self.write(REFUSED, next_number(), where.encode(), f"http://{where}")

    def more(self, count: int = 0) -> None:
        """Count what was received; raises TooMuchError where it is too much, or too long."""
        self._limit.more(count)

    def events(self) -> Iterator[Event]:
        """Every event so far, from the first."""
        with self._lock:
            self._file.flush()
            self._file.seek(0)
            yield from read_events(self._file)
            self._file.seek(0, io.SEEK_END)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def read_events(source: IO[bytes]) -> Iterator[Event]:
    """The events written to ``source``; one cut short at the end (a killed process) is left out."""
    while len(head := source.read(_HEAD.size)) == _HEAD.size:
        kind, connection, at, length = _HEAD.unpack(head)
        data = source.read(length)
        if len(data) < length:
            return
        yield Event(kind, connection, at, data)


_log_here: contextvars.ContextVar[Log | None] = contextvars.ContextVar("s3compat_log", default=None)
_log_everywhere: Log | None = None
_numbers = itertools.count(1)
_install_lock = threading.Lock()


def next_number() -> int:
    """The number of a new connection: no other in this process has it."""
    return next(_numbers)


def _current() -> Log | None:
    return _log_here.get() or _log_everywhere


class _Tap:
    """Stands in for a socket and writes down what passes; everything else is the socket's."""

    def __init__(self, real: Any, connection: Any) -> None:
        self._real = real
        self._number = next_number()
        scheme = "https" if isinstance(real, ssl.SSLSocket) else "http"
        host = str(getattr(connection, "host", ""))
        host = f"[{host}]" if ":" in host else host
        self._url = f"{scheme}://{host}:{getattr(connection, 'port', '')}"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def _note(self, kind: bytes, data: Any = b"") -> None:
        log = _current()
        if log is not None:
            log.write(kind, self._number, data, self._url)

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise  # not trouble: a non-blocking socket that has nothing yet
        except OSError as problem:
            self._note(TROUBLE, f"{type(problem).__name__}: {problem}".encode())
            raise

    def sendall(self, data: Any, *flags: int) -> None:
        if len(data):
            self._note(SENT, data)
        with self._trouble():
            self._real.sendall(data, *flags)

    def send(self, data: Any, *flags: int) -> int:
        with self._trouble():
            count: int = self._real.send(data, *flags)
        if count:
            self._note(SENT, memoryview(data).cast("B")[:count])
        return count

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> int:
        file.seek(offset)
        total = 0
        while count is None or total < count:
            block = file.read(BLOCK if count is None else min(BLOCK, count - total))
            if not block:
                break
            self.sendall(block)
            total += len(block)
        return total

    def _more(self, count: int = 0) -> None:
        log = _current()
        if log is not None:
            log.more(count)

    def recv(self, size: int, *flags: int) -> bytes:
        with self._trouble():
            self._more()
            data: bytes = self._real.recv(size, *flags)
            self._more(len(data))
        self._note(RECEIVED if data else ENDED, data)
        return data

    def recv_into(self, buffer: Any, nbytes: int | None = None, *flags: int) -> int:
        with self._trouble():
            self._more()
            count: int = self._real.recv_into(buffer, nbytes or 0, *flags)
            self._more(count)
        self._note(RECEIVED if count else ENDED, memoryview(buffer).cast("B")[:count])
        return count

    def makefile(self, mode: str = "r", buffering: int | None = None, **text: Any) -> Any:
        """As socket.makefile, but reading and writing through this stand-in."""
        raw_mode = ("r" if "r" in mode else "") + ("w" if "w" in mode else "")
        raw = socket.SocketIO(self, raw_mode or "r")  # type: ignore[arg-type]  # a stand-in
        self._real._io_refs += 1
        size = io.DEFAULT_BUFFER_SIZE if buffering is None or buffering < 0 else buffering
        if size == 0:
            return raw
        stream: Any
        if raw_mode == "rw":
            stream = io.BufferedRWPair(raw, raw, size)
        elif raw_mode == "w":
            stream = io.BufferedWriter(raw, size)
        else:
            stream = io.BufferedReader(raw, size)
        return stream if "b" in mode else io.TextIOWrapper(stream, **text)


class _SocketSlot:
    """The `sock` attribute of every HTTPConnection: what is put there is tapped."""

    def __get__(self, connection: Any, owner: type | None = None) -> Any:
        return self if connection is None else connection.__dict__.get("sock")

    def __set__(self, connection: Any, value: Any) -> None:
        if value is not None and not isinstance(value, _Tap):
            value = _Tap(value, connection)
        connection.__dict__["sock"] = value


def install() -> None:
    """Tap every `http.client` connection made from now on in this process. Idempotent."""
    with _install_lock:
        if not isinstance(http.client.HTTPConnection.__dict__.get("sock"), _SocketSlot):
            http.client.HTTPConnection.sock = _SocketSlot()


@contextlib.contextmanager
def recording(hosts: Iterable[str] | None = None, seconds: float | None = None) -> Iterator[Log]:
    """A log of what this thread (and the contexts copied from it) sends and receives.

    ``hosts`` are those it may reach (``host:port``); any other is refused, and the log says so.
    None: whatever it asks is let through. After ``seconds`` nothing more is taken.
    """
    install()
    log = Log(seconds=seconds)
    token = _log_here.set(log)
    wire = tripwire.Wire(tripwire.Hosts(hosts), log.refused) if hosts is not None else None
    held = tripwire.hold(wire)
    try:
        yield log
    finally:
        tripwire.let_go(held)
        _log_here.reset(token)


def record_process(path: Path) -> None:
    """Record every thread of this process to ``path`` until it ends.

    S3COMPAT_HOSTS in its environment names the hosts it may reach, and no others are.
    """
    global _log_everywhere  # noqa: PLW0603 -- one process, one log: that is the meaning
    install()
    _log_everywhere = log = Log(path)
    if (allowed := os.environ.get(tripwire.HOSTS_VARIABLE)) is not None:
        hosts = tripwire.Hosts(filter(None, allowed.split(",")))
        tripwire.hold_process(tripwire.Wire(hosts, log.refused))
