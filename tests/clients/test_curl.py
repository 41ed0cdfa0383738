"""The curl client keeps curl to the endpoint, at the port that a URL names or means."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.clients.curl import CurlClient
from conformance.endpoint.endpoint import Credentials, Endpoint


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
