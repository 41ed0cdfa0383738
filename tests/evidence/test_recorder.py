"""The stand-in for a socket: every way of sending and receiving passes, and is written down."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence import recorder, tripwire
from conformance.evidence.recorder import (
    ENDED,
    OPENED,
    RECEIVED,
    SENT,
    TROUBLE,
    Log,
    install,
    recording,
)

DATA = bytes(range(256)) * 700  # more than two blocks of a file


class Line:
    """The two ends of a connection, ours tapped, and what was written down of it."""

    def __init__(self, log: Log, ours: socket.socket, theirs: socket.socket) -> None:
        connection = http.client.HTTPConnection("store", 9000)
        connection.sock = ours
        self.tapped: Any = connection.sock
        self.theirs = theirs
        self.log = log

    def noted(self, kind: bytes) -> bytes:
        return b"".join(one.data for one in self.log.events() if one.kind == kind)

    def kinds(self) -> list[bytes]:
        return [one.kind for one in self.log.events()]

    def arrived(self, size: int) -> bytes:
        received = b""
        while len(received) < size:
            received += self.theirs.recv(1 << 16)
        return received


@pytest.fixture
def line() -> Iterator[Line]:
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.settimeout(20)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    with recording() as log, ours, theirs:
        yield Line(log, ours, theirs)


def test_where_it_goes_is_noted_once(line: Line) -> None:
    line.tapped.sendall(b"a")
    line.tapped.sendall(b"b")
    assert line.kinds() == [OPENED, SENT, SENT]
    assert line.noted(OPENED) == b"http://store:9000"


@pytest.mark.parametrize("data", [b"hello", bytearray(b"hello"), memoryview(b"hello")])
@pytest.mark.parametrize("way", ["send", "sendall"])
def test_what_is_sent(line: Line, way: str, data: Any) -> None:
    assert getattr(line.tapped, way)(data) == (5 if way == "send" else None)
    assert line.arrived(5) == b"hello"
    assert line.noted(SENT) == b"hello"


def test_nothing_sent_is_nothing_noted(line: Line) -> None:
    line.tapped.sendall(b"")
    assert line.tapped.send(b"") == 0
    assert line.kinds() == []


@pytest.mark.parametrize(
    ("offset", "count", "expected"),
    [
        (0, None, DATA),
        (100, None, DATA[100:]),
        (len(DATA), None, b""),
        (0, 0, b""),
        (1, 7, DATA[1:8]),
        (0, recorder.BLOCK + 1, DATA[: recorder.BLOCK + 1]),
        (10, len(DATA) + 5, DATA[10:]),  # no more than there is
    ],
)
def test_a_file_is_sent_from_where_and_as_far_as_was_said(
    line: Line, tmp_path: Path, offset: int, count: int | None, expected: bytes
) -> None:
    (tmp_path / "file").write_bytes(DATA)
    with (tmp_path / "file").open("rb") as file:
        assert line.tapped.sendfile(file, offset, count) == len(expected)
    assert line.arrived(len(expected)) == expected
    assert line.noted(SENT) == expected


def test_what_is_received_and_the_end(line: Line) -> None:
    line.theirs.sendall(b"hello")
    assert line.tapped.recv(3) == b"hel"
    buffer = bytearray(8)
    assert line.tapped.recv_into(buffer) == 2
    assert buffer[:2] == b"lo"
    line.theirs.shutdown(socket.SHUT_WR)
    assert line.tapped.recv(1) == b""
    assert line.tapped.recv_into(buffer) == 0
    assert line.noted(RECEIVED) == b"hello"
    assert line.kinds() == [OPENED, RECEIVED, RECEIVED, ENDED, ENDED]


def test_no_more_than_was_asked_for_is_received(line: Line) -> None:
    line.theirs.sendall(b"hello")
    buffer = bytearray(8)
    assert line.tapped.recv_into(buffer, 2) == 2
    assert (bytes(buffer[:3]), line.noted(RECEIVED)) == (b"he\0", b"he")


@pytest.mark.parametrize(
    ("mode", "buffering", "expected"),
    [("rb", None, b"one\n"), ("rb", 0, b"one\n"), ("rwb", None, b"one\n"), ("r", None, "one\n")],
)
def test_a_file_that_reads(line: Line, mode: str, buffering: int | None, expected: object) -> None:
    line.theirs.sendall(b"one\ntwo\n")
    with line.tapped.makefile(mode, buffering) as file:
        assert file.readline() == expected
    assert line.noted(RECEIVED).startswith(b"one\n")


@pytest.mark.parametrize(
    ("mode", "buffering", "text"),
    [("wb", None, b"one\n"), ("wb", 0, b"one\n"), ("rwb", None, b"one\n"), ("w", None, "one\n")],
)
def test_a_file_that_writes(line: Line, mode: str, buffering: int | None, text: Any) -> None:
    with line.tapped.makefile(mode, buffering) as file:
        file.write(text)
        file.flush()
        assert line.arrived(4) == b"one\n"
    assert line.noted(SENT) == b"one\n"


def test_the_socket_stays_open_as_long_as_a_file_of_it(line: Line) -> None:
    file = line.tapped.makefile("rb")
    line.tapped.close()
    line.theirs.sendall(b"late\n")
    assert file.readline() == b"late\n"
    file.close()
    assert line.theirs.recv(1) == b""


def test_trouble_is_noted_and_raised(line: Line) -> None:
    line.theirs.close()
    with pytest.raises(BrokenPipeError):
        line.tapped.sendall(b"x")
    assert line.noted(TROUBLE).startswith(b"BrokenPipeError: ")


def test_a_socket_that_has_nothing_yet_is_no_trouble(line: Line) -> None:
    line.tapped.setblocking(False)
    with pytest.raises(BlockingIOError):
        line.tapped.recv(1)
    assert TROUBLE not in line.kinds()


def test_outside_of_a_recording_nothing_is_written_down() -> None:
    install()  # sockets of earlier connections are not tapped
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = http.client.HTTPConnection("::1", 80)
        connection.sock = ours
        with recording() as log:
            connection.sock.sendall(b"in")
        connection.sock.sendall(b"out")
        assert [one.data for one in log.events()] == [b"http://[::1]:80", b"in"]
        log.close()


def test_who_is_recorded_is_held_to_its_hosts_as_long_as_that() -> None:
    assert tripwire.current() is None
    with recording(["h:1"]) as log:
        held = tripwire.current()
        with recording() as inner:
            assert tripwire.current() is None
        assert tripwire.current() is held is not None
    assert tripwire.current() is None
    log.close()
    inner.close()
