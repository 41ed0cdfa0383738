"""Encryption as Amazon S3 was recorded to answer it: members, errors and ETags."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from server_ref.server import S3Server
from server_ref.storage.keystore import DISABLED, PENDING_DELETION, Key
from tests.server.conftest import OWNER, refused
from tests.server.recorded.answers import (
    CHECKED,
    GET,
    HEAD,
    PUT,
    bare,
    error,
    malformed,
    missing_bucket,
    names,
    status,
)

ACCOUNT = OWNER.account.account_id
CUSTOMER = b"a customer's key, 32 bytes long."
SSE_C = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": CUSTOMER}
KEY_MD5 = base64.b64encode(hashlib.md5(CUSTOMER).digest()).decode()
BY_CUSTOMER = {"SSECustomerAlgorithm", "SSECustomerKeyMD5"}
S3S = {"ServerSideEncryption"}
BY_KMS = {"SSEKMSKeyId"}  # beside ServerSideEncryption
BUCKET_KEY = {"BucketKeyEnabled"}
KMS = {"ServerSideEncryption": "aws:kms"}
ENABLED = {"VersioningConfiguration": {"Status": "Enabled"}}
STORED = error(
    400,
    "InvalidRequest",
    "The object was stored using a form of Server Side Encryption. The correct parameters must be "
    "provided to retrieve the object.",
)
DENIED = error(
    403,
    "AccessDenied",
    "Requests specifying Server Side Encryption with Customer provided keys must provide the "
    "correct secret key.",
)
ALGORITHM = error(
    400,
    "InvalidEncryptionAlgorithmError",
    "The Encryption request you specified is not valid. Supported value: AES256.",
    ArgumentName="x-amz-server-side-encryption",
    ArgumentValue="KMS",
)
BOTH = error(
    400,
    "InvalidArgument",
    "Server Side Encryption with Customer provided key is incompatible with the encryption method "
    "specified",
    ArgumentName="x-amz-server-side-encryption",
    ArgumentValue="AES256",
)
KEY_SIZE = error(
    400,
    "InvalidArgument",
    "The secret key was invalid for the specified algorithm.",
    ArgumentName="x-amz-server-side-encryption",
)
KEY_DIGEST = error(
    400,
    "InvalidArgument",
    "The calculated MD5 hash of the key did not match the hash that was provided.",
    ArgumentName="x-amz-server-side-encryption",
)
PART = error(
    400,
    "InvalidRequest",
    "The multipart upload initiate requested encryption. Subsequent part requests must include the "
    "appropriate encryption parameters.",
)


@pytest.fixture
def key(server: S3Server) -> Iterator[Key]:
    yield server.keys.create(ACCOUNT, server.region)


def default(key: str | None = None, *, bucket_key: bool | None = None) -> dict[str, Any]:
    """A configuration of SSE-KMS."""
    applied = {"SSEAlgorithm": "aws:kms"} | ({"KMSMasterKeyID": key} if key else {})
    rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": applied}
    if bucket_key is not None:
        rule["BucketKeyEnabled"] = bucket_key
    return {"Rules": [rule]}


def put_default(owner: Any, bucket: str, config: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = owner.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration=config
    )
    return answer


def rules_of(owner: Any, bucket: str) -> list[Any]:
    found = bare(owner.get_bucket_encryption(Bucket=bucket))
    rules: list[Any] = found["ServerSideEncryptionConfiguration"]["Rules"]
    return rules


def md5(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def encoded(key: bytes, **changes: str) -> dict[str, str]:
    """The members as the wire has them, which SDKs then leave alone."""
    digest = base64.b64encode(hashlib.md5(key).digest()).decode()
    text = base64.b64encode(key).decode()
    usual = {
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": text,
        "SSECustomerKeyMD5": digest,
    }
    return usual | changes


def from_key(key: bytes, **changes: str) -> dict[str, str]:
    return {f"CopySource{name}": value for name, value in encoded(key, **changes).items()}


# the bucket's own


def test_default_of_a_bucket(owner: Any, bucket: str) -> None:
    assert rules_of(owner, bucket) == [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": False,
        }
    ]
    for _ in range(2):
        assert status(owner.delete_bucket_encryption(Bucket=bucket)) == 204
    found = bare(owner.get_bucket_encryption(Bucket=bucket))
    assert found.get("ServerSideEncryptionConfiguration", {}) == {}  # SDKs read nothing as this


def test_defaults_that_are_refused(owner: Any, bucket: str) -> None:
    gone = missing_bucket("no-such-bucket-here")
    target = {"Bucket": "no-such-bucket-here"}
    config = {"ServerSideEncryptionConfiguration": default()}
    assert refused(owner.get_bucket_encryption, **target) == gone
    assert refused(owner.delete_bucket_encryption, **target) == gone
    assert refused(owner.put_bucket_encryption, **target, **config) == gone
    assert refused(put_default, owner=owner, bucket=bucket, config={"Rules": []}) == malformed()
    two = {"Rules": default()["Rules"] * 2}
    assert refused(put_default, owner=owner, bucket=bucket, config=two) == malformed()
    aes = {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "any"}
    config = {"Rules": [{"ApplyServerSideEncryptionByDefault": aes}]}
    assert refused(put_default, owner=owner, bucket=bucket, config=config) == error(
        400,
        "InvalidArgument",
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
        "aws:kms:dsse",
        ArgumentName="ApplyServerSideEncryptionByDefault",
    )


def test_default_of_s3s_keys(owner: Any, bucket: str) -> None:
    config = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    assert status(put_default(owner, bucket, config)) == 200
    target = {"Bucket": bucket, "Key": "a"}
    put = owner.put_object(**target, Body=b"test-encrypted")
    assert names(put) == PUT
    assert put["ETag"] == '"16b66fb6b9c0e864b0291fa0dbb5a946"'
    assert names(owner.get_object(**target)) == GET
    assert names(owner.head_object(**target)) == HEAD


def test_default_of_a_kms_key(owner: Any, bucket: str, key: Key) -> None:
    put_default(owner, bucket, default(key.id, bucket_key=True))
    assert rules_of(owner, bucket) == default(key.id, bucket_key=True)["Rules"]
    target = {"Bucket": bucket, "Key": "a"}
    put = owner.put_object(**target, Body=b"test-encrypted")
    got, head = owner.get_object(**target), owner.head_object(**target)
    assert names(put) == PUT | BY_KMS | BUCKET_KEY
    assert names(got) == GET | BY_KMS | BUCKET_KEY
    assert names(head) == HEAD | BY_KMS | BUCKET_KEY
    for answer in (put, got, head):
        assert (answer["SSEKMSKeyId"], answer["ServerSideEncryption"]) == (key.arn, "aws:kms")
        assert answer["ETag"] == put["ETag"] != md5(b"test-encrypted")
    put_default(owner, bucket, default(key.id, bucket_key=False))
    assert names(owner.put_object(**target, Body=b"test-encrypted")) == PUT | BY_KMS


def test_default_of_the_managed_key(owner: Any, bucket: str) -> None:
    put_default(owner, bucket, default(bucket_key=True))
    assert rules_of(owner, bucket) == default(bucket_key=True)["Rules"]
    target = {"Bucket": bucket, "Key": "a"}
    put = owner.put_object(**target, Body=b"test-encrypted")
    assert names(put) == PUT | BY_KMS | BUCKET_KEY
    assert put["SSEKMSKeyId"].startswith(f"arn:aws:kms:us-east-1:{ACCOUNT}:key/")
    assert owner.get_object(**target)["SSEKMSKeyId"] == put["SSEKMSKeyId"]


def test_bucket_key_by_default(owner: Any, bucket: str, key: Key) -> None:
    before, after = {"Bucket": bucket, "Key": "before"}, {"Bucket": bucket, "Key": "after"}
    assert names(owner.put_object(**before, Body=b"test-sse")) == PUT
    put_default(owner, bucket, default(key.arn, bucket_key=True))
    assert rules_of(owner, bucket) == default(key.arn, bucket_key=True)["Rules"]
    old = owner.get_object(**before)
    assert (names(old), old["ServerSideEncryption"]) == (GET, "AES256")
    assert names(owner.put_object(**after, Body=b"test-sse")) == PUT | BY_KMS | BUCKET_KEY
    assert names(owner.get_object(**after)) == GET | BY_KMS | BUCKET_KEY


def test_the_managed_key_is_one_for_all_buckets(owner: Any, bucket: str) -> None:
    second = f"{bucket}-second"
    owner.create_bucket(Bucket=second)
    keys = []
    for name in (bucket, second):
        target = {"Bucket": name, "Key": "a"}
        put = owner.put_object(**target, Body=b"test-sse", **KMS)
        assert names(put) == PUT | BY_KMS
        assert names(owner.get_object(**target)) == GET | BY_KMS
        keys.append(put["SSEKMSKeyId"])
    put_default(owner, bucket, default(bucket_key=True))
    put = owner.put_object(Bucket=bucket, Key="b", Body=b"test-sse")
    assert names(put) == PUT | BY_KMS | BUCKET_KEY
    assert {*keys, put["SSEKMSKeyId"]} == {keys[0]}


# keys of KMS


def test_keys_that_are_not_there(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="source", Body=b"x")

    def missing(message: str) -> dict[str, Any]:
        return error(400, "KMS.NotFoundException", message)

    target = {"Bucket": bucket, "Key": "a", **KMS}
    unknown = "134f2428-cec1-4b25-a1ae-9048164dba47"
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{unknown}"
    fake = {**target, "SSEKMSKeyId": "fake-key-id"}
    source = {"Bucket": bucket, "Key": "source"}
    assert refused(owner.put_object, **fake) == missing("Invalid keyId 'fake-key-id'")
    assert refused(owner.create_multipart_upload, **fake) == missing("Invalid keyId 'fake-key-id'")
    assert refused(owner.copy_object, **fake, CopySource=source) == missing(
        "Invalid keyId 'fake-key-id'"
    )
    for name in (unknown, arn):
        found = refused(owner.put_object, **target, SSEKMSKeyId=name)
        assert found == missing(f"Key '{arn}' does not exist")
    elsewhere = arn.replace("us-east-1", "us-west-2")
    found = refused(owner.put_object, **target, SSEKMSKeyId=elsewhere)
    assert found == missing("Invalid arn us-west-2")


def test_states_of_a_key(server: S3Server, owner: Any, bucket: str, key: Key) -> None:
    target = {"Bucket": bucket, "Key": "a"}
    sealed = {**KMS, "SSEKMSKeyId": key.id}
    assert names(owner.put_object(**target, Body=b"test-sse", **sealed)) == PUT | BY_KMS
    assert names(owner.get_object(**target)) == GET | BY_KMS
    server.keys.set_state(key.id, DISABLED)
    disabled = error(400, "KMS.DisabledException", f"{key.arn} is disabled.")
    assert refused(owner.put_object, **target, **sealed) == disabled
    assert refused(owner.get_object, **target) == disabled
    server.keys.set_state(key.id, PENDING_DELETION)
    going = error(400, "KMS.KMSInvalidStateException", f"{key.arn} is pending deletion.")
    assert refused(owner.get_object, **target) == going


def test_an_upload_with_a_kms_key(owner: Any, bucket: str, key: Key) -> None:
    target = {"Bucket": bucket, "Key": "a"}
    made = owner.create_multipart_upload(**target, **KMS, SSEKMSKeyId=key.id, BucketKeyEnabled=True)
    upload = {**target, "UploadId": made["UploadId"]}
    part = owner.upload_part(**upload, PartNumber=1, Body=b"test-sse")
    done = owner.complete_multipart_upload(
        **upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    sealed = S3S | BY_KMS | BUCKET_KEY
    assert names(made) == {"Bucket", "Key", "UploadId"} | sealed
    assert names(part) == {"ChecksumCRC32", "ETag"} | sealed
    assert {"Bucket", "Key", "ETag", "Location"} | sealed <= names(done)
    assert done["ETag"].endswith('-1"')
    got = owner.get_object(**target)
    assert names(got) == GET - {"ChecksumCRC32"} | {"ChecksumCRC64NVME"} | BY_KMS | BUCKET_KEY
    assert got["ChecksumCRC64NVME"] == "Kr7StX/uFlQ="


# copies


def test_a_copy_in_place_where_the_bucket_has_a_default(owner: Any, bucket: str) -> None:
    config = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    put_default(owner, bucket, config)
    target = {"Bucket": bucket, "Key": "a"}
    assert names(owner.put_object(**target)) == PUT
    copied = owner.copy_object(**target, CopySource=target)
    assert names(copied) == {"CopyObjectResult"} | S3S
    assert copied["CopyObjectResult"]["ETag"] == md5(b"")


def test_a_copy_under_a_kms_key(owner: Any, bucket: str, key: Key) -> None:
    source, target = {"Bucket": bucket, "Key": "a"}, {"Bucket": bucket, "Key": "b"}
    owner.put_object(**source, Body=b"hello world")
    assert bare(owner.get_object(**source))["ETag"] == '"5eb63bbbe01eeed093cb22bb8f5acdc3"'
    copied = owner.copy_object(
        **target, CopySource=source, **KMS, SSEKMSKeyId=key.id, BucketKeyEnabled=True
    )
    assert names(copied) == {"CopyObjectResult"} | S3S | BY_KMS | BUCKET_KEY
    assert set(copied["CopyObjectResult"]) == {"ETag", "LastModified"} | CHECKED
    got = owner.get_object(**target)
    assert names(got) == GET | BY_KMS | BUCKET_KEY
    assert (got["Body"].read(), got["ChecksumCRC32"]) == (b"hello world", "DUoRhQ==")


def test_copies_in_place_from_a_kms_key(owner: Any, bucket: str, key: Key) -> None:
    target = {"Bucket": bucket, "Key": "a"}
    put = owner.put_object(**target, Body=b"test", **KMS, SSEKMSKeyId=key.id, BucketKeyEnabled=True)
    assert names(put) == PUT | BY_KMS | BUCKET_KEY
    assert names(owner.head_object(**target)) == HEAD | BY_KMS | BUCKET_KEY

    own = owner.copy_object(**target, CopySource=target, **KMS)
    assert names(own) == {"CopyObjectResult"} | S3S | BY_KMS
    assert own["SSEKMSKeyId"] != key.arn
    head = owner.head_object(**target)
    assert names(head) == HEAD | BY_KMS
    assert head["ETag"] == own["CopyObjectResult"]["ETag"] != put["ETag"]
    for members in ({}, {"ServerSideEncryption": "AES256"}):
        opened = owner.copy_object(**target, CopySource=target, **members)
        assert names(opened) == {"CopyObjectResult"} | S3S
        assert opened["CopyObjectResult"]["ETag"] == '"098f6bcd4621d373cade4e832627b4f6"'
        assert opened["CopyObjectResult"]["ChecksumCRC32"] == "2H9+DA=="
        assert names(owner.head_object(**target)) == HEAD


# the customer's key


def test_copies_with_a_customers_key(owner: Any, bucket: str) -> None:
    source, target = {"Bucket": bucket, "Key": "a"}, {"Bucket": bucket, "Key": "b"}
    put = owner.put_object(**source, Body=b"test_data", **SSE_C)
    assert names(put) == CHECKED | {"ETag"} | BY_CUSTOMER
    copy = {**target, "CopySource": source}

    assert refused(owner.copy_object, **copy, **SSE_C) == STORED
    wrong = from_key(CUSTOMER, SSECustomerAlgorithm="KMS")
    assert refused(owner.copy_object, **copy, **wrong, **SSE_C) == ALGORITHM
    mine = encoded(CUSTOMER, SSECustomerAlgorithm="KMS")
    assert refused(owner.copy_object, **copy, **from_key(CUSTOMER), **mine) == ALGORITHM
    both = {**SSE_C, "ServerSideEncryption": "AES256"}
    assert refused(owner.copy_object, **copy, **from_key(CUSTOMER), **both) == BOTH

    sealed = owner.copy_object(**copy, **from_key(CUSTOMER), **SSE_C)
    assert names(sealed) == {"CopyObjectResult"} | BY_CUSTOMER
    assert sealed["CopyObjectResult"]["ChecksumCRC32"] == "qIrZrA=="
    assert refused(owner.get_object, **target) == STORED
    opened = owner.copy_object(**copy, **from_key(CUSTOMER))
    assert names(opened) == {"CopyObjectResult"} | S3S


def test_an_upload_with_a_customers_key(owner: Any, bucket: str) -> None:
    target = {"Bucket": bucket, "Key": "test-sse-c-multipart"}
    made = owner.create_multipart_upload(**target, **SSE_C)
    assert names(made) == {"Bucket", "Key", "UploadId"} | BY_CUSTOMER
    assert made["SSECustomerKeyMD5"] == KEY_MD5
    upload = {**target, "UploadId": made["UploadId"]}
    body = b"a" * (5 * 1024 * 1024 + 1)
    parts = []
    for number in (1, 2, 3):
        part = owner.upload_part(**upload, PartNumber=number, Body=body, **SSE_C)
        assert names(part) == {"ChecksumCRC32", "ETag"} | BY_CUSTOMER
        assert part["ETag"] != md5(body)
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    assert len({part["ETag"] for part in parts}) == 3
    listed = owner.list_parts(**upload)
    assert [part["ETag"] for part in listed["Parts"]] == [part["ETag"] for part in parts]
    assert not names(listed) & (BY_CUSTOMER | S3S)
    done = owner.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert not names(done) & (BY_CUSTOMER | S3S)
    assert done["ETag"].endswith('-3"')
    assert refused(owner.get_object, **target) == STORED
    got = owner.get_object(**target, **SSE_C)
    assert got["ContentLength"] == 15728643
    assert names(got) >= HEAD - S3S | BY_CUSTOMER
    assert "ServerSideEncryption" not in got


def test_parts_whose_key_does_not_fit(owner: Any, bucket: str) -> None:
    target = {"Bucket": bucket, "Key": "test-sse-c-multipart"}
    plain = owner.create_multipart_upload(**target)
    sealed = owner.create_multipart_upload(**target, **SSE_C)
    assert names(plain) == {"Bucket", "Key", "UploadId"} | S3S
    part = {**target, "PartNumber": 1, "Body": b"x"}
    assert refused(owner.upload_part, **part, UploadId=plain["UploadId"], **SSE_C) == PART
    assert refused(owner.upload_part, **part, UploadId=sealed["UploadId"]) == PART
    other = encoded(b"o" * 32)
    assert refused(owner.upload_part, **part, UploadId=sealed["UploadId"], **other) == error(
        400,
        "InvalidRequest",
        "The provided encryption parameters did not match the ones used originally.",
    )


def test_reading_with_keys_that_do_not_fit(owner: Any, bucket: str) -> None:
    target = {"Bucket": bucket, "Key": "a"}
    owner.put_object(**target, Body=b"test_data", **SSE_C)
    assert refused(owner.get_object, **target) == STORED
    assert refused(owner.get_object, **target, **encoded(b"o" * 32)) == DENIED
    for other_size in (b"short", b"o" * 44):  # that it is not the object's is what counts
        assert refused(owner.get_object, **target, **encoded(other_size)) == DENIED
    digest = encoded(CUSTOMER, SSECustomerKeyMD5=encoded(b"o" * 32)["SSECustomerKeyMD5"])
    assert refused(owner.get_object, **target, **digest) == KEY_DIGEST
    other = encoded(CUSTOMER, SSECustomerAlgorithm="KMS")
    assert refused(owner.get_object, **target, **other) == ALGORITHM
    attributes = {"ObjectAttributes": ["ETag"]}
    assert refused(owner.get_object_attributes, **target, **other, **attributes) == ALGORITHM
    head = refused(owner.head_object, **target, **other)
    assert (head["Status"], head["Message"]) == (400, "Bad Request")


def test_writing_with_keys_that_are_none(owner: Any, bucket: str) -> None:
    target = {"Bucket": bucket, "Key": "a"}
    must = "Requests specifying Server Side Encryption with Customer provided keys must provide "
    name = "x-amz-server-side-encryption"
    no_algorithm = {k: v for k, v in encoded(CUSTOMER).items() if k != "SSECustomerAlgorithm"}
    assert refused(owner.put_object, **target, **no_algorithm) == error(
        400, "InvalidArgument", f"{must}a valid encryption algorithm.", ArgumentName=name
    )
    no_key = {k: v for k, v in encoded(CUSTOMER).items() if k != "SSECustomerKey"}
    assert refused(owner.put_object, **target, **no_key) == error(
        400, "InvalidArgument", f"{must}an appropriate secret key.", ArgumentName=name
    )
    assert refused(owner.put_object, **target, **encoded(b"short")) == KEY_SIZE
    digest = encoded(CUSTOMER, SSECustomerKeyMD5=encoded(b"o" * 32)["SSECustomerKeyMD5"])
    assert refused(owner.put_object, **target, **digest) == KEY_DIGEST
    other = encoded(CUSTOMER, SSECustomerAlgorithm="KMS")
    assert refused(owner.put_object, **target, **other) == ALGORITHM
    both = {**SSE_C, "ServerSideEncryption": "AES256"}
    assert refused(owner.put_object, **target, **both) == BOTH


def test_checksums_are_of_the_content(server: S3Server, owner: Any, bucket: str) -> None:
    """A PUT without a checksum: S3 computes a CRC64NVME, also of what it encrypts."""
    when_needed = Config(request_checksum_calculation="when_required")
    client = boto3.client("s3", config=when_needed, **server.kwargs_for(OWNER))
    target = {"Bucket": bucket, "Key": "a"}
    client.put_object(**target, Body=b"test data..", **SSE_C)
    got = owner.get_object(**target, ChecksumMode="ENABLED", **SSE_C)
    head = owner.head_object(**target, ChecksumMode="ENABLED", **SSE_C)
    attributes = owner.get_object_attributes(
        **target, ObjectAttributes=["ETag", "Checksum"], **encoded(CUSTOMER)
    )
    checksum = {"ChecksumCRC64NVME", "ChecksumType"}
    assert names(head) == HEAD - S3S | checksum | BY_CUSTOMER
    assert names(got) == GET - S3S - CHECKED | checksum | BY_CUSTOMER
    assert got["ChecksumCRC64NVME"] == "qUVrWYOrIAM="
    assert names(attributes) == {"Checksum", "ETag", "LastModified"}
    assert attributes["Checksum"]["ChecksumCRC64NVME"] == "qUVrWYOrIAM="
    assert f'"{attributes["ETag"]}"' == got["ETag"]


def test_the_life_of_an_object_with_a_customers_key(owner: Any, bucket: str) -> None:
    target = {"Bucket": bucket, "Key": "a"}
    put = owner.put_object(**target, Body=b"test_data", **SSE_C)
    assert names(put) == CHECKED | {"ETag"} | BY_CUSTOMER
    got = owner.get_object(**target, **SSE_C)
    assert names(got) == GET - S3S | BY_CUSTOMER
    assert (got["Body"].read(), got["ChecksumCRC32"]) == (b"test_data", "qIrZrA==")
    assert names(owner.head_object(**target, **SSE_C)) == HEAD - S3S | BY_CUSTOMER
    attributes = owner.get_object_attributes(
        **target, ObjectAttributes=["ETag", "ObjectSize"], **encoded(CUSTOMER)
    )
    assert names(attributes) == {"ETag", "LastModified", "ObjectSize"}
    assert status(owner.delete_object(**target)) == 204


def test_versions_with_keys_of_their_own(owner: Any, bucket: str) -> None:
    owner.put_bucket_versioning(Bucket=bucket, **ENABLED)
    target = {"Bucket": bucket, "Key": "a"}
    second = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"o" * 32}
    first_put = owner.put_object(**target, Body=b"version1", **SSE_C)
    second_put = owner.put_object(**target, Body=b"version2", **second)
    assert names(first_put) == CHECKED | {"ETag", "VersionId"} | BY_CUSTOMER
    got = owner.get_object(**target, **second)
    assert names(got) == GET - S3S | BY_CUSTOMER | {"VersionId"}
    assert (got["Body"].read(), got["ETag"]) == (b"version2", second_put["ETag"])
    assert refused(owner.get_object, **target, **SSE_C) == DENIED
    old = owner.get_object(**target, VersionId=first_put["VersionId"], **SSE_C)
    assert (old["Body"].read(), old["ChecksumCRC32"]) == (b"version1", "gQ5gbg==")
