"""SSE-KMS and DSSE-KMS with keys of the local key store, and defaults of buckets."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config

from server_ref.operations import object_encryption
from server_ref.server import S3Server
from server_ref.storage.keystore import DISABLED, ENABLED, PENDING_DELETION
from tests.server.conftest import OTHER, OWNER, refused

ACCOUNT = OWNER.account.account_id
ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/"
NOWHERE = "134f2428-cec1-4b25-a1ae-9048164dba47"
KMS = {"ServerSideEncryption": "aws:kms"}
BODY = b"0123456789" * 5000
ONCE = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@pytest.fixture
def key(server: S3Server) -> Iterator[str]:
    """The ARN of a key of the owner's."""
    made = server.keys.create(ACCOUNT, server.region)
    yield made.arn
    server.keys.set_state(made.id, ENABLED)


def state(server: S3Server, arn: str, wanted: str) -> None:
    server.keys.set_state(arn.rpartition("/")[2], wanted)


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    names = ("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled", "SSEKMSEncryptionContext")
    return {name: answer[name] for name in names if name in answer}


def md5(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def set_default(owner: Any, bucket: str, method: str, key: str | None = None, **rule: Any) -> None:
    applied = {"SSEAlgorithm": method} | ({"KMSMasterKeyID": key} if key else {})
    owner.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": applied, **rule}]
        },
    )


@pytest.mark.parametrize("body", [b"", b"small", BODY], ids=["empty", "inline", "file"])
def test_the_named_key_is_used_and_shown(owner: Any, bucket: str, key: str, body: bytes) -> None:
    put = owner.put_object(Bucket=bucket, Key="a", Body=body, SSEKMSKeyId=key, **KMS)
    got = owner.get_object(Bucket=bucket, Key="a")
    head = owner.head_object(Bucket=bucket, Key="a")

    assert got["Body"].read() == body
    assert shown(put) == shown(got) == shown(head) == {**KMS, "SSEKMSKeyId": key}
    assert put["ETag"] == got["ETag"] != md5(body)


def test_without_a_name_it_is_the_accounts_own_key(owner: Any, bucket: str) -> None:
    first = owner.put_object(Bucket=bucket, Key="a", Body=b"1", **KMS)
    second = owner.put_object(Bucket=bucket, Key="b", SSEKMSKeyId="alias/aws/s3", **KMS)

    assert first["SSEKMSKeyId"].startswith(ARN)
    assert second["SSEKMSKeyId"] == first["SSEKMSKeyId"]
    assert owner.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"


def test_a_key_has_several_names(server: S3Server, owner: Any, bucket: str) -> None:
    made = server.keys.create(ACCOUNT, server.region, alias="alias/app/main")
    alias_arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/app/main"
    for name in (made.id, made.arn, "alias/app/main", alias_arn):
        put = owner.put_object(Bucket=bucket, Key="a", SSEKMSKeyId=name, **KMS)
        assert put["SSEKMSKeyId"] == made.arn


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fake-key-id", "Invalid keyId 'fake-key-id'"),
        (NOWHERE, f"Key '{ARN}{NOWHERE}' does not exist"),
        (ARN + NOWHERE, f"Key '{ARN}{NOWHERE}' does not exist"),
        (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{NOWHERE}", "Invalid arn eu-west-1"),
        ("alias/none", f"Alias arn:aws:kms:us-east-1:{ACCOUNT}:alias/none is not found."),
    ],
)
def test_a_key_that_is_not_there(owner: Any, bucket: str, name: str, message: str) -> None:
    owner.put_object(Bucket=bucket, Key="source")
    target = {"Bucket": bucket, "Key": "a", "SSEKMSKeyId": name, **KMS}
    expected = {"Status": 400, "Code": "KMS.NotFoundException", "Message": message}

    assert refused(owner.put_object, **target) == expected
    assert refused(owner.create_multipart_upload, **target) == expected
    source = {"Bucket": bucket, "Key": "source"}
    assert refused(owner.copy_object, **target, CopySource=source) == expected
    assert [found["Key"] for found in owner.list_objects_v2(Bucket=bucket)["Contents"]] == [
        "source"
    ]


