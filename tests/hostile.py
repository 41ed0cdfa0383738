"""An endpoint that means harm, or is broken: a socket server whose answers are a behaviour."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

Behaviour = Callable[[str, str], Iterator[bytes]]  # method, target -> the pieces of an answer


def answer(
    status: int, body: bytes = b"", *headers: str, kind: str = "application/xml"
) -> Iterator[bytes]:
    """One whole answer."""
    lines = [f"HTTP/1.1 {status} Some Reason", f"Content-Type: {kind}", *headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    yield "\r\n".join(lines).encode() + body


def error(status: int, code: str, message: str = "no") -> Iterator[bytes]:
    """An error as S3 writes it."""
    text = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>1</RequestId></Error>"
    return answer(status, text.encode())


def endless_body(_method: str, _target: str) -> Iterator[bytes]:
    """A body that goes on for ever."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<ListAllMyBucketsResult>"
    yield from itertools.repeat(b"x" * 65536)


def endless_headers(_method: str, _target: str) -> Iterator[bytes]:
    """Header lines for ever."""
    yield b"HTTP/1.1 200 OK\r\n"
    for number in itertools.count():
        yield f"x-amz-meta-{number}: {'y' * 1000}\r\n".encode()


def one_header(_method: str, _target: str) -> Iterator[bytes]:
    """One header line that never ends."""
    yield b"HTTP/1.1 200 OK\r\nx-amz-meta-a: "
    yield from itertools.repeat(b"y" * 65536)


def interim_for_ever(_method: str, _target: str) -> Iterator[bytes]:
    """100 Continue for ever."""
    yield from itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def slow(_method: str, _target: str) -> Iterator[bytes]:
    """A byte every now and then, never done."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    while True:
        time.sleep(0.05)
        yield b"x"


def silent(_method: str, _target: str) -> Iterator[bytes]:
    """Nothing at all."""
    while True:
        time.sleep(0.05)
        yield b""


def throttling(_method: str, _target: str) -> Iterator[bytes]:
    """503 SlowDown, always."""
    return error(503, "SlowDown")


def huge_error(_method: str, _target: str) -> Iterator[bytes]:
    """An error with 22 MB of text."""
    return error(400, "InvalidArgument", "z" * 22_000_000)


def entities(_method: str, _target: str) -> Iterator[bytes]:
    """Entities that grow to a billion words (https://en.wikipedia.org/wiki/Billion_laughs_attack)."""
    grows = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    kind = f'<!DOCTYPE l [<!ENTITY l0 "ha">{grows}]>'
    text = f'<?xml version="1.0"?>{kind}<Error><Code>&l12;</Code></Error>'
    return answer(400, text.encode())


def deep(_method: str, _target: str) -> Iterator[bytes]:
    """Elements in one another, 100,000 deep."""
    return answer(400, b"<a>" * 100_000 + b"</a>" * 100_000)


def packed(_method: str, _target: str) -> Iterator[bytes]:
    """A gzip of zeros, a thousandth of what it becomes."""
    return answer(200, gzip.compress(bytes(100_000_000)), "Content-Encoding: gzip")


def same_page(method: str, _target: str) -> Iterator[bytes]:
    """A listing whose every page says that there is another."""
    if method == "DELETE":
        return error(409, "BucketNotEmpty")
    if method != "GET":
        return answer(200)
    page = next(_pages)
    keys = "".join(f"<Contents><Key>k{page}-{n}</Key></Contents>" for n in range(3))
    text = f"<ListBucketResult><IsTruncated>true</IsTruncated>{keys}</ListBucketResult>"
    return answer(200, text.encode())


_pages = itertools.count()


def terminal_codes(_method: str, _target: str) -> Iterator[bytes]:
    """An error whose text takes a terminal over, or CI's log."""
    return error(400, "InvalidArgument", "\x1b[2J\x1b]0;owned\x07\n::error::owned")


ENDLESS = (endless_body, endless_headers, one_header, interim_for_ever, slow, silent)
BROKEN = (throttling, huge_error, entities, deep, packed, terminal_codes)


class Hostile:
    """Listens on 127.0.0.1 while the context lasts; ``asked`` are the request lines it saw."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._socket.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                line = self._read(connection)
                self.asked.append(line)
                method, target = line.split(" ")[:2]
                for piece in self._behaviour(method, target):
                    if self._ended.is_set():
                        return
                    connection.sendall(piece)
            except (OSError, ValueError, IndexError):
                return  # the client has had enough, or sent nothing

    def _read(self, connection: socket.socket) -> str:
        """Take the whole request; its first line."""
        data = b""
        while b"\r\n\r\n" not in data:
            block = connection.recv(65536)
            if not block:
                raise ValueError("no request")
            data += block
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        sizes = [line.partition(":")[2] for line in lines if line.lower().startswith("content-le")]
        if any(line.lower() == "expect: 100-continue" for line in lines):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        left = int(sizes[0]) - len(body) if sizes else 0
        while left > 0 and (block := connection.recv(65536)):
            left -= len(block)
        return lines[0]
