"""What is recorded is what crossed the wire: plain, over TLS, in every kind of process."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import hashlib
import itertools
import socket
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from conformance.clients import discover
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence import recorder
from conformance.evidence.exchanges import KEPT, read_exchanges
from conformance.evidence.forwarder import Forwarder
from conformance.evidence.proxy import RecordingProxy, _apart
from conformance.evidence.recorder import recording
from conformance.evidence.reproduce import curl_line
from tests.clients.optional import needed

CLIENTS = ["aws-s3", "aws-s3api", "aws+ais", "boto3", "boto3+ais", "curl", "go", "raw", "s3cmd"]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("verification", ["ca_bundle", "insecure"])
def test_tls_is_recorded_as_plain_bytes(
    client: str,
    verification: str,
    tls_stand_in: Any,
    endpoint_of: Any,
    certificate: Path,
    tmp_path: Path,
) -> None:
    needed(client)
    options: dict[str, Any] = (
        {"ca_bundle": str(certificate)} if verification == "ca_bundle" else {"insecure": True}
    )
    speaker = discover()[client](endpoint_of(tls_stand_in, **options), tmp_path)
    answer = speaker.call("PutObject", {"Bucket": "bucket", "Key": "key", "Body": b"hello"})
    speaker.close()

    assert answer.status == 200, answer.call.stderr
    assert answer.exchange is not None
    assert answer.exchange.url == tls_stand_in.url
    assert answer.exchange.request.start_line.startswith("PUT /bucket/key")
    assert "hello" in (answer.exchange.request.body.text or "")  # over TLS SDKs send aws-chunked


def test_a_large_body_is_cut_visibly_and_delivered_whole(
    stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    data = bytes(range(256)) * 4096
    stand_in.answers["/bucket/key"] = (200, {"ETag": '"e"'}, data)
    for client in ("boto3", "raw", "aws-s3api"):
        speaker = discover()[client](endpoint_of(stand_in), tmp_path)
        answer = speaker.call("GetObject", {"Bucket": "bucket", "Key": "key"})
        speaker.close()

        assert answer.body == answer.wire_body == data
        assert answer.exchange is not None and answer.exchange.response is not None
        body = answer.exchange.response.body
        assert (body.size, body.truncated) == (len(data), True)
        assert body.sha256 == hashlib.sha256(data).hexdigest()
        assert body.base64 is not None and len(body.base64) < 2 * KEPT


def test_threads_do_not_mix_their_recordings(stand_in: Any) -> None:
    def ask(number: int) -> list[str]:
        with recording() as log:
            requests.get(f"{stand_in.url}/{number}", timeout=10)
        return [one.exchange.request.start_line for one in read_exchanges(log.events())]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(20)))

    assert found == [[f"GET /{number} HTTP/1.1"] for number in range(20)]


def test_a_kept_connection_is_split_into_its_calls(
    stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    speaker = discover()["boto3"](endpoint_of(stand_in), tmp_path)
    for name in ("one", "two"):
        answer = speaker.call("HeadObject", {"Bucket": "bucket", "Key": name})
        lines = [exchange.request.start_line for exchange in answer.exchanges]
        assert lines == [f"HEAD /bucket/{name} HTTP/1.1"]
        assert answer.exchanges[0].note is None
    speaker.close()


def test_nothing_listening_is_an_answer_without_status(tmp_path: Path) -> None:
    endpoint = Endpoint("http://127.0.0.1:9", credentials=Credentials("access", "secret-key"))
    for client in CLIENTS:
        needed(client)
        speaker = discover()[client](endpoint, tmp_path)
        answer = speaker.call("DeleteBucket", {"Bucket": "bucket"})
        speaker.close()
        assert (answer.status, answer.succeeded) == (0, False)
        assert answer.call.stderr, client


@pytest.fixture
def curl_program() -> None:
    needed("curl")


curl = pytest.mark.usefixtures("curl_program")


@curl
@pytest.mark.parametrize(
    ("operation", "members"),
    [
        (
            "PutObject",
            {
                "Bucket": "bucket",
                "Key": "a'b $(x) ü",
                "Body": b"it's $HOME\n",
                "Metadata": {"quoted": "'\"$x`"},
            },
        ),
        ("ListObjectsV2", {"Bucket": "bucket", "Prefix": "a&b=c", "Delimiter": "/"}),
        ("HeadObject", {"Bucket": "bucket", "Key": "key"}),
        ("DeleteObjects", {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "<&>"}]}}),
        ("GetObject", {"Bucket": "bucket", "Key": "a/../b", "Range": "bytes=0-1"}),
    ],
)
def test_the_curl_line_sends_the_same_request(
    operation: str, members: dict[str, Any], stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    endpoint = endpoint_of(stand_in)
    speaker = discover()["raw"](endpoint, tmp_path)
    answer = speaker.call(operation, members)
    speaker.close()
    assert answer.exchange is not None and answer.exchange.curl is not None
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "AWS_ACCESS_KEY_ID": endpoint.credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": endpoint.credentials.secret_key,
    }
    done = subprocess.run(
        ["bash", "-c", answer.exchange.curl],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    first, second = stand_in.asked
    assert first[0] == second[0]
    path, query = (urlsplit(one[1]) for one in (first, second))
    assert path.path == query.path
    assert sorted(parse_qsl(path.query, keep_blank_values=True)) == parse_qsl(
        query.query, keep_blank_values=True
    ), "curl signs a query as it stands, so it stands sorted"
    assert first[3] == second[3]
    volatile = {"authorization", "x-amz-date", "user-agent", "accept", "connection"}
    kept = [
        {name.lower(): value for name, value in one[2].items() if name.lower() not in volatile}
        for one in (first, second)
    ]
    assert kept[0] == kept[1]
    assert "AWS4-HMAC-SHA256 Credential=" in second[2]["Authorization"]


def test_a_presigned_request_is_presigned_by_its_own_line(
    stand_in: Any, endpoint_of: Any, tmp_path: Path
) -> None:
    endpoint = endpoint_of(stand_in)
    speaker = discover()["raw"](endpoint, tmp_path)
    answer = speaker.request("GET", "/bucket/key", sign="query", expires=60)  # type: ignore[attr-defined]  # raw's own
    speaker.close()
    line = curl_line(answer.exchange, endpoint)
    assert line is not None and '"$(s3compat presign --expires 60' in line
    assert "X-Amz-" not in line


@curl
def test_the_forwarder_records_a_binary_and_keeps_host(stand_in: Any, endpoint_of: Any) -> None:
    stand_in.answers["/bucket/key"] = (200, {}, b"x" * 200_000)
    with Forwarder(endpoint_of(stand_in)) as forwarder:
        to = f"{stand_in.url.removeprefix('http://')}:127.0.0.1:{forwarder.port}"
        done = subprocess.run(
            [
                "curl",
                "-sS",
                "--connect-to",
                to,
                "--data-binary",
                "hello",
                f"{stand_in.url}/bucket/key",
            ],
            capture_output=True,
            timeout=30,
            check=True,
        )
        exchanges = forwarder.exchanges()

    assert len(done.stdout) == 200_000
    assert [one.exchange.request.start_line for one in exchanges] == ["POST /bucket/key HTTP/1.1"]
    assert exchanges[0].response_body == done.stdout
    assert exchanges[0].exchange.request.body.text == "hello"
    headers = dict(exchanges[0].exchange.request.headers)
    assert headers["Host"] == stand_in.url.removeprefix("http://")


def test_the_forwarder_speaks_tls_to_a_tls_endpoint(
    tls_stand_in: Any, endpoint_of: Any, certificate: Path
) -> None:
    with Forwarder(endpoint_of(tls_stand_in, ca_bundle=str(certificate))) as forwarder:
        answer = requests.get(f"{forwarder.url}/bucket", timeout=10)
        exchanges = forwarder.exchanges()
    assert answer.status_code == 200
    assert exchanges[0].exchange.url == tls_stand_in.url


def test_a_refused_host_is_told_apart_from_the_connections_beside_it(
    stand_in: Any, endpoint_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_numbers", itertools.count(2))
    with RecordingProxy(endpoint_of(stand_in)) as proxy:
        proxies = {"http": proxy.url}
        for _ in range(3):
            refused = requests.get("http://192.0.2.1/bucket", proxies=proxies, timeout=10)
            allowed = requests.get(f"{stand_in.url}/bucket", proxies=proxies, timeout=10)
            assert (refused.status_code, allowed.status_code) == (502, 200)
        exchanges = [one.exchange for one in proxy.exchanges()]
    assert [one.url for one in exchanges] == ["http://192.0.2.1:80", stand_in.url] * 3
    assert [one.note is None for one in exchanges] == [False, True] * 3


def test_the_proxy_takes_one_request_a_connection(stand_in: Any, endpoint_of: Any) -> None:
    stand_in.answers["/bucket/key"] = (200, {"Connection": "keep-alive"}, b"x" * 200_000)
    with RecordingProxy(endpoint_of(stand_in)) as proxy, requests.Session() as session:
        session.proxies = {"http": proxy.url}
        for _ in range(50):  # the second on a connection would name a whole URL to the endpoint
            answer = session.get(f"{stand_in.url}/bucket/key", timeout=10)
            assert (answer.status_code, len(answer.content)) == (200, 200_000)
            assert answer.headers["Connection"] == "close"
        exchanges = [one.exchange for one in proxy.exchanges()]
    assert [one.request.start_line for one in exchanges] == ["GET /bucket/key HTTP/1.1"] * 50
    assert all(one.note is None for one in exchanges)


def test_a_connection_that_comes_as_the_forwarder_ends_is_ended_too(
    stand_in: Any, endpoint_of: Any
) -> None:
    late: list[asyncio.Task[None]] = []

    class AcceptsLate(Forwarder):
        """A task begins after all others were cancelled: a connection accepted just then."""

        def _end(self) -> None:
            self._loop.call_soon_threadsafe(
                lambda: late.append(self._loop.create_task(asyncio.sleep(60)))
            )
            super()._end()

    with AcceptsLate(endpoint_of(stand_in)) as forwarder:
        assert requests.get(f"{forwarder.url}/bucket", timeout=10).status_code == 200
    assert [task.cancelled() for task in late] == [True]
    assert forwarder._loop.is_closed()


def test_an_answer_that_the_client_did_not_wait_for_is_in_the_record(endpoint_of: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def answer() -> None:
            connection, _ = slow.accept()
            with connection:
                connection.recv(4096)
                time.sleep(0.3)
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")

        url = f"http://127.0.0.1:{slow.getsockname()[1]}"
        with concurrent.futures.ThreadPoolExecutor() as threads:
            done = threads.submit(answer)
            with Forwarder(endpoint_of(SimpleNamespace(url=url))) as forwarder:
                with socket.create_connection(("127.0.0.1", forwarder.port)) as client:
                    client.sendall(b"DELETE /bucket/key HTTP/1.1\r\nHost: x\r\n\r\n")
                while not forwarder.exchanges():
                    time.sleep(0.01)
                assert [one.exchange.response for one in forwarder.exchanges()] == [None]
                time.sleep(0.1)  # the forwarder has seen that the client is gone
                gc.collect()
                (late,) = forwarder.exchanges(10.0)
            done.result()
    assert late.exchange.response is not None
    assert late.exchange.response.start_line == "HTTP/1.1 404 Not Found"
    assert late.response_body == b"no"


def test_a_request_without_any_answer_is_not_waited_for_for_ever(endpoint_of: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Forwarder(endpoint_of(SimpleNamespace(url=url))) as forwarder:
            with socket.create_connection(("127.0.0.1", forwarder.port)) as client:
                client.sendall(b"DELETE /bucket/key HTTP/1.1\r\nHost: x\r\n\r\n")
            while not forwarder.exchanges():
                time.sleep(0.01)
            (one,) = forwarder.exchanges(0.2)
    assert one.exchange.response is None
    assert one.exchange.note == "no answer came"


@pytest.mark.parametrize(
    ("fields", "kept", "connection"),
    [
        (
            [b"Connection: Upgrade", b"Upgrade: TLS/1.2", b"Host: h"],
            [b"Upgrade: TLS/1.2", b"Host: h"],
            b"Connection: close, Upgrade",
        ),
        ([b"connection: Keep-Alive, X", b"X: 1"], [b"X: 1"], b"Connection: close, X"),
        ([b"Proxy-Connection: y", b"Host: h"], [b"Host: h"], b"Connection: close"),
        ([b"Host: h"], [b"Host: h"], b"Connection: close"),
    ],
)
def test_the_proxy_keeps_what_a_connection_offers(
    fields: list[bytes], kept: list[bytes], connection: bytes
) -> None:
    assert _apart(fields) == (kept, connection)
