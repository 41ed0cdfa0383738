"""Replication: which objects of a bucket go to which other.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
"""

from __future__ import annotations

import uuid
from typing import Any

from server_ref.context import Context
from server_ref.errors import S3Error
from server_ref.operations.kept import keep_one
from server_ref.storage.records import Bucket

MAX_RULES = 1000
_SCHEMA = (
    "{} must be specified for this version of Cross Region Replication configuration schema."
    " Please refer to S3 Developer Guide for more information."
)


def _replication(ctx: Context, bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    rules = value["Rules"]
    if not 0 < len(rules) <= MAX_RULES:
        raise S3Error("MalformedXML")
    if bucket.versioning != "Enabled":
        raise S3Error(
            "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        )
    for rule in rules:
        if rule.get("Filter") is not None:
            for member in ("Priority", "DeleteMarkerReplication"):
                if rule.get(member) is None:
                    raise S3Error("InvalidRequest", _SCHEMA.format(member))
        elif rule.get("Prefix") is None:
            raise S3Error("MalformedXML")
        _check_destination(ctx, rule["Destination"])
    kept = [{"ID": rule.get("ID") or str(uuid.uuid4()), **rule} for rule in rules]
    return {**value, "Rules": kept}


def _check_destination(ctx: Context, destination: dict[str, Any]) -> None:
    name = destination["Bucket"].rpartition(":::")[2]
    try:
        there = ctx.store.bucket(name).versioning == "Enabled"
    except S3Error:
        there = False
    if not there:
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
)
