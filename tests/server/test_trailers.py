"""Checksums that come after the body: S3's unsigned trailers, by hand.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import base64
import http.client
import zlib
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OWNER, refused

BODY = b"0123456789" * 3000
CRC = base64.b64encode(zlib.crc32(BODY).to_bytes(4, "big")).decode()


class _Signer(S3SigV4Auth):
    """Signs what is sent in chunks with a trailer."""

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002 - botocore calls it so
        """What x-amz-content-sha256 says."""
        return "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def put(server: S3Server, path: str, trailer: bytes, **more: str) -> tuple[int, bytes]:
    """PUT of BODY in chunks, with this trailer section where x-amz-checksum-crc32 is promised."""
    chunks = [BODY[at : at + 16384] for at in range(0, len(BODY), 16384)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    sent = framed + b"0\r\n" + trailer + b"\r\n"
    headers = {
        "x-amz-trailer": "x-amz-checksum-crc32",
        "x-amz-decoded-content-length": str(len(BODY)),
        "content-encoding": "aws-chunked",
        **more,
    }
    request = AWSRequest("PUT", server.url + path, headers=headers)
    credentials = Credentials(OWNER.access_key, OWNER.secret_key)
    _Signer(credentials, "s3", server.region).add_auth(request)
    request.headers["content-length"] = str(len(sent))
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    try:
        connection.request("PUT", path, body=sent, headers=dict(request.headers.items()))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_right_checksum_is_kept(owner: Any, server: S3Server, bucket: str) -> None:
    trailer = f"x-amz-checksum-crc32:{CRC}\r\n".encode()
    assert put(server, f"/{bucket}/key", trailer)[0] == 200
    got = owner.get_object(Bucket=bucket, Key="key")
    assert (got["Body"].read(), got["ChecksumCRC32"]) == (BODY, CRC)
    assert "ContentEncoding" not in got


@pytest.mark.parametrize("promised", ["x-amz-checksum-crc32", "X-Amz-Checksum-CRC32"])
def test_a_checksum_comes_before_the_body_or_after_it(
    server: S3Server, bucket: str, promised: str
) -> None:
    trailer = f"x-amz-checksum-crc32:{CRC}\r\n".encode()
    also = {"x-amz-checksum-sha1": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "x-amz-trailer": promised}
    status, body = put(server, f"/{bucket}/key", trailer, **also)
    assert status == 400
    assert b"<Message>Expecting a single x-amz-checksum- header</Message>" in body


@pytest.mark.parametrize(
    ("trailer", "code"),
    [
        (b"x-amz-checksum-crc32:AAAAAA==\r\n", b"BadDigest"),
        (b"x-amz-checksum-crc32:nonsense\r\n", b"InvalidRequest"),
        (b"", b"MalformedTrailerError"),
        (b"x-amz-checksum-sha1:AAAA\r\n", b"MalformedTrailerError"),
    ],
)
def test_a_wrong_trailer_keeps_nothing(
    owner: Any, server: S3Server, bucket: str, trailer: bytes, code: bytes
) -> None:
    status, body = put(server, f"/{bucket}/key", trailer)
    assert (status, b"<Code>%b</Code>" % code in body) == (400, True), body
    if code == b"InvalidRequest":
        assert b"Value for x-amz-checksum-crc32 trailing header is invalid." in body
    assert refused(owner.head_object, Bucket=bucket, Key="key")["Status"] == 404


@pytest.mark.parametrize(
    ("ending", "status"),
    [(b"0\r\n\r\n", 200), (b"0\r\n", 400), (b"0\r\n\r", 400)],
)
def test_chunks_without_a_trailer_have_their_last_line(
    server: S3Server, bucket: str, ending: bytes, status: int
) -> None:
    """No trailer has to come, its empty line has (versity/versitygw#1632, #1695)."""
    answer = ask(
        server,
        "PUT",
        f"/{bucket}/key",
        b"5\r\nhello\r\n" + ending,
        payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        x_amz_decoded_content_length="5",
    )
    assert answer.status == status
    assert answer.error.get("Code") == (None if status == 200 else "IncompleteBody")
    assert ask(server, "HEAD", f"/{bucket}/key").status == (200 if status == 200 else 404)
