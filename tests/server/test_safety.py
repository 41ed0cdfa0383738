"""What hostile clients try: S3 answers with its own error, and nothing stored is touched."""

from __future__ import annotations

import http.client
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from server_ref.server import S3Server
from tests.server.conftest import refused

ODD_KEYS = (
    ".",
    "a/..",
    "a/../b",
    "etc/../passwd/..",
    "./a",
    "%2F",
    "a%2Fb",
    "%2e%2e%2f",
    "//",
    "/leading",
    "trailing/",
    "a\\..\\b",
    "\x01\x7f",
    "k" * 1024,
    "\U0001f600/é",
    "a?b#c&d=e",
    "accounts.json",
    "s3.sqlite",
)
OURS = re.compile(
    r"lock|reserve|accounts\.json|s3\.sqlite(-wal|-shm)?|incoming|bodies(/[0-9a-f]{2}(/[0-9a-f]{32}-\w+)?)?"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outer") / "data"


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[S3Server]:
    made = S3Server(data=place, durability="relaxed")
    made._seams.change_limits(head_time=1.0, idle_time=1.0)
    with made:
        yield made


@pytest.fixture(scope="module")
def s3(server: S3Server) -> Any:
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    client = boto3.client("s3", config=config, **server.client_kwargs)
    client.create_bucket(Bucket="mine")
    return client


def signed(
    server: S3Server, method: str, path: str, body: bytes = b"", **headers: str
) -> dict[str, str]:
    """The headers of a signed request; ``path`` is sent and signed as it stands."""
    request = AWSRequest(method, server.url + path, data=body, headers=headers)
    keys = Credentials(server.access_key, server.secret_key)
    S3SigV4Auth(keys, "s3", server.region).add_auth(request)
    return dict(request.headers.items())


def send(server: S3Server, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """A signed request with this very path: no client library that tidies it up."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    try:
        connection.request(method, path, body, signed(server, method, path, body))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def by_hand(server: S3Server, data: bytes, *, patience: float = 15.0) -> bytes:
    """What the server says to these bytes until it closes."""
    host, port = server.url.removeprefix("http://").split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        with suppress(ConnectionError):  # it answered before it had read everything
            connection.sendall(data)
        while block := connection.recv(65536):
            received += block
    return received


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_is_a_name_and_never_a_path(server: S3Server, s3: Any, place: Path, key: str) -> None:
    body = bytes(range(256)) * 100  # a file, not a row of the database
    path = "/mine/" + quote(key)

    assert send(server, "PUT", path, body)[0] == 200
    listed = s3.list_objects_v2(Bucket="mine", Prefix=key)  # boto3 asks for url and decodes
    assert key in [found["Key"] for found in listed["Contents"]]
    assert send(server, "GET", path) == (200, body)
    s3.copy_object(Bucket="mine", Key=f"c{key}"[:1000], CopySource={"Bucket": "mine", "Key": key})
    assert s3.get_object(Bucket="mine", Key=f"c{key}"[:1000])["Body"].read() == body
    if key.isprintable():  # as text of XML
        deleted = s3.delete_objects(Bucket="mine", Delete={"Objects": [{"Key": key}]})
        assert deleted["Deleted"] == [{"Key": key}]
    else:
        assert send(server, "DELETE", path)[0] == 204
    assert send(server, "GET", path)[0] == 404

    names = {str(found.relative_to(place)) for found in place.rglob("*")}
    assert [name for name in names if not OURS.fullmatch(name)] == []
    assert [found.name for found in place.parent.iterdir()] == [place.name]


@pytest.mark.parametrize(
    ("key", "status", "made"),
    [("../${filename}", 400, []), ("up/${filename}", 204, ["up/y"])],
)
def test_a_form_names_keys_as_well(s3: Any, key: str, status: int, made: list[str]) -> None:
    """A key that leads out is refused as elsewhere; of a file's name only its last part counts."""
    form = s3.generate_presigned_post(
        "mine", key, Conditions=[["starts-with", "$key", key.partition("$")[0]]]
    )
    files = {"file": ("../../x\\..\\y", b"posted")}
    assert requests.post(form["url"], form["fields"], files=files, timeout=10).status_code == status
    listed = s3.list_objects_v2(Bucket="mine", Prefix=key.partition("$")[0])
    assert [found["Key"] for found in listed.get("Contents", [])] == made
    for name in made:
        s3.copy_object(Bucket="mine", Key="posted", CopySource={"Bucket": "mine", "Key": name})
        assert s3.get_object(Bucket="mine", Key="posted")["Body"].read() == b"posted"


@pytest.mark.parametrize("key", ["..", "../../etc/passwd", "a/../../b", "./../x"])
@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
def test_a_key_that_climbs_out_is_no_uri(server: S3Server, method: str, key: str) -> None:
    status, body = send(server, method, "/mine/" + quote(key))
    assert status == 400
    assert b"<Code>InvalidURI</Code>" in body


@pytest.mark.parametrize("name", ["..", "UPPER", "a" * 64, "a..b", "%00%00%00"])
def test_bucket_names_are_held_to_the_rules(server: S3Server, name: str) -> None:
    status, body = send(server, "PUT", f"/{name}")
    assert status == 400
    assert b"<Code>InvalidBucketName</Code>" in body
    status, body = send(server, "GET", f"/{name}/key")
    assert status == 404
    assert b"<Code>NoSuchBucket</Code>" in body


@pytest.mark.parametrize("key", ["k" * 1025, "é" * 513])
def test_long_keys_are_refused_wherever_they_come_from(s3: Any, key: str) -> None:
    s3.put_object(Bucket="mine", Key="source", Body=b"x")
    calls: list[tuple[Any, dict[str, Any]]] = [
        (s3.put_object, {"Key": key, "Body": b"x"}),
        (s3.create_multipart_upload, {"Key": key}),
        (s3.copy_object, {"Key": key, "CopySource": "mine/source"}),
        (s3.get_object, {"Key": key}),
    ]
    for call, members in calls:
        error = refused(call, Bucket="mine", **members)
        assert (error["Status"], error["Code"]) == (400, "KeyTooLongError"), members
    among = {"Objects": [{"Key": "source"}, {"Key": key}]}
    error = refused(s3.delete_objects, Bucket="mine", Delete=among)
    assert (error["Status"], error["Code"]) == (400, "KeyTooLongError")
    s3.head_object(Bucket="mine", Key="source")  # none of them went
    form = s3.generate_presigned_post("mine", key)
    posted = requests.post(form["url"], form["fields"], files={"file": b"x"}, timeout=10)
    assert (posted.status_code, "<Code>KeyTooLongError</Code>" in posted.text) == (400, True)


def test_a_nul_is_a_character_of_a_key_and_none_of_xml(server: S3Server) -> None:
    status, _ = send(server, "PUT", "/mine/nul%00key", b"x")
    assert (status, send(server, "GET", "/mine/nul%00key")) == (200, (200, b"x"))
    document = b"<Delete><Object><Key>nul\x00key</Key></Object></Delete>"
    assert send(server, "POST", "/mine?delete=", document)[0] == 400
    assert send(server, "GET", "/mine/nul%00key") == (200, b"x")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<Tagging>" * 5000, "MalformedXML"),
        (
            b"<Tagging>" + b"<TagSet>" * 2000 + b"</TagSet>" * 2000 + b"</Tagging>",
            "MalformedXML",
        ),
        (
            b"<Tagging><TagSet>" + b"<Tag><Key>a</Key><Value>b</Value></Tag>" * 60_000,
            "MalformedXML",
        ),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><Tagging><TagSet/></Tagging>', "MalformedXML"),
        (b"\xff\xfe\x00<", "MalformedXML"),
        (b"", "MissingRequestBodyError"),
    ],
    ids=["unclosed", "deep", "huge", "entity", "no text", "empty"],
)
def test_documents_are_bounded(server: S3Server, s3: Any, document: bytes, code: str) -> None:
    s3.put_object(Bucket="mine", Key="tagged", Body=b"x", Tagging="a=b")
    status, body = send(server, "PUT", "/mine/tagged?tagging=", document)
    assert status == 400
    assert f"<Code>{code}</Code>".encode() in body
    kept = s3.get_object_tagging(Bucket="mine", Key="tagged")["TagSet"]
    assert kept == [{"Key": "a", "Value": "b"}]


