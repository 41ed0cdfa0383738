"""Event notifications: which events of a bucket go where.

A well-formed ARN is taken as a destination that is there: there is no SQS, SNS or Lambda to ask.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
"""

from __future__ import annotations

from typing import Any

from server_ref.context import Context
from server_ref.operations.kept import keep_one
from server_ref.rules import notifications
from server_ref.storage.records import Bucket


def _notification(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    return notifications.normalised(value)


keep_one(
    "notification",
    put="PutBucketNotificationConfiguration",
    get="GetBucketNotificationConfiguration",
    member="NotificationConfiguration",
    default={},
    validate=_notification,
)
