"""Setup goes where a redirect sends it; the raw client that is measured does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.clients.raw import RawClient
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.trial.setup_client import SetupClient
from server_ref.server import S3Server


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A cluster whose proxy sends object requests to its targets."""
    with S3Server(profile="aistore", targets=2, durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        yield Endpoint(url=server.url, region=server.region, credentials=keys, profile="aistore")


def test_it_follows_and_keeps_both_exchanges(endpoint: Endpoint, tmp_path: Path) -> None:
    raw, setup = RawClient(endpoint, tmp_path), SetupClient(endpoint, tmp_path)
    setup.call("CreateBucket", {"Bucket": "redirected"})

    assert raw.call("PutObject", {"Bucket": "redirected", "Key": "a b", "Body": b"x"}).status == 307

    put = setup.call("PutObject", {"Bucket": "redirected", "Key": "a b", "Body": b"x"})
    got = setup.call("GetObject", {"Bucket": "redirected", "Key": "a b"})
    head = setup.call("HeadObject", {"Bucket": "redirected", "Key": "a b"})
    setup.close()
    raw.close()
    assert (put.status, got.status, head.status) == (200, 200, 200)
    assert got.wire_body == b"x"
    answers = [one.response.start_line.split()[1] for one in got.exchanges if one.response]
    assert answers == ["307", "200"]


@pytest.mark.parametrize("where", ["/only/a/path", "https://127.0.0.1:1/s3/b/k", "nonsense"])
def test_it_follows_to_no_other_kind_of_place(where: str, tmp_path: Path) -> None:
    client = SetupClient(Endpoint(url="http://127.0.0.1:1/s3"), tmp_path)
    assert not client._leads_on(where)
