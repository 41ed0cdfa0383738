"""Descriptors run short: idle connections end, the longest idle first, and others are served."""

from __future__ import annotations

import math
import resource
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from server_ref.http.connection import Connection
from server_ref.http.crowd import Crowd, shut
from server_ref.http.limits import Limits
from server_ref.http.ports import Ports
from server_ref.http.tls import context, make_certificate
from tests.server.test_framing import GET, Echo, connect, receive, serving

LIMIT = 64
PROGRAM = """
import sys
from server_ref.server import S3Server

with S3Server(anonymous=True, durability="relaxed") as s3:
    print(s3.url, flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="the limit of another process cannot be set"
)


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """Of a server that has sixty-four descriptors, with an object in a bucket."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        url = urlsplit(process.stdout.readline().strip())
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (LIMIT, LIMIT))
        assert url.hostname is not None and url.port is not None
        for path in ("/bucket", "/bucket/key"):
            assert _ask((url.hostname, url.port), "PUT", path, b"content") == (200, b"")
        yield url.hostname, url.port
        process.stdin.close()


def _ask(address: tuple[str, int], method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    connection = HTTPConnection(*address, timeout=20)
    connection.request(method, path, body if path.endswith("key") else None)
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said


def test_new_requests_are_answered_beside_idle_connections(address: tuple[str, int]) -> None:
    idle = [socket.create_connection(address, timeout=20) for _ in range(150)]
    try:
        for number in range(20):
            began = time.monotonic()
            assert _ask(address, "GET", "/bucket/key") == (200, b"content"), number
            assert time.monotonic() - began < 5, "it waited for the others"
        for sock in idle[:75]:
            assert sock.recv(1) == b"", "the longest idle ends first"
    finally:
        for sock in idle:
            sock.close()


def test_what_has_begun_is_finished(address: tuple[str, int]) -> None:
    upload = socket.create_connection(address, timeout=20)
    head = socket.create_connection(address, timeout=20)
    upload.sendall(b"PUT /bucket/slow HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nslow")
    head.sendall(b"GET /bucket/key HTTP/1.1\r\nHo")
    idle = [socket.create_connection(address, timeout=20) for _ in range(100)]
    assert _ask(address, "GET", "/bucket/key") == (200, b"content")

    upload.sendall(b"down")
    head.sendall(b"st: h\r\n\r\n")

    assert receive(upload, b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    assert receive(head, b"content").startswith(b"HTTP/1.1 200 ")
    assert _ask(address, "GET", "/bucket/slow") == (200, b"slowdown")
    for sock in (*idle, upload, head):
        sock.close()


class _Near:
    """A connection as the crowd sees it."""

    def __init__(self, idle_since: float) -> None:
        self.idle = True
        self.ending = False
        self.idle_since = idle_since


def _limit(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _what: (limit, limit))


def test_as_many_end_as_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 64 descriptors 24 are left for other things, of 1,000 a quarter."""
    crowd, pairs = Crowd(), [socket.socketpair() for _ in range(6)]
    all_of_them = [_Near(since) for since in (3.0, 1.0, math.inf, 2.0, 5.0, 4.0)]
    for one, (sock, _) in zip(all_of_them, pairs, strict=True):
        crowd.enter(one, sock, "port")

    def ending() -> list[int]:
        return [number for number, one in enumerate(all_of_them) if one.ending]

    _limit(monkeypatch, 1000)
    crowd.make_room(749)
    assert ending() == []
    crowd.make_room(750)
    assert ending() == [1]
    _limit(monkeypatch, 64)
    crowd.make_room(39)
    assert ending() == [1]
    crowd.make_room(42)  # the third too many, and one has been sent away
    assert ending() == [0, 1, 3]
    crowd.make_room(42)
    assert ending() == [0, 1, 3], "these three are on their way"
    for number in (0, 1, 3):
        crowd.leave(all_of_them[number])
    _limit(monkeypatch, resource.RLIM_INFINITY)
    crowd.make_room(None)
    assert ending() == [0, 1, 3]
    _limit(monkeypatch, 64)
    crowd.make_room(None)
    assert ending() == [0, 1, 3, 4, 5], "what is under way stays"
    for near, far in pairs:
        near.close()
        far.close()


class _TwoPorts:
    """A front of two applications."""

    def __init__(self) -> None:
        self.applications = (Echo(), Echo())

    def listening(self, urls: Sequence[str]) -> None:
        """As Front."""


def test_the_idle_of_another_port_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = Ports("127.0.0.1", 0, _TwoPorts(), Limits(), tls=None, log=None)
    ports.start()
    try:
        one, other = (urlsplit(url) for url in ports.urls)
        with socket.create_connection((one.hostname, one.port), timeout=10) as idle:
            idle.sendall(GET)
            receive(idle, b"GET /a ")
            first = ports._transports[0]
            assert _soon(lambda: first._crowd.at(first)[0][0].idle_since < math.inf)
            _limit(monkeypatch, 1)
            with socket.create_connection((other.hostname, other.port), timeout=10) as new:
                assert idle.recv(1) == b""
                new.sendall(GET)
                receive(new, b"GET /a ")
    finally:
        ports.drain(1.0)


def test_a_request_that_is_there_is_answered_before_the_end() -> None:
    """Its connection was chosen while it came."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"one")
        shut(here, socket.SHUT_RD)
        assert (here.recv(9), here.recv(9)) == (b"one", b"")


def test_a_connection_is_idle_between_requests_only(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Connection] = []
    make = Connection.__init__

    def noted(connection: Connection, *given: Any, **named: Any) -> None:
        made.append(connection)
        make(connection, *given, **named)

    monkeypatch.setattr(Connection, "__init__", noted)
    with serving() as (transport, _), connect(transport) as sock:
        sock.sendall(GET)
        receive(sock, b"GET /a ")
        assert _soon(lambda: made[0].idle_since < math.inf)
        sock.sendall(GET[:9])
        assert _soon(lambda: made[0].idle_since == math.inf)


def _soon(done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not done() and time.monotonic() < deadline:
        time.sleep(0.01)
    return done()


def test_what_tls_sends_after_an_end_of_reading_is_encrypted(tmp_path: Path) -> None:
    """The answer to a request that was there when its connection was chosen to end."""
    certificate, key = make_certificate(tmp_path, ("localhost",))
    trusting = ssl.create_default_context(cafile=str(certificate))
    here, there = socket.socketpair()
    with here, there, ThreadPoolExecutor(1) as beside:
        other = beside.submit(trusting.wrap_socket, there, server_hostname="localhost")
        near = context(certificate, key).wrap_socket(here, server_side=True)
        far = other.result(20)
        far.sendall(b"asked")
        assert near.recv(9) == b"asked"

        shut(near, socket.SHUT_RD)
        near.sendall(b"answered")

        assert far.recv(9) == b"answered"
        near.close()
        far.close()
