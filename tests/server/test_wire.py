"""Heads, bodies and answers on a wire by themselves: what is refused, and what is sent exactly."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from server_ref.errors import S3Error
from server_ref.http import body as bodies
from server_ref.http.head import Head, parse_head
from server_ref.http.send import encode_head, send_response
from server_ref.http.wire import Silence, Wire, _Pace
from server_ref.response import UNKNOWN, Payload, Response, Segment


@pytest.fixture
def ends() -> Iterator[tuple[Wire, socket.socket]]:
    """A wire, and the other end of its connection."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname(), timeout=60) as there,
    ):
        here, _ = listening.accept()
        with here:
            yield Wire(here, 60.0), there


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(S3Error) as error:
        work()
    return error.value.code


# heads


def test_a_head() -> None:
    head = parse_head(b"PUT /a?b HTTP/1.1\r\nHost: h\r\nX-A: \t1 \r\nx-a:2\r\nEmpty:")

    assert head == Head(
        "PUT", "/a?b", "1.1", {"host": "h", "x-a": "1,2", "empty": ""}, "utf-8", False
    )
    assert parse_head(b"GET / HTTP/1.0").version == "1.0"
    assert parse_head("GET / HTTP/1.1\r\na: é".encode()).headers["a"] == "é"
    latin = parse_head("GET / HTTP/1.1\r\na: é".encode("latin-1"))
    assert (latin.headers["a"], latin.encoding) == ("é", "latin-1")


@pytest.mark.parametrize(
    ("name", "repeated"),
    [
        ("Content-Length", True),
        ("Host", True),
        ("Transfer-Encoding", True),
        ("Authorization", True),
        ("Content-Type", False),
    ],
)
def test_a_header_that_may_come_only_once(name: str, repeated: bool) -> None:
    line = name.encode()

    assert parse_head(b"GET / HTTP/1.1\r\n%b: 1\r\n%b: 1" % (line, line.upper())).repeated is (
        repeated
    )
    assert not parse_head(b"GET / HTTP/1.1\r\n%b: 1" % line).repeated


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GET /",
        b"GET / HTTP/1.1 x",
        b"GET  HTTP/1.1",
        b" / HTTP/1.1",
        b"G(T / HTTP/1.1",
        b"GET / HTTP/1.2",
        b"GET / HTTP/2.0",
        b"GET / http/1.1",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nno colon",
        b"GET / HTTP/1.1\r\n: no name",
        b"GET / HTTP/1.1\r\nname : x",
        b"GET / HTTP/1.1\r\n folded: x",
        b"GET / HTTP/1.1\r\na: b\nc: d",
        b"GET / HTTP/1.1\r\na: b\rc",
        b"GET / HTTP/1.1\r\na: \0",
        b"GET / HTTP/1.1\na: b",
    ],
)
def test_what_is_no_head(head: bytes) -> None:
    assert code_of(lambda: parse_head(head)) == "BadRequest"


# bodies


def opened(wire: Wire, *, strict: bool = True, expect: bool = True, version: str = "1.1", **h: str):  # type: ignore[no-untyped-def]  # one of three
    headers = {name.replace("_", "-"): value for name, value in h.items()}
    head = Head("PUT", "/", version, headers, "utf-8")
    return bodies.open_body(head, wire, strict=strict, expect=expect)


def test_a_body_of_a_length(ends: tuple[Wire, socket.socket]) -> None:
    wire, there = ends
    there.sendall(b"abcdefgh")
    body = opened(wire, content_length="5")

    assert (body.length, body.unread, body.trailers) == (5, 5, {})
    assert body.read(2) == b"ab"
    assert body.unread == 3
    assert body.read(10) == b"cde"
    assert (body.unread, body.read(10)) == (0, b"")
    assert wire.take(10) == b"fgh"


def test_no_body(ends: tuple[Wire, socket.socket]) -> None:
    for body in (opened(ends[0]), opened(ends[0], content_length="0")):
        assert (body.length, body.unread, body.read(), body.awaits_continue) == (0, 0, b"", False)


