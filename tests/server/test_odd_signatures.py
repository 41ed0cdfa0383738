"""Signatures and tokens of any bytes are wrong ones, and no fault of the server."""

from __future__ import annotations

import http.client
from collections.abc import Callable

import pytest

from server_ref.server import S3Server
from tests.server.byhand import Answer

DATE = "20260203T000000Z"
SCOPE = "AKIAOWNEROWNEROWNERA/20260203/us-east-1/s3/aws4_request"
NAMES = "host;x-amz-content-sha256;x-amz-date"


def _four(odd: bytes) -> list[tuple[str, bytes]]:
    credential = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders={NAMES}, Signature="
    return [
        ("Authorization", credential.encode() + odd),
        ("x-amz-date", DATE.encode()),
        ("x-amz-content-sha256", b"UNSIGNED-PAYLOAD"),
    ]


def _two(odd: bytes) -> list[tuple[str, bytes]]:
    return [("Authorization", b"AWS AKIAOWNEROWNEROWNERA:" + odd), ("x-amz-date", DATE.encode())]


def _token(odd: bytes) -> list[tuple[str, bytes]]:
    return [*_four(b"0" * 64), ("x-amz-security-token", odd)]


@pytest.mark.parametrize("odd", [b"\xff\xfe", "é".encode(), "²".encode(), b"\xed\xa0\x80", b"%"])
@pytest.mark.parametrize("mechanism", [_four, _two, _token])
def test_odd_bytes_where_a_signature_stands(
    server: S3Server, mechanism: Callable[[bytes], list[tuple[str, bytes]]], odd: bytes
) -> None:
    answer = _send(server, "GET", mechanism(odd), b"")
    assert 400 <= answer.status < 500
    assert answer.error["Code"]


def _send(server: S3Server, method: str, headers: list[tuple[str, bytes]], body: bytes) -> Answer:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    try:
        connection.putrequest(method, "/bucket/key")
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()
