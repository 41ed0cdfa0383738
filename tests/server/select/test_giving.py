"""An object on its way to the process of its query."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from server_ref.select import frames
from server_ref.select.giving import Giving

LARGE = 4 << 20  # bytes: more than a socket holds


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def _soon() -> float:
    return time.monotonic() + 0.05


def test_what_is_taken_in_parts_comes_whole(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    blocks = [b"one", bytes(range(256)) * (LARGE >> 8), b"three"]
    giving = Giving(here, blocks)
    came = bytearray()
    there.setblocking(False)
    while not giving.until(_soon()):
        came += there.recv(LARGE)
    there.setblocking(True)
    here.close()
    while more := there.recv(LARGE):
        came += more

    expected = [frames.encode(frames.DATA, block) for block in blocks]
    assert came == b"".join([*expected, frames.encode(frames.DATA_END)])


def test_time_has_an_end_though_all_is_taken(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    giving = Giving(here, [b"one"])

    assert not giving.until(time.monotonic())
    assert giving.until(_soon())

    assert frames.Reader(there).next(30) == frames.Frame(frames.DATA, b"one")


def test_who_has_gone_is_given_no_more(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    read = []

    def blocks() -> Iterator[bytes]:
        for number in range(9):
            read.append(number)
            yield b"x"

    giving = Giving(here, blocks())
    there.close()

    assert giving.until(_soon())
    assert giving.until(_soon())
    assert read == [0]