def test_a_body_in_chunks(ends: tuple[Wire, socket.socket]) -> None:
    wire, there = ends
    there.sendall(b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\nnext")
    body = opened(wire, transfer_encoding="Chunked")

    assert (body.length, body.unread) == (None, None)
    read = [body.read(4) for _ in range(5)]
    assert b"".join(read) == b"abc0123456789"
    assert read[-1] == b""
    assert (body.unread, body.read(4)) == (0, b"")
    assert wire.take(10) == b"next"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"x\r\n", "BadRequest"),
        (b"1\r\nabc\r\n", "BadRequest"),
        (b"\r\n", "BadRequest"),
        (b"0" * 17 + b"\r\n", "BadRequest"),
        (b"0" * 5000, "BadRequest"),
        (b"0\r\n" + b"a: b\r\n" * 64, "BadRequest"),
        (b"5\r\nab", "IncompleteBody"),
        (b"5", "IncompleteBody"),
    ],
)
def test_chunks_that_are_none(ends: tuple[Wire, socket.socket], sent: bytes, code: str) -> None:
    wire, there = ends
    there.sendall(sent)
    there.shutdown(socket.SHUT_WR)
    body = opened(wire, transfer_encoding="chunked")

    def all_of_it() -> None:
        while body.read(100):
            pass

    assert code_of(all_of_it) == code


def test_as_many_trailers_as_are_taken(ends: tuple[Wire, socket.socket]) -> None:
    wire, there = ends
    there.sendall(b"0\r\n" + b"a: b\r\n" * 63 + b"\r\n")

    assert opened(wire, transfer_encoding="chunked").read(9) == b""


@pytest.mark.parametrize(
    ("headers", "strict", "version", "code"),
    [
        ({"content_length": "1,1"}, True, "1.1", "BadRequest"),
        ({"content_length": "+1"}, True, "1.1", "BadRequest"),
        ({"content_length": "-1"}, False, "1.1", "BadRequest"),
        ({"content_length": ""}, True, "1.1", "BadRequest"),
        ({"content_length": "1" * 20}, True, "1.1", "BadRequest"),
        ({"content_length": "1", "transfer_encoding": "chunked"}, True, "1.1", "BadRequest"),
        ({"transfer_encoding": "chunked"}, True, "1.0", "BadRequest"),
        ({"transfer_encoding": "gzip"}, True, "1.1", "NotImplemented"),
        ({"transfer_encoding": "gzip, chunked"}, True, "1.1", "NotImplemented"),
    ],
)
def test_a_framing_that_is_refused(
    ends: tuple[Wire, socket.socket], headers: dict[str, str], strict: bool, version: str, code: str
) -> None:
    assert code_of(lambda: opened(ends[0], strict=strict, version=version, **headers)) == code


def test_a_framing_that_is_taken_where_it_is_not_strict(ends: tuple[Wire, socket.socket]) -> None:
    def length(**headers: str) -> int | None:
        return opened(ends[0], strict=False, **headers).length

    assert length(content_length="1,+2") == 2
    assert length(content_length="3", transfer_encoding="chunked") == 3
    assert opened(ends[0], strict=False, version="1.0", transfer_encoding="chunked").length is None
    assert opened(ends[0], content_length="9" * 19).length == int("9" * 19)


@pytest.mark.parametrize(
    ("expect", "said", "version", "awaits"),
    [
        (True, "100-continue", "1.1", True),
        (True, "100-Continue", "1.1", True),
        (False, "100-continue", "1.1", False),
        (True, "100-continue", "1.0", False),
        (True, "else", "1.1", False),
    ],
)
def test_who_is_told_to_go_on(
    ends: tuple[Wire, socket.socket], expect: bool, said: str, version: str, awaits: bool
) -> None:
    wire, there = ends
    body = opened(wire, expect=expect, version=version, content_length="2", expect_=said)
    assert not body.awaits_continue, "another header"
    headers = {"content-length": "2", "expect": said}
    head = Head("PUT", "/", version, headers, "utf-8")
    body = bodies.open_body(head, wire, strict=True, expect=expect)
    assert body.awaits_continue is awaits
    if awaits:
        wire.pending = b"x"  # what has begun to come needs no word
        assert body.read(1) == b"x"
        assert not body.awaits_continue
        empty = Head("PUT", "/", version, headers | {"content-length": "0"}, "utf-8")
        bodies.open_body(empty, wire, strict=True, expect=True)
        assert there.recv(100) == bodies.CONTINUE


# the wire


def test_what_was_received_is_taken_first(ends: tuple[Wire, socket.socket]) -> None:
    wire, there = ends
    wire.pending = b"abc"

    assert (wire.take(2), wire.pending) == (b"ab", b"c")
    assert (wire.take(1), wire.pending) == (b"c", b"")
    there.sendall(b"def")
    assert wire.take(2) == b"de"


def test_a_large_read_waits_until_it_is_filled(ends: tuple[Wire, socket.socket]) -> None:
    wire, there = ends
    there.sendall(b"x" * (1 << 16))

    assert wire.take(1 << 16) == b"x" * (1 << 16)
    there.shutdown(socket.SHUT_WR)
    assert wire.take(1 << 16) == wire.take(1) == b""


