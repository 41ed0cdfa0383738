"""Names under `.localhost` lead to this machine, for whoever speaks with such an endpoint."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from conformance.clients.transport import Transport
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.forwarder import Forwarder
from conformance.evidence.localhost_names import install, install_for, is_localhost_name
from conformance.evidence.proxy import RecordingProxy


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the system's resolver is asked."""
    asked: list[tuple[Any, ...]] = []

    def getaddrinfo(*words: Any, **options: Any) -> list[Any]:
        asked.append((*words, options))
        return ["an address"]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("b.localhost", True),
        ("B.LocalHost.", True),
        ("localhost", False),
        ("blocalhost", False),
        ("b.localhost.example.com", False),
        (b"b.localhost", False),
        (None, False),
    ],
)
def test_which_names_they_are(host: object, named: bool) -> None:
    assert is_localhost_name(host) is named


def test_they_are_looked_up_as_the_loopback_address(system: list[tuple[Any, ...]]) -> None:
    plain = socket.getaddrinfo
    install_for("s3.example.com:9000")
    assert socket.getaddrinfo is plain
    install_for("b.localhost:9000")
    once = socket.getaddrinfo
    install()
    assert socket.getaddrinfo is once is not plain

    assert socket.getaddrinfo("b.localhost", 80, type=1) == ["an address"]
    socket.getaddrinfo("s3.example.com", 443)
    assert system == [("127.0.0.1", 80, {"type": 1}), ("s3.example.com", 443, {})]


@pytest.mark.parametrize("speaker", [RecordingProxy, Transport])
@pytest.mark.usefixtures("system")
def test_who_speaks_with_such_an_endpoint_resolves_them(speaker: Any) -> None:
    plain = socket.getaddrinfo
    speaker(Endpoint("http://s3.example.com:9"))
    assert socket.getaddrinfo is plain
    speaker(Endpoint("http://b.localhost:9"))
    assert socket.getaddrinfo is not plain


@pytest.mark.parametrize(
    ("url", "peer"),
    [
        ("http://[::1]:9", "http://[::1]:9"),
        ("http://s3.example.com", "http://s3.example.com:80"),
        ("https://s3.example.com/path", "https://s3.example.com:443"),
    ],
)
def test_the_other_end_is_a_url(url: str, peer: str) -> None:
    forwarder = Forwarder(Endpoint(url))
    assert forwarder._peer == peer
    forwarder._loop.close()
