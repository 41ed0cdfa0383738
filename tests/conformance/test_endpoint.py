"""Where an endpoint is: which hosts a client may reach, and nobody else's."""

from __future__ import annotations

import pytest

from conformance.endpoint.endpoint import Endpoint


@pytest.mark.parametrize(
    ("url", "declared", "hosts"),
    [
        ("http://h", (), ("h:80",)),
        ("https://h", (), ("h:443",)),
        ("https://h:9000/s3", (), ("h:9000",)),
        ("http://[::1]:9000", (), ("[::1]:9000",)),
        ("http://h:1", ("{host}:*", "other:2"), ("h:1", "h:*", "other:2")),
        (
            "https://s3.eu-west-1.amazonaws.com",
            (),
            ("s3.eu-west-1.amazonaws.com:443", "*.amazonaws.com:443"),
        ),
        ("https://amazonaws.com.example.com", (), ("amazonaws.com.example.com:443",)),
    ],
)
def test_the_hosts_of_an_endpoint(
    url: str, declared: tuple[str, ...], hosts: tuple[str, ...]
) -> None:
    assert Endpoint(url=url, other_hosts=declared).hosts == hosts
