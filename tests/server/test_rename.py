"""RenameObject: at once, with its conditions, and once for each client token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.conftest import refused

LARGE = b"x" * 100_000
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def rename(client: Any, bucket: str, to: str = "new", **more: Any) -> None:
    client.rename_object(Bucket=bucket, Key=to, RenameSource=f"/{bucket}/old", **more)


def keys(client: Any, bucket: str) -> list[str]:
    return [one["Key"] for one in client.list_objects_v2(Bucket=bucket).get("Contents", [])]


@pytest.fixture
def old(owner: Any, bucket: str) -> str:
    """The bucket, with the object ``old``."""
    owner.put_object(Bucket=bucket, Key="old", Body=LARGE, Metadata={"a": "b"}, Tagging="k=v")
    return bucket


def test_everything_but_the_key_stays(server: S3Server, owner: Any, old: str) -> None:
    before = owner.head_object(Bucket=old, Key="old")

    rename(owner, old)

    after = owner.get_object(Bucket=old, Key="new")
    assert after["Body"].read() == LARGE
    for member in ("ETag", "LastModified", "Metadata", "TagCount"):
        assert after[member] == before.get(member, after[member])
    assert after["Metadata"] == {"a": "b"}
    assert keys(owner, old) == ["new"]
    with server._store.reader() as reader:
        bucket = server._store.bucket(old)
        (refs,) = reader.execute(
            "SELECT b.refs FROM blob b JOIN object o ON o.blob = b.id WHERE o.bucket = ?",
            (bucket.id,),
        ).fetchone()
    assert refs == 1  # the same bytes, and nobody else's


def test_what_had_the_name_is_replaced(owner: Any, old: str) -> None:
    owner.put_object(Bucket=old, Key="new", Body=b"gone")
    rename(owner, old)
    assert owner.get_object(Bucket=old, Key="new")["Body"].read() == LARGE


def test_multipart_objects_and_annotations_move(owner: Any, bucket: str) -> None:
    upload = owner.create_multipart_upload(Bucket=bucket, Key="old")["UploadId"]
    parts = []
    for number, data in ((1, b"a" * (5 << 20)), (2, b"b")):
        etag = owner.upload_part(
            Bucket=bucket, Key="old", UploadId=upload, PartNumber=number, Body=data
        )["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    owner.complete_multipart_upload(
        Bucket=bucket, Key="old", UploadId=upload, MultipartUpload={"Parts": parts}
    )
    owner.put_object_annotation(
        Bucket=bucket, Key="old", AnnotationName="n", AnnotationPayload=b"1"
    )

    rename(owner, bucket)

    assert owner.get_object(Bucket=bucket, Key="new", PartNumber=2)["Body"].read() == b"b"
    found = owner.get_object_annotation(Bucket=bucket, Key="new", AnnotationName="n")
    assert found["AnnotationPayload"].read() == b"1"


@pytest.mark.parametrize(
    ("conditions", "header"),
    [
        ({"SourceIfMatch": '"another"'}, "x-amz-rename-source-If-Match"),
        ({"SourceIfNoneMatch": "*"}, "x-amz-rename-source-If-None-Match"),
        ({"SourceIfUnmodifiedSince": LONG_AGO}, "x-amz-rename-source-If-Unmodified-Since"),
        ({"DestinationIfNoneMatch": "*"}, "If-None-Match"),
        ({"DestinationIfMatch": '"another"'}, "If-Match"),
        ({"DestinationIfUnmodifiedSince": LONG_AGO}, "If-Unmodified-Since"),
    ],
)
def test_conditions_that_do_not_hold(
    owner: Any, old: str, conditions: dict[str, Any], header: str
) -> None:
    owner.put_object(Bucket=old, Key="new", Body=b"kept")
    error = refused(
        owner.rename_object, Bucket=old, Key="new", RenameSource=f"{old}/old", **conditions
    )
    assert (error["Status"], error["Code"]) == (412, "PreconditionFailed")
    assert error["Condition"] == header
    assert keys(owner, old) == ["new", "old"]


def test_conditions_that_hold(owner: Any, old: str) -> None:
    etag = owner.head_object(Bucket=old, Key="old")["ETag"]
    rename(
        owner,
        old,
        SourceIfMatch=etag,
        SourceIfModifiedSince=datetime.now(UTC) - timedelta(days=1),
        DestinationIfNoneMatch="*",
    )
    assert keys(owner, old) == ["new"]


def test_a_destination_that_has_to_be_there(owner: Any, old: str) -> None:
    error = refused(
        owner.rename_object,
        Bucket=old,
        Key="new",
        RenameSource=f"{old}/old",
        DestinationIfMatch='"x"',
    )
    assert error["Code"] == "PreconditionFailed"


def test_the_same_token_renames_once(owner: Any, old: str) -> None:
    rename(owner, old, ClientToken="token")
    owner.put_object(Bucket=old, Key="old", Body=b"another")
    rename(owner, old, ClientToken="token")
    assert keys(owner, old) == ["new", "old"]
    error = refused(
        owner.rename_object,
        Bucket=old,
        Key="elsewhere",
        RenameSource=f"{old}/old",
        ClientToken="token",
    )
    assert (error["Status"], error["Code"]) == (400, "IdempotencyParameterMismatch")
    rename(owner, old, ClientToken="another")
    assert keys(owner, old) == ["new"]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"RenameSource": "{bucket}/absent"}, "NoSuchKey"),
        ({"RenameSource": "elsewhere/old"}, "InvalidArgument"),
        ({"RenameSource": "{bucket}/new"}, "InvalidArgument"),
        ({"RenameSource": "{bucket}/old", "ClientToken": "t" * 65}, "InvalidArgument"),
    ],
)
def test_what_is_not_renamed(owner: Any, old: str, members: dict[str, str], code: str) -> None:
    filled = {name: text.replace("{bucket}", old) for name, text in members.items()}
    assert refused(owner.rename_object, Bucket=old, Key="new", **filled)["Code"] == code
    assert keys(owner, old) == ["old"]


def test_a_source_is_url_encoded(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="a b/ü")
    owner.rename_object(Bucket=bucket, Key="new", RenameSource=f"{bucket}/a%20b/%C3%BC")
    assert keys(owner, bucket) == ["new"]


def test_where_there_are_versions(owner: Any, bucket: str) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = owner.put_object(Bucket=bucket, Key="old", Body=LARGE)["VersionId"]
    rename(owner, bucket)
    assert keys(owner, bucket) == ["new"]
    got = owner.get_object(Bucket=bucket, Key="old", VersionId=version)
    assert got["Body"].read() == LARGE
    owner.delete_object(Bucket=bucket, Key="old", VersionId=version)
    assert owner.get_object(Bucket=bucket, Key="new")["Body"].read() == LARGE


def test_one_of_many_renames_wins(owner: Any, old: str) -> None:
    def attempt(number: int) -> bool:
        try:
            rename(owner, old, to=f"new-{number}")
        except owner.exceptions.ClientError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(attempt, range(8))).count(True) == 1
    assert len(keys(owner, old)) == 1


def test_who_may_write_may_not_take_another_key_away(owner: Any, other: Any, old: str) -> None:
    policy = (
        '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, '
        f'"Action": ["s3:PutObject", "s3:GetObject"], "Resource": "arn:aws:s3:::{old}/*"}}}}'
    )
    owner.put_bucket_policy(Bucket=old, Policy=policy)
    error = refused(other.rename_object, Bucket=old, Key="new", RenameSource=f"{old}/old")
    assert error["Code"] == "AccessDenied"
    assert keys(owner, old) == ["old"]


@pytest.mark.parametrize(
    ("put", "got"),
    [
        ({"ServerSideEncryption": "aws:kms"}, {}),
        *[({"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32},) * 2],
    ],
)
def test_encrypted_objects_are_still_read(
    owner: Any, bucket: str, put: dict[str, Any], got: dict[str, Any]
) -> None:
    owner.put_object(Bucket=bucket, Key="old", Body=LARGE, **put)
    rename(owner, bucket)
    assert owner.get_object(Bucket=bucket, Key="new", **got)["Body"].read() == LARGE
