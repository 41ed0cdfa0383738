"""Signature Version 4 against Amazon's published examples.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import pytest

from server_ref.errors import S3Error
from server_ref.request import Request
from tests.server.published import (
    ACCESS_KEY,
    EXAMPLES,
    NOW,
    SECRET_KEY,
    WHEN,
    Bytes,
    authenticator,
    authorization,
    request,
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_published_example_is_accepted(name: str) -> None:
    identity = authenticator().authenticate(EXAMPLES[name](), NOW)
    assert identity.access_key == ACCESS_KEY


@pytest.mark.parametrize("name", EXAMPLES)
def test_published_example_with_another_path_is_refused(name: str) -> None:
    changed = EXAMPLES[name]()
    changed.target = changed.target.replace("/", "/x", 1)
    with pytest.raises(S3Error) as caught:
        authenticator().authenticate(changed, NOW)
    assert caught.value.code == "SignatureDoesNotMatch"
    assert list(caught.value.members) == [
        "AWSAccessKeyId",
        "StringToSign",
        "SignatureProvided",
        "StringToSignBytes",
        "CanonicalRequest",
        "CanonicalRequestBytes",
    ]
    assert SECRET_KEY not in str(caught.value.members)


def test_payload_that_is_not_the_signed_one_is_refused() -> None:
    put = EXAMPLES["PUT object"]()
    put.body = Bytes(b"Welcome to Amazon S4.")
    authenticator().authenticate(put, NOW)
    with pytest.raises(S3Error, match="XAmzContentSHA256Mismatch"):
        put.body.read(1000)


CHUNKS = (
    (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)
TRAILER_CHUNKS = (
    (65536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"),
    (1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"),
    (0, "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"),
)
TRAILER = (
    b"x-amz-checksum-crc32c:sOO8/Q==\r\n"
    b"x-amz-trailer-signature:"
    b"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
)


def framed(chunks: tuple[tuple[int, str], ...], trailer: bytes | None = None) -> bytes:
    data = b""
    for size, signature in chunks:
        data += f"{size:x};chunk-signature={signature}\r\n".encode() + b"a" * size
        if size or trailer is None:
            data += b"\r\n"
    return data + (trailer or b"")


def chunked(body: bytes) -> Request:
    signed = (
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
        "x-amz-decoded-content-length;x-amz-storage-class"
    )
    headers = {
        "x-amz-date": WHEN,
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "content-length": "66824",
        "authorization": authorization(
            signed, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
        ),
    }
    return request("PUT", "/examplebucket/chunkObject.txt", headers, body, "s3.amazonaws.com")


def chunked_with_trailer(body: bytes) -> Request:
    signed = (
        "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
        "x-amz-storage-class;x-amz-trailer"
    )
    headers = {
        "x-amz-date": WHEN,
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "x-amz-trailer": "x-amz-checksum-crc32c",
        "authorization": authorization(
            signed, "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
        ),
    }
    return request("PUT", "/examplebucket/chunkObject.txt", headers, body, "s3.amazonaws.com")


def read_all(received: Request) -> bytes:
    authenticator().authenticate(received, NOW)
    data = b""
    while piece := received.body.read():
        data += piece
    return data


def test_published_chunks_are_accepted() -> None:
    body = framed(CHUNKS)
    assert len(body) == 66824
    assert read_all(chunked(body)) == b"a" * 66560


def test_published_chunks_with_trailer_are_accepted() -> None:
    received = chunked_with_trailer(framed(TRAILER_CHUNKS, TRAILER))
    assert read_all(received) == b"a" * 66560
    assert received.body.trailers == {"x-amz-checksum-crc32c": "sOO8/Q=="}


def test_an_empty_line_may_part_trailers_from_their_signature() -> None:
    """As minio-go writes them: a line end of one byte, and an empty line."""
    name, signature, end = TRAILER.split(b"\r\n", 2)
    received = chunked_with_trailer(
        framed(TRAILER_CHUNKS, name + b"\n\r\n" + signature + b"\r\n" + end)
    )
    assert read_all(received) == b"a" * 66560
    assert received.body.trailers == {"x-amz-checksum-crc32c": "sOO8/Q=="}


def test_a_trailer_without_its_last_line_end_is_refused() -> None:
    with pytest.raises(S3Error) as caught:
        read_all(chunked_with_trailer(framed(TRAILER_CHUNKS, TRAILER.rstrip(b"\r\n"))))
    assert caught.value.code == "IncompleteBody"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (framed(CHUNKS).replace(b"aaaa\r\n400", b"aaab\r\n400"), "SignatureDoesNotMatch"),
        (framed(CHUNKS).replace(b"b6c6", b"b6c7"), "SignatureDoesNotMatch"),
        (framed(CHUNKS[:2]), "IncompleteBody"),
        (framed(CHUNKS)[:70], "IncompleteBody"),
        (framed(CHUNKS) + b"more", "IncompleteBody"),
        (framed(CHUNKS).replace(b"10000;", b"10000,"), "IncompleteBody"),
        (framed(CHUNKS).replace(b"10000;", b"zzz;"), "IncompleteBody"),
        (b"x" * 10_000, "IncompleteBody"),
    ],
)
def test_changed_chunks_are_refused(body: bytes, code: str) -> None:
    with pytest.raises(S3Error) as caught:
        read_all(chunked(body))
    assert caught.value.code == code
    if code == "SignatureDoesNotMatch":  # it shows the request that the chunks belong to, too
        assert caught.value.members["CanonicalRequest"].startswith("PUT\n/examplebucket/chunkObj")
        assert caught.value.members["CanonicalRequestBytes"].startswith("50 55 54 0a 2f ")


@pytest.mark.parametrize(
    ("trailer", "code"),
    [
        (TRAILER.replace(b"d81f", b"d81e"), "SignatureDoesNotMatch"),
        (TRAILER.replace(b"sOO8", b"sOO9"), "SignatureDoesNotMatch"),
        (TRAILER.replace(b"crc32c", b"crc32"), "SignatureDoesNotMatch"),
        (b"another:trailer\r\n" + TRAILER, "SignatureDoesNotMatch"),
        (TRAILER.split(b"\n", 1)[0] + b"\n\r\n", "IncompleteBody"),
        (TRAILER.replace(b"crc32c:", b"crc32c "), "MalformedTrailerError"),
        (b"\r\n", "MalformedTrailerError"),
    ],
)
def test_changed_trailers_are_refused(trailer: bytes, code: str) -> None:
    with pytest.raises(S3Error) as caught:
        read_all(chunked_with_trailer(framed(TRAILER_CHUNKS, trailer)))
    assert caught.value.code == code


def unsigned_chunks(sizes: tuple[int, ...], length: int) -> Request:
    body = b"".join(f"{size:x}\r\n".encode() + b"a" * size + b"\r\n" for size in sizes)
    headers = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": str(length),
    }
    return request("PUT", "/key", headers, body + b"0\r\n\r\n")


def test_only_the_last_chunk_may_be_small() -> None:
    with pytest.raises(S3Error, match="InvalidChunkSizeError"):
        read_all(unsigned_chunks((100, 9000), 9100))
    assert len(read_all(unsigned_chunks((9000, 100), 9100))) == 9100


@pytest.mark.parametrize("length", [9099, 9101])
def test_the_decoded_length_has_to_be_true(length: int) -> None:
    with pytest.raises(S3Error, match="IncompleteBody"):
        read_all(unsigned_chunks((9000, 100), length))
