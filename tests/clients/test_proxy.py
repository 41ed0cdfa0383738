"""The recording proxy at its socket: tunnels, with TLS and without, and what is not passed on."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.clients.java import JavaClient
from conformance.endpoint.endpoint import Endpoint
from conformance.evidence.authority import authority
from conformance.evidence.forwarder import Forwarder
from conformance.evidence.proxy import LONGEST_HEAD, RecordingProxy, _LastAnswer

GET = b"GET /bucket/key HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
REFUSAL = b"HTTP/1.1 502 Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


def connected(proxy: Any) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=60)


def all_of(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def head_of(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += connection.recv(1)
    return data


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    yield port


def test_a_tunnel_without_tls(stand_in: Any, endpoint_of: Any) -> None:
    stand_in.answers["/bucket/key"] = (200, {"Connection": "close"}, b"body")
    with RecordingProxy(endpoint_of(stand_in)) as proxy, connected(proxy) as client:
        client.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n" % stand_in.port)
        assert head_of(client) == ESTABLISHED
        client.sendall(GET)
        client.shutdown(socket.SHUT_WR)
        assert all_of(client).endswith(b"\r\n\r\nbody")
        [one] = [found.exchange for found in proxy.exchanges(30)]

    assert one.url == stand_in.url
    assert one.request.start_line == "GET /bucket/key HTTP/1.1"
    assert one.response is not None
    assert (one.response.start_line, one.response.complete) == ("HTTP/1.1 200 OK", True)


def test_a_tunnel_with_tls_is_read(
    tls_stand_in: Any, endpoint_of: Any, certificate: Path, tmp_path: Path
) -> None:
    tls_stand_in.answers["/bucket/key"] = (200, {"Connection": "close"}, b"body")
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(authority().pem)
    trusting = ssl.create_default_context(cafile=str(trusted))
    endpoint = endpoint_of(tls_stand_in, ca_bundle=str(certificate))
    with RecordingProxy(endpoint) as proxy, connected(proxy) as client:
        client.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n" % tls_stand_in.port)
        assert head_of(client) == ESTABLISHED
        with trusting.wrap_socket(client, server_hostname="127.0.0.1") as secure:
            secure.sendall(GET)
            assert all_of(secure).endswith(b"\r\n\r\nbody")
        [one] = [found.exchange for found in proxy.exchanges(30)]

    assert one.url == tls_stand_in.url
    assert one.request.start_line == "GET /bucket/key HTTP/1.1"


def test_what_is_no_tls_reaches_nobody(
    tls_stand_in: Any, endpoint_of: Any, certificate: Path
) -> None:
    endpoint = endpoint_of(tls_stand_in, ca_bundle=str(certificate))
    with RecordingProxy(endpoint) as proxy, connected(proxy) as client:
        client.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n" % tls_stand_in.port)
        assert head_of(client) == ESTABLISHED
        client.sendall(GET)
        all_of(client)
        assert proxy.exchanges() == []

    assert tls_stand_in.asked == []


@pytest.mark.parametrize(
    "line",
    [
        b"CONNECT 192.0.2.1:443 HTTP/1.1",
        b"CONNECT 192.0.2.1 HTTP/1.1",
        b"GET http://192.0.2.1/ HTTP/1.1",
        b"GET http://127.0.0.1:1/ HTTP/1.1",
        b"GET http://[2001:db8::1]:9/ HTTP/1.1",
    ],
)
def test_another_host_is_refused(line: bytes, stand_in: Any, endpoint_of: Any) -> None:
    with RecordingProxy(endpoint_of(stand_in)) as proxy, connected(proxy) as client:
        client.sendall(line + b"\r\n\r\n")
        assert all_of(client) == REFUSAL

    assert stand_in.asked == []


@pytest.mark.parametrize(("path", "asked"), [("", "/"), ("/a?b", "/a?b"), ("/", "/")])
def test_a_request_goes_on_without_the_url_and_the_connections_fields(
    path: str, asked: str, stand_in: Any, endpoint_of: Any
) -> None:
    with RecordingProxy(endpoint_of(stand_in)) as proxy, connected(proxy) as client:
        line = f"GET {stand_in.url}{path} HTTP/1.1\r\nHost: h\r\nX-A: b\r\n"
        client.sendall(f"{line}Proxy-Connection: keep-alive\r\nKeep-Alive: 9\r\n\r\n".encode())
        answer = all_of(client)
        [one] = [found.exchange for found in proxy.exchanges(30)]

    [(method, target, headers, _)] = stand_in.asked
    assert (method, target) == ("GET", asked)
    assert headers == {"Host": "h", "X-A": "b", "Connection": "close"}
    assert b"\r\nConnection: close\r\n\r\n" in answer
    assert one.request.headers == (("Host", "h"), ("X-A", "b"))


def test_where_nobody_listens_there_is_no_answer(nobody: int) -> None:
    endpoint = Endpoint(url=f"http://127.0.0.1:{nobody}")
    for line in (
        f"GET http://127.0.0.1:{nobody}/bucket HTTP/1.1",
        f"CONNECT 127.0.0.1:{nobody} HTTP/1.1",
    ):
        with RecordingProxy(endpoint) as proxy, connected(proxy) as client:
            client.sendall(f"{line}\r\n\r\n".encode())
            came = all_of(client)
            notes = [found.exchange.note or "" for found in proxy.exchanges()]
        assert came == (ESTABLISHED if line.startswith("CONNECT") else b"")
        if came == b"":
            assert [note for note in notes if "ConnectionRefusedError" in note]


@pytest.mark.parametrize("sent", [b"", b"GET http://h/ HT", b"x" * (LONGEST_HEAD + 1)])
def test_where_nothing_was_asked_nothing_is_recorded(
    sent: bytes, stand_in: Any, endpoint_of: Any
) -> None:
    with RecordingProxy(endpoint_of(stand_in)) as proxy, connected(proxy) as client:
        try:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            came = all_of(client)
        except ConnectionError:  # it was closed with bytes that nobody read
            came = b""
        assert came == b""
        assert proxy.exchanges() == []


# the answer


HEAD = b"HTTP/1.1 200 OK\r\nA: b\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\n\r\n"
TOLD = b"HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("came", "passed"),
    [
        (HEAD + b"body\r\n\r\nmore", TOLD + b"body\r\n\r\nmore"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD, b"HTTP/1.1 100 Continue\r\n\r\n" + TOLD),
        (b"HTTP/1.0 102 X\r\nA: b\r\n\r\n" + HEAD, b"HTTP/1.0 102 X\r\nA: b\r\n\r\n" + TOLD),
        (
            b"HTTP/1.1 200 OK\r\n\r\n" + HEAD,
            b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + HEAD,
        ),
    ],
)
def test_an_answer_says_that_it_is_the_last(size: int, came: bytes, passed: bytes) -> None:
    last = _LastAnswer()

    assert b"".join(last.feed(came[at : at + size]) for at in range(0, len(came), size)) == passed
    assert last.held == b""


def test_a_head_that_does_not_end_is_held_up_to_a_bound() -> None:
    last = _LastAnswer()

    assert last.feed(b"x" * LONGEST_HEAD) == b""
    assert last.held == b"x" * LONGEST_HEAD
    assert last.feed(b"y") == b"x" * LONGEST_HEAD + b"y"
    assert (last.held, last.feed(HEAD)) == (b"", HEAD)


def test_the_beginning_of_a_head_is_passed_on_at_the_end() -> None:
    last = _LastAnswer()

    assert last.feed(b"HTTP/1.1 2") == b""
    assert last.held == b"HTTP/1.1 2"


def test_a_client_ends_the_proxy_that_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JavaClient, "version", lambda *_: "java/1")
    client = JavaClient(Endpoint("http://127.0.0.1:9"), tmp_path)
    client.close()  # it sent nothing
    proxy = client.proxy
    assert client.proxy is proxy
    connected(proxy).close()
    client.close()
    with pytest.raises(ConnectionRefusedError):
        connected(proxy)
    assert client._proxy is None


def test_each_end_of_a_connection_is_passed_on() -> None:
    """The client's to the endpoint, which waits for it here, and the endpoint's to the record."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        endpoint = Endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}")
        with Forwarder(endpoint) as forwarder, connected(forwarder) as client:
            client.sendall(GET)
            client.shutdown(socket.SHUT_WR)
            server, _ = listening.accept()
            server.settimeout(30)
            assert all_of(server) == GET
            server.sendall(b"HTTP/1.0 200 OK\r\n\r\nuntil it ends")
            server.close()
            assert all_of(client).endswith(b"until it ends")
            [one] = forwarder.exchanges()

    assert one.exchange.response is not None and one.exchange.response.complete
    assert (one.response_body, one.exchange.note) == (b"until it ends", None)
