"""Objects as Amazon S3 was recorded to answer: ranges, conditions, checksums, limits."""

from __future__ import annotations

import base64
import datetime
import hashlib
from typing import Any

import pytest

from tests.server.conftest import refused

DIGITS = b"0123456789"


def put(owner: Any, bucket: str, key: str = "key", body: bytes = DIGITS, **members: Any) -> Any:
    return owner.put_object(Bucket=bucket, Key=key, Body=body, **members)


def status(answer: dict[str, Any]) -> int:
    return int(answer["ResponseMetadata"]["HTTPStatusCode"])


@pytest.mark.parametrize(
    ("wanted", "expected_status", "body", "content_range"),
    [
        ("bytes=0-8", 206, b"012345678", "bytes 0-8/10"),
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=1-", 206, b"123456789", "bytes 1-9/10"),
        ("bytes=0-100", 206, DIGITS, "bytes 0-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-15", 206, DIGITS, "bytes 0-9/10"),
        ("bytes=1-0", 200, DIGITS, None),
        ("bytes=0--1", 200, DIGITS, None),
        ("bytes=-1-", 200, DIGITS, None),
        ("bytes=-", 200, DIGITS, None),
        ("bytes=0-1,3-4,7-9", 200, DIGITS, None),
        ("0-8", 200, DIGITS, None),
    ],
)
def test_ranges(
    owner: Any,
    bucket: str,
    wanted: str,
    expected_status: int,
    body: bytes,
    content_range: str | None,
) -> None:
    put(owner, bucket)
    got = owner.get_object(Bucket=bucket, Key="key", Range=wanted)
    assert status(got) == expected_status
    assert got.get("ContentRange") == content_range
    assert got["Body"].read() == body


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=10-", 10, 99_999), ("bytes=-7", 99_993, 99_999), ("bytes=5-50000", 5, 50_000)],
)
def test_ranges_of_an_object_in_a_file(
    owner: Any, bucket: str, wanted: str, first: int, last: int
) -> None:
    data = DIGITS * 10_000
    put(owner, bucket, body=data)
    got = owner.get_object(Bucket=bucket, Key="key", Range=wanted)
    assert got["ContentRange"] == f"bytes {first}-{last}/100000"
    assert got["Body"].read() == data[first : last + 1]


@pytest.mark.parametrize("wanted", ["bytes=-0", "bytes=100-200", "bytes=10-"])
def test_a_range_without_a_byte(owner: Any, bucket: str, wanted: str) -> None:
    put(owner, bucket)
    error = refused(owner.get_object, Bucket=bucket, Key="key", Range=wanted)
    assert error == {
        "Status": 416,
        "Code": "InvalidRange",
        "Message": "The requested range is not satisfiable",
        "RangeRequested": wanted,
        "ActualObjectSize": "10",
    }


@pytest.mark.parametrize("number", [0, -3, 10_001])
def test_a_number_that_no_part_has_is_told_before_the_key(
    owner: Any, bucket: str, number: int
) -> None:
    error = refused(owner.get_object, Bucket=bucket, Key="absent", PartNumber=number)
    assert (error["Status"], error["Code"]) == (400, "InvalidArgument")
    assert (error["ArgumentName"], error["ArgumentValue"]) == ("partNumber", str(number))
    head = refused(owner.head_object, Bucket=bucket, Key="absent", PartNumber=number)
    assert head["Status"] == 400
    gone = refused(owner.get_object, Bucket=bucket, Key="absent", PartNumber=10_000)
    assert gone["Code"] == "NoSuchKey"


def test_part_numbers_of_an_object_put_whole(owner: Any, bucket: str) -> None:
    put(owner, bucket)
    got = owner.get_object(Bucket=bucket, Key="key", PartNumber=1)
    assert (status(got), got["ContentRange"]) == (206, "bytes 0-9/10")
    assert "PartsCount" not in got
    error = refused(owner.get_object, Bucket=bucket, Key="key", PartNumber=2)
    assert (error["Status"], error["Code"]) == (416, "InvalidPartNumber")
    assert (error["ActualPartCount"], error["PartNumberRequested"]) == ("1", "2")
    both = refused(owner.get_object, Bucket=bucket, Key="key", PartNumber=1, Range="bytes=0-1")
    assert (both["Status"], both["Code"]) == (400, "InvalidRequest")


