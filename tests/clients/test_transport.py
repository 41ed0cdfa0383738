"""Bytes on a socket: which connection they go on, when an early answer ends them, what is kept."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from conformance.clients import transport as module
from conformance.clients.transport import Transport
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence import recorder
from conformance.evidence.exchanges import Recorded
from conformance.model import Exchange, Message

GET = b"GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HEAD_OF_PUT = b"PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n"
PATIENCE = 60.0  # seconds; nothing here waits for its end


class Peer:
    """A server whose every connection is handled by ``talk``, one after another."""

    def __init__(self, talk: Callable[[socket.socket], None]) -> None:
        self._talk = talk
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.connections = 0
        self.seen = b""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            connection.settimeout(PATIENCE)
            self.connections += 1
            with connection:
                self._talk(connection)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(PATIENCE)


@contextmanager
def talking(talk: Callable[[socket.socket], None]) -> Iterator[tuple[Transport, Peer]]:
    peer = Peer(talk)
    transport = Transport(Endpoint(url=peer.url))
    try:
        yield transport, peer
    finally:
        transport.close()
        peer.close()


def request_of(connection: socket.socket) -> bytes:
    """What came up to the end of a head; empty at the end of the connection."""
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        more = connection.recv(1 << 16)
        if not more:
            return b""
        data += more
    return data


def answering(*answers: bytes) -> Callable[[socket.socket], None]:
    """Answers a request of a head alone with each of these, the last again and again."""
    left = list(answers)

    def talk(connection: socket.socket) -> None:
        while request_of(connection):
            answer = left[0] if len(left) == 1 else left.pop(0)
            connection.sendall(answer)
            if b"close" in answer.lower():
                return

    return talk


def line(recorded: list[Recorded]) -> str:
    [one] = recorded
    return one.exchange.response.start_line if one.exchange.response else "none"


@pytest.mark.parametrize(
    ("request_bytes", "answer", "kept"),
    [
        (GET, OK, True),
        (GET, b"HTTP/1.1 204 No\r\n\r\n", True),
        (GET, b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (GET, b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", False),
        (GET, b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", True),
        (GET, b"HTTP/1.1 200 OK\r\nX-Connection: close\r\nContent-Length: 0\r\n\r\n", True),
        (GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), OK, False),
    ],
)
def test_a_connection_is_kept_where_both_sides_keep_it(
    request_bytes: bytes, answer: bytes, kept: bool
) -> None:
    def talk(connection: socket.socket) -> None:
        while request_of(connection):
            connection.sendall(answer)

    peer = Peer(talk)
    transport = Transport(Endpoint(url=peer.url))
    for _ in range(2):
        assert line(transport.exchange([request_bytes])).startswith("HTTP/1.")
    transport.close()
    peer.close()

    assert peer.connections == (1 if kept else 2)


def test_a_kept_connection_that_the_server_ended_is_not_used_again() -> None:
    ended = threading.Event()

    def talk(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(OK)
        connection.shutdown(socket.SHUT_WR)
        ended.set()
        while connection.recv(100):
            pass

    with talking(talk) as (transport, peer):
        assert line(transport.exchange([GET])) == "HTTP/1.1 200 OK"
        assert ended.wait(PATIENCE)
        assert line(transport.exchange([GET])) == "HTTP/1.1 200 OK"
        assert peer.connections == 2


def test_a_kept_connection_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("conformance.clients.transport.time.monotonic", lambda: now)
    with talking(answering(OK)) as (transport, peer):
        counts = []
        for seconds in (0.0, 2.0, 2.1):
            now += seconds
            transport.exchange([GET])
            counts.append(peer.connections)

    assert counts == [1, 1, 2]


def test_one_connection_is_kept_and_another_is_closed() -> None:
    here, there = socket.socketpair()
    with here, there, talking(answering(OK)) as (transport, peer):
        transport.exchange([GET])
        transport._keep(here)
        assert here.fileno() == -1
        transport.exchange([GET])
        assert peer.connections == 1


def test_an_early_answer_ends_what_is_sent() -> None:
    answered = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        answered.set()
        while connection.recv(1 << 16):
            pass

    taken = 0

    def blocks() -> Iterator[bytes]:
        nonlocal taken
        yield HEAD_OF_PUT
        assert answered.wait(PATIENCE)
        while True:
            taken += 1
            yield b"x" * 1000

    with talking(talk) as (transport, peer):
        [one] = transport.exchange(blocks())
        assert line([one]) == "HTTP/1.1 403 Forbidden"
        assert taken < 1000, "it would be the whole body"
        assert not one.exchange.request.complete
        transport.exchange([GET])
        assert peer.connections == 2, "who waits for the rest is not asked anything else"


def test_an_answer_that_says_go_on_ends_nothing() -> None:
    said = threading.Event()

    def talk(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        said.set()
        body = b""
        while len(body) < 6:
            body += connection.recv(100)
        connection.sendall(OK)

    def blocks() -> Iterator[bytes]:
        yield b"PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n"
        assert said.wait(PATIENCE)
        yield b"abc"
        yield b"def"

    with talking(talk) as (transport, _):
        [one] = transport.exchange(blocks())

    assert one.exchange.request.complete
    assert one.exchange.request.body.text == "abcdef"
    assert [message.start_line for message in one.exchange.interim] == ["HTTP/1.1 100 Continue"]
    assert line([one]) == "HTTP/1.1 200 OK"


@pytest.mark.parametrize("length", [64 * 1024, 64 * 1024 + 1])
def test_a_large_block_goes_in_pieces_and_arrives_whole(length: int) -> None:
    came = b""

    def talk(connection: socket.socket) -> None:
        nonlocal came
        head = b"PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % length
        while len(came) < len(head) + length:
            came += connection.recv(1 << 16)
        connection.sendall(OK)

    head = b"PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % length
    body = bytes(number % 251 for number in range(length))
    with talking(talk) as (transport, _):
        [one] = transport.exchange([head, body])

    assert came == head + body
    assert one.exchange.request.body.size == length
    assert [len(piece) for piece in module._pieces([head, body])][1:] == (
        [65536] if length == 65536 else [65536, 1]
    )


def test_a_server_that_breaks_off_is_recorded() -> None:
    def talk(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")

    with talking(talk) as (transport, peer):
        [one] = transport.exchange([GET])
        assert one.exchange.response is not None
        assert not one.exchange.response.complete
        assert one.exchange.response.body.text == "ab"
        transport.exchange([GET])
        assert peer.connections == 2


def test_a_server_that_says_nothing_is_given_up_with_its_reason() -> None:
    def talk(connection: socket.socket) -> None:
        while connection.recv(100):
            pass

    with talking(talk) as (transport, _):
        for recorded in (
            transport.exchange([GET], timeout=0.06),
            transport.wire(GET, timeout=0.06),
        ):
            assert line(recorded) == "none"
            assert "TimeoutError" in (recorded[0].exchange.note or "")


def test_more_than_is_taken_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MOST_RECEIVED", 100)
    body = b"x" * 101
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + body
    with talking(answering(large)) as (transport, _):
        [one] = transport.exchange([GET])

    assert "TooMuchError" in (one.exchange.note or "")
    assert one.exchange.response is None or not one.exchange.response.complete


def test_where_nobody_listens_the_request_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = Transport(Endpoint(url=f"http://127.0.0.1:{port}"))
    for recorded in (transport.exchange(iter([GET, b"more"])), transport.wire(GET, timeout=9.0)):
        [one] = recorded
        assert one.exchange.request.start_line == "GET /b/k HTTP/1.1"
        assert one.exchange.response is None
        assert "ConnectionRefusedError" in (one.exchange.note or "")
    transport.close()


def test_every_request_on_a_wire_is_answered_and_the_connection_is_new() -> None:
    ended: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        data = b""
        while data.count(b"\r\n\r\n") < 2:
            data += connection.recv(1 << 16)
        connection.sendall(OK + OK)
        ended.append(connection.recv(100))

    peer = Peer(talk)
    transport = Transport(Endpoint(url=peer.url))
    for _ in range(2):
        recorded = transport.wire(GET + GET, timeout=PATIENCE)
        assert [line([one]) for one in recorded] == ["HTTP/1.1 200 OK"] * 2
    transport.close()
    peer.close()

    assert peer.connections == 2
    assert ended == [b"", b""]


def test_the_port_of_a_scheme_and_a_host_in_brackets() -> None:
    def place(url: str) -> tuple[str, int, str]:
        transport = Transport(Endpoint(url=url))
        return transport._host, transport._port, transport._url

    assert place("http://example.com") == ("example.com", 80, "http://example.com:80")
    assert place("https://example.com") == ("example.com", 443, "https://example.com:443")
    assert place("http://[::1]:9000") == ("::1", 9000, "http://[::1]:9000")


def test_a_server_is_told_that_nothing_more_comes() -> None:
    def talk(connection: socket.socket) -> None:
        data = b""
        while more := connection.recv(1 << 16):
            data += more
        connection.sendall(OK if data == HEAD_OF_PUT + b"some" else b"")

    with talking(talk) as (transport, peer):
        [one] = transport.wire(HEAD_OF_PUT + b"some", timeout=PATIENCE, hang_up=True)
        assert line([one]) == "HTTP/1.1 200 OK"
        assert not one.exchange.request.complete
    assert peer.connections == 1


def test_hanging_up_is_of_the_connections_own_kind() -> None:
    done: list[str] = []

    class Tls(ssl.SSLSocket):
        def __init__(self) -> None:
            """No connection."""

        def unwrap(self) -> Any:
            done.append("unwrap")
            raise OSError("it has ended already")

        def __del__(self) -> None:
            """Nothing to close."""

    module._hang_up(Tls())
    ours, theirs = socket.socketpair()
    with ours, theirs:
        module._hang_up(ours)
        assert theirs.recv(1) == b""
    assert done == ["unwrap"]


KEPT = Message("HTTP/1.1 200 OK", complete=True)
ASKED = Message("GET /b HTTP/1.1", complete=True)


@pytest.mark.parametrize(
    ("request_", "response", "note", "may"),
    [
        (ASKED, KEPT, None, True),
        (ASKED, None, None, False),
        (ASKED, KEPT, "odd", False),
        (ASKED, Message("HTTP/1.1 200 OK", complete=False), None, False),
        (ASKED, Message("HTTP/1.0 200 OK", complete=True), None, False),
        (Message("GET /b HTTP/1.1", complete=False), KEPT, None, False),
        (ASKED, Message("HTTP/1.1 200 OK", (("connection", "x, Close"),)), None, False),
        (Message("GET /b HTTP/1.1", (("Connection", "close"),)), KEPT, None, False),
        (ASKED, Message("HTTP/1.1 200 OK", (("Connection", "keep-alive"),)), None, True),
        (ASKED, Message("HTTP/1.1 200 OK", (("X-Close", "close"),)), None, True),
    ],
)
def test_which_connections_may_be_kept(
    request_: Message, response: Message | None, note: str | None, may: bool
) -> None:
    exchange = Exchange("http://h", request_, response, note=note)
    assert module._may_be_kept(Recorded(exchange)) is may
