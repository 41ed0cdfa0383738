"""The certificate that the server makes at its start: for which hosts clients take it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from server_ref.server import S3Server

HOSTS = [
    "127.0.0.1",
    "localhost",
    "s3.localhost",
    "bucket.s3.localhost",
    "bucket.s3.eu-west-1.localhost",
    "bucket.s3-website.localhost",
    "s3.test",
    "bucket.s3.test",
    "bucket.s3-website.s3.test",
]


@pytest.fixture(scope="module")
def running() -> Iterator[S3Server]:
    with S3Server(tls=True, region=["us-east-1", "eu-west-1"], domain="S3.test") as server:
        yield server


@pytest.mark.parametrize("host", HOSTS)
def test_it_is_taken_for(running: S3Server, host: str) -> None:
    """By OpenSSL, which takes no wildcard of a top level: for it *.localhost is no name."""
    address = urlsplit(running.url)
    trusting = ssl.create_default_context(cafile=str(running.certificate))
    with (
        socket.create_connection((address.hostname, address.port)) as connection,
        trusting.wrap_socket(connection, server_hostname=host) as safe,
    ):
        safe.sendall(b"GET / HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % host.encode())
        assert safe.recv(12).startswith(b"HTTP/1.1 ")
