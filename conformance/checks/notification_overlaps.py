"""Checks of several destinations in one configuration of notifications, and of their ids.

Destinations that are not there are configured with their validation skipped.
"""

from __future__ import annotations

from typing import Any

from conformance.checks.given_arns import absent_queue
from conformance.trial import Answer, Trial, check

CLIENTS = ("aws-s3api", "boto3", "raw")
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
CREATED = "s3:ObjectCreated:*"


def _queue(name: str = "", event: str = CREATED, **rules: str) -> dict[str, Any]:
    """A queue's part for one event; ``rules`` are prefix and suffix, ``name`` is its id."""
    queue: dict[str, Any] = {"Events": [event]}
    if name:
        queue["Id"] = name
    if rules:
        told = [{"Name": rule, "Value": value} for rule, value in rules.items()]
        queue["Filter"] = {"Key": {"FilterRules": told}}
    return queue


def _put(t: Trial, bucket: str, *queues: dict[str, Any]) -> Answer:
    return t.call(
        "PutBucketNotificationConfiguration",
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": absent_queue(t), **queue} for queue in queues]
        },
        SkipDestinationValidation=True,
    )


@check("event-notifications", proved_by=["notifications-overlap"], only=CLIENTS, spec=GUIDE)
def destinations_do_not_share_an_event(t: Trial) -> None:
    """Two destinations for one event and keys that both want: 400 InvalidArgument."""
    bucket = t.given.bucket()
    put = _queue(event="s3:ObjectCreated:Put")

    for pair in (
        (_queue(), put),
        (_queue(), _queue(prefix="a")),
        (_queue(prefix="a"), _queue(prefix="ab")),
        (_queue(suffix=".jpg"), _queue(suffix="jpg")),
    ):
        t.expect.error(_put(t, bucket, *pair), 400, "InvalidArgument")

    got = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.means(got, "QueueConfigurations", None)
    t.expect.ok(_put(t, bucket, _queue()))


@check("event-notifications", proved_by=["notifications-never-two"], only=CLIENTS, spec=GUIDE)
def destinations_may_share_an_event_for_other_keys(t: Trial) -> None:
    """Two destinations for one event whose keys differ by prefix or by suffix are taken."""
    bucket = t.given.bucket()

    for pair in (
        (_queue("one", prefix="a/"), _queue("two", prefix="b/")),
        (_queue("one", prefix="a", suffix=".jpg"), _queue("two", prefix="ab", suffix=".png")),
        (_queue("one"), _queue("two", event="s3:ObjectRemoved:*")),
    ):
        t.expect.ok(_put(t, bucket, *pair))

    got = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.means(got, "QueueConfigurations[].Id", ["one", "two"])


@check(
    "event-notifications",
    proved_by=["notification-ids-missing"],
    only=CLIENTS,
    spec=f"{API}/API_QueueConfiguration.html",
)
def notification_without_an_id_gets_one(t: Trial) -> None:
    """A destination that has no Id is given one."""
    bucket = t.given.bucket()

    t.expect.ok(_put(t, bucket, _queue()))

    got = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    ids = [one.get("Id") for one in got.members.get("QueueConfigurations") or []]
    t.expect.true(len(ids) == 1 and ids[0], f"the one destination has an Id: {ids}", of=got)


@check(
    "event-notifications",
    proved_by=["notifications-are-added"],
    only=CLIENTS,
    spec=f"{API}/API_PutBucketNotificationConfiguration.html",
)
def new_notifications_replace_the_old(t: Trial) -> None:
    """A configuration takes the place of the one before it, all of it."""
    bucket = t.given.bucket()

    t.expect.ok(_put(t, bucket, _queue("old", prefix="a/")))
    t.expect.ok(_put(t, bucket, _queue("new", prefix="b/")))

    got = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.member(got, "QueueConfigurations[].Id", ["new"])
