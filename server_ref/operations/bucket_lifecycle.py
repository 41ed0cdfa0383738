"""A bucket's lifecycle configuration. What it does to objects is in server_ref/lifecycle.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.model import vocabulary
from server_ref.operations import operation
from server_ref.rules import lifecycle_configuration, mfa
from server_ref.rules.lifecycle_due import DEFAULT_MINIMUM, MINIMA

_MINIMUM = "TransitionDefaultMinimumObjectSize"


@operation("PutBucketLifecycleConfiguration")
def put_bucket_lifecycle_configuration(ctx: Context, members: Members) -> Members:
    """Replace the rules, all at once."""
    bucket = ctx.store.bucket(members["Bucket"])
    given = members.get("LifecycleConfiguration") or {}
    minimum = members.get(_MINIMUM) or DEFAULT_MINIMUM
    if minimum not in MINIMA:
        raise S3Error("InvalidRequest", f"Invalid {_MINIMUM} found: {minimum}")
    if mfa.enabled(ctx, bucket):
        raise S3Error(
            "InvalidBucketState",
            "Lifecycle configuration is not supported on a bucket with Mfa Authentication.",
        )
    vocabulary.check(ctx.operation, "LifecycleConfiguration", given)
    kept = {**lifecycle_configuration.normalised(given), _MINIMUM: minimum}
    ctx.store.put_config(bucket, "lifecycle", kept)
    return {_MINIMUM: minimum}


@operation("GetBucketLifecycleConfiguration")
def get_bucket_lifecycle_configuration(ctx: Context, members: Members) -> Members:
    """Raises S3Error NoSuchLifecycleConfiguration where there is none."""
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.get_config(bucket, "lifecycle")
    if found is None:
        raise S3Error("NoSuchLifecycleConfiguration", BucketName=bucket.name)
    return dict(found)


@operation("DeleteBucketLifecycle")
def delete_bucket_lifecycle(ctx: Context, members: Members) -> Members:
    """Fine where there is none."""
    ctx.store.delete_config(ctx.store.bucket(members["Bucket"]), "lifecycle")
    return {}
