"""The completion of an upload: its parts and values, and a key that was written meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.rules import completion
from server_ref.storage.records import Part, Upload, Version
from tests.server.refusing import code_of


@pytest.mark.parametrize(
    ("members", "seq", "raced", "code"),
    [
        ({}, 9, 1, ""),
        ({"IfMatch": "e"}, 4, 1, ""),
        ({"IfMatch": "e"}, 5, 0, ""),
        ({"IfMatch": "e"}, 6, 0, "ConditionalRequestConflict"),
        ({"IfNoneMatch": "*"}, None, 0, ""),
        ({"IfNoneMatch": "*"}, None, 1, "ConditionalRequestConflict"),
        ({"IfNoneMatch": "*"}, 4, 0, "PreconditionFailed"),
        ({"IfMatch": "x"}, 4, 0, "PreconditionFailed"),
    ],
)
def test_a_completion_whose_key_was_written_meanwhile(
    members: dict[str, str], seq: int | None, raced: int, code: str
) -> None:
    upload = Upload("k", 5, "u", 0, "me", "me", "STANDARD", None, None, raced=raced)
    there = ("k", seq or 0, "v", 0, 1, "e", 0, "STANDARD", "me", None, None, None, 7)
    current = None if seq is None else Version(*there)

    assert code_of(lambda: completion.check_conditions(members, "k", upload, current)) == code


def test_what_a_completion_asks_for_is_its_parts_and_their_etags() -> None:
    def asked(*listed: dict[str, Any]) -> bytes:
        return completion.asked({"MultipartUpload": {"Parts": list(listed)}})

    first, second = {"PartNumber": 1, "ETag": '"a"'}, {"PartNumber": 2, "ETag": "b"}
    assert asked(first, second) == asked({"PartNumber": 1, "ETag": "a"}, second)
    assert asked(first, second) != asked(first)
    assert asked(first) != asked({**first, "PartNumber": 2})
    assert asked() == completion.asked({})


# what is claimed of parts, and of the whole

CRC = "AAAAAA=="  # any CRC32, of four bytes
OTHER = "AAAAAQ=="
SHA1 = base64.b64encode(bytes(20)).decode()


def upload_of(algorithm: str | None = "CRC32", kind: str | None = "COMPOSITE") -> Upload:
    return Upload("k", 5, "u", 0, "me", "me", "STANDARD", algorithm, kind)


def refusal(work: Callable[[], object]) -> tuple[str, str]:
    """The code and the message of the error that ``work`` raises; empty where it raises none."""
    try:
        work()
    except S3Error as error:
        return error.code, error.message
    return "", ""


@pytest.mark.parametrize(
    ("upload", "claimed", "code", "words"),
    [
        (upload_of(), {"ChecksumCRC32": CRC}, "", ""),
        (upload_of(), {"ChecksumCRC32": OTHER}, "InvalidPart", ""),
        (upload_of(), {}, "InvalidRequest", "using a crc32 checksum. The complete request must"),
        (upload_of(), {}, "InvalidRequest", "It was missing for part 3 in the request."),
        (upload_of(), {"ChecksumSHA1": SHA1}, "BadDigest", "The sha1 you specified for part 3 did"),
        (upload_of(kind="FULL_OBJECT"), {}, "", ""),
        (upload_of(kind="FULL_OBJECT"), {"ChecksumCRC32": OTHER}, "InvalidPart", ""),
        (upload_of(None, None), {}, "", ""),
        (upload_of(None, None), {"ChecksumSHA1": SHA1}, "InvalidPart", ""),
        (upload_of(), {"ETag": "x", "ChecksumCRC32": CRC}, "InvalidPart", ""),
        (upload_of(), {"PartNumber": 4, "ChecksumCRC32": CRC}, "InvalidPart", ""),
    ],
)
def test_a_part_that_is_named(
    upload: Upload, claimed: dict[str, Any], code: str, words: str
) -> None:
    part = Part(3, 10, "e", 0, CRC, 1)
    named = {"PartNumber": 3, "ETag": '"e"', **claimed}

    got, message = refusal(lambda: completion._find(named, upload, {3: part}))

    assert got == code
    assert words in message


@pytest.mark.parametrize(
    ("named", "argument"),
    [
        ({"ChecksumCRC32": CRC}, None),
        ({}, None),
        ({"ChecksumCRC32": "?"}, "?"),
        ({"ChecksumCRC32": CRC, "ChecksumSHA1": SHA1}, f"CRC32:{CRC};SHA1:{SHA1};"),
    ],
)
def test_a_part_has_one_value(named: dict[str, str], argument: str | None) -> None:
    try:
        completion._check_value(named)
        value = None
    except S3Error as error:
        assert (error.code, error.members["ArgumentName"]) == ("InvalidArgument", "Checksum")
        value = error.members["ArgumentValue"]
    assert value == argument


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, ""),
        (10, ""),
        (0, "'x-amz-mp-object-size' header value 0 does not match what was computed: 10"),
        (-1, "Value for x-amz-mp-object-size header is less than zero: '-1'"),
        (11, "header value 11 does not match what was computed: 10"),
    ],
)
def test_the_size_that_is_said(given: int | None, words: str) -> None:
    code, message = refusal(lambda: completion._check_size({"MpuObjectSize": given}, 10))

    assert code == ("InvalidRequest" if words else "")
    assert words in message


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        (None, "COMPOSITE", ""),
        ("COMPOSITE", "COMPOSITE", ""),
        ("FULL_OBJECT", "COMPOSITE", "created using the COMPOSITE checksum mode"),
        ("FULL_OBJECT", None, "created using the null checksum mode"),
    ],
)
def test_the_kind_that_is_said(given: str | None, kind: str | None, words: str) -> None:
    upload = upload_of(kind=kind)
    code, message = refusal(lambda: completion._check_mode({"ChecksumType": given}, upload))

    assert code == ("InvalidRequest" if words else "")
    assert words in message


WHOLE = "IUTfHA==-1"  # the CRC32 of the four zeros of CRC, and of how many parts
FULL = upload_of(kind="FULL_OBJECT")


@pytest.mark.parametrize(
    ("upload", "members", "code"),
    [
        (upload_of(), {}, ""),
        (upload_of(), {"ChecksumCRC32": WHOLE}, ""),
        (upload_of(), {"ChecksumCRC32": WHOLE.partition("-")[0]}, ""),
        (upload_of(), {"ChecksumCRC32": OTHER}, "BadDigest"),
        (upload_of(), {"ChecksumSHA1": SHA1}, "BadDigest"),
        (upload_of(), {"ChecksumCRC32": f"{CRC}-x"}, "InvalidRequest"),
        (upload_of(), {"ChecksumCRC32": "?"}, "InvalidRequest"),
        (upload_of(None, None), {"ChecksumCRC32": OTHER}, ""),
        (upload_of(None, None), {"ChecksumCRC32": OTHER, "ChecksumSHA1": "?"}, "InvalidRequest"),
        (FULL, {"ChecksumCRC32": CRC}, "BadDigest"),
        (FULL, {"ChecksumCRC32": CRC, "ChecksumType": "FULL_OBJECT"}, ""),
        (FULL, {"ChecksumCRC32": OTHER, "ChecksumType": "FULL_OBJECT"}, "BadDigest"),
    ],
)
def test_the_value_that_is_said_of_the_whole(
    upload: Upload, members: dict[str, str], code: str
) -> None:
    parts = [Part(1, 10, "e", 0, CRC, 1)]

    assert code_of(lambda: completion.checksum(members, upload, parts)) == code


# which parts


def named(*numbers: int | None, etag: str | None = "e") -> dict[str, Any]:
    return {"MultipartUpload": {"Parts": [{"PartNumber": n, "ETag": etag} for n in numbers]}}


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (named(1, 2, 3), ""),  # the last may be small
        (named(1, 2), ""),
        (named(3), ""),
        (named(1, 3), ""),
        (named(3, 4), "EntityTooSmall"),
        (named(4, 5), "EntityTooSmall"),
        (named(1, 3) | {"MpuObjectSize": 13}, ""),
        (named(1, 3) | {"MpuObjectSize": 10}, "InvalidRequest"),
        (named(1, 3) | {"ChecksumType": "COMPOSITE"}, "InvalidRequest"),
        (named(1, 3) | {"ChecksumCRC32": CRC, "ChecksumSHA1": SHA1}, "InvalidRequest"),
        (named(2, 1), "InvalidPartOrder"),
        (named(1, 1), "InvalidPartOrder"),
        (named(0, 1), "InvalidArgument"),
        (named(-1), "InvalidArgument"),
        (named(1, 6), "InvalidPart"),
        (named(1, None), "MalformedXML"),
        (named(1, etag=None), "MalformedXML"),
        (named(), "MalformedXML"),
        ({"MultipartUpload": {}}, "MalformedXML"),
        ({}, "InvalidRequest"),
    ],
)
def test_the_parts_that_are_chosen(members: dict[str, Any], code: str) -> None:
    sizes = {1: 10, 2: 11, 3: 3, 4: 9, 5: 0}
    parts = [Part(number, size, "e", 0, None, number) for number, size in sizes.items()]
    chosen: list[Part] = []

    def choose() -> None:
        chosen.extend(completion.choose(members, upload_of(None, None), parts, smallest=10))

    assert code_of(choose) == code
    if not code:
        wanted = [one["PartNumber"] for one in members["MultipartUpload"]["Parts"]]
        assert [part.number for part in chosen] == wanted
