"""The SDKs of other languages: what they send is seen as it crossed the wire, and theirs alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conformance.clients import discover
from conformance.clients.base import Client, ClientCannotError
from conformance.endpoint.endpoint import Credentials, Endpoint
from server_ref.server import S3Server
from tests.clients.conftest import StandIn
from tests.clients.optional import needed

SDKS = ("js", "java", "java-crt")  # what the model says, they say
LIBRARIES = ("rust", "opendal", "minio-py", "s3fs")  # they have words for objects


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with S3Server(durability="relaxed") as server:
        keys = Credentials(server.access_key, server.secret_key)
        yield Endpoint(url=server.url, region=server.region, credentials=keys)


OF_OBJECTS = ("GetObject", "HeadObject", "DeleteObject", "PutObject")
TOOLS = ("rclone", "mc", "s5cmd")  # as a user types them
LOOK_FIRST = ("java-crt", "s3fs", *TOOLS)  # with HEAD, before they read


sdks = pytest.mark.parametrize("make", SDKS, indirect=True)
all_of_them = pytest.mark.parametrize("make", [*SDKS, *LIBRARIES], indirect=True)


with_tools = pytest.mark.parametrize("make", [*SDKS, *LIBRARIES, *TOOLS], indirect=True)


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[Endpoint], Client]]:
    needed(request.param)
    made: list[Client] = []

    def client(endpoint: Endpoint) -> Client:
        made.append(discover()[request.param](endpoint, tmp_path))
        return made[-1]

    yield client
    for one in made:
        one.close()


@with_tools
def test_an_object_there_and_back(make: Callable[[Endpoint], Client], endpoint: Endpoint) -> None:
    client = make(endpoint)
    bucket = f"bck-{client.name}"
    raw = discover()["raw"](endpoint, client.scratch)
    assert raw.call("CreateBucket", {"Bucket": bucket}).succeeded
    key, body = "a b/ü+%", bytes(range(256)) * 700
    put = client.call("PutObject", {"Bucket": bucket, "Key": key, "Body": body})
    assert put.succeeded, put.call.stderr
    assert put.status == 200
    got = client.call("GetObject", {"Bucket": bucket, "Key": key})
    assert got.body == body
    assert got.wire_body == body
    assert got.members["ETag"] == put.members["ETag"]
    missing = client.call("GetObject", {"Bucket": bucket, "Key": "none"})
    assert (missing.status, missing.succeeded) == (404, False)
    if client.name not in LOOK_FIRST:
        assert missing.code == "NoSuchKey"
        assert len(missing.exchanges) == 1


@sdks
def test_what_the_sdk_does_not_know_is_said(
    make: Callable[[Endpoint], Client], endpoint: Endpoint
) -> None:
    client = make(endpoint)
    with pytest.raises(ClientCannotError, match="no operation"):
        client.call("FrobnicateObject", {"Bucket": "b"})
    with pytest.raises(ClientCannotError, match="refuses it itself"):
        client.call("GetObject", {"Bucket": "", "Key": "k"})


@pytest.mark.parametrize("make", LIBRARIES, indirect=True)
def test_what_a_library_has_no_word_for_is_said_and_not_sent(
    make: Callable[[Endpoint], Client], stand_in: StandIn
) -> None:
    client = make(Endpoint(stand_in.url))
    for operation in ("CreateBucket", "HeadBucket", "DeleteBucket", *OF_OBJECTS):
        members = {"Bucket": "bck", "Frobnicated": "yes"}
        if operation in OF_OBJECTS:
            members["Key"] = "k"
        with pytest.raises(ClientCannotError):
            client.call(operation, members)
    assert stand_in.asked == []


@all_of_them
def test_an_anonymous_request_is_not_signed(
    make: Callable[[Endpoint], Client], stand_in: StandIn
) -> None:
    client = make(Endpoint(stand_in.url))
    assert client.call("GetObject", {"Bucket": "bck", "Key": "k"}).status == 200
    assert stand_in.asked
    for _, path, headers, _ in stand_in.asked:
        assert path.partition("?")[0] == "/bck/k"
        assert "authorization" not in {name.lower() for name in headers}


@with_tools
def test_under_tls_the_plain_bytes_are_seen(
    make: Callable[[Endpoint], Client], tls_stand_in: StandIn, certificate: Path
) -> None:
    keys = Credentials("AKIAIOSFODNN7EXAMPLE", "not-a-secret-at-all")
    tls_stand_in.answers["/bck/k"] = (200, {"ETag": '"e"'}, b"under TLS")
    trusting = make(Endpoint(tls_stand_in.url, credentials=keys, ca_bundle=str(certificate)))
    got = trusting.call("GetObject", {"Bucket": "bck", "Key": "k"})
    assert got.exchanges[0].url == tls_stand_in.url
    assert got.exchanges[0].request.start_line.endswith(" HTTP/1.1")
    if trusting.name != "mc":  # it asks for more first than the stand-in knows
        assert (got.status, got.body, got.wire_body) == (200, b"under TLS", b"under TLS")


@all_of_them
def test_a_server_that_is_not_trusted_gets_nothing(
    make: Callable[[Endpoint], Client], tls_stand_in: StandIn
) -> None:
    keys = Credentials("AKIAIOSFODNN7EXAMPLE", "not-a-secret-at-all")
    got = make(Endpoint(tls_stand_in.url, credentials=keys)).call(
        "GetObject", {"Bucket": "bck", "Key": "k"}
    )
    assert not got.succeeded
    assert got.status == 0
    assert not tls_stand_in.asked


@with_tools
def test_a_redirect_to_another_host_is_not_followed_with_the_keys(
    make: Callable[[Endpoint], Client], stand_in: StandIn
) -> None:
    elsewhere = StandIn()
    try:
        stand_in.answers["/bck/"] = (200, {}, b"<LocationConstraint/>")  # mc asks for it first
        stand_in.answers["/bck/k"] = (
            307,
            {
                "Location": f"http://localhost:{elsewhere.port}/bck/k",
                "x-amz-bucket-region": "eu-x-1",
            },
            b"<Error><Code>TemporaryRedirect</Code></Error>",
        )
        keys = Credentials("AKIAIOSFODNN7EXAMPLE", "not-a-secret-at-all")
        got = make(Endpoint(stand_in.url, credentials=keys)).call(
            "GetObject", {"Bucket": "bck", "Key": "k"}
        )
        assert got.client == "s5cmd" or got.status == 307
        # s5cmd's Go follows to another port of this machine past any proxy, without the keys
        signed = [one for one in elsewhere.asked if "Authorization" in one[2]]
        assert not (signed if got.client == "s5cmd" else elsewhere.asked)
    finally:
        elsewhere.close()


@all_of_them
def test_a_url_is_made_without_a_request(
    make: Callable[[Endpoint], Client], endpoint: Endpoint
) -> None:
    made = make(endpoint).presign("GetObject", {"Bucket": "bck", "Key": "a key"}, 60)
    assert made.url.startswith(f"{endpoint.url}/bck/a%20key?")
    assert "Signature=" in made.url
    assert made.call.exchanges == ()
