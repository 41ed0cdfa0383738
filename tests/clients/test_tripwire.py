"""A client that is sent to another host does not arrive there, and its answer says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.clients import discover
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.tripwire import REFUSED, Hosts
from tests.clients.optional import needed
from tests.hostile import Hostile, answer

KEYS = Credentials("AKIAME", "a-secret-of-mine")
GET = ("GetObject", {"Bucket": "bucket", "Key": "key"})
FOLLOWING = ["aws+ais", "boto3+ais", "curl", "go", "s3cmd", "pyarrow"]


def _sending_to(url: str) -> Hostile:
    return Hostile(lambda _method, _target: answer(307, b"", f"Location: {url}/production/key"))


@pytest.mark.parametrize("client", FOLLOWING)
def test_a_redirect_to_another_host_is_not_followed(client: str, tmp_path: Path) -> None:
    needed(client)
    with Hostile(lambda _method, _target: answer(200)) as other, _sending_to(other.url) as hostile:
        speaker = discover()[client](Endpoint(hostile.url, credentials=KEYS), tmp_path)
        answered = speaker.call(*GET)
        speaker.close()
    assert other.asked == []
    assert not answered.succeeded
    notes = [exchange.note or "" for exchange in answered.exchanges]
    assert [note for note in notes if note.startswith(REFUSED)], notes


@pytest.mark.parametrize("client", ["curl", "go", "pyarrow"])
def test_a_declared_host_is_reached(client: str, tmp_path: Path) -> None:
    needed(client)
    with Hostile(lambda _method, _target: answer(200)) as other, _sending_to(other.url) as hostile:
        declared = (f"127.0.0.1:{other.port}",)
        endpoint = Endpoint(hostile.url, credentials=KEYS, other_hosts=declared)
        speaker = discover()[client](endpoint, tmp_path)
        speaker.call(*GET)
        speaker.close()
    assert other.asked


@pytest.mark.parametrize(
    ("allowed", "host", "port", "may"),
    [
        ("s3.test:9000", "s3.test", 9000, True),
        ("s3.test:9000", "bucket.s3.test", "9000", True),
        ("s3.test:9000", "S3.TEST.", 9000, True),
        ("s3.test:9000", "s3.test", 9001, False),
        ("s3.test:9000", "evils3.test", 9000, False),
        ("s3.test:*", "s3.test", 1, True),
        ("[::1]:9000", "::1", 9000, True),
        ("127.0.0.1:9000", "169.254.169.254", 80, False),
        ("*.amazonaws.com:443", "b.s3.eu-west-1.amazonaws.com", 443, True),
        ("*.amazonaws.com:443", "amazonaws.com.evil.test", 443, False),
    ],
)
def test_which_hosts_are_the_endpoints(allowed: str, host: str, port: object, may: bool) -> None:
    assert Hosts([allowed]).allows(host, port) is may


def test_amazons_names_belong_together() -> None:
    assert Endpoint("https://s3.us-east-1.amazonaws.com").hosts == (
        "s3.us-east-1.amazonaws.com:443",
        "*.amazonaws.com:443",
    )
    assert Endpoint("http://[::1]:9000", other_hosts=("{host}:*",)).hosts == (
        "[::1]:9000",
        "[::1]:*",
    )
