"""What lies in the data directory: no plaintext of sealed objects, no key of a customer."""

from __future__ import annotations

import base64
import stat
import tracemalloc
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from server_ref.commands import admin
from server_ref.server import S3Server
from server_ref.storage import StoreError, sealing
from server_ref.storage.keystore import DISABLED, KeyStore
from server_ref.storage.sealing import BodyCipher, WrongKeyError
from tests.server.conftest import OWNER, refused

MARK = b"a sentence that nobody else writes. "
CUSTOMER_KEY = b"this is a customer's secret key."
WAYS: dict[str, dict[str, Any]] = {
    "customer": {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": CUSTOMER_KEY},
    "kms": {"ServerSideEncryption": "aws:kms"},
    "dsse": {"ServerSideEncryption": "aws:kms:dsse"},
}


def client(server: S3Server) -> Any:
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client("s3", config=config, **server.client_kwargs)


def found(data: Path, words: bytes) -> list[str]:
    """The files of a data directory that hold these bytes."""
    files = (path for path in data.rglob("*") if path.is_file())
    return [path.name for path in files if words in path.read_bytes()]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [1, 4000], ids=["inline", "file"])
def test_the_plaintext_is_nowhere(data: Path, way: str, size: int) -> None:
    with S3Server(data=data, accounts=(OWNER,)) as server:
        s3 = client(server)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="sealed", Body=MARK * size, **WAYS[way])
        upload = {"Bucket": "bucket", "Key": "parts"}
        upload["UploadId"] = s3.create_multipart_upload(**upload, **WAYS[way])["UploadId"]
        reading = WAYS[way] if way == "customer" else {}
        part = s3.upload_part(**upload, PartNumber=1, Body=MARK * size, **reading)
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        s3.complete_multipart_upload(**upload, MultipartUpload=parts)
        assert found(data, MARK[:20]) == []
        s3.put_object(Bucket="bucket", Key="open", Body=MARK)
        assert found(data, MARK[:20])  # so looking does find what is there

    for text in (CUSTOMER_KEY, base64.b64encode(CUSTOMER_KEY)):
        assert found(data, text) == []
    with S3Server(data=data, accounts=(OWNER,)) as server:
        for key in ("sealed", "parts"):
            got = client(server).get_object(Bucket="bucket", Key=key, **reading)
            assert got["Body"].read() == MARK * size


def test_update_object_encryption_leaves_no_plaintext(data: Path) -> None:
    with S3Server(data=data, accounts=(OWNER,), kms_keys=["alias/mine"]) as server:
        s3 = client(server)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="a", Body=MARK * 4000)
        bodies = sorted(path for path in (data / "bodies").rglob("*") if path.is_file())
        arn = server.keys.all()[0].arn
        encryption = {"SSEKMS": {"KMSKeyArn": arn}}
        s3.update_object_encryption(Bucket="bucket", Key="a", ObjectEncryption=encryption)
    # files are removed beside the requests: all of them once the server has ended
    left = sorted(path for path in (data / "bodies").rglob("*") if path.is_file())
    assert (len(left), set(left) & set(bodies)) == (1, set())
    assert MARK[:20] not in left[0].read_bytes()


def test_two_objects_of_the_same_bytes_have_nothing_in_common(data: Path) -> None:
    with S3Server(data=data, accounts=(OWNER,)) as server:
        s3 = client(server)
        s3.create_bucket(Bucket="bucket")
        for key in ("a", "b"):
            s3.put_object(Bucket="bucket", Key=key, Body=bytes(1 << 20), **WAYS["customer"])
    first, second = (path.read_bytes() for path in (data / "bodies").rglob("*") if path.is_file())
    assert len(first) == len(second) == (1 << 20) + 16
    blocks = {first[at : at + 16] for at in range(0, len(first), 16)}
    assert len(blocks) > (1 << 16) - 16
    assert not any(second[at : at + 16] in blocks for at in range(0, len(second), 16))


def test_keys_are_their_owners_files_and_survive_a_restart(data: Path) -> None:
    with S3Server(data=data, accounts=(OWNER,), kms_keys=["alias/mine"]) as server:
        made = server.keys.all()
    with S3Server(data=data, accounts=(OWNER,), kms_keys=["alias/mine"]) as server:
        assert server.keys.all() == made
    path = data / "keys" / made[0].id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert str(made[0].material) not in repr(made[0])
    assert made[0].arn in repr(made[0])


