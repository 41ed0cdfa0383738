"""The load generator: prepared requests, sent in turn over keep-alive connections.

It speaks plain sockets and knows nothing of S3, so it costs every server under it the same: two
system calls a request and no more parsing than finding the end of an answer. Bounded in count and
time.
"""

from __future__ import annotations

import itertools
import socket
import struct
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TIME_LIMIT = 60.0  # seconds; a server slower than this is measured on what it answered
PATIENCE = 30  # seconds without a byte
_RECEIVE = 1 << 18


@dataclass(frozen=True)
class Load:
    """What a load did: requests answered, bytes of their bodies, seconds it took."""

    requests: int
    body_bytes: int
    seconds: float
    own_cpu: float  # seconds of CPU this generator used itself

    @property
    def per_second(self) -> float:
        """Requests answered a second."""
        return self.requests / self.seconds


class LoadError(RuntimeError):
    """The server answered something other than success; its answer is in the message."""


class _Connection:
    """One connection: a request out, its whole answer in."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._scratch = memoryview(bytearray(1 << 20))
        self._pending = b""
        self._dial()

    def _dial(self) -> None:
        self._socket = sock = socket.create_connection(self._address, timeout=PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Kernel timeouts: Python's own would add a poll() to each call.
        sock.settimeout(None)
        timeout = struct.pack("ll", PATIENCE, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        self._pending = b""
        self._closed = False

    def close(self) -> None:
        """End it."""
        self._socket.close()

    def exchange(self, request: bytes) -> int:
        """Send a request, read its answer; the length of its body.

        A server that has no keep-alive is dialled again. Raises LoadError, ConnectionError.
        """
        if self._closed:
            self._socket.close()
            self._dial()
        try:
            self._socket.sendall(request)
            return self.read_answer()
        except ConnectionError:
            self._socket.close()
            self._dial()  # once: some close without a word
        self._socket.sendall(request)
        return self.read_answer()

    def send(self, data: bytes) -> None:
        """Only send; read_answer has to follow, once for each request."""
        self._socket.sendall(data)

    def read_answer(self) -> int:
        """Read one whole answer; the length of its body. What follows it stays pending."""
        data = self._pending or self._receive()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._receive()
        head = data[: end + 4].lower()
        if not head.startswith((b"http/1.1 20", b"http/1.0 20")):
            raise LoadError(data[:600].decode("latin-1"))
        self._closed = b"\r\nconnection: close\r\n" in head
        end += 4
        mark = head.find(b"\r\ncontent-length:")
        if mark < 0:
            self._pending = data[end:]
            return self._skip_chunks() if b"transfer-encoding: chunked" in head else 0
        length = int(head[mark + 17 : head.index(b"\r\n", mark + 2)])
        rest = length - (len(data) - end)
        if rest <= 0:
            self._pending = data[end + length :]
            return length
        self._pending = b""
        scratch = self._scratch
        while rest > 0:
            # MSG_TRUNC: the system drops the bytes and copies nothing (tcp(7)).
            got = self._socket.recv_into(scratch, min(rest, len(scratch)), socket.MSG_TRUNC)
            if not got:
                raise ConnectionResetError(f"closed {rest} bytes before the end of a body")
            rest -= got
        return length

    def _skip_chunks(self) -> int:
        """Read a chunked body to its end; its length."""
        data, total = self._pending, 0
        while True:
            while (end := data.find(b"\r\n")) < 0:
                data += self._receive()
            size = int(data[:end].split(b";")[0], 16)
            while len(data) < end + 2 + size + 2:
                data += self._receive()
            data = data[end + 2 + size + 2 :]
            total += size
            if size == 0:
                self._pending = data
                return total

    def _receive(self) -> bytes:
        try:
            received = self._socket.recv(_RECEIVE)
        except BlockingIOError:
            raise ConnectionError(f"no answer within {PATIENCE} s") from None
        if not received:
            raise ConnectionResetError("closed before the end of an answer")
        return received


class _Shared:
    """What the connections of one load add up to, and the first failure among them."""

    def __init__(self) -> None:
        self.requests = 0
        self.body_bytes = 0
        self.failure: BaseException | None = None
        self._lock = threading.Lock()

    def add(self, requests: int, body_bytes: int) -> None:
        """One connection's work."""
        with self._lock:
            self.requests += requests
            self.body_bytes += body_bytes


def _worker(
    connection: _Connection, requests: Sequence[bytes], count: int, deadline: float, shared: _Shared
) -> None:
    answered = body_bytes = 0
    try:
        for request in itertools.islice(itertools.cycle(requests), count):
            body_bytes += connection.exchange(request)
            answered += 1
            if not answered & 15 and time.perf_counter() > deadline:
                break
    except (LoadError, OSError) as failure:
        shared.failure = failure
    shared.add(answered, body_bytes)


def run(
    address: tuple[str, int], requests: Sequence[bytes], *, count: int, connections: int = 1
) -> Load:
    """Send ``count`` requests in all, in turn those of ``requests``, over ``connections``.

    Raises LoadError when an answer is not a success, OSError when a connection fails.
    """
    shared = _Shared()
    dialled = [_Connection(address) for _ in range(connections)]
    shares = [requests[number % len(requests) :] for number in range(connections)]
    each = max(1, count // connections)
    started, cpu = time.perf_counter(), time.process_time()
    deadline = started + TIME_LIMIT
    if connections == 1:
        _worker(dialled[0], requests, count, deadline, shared)
    else:
        threads = [
            threading.Thread(target=_worker, args=(connection, share, each, deadline, shared))
            for connection, share in zip(dialled, shares, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    for connection in dialled:
        connection.close()
    if shared.failure is not None:
        raise shared.failure
    return Load(shared.requests, shared.body_bytes, seconds, cpu)


def run_each(address: tuple[str, int], requests: Iterable[bytes], *, connections: int = 1) -> None:
    """Send every one of these requests once, shared out over ``connections`` connections.

    Raises LoadError when an answer is not a success.
    """
    pending, lock = iter(requests), threading.Lock()
    failed: list[BaseException] = []

    def work() -> None:
        connection = _Connection(address)
        while not failed:
            with lock:
                batch = list(itertools.islice(pending, 32))
            if not batch:
                break
            connection.send(b"".join(batch))
            for _ in batch:
                connection.read_answer()
        connection.close()

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
