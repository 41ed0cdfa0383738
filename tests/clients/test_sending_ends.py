"""What is sent has an end, too: a body without one is given up after its time."""

from __future__ import annotations

import itertools
import socket
import threading

import pytest

from conformance.clients.transport import Transport
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence import recorder


def test_a_body_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "LONGEST", 0.3)
    head = b"PUT /b/k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def swallow() -> None:  # reads everything and never says a word
            connection, _ = listening.accept()
            with connection:
                while connection.recv(1 << 16):
                    continue

        reading = threading.Thread(target=swallow, daemon=True)
        reading.start()
        transport = Transport(Endpoint(url=f"http://127.0.0.1:{listening.getsockname()[1]}"))
        blocks = itertools.chain([head], itertools.repeat(b"1\r\nx\r\n"))
        [one] = transport.exchange(blocks)
        transport.close()
        reading.join(20)
    assert one.exchange.response is None
    assert "given up" in (one.exchange.note or "")
