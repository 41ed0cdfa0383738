"""Setup goes where a redirect sends it; the raw client that is measured does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.clients.raw import RawClient
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Exchange, Message
from conformance.trial.setup_client import SetupClient
from server_ref.server import S3Server
from tests.hostile import Hostile, answer


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A cluster whose proxy sends object requests to its targets."""
    with S3Server(behaviour="aistore", targets=2, durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        yield Endpoint(
            url=server.url,
            region=server.region,
            credentials=keys,
            profile="aistore",
            other_hosts=("{host}:*",),
        )


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


ASKED = Exchange("http://127.0.0.1:1", Message("DELETE /s3/b/k?versionId=7 HTTP/1.1"))


@pytest.mark.parametrize(
    "where",
    [
        "/only/a/path",
        "https://127.0.0.1:1/s3/b/k?versionId=7",
        "nonsense",
        "http://[::1",
        "http://127.0.0.1:99999999/s3/b/k?versionId=7",
        "http://127.0.0.1:2/s3/b/k?versionId=7",
        "http://other:1/s3/b/k?versionId=7",
        "http://user@127.0.0.1:1/s3/b/k?versionId=7",
        "http://127.0.0.1:1/s3/production/k?versionId=7",
        "http://127.0.0.1:1/s3/b/k/../other?versionId=7",
        "http://127.0.0.1:1/s3/b/other?versionId=7",
        "http://127.0.0.1:1/s3/b?versionId=7",
        "http://127.0.0.1:1/s3/b/k",
        "http://127.0.0.1:1/s3/b/k?versionId=8",
        "http://127.0.0.1:1/s3/b/k?versionId=7&acl",
        "http://127.0.0.1:1/s3/b/k?versionId=7&uploadId=x",
    ],
)
def test_it_follows_to_no_other_place(where: str, tmp_path: Path) -> None:
    client = SetupClient(Endpoint(url="http://127.0.0.1:1/s3"), tmp_path)
    assert not client._leads_on(where, ASKED)


@pytest.mark.parametrize(
    ("where", "declared"),
    [
        ("http://127.0.0.1:1/s3/b/k?versionId=7", ()),
        ("http://127.0.0.1:2/s3/b/k?versionId=7&ptx=p1", ("{host}:*",)),
        ("http://target-3:51081/s3/b/%6B?versionId=7", ("target-3:51081",)),
    ],
)
def test_it_follows_to_what_is_the_endpoints(
    where: str, declared: tuple[str, ...], tmp_path: Path
) -> None:
    client = SetupClient(Endpoint(url="http://127.0.0.1:1/s3", other_hosts=declared), tmp_path)
    assert client._leads_on(where, ASKED)


def test_a_bucket_in_the_host_is_the_bucket_of_the_path(tmp_path: Path) -> None:
    client = SetupClient(Endpoint(url="http://x.test:1", other_hosts=("{host}:*",)), tmp_path)
    asked = Exchange("http://x", Message("GET /k HTTP/1.1", (("Host", "b.x.test:1"),)))
    assert client._leads_on("http://x.test:2/b/k", asked)
    assert not client._leads_on("http://x.test:2/c/k", asked)


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (301, "PermanentRedirect", "x-amz-bucket-region: eu-west-1"),
        (400, "AuthorizationHeaderMalformed", "x-amz-bucket-region: eu-west-1"),
        (301, "PermanentRedirect", "x-amz-bucket-region: ../elsewhere"),
        (404, "NoSuchBucket", "x-amz-bucket-region: eu-west-1"),
    ],
)
def test_it_signs_for_the_region_that_the_answer_names(
    status: int, code: str, told: str, tmp_path: Path
) -> None:
    asked: list[str] = []

    def behave(method: str, target: str) -> Iterator[bytes]:
        asked.append(f"{method} {target}")
        if len(asked) > 1:
            return answer(204)
        return answer(status, f"<Error><Code>{code}</Code></Error>".encode(), told)

    with Hostile(behave) as server:
        keys = Credentials("key", "secret-of-a-test")
        client = SetupClient(Endpoint(url=server.url, credentials=keys), tmp_path)
        got = client.call("DeleteBucket", {"Bucket": "ours"})
        client.close()
    if status == 404 or "elsewhere" in told:
        assert (got.status, asked) == (status, ["DELETE /ours"])
        return
    assert (got.status, asked) == (204, ["DELETE /ours", "DELETE /ours"])
    signed = [
        value
        for one in got.exchanges
        for name, value in one.request.headers
        if name.lower() == "authorization"
    ]
    assert ["/us-east-1/" in signed[0], "/eu-west-1/" in signed[1]] == [True, True]
