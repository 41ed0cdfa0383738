"""Server access logging: where a bucket's access log goes.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html
"""

from __future__ import annotations

from typing import Any

from server_ref.context import Context
from server_ref.errors import S3Error
from server_ref.operations.kept import keep_one
from server_ref.rules.new_object import ownership
from server_ref.storage.records import Bucket


def _logging(ctx: Context, bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    enabled = value.get("LoggingEnabled")
    if enabled is None:
        return {}
    name = enabled["TargetBucket"]
    try:
        target = ctx.store.bucket(name)
    except S3Error as error:
        raise S3Error("InvalidTargetBucketForLogging", TargetBucket=name) from error
    if target.owner != bucket.owner:
        raise S3Error(
            "InvalidTargetBucketForLogging",
            "The owner for the bucket to be logged and the target bucket must be the same.",
            TargetBucket=name,
        )
    if target.region != bucket.region:
        # us-east-1 has no location to name (recorded)
        places = {"SourceBucketLocation": bucket.region, "TargetBucketLocation": target.region}
        raise S3Error(
            "CrossLocationLoggingProhibitted",
            headers=None,
            **{name: place for name, place in places.items() if place != "us-east-1"},  # type: ignore[arg-type]  # mypy takes the members for the named parameters
        )
    _check_grants(ctx, target, enabled.get("TargetGrants") or [])
    return value


def _check_grants(ctx: Context, target: Bucket, grants: list[dict[str, Any]]) -> None:
    """Raises S3Error MethodNotAllowed for an e-mail address, which S3 takes no more.

    And AccessControlListNotSupported where the target takes no ACLs:
    https://github.com/hashicorp/terraform-provider-aws/issues/31771
    """
    if any((grant.get("Grantee") or {}).get("Type") == "AmazonCustomerByEmail" for grant in grants):
        raise S3Error("MethodNotAllowed")
    if grants and ownership(ctx, target) == "BucketOwnerEnforced":
        raise S3Error(
            "AccessControlListNotSupported",
            "Target grants not allowed for bucket owner enforced buckets",
        )


keep_one(
    "logging",
    put="PutBucketLogging",
    get="GetBucketLogging",
    member="BucketLoggingStatus",
    default={},
    validate=_logging,
)
