"""Multipart uploads and copies as Amazon S3 was recorded to answer them."""

from __future__ import annotations

import base64
import hashlib
import http.client
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from server_ref.operations import uploads as operations_of_uploads
from server_ref.rules import copying
from server_ref.server import S3Server
from server_ref.storage.hashing import base64_digest
from tests.server.conftest import refused

MIN = 5 * 1024**2
KEY = "key"
NO_UPLOAD = (404, "NoSuchUpload")
INVALID = (400, "InvalidRequest")


def upload(owner: Any, bucket: str, bodies: list[bytes], **members: Any) -> tuple[str, list[Any]]:
    """An upload with these parts, and what to complete it with."""
    upload_id = owner.create_multipart_upload(Bucket=bucket, Key=KEY, **members)["UploadId"]
    algorithm = members.get("ChecksumAlgorithm")
    parts = []
    for number, body in enumerate(bodies, 1):
        further = {"ChecksumAlgorithm": algorithm} if algorithm else {}
        answer = owner.upload_part(
            Bucket=bucket, Key=KEY, UploadId=upload_id, PartNumber=number, Body=body, **further
        )
        part = {"PartNumber": number, "ETag": answer["ETag"]}
        if algorithm:
            part[f"Checksum{algorithm}"] = answer[f"Checksum{algorithm}"]
        parts.append(part)
    return upload_id, parts


def complete(owner: Any, bucket: str, upload_id: str, parts: list[Any], **members: Any) -> Any:
    return owner.complete_multipart_upload(
        Bucket=bucket, Key=KEY, UploadId=upload_id, MultipartUpload={"Parts": parts}, **members
    )


def brief(error: dict[str, Any]) -> tuple[int, str]:
    return error["Status"], error["Code"]


