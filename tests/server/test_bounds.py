"""Bounds of the server: no thread left, documents made to be slow, bodies that never come."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server_ref.errors import S3Error
from server_ref.http.limits import Limits
from server_ref.http.wire import Silence, Wire
from server_ref.model import document
from server_ref.server import S3Server
from server_ref.settings import Settings
from server_ref.storage.store import IDLE_READERS, Store


@pytest.fixture
def s3() -> Iterator[S3Server]:
    with S3Server(anonymous=True) as server:
        yield server


def address(server: S3Server) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return host, int(port)


def status_of(server: S3Server) -> int:
    connection = http.client.HTTPConnection(*address(server), timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


@contextlib.contextmanager
def connected() -> Iterator[socket.socket]:
    """One end of a TCP connection whose other end does nothing."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as there,
    ):
        here, _ = listening.accept()
        with here, there:
            yield here


def test_without_a_thread_it_refuses_and_goes_on(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def none_left(thread: threading.Thread) -> None:
        if "process_request_thread" in str(getattr(thread, "_target", "")):
            raise RuntimeError("can't start new thread")
        start(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", none_left)
        assert [status_of(s3) for _ in range(3)] == [503, 503, 503]
    assert status_of(s3) == 200


def test_a_tls_hello_on_the_plain_port_is_answered_at_once(s3: S3Server) -> None:
    with socket.create_connection(address(s3), timeout=5) as client:
        client.sendall(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")


ATTRIBUTES = " ".join(f'a{number}=""' for number in range(20_000))
NAMESPACES = " ".join(f'xmlns:n{number}="u"' for number in range(5_000))


@pytest.mark.parametrize(
    "slow",
    [
        f"<Tagging><Tag {ATTRIBUTES}/></Tagging>",
        f"<Tagging {NAMESPACES}/>",
        "<Tagging>" + f"<Tag {ATTRIBUTES[:40_000].rpartition(' ')[0]}/>" * 8 + "</Tagging>",
        "<Tagging>" + "<T/>" * 140_000 + "</Tagging>",
        "<a>" * 40 + "</a>" * 40,
        f"<Tagging a='{'x' * 200_000}'/>",
    ],
    ids=["attributes", "namespaces", "attributes in many tags", "elements", "depth", "a tag"],
)
def test_documents_made_to_be_slow_are_malformed(slow: str) -> None:
    with pytest.raises(S3Error) as refused:
        document.read(slow.encode())
    assert refused.value.code == "MalformedXML"


def test_the_largest_document_of_s3_is_read() -> None:
    part = (
        "<Part><PartNumber>{0}</PartNumber><ETag>&quot;{0:032x}&quot;</ETag>"
        "<ChecksumSHA256>{0:043x}=</ChecksumSHA256></Part>"
    )
    parts = "".join(part.format(number) for number in range(1, 10_001))

    root = document.read(f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode())

    assert len(root.children) == 10_000
    assert root.children[-1].children[0].text == "10000"


def test_text_that_meets_the_end_of_a_piece_is_whole() -> None:
    text = "é" * 100_000
    assert document.read(f"<a>{text}</a>".encode()).text == text


def test_a_body_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with connected() as here:
        wire = Wire(here, 5.0)
        now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: now)
        wire.expect_body(Limits().body_patience, Limits().body_pace)
        now += 59.0
        wire.arrived(1)
        now += 2.0
        with pytest.raises(Silence):
            wire.arrived(1)


def test_a_body_that_comes_at_its_pace_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with connected() as here:
        wire = Wire(here, 5.0)
        now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: now)
        wire.expect_body(60.0, 1024)
        for _ in range(10):
            now += 100.0
            wire.arrived(200 * 1024)
        now += 50.0
        wire.arrived(1)
        now += 50.0
        with pytest.raises(Silence):
            wire.arrived(1)


def test_an_answer_nobody_takes_is_given_up() -> None:
    """However large it is; what is on its way is dropped with the connection."""
    with connected() as here:
        wire = Wire(here, 0.2)
        wire.expect_reader(60.0, 1024)
        with pytest.raises(Silence):
            wire.send(bytes(64 << 20))


def test_an_answer_is_taken_at_a_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the time the other side makes it wait counts, and a burst pays for its own stretch."""
    with connected() as here:
        wire = Wire(here, 5.0)
        wire.expect_reader(60.0, 1024)
        now = 1000.0

        def later() -> float:
            nonlocal now
            now += 13.0  # so each call of send takes
            return now

        monkeypatch.setattr(time, "monotonic", later)
        wire.send(bytes(90_000))
        for _ in range(5):
            wire.send(b"x")
        with pytest.raises(Silence):
            for _ in range(10):
                wire.send(b"x")


def test_a_burst_of_readers_gives_its_descriptors_back(tmp_path: Path) -> None:
    store = Store(tmp_path / "data", Settings())
    try:
        with contextlib.ExitStack() as readers:
            for _ in range(4 * IDLE_READERS):
                readers.enter_context(store.reader())
            many = len(list(Path("/proc/self/fd").iterdir()))
        assert len(list(Path("/proc/self/fd").iterdir())) < many - 2 * IDLE_READERS
    finally:
        store.close()
