"""The curl client keeps curl to the endpoint, and sends by hand what it is told to."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from conformance.clients.base import ClientCannotError
from conformance.clients.curl import CurlClient
from conformance.endpoint.endpoint import Credentials, Endpoint
from tests.clients.conftest import StandIn


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://s3.example.com/b/k", "s3.example.com:80"),
        ("https://s3.example.com/b/k", "s3.example.com:443"),
        ("http://s3.example.com:9000/b", "s3.example.com:9000"),
        ("http://b.s3.example.com:9000/", "b.s3.example.com:9000"),
        ("https://[::1]/b", "[::1]:443"),
    ],
)
def test_only_the_endpoint_is_reached(url: str, own: str, tmp_path: Path) -> None:
    endpoint = Endpoint(url="http://s3.example.com:9000", credentials=Credentials("AK", "secret"))
    words = CurlClient(endpoint, tmp_path)._held(url)

    pairs = dict(zip(words[1::2], words[::2], strict=True))
    assert set(pairs.values()) == {"--connect-to"}
    assert words[1] == f"{own}:{own}"
    assert words[-1] == "::127.0.0.1:1"  # everybody else


# a request by hand


@pytest.fixture
def hand(tmp_path: Path, stand_in: StandIn) -> CurlClient:
    return CurlClient(Endpoint(stand_in.url, credentials=Credentials("AK", "a-secret")), tmp_path)


def test_a_request_by_hand_is_signed_by_curl(hand: CurlClient, stand_in: StandIn) -> None:
    got = hand.request("PUT", "/b/k", query="a=1", headers={"X-A": "1"}, body=b"x")

    [(method, path, headers, body)] = stand_in.asked
    assert (method, path, body, got.status) == ("PUT", "/b/k?a=1", b"x", 200)
    assert headers["X-A"] == "1"
    assert "Credential=AK/" in headers["Authorization"]
    assert headers["x-amz-content-sha256"] == hashlib.sha256(b"x").hexdigest()


def test_a_request_by_hand_is_signed_in_its_query(hand: CurlClient, stand_in: StandIn) -> None:
    hand.request("GET", "/b/k", sign="query", expires=77)

    [(_, path, headers, _)] = stand_in.asked
    assert path.startswith("/b/k?") and "X-Amz-Expires=77" in path and "X-Amz-Signature=" in path
    assert "Authorization" not in headers


@pytest.mark.parametrize("sign", ["none", "query"])
def test_a_request_by_hand_without_keys_or_a_signature(
    sign: Any, hand: CurlClient, stand_in: StandIn, tmp_path: Path
) -> None:
    speaker = hand if sign == "none" else CurlClient(Endpoint(stand_in.url), tmp_path / "other")
    speaker.request("GET", "/b/k", sign=sign)

    [(_, path, headers, _)] = stand_in.asked
    assert path == "/b/k"
    assert "Authorization" not in headers


def test_what_curl_cannot_say_by_hand(hand: CurlClient) -> None:
    with pytest.raises(ClientCannotError, match=r"curl has no way to say at, region$"):
        hand.request("GET", "/b", at=1, region="x")


@pytest.mark.parametrize(
    ("path", "query", "url"),
    [
        ("/bck/k/l", "a=1", "http://bck.s3.example.com/k/l?a=1"),
        ("/bck", "", "http://bck.s3.example.com/"),
        ("/bck/", "", "http://bck.s3.example.com/"),
        ("/", "", "http://s3.example.com/"),
        ("/B_1/k", "", "http://s3.example.com/B_1/k"),
    ],
)
def test_a_bucket_that_is_a_host(tmp_path: Path, path: str, query: str, url: str) -> None:
    endpoint = Endpoint("http://s3.example.com/", addressing="virtual")
    assert CurlClient(endpoint, tmp_path)._url(path, query) == url
