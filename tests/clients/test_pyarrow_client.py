"""The `pyarrow` client: a file system's reads and writes, recorded through redirects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.clients import discover
from conformance.clients.base import Client, ClientCannotError
from conformance.endpoint.endpoint import Credentials, Endpoint
from server_ref.server import S3Server
from tests.clients.conftest import StandIn
from tests.clients.optional import needed

HERE = {"Bucket": "bucket", "Key": "dir/records"}


def _client(server: S3Server, tmp_path: Path) -> Client:
    keys = Credentials(server.access_key, server.secret_key)
    endpoint = Endpoint(server.url, credentials=keys, other_hosts=("{host}:*",))
    discover()["raw"](endpoint, tmp_path).call("CreateBucket", {"Bucket": "bucket"})
    return discover()["pyarrow"](endpoint, tmp_path)


@pytest.fixture
def server() -> Iterator[S3Server]:
    needed("pyarrow")
    with S3Server(durability="relaxed") as running:
        yield running


def test_files_are_written_read_and_listed(server: S3Server, tmp_path: Path) -> None:
    client = _client(server, tmp_path)
    put = client.call("PutObject", {**HERE, "Body": b"an example"})
    got = client.call("GetObject", HERE)
    head = client.call("HeadObject", HERE)
    listed = client.call("ListObjectsV2", {"Bucket": "bucket"})
    missing = client.call("GetObject", {"Bucket": "bucket", "Key": "none"})

    assert put.succeeded and put.status == 200, put.call.stderr
    assert got.body == b"an example"
    assert head.headers["Content-Length"] == "10"
    assert [one["Key"] for one in listed.need("Contents")] == ["dir/records"]
    assert (missing.status, missing.succeeded) == (404, False)
    assert all(exchange.url == server.url for exchange in got.exchanges)


def test_a_request_is_sent_once(stand_in: StandIn, endpoint_of: Any, tmp_path: Path) -> None:
    needed("pyarrow")
    stand_in.answers["/bucket/dir/records"] = (503, {}, b"")
    got = discover()["pyarrow"](endpoint_of(stand_in), tmp_path).call("GetObject", HERE)

    assert (got.status, got.succeeded) == (503, False)
    assert len(stand_in.asked) == 1


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("DeleteObject", HERE),
        ("GetObject", {**HERE, "Range": "bytes=0-1"}),
        ("GetObject", {"Bucket": "bucket", "Key": "dir/"}),
        ("CreateBucket", {"Bucket": "other"}),
    ],
)
def test_what_a_file_system_cannot_say(
    operation: str, members: dict[str, str], server: S3Server, tmp_path: Path
) -> None:
    with pytest.raises(ClientCannotError):
        _client(server, tmp_path).call(operation, members)


def test_redirects_are_recorded_to_their_end(tmp_path: Path) -> None:
    """And the finding of docs/aistore-walkthrough.md: lengths are those of the redirect."""
    needed("pyarrow")
    with S3Server(behaviour="aistore", targets=2, durability="relaxed") as cluster:
        client = _client(cluster, tmp_path)
        put = client.call("PutObject", {**HERE, "Body": b"x" * 10_000})
        head = client.call("HeadObject", HERE)
        got = client.call("GetObject", HERE)
        hops = [cluster.root_url, *cluster.target_urls]

    first, last = (exchange.url for exchange in head.exchanges)
    assert (hops[0], head.status, head.headers["Content-Length"]) == (first, 200, "10000")
    assert last in hops[1:]
    assert put.succeeded and put.exchanges[-1].url in hops[1:]
    redirect = head.exchanges[0].response
    assert redirect is not None
    length = {name.lower(): value for name, value in redirect.headers}["content-length"]
    assert got.succeeded and len(got.body or b"") == int(length)
