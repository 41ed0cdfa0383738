"""The checksum header of a request by hand: required by the model, asked for, or given."""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from typing import Any

import pytest

from conformance.clients.base import ClientCannotError
from conformance.clients.checksums import checksum
from conformance.clients.integrity import BLOCK, blocks_of, integrity_headers
from conformance.clients.serialise import serialise
from matrix.service_model import operation_model

K = {"Bucket": "b", "Key": "k"}
PUT = K | {"Body": b"body"}
SETTING = {"Bucket": "b", "VersioningConfiguration": {"Status": "Enabled"}}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


CRC32 = b64(zlib.crc32(b"body").to_bytes(4, "big"))


@pytest.mark.parametrize(
    ("operation", "members", "headers"),
    [
        ("PutObject", PUT, {}),
        ("PutObject", PUT | {"ChecksumAlgorithm": "CRC32"}, {"x-amz-checksum-crc32": CRC32}),
        ("PutObject", PUT | {"ChecksumAlgorithm": "SHA1"},
         {"x-amz-checksum-sha1": b64(hashlib.sha1(b"body").digest())}),
        ("PutObject", PUT | {"ChecksumAlgorithm": "CRC32", "ChecksumSHA1": "x"}, {}),
        ("PutObject", PUT | {"ChecksumAlgorithm": "CRC32", "ContentMD5": "x"}, {}),
        ("GetObject", K | {"ChecksumMode": "ENABLED"}, {}),
        ("CopyObject", K | {"CopySource": "b/x", "ChecksumAlgorithm": "CRC32"}, {}),
    ],
)  # fmt: skip
def test_a_checksum_is_added_where_it_is_asked_for(
    operation: str, members: dict[str, Any], headers: dict[str, str]
) -> None:
    made = serialise(operation, members)
    assert integrity_headers(operation_model(operation), members, made) == headers


def test_a_checksum_that_is_required_is_an_md5() -> None:
    made = serialise("PutBucketVersioning", SETTING)
    assert isinstance(made.body, bytes)
    md5 = b64(hashlib.md5(made.body, usedforsecurity=False).digest())
    model = operation_model("PutBucketVersioning")

    assert integrity_headers(model, SETTING, made) == {"Content-MD5": md5}
    asked = SETTING | {"ChecksumAlgorithm": "SHA256"}
    sha256 = b64(hashlib.sha256(made.body).digest())
    assert integrity_headers(model, asked, made) == {"x-amz-checksum-sha256": sha256}


def test_an_algorithm_that_is_not_known_is_refused() -> None:
    members = PUT | {"ChecksumAlgorithm": "CRC99"}
    with pytest.raises(ClientCannotError, match="raw does not compute CRC99 checksums"):
        integrity_headers(operation_model("PutObject"), members, serialise("PutObject", PUT))


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [  # of "123456789": https://reveng.sourceforge.io/crc-catalogue/all.htm
        ("CRC32", b64((0xCBF43926).to_bytes(4, "big"))),
        ("CRC32C", b64((0xE3069283).to_bytes(4, "big"))),
        ("CRC64NVME", b64((0xAE8B14860A799888).to_bytes(8, "big"))),
        ("SHA512", b64(hashlib.sha512(b"123456789").digest())),
    ],
)
def test_a_checksum_of_blocks_is_that_of_the_whole(algorithm: str, value: str) -> None:
    assert checksum(algorithm, [b"123456789"]) == value
    assert checksum(algorithm, [b"1234", b"", b"56789"]) == value


@pytest.mark.parametrize(
    ("length", "sizes"), [(0, []), (BLOCK, [BLOCK]), (2 * BLOCK + 1, [BLOCK, BLOCK, 1])]
)
def test_a_body_is_read_in_blocks_from_its_start(length: int, sizes: list[int]) -> None:
    data = bytes(range(256)) * (length // 256) + b"x" * (length % 256)
    file = io.BytesIO(data)
    file.seek(length)

    for body in (data, file, file):
        blocks = list(blocks_of(body))
        assert [len(block) for block in blocks] == sizes
        assert b"".join(blocks) == data