PAST = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
FUTURE = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"IfMatch": "etag"}, 200),
        ({"IfMatch": '"other"'}, 412),
        ({"IfNoneMatch": "etag"}, 304),
        ({"IfNoneMatch": "bare"}, 304),
        ({"IfNoneMatch": '"other"'}, 200),
        ({"IfModifiedSince": PAST}, 200),
        ({"IfModifiedSince": FUTURE}, 200),
        ({"IfUnmodifiedSince": PAST}, 412),
        ({"IfMatch": "etag", "IfUnmodifiedSince": PAST}, 200),
    ],
)
@pytest.mark.parametrize("operation", ["get_object", "head_object"])
def test_read_conditions(
    owner: Any, bucket: str, operation: str, conditions: dict[str, Any], expected: int
) -> None:
    etag = put(owner, bucket)["ETag"]
    names = {"etag": etag, "bare": etag.strip('"')}
    members = {k: names.get(v, v) if isinstance(v, str) else v for k, v in conditions.items()}
    call = getattr(owner, operation)
    if expected == 200:
        assert status(call(Bucket=bucket, Key="key", **members)) == 200
        return
    error = refused(call, Bucket=bucket, Key="key", **members)
    assert error["Status"] == expected
    if expected == 412 and operation == "get_object":
        assert error["Condition"] == (
            "If-Match" if "IfMatch" in conditions else "If-Unmodified-Since"
        )


@pytest.mark.parametrize(
    ("members", "status_code", "code", "header"),
    [
        ({"IfNoneMatch": '"abc"'}, 501, "NotImplemented", "If-None-Match"),
        ({"IfMatch": "*"}, 501, "NotImplemented", "If-Match"),
        ({"IfMatch": '"a"', "IfNoneMatch": "*"}, 501, "NotImplemented", "If-Match,If-None-Match"),
        ({"IfMatch": '"a"'}, 404, "NoSuchKey", None),
    ],
)
def test_write_conditions_s3_does_not_take(
    owner: Any,
    bucket: str,
    members: dict[str, str],
    status_code: int,
    code: str,
    header: str | None,
) -> None:
    error = refused(owner.put_object, Bucket=bucket, Key="absent", **members)
    assert (error["Status"], error["Code"], error.get("Header")) == (status_code, code, header)


def test_write_conditions_that_do_not_hold(owner: Any, bucket: str) -> None:
    put(owner, bucket)
    for members, header in (
        ({"IfNoneMatch": "*"}, "If-None-Match"),
        ({"IfMatch": '"x"'}, "If-Match"),
    ):
        error = refused(owner.put_object, Bucket=bucket, Key="key", Body=b"", **members)
        assert (error["Status"], error["Code"]) == (412, "PreconditionFailed")
        assert error["Condition"] == header
    assert owner.get_object(Bucket=bucket, Key="key")["Body"].read() == DIGITS


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_checksums(owner: Any, bucket: str, algorithm: str) -> None:
    member = f"Checksum{algorithm}"
    made = put(owner, bucket, body=b"Hello Blob..", ChecksumAlgorithm=algorithm)
    assert made["ChecksumType"] == "FULL_OBJECT"
    put(owner, bucket, "again", b"Hello Blob..", **{member: made[member]})
    got = owner.head_object(Bucket=bucket, Key="again", ChecksumMode="ENABLED")
    assert got[member] == made[member]
    assert member not in owner.head_object(Bucket=bucket, Key="again")

    header = f"x-amz-checksum-{algorithm.lower()}"
    undecodable = refused(owner.put_object, Bucket=bucket, Key="w", Body=b"", **{member: "bad"})
    assert undecodable["Message"] == f"Value for {header} header is invalid."
    wrong = refused(owner.put_object, Bucket=bucket, Key="w", Body=b"", **{member: made[member]})
    assert (wrong["Status"], wrong["Code"]) == (400, "BadDigest")
    assert wrong["Message"] == (
        f"The {algorithm} you specified did not match the calculated checksum."
    )
    assert refused(owner.head_object, Bucket=bucket, Key="w")["Status"] == 404


def test_two_checksums_are_one_too_many(owner: Any, bucket: str) -> None:
    sha = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    error = refused(
        owner.put_object, Bucket=bucket, Key="k", ChecksumSHA256=sha, ChecksumCRC32="AAAAAA=="
    )
    assert error["Message"] == (
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
    )


@pytest.mark.parametrize("value", ["__invalid__", "000", "MTIz", "dGVzdC1zdHJpbmc="])
def test_content_md5_that_is_no_md5(owner: Any, bucket: str, value: str) -> None:
    error = refused(owner.put_object, Bucket=bucket, Key="k", Body=b"x", ContentMD5=value)
    assert (error["Status"], error["Code"], error["Content-MD5"]) == (400, "InvalidDigest", value)


def test_content_md5_of_something_else(owner: Any, bucket: str) -> None:
    expected, computed = hashlib.md5(b"other").digest(), hashlib.md5(b"x").digest()
    given = base64.b64encode(expected).decode()
    error = refused(owner.put_object, Bucket=bucket, Key="k", Body=b"x", ContentMD5=given)
    assert (error["Status"], error["Code"]) == (400, "BadDigest")
    assert error["ExpectedDigest"] == expected.hex()
    assert error["CalculatedDigest"] == base64.b64encode(computed).decode()


