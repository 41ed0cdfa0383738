"""HTTP at the byte level: what the transport accepts, refuses, answers and closes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server_ref.errors import S3Error
from server_ref.http.limits import Limits
from server_ref.http.send import encode_head
from server_ref.http.server import Transport
from server_ref.request import Request
from server_ref.response import UNKNOWN, Payload, Response, Segment

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"


class Echo:
    """Answers a request with what it read of it."""

    def __init__(self) -> None:
        self.files: list[Path] = []

    def respond(self, request: Request) -> Response:
        try:
            return self._respond(request)
        except S3Error as error:
            return self.refuse(error, request.method)

    def _respond(self, request: Request) -> Response:
        path = request.target.partition("?")[0]
        if path == "/unread":
            return Response(403, {}, b"no")
        if path == "/file":
            file = self.files[0].open("rb")
            return Response(200, {}, Payload(10, (b"head ", Segment(file, 2, 5))))
        if path == "/chunks":
            return Response(200, {}, Payload(6, chunks=iter([b"abc", b"def"])))
        if path == "/short":
            return Response(200, {}, Payload(6, chunks=iter([b"abc"])))
        if path == "/unknown":
            return Response(200, {}, Payload(UNKNOWN, chunks=iter([b"abc", b"", b"def"])))
        if path == "/204":
            return Response(204)
        data = b""
        while piece := request.body.read():
            data += piece
        answer = f"{request.method} {request.target} ".encode() + data
        return Response(200, {"X-Length": str(request.body.length)}, answer)

    def refuse(self, error: S3Error, method: str) -> Response:
        body = b"" if method == "HEAD" else error.code.encode()
        return Response(error.status, {}, body)


@contextmanager
def serving(limits: Limits | None = None) -> Iterator[tuple[Transport, Echo]]:
    echo = Echo()
    transport = Transport("127.0.0.1", 0, echo, limits or Limits())
    transport.start()
    try:
        yield transport, echo
    finally:
        transport.drain(1.0)


@pytest.fixture(scope="module")
def transport() -> Iterator[Transport]:
    with serving() as (made, _):
        yield made


def connect(transport: Transport) -> socket.socket:
    return socket.create_connection(transport.address, timeout=10)


def exchange(transport: Transport, data: bytes) -> bytes:
    """Everything that comes back until the server closes; our side ends after ``data``."""
    with connect(transport) as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        received = b""
        while piece := sock.recv(65536):
            received += piece
        return received


def receive(sock: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        piece = sock.recv(65536)
        assert piece, data
        data += piece
    return data


def test_pipelined_requests_are_answered_in_order(transport: Transport) -> None:
    answers = exchange(transport, GET.replace(b"/a", b"/1") + GET.replace(b"/a", b"/2") + GET)
    assert [answers.find(b"GET /%s " % name) for name in (b"1", b"2", b"a")] == sorted(
        answers.find(b"GET /%s " % name) for name in (b"1", b"2", b"a")
    )
    assert answers.count(b"HTTP/1.1 200 OK") == 3


def test_a_head_in_single_bytes(transport: Transport) -> None:
    with connect(transport) as sock:
        for byte in GET:
            sock.sendall(bytes([byte]))
        assert receive(sock, b"GET /a ").startswith(b"HTTP/1.1 200 OK\r\n")


def test_connection_stays_and_ends(transport: Transport) -> None:
    assert b"Connection" not in exchange(transport, GET)
    assert b"Connection: close" in exchange(transport, GET[:-2] + b"Connection: close\r\n\r\n")
    old = GET.replace(b"1.1", b"1.0")
    assert b"Connection: close" in exchange(transport, old)
    kept = exchange(transport, old[:-2] + b"Connection: keep-alive\r\n\r\n" + old)
    assert kept.count(b" 200 OK") == 2


@pytest.mark.parametrize(
    ("version", "wish", "kept"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"Connection: keep-alive\r\n", True),
        (b"1.1", b"Connection: TE\r\n", True),
        (b"1.1", b"Connection: close\r\n", False),
        (b"1.1", b"Connection: TE, Close\r\n", False),
        (b"1.0", b"", False),
        (b"1.0", b"Connection: Keep-Alive\r\n", True),
        (b"1.0", b"Connection: close\r\n", False),
    ],
)
def test_a_connection_is_kept_as_its_client_wishes(
    transport: Transport, version: bytes, wish: bytes, kept: bool
) -> None:
    first = GET.replace(b"1.1", version)[:-2] + wish + b"\r\n"
    answer = exchange(transport, first + GET.replace(b"/a", b"/second"))

    assert answer.count(b"HTTP/1.1 200 OK") == 1 + kept
    assert (b"Connection: close" in answer) is not kept
    assert (b"Connection: keep-alive" in answer) is (kept and version == b"1.0")


def test_a_server_may_keep_no_connection() -> None:
    with serving(Limits(keep_alive=False)) as (transport, _):
        answer = exchange(transport, GET + GET)
    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"Connection: close" in answer


BODY = b"PUT /a HTTP/1.1\r\nHost: h\r\n"


def test_bodies(transport: Transport) -> None:
    assert exchange(transport, BODY + b"Content-Length: 3\r\n\r\nabc").endswith(b"PUT /a abc")
    assert exchange(transport, BODY + b"\r\n").endswith(b"PUT /a ")
    chunked = b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n"
    assert exchange(transport, BODY + chunked + GET).count(b" 200 OK") == 2
    assert b"PUT /a abcde" in exchange(transport, BODY + chunked)


@pytest.mark.parametrize(
    "data",
    [
        b"GET /a\r\n\r\n",
        b"GET  /a HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /a HTTP/2.0\r\nHost: h\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"G@T /a HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /a HTTP/1.1\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: h\r\nBad Name: 1\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: h\r\nNoColon\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: h\r\nA: b\r\n folded\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: h\r\nA: b\nC: d\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: h\r\nA: b\rC\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: h\r\nA: \x00\r\n\r\n",
        BODY + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        BODY + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        BODY + b"Content-Length: 3, 3\r\n\r\nabc",
        BODY + b"Content-Length: -1\r\n\r\n",
        BODY + b"Content-Length: +3\r\n\r\nabc",
        BODY + b"Content-Length: 0x3\r\n\r\nabc",
        BODY + b"Content-Length: three\r\n\r\nabc",
        BODY + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        BODY.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        BODY + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        BODY + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_closed(transport: Transport, data: bytes) -> None:
    answer = exchange(transport, data + GET)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Connection: close" in answer
    assert answer.count(b"HTTP/1.1") == 1, "nothing after it may be taken as a request"


def test_an_unknown_transfer_coding(transport: Transport) -> None:
    answer = exchange(transport, BODY + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 501 ")


def test_a_body_that_ends_early(transport: Transport) -> None:
    assert exchange(transport, BODY + b"Content-Length: 9\r\n\r\nabc").endswith(b"IncompleteBody")
    assert b"IncompleteBody" in exchange(
        transport, BODY + b"Transfer-Encoding: chunked\r\n\r\n3\r\nab"
    )


def test_continue_is_said_when_the_body_is_read(transport: Transport) -> None:
    with connect(transport) as sock:
        sock.sendall(BODY + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert receive(sock, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"abc")
        assert receive(sock, b"PUT /a abc")


@pytest.mark.parametrize("chunked", [False, True])
def test_continue_is_said_once_however_the_body_comes(transport: Transport, chunked: bool) -> None:
    body = b"x" * 3_000_000
    sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(body)
    with connect(transport) as sock:
        sock.sendall(BODY + length + b"\r\nExpect: 100-continue\r\n\r\n")
        assert receive(sock, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        for start in range(0, len(sent), 100_000):
            sock.sendall(sent[start : start + 100_000])
        answer = receive(sock, b"PUT /a " + body)
    assert b"100 Continue" not in answer
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_continue_is_not_said_to_a_refused_request(transport: Transport) -> None:
    data = BODY.replace(b"/a", b"/unread") + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    answer = exchange(transport, data)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"Connection: close" in answer


@pytest.mark.parametrize("value", [b"tea", b""])
def test_another_expectation_is_not_looked_at(transport: Transport, value: bytes) -> None:
    answer = exchange(transport, GET[:-2] + b"Expect: " + value + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_body_of_no_bytes_is_asked_for_where_it_is_waited_for(transport: Transport) -> None:
    """botocore waits for the 100 even where it has nothing to send."""
    empty = BODY + b"Content-Length: 0\r\nExpect: 100-continue\r\n\r\n"
    answer = exchange(transport, empty)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")


def test_an_unread_body_is_drained_or_the_connection_closed(transport: Transport) -> None:
    unread = BODY.replace(b"/a", b"/unread")
    within = GET.replace(b"/a", b"/within-a-body")  # a body that is a request, never answered
    for times in (1, 100):
        body = within * times
        sent = unread + b"Content-Length: %d\r\n\r\n" % len(body) + body
        answer = exchange(transport, sent + GET)
        assert answer.count(b"HTTP/1.1 ") == 2
        assert answer.startswith(b"HTTP/1.1 403 ")
        assert answer.endswith(b"\r\n\r\nGET /a ")
    body = within * (3_000_000 // len(within))
    answer = exchange(transport, unread + b"Content-Length: %d\r\n\r\n" % len(body) + body + GET)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer


@pytest.mark.parametrize(("size", "kept"), [(0, True), (9, True), (10, True), (11, False)])
def test_so_much_of_an_unread_body_is_drained(size: int, kept: bool) -> None:
    unread = BODY.replace(b"/a", b"/unread") + b"Content-Length: %d\r\n\r\n" % size
    with serving(Limits(drain=10)) as (transport, _):
        answer = exchange(transport, unread + b"x" * size + GET)
    assert answer.count(b"HTTP/1.1 ") == 1 + kept
    assert (b"Connection: close" in answer) is not kept


def test_head_and_no_content_have_no_body(transport: Transport) -> None:
    answer = exchange(transport, GET.replace(b"GET", b"HEAD") + GET)
    assert answer.count(b"HTTP/1.1 200") == 2
    assert b"HEAD /a" not in answer
    answer = exchange(transport, GET.replace(b"/a", b"/204"))
    assert answer == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_limits_of_a_head(transport: Transport) -> None:
    long_header = GET[:-2] + b"A: " + b"x" * 9000 + b"\r\n\r\n"
    assert exchange(transport, long_header).endswith(b"RequestHeaderSectionTooLarge")
    endless = GET[:-2] + b"A: " + b"x" * 60_000
    assert exchange(transport, endless).endswith(b"RequestHeaderSectionTooLarge")
    long_target = b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n"
    assert exchange(transport, long_target).startswith(b"HTTP/1.1 414 ")
    key = b"GET /" + b"%C3%BC" * 1024 + b" HTTP/1.1\r\nHost: h\r\n\r\n"
    assert exchange(transport, key).startswith(b"HTTP/1.1 200 ")


def test_slow_heads_and_bodies_end() -> None:
    with serving(Limits(head_time=0.3, idle_time=0.6)) as (transport, _):
        with connect(transport) as sock:
            sock.sendall(GET[:10])
            assert receive(sock, b"RequestTimeout").startswith(b"HTTP/1.1 400 ")
        with connect(transport) as sock:
            sock.sendall(BODY + b"Content-Length: 9\r\n\r\nabc")
            assert receive(sock, b"RequestTimeout").startswith(b"HTTP/1.1 400 ")
        with connect(transport) as sock:
            assert sock.recv(1) == b""  # the server ends it; else this ends after ten seconds
        with connect(transport) as sock, pytest.raises(OSError):
            for _ in range(100):  # a byte now and then does not keep it open
                sock.sendall(b"G")
                time.sleep(0.05)


def test_files_and_iterators(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"..world....")
    with serving() as (transport, echo):
        echo.files.append(path)
        answer = exchange(transport, GET.replace(b"/a", b"/file"))
        assert answer.endswith(b"Content-Length: 10\r\n\r\nhead world")
        answer = exchange(transport, GET.replace(b"/a", b"/chunks"))
        assert answer.endswith(b"Content-Length: 6\r\n\r\nabcdef")
        answer = exchange(transport, GET.replace(b"/a", b"/short") + GET)
        assert answer.endswith(b"abc"), "a body that cannot be finished ends the connection"


def test_a_body_of_unknown_length_has_an_end(transport: Transport) -> None:
    unknown = GET.replace(b"/a", b"/unknown")
    answer = exchange(transport, unknown + GET)
    assert b"Transfer-Encoding: chunked\r\n" in answer
    assert b"\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\nHTTP/1.1 200 " in answer

    old = unknown.replace(b"1.1", b"1.0")[:-2] + b"Connection: keep-alive\r\n\r\n"
    answer = exchange(transport, old + GET)  # HTTP/1.0 knows no chunks: the end of it all ends it
    assert b"Transfer-Encoding" not in answer
    assert b"Connection: close\r\n" in answer
    assert answer.endswith(b"\r\n\r\nabcdef")


def test_no_value_ends_its_header() -> None:
    head = encode_head(200, {"A": "b\r\nSet-Cookie: c", "D": "e\x00\nf"})
    assert head == b"HTTP/1.1 200 OK\r\nA: b  Set-Cookie: c\r\nD: e  f\r\n\r\n"


def test_draining_lets_a_request_finish_and_ends_idle_connections() -> None:
    with serving() as (transport, _), connect(transport) as idle, connect(transport) as busy:
        idle.sendall(GET)
        receive(idle, b"GET /a ")
        busy.sendall(BODY + b"Content-Length: 3\r\n\r\n")
        time.sleep(0.1)
        ending = threading.Thread(target=transport.drain, args=(5.0,))
        ending.start()
        assert idle.recv(1) == b""
        time.sleep(0.1)
        assert ending.is_alive()  # it waits for the request
        busy.sendall(b"abc")
        answer = receive(busy, b"PUT /a abc")
        assert b"Connection: close" in answer
        ending.join(5)
        assert not ending.is_alive()
        with pytest.raises(ConnectionError):
            connect(transport)


def test_the_answer_to_a_head_that_is_no_request_has_no_body(transport: Transport) -> None:
    for data in (b"HEAD /a\r\n\r\n", b"HEAD /a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", b"HEAD /"):
        answer = exchange(transport, data)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert answer.endswith(b"\r\n\r\n")
