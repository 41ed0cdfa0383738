"""Analytics, inventory and metrics: kept, validated, answered; nothing runs. And tiering.

What intelligent-tiering does to objects is in rules/tiering.py.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html
"""

from __future__ import annotations

import re
from typing import Any

from server_ref.context import Context
from server_ref.errors import S3Error
from server_ref.operations.kept import keep_many
from server_ref.rules import predicates
from server_ref.storage.records import Bucket

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[a-z0-9.-]{3,63}")
_TIER_DAYS = {"ARCHIVE_ACCESS": (90, 730), "DEEP_ARCHIVE_ACCESS": (180, 730)}
_OTHERS_ARN = re.compile(r"arn:aws[a-z-]*:s3:[^:]*:[^:]+:[a-z0-9.-]{3,63}")


def _inventory(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    _identifier(value)
    destination = value["Destination"]["S3BucketDestination"]
    if _OTHERS_ARN.fullmatch(destination["Bucket"]):  # https://github.com/aws/aws-cli/issues/3611
        message = "Bucket ARN should not specify a namespace."
        raise S3Error("InvalidS3DestinationBucket", message)
    if not _BUCKET_ARN.fullmatch(destination["Bucket"]):
        raise S3Error("InvalidS3DestinationBucket")
    return value


def _analytics(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    _identifier(value)
    export = value["StorageClassAnalysis"].get("DataExport")
    if export is not None:
        destination = export["Destination"]["S3BucketDestination"]
        if not _BUCKET_ARN.fullmatch(destination["Bucket"]):
            raise S3Error("InvalidS3DestinationBucket")
    _filter(value)
    return value


def _metrics(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    _identifier(value)
    _filter(value)
    return value


def _tiering(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    """https://github.com/aws-cloudformation/cfn-lint/issues/3992 has S3's words for few days."""
    _filter(value)
    if not value["Tierings"]:
        raise S3Error("MalformedXML")
    days: dict[str, int] = {}
    for tiering in value["Tierings"]:
        tier = tiering["AccessTier"]
        if tier in days:
            raise S3Error(
                "InvalidArgument",
                "All Access Tiers in a configuration must be unique. Found duplicate entry for"
                f" {tier}.",
            )
        days[tier] = tiering["Days"]
        least, most = _TIER_DAYS[tier]
        if not least <= days[tier] <= most:
            bound = f"less than {least}" if days[tier] < least else f"more than {most}"
            raise S3Error(
                "InvalidArgument", f"Days specified in {tier} tier should not be {bound}."
            )
    if len(days) > 1 and days["DEEP_ARCHIVE_ACCESS"] <= days["ARCHIVE_ACCESS"]:
        raise S3Error(
            "InvalidArgument",
            "Days specified in DEEP_ARCHIVE_ACCESS should be greater than days specified in"
            " ARCHIVE_ACCESS",
        )
    return value


def _filter(value: dict[str, Any]) -> None:
    """A filter is one predicate, and not none; several are an And."""
    given = value.get("Filter")
    if given is not None and not (given and predicates.well_formed(given)):
        raise S3Error("MalformedXML")


def _identifier(value: dict[str, Any]) -> None:
    """At most 64 letters, numbers, periods, dashes and underscores, and never nothing.

    https://github.com/aws/aws-cdk/issues/27793 and
    https://github.com/aws-cloudformation/cfn-lint/issues/1550 have S3's answer.
    """
    if not _ID.fullmatch(value["Id"]):
        raise S3Error("MalformedXML")


keep_many(
    "inventory",
    put="PutBucketInventoryConfiguration",
    get="GetBucketInventoryConfiguration",
    delete="DeleteBucketInventoryConfiguration",
    listing="ListBucketInventoryConfigurations",
    member="InventoryConfiguration",
    validate=_inventory,
)
keep_many(
    "analytics",
    put="PutBucketAnalyticsConfiguration",
    get="GetBucketAnalyticsConfiguration",
    delete="DeleteBucketAnalyticsConfiguration",
    listing="ListBucketAnalyticsConfigurations",
    member="AnalyticsConfiguration",
    validate=_analytics,
    mismatch="MalformedXML",
)
keep_many(
    "metrics",
    put="PutBucketMetricsConfiguration",
    get="GetBucketMetricsConfiguration",
    delete="DeleteBucketMetricsConfiguration",
    listing="ListBucketMetricsConfigurations",
    member="MetricsConfiguration",
    validate=_metrics,
)
keep_many(
    "intelligent_tiering",
    put="PutBucketIntelligentTieringConfiguration",
    get="GetBucketIntelligentTieringConfiguration",
    delete="DeleteBucketIntelligentTieringConfiguration",
    listing="ListBucketIntelligentTieringConfigurations",
    member="IntelligentTieringConfiguration",
    validate=_tiering,
    mismatch="MalformedXML",
)
