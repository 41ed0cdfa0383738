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


def _inventory(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    _identifier(value)
    destination = value["Destination"]["S3BucketDestination"]
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
    _filter(value)
    tiers = [tiering["AccessTier"] for tiering in value["Tierings"]]
    if len(set(tiers)) != len(tiers) or not tiers:
        raise S3Error("MalformedXML")
    for tiering in value["Tierings"]:
        least, most = _TIER_DAYS[tiering["AccessTier"]]
        if not least <= tiering["Days"] <= most:
            raise S3Error(
                "InvalidArgument",
                f"'Days' for {tiering['AccessTier']} must be between {least} and {most}",
            )
    return value


def _filter(value: dict[str, Any]) -> None:
    """A filter is one predicate; several are an And."""
    if not predicates.well_formed(value.get("Filter") or {}):
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
