"""AIStore byte by byte: names, lengths, headers, and documents without a namespace."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from defusedxml import ElementTree

from server_ref.server import S3Server
from tests.server.aistore.conftest import Ask

NS = "{http://s3.amazonaws.com/doc/2006-03-01}"


def _said(server: S3Server, data: bytes, *, shut: bool = False) -> bytes:
    """All that comes back for these bytes."""
    where = urlsplit(server.root_url)
    with socket.create_connection((where.hostname, where.port), timeout=20) as wire:
        wire.sendall(data)
        if shut:
            wire.shutdown(socket.SHUT_WR)
        said = b""
        while more := wire.recv(65536):
            said += more
    return said


def test_a_path_that_leads_upwards_is_refused(ask: Ask, bucket: str) -> None:
    for path in ("%2e%2e/x", "a/%2e%2e/b", "%2e%2e%2fx"):
        answer = ask("PUT", f"/{bucket}/{path}", data=b"x")
        assert answer.status_code == 400, path
        assert ElementTree.fromstring(answer.content).findtext("Code") == "errInvalidPath"


def test_a_nul_in_a_path_ends_the_connection(direct: S3Server, bucket: str) -> None:
    said = _said(direct, f"GET /s3/{bucket}/a%00b HTTP/1.1\r\nHost: h\r\n\r\n".encode())

    assert said == b""


def test_names_may_have_any_bytes(ask: Ask, bucket: str) -> None:
    for name in ("%ff", "%fe", "%c3%bc"):
        assert ask("PUT", f"/{bucket}/{name}", data=name.encode()).status_code == 200
    for name in ("%ff", "%fe", "%c3%bc"):
        assert ask("GET", f"/{bucket}/{name}").content == name.encode()

    root = ElementTree.fromstring(ask("GET", f"/{bucket}").content)
    keys = [one.findtext(f"{NS}Key") for one in root.iter(f"{NS}Contents")]
    assert keys == ["ü", "\N{REPLACEMENT CHARACTER}", "\N{REPLACEMENT CHARACTER}"]


def test_a_long_key_is_one(ask: Ask, bucket: str) -> None:
    key = "k" * 1025

    assert ask("PUT", f"/{bucket}/{key}", data=b"x").status_code == 200
    assert ask("GET", f"/{bucket}/{key}").content == b"x"


def test_a_bucket_does_not_begin_with_a_dot(ask: Ask) -> None:
    assert ask("PUT", "/.x").status_code == 400


def test_over_a_thousand_keys_are_deleted(s3: Any, ask: Ask, bucket: str) -> None:
    for key in ("first", "last"):
        ask("PUT", f"/{bucket}/{key}", data=b"x")
    keys = ["first", *(f"none-{number}" for number in range(1200)), "last"]
    body = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)

    answer = ask("POST", f"/{bucket}?delete", data=f"<Delete>{body}</Delete>")

    assert answer.status_code == 200
    assert len(list(ElementTree.fromstring(answer.content).iter("Deleted"))) == 1202
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_an_upload_need_not_say_its_length(direct: S3Server, ask: Ask, bucket: str) -> None:
    pieces = ask("PUT", f"/{bucket}/pieces", data=iter([b"in ", b"pieces"]))
    bare = _said(
        direct, f"PUT /s3/{bucket}/bare HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode()
    )

    assert pieces.status_code == 200
    assert ask("GET", f"/{bucket}/pieces").content == b"in pieces"
    assert bare.startswith(b"HTTP/1.1 200 ")
    assert ask("GET", f"/{bucket}/bare").content == b""


def test_a_missing_trailer_is_not_missed(ask: Ask, bucket: str) -> None:
    headers = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "Content-Encoding": "aws-chunked",
    }
    for said in ({"x-amz-decoded-content-length": "5"}, {}):
        answer = ask(
            "PUT", f"/{bucket}/key", data=b"5\r\nhello\r\n0\r\n\r\n", headers=headers | said
        )
        assert answer.status_code == 200
        assert ask("GET", f"/{bucket}/key").content == b"hello"


@pytest.mark.parametrize("path", ["key", "mpu?partNumber=1&uploadId="])
def test_trailers_are_passed_over(s3: Any, ask: Ask, bucket: str, path: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mpu")["UploadId"]
    headers = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "x-amz-decoded-content-length": "5",
        "Content-Encoding": "aws-chunked",
    }
    body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-other:no\r\n\r\n"
    path += upload if path.endswith("=") else ""

    assert ask("PUT", f"/{bucket}/{path}", data=body, headers=headers).status_code == 200


def test_of_two_lengths_the_chunked_one_counts(direct: S3Server, ask: Ask, bucket: str) -> None:
    second = f"GET /s3/{bucket} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    first = (
        f"PUT /s3/{bucket}/key HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n"
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    )

    said = _said(direct, (first + second).encode())

    assert said.count(b"HTTP/1.1 200 ") == 2
    assert ask("GET", f"/{bucket}/key").content == b"hello"


def test_chunks_without_an_end_are_an_error_of_the_server(direct: S3Server, bucket: str) -> None:
    head = f"PUT /s3/{bucket}/key HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

    said = _said(direct, head.encode() + b"5\r\nhello\r\n", shut=True)

    assert said.startswith(b"HTTP/1.1 500 ")


def test_long_headers_are_served(ask: Ask, bucket: str) -> None:
    answer = ask("GET", f"/{bucket}", headers={f"x-long-{n}": "v" * 8000 for n in range(8)})

    assert answer.status_code == 200


def test_what_is_no_request_is_answered_in_plain_text(direct: S3Server) -> None:
    said = _said(direct, b"GET /s3 HTTP/1.1\r\nHost : h\r\n\r\n")

    assert said.startswith(b"HTTP/1.1 400 ")
    assert b"text/plain" in said
    assert b"<Error>" not in said


def test_no_answer_has_ids_and_few_name_a_server(cluster: S3Server, bucket: str, ask: Ask) -> None:
    requests.put(f"{cluster.url}/named", timeout=30)
    away = requests.get(f"{cluster.url}/named/key", allow_redirects=False, timeout=30)

    assert away.status_code == 307
    assert away.headers["Server"] == "AIStore"
    assert away.headers["Date"].endswith(" GMT")
    assert ask("HEAD", f"/{bucket}").headers["Server"] == "AIStore"
    for answer in (
        ask("GET", f"/{bucket}"),
        ask("PUT", f"/{bucket}/key", data=b"x"),
        ask("GET", f"/{bucket}/none"),
        ask("HEAD", "/none-such"),
        away,
    ):
        assert not {"x-amz-request-id", "x-amz-id-2"} & {name.lower() for name in answer.headers}
        assert "Date" in answer.headers
        if answer is not away:
            assert "Server" not in answer.headers


def test_only_two_listings_have_a_namespace(s3: Any, ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"x")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mpu")["UploadId"]
    delete = "<Delete><Object><Key>none</Key></Object></Delete>"

    for path in ("/", f"/{bucket}"):
        assert ElementTree.fromstring(ask("GET", path).content).tag.startswith(NS)
    for answer, root in (
        (ask("PUT", f"/{bucket}/c", headers={"x-amz-copy-source": f"{bucket}/key"}), "CopyObject"),
        (ask("POST", f"/{bucket}/mpu?uploads"), "InitiateMultipartUpload"),
        (ask("GET", f"/{bucket}/mpu?uploadId={upload}"), "ListParts"),
        (ask("GET", f"/{bucket}?uploads"), "ListMultipartUploads"),
        (ask("POST", f"/{bucket}?delete", data=delete), "Delete"),
    ):
        assert ElementTree.fromstring(answer.content).tag == f"{root}Result"
    assert (
        ElementTree.fromstring(ask("GET", f"/{bucket}?versioning").content).tag
        == "VersioningConfiguration"
    )


def test_the_token_is_that_of_aistores_last_page(ask: Ask, bucket: str) -> None:
    for number in range(5):
        ask("PUT", f"/{bucket}/{number}", data=b"x")

    def token(query: str) -> str | None:
        answer = ask("GET", f"/{bucket}?list-type=2&{query}")
        return ElementTree.fromstring(answer.content).findtext(f"{NS}ContinuationToken")

    assert token("") == ""
    assert token("max-keys=2") == "3"
    assert token("max-keys=5") == ""
    assert token("continuation-token=1") == "1"


def test_expires_is_not_kept(ask: Ask, bucket: str) -> None:
    expires = {"Expires": "Wed, 21 Oct 2026 07:28:00 GMT"}
    ask("PUT", f"/{bucket}/key", data=b"x", headers=expires)

    assert "Expires" not in ask("GET", f"/{bucket}/key").headers


def test_keys_for_the_source_of_a_copy_are_not_looked_at(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"x")
    prefix = "x-amz-copy-source-server-side-encryption-customer-"
    keys = {f"{prefix}algorithm": "AES256", f"{prefix}key": "no", f"{prefix}key-md5": "no"}

    answer = ask("PUT", f"/{bucket}/copy", headers={"x-amz-copy-source": f"/{bucket}/key", **keys})

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["", "/s3"])
def test_the_root_and_s3_both_serve(path: str) -> None:
    features = ["S3-API-via-Root", "S3-Reverse-Proxy"]
    with S3Server(behaviour="aistore", features=features, durability="relaxed") as server:
        base = f"{server.root_url}{path}"
        assert requests.put(f"{base}/rooted", timeout=30).status_code == 200
        assert requests.put(f"{base}/rooted/key", data=b"x", timeout=30).status_code == 200
        assert requests.get(f"{base}/rooted/key", timeout=30).content == b"x"


def test_the_proxy_sends_on_any_bytes_but_not_upwards(cluster: S3Server) -> None:
    requests.put(f"{cluster.url}/bytes", timeout=30)

    away = requests.put(f"{cluster.url}/bytes/%ff", data=b"x", allow_redirects=False, timeout=30)
    refused = requests.put(f"{cluster.url}/bytes/%2e%2e/x", allow_redirects=False, timeout=30)

    assert away.status_code == 307
    assert requests.put(away.headers["Location"], data=b"x", timeout=30).status_code == 200
    assert requests.get(f"{cluster.url}/bytes/%ff", timeout=30).content == b"x"
    assert refused.status_code == 400
