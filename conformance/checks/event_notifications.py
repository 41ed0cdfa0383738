"""Checks of the configuration of event notifications; that events arrive is not looked at.

A destination that is not there is configured with its validation skipped, so that the endpoint
needs no queue.
"""

from __future__ import annotations

from typing import Any

from conformance.checks.given_arns import absent_queue
from conformance.trial import Trial, check

_QUEUES = ("QueueConfigurations", "TopicConfigurations", "LambdaFunctionConfigurations")
_RULES = "QueueConfigurations[0].Filter.Key.FilterRules"


def _events(t: Trial, **changes: Any) -> dict[str, Any]:
    """A configuration of one queue."""
    one = {"Id": "one", "QueueArn": absent_queue(t), "Events": ["s3:ObjectCreated:*"], **changes}
    return {"QueueConfigurations": [one]}


def _filter(**rule: str) -> dict[str, Any]:
    return {"Key": {"FilterRules": [rule]}}


@check(
    "event-notifications",
    proved_by=["notification-missing-is-error"],
    verified="aws-recorded 2026-02",
)
def new_bucket_notifies_nobody(t: Trial) -> None:
    """GET of a bucket that nobody configured answers 200 and no destination."""
    got = t.call("GetBucketNotificationConfiguration", Bucket=t.given.bucket())

    t.expect.ok(got)
    for kind in _QUEUES:
        t.expect.means(got, kind, None)


@check(
    "event-notifications",
    proved_by=["notification-not-kept"],
    verified="aws-recorded 2025-01",
)
def configuration_comes_back(t: Trial) -> None:
    """Destination, events and id are answered as they were put."""
    bucket = t.given.bucket()

    put = t.call(
        "PutBucketNotificationConfiguration",
        Bucket=bucket,
        NotificationConfiguration=_events(t),
        SkipDestinationValidation=True,
    )

    t.expect.ok(put)
    got = t.call("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.member(got, "QueueConfigurations[].Id", ["one"])
    t.expect.member(got, "QueueConfigurations[].QueueArn", [absent_queue(t)])
    t.expect.member(got, "QueueConfigurations[].Events[]", ["s3:ObjectCreated:*"])


@check(
    "event-notifications",
    proved_by=["notification-filter-lost", "notification-filter-name-as-sent"],
    verified="aws-recorded 2025-01",
)
def filter_names_are_spelled_by_s3(t: Trial) -> None:
    """A rule named `prefix` in any case comes back as `Prefix`, with its value."""
    bucket = t.given.bucket()

    put = t.call(
        "PutBucketNotificationConfiguration",
        Bucket=bucket,
        NotificationConfiguration=_events(t, Filter=_filter(Name="prefix", Value="in/")),
        SkipDestinationValidation=True,
    )

    t.expect.ok(put)
    got = t.call("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.member(got, f"{_RULES}[].Name", ["Prefix"])
    t.expect.member(got, f"{_RULES}[].Value", ["in/"])


@check(
    "event-notifications",
    proved_by=["notification-filter-empty-lost"],
    verified="aws-recorded 2026-02",
    only=("boto3", "raw"),
)
def value_of_a_filter_may_be_empty(t: Trial) -> None:
    """A rule `suffix` with an empty Value is taken, and comes back with it."""
    bucket = t.given.bucket()

    put = t.call(
        "PutBucketNotificationConfiguration",
        Bucket=bucket,
        NotificationConfiguration=_events(t, Filter=_filter(Name="suffix", Value="")),
        SkipDestinationValidation=True,
    )

    t.expect.ok(put)
    got = t.call("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.member(got, f"{_RULES}[].[Name, Value]", [["Suffix", ""]])


@check(
    "event-notifications",
    proved_by=["notification-filter-name-unchecked"],
    verified="aws-recorded 2026-02",
)
def unknown_filter_name_is_refused(t: Trial) -> None:
    """A rule that is neither prefix nor suffix is 400 InvalidArgument."""
    put = t.call(
        "PutBucketNotificationConfiguration",
        Bucket=t.given.bucket(),
        NotificationConfiguration=_events(t, Filter=_filter(Name="INVALID", Value="x")),
    )

    t.expect.error(put, 400, "InvalidArgument", ArgumentName="FilterRule.Name")


@check(
    "event-notifications",
    proved_by=["notification-arn-unchecked"],
    verified="aws-recorded 2025-01",
)
def text_that_is_no_arn_is_refused(t: Trial) -> None:
    """A destination that is no ARN is 400 InvalidArgument and names it."""
    put = t.call(
        "PutBucketNotificationConfiguration",
        Bucket=t.given.bucket(),
        NotificationConfiguration=_events(t, QueueArn="invalid-queue"),
    )

    t.expect.error(put, 400, "InvalidArgument", ArgumentValue="invalid-queue")


@check(
    "event-notifications",
    proved_by=["notification-destination-unchecked"],
    verified="aws-recorded 2025-01",
)
def absent_destination_is_refused(t: Trial) -> None:
    """A queue that is not there is 400 InvalidArgument, and the configuration stays empty."""
    bucket = t.given.bucket()

    put = t.call(
        "PutBucketNotificationConfiguration", Bucket=bucket, NotificationConfiguration=_events(t)
    )

    t.expect.error(put, 400, "InvalidArgument")
    got = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.means(got, "QueueConfigurations", None)


@check(
    "event-notifications",
    proved_by=["notification-empty-changes-nothing"],
    verified="aws-recorded 2025-01",
)
def empty_configuration_takes_it_back(t: Trial) -> None:
    """An empty configuration ends what was there."""
    bucket = t.given.bucket()
    t.given.call(
        "PutBucketNotificationConfiguration",
        Bucket=bucket,
        NotificationConfiguration=_events(t),
        SkipDestinationValidation=True,
    )
    before = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.member(before, "length(QueueConfigurations)", 1)

    put = t.call("PutBucketNotificationConfiguration", Bucket=bucket, NotificationConfiguration={})

    t.expect.ok(put)
    got = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.means(got, "QueueConfigurations", None)


# the older names, which SDKs still have: the same sub-resource of the bucket


@check(
    "event-notifications",
    proved_by=["notification-missing-is-error"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotification.html",
)
def older_name_reads_the_same_bucket(t: Trial) -> None:
    """GetBucketNotification of a bucket without any answers 200 and no destination."""
    got = t.call("GetBucketNotification", Bucket=t.given.bucket())

    t.expect.ok(got)
    t.expect.error(t.call("GetBucketNotification", Bucket=t.bucket_name()), 404, "NoSuchBucket")


@check(
    "event-notifications",
    proved_by=["notification-not-turned-off"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotification.html",
)
def older_name_turns_notifications_off(t: Trial) -> None:
    """PutBucketNotification of an empty configuration takes away what was configured."""
    bucket = t.given.bucket()
    t.given.call(
        "PutBucketNotificationConfiguration",
        Bucket=bucket,
        NotificationConfiguration=_events(t),
        SkipDestinationValidation=True,
    )
    before = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.member(before, "QueueConfigurations[].Id", ["one"])

    t.expect.ok(t.call("PutBucketNotification", Bucket=bucket, NotificationConfiguration={}))

    after = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.ok(after)
    t.expect.means(after, "QueueConfigurations", None)
