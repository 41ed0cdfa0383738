"""The load generator: one prepared request, sent again and again over keep-alive connections.

It speaks plain sockets and knows nothing of S3, so it costs every server under it the same and is
never what is measured. Bounded in count and time.
"""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

TIME_LIMIT = 60.0  # seconds; a server slower than this is measured on what it answered


@dataclass(frozen=True)
class Load:
    """What a load did: requests answered, bytes of their bodies, seconds it took."""

    requests: int
    body_bytes: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Requests answered a second."""
        return self.requests / self.seconds

    @property
    def megabytes_per_second(self) -> float:
        """Megabytes (10**6 bytes) of response bodies a second."""
        return self.body_bytes / self.seconds / 1e6


class LoadError(RuntimeError):
    """The server answered something other than success; its answer is in the message."""


def _connect(address: tuple[str, int]) -> socket.socket:
    connection = socket.create_connection(address, timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _receive(connection: socket.socket, buffer: bytearray) -> None:
    received = connection.recv(65536)
    if not received:
        raise ConnectionResetError(f"closed in the middle of an answer: {bytes(buffer[:200])!r}")
    buffer += received


def _read_answer(
    connection: socket.socket, buffer: bytearray, scratch: memoryview
) -> tuple[int, bool]:
    """Read one whole answer: the length of its body, and whether the server is done with us.

    What follows it stays in buffer.
    """
    while (end := buffer.find(b"\r\n\r\n")) < 0:
        _receive(connection, buffer)
    head = bytes(buffer[: end + 4]).lower()
    if not head.startswith((b"http/1.1 20", b"http/1.0 20")):
        raise LoadError(bytes(buffer[:600]).decode("latin-1"))
    del buffer[: end + 4]
    closes = b"\r\nconnection: close\r\n" in head
    mark = head.find(b"content-length:")
    if mark < 0:
        if b"transfer-encoding: chunked" in head:
            return _skip_chunks(connection, buffer), closes
        return 0, closes
    length = int(head[mark + 15 : head.index(b"\r\n", mark)])
    rest = length - len(buffer)
    if rest <= 0:
        del buffer[:length]
        return length, closes
    buffer.clear()
    while rest > 0:
        got = connection.recv_into(scratch, min(rest, len(scratch)))
        if not got:
            raise ConnectionResetError(f"closed {rest} bytes before the end of a body")
        rest -= got
    return length, closes


def _skip_chunks(connection: socket.socket, buffer: bytearray) -> int:
    """Read a chunked body to its end; returns its length."""
    total = 0
    while True:
        while (end := buffer.find(b"\r\n")) < 0:
            _receive(connection, buffer)
        size = int(bytes(buffer[:end]).split(b";")[0], 16)
        while len(buffer) < end + 2 + size + 2:
            _receive(connection, buffer)
        del buffer[: end + 2 + size + 2]
        total += size
        if size == 0:
            return total


def _worker(
    address: tuple[str, int], request: bytes, count: int, deadline: float, done: list[Load]
) -> None:
    started = time.perf_counter()
    answered = body_bytes = 0
    scratch = memoryview(bytearray(1 << 20))
    connection = _connect(address)
    buffer = bytearray()
    failed = closed = False
    while answered < count and time.perf_counter() < deadline:
        try:
            if closed:
                connection.close()
                connection = _connect(address)
            connection.sendall(request)
            length, closed = _read_answer(connection, buffer, scratch)
            body_bytes += length
        except ConnectionError:
            if failed:
                raise  # twice in a row: not a server that merely has no keep-alive
            failed = True
            connection.close()
            connection = _connect(address)
            buffer.clear()
            continue
        failed = False
        answered += 1
    connection.close()
    done.append(Load(answered, body_bytes, time.perf_counter() - started))


def run(address: tuple[str, int], request: bytes, *, count: int, connections: int = 1) -> Load:
    """Send ``request`` ``count`` times in all over ``connections`` connections.

    Raises LoadError when an answer is not a success.
    """
    done: list[Load] = []
    deadline = time.perf_counter() + TIME_LIMIT
    threads = [
        threading.Thread(
            target=_worker, args=(address, request, count // connections, deadline, done)
        )
        for _ in range(connections)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) != connections:
        raise LoadError("a connection failed; see the traceback above")
    seconds = time.perf_counter() - started
    return Load(sum(d.requests for d in done), sum(d.body_bytes for d in done), seconds)


def run_each(address: tuple[str, int], requests: Iterable[bytes], *, connections: int = 1) -> None:
    """Send every one of these requests once, shared out over ``connections`` connections.

    Raises LoadError when an answer is not a success.
    """
    pending, lock = iter(requests), threading.Lock()
    failed: list[BaseException] = []

    def work() -> None:
        scratch, buffer = memoryview(bytearray(1 << 16)), bytearray()
        with _connect(address) as connection:
            while not failed:
                with lock:
                    batch = list(itertools.islice(pending, 32))
                if not batch:
                    return
                connection.sendall(b"".join(batch))
                for _ in batch:
                    _read_answer(connection, buffer, scratch)

    def guarded() -> None:
        try:
            work()
        except (LoadError, OSError) as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
