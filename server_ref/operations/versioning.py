"""Versioning of a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import mfa
from server_ref.rules.order import judge
from server_ref.storage.records import Bucket


@operation("GetBucketVersioning")
def get_bucket_versioning(ctx: Context, members: Members) -> Members:
    """No status where it was never set."""
    bucket = ctx.store.bucket(members["Bucket"])
    answer: Members = {"Status": bucket.versioning} if bucket.versioning else {}
    deleting = ctx.store.get_config(bucket, "mfa_delete")
    return answer | ({"MFADelete": deleting} if deleting else {})


@operation("PutBucketVersioning")
def put_bucket_versioning(ctx: Context, members: Members) -> Members:
    """Enabled or Suspended; never back to neither."""
    bucket = ctx.store.bucket(members["Bucket"])
    given = members.get("VersioningConfiguration") or {}
    status, deleting = given.get("Status"), given.get("MFADelete")

    def values() -> None:
        if status is None:
            raise S3Error("IllegalVersioningConfigurationException")
        if status not in ("Enabled", "Suspended"):
            raise S3Error("MalformedXML")
        if deleting not in (None, "Enabled", "Disabled"):
            raise S3Error("MalformedXML")

    def state() -> None:
        if deleting == "Enabled" or mfa.enabled(ctx, bucket):
            mfa.check(ctx, bucket, members)
        _check_state(ctx, bucket, status, deleting)

    judge(ctx.operation, values, state)
    if deleting is not None and (deleting == "Enabled" or mfa.enabled(ctx, bucket)):
        ctx.store.put_config(bucket, "mfa_delete", deleting)
    ctx.store.change_bucket(bucket, versioning=status)
    return {}


def _check_state(ctx: Context, bucket: Bucket, status: str | None, deleting: str | None) -> None:
    """What the bucket has may need its versions. Raises S3Error InvalidBucketState."""
    if deleting == "Enabled" and ctx.store.get_config(bucket, "lifecycle") is not None:
        raise S3Error(
            "InvalidBucketState",
            "Mfa Authentication is not supported on a bucket with lifecycle configuration. Delete "
            "lifecycle configuration before enabling Mfa Authentication.",
        )
    if bucket.object_lock and status == "Suspended":
        raise S3Error(
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state "
            "cannot be changed.",
        )
    if status == "Suspended" and ctx.store.get_config(bucket, "replication") is not None:
        raise S3Error(
            "InvalidBucketState",
            "A replication configuration is present on this bucket, so you cannot change the"
            " versioning state. To change the versioning state, first delete the replication"
            " configuration.",
        )
