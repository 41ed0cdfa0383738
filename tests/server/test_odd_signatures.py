"""Signatures and tokens of any bytes are wrong ones, and no fault of the server."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from urllib.parse import parse_qsl

import boto3
import pytest
import requests
from botocore.config import Config

from server_ref.auth import version2
from server_ref.model import source
from server_ref.server import S3Server
from tests.server.byhand import Answer
from tests.server.conftest import OWNER

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


def test_every_sub_resource_is_signed_by_version_2() -> None:
    """Also those that came after it: https://github.com/boto/botocore/issues/2468."""
    uris = [one["http"]["requestUri"] for one in source.load()["operations"].values()]
    flags = {
        name
        for uri in uris
        for name, value in parse_qsl(uri.partition("?")[2], keep_blank_values=True)
        if not value
    }
    assert len(flags) > 30
    assert flags <= version2._SIGNED_PARAMETERS


@pytest.mark.parametrize("more", ["renameObject", "annotation&annotationName=a", "tagging", "acl"])
def test_nothing_is_put_on_a_url_of_version_2(server: S3Server, bucket: str, more: str) -> None:
    """A URL to write an object is one to write an object."""
    client = boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name=server.region,
        aws_access_key_id=OWNER.access_key,
        aws_secret_access_key=OWNER.secret_key,
        config=Config(signature_version="s3", s3={"addressing_style": "path"}),
    )
    url = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "key"})
    assert requests.put(url, data=b"x", timeout=30).status_code == 200
    changed = requests.put(f"{url}&{more}", data=b"y", timeout=30)
    assert changed.status_code == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in changed.text


def test_two_mechanisms_in_one_query_are_refused(server: S3Server, bucket: str) -> None:
    """As the error says: X-Amz-Algorithm, Signature or Authorization, and only one of them."""
    four = boto3.client("s3", **server.client_kwargs, config=Config(signature_version="s3v4"))
    two = boto3.client("s3", **server.client_kwargs, config=Config(signature_version="s3"))
    where = {"Bucket": bucket, "Key": "key"}
    url = four.generate_presigned_url("get_object", Params=where)
    old = two.generate_presigned_url("get_object", Params=where).partition("?")[2]
    assert requests.get(url, timeout=30).status_code == 404
    answer = requests.get(f"{url}&{old}", timeout=30)
    assert answer.status_code == 400
    assert "<Code>InvalidArgument</Code>" in answer.text
    assert "Only one auth mechanism allowed" in answer.text