def test_a_damaged_key_is_named_with_what_to_do(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with S3Server(data=data, accounts=(OWNER,), kms_keys=["alias/mine"]) as server:
        path = data / "keys" / server.keys.all()[0].id
    path.write_bytes(path.read_bytes()[:-10])

    assert admin.main(["--data", str(data), "keys"]) == 2
    assert f"{path} is damaged: restore it from a backup" in capsys.readouterr().err
    with pytest.raises(StoreError, match="is damaged"):
        S3Server(data=data, accounts=(OWNER,), kms_keys=["alias/mine"]).start()
    assert path.read_bytes()  # and no other key has taken its place


def test_a_command_changes_the_keys_of_a_running_server(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with S3Server(data=data, accounts=(OWNER,)) as server:
        s3 = client(server)
        s3.create_bucket(Bucket="bucket")
        assert admin.main(["--data", str(data), "add-key", "--alias", "alias/new"]) == 0
        arn = capsys.readouterr().out.strip()
        put = {"Bucket": "bucket", "Key": "a", "ServerSideEncryption": "aws:kms"}
        assert s3.put_object(**put, SSEKMSKeyId="alias/new")["SSEKMSKeyId"] == arn
        key_id = arn.rpartition("/")[2]
        assert admin.main(["--data", str(data), "set-key", key_id, "disable"]) == 0
        error = refused(s3.put_object, **put, SSEKMSKeyId="alias/new")
        assert error["Code"] == "KMS.DisabledException"
    capsys.readouterr()
    assert admin.main(["--data", str(data), "keys"]) == 0
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line == [DISABLED, arn, "alias/new"]
    assert admin.main(["--data", str(data), "set-key", "nonsense", "enable"]) == 2
    assert "no key 'nonsense'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../escape", "alias/../x", "UPPER", "alias/", ""])
def test_names_that_are_no_keys(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="names no KMS key"):
        KeyStore(tmp_path).ensure(name, "111122223333", "us-east-1")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="names no KMS key"):
        S3Server(kms_keys=[name])


def test_bytes_that_were_taken_away_are_not_looked_for_for_ever(data: Path) -> None:
    with S3Server(data=data, accounts=(OWNER,), kms_keys=["alias/mine"]) as server:
        s3 = client(server)
        s3.create_bucket(Bucket="bucket")
        for key, members in (("sealed", WAYS["kms"]), ("open", {})):
            s3.put_object(Bucket="bucket", Key=key, Body=MARK * 4000, **members)
        for path in (data / "bodies").rglob("*"):
            if path.is_file():
                path.unlink()
        made = s3.create_multipart_upload(Bucket="bucket", Key="parts", **WAYS["kms"])
        upload = {"Bucket": "bucket", "Key": "parts", "UploadId": made["UploadId"]}
        for key in ("sealed", "open"):
            source = {"Bucket": "bucket", "Key": key}
            copied = {"CopySource": source, **WAYS["kms"]}
            encryption = {"SSEKMS": {"KMSKeyArn": server.keys.all()[0].arn}}
            calls = [
                refused(s3.get_object, **source),
                refused(s3.copy_object, Bucket="bucket", Key="copy", **copied),
                refused(s3.upload_part_copy, **upload, PartNumber=1, CopySource=source),
            ]
            if key == "open":  # a sealed one only has its data key wrapped anew
                update = {**source, "ObjectEncryption": encryption}
                calls.append(refused(s3.update_object_encryption, **update))
            for error in calls:
                assert (error["Status"], error["Code"]) == (503, "ServiceUnavailable")


# the cipher


@pytest.mark.parametrize("layers", [1, 2])
def test_every_offset_decrypts_alone(layers: int) -> None:
    body = bytes(range(256))
    cipher = BodyCipher(sealing.new_data_keys(layers))
    header, encrypt = cipher.encrypt()
    stored = encrypt(body[:100]) + encrypt(body[100:])

    assert len(header) == cipher.header == 16 * layers
    for offset in range(256):
        assert cipher.decrypt(header, offset)(stored[offset:]) == body[offset:]


def test_the_counter_wraps_around() -> None:
    cipher = BodyCipher([bytes(32)])
    header = b"\xff" * 16
    stored = cipher.decrypt(header, 0)(bytes(64))
    assert cipher.decrypt(header, 20)(stored[20:]) == bytes(44)


def test_a_wrapped_key_opens_with_its_key_and_context_only() -> None:
    key, data_key = b"k" * 32, b"d" * 32
    wrapped = sealing.wrap(data_key, key, {"aws:s3:arn": "arn:aws:s3:::b/a"})

    assert data_key not in wrapped
    assert wrapped != sealing.wrap(data_key, key, {"aws:s3:arn": "arn:aws:s3:::b/a"})
    assert sealing.unwrap(wrapped, key, {"aws:s3:arn": "arn:aws:s3:::b/a"}) == data_key
    for other_key, context in ((b"x" * 32, {"aws:s3:arn": "arn:aws:s3:::b/a"}), (key, {})):
        with pytest.raises(WrongKeyError):
            sealing.unwrap(wrapped, other_key, context)


def test_memory_does_not_grow_with_a_sealed_body(data: Path) -> None:
    size = 96 << 20
    with S3Server(data=data, accounts=(OWNER,), durability="relaxed") as server:
        s3 = client(server)
        s3.create_bucket(Bucket="bucket")
        source = data.parent / "large"
        with source.open("wb") as file:
            file.truncate(size)
        tracemalloc.start()
        try:
            with source.open("rb") as file:
                s3.put_object(Bucket="bucket", Key="a", Body=file, **WAYS["customer"])
            copied = {
                "CopySourceSSECustomerAlgorithm": "AES256",
                "CopySourceSSECustomerKey": CUSTOMER_KEY,
            }
            copy_source = {"Bucket": "bucket", "Key": "a"}
            s3.copy_object(
                Bucket="bucket", Key="b", CopySource=copy_source, **copied, **WAYS["kms"]
            )
            got = s3.get_object(Bucket="bucket", Key="b")["Body"]
            seen = sum(len(block) for block in iter(lambda: got.read(1 << 20), b""))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert seen == size
    assert peak < 24 << 20