def test_whoever_says_nothing_is_silent() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()),
    ):
        here, _ = listening.accept()
        with here:
            wire = Wire(here, 0.01)
            for size in (1, 1 << 16):
                with pytest.raises(Silence):
                    wire.take(size)


def test_pieces_and_files_are_sent_whole(ends: tuple[Wire, socket.socket], tmp_path: Path) -> None:
    wire, there = ends
    file = tmp_path / "file"
    file.write_bytes(b"0123456789")
    wire.send_pieces((b"ab", b"", b"cd"))
    with file.open("rb") as opened_file:
        wire.send_file(opened_file, 3, 4)
        with pytest.raises(EOFError, match="shorter than its record says"):
            wire.send_file(opened_file, 8, 3)
    wire.sock.shutdown(socket.SHUT_WR)

    assert b"".join(iter(lambda: there.recv(100), b"")) == b"abcd345689"


@pytest.mark.parametrize(
    ("steps", "slow"),
    [
        ([(5, 10.0)], False),
        ([(9, 10.1)], True),
        ([(102, 10.1)], False),
        ([(100, 10.1)], True),
        ([(1000, 10.1), (1, 5.0)], False),
        ([(1000, 10.1), (1, 10.1)], True),
        ([(50, 5.0), (50, 5.0)], False),
        ([(50, 5.0), (50, 5.1)], True),
    ],
)
def test_a_pace_is_of_each_stretch(steps: list[tuple[int, float]], slow: bool) -> None:
    pace = _Pace(10.0, 10)

    def run() -> None:
        for size, seconds in steps:
            pace.moved(size, seconds)

    if slow:
        with pytest.raises(Silence):
            run()
    else:
        run()


