"""Notifications of a bucket as they are configured: what is kept, and what S3 refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.conftest import refused
from tests.server.test_bucket_configurations import plain

QUEUE = "arn:aws:sqs:us-east-1:111122223333:queue"


def notification(**changes: Any) -> dict[str, Any]:
    one = {"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"], **changes}
    return {"QueueConfigurations": [one]}


def rule(**members: str) -> dict[str, Any]:
    return {"Filter": {"Key": {"FilterRules": [members]}}}


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (
            notification(QueueArn="invalid-queue"),
            {
                "Code": "InvalidArgument",
                "Message": "The ARN could not be parsed",
                "ArgumentName": "Queue",
                "ArgumentValue": "invalid-queue",
            },
        ),
        (
            notification(**rule(Name="INVALID", Value="x")),
            {
                "Code": "InvalidArgument",
                "Message": "filter rule name must be either prefix or suffix",
                "ArgumentName": "FilterRule.Name",
                "ArgumentValue": "INVALID",
            },
        ),
        (notification(**rule(Name="prefix")), {"Code": "MalformedXML"}),
        (notification(**rule(Value="x")), {"Code": "MalformedXML"}),
        (notification(**rule()), {"Code": "MalformedXML"}),
        (
            notification(Events=["s3:Nothing"]),
            {"Message": "The event is not supported for notifications"},
        ),
        (
            {"QueueConfigurations": notification()["QueueConfigurations"] * 2},
            {
                "Message": "Configurations overlap. Configurations on the same bucket cannot share"
                " a common event type.",
                "ArgumentName": "Event",
            },
        ),
        (
            {
                "QueueConfigurations": [
                    *notification()["QueueConfigurations"],
                    *notification(**rule(Name="prefix", Value="a"))["QueueConfigurations"],
                ]
            },
            {
                "Code": "InvalidArgument",
                "Message": "Configuration is ambiguously defined. Cannot have overlapping suffixes"
                " in two rules if the prefixes are overlapping for the same event type.",
            },
        ),
    ],
)
def test_a_wrong_notification(
    owner: Any, bucket: str, configuration: dict[str, Any], expected: dict[str, str]
) -> None:
    error = refused(
        owner.put_bucket_notification_configuration,
        Bucket=bucket,
        NotificationConfiguration=configuration,
    )
    assert error["Status"] == 400
    assert error | expected == error


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        (
            {
                "QueueConfigurations": [
                    *notification(Id="same")["QueueConfigurations"],
                    *notification(Id="same", Events=["s3:ObjectRemoved:*"])["QueueConfigurations"],
                ]
            },
            "Same ID used for multiple configurations. IDs must be unique.",
        ),
        (notification(QueueArn=f"{QUEUE}.fifo"), "FIFO SQS queues are not supported."),
        (
            notification(QueueArn=QUEUE.replace("us-east-1", "eu-west-1")),
            "The notification destination service region is not valid for the bucket location"
            " constraint",
        ),
        (notification(Id="i" * 256), "ID length exceeded allowed limit of 255"),
        (
            notification(Events=["s3:ObjectCreated:*", "s3:ObjectCreated:Put"]),
            "Configurations overlap. Configurations on the same bucket cannot share a common"
            " event type.",
        ),
    ],
)
def test_what_is_said_of_notifications_that_are_none(
    owner: Any, bucket: str, configuration: dict[str, Any], message: str
) -> None:
    put = owner.put_bucket_notification_configuration
    error = refused(put, Bucket=bucket, NotificationConfiguration=configuration)
    assert (error["Status"], error["Code"]) == (400, "InvalidArgument")
    assert error["Message"] == message
    kept = owner.get_bucket_notification_configuration(Bucket=bucket)
    assert plain(kept) == {}


def test_a_hundred_notifications_and_no_more(owner: Any, bucket: str) -> None:
    queues = [
        {
            **notification(**rule(Name="prefix", Value=f"{number:03d}/"))["QueueConfigurations"][0],
            "Id": str(number),
        }
        for number in range(101)
    ]
    put = owner.put_bucket_notification_configuration
    error = refused(put, Bucket=bucket, NotificationConfiguration={"QueueConfigurations": queues})
    assert (error["Status"], error["Code"]) == (400, "InvalidRequest")
    put(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": queues[:100]})


def test_notifications_come_back_with_ids_and_capital_names(owner: Any, bucket: str) -> None:
    put, get = (
        owner.put_bucket_notification_configuration,
        owner.get_bucket_notification_configuration,
    )
    assert plain(get(Bucket=bucket)) == {}
    put(Bucket=bucket, NotificationConfiguration=notification(**rule(Name="sUffix", Value="")))
    (found,) = get(Bucket=bucket)["QueueConfigurations"]
    assert found.pop("Id")
    expected = {"Key": {"FilterRules": [{"Name": "Suffix", "Value": ""}]}}
    assert found == {
        "QueueArn": QUEUE,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": expected,
    }
    put(Bucket=bucket, NotificationConfiguration={})
    assert plain(get(Bucket=bucket)) == {}
