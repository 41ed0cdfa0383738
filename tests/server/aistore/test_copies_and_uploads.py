"""Copies and multipart uploads as AIStore answers them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import xxhash
from botocore.exceptions import ClientError
from defusedxml import ElementTree

from server_ref.server import S3Server
from tests.server.aistore.conftest import Ask, set_checksum


def _code(text: bytes) -> str | None:
    return ElementTree.fromstring(text).findtext("Code")


def test_a_copy_is_answered_with_an_empty_etag(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")

    result = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/key")

    assert result["CopyObjectResult"]["ETag"] == ""
    head = s3.head_object(Bucket=bucket, Key="copy")
    assert head["ETag"].startswith('"v1-26c7827d889f6da3-')
    assert head["Metadata"]["Ais-Cksum-Val"] == "26c7827d889f6da3"


def test_a_copy_in_a_bucket_of_md5_has_the_md5(direct: S3Server, s3: Any, bucket: str) -> None:
    set_checksum(direct, bucket, "md5")
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")

    result = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/key")

    assert result["CopyObjectResult"]["ETag"] == hashlib.md5(b"hello").hexdigest()


def test_a_copy_of_what_is_missing_is_400(ask: Ask, bucket: str) -> None:
    answer = ask("PUT", f"/{bucket}/copy", headers={"x-amz-copy-source": f"/{bucket}/missing"})

    assert (answer.status_code, _code(answer.content)) == (400, "ErrNotFound")


def test_a_copy_looks_at_nothing_else(ask: Ask, s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    ignored = {
        "x-amz-copy-source": f"/{bucket}/key?versionId=no",
        "x-amz-copy-source-if-match": '"no"',
        "x-amz-metadata-directive": "REPLACE",
        "x-amz-meta-a": "b",
    }

    assert ask("PUT", f"/{bucket}/copy", headers=ignored).status_code == 200
    assert ask("PUT", f"/{bucket}/key", headers=ignored).status_code == 200
    assert "x-amz-meta-a" not in ask("HEAD", f"/{bucket}/copy").headers


def test_a_plus_in_the_source_is_a_space(ask: Ask, s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a b", Body=b"space")
    s3.put_object(Bucket=bucket, Key="c+d", Body=b"plus")

    taken = ask("PUT", f"/{bucket}/copy", headers={"x-amz-copy-source": f"/{bucket}/a+b"})
    missed = ask("PUT", f"/{bucket}/copy", headers={"x-amz-copy-source": f"/{bucket}/c+d"})

    assert (taken.status_code, missed.status_code) == (200, 400)
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"space"


def test_a_multipart_upload_of_small_parts(s3: Any, bucket: str) -> None:
    made = s3.create_multipart_upload(Bucket=bucket, Key="mpu")
    where = {"Bucket": bucket, "Key": "mpu", "UploadId": made["UploadId"]}
    bodies = [b"README", b"LICENSE"]
    md5s = [hashlib.md5(body).digest() for body in bodies]
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(**where, PartNumber=number, Body=body)
        assert part["ETag"] == f'"{md5s[number - 1].hex()}"'

    listed = s3.list_parts(**where)["Parts"]
    assert [set(one) for one in listed] == [{"PartNumber", "ETag"}] * 2
    done = s3.complete_multipart_upload(
        **where,
        MultipartUpload={"Parts": [{"PartNumber": n, "ETag": "ignored"} for n in (1, 2)]},
    )

    assert done["ETag"] == f'"{hashlib.md5(b"".join(md5s)).hexdigest()}-2"'
    assert "Location" not in done
    assert s3.get_object(Bucket=bucket, Key="mpu")["Body"].read() == b"READMELICENSE"
    head = s3.head_object(Bucket=bucket, Key="mpu")
    whole = xxhash.xxh64_hexdigest(b"READMELICENSE")
    assert head["Metadata"] == {"Ais-Cksum-Type": "xxhash2", "Ais-Cksum-Val": whole}
    assert head["ETag"] == done["ETag"]
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/mpu")
    assert s3.head_object(Bucket=bucket, Key="copy")["ETag"].startswith(f'"v1-{whole}-')


def test_upload_part_copy_is_not_implemented(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    made = s3.create_multipart_upload(Bucket=bucket, Key="mpu")

    with pytest.raises(ClientError) as error:
        s3.upload_part_copy(
            Bucket=bucket,
            Key="mpu",
            UploadId=made["UploadId"],
            PartNumber=1,
            CopySource=f"{bucket}/key",
        )

    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


@pytest.mark.parametrize(("number", "status"), [(0, 400), (1, 200), (9999, 200), (10000, 500)])
def test_part_numbers(s3: Any, ask: Ask, bucket: str, number: int, status: int) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mpu")["UploadId"]

    answer = ask("PUT", f"/{bucket}/mpu?uploadId={upload}&partNumber={number}", data=b"x")

    assert answer.status_code == status


def test_uploads_are_listed_whatever_the_prefix(s3: Any, bucket: str) -> None:
    for key in ("a", "b"):
        s3.create_multipart_upload(Bucket=bucket, Key=key)

    listed = s3.list_multipart_uploads(Bucket=bucket, Prefix="z", KeyMarker="b")["Uploads"]

    assert {one["Key"] for one in listed} == {"a", "b"}


def test_an_unknown_upload(ask: Ask, bucket: str) -> None:
    answer = ask("GET", f"/{bucket}/mpu?uploadId=unknown")

    assert (answer.status_code, _code(answer.content)) == (404, "NoSuchUpload")