def test_what_an_object_carries_comes_back(owner: Any, bucket: str) -> None:
    given = {
        "CacheControl": "no-cache",
        "ContentDisposition": 'attachment; filename="x"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "de",
        "ContentType": "text/plain",
        "WebsiteRedirectLocation": "/elsewhere",
        "Metadata": {"one": "1", "two": "zwei"},
        "StorageClass": "STANDARD_IA",
    }
    put(owner, bucket, Tagging="a=1&b=2", Expires=FUTURE, **given)
    got = owner.get_object(Bucket=bucket, Key="key")
    assert {name: got[name] for name in given} == given
    assert got["Expires"] == FUTURE
    assert (got["TagCount"], got["ServerSideEncryption"]) == (2, "AES256")
    assert got["AcceptRanges"] == "bytes"
    put(owner, bucket, "plain")
    plain = owner.get_object(Bucket=bucket, Key="plain")
    assert plain["ContentType"] == "binary/octet-stream"
    assert "StorageClass" not in plain


@pytest.mark.parametrize(
    ("members", "status_code", "code", "further"),
    [
        ({"Key": "k" * 1025}, 400, "KeyTooLongError", {"MaxSizeAllowed": "1024", "Size": "1025"}),
        ({"Key": "\u00e9" * 513}, 400, "KeyTooLongError", {"Size": "1026"}),
        ({"Metadata": {"a": "x" * 2048}}, 400, "MetadataTooLarge", {"MaxSizeAllowed": "2048"}),
        ({"StorageClass": "OUTPOSTS"}, 400, "InvalidStorageClass",
         {"StorageClassRequested": "OUTPOSTS"}),
        ({"Tagging": "k=1&k=2"}, 400, "InvalidArgument", {"ArgumentName": "x-amz-tagging"}),
        ({"Tagging": "key1=val1,key2=val2"}, 400, "InvalidArgument", {}),
        ({"Tagging": "&".join(f"k{n}=" for n in range(11))}, 400, "BadRequest", {}),
        ({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": FUTURE}, 400,
         "InvalidRequest", {}),
    ],
)  # fmt: skip
def test_limits(
    owner: Any,
    bucket: str,
    members: dict[str, Any],
    status_code: int,
    code: str,
    further: dict[str, str],
) -> None:
    error = refused(owner.put_object, **{"Bucket": bucket, "Key": "k", **members})
    assert (error["Status"], error["Code"]) == (status_code, code)
    assert {name: error[name] for name in further} == further


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_archived_objects_cannot_be_read(owner: Any, bucket: str, storage_class: str) -> None:
    put(owner, bucket, StorageClass=storage_class)
    error = refused(owner.get_object, Bucket=bucket, Key="key")
    assert (error["Status"], error["Code"]) == (403, "InvalidObjectState")
    assert error["StorageClass"] == storage_class
    assert owner.head_object(Bucket=bucket, Key="key")["StorageClass"] == storage_class


def test_deleting_needs_nothing_to_be_there(owner: Any, bucket: str) -> None:
    assert status(owner.delete_object(Bucket=bucket, Key="absent")) == 204
    names = [{"Key": "a"}, {"Key": "b"}]
    assert owner.delete_objects(Bucket=bucket, Delete={"Objects": names})["Deleted"] == names
    quiet = owner.delete_objects(Bucket=bucket, Delete={"Objects": names, "Quiet": True})
    assert "Deleted" not in quiet
    many = [{"Key": str(n)} for n in range(1001)]
    error = refused(owner.delete_objects, Bucket=bucket, Delete={"Objects": many})
    assert (error["Status"], error["Code"]) == (400, "MalformedXML")


def test_delete_conditions(owner: Any, bucket: str) -> None:
    etag = put(owner, bucket)["ETag"]
    error = refused(owner.delete_object, Bucket=bucket, Key="key", IfMatch='"other"')
    assert (error["Status"], error["Condition"]) == (412, "If-Match")
    size = refused(owner.delete_object, Bucket=bucket, Key="key", IfMatchSize=10)
    assert (size["Status"], size["Header"]) == (501, "x-amz-if-match-size")
    assert status(owner.delete_object(Bucket=bucket, Key="key", IfMatch=etag)) == 204


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain", "plain"),
        ("=?UTF-8?B?YWJj?=", "abc"),
        ("=?UTF-8?Q?actually-ascii?=", "actually-ascii"),
        (
            "=?UTF-8?B?dGVzdF/igJRfZmlsZSVFMiU4MCU5NF/DqV8yPy5wZGY=?=",
            "=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=3F.pdf?=",
        ),
        ("=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=", "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="),
        ("=?UTF-8?B?AAECAw==?=", "=?UTF-8?B?AAECAw==?="),
    ],
)
def test_encoded_words_in_metadata(owner: Any, bucket: str, given: str, shown: str) -> None:
    put(owner, bucket, Metadata={"m": given})
    assert owner.head_object(Bucket=bucket, Key="key")["Metadata"]["m"] == shown
