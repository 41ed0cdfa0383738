"""The raw client sends bytes exactly as they are given."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from conformance.clients.base import ClientCannotError
from conformance.clients.raw import RawClient
from conformance.endpoint.endpoint import Credentials, Endpoint

AT = datetime.datetime(2026, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)


@pytest.fixture
def raw(stand_in: Any, endpoint_of: Any, tmp_path: Path) -> Any:
    client = RawClient(endpoint_of(stand_in), tmp_path)
    yield client
    client.close()


def test_the_target_stays_as_it_is(raw: RawClient, stand_in: Any) -> None:
    for path, query in (
        ("/bucket/a%2fb/../c//d", "x=%7e&y&z=1+2"),
        ("/bucket/%E4", "prefix=%"),
    ):
        answer = raw.request("GET", path, query=query)
        assert answer.status == 200
        assert stand_in.asked[-1][1] == f"{path}?{query}"


def test_a_header_signature_is_botocores(raw: RawClient) -> None:
    data = raw.signed_bytes(
        "PUT",
        "/bucket/a%20b",
        query="partNumber=1&uploadId=x",
        headers={"X-Amz-Meta-A": " b  c "},
        body=b"hello",
        at=AT,
    )
    head = data.split(b"\r\n\r\n")[0].decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in head[1:])

    credentials = raw.endpoint.credentials
    assert credentials is not None
    request = botocore.awsrequest.AWSRequest(
        "PUT",
        f"{raw.endpoint.url}/bucket/a%20b?partNumber=1&uploadId=x",
        headers={
            name: value for name, value in headers.items() if name not in ("Authorization", "Host")
        },
        data=b"hello",
    )
    request.context["timestamp"] = "20260203T040506Z"
    signer = botocore.auth.S3SigV4Auth(
        botocore.credentials.Credentials(credentials.access_key, credentials.secret_key),
        "s3",
        "us-east-1",
    )
    text = signer.string_to_sign(request, signer.canonical_request(request))
    assert headers["Authorization"].endswith(signer.signature(text, request))


def test_what_is_changed_after_signing_is_what_is_sent(raw: RawClient, stand_in: Any) -> None:
    raw.request(
        "PUT",
        "/bucket/key",
        body=b"x",
        payload_hash="UNSIGNED-PAYLOAD",
        headers={"X-Amz-Meta-Gone": "1"},
        after={"x-amz-meta-gone": None, "X-Amz-Acl": "private"},
    )
    headers = {name.lower(): value for name, value in stand_in.asked[-1][2].items()}
    assert headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert headers["x-amz-acl"] == "private"
    assert "x-amz-meta-gone" not in headers
    assert "x-amz-meta-gone" in headers["authorization"]


def test_other_credentials_region_and_no_signature(raw: RawClient, stand_in: Any) -> None:
    raw.request("GET", "/", region="eu-west-1", credentials=Credentials("other", "s" * 20, "token"))
    headers = stand_in.asked[-1][2]
    assert "Credential=other/" in headers["Authorization"]
    assert "/eu-west-1/s3/" in headers["Authorization"]
    assert headers["x-amz-security-token"] == "token"
    raw.request("GET", "/", sign="none")
    assert "Authorization" not in stand_in.asked[-1][2]


def test_several_answers_on_one_connection(raw: RawClient, stand_in: Any) -> None:
    one = raw.signed_bytes("GET", "/bucket/one")
    two = raw.signed_bytes("PUT", "/bucket/two", body=b"hello")
    answers = raw.wire(one + two, timeout=5)
    assert [answer.status for answer in answers] == [200, 200]
    assert [asked[1] for asked in stand_in.asked] == ["/bucket/one", "/bucket/two"]


def test_bytes_that_are_not_http_are_sent_and_shown(raw: RawClient) -> None:
    answers = raw.wire(b"NONSENSE\r\n\r\n", timeout=5)
    exchange = answers[0].exchange
    assert exchange is not None and exchange.response is not None
    assert exchange.request.start_line == "NONSENSE"
    assert "400" in f"{exchange.response}"  # http.server answers it as HTTP/0.9: a body alone
    assert "not HTTP" in (exchange.note or "")


def test_a_file_is_sent_in_blocks_and_signed(raw: RawClient, stand_in: Any) -> None:
    data = b"0123456789" * 50_000
    answer = raw.call("PutObject", {"Bucket": "bucket", "Key": "key", "Body": io.BytesIO(data)})
    assert answer.status == 200
    assert stand_in.asked[-1][3] == data


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        ("CRC32", "NhCmhg=="),
        ("CRC32C", "mnG7TA=="),
        ("SHA1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
        ("CRC64NVME", "M3eFcAZSQlc="),
    ],
)
def test_an_asked_for_checksum_is_computed(
    raw: RawClient, stand_in: Any, algorithm: str, value: str
) -> None:
    raw.call(
        "PutObject",
        {"Bucket": "bucket", "Key": "key", "Body": b"hello", "ChecksumAlgorithm": algorithm},
    )
    assert stand_in.asked[-1][2][f"x-amz-checksum-{algorithm.lower()}"] == value


def test_md5_only_where_it_is_required(raw: RawClient, stand_in: Any) -> None:
    raw.call("PutObject", {"Bucket": "bucket", "Key": "key", "Body": b"hello"})
    assert not any(
        name.lower() in {"content-md5"} or "checksum" in name.lower()
        for name in stand_in.asked[-1][2]
    )
    raw.call("DeleteObjects", {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "k"}]}})
    assert "Content-MD5" in stand_in.asked[-1][2]


def test_the_bucket_moves_into_the_host(stand_in: Any, endpoint_of: Any, tmp_path: Path) -> None:
    client = RawClient(endpoint_of(stand_in, addressing="virtual"), tmp_path)
    client.call("GetObject", {"Bucket": "bucket", "Key": "a/b"})
    client.close()
    assert stand_in.asked[-1][1] == "/a/b"
    assert stand_in.asked[-1][2]["Host"] == f"bucket.127.0.0.1:{stand_in.port}"


@pytest.mark.parametrize(
    ("scheme", "bucket", "moved"),
    [
        ("http", "bucket", True),
        ("https", "bucket", True),
        ("http", "a.bucket", True),
        ("https", "a.bucket", False),  # the certificate of *.host is for one label
        ("http", "No_Label", False),
        ("http", "", False),
    ],
)
def test_which_bucket_moves_into_the_host(
    tmp_path: Path, scheme: str, bucket: str, *, moved: bool
) -> None:
    endpoint = Endpoint(
        f"{scheme}://s3.test/below", addressing="virtual", credentials=Credentials("key", "secret")
    )
    client = RawClient(endpoint, tmp_path)
    try:
        data = client.signed_bytes("GET", f"/{bucket}/a/b", query="", at=AT)
    finally:
        client.close()
    lines = data.decode().split("\r\n")
    expected = ("s3.test", f"/below/{bucket}/a/b")
    if moved:
        expected = (f"{bucket}.s3.test", "/below/a/b")
    assert f"Host: {expected[0]}" in lines
    assert lines[0].split(" ")[1] == expected[1]


def test_unknown_names_are_refused_with_the_reason(raw: RawClient) -> None:
    with pytest.raises(ClientCannotError, match="no operation 'GetThing'"):
        raw.call("GetThing", {})
    with pytest.raises(ClientCannotError, match="no member 'Colour'"):
        raw.call("GetObject", {"Bucket": "b", "Key": "k", "Colour": "red"})


def test_a_200_with_an_error_body_is_no_success(raw: RawClient, stand_in: Any) -> None:
    stand_in.answers["/bucket/key"] = (
        200,
        {},
        b"<Error><Code>InternalError</Code><Message>again</Message></Error>",
    )
    answer = raw.call("CopyObject", {"Bucket": "bucket", "Key": "key", "CopySource": "b/k"})
    assert (answer.status, answer.code, answer.succeeded) == (200, "InternalError", False)


@pytest.mark.parametrize(("given", "sent"), [("UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD"), (None, "")])
def test_a_digest_that_is_given_is_sent_without_a_signature_too(
    raw: RawClient, stand_in: Any, given: str | None, sent: str
) -> None:
    raw.request("PUT", "/b/k", body=b"x", sign="none", payload_hash=given)
    headers = {name.lower(): value for name, value in stand_in.asked[-1][2].items()}
    assert headers.get("x-amz-content-sha256", "") == sent
    assert "authorization" not in headers