def test_a_mebibyte_of_headers_is_not_read_to_its_end(server: S3Server) -> None:
    head = b"GET /mine HTTP/1.1\r\nHost: h\r\n" + b"A: " + b"x" * (1 << 20) + b"\r\n\r\n"
    answer = by_hand(server, head)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"<Code>RequestHeaderSectionTooLarge</Code>" in answer
    many = b"GET /mine HTTP/1.1\r\nHost: h\r\n" + b"A: b\r\n" * 100_000 + b"\r\n"
    answer = by_hand(server, many)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"<Code>RequestHeaderSectionTooLarge</Code>" in answer
    assert send(server, "GET", "/mine")[0] == 200


@pytest.mark.parametrize(
    "parameter",
    [
        "response-content-disposition",
        "response-content-type",
        "response-cache-control",
        "response-expires",
        "response-content-language",
        "response-content-encoding",
    ],
)
def test_overrides_cannot_end_their_header(server: S3Server, s3: Any, parameter: str) -> None:
    s3.put_object(Bucket="mine", Key="plain", Body=b"x")
    path = f"/mine/plain?{parameter}=a%0D%0ASet-Cookie%3A%20evil%3D1%0D%0A%0D%0Abody"
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers=signed(server, "GET", path))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.getheader("Set-Cookie") is None
    assert (answer.status, body) == (200, b"x")
    words = None if parameter == "response-expires" else "a  Set-Cookie: evil=1    body"  # no time
    assert answer.getheader(parameter.removeprefix("response-")) == words


