"""System headers outside ASCII come back as the bytes that came."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from server_ref.server import S3Server


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server(anonymous=True, durability="relaxed") as running:
        assert exchange(running, b"PUT /bytes").startswith(b"HTTP/1.1 200 ")
        yield running


def exchange(server: S3Server, start: bytes, *headers: bytes) -> bytes:
    """The answer to one request without a body."""
    host, port = server.url.removeprefix("http://").split(":")
    lines = [start + b" HTTP/1.1", b"Host: h", b"Content-Length: 0", b"Connection: close", *headers]
    received = b""
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        while block := connection.recv(65536):
            received += block
    return received


@pytest.mark.parametrize("name", [b"Expires", b"Cache-Control", b"Content-Disposition"])
@pytest.mark.parametrize("coded", [(), (b"Content-Encoding: gzip",)], ids=["plain", "coded"])
def test_bytes_come_back(server: S3Server, name: bytes, coded: tuple[bytes, ...]) -> None:
    line = name + b": " + "é".encode()
    assert exchange(server, b"PUT /bytes/k", line, *coded).startswith(b"HTTP/1.1 200 ")

    answer = exchange(server, b"GET /bytes/k")

    assert b"\r\n" + line + b"\r\n" in answer
    for one in coded:
        assert b"\r\n" + one + b"\r\n" in answer
