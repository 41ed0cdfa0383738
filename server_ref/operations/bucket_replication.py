"""Replication: which objects of a bucket go to which other. Doing it: effects/replication.py.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
"""

from __future__ import annotations

import uuid
from typing import Any

from server_ref.context import Context
from server_ref.errors import S3Error
from server_ref.operations.kept import keep_one
from server_ref.rules import replication
from server_ref.storage.records import Bucket


def _replication(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    rules = value["Rules"]
    replication.validate(rules)
    replication.check_role(value["Role"])
    kept = [{"ID": rule.get("ID") or str(uuid.uuid4()), **rule} for rule in rules]
    return {**value, "Rules": kept}


def _state(ctx: Context, bucket: Bucket, value: dict[str, Any]) -> None:
    """Both buckets have to have versions."""
    if bucket.versioning != "Enabled":
        raise S3Error(
            "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        )
    for rule in value["Rules"]:
        _check_destination(ctx, bucket, rule)


def _check_destination(ctx: Context, bucket: Bucket, rule: replication.Rule) -> None:
    name = replication.bucket_name(rule)
    if name == bucket.name:
        raise S3Error(
            "InvalidRequest", "Destination bucket cannot be the same as the source bucket."
        )
    try:
        there = ctx.store.bucket(name)
    except S3Error as error:
        raise S3Error("InvalidRequest", "Destination bucket must exist.") from error
    if there.versioning != "Enabled":
        raise S3Error("InvalidRequest", "Destination bucket must have versioning enabled.")


keep_one(
    "replication",
    put="PutBucketReplication",
    get="GetBucketReplication",
    delete="DeleteBucketReplication",
    member="ReplicationConfiguration",
    wrapped=True,
    missing="ReplicationConfigurationNotFoundError",
    validate=_replication,
    state=_state,
)
