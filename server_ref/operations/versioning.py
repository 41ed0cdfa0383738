"""Versioning of a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation


@operation("GetBucketVersioning")
def get_bucket_versioning(ctx: Context, members: Members) -> Members:
    """No status where it was never set."""
    bucket = ctx.store.bucket(members["Bucket"])
    return {"Status": bucket.versioning} if bucket.versioning else {}


@operation("PutBucketVersioning")
def put_bucket_versioning(ctx: Context, members: Members) -> Members:
    """Enabled or Suspended; never back to neither."""
    bucket = ctx.store.bucket(members["Bucket"])
    if members.get("MFA") is not None:
        raise S3Error("NotImplemented", Header="x-amz-mfa")
    given = members.get("VersioningConfiguration") or {}
    status = given.get("Status")
    if status is None:
        raise S3Error("IllegalVersioningConfigurationException")
    if status not in ("Enabled", "Suspended"):
        raise S3Error("MalformedXML")
    if given.get("MFADelete") == "Enabled":
        raise S3Error("NotImplemented", Header="x-amz-mfa")
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
    ctx.store.change_bucket(bucket, versioning=status)
    return {}