@pytest.mark.parametrize(
    ("times", "slow"),
    [
        ([(10.0, 0)], False),
        ([(10.1, 101)], False),
        ([(10.1, 100)], True),
        ([(10.1, 1000), (20.0, 0)], False),
        ([(10.1, 1000), (20.2, 0)], True),
        ([(4.0, 60), (10.1, 60)], False),
        ([(4.0, 50), (10.1, 50)], True),
    ],
)
def test_a_body_comes_at_its_pace(
    ends: tuple[Wire, socket.socket],
    times: list[tuple[float, int]],
    slow: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire, _ = ends
    now = 0.0
    monkeypatch.setattr("server_ref.http.wire.time.monotonic", lambda: now)
    wire.expect_body(10.0, 10)
    silent = False
    for at, size in times:
        now = at
        try:
            wire.arrived(size)
        except Silence:
            silent = True

    assert silent is slow


# answers


def answered(
    ends: tuple[Wire, socket.socket],
    response: Response,
    *,
    head_only: bool = False,
    chunks: bool = True,
) -> tuple[int, bytes]:
    wire, there = ends
    sent = send_response(wire, response, head_only=head_only, chunks=chunks)
    wire.sock.shutdown(socket.SHUT_WR)
    return sent, b"".join(iter(lambda: there.recv(1 << 16), b""))


@pytest.mark.parametrize(
    ("status", "body", "head_only", "length", "sent"),
    [
        (200, b"abc", False, b"3", b"abc"),
        (200, b"", False, b"0", b""),
        (200, b"abc", True, b"3", b""),
        (200, b"", True, None, b""),
        (204, b"abc", False, None, b""),
        (304, b"abc", False, None, b""),
        (199, b"abc", False, None, b""),
        (404, b"x" * (1 << 16), False, b"65536", b"x" * (1 << 16)),
        (404, b"x" * ((1 << 16) + 1), False, b"65537", b"x" * ((1 << 16) + 1)),
    ],
)
def test_an_answer(
    ends: tuple[Wire, socket.socket],
    status: int,
    body: bytes,
    head_only: bool,
    length: bytes | None,
    sent: bytes,
) -> None:
    number, data = answered(ends, Response(status, {}, body), head_only=head_only)
    head, _, rest = data.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d" % status)
    assert (b"Content-Length: %b" % length in head) if length else b"Content-Length" not in head
    assert (number, rest) == (len(sent), sent)


class Pieces:
    """Chunks that know that they were closed."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = iter(chunks)
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self.chunks

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("chunks", "body"), [(True, b"1\r\na\r\na\r\n0123456789\r\n0\r\n\r\n"), (False, b"a0123456789")]
)
def test_an_answer_of_unknown_length(
    ends: tuple[Wire, socket.socket], chunks: bool, body: bytes
) -> None:
    pieces = Pieces(b"a", b"", b"0123456789")
    sent, data = answered(ends, Response(200, {}, Payload(UNKNOWN, chunks=pieces)), chunks=chunks)
    head, _, rest = data.partition(b"\r\n\r\n")

    assert (sent, rest, pieces.closed) == (11, body, True)
    assert (b"Transfer-Encoding: chunked" in head) is chunks


def test_an_answer_in_chunks_of_a_known_length(ends: tuple[Wire, socket.socket]) -> None:
    pieces = Pieces(b"a", b"bc")
    sent, data = answered(ends, Response(200, {}, Payload(3, chunks=pieces)))

    assert (sent, data.partition(b"\r\n\r\n")[2], pieces.closed) == (3, b"abc", True)


@pytest.mark.parametrize("length", [2, 4])
def test_an_answer_that_is_not_as_long_as_announced(
    ends: tuple[Wire, socket.socket], length: int
) -> None:
    pieces = Pieces(b"a", b"bc")
    with pytest.raises(EOFError, match="not as long as was announced"):
        answered(ends, Response(200, {}, Payload(length, chunks=pieces)))

    assert pieces.closed


@pytest.mark.parametrize("head_only", [False, True])
def test_an_answer_of_files_and_bytes(
    ends: tuple[Wire, socket.socket], head_only: bool, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    file = (tmp_path / "file").open("rb")
    payload = Payload(5, (Segment(file, 2, 3), b"xy"))
    sent, data = answered(ends, Response(200, {}, payload), head_only=head_only)

    assert b"Content-Length: 5" in data
    assert (sent, data.partition(b"\r\n\r\n")[2]) == ((0, b"") if head_only else (5, b"234xy"))
    assert file.closed


def test_a_head_has_no_line_of_a_value() -> None:
    assert encode_head(200, {"a": "b\r\nc", "d": "e\0"}) == (
        b"HTTP/1.1 200 OK\r\na: b  c\r\nd: e \r\n\r\n"
    )
    assert encode_head(299, {"a": "é"}) == "HTTP/1.1 299 Status\r\na: é\r\n\r\n".encode("latin-1")
    assert encode_head(404, {"a": "漢"}) == "HTTP/1.1 404 Not Found\r\na: 漢\r\n\r\n".encode()


# pieces


class Half:
    """A socket that takes at most so many bytes of a call, as a full send buffer does."""

    def __init__(self, sock: socket.socket, most: int) -> None:
        self._sock = sock
        self._most = most

    def sendmsg(self, pieces: Sequence[bytes]) -> int:
        return self._sock.send(b"".join(pieces)[: self._most])

    def send(self, data: bytes | memoryview, flags: int) -> int:
        return self._sock.send(data[: self._most], flags)


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 8, 9])
def test_pieces_that_are_not_taken_at_once_go_on_where_they_ended(
    ends: tuple[Wire, socket.socket], most: int
) -> None:
    wire, there = ends
    whole, wire.sock = wire.sock, Half(wire.sock, most)

    wire.send_pieces([b"abc", b"", b"de", b"fgh"])
    whole.shutdown(socket.SHUT_WR)

    assert there.makefile("rb").read() == b"abcdefgh"


def test_pieces_go_one_by_one_where_the_connection_is_secure(
    ends: tuple[Wire, socket.socket],
) -> None:
    wire, there = ends
    whole, wire._secure = wire.sock, True
    wire.sock = SimpleNamespace(send=whole.send)

    wire.send_pieces([b"abc", b"", b"de"])
    whole.shutdown(socket.SHUT_WR)

    assert there.makefile("rb").read() == b"abcde"


@pytest.mark.parametrize("way", ["data", "pieces", "file"])
def test_whoever_takes_an_answer_too_slowly_is_given_up(
    ends: tuple[Wire, socket.socket], way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, _ = ends
    ticks = iter(range(0, 1000, 11))  # seconds: each look at the clock is eleven after the last
    monkeypatch.setattr("server_ref.http.wire.time.monotonic", lambda: next(ticks))
    wire.expect_reader(10.0, 1)
    (tmp_path / "file").write_bytes(b"x" * 11)

    def send(size: int) -> None:
        with (tmp_path / "file").open("rb") as file:
            if way == "data":
                wire.send(b"x" * size)
            elif way == "pieces":
                wire.send_pieces([b"x" * size])
            else:
                wire.send_file(file, 0, size)

    send(11)
    with pytest.raises(Silence):
        send(10)