def test_a_key_that_is_disabled_or_going(
    server: S3Server, owner: Any, bucket: str, key: str
) -> None:
    target = {"Bucket": bucket, "Key": "a"}
    owner.put_object(**target, Body=BODY, SSEKMSKeyId=key, **KMS)
    source = {"Bucket": bucket, "Key": "b", "CopySource": target}

    state(server, key, DISABLED)
    disabled = {"Status": 400, "Code": "KMS.DisabledException", "Message": f"{key} is disabled."}
    assert refused(owner.put_object, **target, SSEKMSKeyId=key, **KMS) == disabled
    assert refused(owner.get_object, **target) == disabled
    assert refused(owner.copy_object, **source) == disabled
    assert refused(owner.head_object, **target, ChecksumMode="ENABLED")["Status"] == 400
    assert owner.head_object(**target)["SSEKMSKeyId"] == key  # asks KMS for nothing

    state(server, key, PENDING_DELETION)
    error = refused(owner.get_object, **target)
    assert error == {
        "Status": 400,
        "Code": "KMS.KMSInvalidStateException",
        "Message": f"{key} is pending deletion.",
    }
    state(server, key, ENABLED)
    assert owner.get_object(**target)["Body"].read() == BODY


def test_another_accounts_key_is_not_lent(
    server: S3Server, owner: Any, other: Any, open_bucket: str, key: str
) -> None:
    theirs = server.keys.create(OTHER.account.account_id, server.region)
    error = refused(owner.put_object, Bucket=open_bucket, Key="a", SSEKMSKeyId=theirs.arn, **KMS)
    assert (error["Status"], error["Code"]) == (403, "AccessDenied")
    assert f"kms:GenerateDataKey on resource: {theirs.arn}" in error["Message"]
    error = refused(owner.put_object, Bucket=open_bucket, Key="a", SSEKMSKeyId=theirs.id, **KMS)
    assert error["Message"] == f"Key '{ARN}{theirs.id}' does not exist"

    owner.put_object(
        Bucket=open_bucket, Key="b", Body=b"x", ACL="public-read", SSEKMSKeyId=key, **KMS
    )
    error = refused(other.get_object, Bucket=open_bucket, Key="b")
    assert (error["Status"], error["Code"]) == (403, "AccessDenied")
    assert f"kms:Decrypt on resource: {key}" in error["Message"]


@pytest.mark.parametrize("signature", [UNSIGNED, "s3"], ids=["unsigned", "version 2"])
def test_kms_wants_signatures_of_version_4(
    server: S3Server, owner: Any, open_bucket: str, signature: Any
) -> None:
    owner.put_object(Bucket=open_bucket, Key="a", ACL="public-read", **KMS)
    old = boto3.client(
        "s3", config=ONCE.merge(Config(signature_version=signature)), **server.kwargs_for(OWNER)
    )
    assert refused(old.get_object, Bucket=open_bucket, Key="a") == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Requests specifying Server Side Encryption with AWS KMS managed keys require "
        "AWS Signature Version 4.",
        "ArgumentName": "Authorization",
        "ArgumentValue": "null",
    }


def test_an_encryption_context_is_kept_and_answered_where_s3_does(
    owner: Any, bucket: str, key: str
) -> None:
    given = base64.b64encode(json.dumps({"team": "blue"}).encode()).decode()
    target = {"Bucket": bucket, "Key": "a", "SSEKMSEncryptionContext": given, "SSEKMSKeyId": key}

    put = owner.put_object(**target, Body=b"x", **KMS)

    assert put["SSEKMSEncryptionContext"] == given
    got = owner.get_object(Bucket=bucket, Key="a")
    assert got["Body"].read() == b"x"
    assert "SSEKMSEncryptionContext" not in got
    for bad in ("!", base64.b64encode(b"[1]").decode(), base64.b64encode(b'{"a": 1}').decode()):
        error = refused(owner.put_object, **{**target, "SSEKMSEncryptionContext": bad}, **KMS)
        assert (error["Status"], error["Code"]) == (400, "InvalidArgument")
    error = refused(owner.put_object, Bucket=bucket, Key="a", SSEKMSKeyId=key)
    assert error["Code"] == "InvalidArgument"
    assert error["Message"].endswith("requires HTTP header x-amz-server-side-encryption : aws:kms")


