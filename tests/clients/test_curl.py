"""The curl client keeps curl to the endpoint, and sends by hand what it is told to."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from conformance.clients.base import ClientCannotError
from conformance.clients.curl import CurlClient, _as_signed, _outside
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.tripwire import Hosts
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


# what curl is told


PLAIN = Endpoint("http://s3.example.com", credentials=Credentials("AK", 'a"b\\c'))


@pytest.mark.parametrize(
    ("method", "headers", "body", "signed", "words"),
    [
        ("GET", {}, b"", False, ["-X", "GET"]),
        ("HEAD", {"A": "b"}, b"", False, ["--head", "-H", "A: b"]),
        ("GET", {"A": ""}, b"", False, ["-X", "GET", "-H", "A:"]),
        ("DELETE", {}, b"x", False,
         ["-X", "DELETE", "--data-binary", "@body", "-H", "Content-Type:"]),
        ("PUT", {}, b"", False, ["-X", "PUT", "--data-binary", "@body", "-H", "Content-Type:"]),
        ("POST", {"Content-Type": "a/b"}, b"", False,
         ["-X", "POST", "--data-binary", "@body", "-H", "Content-Type: a/b"]),
        ("GET", {}, b"", True,
         ["-X", "GET", "--config", "signing", "-H",
          f"x-amz-content-sha256: {hashlib.sha256().hexdigest()}"]),
        ("GET", {"x-amz-content-sha256": "x"}, b"", True,
         ["-X", "GET", "--config", "signing", "-H", "x-amz-content-sha256: x"]),
    ],
)  # fmt: skip
def test_options_of_a_request(
    method: str, headers: dict[str, str], body: bytes, signed: bool, words: list[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    client = CurlClient(PLAIN, tmp_path)
    told = client._options(method, headers, body, signed=signed)

    told = [word.replace(f"{client.home}/", "") for word in told]
    assert told == ["-sS", "-L", "--fail-with-body", "--path-as-is", *words, "-o", "out"]
    if "@body" in words:
        assert (client.home / "body").read_bytes() == body


@pytest.mark.parametrize("value", ["a\rb", "a\nb"])
def test_a_line_break_in_a_header_cannot_be_said(value: str, tmp_path: Path) -> None:
    with pytest.raises(ClientCannotError, match="a line break in a header"):
        CurlClient(PLAIN, tmp_path)._options("GET", {"A": value}, b"", signed=False)


def test_nobodys_requests_are_not_signed(tmp_path: Path) -> None:
    client = CurlClient(Endpoint("http://s3.example.com"), tmp_path)
    assert "--config" not in client._options("GET", {}, b"", signed=True)
    assert (client.home / "signing").read_text() == "\n"


@pytest.mark.parametrize(
    ("token", "lines"), [(None, []), ("t", ['header = "x-amz-security-token: t"'])]
)
def test_how_curl_signs_is_in_a_file(token: str | None, lines: list[str], tmp_path: Path) -> None:
    keys = Credentials("AK", 'a"b\\c', token)
    client = CurlClient(Endpoint("http://h", region="eu-west-1", credentials=keys), tmp_path)
    assert (client.home / "signing").read_text().splitlines() == [
        'user = "AK:a\\"b\\\\c"',
        'aws-sigv4 = "aws:amz:eu-west-1:s3"',
        *lines,
    ]


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        (Endpoint("https://h", insecure=True), ["-k"]),
        (Endpoint("https://h", ca_bundle="/ca"), ["--cacert", "/ca"]),
        (Endpoint("https://h"), []),
        (Endpoint("http://h", insecure=True, ca_bundle="/ca"), []),
    ],
)
def test_whom_curl_trusts(endpoint: Endpoint, options: list[str], tmp_path: Path) -> None:
    assert CurlClient(endpoint, tmp_path).endpoint_options() == options


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("http://s3.example.com/b", None),
        ("http://b.s3.example.com:80/b", None),
        ("/relative", None),
        ("", None),
        ("https://s3.example.com/b", "s3.example.com:443"),
        ("http://other.example.com/b", "other.example.com:80"),
        ("http://s3.example.com:81/b", "s3.example.com:81"),
    ],
)
def test_which_urls_are_outside(url: str, outside: str | None) -> None:
    assert _outside(Hosts(PLAIN.hosts), url) == outside


@pytest.mark.parametrize(
    ("query", "signed"),
    [("", ""), ("b&a=1", "a=1&b="), ("a=2&a=1&&A=3", "A=3&a=1&a=2"), ("a-b=1&a=2", "a=2&a-b=1")],
)
def test_a_query_is_in_the_order_that_is_signed(query: str, signed: str) -> None:
    assert _as_signed(query) == signed
