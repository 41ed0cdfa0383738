"""Event notifications: which events of a bucket go where.

What destinations there are is a setting of the server (effects/targets.py); each of them hears of a
configuration that names it. Lambda functions get no test message, EventBridge gets nothing.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from server_ref.context import Context
from server_ref.effects.events import Events
from server_ref.effects.targets import url_of
from server_ref.errors import S3Error
from server_ref.operations.kept import keep_one
from server_ref.rules import notifications
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

_SKIP = "x-amz-skip-destination-validation"
_CALLED = {"sns": "topic", "sqs": "queue"}


def _notification(ctx: Context, bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    kept = notifications.normalised(value, bucket.region)
    if not _unvalidated(ctx):
        _check_destinations(ctx, kept)
    return kept


def _check_destinations(ctx: Context, config: Mapping[str, Any]) -> None:
    """Raises S3Error InvalidArgument that names each destination that is not there."""
    unknown: dict[str, str] = {}
    for arn, service in _destinations(config):
        if url_of(ctx.settings.event_targets, arn) is None:
            number = len(unknown) // 2 + 1
            if service == "lambda":  # in other words than the rest:
                # https://github.com/awslabs/aws-lambda-redshift-loader/issues/219
                unknown[f"ArgumentName{number}"] = f"{arn}, null"
                unknown[f"ArgumentValue{number}"] = f"Not authorized to invoke function [{arn}]"
                continue
            unknown[f"ArgumentName{number}"] = arn
            unknown[f"ArgumentValue{number}"] = f"The destination {_CALLED[service]} does not exist"
    if unknown:
        raise S3Error(
            "InvalidArgument",
            "Unable to validate the following destination configurations",
            headers=None,
            **unknown,  # type: ignore[arg-type]  # mypy takes the members for the named parameters
        )


def _tell(ctx: Context, bucket: Bucket, config: Mapping[str, Any], tx: Transaction) -> None:
    """The test message to each queue and topic, which is how S3 validates them."""
    if _unvalidated(ctx):
        return
    events = Events(ctx.store, ctx.settings.event_targets)
    request = ctx.request
    for arn in dict.fromkeys(arn for arn, service in _destinations(config) if service != "lambda"):
        events.test(tx, arn, bucket, request.id, request.trace.get("host_id", ""))


def _destinations(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, (member, _, service) in notifications.KINDS.items():
        for one in config.get(kind) or ():
            yield one[member], service


def _unvalidated(ctx: Context) -> bool:
    return ctx.request.headers.get(_SKIP, "").lower() == "true"


keep_one(
    "notification",
    put="PutBucketNotificationConfiguration",
    get="GetBucketNotificationConfiguration",
    member="NotificationConfiguration",
    default={},
    validate=_notification,
    also=_tell,
)