def test_two_layers(owner: Any, bucket: str, key: str) -> None:
    dsse = {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": key}
    put = owner.put_object(Bucket=bucket, Key="a", Body=BODY, BucketKeyEnabled=True, **dsse)
    got = owner.get_object(Bucket=bucket, Key="a", Range="bytes=33-40010")

    assert shown(put) == shown(got) == dsse  # DSSE has no bucket keys
    assert got["Body"].read() == BODY[33:40011]


def test_parts_of_an_upload(server: S3Server, owner: Any, bucket: str, key: str) -> None:
    made = owner.create_multipart_upload(
        Bucket=bucket, Key="a", SSEKMSKeyId=key, BucketKeyEnabled=True, **KMS
    )
    upload = {"Bucket": bucket, "Key": "a", "UploadId": made["UploadId"]}
    bodies = [b"a" * (5 << 20), b"tail"]
    parts = [
        owner.upload_part(**upload, PartNumber=number, Body=body)
        for number, body in enumerate(bodies, 1)
    ]
    listed = [{"PartNumber": n, "ETag": part["ETag"]} for n, part in enumerate(parts, 1)]
    done = owner.complete_multipart_upload(**upload, MultipartUpload={"Parts": listed})
    got = owner.get_object(Bucket=bucket, Key="a")

    expected = {**KMS, "SSEKMSKeyId": key, "BucketKeyEnabled": True}
    assert [shown(one) for one in (made, parts[0], done, got)] == [expected] * 4
    assert parts[1]["ETag"] != md5(b"tail")
    assert got["Body"].read() == b"".join(bodies)
    state(server, key, DISABLED)
    assert refused(owner.get_object, Bucket=bucket, Key="a")["Code"] == "KMS.DisabledException"


def test_the_method_is_chosen_when_the_upload_begins_and_never_when_reading(
    server: S3Server, bucket: str
) -> None:
    def choose(request: Any, **_: Any) -> None:
        request.headers["x-amz-server-side-encryption"] = "AES256"

    client = boto3.client("s3", config=ONCE, **server.kwargs_for(OWNER))
    client.put_object(Bucket=bucket, Key="a")
    upload = client.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    client.meta.events.register("before-sign.s3", choose)

    for error in (
        refused(client.get_object, Bucket=bucket, Key="a"),
        refused(client.upload_part, Bucket=bucket, Key="a", PartNumber=1, UploadId=upload),
    ):
        assert error == {
            "Status": 400,
            "Code": "InvalidArgument",
            "Message": "x-amz-server-side-encryption header is not supported for this operation.",
            "ArgumentName": "x-amz-server-side-encryption",
            "ArgumentValue": "AES256",
        }
    assert refused(client.head_object, Bucket=bucket, Key="a")["Status"] == 400


def test_an_unknown_method_is_refused(owner: Any, bucket: str) -> None:
    error = refused(owner.put_object, Bucket=bucket, Key="a", ServerSideEncryption="AES512")
    assert error == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "The encryption method specified is not supported",
        "ArgumentName": "x-amz-server-side-encryption",
        "ArgumentValue": "AES512",
    }


def test_a_copy_takes_its_own_encryption(owner: Any, bucket: str, key: str) -> None:
    """And a copy onto itself from SSE-KMS may say nothing: that is a change already (recorded)."""
    target = {"Bucket": bucket, "Key": "a"}
    put = owner.put_object(**target, Body=BODY, SSEKMSKeyId=key, BucketKeyEnabled=True, **KMS)

    own = owner.copy_object(**target, CopySource=target, **KMS)
    assert own["SSEKMSKeyId"] != key
    assert "BucketKeyEnabled" not in own
    assert own["CopyObjectResult"]["ETag"] != put["ETag"]
    assert owner.get_object(**target)["Body"].read() == BODY
    opened = owner.copy_object(**target, CopySource=target)
    assert shown(opened) == {"ServerSideEncryption": "AES256"}
    assert opened["CopyObjectResult"]["ETag"] == md5(BODY)
    assert owner.get_object(**target)["Body"].read() == BODY
    assert refused(owner.copy_object, **target, CopySource=target)["Code"] == "InvalidRequest"
    again = owner.copy_object(**target, CopySource=target, ServerSideEncryption="AES256")
    assert again["CopyObjectResult"]["ETag"] == md5(BODY)


# defaults of a bucket


