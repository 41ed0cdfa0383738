"""Replicas of encrypted objects: which go, and under which key they arrive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from server_ref.server import S3Server
from server_ref.storage.keystore import DISABLED
from tests.server.conftest import OWNER, refused
from tests.server.test_replication import SOURCE, TARGET, make_buckets, replicate, rule, settled

ACCOUNT = OWNER.account.account_id
SSE_C = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
KMS = {"ServerSideEncryption": "aws:kms"}
CRITERIA = {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
BODY = b"0123456789" * 5000


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server(accounts=(OWNER,), durability="relaxed") as running:
        yield running


@pytest.fixture
def s3(server: S3Server) -> Any:
    client = boto3.client("s3", **server.client_kwargs)
    make_buckets(client)
    return client


def with_key(arn: str) -> dict[str, Any]:
    """A rule that takes SSE-KMS objects, and the key of their replicas."""
    destination = {"EncryptionConfiguration": {"ReplicaKmsKeyID": arn}}
    return rule(SourceSelectionCriteria=CRITERIA, Destination=destination)


def test_an_object_of_a_customer_goes_with_its_key(s3: Any) -> None:
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k", Body=BODY, **SSE_C)

    assert settled(s3, "k", **SSE_C) == "COMPLETED"
    assert s3.get_object(Bucket=TARGET, Key="k", **SSE_C)["Body"].read() == BODY
    assert refused(s3.get_object, Bucket=TARGET, Key="k")["Code"] == "InvalidRequest"


@pytest.mark.parametrize("method", ["aws:kms", "aws:kms:dsse"])
def test_kms_objects_stay_where_the_rule_does_not_name_them(s3: Any, method: str) -> None:
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k", Body=BODY, ServerSideEncryption=method)
    assert settled(s3, "k") == "none"


@pytest.mark.parametrize("method", ["aws:kms", "aws:kms:dsse"])
def test_kms_objects_go_under_the_key_the_rule_names(
    server: S3Server, s3: Any, method: str
) -> None:
    key = server.keys.create(ACCOUNT, server.region, alias="alias/replicas")
    replicate(s3, with_key(f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/replicas"))
    own = server.keys.create(ACCOUNT, server.region)
    put = s3.put_object(
        Bucket=SOURCE, Key="k", Body=BODY, ServerSideEncryption=method, SSEKMSKeyId=own.arn
    )

    assert settled(s3, "k") == "COMPLETED"
    server.keys.set_state(own.id, DISABLED)
    got = s3.get_object(Bucket=TARGET, Key="k")
    assert got["Body"].read() == BODY
    assert (got["ServerSideEncryption"], got["SSEKMSKeyId"]) == (method, key.arn)
    assert got["ETag"] == put["ETag"]
    assert refused(s3.get_object, Bucket=SOURCE, Key="k")["Code"] == "KMS.DisabledException"


def test_without_its_key_a_replica_fails(server: S3Server, s3: Any) -> None:
    key = server.keys.create(ACCOUNT, server.region)
    replicate(s3, with_key(key.arn))
    server.keys.set_state(key.id, DISABLED)
    s3.put_object(Bucket=SOURCE, Key="k", **KMS)
    assert settled(s3, "k") == "FAILED"
    assert refused(s3.head_object, Bucket=TARGET, Key="k")["Status"] == 404


def test_a_rule_for_kms_objects_names_a_key(s3: Any) -> None:
    error = refused(lambda: replicate(s3, rule(SourceSelectionCriteria=CRITERIA)))
    assert (error["Status"], error["Code"]) == (400, "InvalidRequest")
    assert error["Message"].startswith("ReplicaKmsKeyID must be specified")
