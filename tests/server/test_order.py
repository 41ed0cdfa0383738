"""Requests that are wrong twice: each is told what its operation looks at first."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest

from server_ref.rules import order
from tests.server.conftest import refused

_PAST = {
    "ObjectLockMode": "GOVERNANCE",
    "ObjectLockRetainUntilDate": datetime.datetime(2010, 1, 1, tzinfo=datetime.UTC),
}
_numbers = itertools.count()
# What is wrong in values and in the state of a bucket that has dots, no versions, lock nor lists;
# the code of each.
WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "CopyObject": ("copy_object", {"CopySource": "{bucket}/there", **_PAST},
                   "InvalidArgument", "InvalidRequest"),
    "CreateMultipartUpload": ("create_multipart_upload", _PAST,
                              "InvalidArgument", "InvalidRequest"),
    "PutBucketAccelerateConfiguration": (
        "put_bucket_accelerate_configuration",
        {"AccelerateConfiguration": {"Status": "on"}}, "MalformedXML", "InvalidRequest"),
    "PutBucketAcl": ("put_bucket_acl", {}, "MissingSecurityHeader",
                     "AccessControlListNotSupported"),
    "PutBucketReplication": (
        "put_bucket_replication",
        {"ReplicationConfiguration": {"Role": "arn:aws:iam::111122223333:role/r", "Rules": [
            {"Status": "maybe", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::b"}}]}},
        "MalformedXML", "InvalidRequest"),
    "PutObject": ("put_object", _PAST, "InvalidArgument", "InvalidRequest"),
    "PutObjectLegalHold": ("put_object_legal_hold", {"LegalHold": {}},
                           "MalformedXML", "InvalidRequest"),
    "PutObjectLockConfiguration": (
        "put_object_lock_configuration",
        {"ObjectLockConfiguration": {"ObjectLockEnabled": "on"}},
        "MalformedXML", "InvalidBucketState"),
    "PutObjectRetention": ("put_object_retention", {"Retention": {"Mode": "GOVERNANCE"}},
                           "MalformedXML", "InvalidRequest"),
}  # fmt: skip
ON_OBJECTS = ("CopyObject", "CreateMultipartUpload", "PutObject")


def _code(owner: Any, operation: str) -> str:
    bucket = f"wrong.twice.{next(_numbers)}"
    owner.create_bucket(Bucket=bucket)
    owner.put_object(Bucket=bucket, Key="there", Body=b"x")
    call, members, _, _ = WRONG[operation]
    given = {n: v.format(bucket=bucket) if n == "CopySource" else v for n, v in members.items()}
    if operation.startswith("PutObject") and operation != "PutObjectLockConfiguration":
        given["Key"] = "there"
    elif operation in ON_OBJECTS:
        given["Key"] = "new"
    code: str = refused(getattr(owner, call), Bucket=bucket, **given)["Code"]
    return code


@pytest.mark.parametrize("operation", sorted(WRONG))
def test_the_first_is_told(owner: Any, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the table says it, and the other way round where the table does."""
    _, _, *codes = WRONG[operation]
    stages = order.ORDERS[operation].stages
    assert _code(owner, operation) == codes[stages[0] == "state"]
    turned = order.Order((stages[1], stages[0]), "turned round")
    monkeypatch.setitem(order.ORDERS, operation, turned)
    assert _code(owner, operation) == codes[stages[0] == "values"]


def test_each_order_says_where_it_is_from() -> None:
    assert set(order.ORDERS) - set(WRONG) == {"PutBucketVersioning"}  # needs a lock to be wrong
    for known in order.ORDERS.values():
        assert known.source.startswith(("recorded: ", "not known; ", "https://"))
        assert sorted(known.stages) == ["state", "values"]