def test_a_default_applies_where_the_request_says_nothing(
    owner: Any, bucket: str, key: str
) -> None:
    before = owner.put_object(Bucket=bucket, Key="before", Body=b"x")
    set_default(owner, bucket, "aws:kms", key.rpartition("/")[2], BucketKeyEnabled=True)

    put = owner.put_object(Bucket=bucket, Key="a", Body=BODY)
    explicit = owner.put_object(Bucket=bucket, Key="b", Body=b"x", ServerSideEncryption="AES256")
    own_key = owner.put_object(Bucket=bucket, Key="c", **KMS)
    without = owner.put_object(Bucket=bucket, Key="d", BucketKeyEnabled=False)

    assert shown(put) == {**KMS, "SSEKMSKeyId": key, "BucketKeyEnabled": True}
    assert shown(before) == shown(explicit) == {"ServerSideEncryption": "AES256"}
    assert explicit["ETag"] == md5(b"x")
    assert own_key["SSEKMSKeyId"] != key
    assert own_key["BucketKeyEnabled"] is True  # the bucket's, the header says nothing
    assert shown(without) == {**KMS, "SSEKMSKeyId": key}
    assert owner.get_object(Bucket=bucket, Key="a")["Body"].read() == BODY
    assert shown(owner.get_object(Bucket=bucket, Key="before")) == shown(before)
    copied = owner.copy_object(
        Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "before"}
    )
    assert copied["SSEKMSKeyId"] == key
    made = owner.create_multipart_upload(Bucket=bucket, Key="e")
    assert made["SSEKMSKeyId"] == key


def test_a_default_is_kept_as_given_and_its_key_not_looked_for(owner: Any, bucket: str) -> None:
    set_default(owner, bucket, "aws:kms", NOWHERE)

    got = owner.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]

    assert got["Rules"] == [
        {
            "ApplyServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": NOWHERE,
            },
            "BucketKeyEnabled": False,
        }
    ]
    error = refused(owner.put_object, Bucket=bucket, Key="a")
    assert error["Code"] == "KMS.NotFoundException"


def test_a_default_deleted_is_sse_s3(owner: Any, bucket: str) -> None:
    set_default(owner, bucket, "aws:kms:dsse")
    assert owner.put_object(Bucket=bucket, Key="a")["ServerSideEncryption"] == "aws:kms:dsse"
    owner.delete_bucket_encryption(Bucket=bucket)
    assert owner.put_object(Bucket=bucket, Key="a")["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([], "MalformedXML"),
        ([{}, {}], "MalformedXML"),
        ([{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:fsx"}}], "MalformedXML"),
        ([{"BlockedEncryptionTypes": {"EncryptionType": ["SSE-S3"]}}], "MalformedXML"),
        (
            [
                {
                    "ApplyServerSideEncryptionByDefault": {
                        "SSEAlgorithm": "AES256",
                        "KMSMasterKeyID": NOWHERE,
                    }
                }
            ],
            "InvalidArgument",
        ),
    ],
)
def test_defaults_that_are_none(owner: Any, bucket: str, rules: list[Any], code: str) -> None:
    configuration = {"Rules": rules}
    error = refused(
        owner.put_bucket_encryption,
        Bucket=bucket,
        ServerSideEncryptionConfiguration=configuration,
    )
    assert (error["Status"], error["Code"]) == (400, code)


def test_a_policy_may_insist_on_a_key(owner: Any, bucket: str, key: str) -> None:
    name = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringNotEquals": {name: key}},
    }
    owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [statement]}))

    owner.put_object(Bucket=bucket, Key="a", SSEKMSKeyId=key, **KMS)
    for members in (KMS, {}):
        assert (
            refused(owner.put_object, Bucket=bucket, Key="a", **members)["Code"] == "AccessDenied"
        )


# UpdateObjectEncryption


def update(owner: Any, bucket: str, key: str, **more: Any) -> dict[str, Any]:
    encryption = {"SSEKMS": {"KMSKeyArn": key, **more.pop("SSEKMS", {})}}
    members = {"Bucket": bucket, "Key": "a", "ObjectEncryption": encryption, **more}
    answer: dict[str, Any] = owner.update_object_encryption(**members)
    return answer


FACTS = ("ETag", "LastModified", "Metadata", "ContentLength", "ChecksumCRC32")


def facts(owner: Any, bucket: str) -> dict[str, Any]:
    head = owner.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    return {name: head[name] for name in FACTS}


@pytest.mark.parametrize("body", [b"", b"small", BODY], ids=["empty", "inline", "file"])
def test_an_object_changes_its_key_and_nothing_else(
    server: S3Server, owner: Any, bucket: str, key: str, body: bytes
) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=body, Metadata={"k": "v"})
    before = facts(owner, bucket)
    second = server.keys.create(ACCOUNT, server.region)

    update(owner, bucket, key)
    assert shown(owner.head_object(Bucket=bucket, Key="a")) == {**KMS, "SSEKMSKeyId": key}
    assert facts(owner, bucket) == before
    update(owner, bucket, second.arn, SSEKMS={"BucketKeyEnabled": True})
    state(server, key, DISABLED)

    got = owner.get_object(Bucket=bucket, Key="a")
    assert shown(got) == {**KMS, "SSEKMSKeyId": second.arn, "BucketKeyEnabled": True}
    assert got["Body"].read() == body
    assert facts(owner, bucket) == before