def test_what_only_the_server_says_is_not_taken_from_a_client(s3: Any, server: S3Server) -> None:
    said = {
        "x-amz-version-id": "made-up",
        "x-amz-delete-marker": "true",
        "x-amz-replication-status": "REPLICA",
        "x-amz-restore": 'ongoing-request="true"',
        "x-amz-expiration": "never",
        "x-amz-mp-parts-count": "7",
        "x-amz-missing-meta": "3",
        "ETag": '"made-up"',
        "Last-Modified": "Mon, 01 Jan 2001 00:00:00 GMT",
    }
    headers = signed(server, "PUT", "/mine/claimed", b"x", **said)
    put = requests.put(f"{server.url}/mine/claimed", b"x", headers=headers, timeout=10)
    assert put.status_code == 200
    shown = s3.head_object(Bucket="mine", Key="claimed")["ResponseMetadata"]["HTTPHeaders"]
    for name, value in said.items():
        assert shown.get(name.lower()) != value, name
    metadata = {"x-amz-server-side-encryption": "aws:kms", "etag": "e", "ais-cksum-type": "md5"}
    s3.put_object(Bucket="mine", Key="claimed", Body=b"y", Metadata=metadata)
    again = s3.head_object(Bucket="mine", Key="claimed")
    assert again["Metadata"] == metadata
    assert again["ServerSideEncryption"] == "AES256"
    assert again["ETag"] != "e"


def test_a_body_shorter_than_declared_keeps_the_old_object(server: S3Server, s3: Any) -> None:
    s3.put_object(Bucket="mine", Key="stays", Body=b"old")
    headers = signed(server, "PUT", "/mine/stays", b"n" * 100)
    head = _head(server, "PUT", "/mine/stays", {**headers, "Content-Length": "100"})
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head + b"n" * 60)  # and hangs up
    assert s3.get_object(Bucket="mine", Key="stays")["Body"].read() == b"old"

    answer = by_hand(server, head + b"n" * 60)  # and says nothing more
    assert b"<Code>RequestTimeout</Code>" in answer
    assert s3.get_object(Bucket="mine", Key="stays")["Body"].read() == b"old"


