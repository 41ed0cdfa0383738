"""Frames between the server and the process of a query."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest

from server_ref.select import frames


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def test_frames_come_one_after_another(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    frames.send(here, frames.JOB, b"one")
    frames.send(here, frames.DATA_END)
    frames.send(here, frames.DATA, b"three")
    here.close()
    reader = frames.Reader(there)

    assert [reader.next(30) for _ in range(4)] == [
        frames.Frame(b"J", b"one"),
        frames.Frame(b"E", b""),
        frames.Frame(b"D", b"three"),
        None,
    ]


def test_a_frame_that_comes_byte_by_byte_outlasts_a_timeout(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    here, there = ends
    reader = frames.Reader(there)
    whole = struct.pack(">cI", b"R", 2) + b"ab"
    for byte in whole[:-1]:
        here.sendall(bytes([byte]))
        with pytest.raises(TimeoutError):
            reader.next(0.001)
    here.sendall(whole[-1:])

    assert reader.next(30) == frames.Frame(b"R", b"ab")


def test_the_largest_frame(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = ends
    monkeypatch.setattr(frames, "MOST", 3)
    frames.send(here, b"D", b"abc")
    frames.send(here, b"D", b"abcd")
    reader = frames.Reader(there)

    assert reader.next(30) == frames.Frame(b"D", b"abc")
    with pytest.raises(ValueError, match="a frame of 4 bytes"):
        reader.next(30)