def test_a_version_changes_its_key(owner: Any, bucket: str, key: str) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = owner.put_object(Bucket=bucket, Key="a", Body=b"old")["VersionId"]
    new = owner.put_object(Bucket=bucket, Key="a", Body=b"new")["VersionId"]

    update(owner, bucket, key, VersionId=old)

    got = owner.get_object(Bucket=bucket, Key="a", VersionId=old)
    assert (got["Body"].read(), got["SSEKMSKeyId"]) == (b"old", key)
    assert "SSEKMSKeyId" not in owner.get_object(Bucket=bucket, Key="a", VersionId=new)


@pytest.mark.parametrize("between", ["replaced", "changed", "removed"])
def test_an_object_that_changes_meanwhile_is_looked_at_again(
    server: S3Server,
    owner: Any,
    bucket: str,
    key: str,
    between: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner.put_object(Bucket=bucket, Key="a", Body=b"old")
    second = server.keys.create(ACCOUNT, server.region)
    change, write = object_encryption._change, object_encryption._write
    written: list[bool] = []

    def change_after_another(*args: Any, **more: Any) -> Any:
        made = change(*args, **more)
        monkeypatch.setattr(object_encryption, "_change", change)
        if between == "replaced":
            owner.put_object(Bucket=bucket, Key="a", Body=b"new")
        elif between == "changed":
            update(owner, bucket, second.arn)
        else:
            owner.delete_object(Bucket=bucket, Key="a")
        return made

    def noted(*args: Any) -> bool:
        written.append(write(*args))
        return written[-1]

    monkeypatch.setattr(object_encryption, "_change", change_after_another)
    monkeypatch.setattr(object_encryption, "_write", noted)
    if between == "removed":
        assert refused(update, owner=owner, bucket=bucket, key=key)["Code"] == "NoSuchKey"
        assert written == [False]
        return
    update(owner, bucket, key)

    assert written == ([True] if between == "changed" else []) + [False, True]
    state(server, second.arn, DISABLED)
    got = owner.get_object(Bucket=bucket, Key="a")
    body = b"new" if between == "replaced" else b"old"
    assert (got["Body"].read(), got["SSEKMSKeyId"]) == (body, key)


def test_what_cannot_change_its_key(server: S3Server, owner: Any, bucket: str, key: str) -> None:
    assert refused(update, owner=owner, bucket=bucket, key=key)["Code"] == "NoSuchKey"
    owner.put_object(Bucket=bucket, Key="a", ServerSideEncryption="aws:kms:dsse")
    error = refused(update, owner=owner, bucket=bucket, key=key)
    assert (error["Status"], error["Code"]) == (400, "InvalidRequest")
    customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
    owner.put_object(Bucket=bucket, Key="a", **customer)
    assert refused(update, owner=owner, bucket=bucket, key=key)["Code"] == "InvalidRequest"
    owner.put_object(Bucket=bucket, Key="a")
    for bad in (
        key.rpartition("/")[2].ljust(40, "x"),
        f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/app",
    ):
        assert refused(update, owner=owner, bucket=bucket, key=bad)["Code"] == "InvalidRequest"
    theirs = server.keys.create(OTHER.account.account_id, server.region)
    assert refused(update, owner=owner, bucket=bucket, key=theirs.arn)["Code"] == "AccessDenied"


def test_a_locked_object_keeps_its_key(owner: Any, bucket: str, key: str) -> None:
    locked = f"{bucket}-locked"
    owner.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
    until = datetime.now(UTC) + timedelta(days=1)
    owner.put_object(
        Bucket=locked, Key="a", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until
    )
    error = refused(update, owner=owner, bucket=locked, key=key)
    assert (error["Status"], error["Code"]) == (403, "AccessDenied")


# forms


def test_a_form_may_ask_for_a_kms_key(owner: Any, bucket: str, key: str) -> None:
    fields = {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": key,
    }
    conditions = [{name: value} for name, value in fields.items()]
    form = owner.generate_presigned_post(bucket, "a", Fields=fields, Conditions=conditions)

    answer = requests.post(form["url"], data=form["fields"], files={"file": b"from a form"})

    assert answer.status_code == 204, answer.text
    assert answer.headers["x-amz-server-side-encryption-aws-kms-key-id"] == key
    got = owner.get_object(Bucket=bucket, Key="a")
    assert (got["Body"].read(), got["SSEKMSKeyId"]) == (b"from a form", key)