def test_bytes_after_a_body_are_no_part_of_it(server: S3Server, s3: Any) -> None:
    headers = signed(server, "PUT", "/mine/exact", b"n" * 10)
    head = _head(server, "PUT", "/mine/exact", {**headers, "Content-Length": "10"})
    answer = by_hand(server, head + b"n" * 10 + b"more that is no request\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 400 ") == 1
    assert s3.get_object(Bucket="mine", Key="exact")["Body"].read() == b"n" * 10


def test_a_slow_head_ends(server: S3Server) -> None:
    answer = by_hand(server, b"GET /mine HTTP/1.1\r\nHost: h\r\nA: ")  # it has its own patience
    assert b"<Code>RequestTimeout</Code>" in answer


@pytest.mark.parametrize(
    "payload",
    [
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "UNSIGNED-PAYLOAD",
    ],
)
def test_no_kind_of_payload_slips_past_the_signature(
    server: S3Server, s3: Any, payload: str
) -> None:
    s3.put_object(Bucket="mine", Key="guarded", Body=b"old")
    chunked = b"3\r\nnew\r\n0\r\nx-amz-checksum-crc32:jHNlIQ==\r\n\r\n"
    headers = {
        "x-amz-content-sha256": payload,
        "x-amz-decoded-content-length": "3",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "Content-Encoding": "aws-chunked",
    }
    good = signed(server, "PUT", "/mine/guarded", b"", **headers)
    forged = {**good, "Authorization": good["Authorization"][:-64] + "0" * 64}
    for sent, code in ((headers, "AccessDenied"), (forged, "SignatureDoesNotMatch")):
        answer = requests.put(f"{server.url}/mine/guarded", chunked, headers=sent, timeout=10)
        assert answer.status_code == 403
        assert f"<Code>{code}</Code>" in answer.text
        assert s3.get_object(Bucket="mine", Key="guarded")["Body"].read() == b"old"


def test_a_part_copy_needs_to_read_its_source(server: S3Server, s3: Any) -> None:
    s3.put_object(Bucket="mine", Key="secret", Body=b"secret")
    thief = server.add_account("thief")
    config = Config(retries={"total_max_attempts": 1})
    theirs = boto3.client("s3", config=config, **server.kwargs_for(thief))
    theirs.create_bucket(Bucket="thiefs")
    upload = theirs.create_multipart_upload(Bucket="thiefs", Key="loot")["UploadId"]
    for source in ("mine/secret", "/mine/secret", "mine/%73ecret", "mine//../secret"):
        part = {"Bucket": "thiefs", "Key": "loot", "PartNumber": 1, "UploadId": upload}
        error = refused(theirs.upload_part_copy, CopySource=source, **part)
        assert (error["Status"], error["Code"]) == (403, "AccessDenied"), source
        error = refused(theirs.copy_object, Bucket="thiefs", Key="loot", CopySource=source)
        assert (error["Status"], error["Code"]) == (403, "AccessDenied"), source
    assert theirs.list_parts(Bucket="thiefs", Key="loot", UploadId=upload).get("Parts") is None


def test_a_presigned_url_ends(s3: Any) -> None:
    s3.put_object(Bucket="mine", Key="lent", Body=b"lent")
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "mine", "Key": "lent"}, ExpiresIn=2
    )
    assert requests.get(url, timeout=10).content == b"lent"
    deadline = time.monotonic() + 30
    while (answer := requests.get(url, timeout=10)).status_code == 200:
        assert time.monotonic() < deadline, "it never ends"
        time.sleep(0.5)
    assert (answer.status_code, "Request has expired" in answer.text) == (403, True)


def _head(server: S3Server, method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {server.url.removeprefix('http://')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