def test_an_object_of_parts_is_their_bytes(owner: Any, bucket: str) -> None:
    bodies = [b"a" * MIN, b"b" * 100]
    upload_id, parts = upload(owner, bucket, bodies, Metadata={"m": "v"}, Tagging="t=1")
    done = complete(owner, bucket, upload_id, parts)
    digests = b"".join(hashlib.md5(body).digest() for body in bodies)
    assert done["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-2"'
    assert done["ChecksumType"] == "FULL_OBJECT"
    got = owner.get_object(Bucket=bucket, Key=KEY)
    assert got["Body"].read() == b"".join(bodies)
    assert (got["Metadata"], got["TagCount"]) == ({"m": "v"}, 1)
    assert got["ChecksumCRC64NVME"] == done["ChecksumCRC64NVME"]
    across = owner.get_object(Bucket=bucket, Key=KEY, Range=f"bytes={MIN - 2}-{MIN + 1}")
    assert across["Body"].read() == b"aabb"
    second = owner.get_object(Bucket=bucket, Key=KEY, PartNumber=2)
    assert (second["Body"].read(), second["PartsCount"]) == (bodies[1], 2)
    assert second["ContentRange"] == f"bytes {MIN}-{MIN + 99}/{MIN + 100}"
    assert brief(refused(owner.list_parts, Bucket=bucket, Key=KEY, UploadId=upload_id)) == NO_UPLOAD


def test_a_part_uploaded_again_counts_and_unnamed_ones_do_not(owner: Any, bucket: str) -> None:
    upload_id, parts = upload(owner, bucket, [b"1", b"2", b"3"])
    again = owner.upload_part(Bucket=bucket, Key=KEY, UploadId=upload_id, PartNumber=2, Body=b"two")
    assert brief(refused(complete, owner=owner, bucket=bucket, upload_id=upload_id,
                         parts=parts[1:2])) == (400, "InvalidPart")  # fmt: skip
    complete(owner, bucket, upload_id, [{"PartNumber": 2, "ETag": again["ETag"]}])
    assert owner.get_object(Bucket=bucket, Key=KEY)["Body"].read() == b"two"


def test_an_object_of_very_many_parts(owner: Any, bucket: str) -> None:
    """More blobs than are opened at once; it stays readable while it is replaced."""
    owner.put_object(Bucket=bucket, Key="source", Body=b"x" * MIN)
    upload_id = owner.create_multipart_upload(Bucket=bucket, Key=KEY)["UploadId"]
    parts = []
    for number in range(1, 81):
        copied = owner.upload_part_copy(
            Bucket=bucket,
            Key=KEY,
            UploadId=upload_id,
            PartNumber=number,
            CopySource=f"{bucket}/source",
        )
        parts.append({"PartNumber": number, "ETag": copied["CopyPartResult"]["ETag"]})
    complete(owner, bucket, upload_id, parts)
    body = owner.get_object(Bucket=bucket, Key=KEY)["Body"]
    first = body.read(1000)
    owner.delete_object(Bucket=bucket, Key="source")
    owner.put_object(Bucket=bucket, Key=KEY, Body=b"other")
    total = len(first)
    while block := body.read(1 << 20):
        assert not block.strip(b"x")
        total += len(block)
    assert total == 80 * MIN


@pytest.mark.parametrize("number", [-1, 0, 10_001])
def test_part_numbers(owner: Any, bucket: str, number: int) -> None:
    upload_id, _ = upload(owner, bucket, [])
    error = refused(
        owner.upload_part, Bucket=bucket, Key=KEY, UploadId=upload_id, PartNumber=number, Body=b""
    )
    assert brief(error) == (400, "InvalidArgument")
    assert error["Message"] == "Part number must be an integer between 1 and 10000, inclusive"


def test_completions_that_cannot_be(owner: Any, bucket: str) -> None:
    upload_id, parts = upload(owner, bucket, [b"1", b"2"])
    call = {"owner": owner, "bucket": bucket, "upload_id": upload_id}
    order = refused(complete, **call, parts=parts[::-1])
    assert (*brief(order), order["UploadId"]) == (400, "InvalidPartOrder", upload_id)
    twice = refused(complete, **call, parts=[parts[0], parts[0]])
    assert (*brief(twice), twice["UploadId"]) == (400, "InvalidPartOrder", upload_id)
    small = refused(complete, **call, parts=parts)
    assert brief(small) == (400, "EntityTooSmall")
    assert (small["PartNumber"], small["MinSizeAllowed"]) == ("1", "5242880")
    assert (small["ProposedSize"], small["ETag"]) == ("1", parts[0]["ETag"].strip('"'))
    unknown = refused(complete, **call, parts=[{"PartNumber": 9, "ETag": parts[0]["ETag"]}])
    assert (*brief(unknown), unknown["PartNumber"]) == (400, "InvalidPart", "9")
    size = refused(complete, **call, parts=parts[:1], MpuObjectSize=5)
    assert size["Message"] == (
        "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 1"
    )
    nothing = refused(
        owner.complete_multipart_upload, Bucket=bucket, Key=KEY, UploadId=upload_id,
        MultipartUpload={"Parts": []},
    )  # fmt: skip
    assert brief(nothing) == (400, "MalformedXML")


@pytest.mark.parametrize("operation", ["upload_part", "list_parts", "abort_multipart_upload"])
def test_an_upload_belongs_to_its_key(owner: Any, bucket: str, operation: str) -> None:
    upload_id, _ = upload(owner, bucket, [])
    further = {"PartNumber": 1, "Body": b""} if operation == "upload_part" else {}
    call = getattr(owner, operation)
    error = refused(call, Bucket=bucket, Key="another", UploadId=upload_id, **further)
    assert (*brief(error), error["UploadId"]) == (*NO_UPLOAD, upload_id)


def test_checksum_types(owner: Any, bucket: str) -> None:
    for algorithm, checksum_type, refusal in (
        ("CRC64NVME", "COMPOSITE", True),
        ("SHA1", "FULL_OBJECT", True),
        ("SHA256", "FULL_OBJECT", True),
        ("CRC32", "FULL_OBJECT", False),
        ("SHA256", "COMPOSITE", False),
    ):
        members = {"Bucket": bucket, "Key": KEY}
        members |= {"ChecksumAlgorithm": algorithm, "ChecksumType": checksum_type}
        if refusal:
            error = refused(owner.create_multipart_upload, **members)
            assert error["Message"] == (
                f"The {checksum_type} checksum type cannot be used with the {algorithm.lower()} "
                "checksum algorithm."
            )
        else:
            made = owner.create_multipart_upload(**members)
            assert (made["ChecksumAlgorithm"], made["ChecksumType"]) == (algorithm, checksum_type)


def test_composite_checksums(owner: Any, bucket: str) -> None:
    bodies = [b"a" * MIN, b"tail"]
    upload_id, parts = upload(owner, bucket, bodies, ChecksumAlgorithm="SHA256")
    call = {"owner": owner, "bucket": bucket, "upload_id": upload_id}
    bare = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
    assert "It was missing for part 1" in refused(complete, **call, parts=bare)["Message"]
    wrong = [parts[0], {**parts[1], "ChecksumSHA256": parts[0]["ChecksumSHA256"]}]
    assert brief(refused(complete, **call, parts=wrong)) == (400, "InvalidPart")
    mode = refused(complete, **call, parts=parts, ChecksumType="FULL_OBJECT")
    assert "using the COMPOSITE checksum mode" in mode["Message"]
    done = complete(owner, bucket, upload_id, parts)
    joined = b"".join(hashlib.sha256(body).digest() for body in bodies)
    digest = base64.b64encode(hashlib.sha256(joined).digest()).decode()
    assert (done["ChecksumSHA256"], done["ChecksumType"]) == (f"{digest}-2", "COMPOSITE")
    part = owner.head_object(Bucket=bucket, Key=KEY, PartNumber=2, ChecksumMode="ENABLED")
    assert part["ChecksumSHA256"] == parts[1]["ChecksumSHA256"]
    shown = owner.get_object_attributes(
        Bucket=bucket, Key=KEY, ObjectAttributes=["Checksum", "ObjectParts", "ETag"]
    )
    assert shown["Checksum"] == {"ChecksumSHA256": digest, "ChecksumType": "COMPOSITE"}
    assert [one["Size"] for one in shown["ObjectParts"]["Parts"]] == [MIN, 4]
    assert shown["ETag"] == done["ETag"].strip('"')
    copied = owner.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/{KEY}")
    whole = b"".join(bodies)
    result = copied["CopyObjectResult"]
    assert result["ETag"] == f'"{hashlib.md5(whole).hexdigest()}"'
    assert result["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(whole).digest()).decode()


def test_full_object_checksums_are_combined(owner: Any, bucket: str) -> None:
    bodies = [b"a" * MIN, b"tail"]
    upload_id, parts = upload(
        owner, bucket, bodies, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT"
    )
    done = complete(owner, bucket, upload_id, parts)
    crc = zlib.crc32(b"".join(bodies)).to_bytes(4, "big")
    assert done["ChecksumCRC32"] == base64.b64encode(crc).decode()


def test_a_part_of_another_algorithm(owner: Any, bucket: str) -> None:
    upload_id, _ = upload(owner, bucket, [], ChecksumAlgorithm="SHA256")
    error = refused(
        owner.upload_part, Bucket=bucket, Key=KEY, UploadId=upload_id, PartNumber=1, Body=b"",
        ChecksumAlgorithm="CRC32",
    )  # fmt: skip
    assert error["Message"] == (
        "Checksum Type mismatch occurred, expected checksum Type: sha256, "
        "actual checksum Type: crc32"
    )


def test_conditions_of_a_completion(owner: Any, bucket: str) -> None:
    put = owner.put_object(Bucket=bucket, Key=KEY, Body=b"first")
    upload_id, parts = upload(owner, bucket, [b"1"])
    call = {"owner": owner, "bucket": bucket, "upload_id": upload_id, "parts": parts}
    assert brief(refused(complete, **call, IfNoneMatch="*")) == (412, "PreconditionFailed")
    owner.put_object(Bucket=bucket, Key=KEY, Body=b"first")
    conflict = refused(complete, **call, IfMatch=put["ETag"])
    assert brief(conflict) == (409, "ConditionalRequestConflict")
    assert (conflict["Condition"], conflict["Key"]) == ("If-Match", KEY)
    owner.delete_object(Bucket=bucket, Key=KEY)
    assert brief(refused(complete, **call, IfMatch=put["ETag"])) == (404, "NoSuchKey")
    assert refused(complete, **call, IfNoneMatch="*")["Condition"] == "If-None-Match"
    upload_id, parts = upload(owner, bucket, [b"1"])
    complete(owner, bucket, upload_id, parts, IfNoneMatch="*")


FORM = "The x-amz-copy-source-range value must be of the form bytes=first-last"


@pytest.mark.parametrize(
    ("wanted", "code", "message"),
    [
        ("0-8", "InvalidArgument", FORM),
        ("bytes=1-0", "InvalidArgument", FORM),
        ("bytes=1-", "InvalidArgument", FORM),
        ("bytes=-2", "InvalidArgument", FORM),
        ("bytes=0-1,3-4", "InvalidArgument", FORM),
        (
            "bytes=0-100",
            "InvalidArgument",
            "Range specified is not valid for source object of size",
        ),
        ("bytes=100-200", "InvalidRequest", "The specified copy range is invalid"),
        ("bytes=2-4", None, ""),
    ],
)
def test_ranges_of_a_copied_part(
    owner: Any, bucket: str, wanted: str, code: str | None, message: str
) -> None:
    owner.put_object(Bucket=bucket, Key="source", Body=b"0123456789")
    upload_id, _ = upload(owner, bucket, [])
    members = {"Bucket": bucket, "Key": KEY, "UploadId": upload_id, "PartNumber": 1}
    members |= {"CopySource": f"{bucket}/source", "CopySourceRange": wanted}
    if code is not None:
        error = refused(owner.upload_part_copy, **members)
        assert brief(error) == (400, code)
        assert error["Message"].startswith(message)
        return
    etag = owner.upload_part_copy(**members)["CopyPartResult"]["ETag"]
    complete(owner, bucket, upload_id, [{"PartNumber": 1, "ETag": etag}])
    assert owner.get_object(Bucket=bucket, Key=KEY)["Body"].read() == b"234"


@pytest.mark.parametrize(
    ("source", "wanted", "algorithm", "hashed"),
    [
        ("plain", None, "CRC64NVME", False),
        ("plain", "bytes=0-9", "CRC64NVME", False),
        ("plain", "bytes=0-8", "CRC64NVME", True),
        ("plain", "bytes=1-9", "CRC64NVME", True),
        ("plain", None, "SHA256", True),
        ("parts", None, "CRC64NVME", True),
    ],
)
def test_a_copied_part_is_hashed_only_where_its_digests_are_not_known(
    owner: Any,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    wanted: str | None,
    algorithm: str,
    hashed: bool,
) -> None:
    data = b"0123456789"
    owner.put_object(Bucket=bucket, Key="plain", Body=data, ChecksumAlgorithm="CRC64NVME")
    inner = {"Bucket": bucket, "Key": "parts"}
    inner["UploadId"] = owner.create_multipart_upload(**inner)["UploadId"]
    part = owner.upload_part(**inner, PartNumber=1, Body=data)
    given = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    owner.complete_multipart_upload(**inner, MultipartUpload=given)
    made = owner.create_multipart_upload(Bucket=bucket, Key=KEY, ChecksumAlgorithm=algorithm)
    members = {"Bucket": bucket, "Key": KEY, "UploadId": made["UploadId"], "PartNumber": 1}
    members |= {"CopySource": f"{bucket}/{source}"}
    if wanted:
        members["CopySourceRange"] = wanted
    read: list[Any] = []
    digests = copying.digests

    def counted(*arguments: Any) -> Any:
        read.append(arguments)
        return digests(*arguments)

    monkeypatch.setattr(copying, "digests", counted)
    result = owner.upload_part_copy(**members)["CopyPartResult"]
    assert bool(read) == hashed
    first, last = map(int, wanted[6:].split("-")) if wanted else (0, 9)
    expected = data[first : last + 1]
    assert result["ETag"] == f'"{hashlib.md5(expected).hexdigest()}"'
    assert result[f"Checksum{algorithm}"] == base64_digest(algorithm, expected)


def test_directives_of_a_copy(owner: Any, bucket: str) -> None:
    owner.put_object(
        Bucket=bucket, Key=KEY, Body=b"x", Metadata={"a": "1"}, ContentType="text/a",
        Tagging="t=1", WebsiteRedirectLocation="/r", StorageClass="STANDARD_IA",
    )  # fmt: skip
    source = {"Bucket": bucket, "CopySource": f"{bucket}/{KEY}"}
    owner.copy_object(Key="copied", **source)
    owner.copy_object(
        Key="replaced", Metadata={"b": "2"}, MetadataDirective="REPLACE", Tagging="u=2&v=3",
        TaggingDirective="REPLACE", **source,
    )  # fmt: skip
    copied = owner.head_object(Bucket=bucket, Key="copied")
    assert (copied["Metadata"], copied["ContentType"]) == ({"a": "1"}, "text/a")
    assert copied["TagCount"] == 1
    assert "WebsiteRedirectLocation" not in copied
    assert "StorageClass" not in copied
    replaced = owner.head_object(Bucket=bucket, Key="replaced")
    assert (replaced["Metadata"], replaced["ContentType"]) == ({"b": "2"}, "binary/octet-stream")
    assert replaced["TagCount"] == 2


def test_a_copy_onto_itself_must_change_something(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key=KEY, Body=b"x")
    members = {"Bucket": bucket, "Key": KEY, "CopySource": f"{bucket}/{KEY}"}
    error = refused(owner.copy_object, **members)
    assert brief(error) == INVALID
    assert error["Message"].startswith("This copy request is illegal")
    for change in (
        {"StorageClass": "STANDARD"},
        {"MetadataDirective": "REPLACE"},
        {"ServerSideEncryption": "AES256"},
        {"WebsiteRedirectLocation": "/x"},
    ):
        owner.copy_object(**members, **change)
    assert owner.get_object(Bucket=bucket, Key=KEY)["Body"].read() == b"x"


@pytest.mark.parametrize(
    ("condition", "header"),
    [
        ({"CopySourceIfMatch": '"other"'}, "x-amz-copy-source-If-Match"),
        ({"CopySourceIfNoneMatch": "ETAG"}, "x-amz-copy-source-If-None-Match"),
        ({"CopySourceIfUnmodifiedSince": "2001-01-01"}, "x-amz-copy-source-If-Unmodified-Since"),
    ],
)
def test_a_412_of_a_copy_names_the_header(
    owner: Any, bucket: str, condition: dict[str, str], header: str
) -> None:
    etag = owner.put_object(Bucket=bucket, Key=KEY, Body=b"x")["ETag"]
    members = {name: etag if value == "ETAG" else value for name, value in condition.items()}
    error = refused(
        owner.copy_object, Bucket=bucket, Key="c", CopySource=f"{bucket}/{KEY}", **members
    )
    assert (error["Status"], error["Condition"]) == (412, header)


def test_sources_that_are_not_there(owner: Any, bucket: str) -> None:
    for source, expected in (
        (f"{bucket}/absent", (404, "NoSuchKey")),
        ("no-such-bucket-here/key", (404, "NoSuchBucket")),
        (f"{bucket}/", (400, "InvalidArgument")),
    ):
        error = refused(owner.copy_object, Bucket=bucket, Key="c", CopySource=source)
        assert brief(error) == expected


def test_a_part_whose_upload_is_gone_when_it_ends_leaves_no_file(tmp_path: Path) -> None:
    """The upload is aborted while the body is on its way."""
    body = b"x" * (1 << 20)
    with S3Server(data=tmp_path, durability="relaxed") as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket="bck")
        made = s3.create_multipart_upload(Bucket="bck", Key="k")
        part = {"Bucket": "bck", "Key": "k", "UploadId": made["UploadId"]}
        url = s3.generate_presigned_url("upload_part", Params={**part, "PartNumber": 1})
        where = urlsplit(url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        connection.putrequest("PUT", f"{where.path}?{where.query}")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        connection.send(body[: len(body) // 2])
        wait_for(lambda: any((tmp_path / "incoming").iterdir()))
        s3.abort_multipart_upload(**part)
        connection.send(body[len(body) // 2 :])
        answer = connection.getresponse()
        assert (answer.status, b"<Code>NoSuchUpload<" in answer.read()) == (404, True)
        connection.close()

    left = [path for name in ("incoming", "bodies") for path in (tmp_path / name).rglob("*")]
    assert [path for path in left if path.is_file()] == []


def wait_for(there: Callable[[], bool]) -> None:
    """Raises AssertionError where it does not come about in ten seconds."""
    for _ in range(1000):
        if there():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come about")


@pytest.mark.parametrize("number", [-1, 0, 10_001])
def test_numbers_of_a_copied_part(owner: Any, bucket: str, number: int) -> None:
    owner.put_object(Bucket=bucket, Key="source", Body=b"x")
    upload_id, _ = upload(owner, bucket, [])
    members = {"Bucket": bucket, "Key": KEY, "UploadId": upload_id}
    members |= {"CopySource": f"{bucket}/source", "PartNumber": number}
    error = refused(owner.upload_part_copy, **members)
    assert brief(error) == (400, "InvalidArgument")
    assert (error["ArgumentName"], error["ArgumentValue"]) == ("partNumber", str(number))
    assert owner.list_parts(Bucket=bucket, Key=KEY, UploadId=upload_id).get("Parts", []) == []


@pytest.mark.parametrize("number", [1, 10_000])
def test_the_first_and_the_last_number_of_a_part(owner: Any, bucket: str, number: int) -> None:
    owner.put_object(Bucket=bucket, Key="source", Body=b"x")
    upload_id, _ = upload(owner, bucket, [])
    members = {"Bucket": bucket, "Key": KEY, "UploadId": upload_id, "PartNumber": number}
    owner.upload_part_copy(**members, CopySource=f"{bucket}/source")
    etag = owner.upload_part(**members, Body=b"y")["ETag"]
    (part,) = owner.list_parts(Bucket=bucket, Key=KEY, UploadId=upload_id)["Parts"]
    assert (part["PartNumber"], part["ETag"], part["Size"]) == (number, etag, 1)


@pytest.mark.parametrize("number", [0, 10_001])
@pytest.mark.parametrize("operation", ["get_object", "head_object"])
def test_numbers_of_a_part_that_is_read(
    owner: Any, bucket: str, operation: str, number: int
) -> None:
    owner.put_object(Bucket=bucket, Key=KEY, Body=b"x")
    error = refused(getattr(owner, operation), Bucket=bucket, Key=KEY, PartNumber=number)
    assert brief(error) == (400, "400" if operation == "head_object" else "InvalidArgument")


def test_a_completion_that_comes_while_another_ends_gets_its_answer(
    owner: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id, named = upload(owner, bucket, [b"one"])
    first: list[Any] = []
    plain = operations_of_uploads.find_upload

    def meanwhile(*asked: Any) -> Any:
        monkeypatch.setattr(operations_of_uploads, "find_upload", plain)
        first.append(complete(owner, bucket, upload_id, named))
        return plain(*asked)

    monkeypatch.setattr(operations_of_uploads, "find_upload", meanwhile)
    second = complete(owner, bucket, upload_id, named)

    assert second["ETag"] == first[0]["ETag"]
