"""Annotations of objects, as Amazon's model documents them."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from server_ref.server import S3Server
from tests.server.conftest import refused


@pytest.fixture
def annotated(owner: Any, bucket: str) -> str:
    """The bucket, with an object that has two annotations."""
    owner.put_object(Bucket=bucket, Key="key", Body=b"object")
    put(owner, bucket, "labels", b'{"a": 1}')
    put(owner, bucket, "text", "übung".encode())
    return bucket


def put(client: Any, bucket: str, name: str, data: bytes, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.put_object_annotation(
        Bucket=bucket, **{"Key": "key", "AnnotationName": name, "AnnotationPayload": data, **more}
    )
    return answer


def get(client: Any, bucket: str, name: str, **more: Any) -> bytes:
    answer = client.get_object_annotation(
        Bucket=bucket, **{"Key": "key", "AnnotationName": name, **more}
    )
    data: bytes = answer["AnnotationPayload"].read()
    return data


def names(client: Any, bucket: str, **more: Any) -> list[str]:
    page = client.list_object_annotations(Bucket=bucket, **{"Key": "key", **more})
    return [one["AnnotationName"] for one in page.get("Annotations", [])]


def test_put_and_get(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"object")
    data = b"payload" * 9000
    answer = put(owner, bucket, "labels", data, ChecksumAlgorithm="CRC32")
    crc = base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()
    etag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
    assert (answer["Key"], answer["AnnotationName"]) == ("key", "labels")
    assert (answer["ETag"], answer["ChecksumCRC32"]) == (etag, crc)

    found = owner.get_object_annotation(
        Bucket=bucket, Key="key", AnnotationName="labels", ChecksumMode="ENABLED"
    )

    assert found["AnnotationPayload"].read() == data
    assert (found["ETag"], found["ContentLength"]) == (etag, len(data))
    assert (found["ChecksumCRC32"], found["ChecksumType"]) == (crc, "FULL_OBJECT")
    assert owner.get_object(Bucket=bucket, Key="key")["Body"].read() == b"object"


def test_one_name_has_one_payload(owner: Any, annotated: str) -> None:
    put(owner, annotated, "labels", b"new")
    assert get(owner, annotated, "labels") == b"new"
    assert names(owner, annotated) == ["labels", "text"]


def test_listing_goes_on(owner: Any, annotated: str) -> None:
    put(owner, annotated, "late", b"1")
    first = owner.list_object_annotations(Bucket=annotated, Key="key", MaxAnnotationResults=2)
    assert [one["AnnotationName"] for one in first["Annotations"]] == ["labels", "late"]
    assert (first["AnnotationCount"], first["MaxAnnotationResults"]) == (2, 2)
    assert first["Annotations"][0]["Size"] == 8
    token = first["NextContinuationToken"]
    assert names(owner, annotated, ContinuationToken=token) == ["text"]
    assert names(owner, annotated, AnnotationPrefix="la") == ["labels", "late"]


def test_deleting_is_fine_twice(owner: Any, annotated: str) -> None:
    for _ in range(2):
        answer = owner.delete_object_annotation(
            Bucket=annotated, Key="key", AnnotationName="labels"
        )
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert names(owner, annotated) == ["text"]
    error = refused(
        owner.get_object_annotation, Bucket=annotated, Key="key", AnnotationName="labels"
    )
    assert (error["Status"], error["Code"]) == (404, "NoSuchAnnotation")


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("n" * 513, b"1", 400, "AnnotationNameTooLong"),
        ("AWS-own", b"1", 400, "InvalidAnnotationName"),
        ("s3x", b"1", 400, "InvalidAnnotationName"),
        ("name", b"", 400, "InvalidRequest"),
        ("name", b"\xff\xfe", 415, "UnsupportedMediaType"),
        ("name", b"x" * (1024**2 + 1), 400, "EntityTooLarge"),
    ],
)
def test_what_is_refused(
    owner: Any, annotated: str, name: str, data: bytes, status: int, code: str
) -> None:
    error = refused(
        owner.put_object_annotation,
        Bucket=annotated,
        Key="key",
        AnnotationName=name,
        AnnotationPayload=data,
    )
    assert (error["Status"], error["Code"]) == (status, code)
    assert names(owner, annotated) == ["labels", "text"]


def test_a_wrong_checksum(owner: Any, annotated: str) -> None:
    error = refused(
        owner.put_object_annotation,
        Bucket=annotated,
        Key="key",
        AnnotationName="labels",
        AnnotationPayload=b"1",
        ChecksumCRC32="AAAAAA==",
    )
    assert error["Code"] == "BadDigest"
    assert get(owner, annotated, "labels") == b'{"a": 1}'


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"MaxAnnotationResults": 1001}, "InvalidArgument"),
        ({"AnnotationPrefix": "aws"}, "InvalidPrefix"),
        ({"Key": "absent"}, "NoSuchKey"),
    ],
)
def test_listings_that_are_refused(
    owner: Any, annotated: str, more: dict[str, Any], code: str
) -> None:
    error = refused(owner.list_object_annotations, Bucket=annotated, **{"Key": "key", **more})
    assert error["Code"] == code


def test_only_for_the_object_that_is_meant(owner: Any, annotated: str) -> None:
    etag = owner.head_object(Bucket=annotated, Key="key")["ETag"]
    put(owner, annotated, "labels", b"2", ObjectIfMatch=etag)
    for call, more in (
        (owner.put_object_annotation, {"AnnotationPayload": b"3"}),
        (owner.delete_object_annotation, {}),
    ):
        error = refused(
            call,
            Bucket=annotated,
            Key="key",
            AnnotationName="labels",
            ObjectIfMatch='"another"',
            **more,
        )
        assert (error["Status"], error["Code"]) == (412, "PreconditionFailed")
    assert get(owner, annotated, "labels") == b"2"


def test_a_thousand_at_most(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="key")
    for number in range(1000):
        put(owner, bucket, f"name-{number:04}", b"1")
    put(owner, bucket, "name-0000", b"again")
    error = refused(
        owner.put_object_annotation,
        Bucket=bucket,
        Key="key",
        AnnotationName="one more",
        AnnotationPayload=b"1",
    )
    assert (error["Status"], error["Code"]) == (400, "AnnotationLimitExceeded")
    assert len(names(owner, bucket)) == 1000


def test_each_version_has_its_own(owner: Any, bucket: str) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = owner.put_object(Bucket=bucket, Key="key")["VersionId"]
    assert put(owner, bucket, "n", b"old")["ObjectVersionId"] == old
    owner.put_object(Bucket=bucket, Key="key")
    assert names(owner, bucket) == []
    put(owner, bucket, "n", b"new")
    assert get(owner, bucket, "n") == b"new"
    assert get(owner, bucket, "n", VersionId=old) == b"old"
    owner.delete_object(Bucket=bucket, Key="key")
    error = refused(owner.list_object_annotations, Bucket=bucket, Key="key")
    assert error["Status"] == 405
    assert get(owner, bucket, "n", VersionId=old) == b"old"


def test_an_overwritten_object_has_none(server: S3Server, owner: Any, annotated: str) -> None:
    put(owner, annotated, "large", b"x" * 50_000)
    owner.put_object(Bucket=annotated, Key="key", Body=b"object")
    assert names(owner, annotated) == []
    owner.delete_object(Bucket=annotated, Key="key")
    with server._store.reader() as reader:
        bucket = server._store.bucket(annotated)
        left = reader.execute("SELECT count(*) FROM annotation WHERE bucket = ?", (bucket.id,))
        assert left.fetchone() == (0,)


def test_a_copy_has_them_unless_excluded(owner: Any, annotated: str) -> None:
    source = f"{annotated}/key"
    owner.copy_object(Bucket=annotated, Key="copy", CopySource=source)
    owner.copy_object(
        Bucket=annotated, Key="bare", CopySource=source, AnnotationDirective="EXCLUDE"
    )
    assert names(owner, annotated, Key="copy") == ["labels", "text"]
    assert names(owner, annotated, Key="bare") == []
    owner.delete_object(Bucket=annotated, Key="key")
    assert get(owner, annotated, "text", Key="copy") == "übung".encode()
    error = refused(
        owner.copy_object,
        Bucket=annotated,
        Key="c",
        CopySource=f"{annotated}/copy",
        AnnotationDirective="REPLACE",
    )
    assert error["Code"] == "InvalidArgument"


def test_who_may_read_an_object_may_not_take_its_annotations(
    owner: Any, other: Any, annotated: str
) -> None:
    policy = {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "444455556666"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{annotated}/*",
        }
    }
    owner.put_bucket_policy(Bucket=annotated, Policy=json.dumps(policy))
    target = f"{annotated}-of-another"
    other.create_bucket(Bucket=target)
    source = f"{annotated}/key"
    error = refused(other.copy_object, Bucket=target, Key="key", CopySource=source)
    assert error["Code"] == "AccessDenied"
    other.copy_object(Bucket=target, Key="key", CopySource=source, AnnotationDirective="EXCLUDE")
    assert names(other, target) == []


def test_object_lock_keeps_them(owner: Any, bucket: str) -> None:
    name = f"{bucket}-locked"
    owner.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    owner.put_object(Bucket=name, Key="key", ObjectLockLegalHoldStatus="ON")
    put(owner, name, "n", b"1")
    error = refused(owner.delete_object_annotation, Bucket=name, Key="key", AnnotationName="n")
    assert (error["Status"], error["Code"]) == (403, "AccessDenied")
    assert get(owner, name, "n") == b"1"


def test_who_may_bypass_governance_may_delete_them(owner: Any, other: Any, bucket: str) -> None:
    name = f"{bucket}-governed"
    owner.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    until = datetime.now(UTC) + timedelta(days=1)
    owner.put_object(
        Bucket=name, Key="key", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until
    )
    put(owner, name, "n", b"1")
    one = {"Bucket": name, "Key": "key", "AnnotationName": "n"}

    def bypass(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-amz-bypass-governance-retention"] = "true"

    assert refused(owner.delete_object_annotation, **one)["Code"] == "AccessDenied"
    for client in (other, owner):
        client.meta.events.register("before-call.s3.DeleteObjectAnnotation", bypass, "bypass")
    try:
        for actions, allowed in ((["s3:DeleteObjectAnnotation"], False), (["s3:*"], True)):
            policy = {
                "Effect": "Allow",
                "Principal": {"AWS": "444455556666"},
                "Action": actions,
                "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            }
            owner.put_bucket_policy(Bucket=name, Policy=json.dumps({"Statement": policy}))
            if allowed:
                other.delete_object_annotation(**one)
            else:
                assert refused(other.delete_object_annotation, **one)["Code"] == "AccessDenied"
    finally:
        for client in (other, owner):
            client.meta.events.unregister("before-call.s3.DeleteObjectAnnotation", bypass, "bypass")
    assert names(owner, name) == []


def test_annotations_are_encrypted_as_their_object_is(
    server: S3Server, owner: Any, bucket: str
) -> None:
    owner.put_object(Bucket=bucket, Key="key", ServerSideEncryption="aws:kms")
    secret = b"nobody reads this on the disk"
    answer = put(owner, bucket, "n", secret)
    assert answer["ServerSideEncryption"] == "aws:kms"
    with server._store.reader() as reader:
        kept = reader.execute(
            "SELECT b.data FROM blob b JOIN annotation a ON a.blob = b.id WHERE a.bucket = ?",
            (server._store.bucket(bucket).id,),
        ).fetchone()[0]
    assert secret not in kept
    assert get(owner, bucket, "n") == secret
    owner.copy_object(Bucket=bucket, Key="plain", CopySource=f"{bucket}/key")
    assert get(owner, bucket, "n", Key="plain") == secret


def test_a_customers_key_allows_none(owner: Any, bucket: str) -> None:
    owner.put_object(
        Bucket=bucket, Key="key", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32
    )
    error = refused(
        owner.put_object_annotation,
        Bucket=bucket,
        Key="key",
        AnnotationName="n",
        AnnotationPayload=b"1",
    )
    assert (error["Status"], error["Code"]) == (400, "InvalidRequest")


def test_a_payload_that_was_taken_away_is_not_looked_for_for_ever(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with S3Server(data=tmp_path, durability="relaxed") as server:
        config = Config(retries={"total_max_attempts": 1})
        s3 = boto3.client("s3", config=config, **server.client_kwargs)
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="key", Body=b"object")
        put(s3, "kept", "lost", b"payload" * 9000)
        (file,) = (found for found in (tmp_path / "bodies").rglob("*") if found.is_file())
        put(s3, "kept", "there", b"payload" * 9000)
        file.unlink()

        error = refused(s3.get_object_annotation, Bucket="kept", Key="key", AnnotationName="lost")
        assert (error["Status"], error["Code"]) == (503, "ServiceUnavailable")
        assert get(s3, "kept", "there") == b"payload" * 9000
    assert "a body of 'key' is gone" in caplog.text
