"""Documents and their digests: verified where they come, insisted on where S3 does."""

from __future__ import annotations

import base64
import hashlib

import pytest

from server_ref.errors import S3Error
from server_ref.rules.documents import DigestedDocument
from server_ref.storage.hashing import base64_digest

DATA = b"<Delete/>"
MD5 = base64.b64encode(hashlib.md5(DATA).digest()).decode()


class Body:
    """A body as the transport gives it."""

    length: int | None = None

    def __init__(self, data: bytes, trailers: dict[str, str]) -> None:
        self.trailers = trailers
        self._pieces = [data[:3], data[3:], b""] if data else [b""]

    def read(self, _size: int = 0, /) -> bytes:
        return self._pieces.pop(0)


def check(
    operation: str, headers: dict[str, str], data: bytes, trailers: dict[str, str] | None = None
) -> None:
    document = DigestedDocument(Body(data, trailers or {}), operation, headers)
    got = b""
    while piece := document.read():
        got += piece
    assert got == data


@pytest.mark.parametrize(
    "headers",
    [
        {"content-md5": MD5},
        {"x-amz-checksum-crc32": base64_digest("CRC32", DATA)},
        {"x-amz-checksum-sha256": base64_digest("SHA256", DATA), "content-md5": MD5},
    ],
)
def test_a_true_digest_is_fine(headers: dict[str, str]) -> None:
    check("DeleteObjects", headers, DATA)
    with pytest.raises(S3Error, match="BadDigest"):
        check("DeleteObjects", headers, DATA + b" ")


def test_a_digest_may_come_in_a_trailer() -> None:
    headers = {"x-amz-trailer": "x-amz-checksum-crc32"}
    trailers = {"x-amz-checksum-crc32": base64_digest("CRC32", DATA)}
    check("DeleteObjects", headers, DATA, trailers)
    with pytest.raises(S3Error, match="BadDigest"):
        check("DeleteObjects", headers, b"", trailers)


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [
        ("DeleteObjects", "Content-MD5 OR x-amz-checksum-*"),
        ("PutBucketCors", "Content-MD5 OR x-amz-checksum-*"),
        ("PutBucketLifecycleConfiguration", "Content-MD5"),
        ("PutBucketReplication", "Content-MD5 OR x-amz-checksum-*"),
        ("PutBucketTagging", "Content-MD5 OR x-amz-checksum-*"),
    ],
)
def test_where_s3_insists_on_a_digest(operation: str, wanted: str) -> None:
    with pytest.raises(S3Error) as caught:
        check(operation, {"x-amz-checksum-algorithm": "CRC32"}, DATA)
    assert caught.value.code == "InvalidRequest"
    assert caught.value.message == f"Missing required header for this request: {wanted}"
    check(operation, {"x-amz-checksum-crc32": base64_digest("CRC32", DATA)}, DATA)


@pytest.mark.parametrize(
    "operation", ["PutBucketAcl", "PutBucketPolicy", "PutBucketVersioning", "PutObjectTagging"]
)
def test_elsewhere_none_is_fine(operation: str) -> None:
    check(operation, {}, DATA)


def test_what_is_no_digest() -> None:
    with pytest.raises(S3Error, match="InvalidDigest"):
        check("PutBucketCors", {"content-md5": "nonsense"}, DATA)
    with pytest.raises(S3Error, match="InvalidRequest"):
        check("PutBucketCors", {"x-amz-checksum-crc32": "nonsense"}, DATA)


def test_the_checksum_of_a_completed_upload_is_of_its_object() -> None:
    of_object = {"x-amz-checksum-crc32": base64_digest("CRC32", b"the object")}
    check("CompleteMultipartUpload", of_object, DATA)
