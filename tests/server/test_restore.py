"""Archived objects and RestoreObject: what can be read when, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config

from server_ref.server import S3Server
from tests.server.conftest import OWNER, refused
from tests.server.days import Days
from tests.server.sink import Sink, listening

QUEUE = "arn:aws:sqs:us-east-1:111122223333:my-queue"
ONGOING = 'ongoing-request="true"'


@pytest.fixture
def clock() -> Days:
    return Days()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as running:
        yield running


@pytest.fixture
def later(clock: Days, sink: Sink) -> Iterator[S3Server]:
    """A server that lives by that clock; a restore takes 10 seconds of it."""
    with S3Server(
        accounts=(OWNER,),
        durability="relaxed",
        clock=clock,
        event_targets=[f"{QUEUE}={sink.url}/queue"],
    ) as running:
        yield running


@pytest.fixture
def s3(later: S3Server) -> Any:
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    client = boto3.client("s3", config=config, **later.client_kwargs)
    client.create_bucket(Bucket="bck")
    for name in ("GLACIER", "DEEP_ARCHIVE", "STANDARD", "INTELLIGENT_TIERING"):
        client.put_object(Bucket="bck", Key=name, Body=b"archived", StorageClass=name)
    return client


def restore(s3: Any, key: str = "GLACIER", days: int | None = 2, **more: Any) -> int:
    """The status of a restore that is accepted."""
    request = more if days is None else {"Days": days, **more}
    answer = s3.restore_object(Bucket="bck", Key=key, RestoreRequest=request)
    status: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status


def told(s3: Any, key: str = "GLACIER", **more: Any) -> str | None:
    header: str | None = s3.head_object(Bucket="bck", Key=key, **more).get("Restore")
    return header


@pytest.mark.parametrize("key", ["GLACIER", "DEEP_ARCHIVE"])
def test_an_archived_object_is_not_read(s3: Any, key: str) -> None:
    error = refused(s3.get_object, Bucket="bck", Key=key)
    assert (error["Status"], error["Code"]) == (403, "InvalidObjectState")
    assert error["Message"] == "The operation is not valid for the object's storage class"
    assert error["StorageClass"] == key
    error = refused(s3.copy_object, Bucket="bck", Key="copy", CopySource=f"bck/{key}")
    assert (error["Status"], error["Code"]) == (403, "ObjectNotInActiveTierError")
    head = s3.head_object(Bucket="bck", Key=key)
    assert head["StorageClass"] == key
    assert "Restore" not in head


def test_a_restore_from_request_to_expiry(s3: Any, clock: Days) -> None:
    assert restore(s3) == 202
    assert told(s3) == ONGOING
    assert refused(s3.get_object, Bucket="bck", Key="GLACIER")["Code"] == "InvalidObjectState"

    clock.now += timedelta(seconds=10)
    there = 'ongoing-request="false", expiry-date="Fri, 18 Jan 2030 00:00:00 GMT"'
    assert told(s3) == there
    got = s3.get_object(Bucket="bck", Key="GLACIER")
    assert (got["Body"].read(), got["Restore"], got["StorageClass"]) == (
        b"archived",
        there,
        "GLACIER",
    )
    assert s3.copy_object(Bucket="bck", Key="copy", CopySource="bck/GLACIER")["CopyObjectResult"]

    clock.now = datetime(2030, 1, 17, 23, 59, 59, tzinfo=UTC)
    assert told(s3) == there
    clock.now += timedelta(seconds=1)
    assert told(s3) is None
    assert refused(s3.get_object, Bucket="bck", Key="GLACIER")["Code"] == "InvalidObjectState"
    assert restore(s3) == 202


def test_a_restored_copy_lives_longer_when_asked(s3: Any, clock: Days) -> None:
    restore(s3)
    clock.now += timedelta(hours=1)
    assert restore(s3, days=5) == 200
    assert told(s3) == 'ongoing-request="false", expiry-date="Mon, 21 Jan 2030 00:00:00 GMT"'


def test_a_restore_that_is_going_on(s3: Any, clock: Days) -> None:
    restore(s3, Tier="Bulk")
    for more in ({"Tier": "Bulk"}, {"days": 3, "Tier": "Standard"}):
        days = more.pop("days", 2)
        error = refused(
            s3.restore_object,
            Bucket="bck",
            Key="GLACIER",
            RestoreRequest={"Days": days, **more},
        )
        assert (error["Status"], error["Code"]) == (409, "RestoreAlreadyInProgress")
        assert error["Message"] == "Object restore is already in progress"
    assert restore(s3, GlacierJobParameters={"Tier": "Expedited"}) == 202
    clock.now += timedelta(seconds=1)
    assert told(s3) != ONGOING


@pytest.mark.parametrize(
    ("key", "request_", "status", "code"),
    [
        ("STANDARD", {"Days": 1}, 403, "InvalidObjectState"),
        ("INTELLIGENT_TIERING", {}, 403, "ObjectAlreadyInActiveTierError"),
        ("GLACIER", {}, 400, "MalformedXML"),
        ("GLACIER", {"Days": 0}, 400, "InvalidArgument"),
        ("GLACIER", {"Days": 1, "Tier": "Slow"}, 400, "MalformedXML"),
        ("DEEP_ARCHIVE", {"Days": 1, "Tier": "Expedited"}, 400, "InvalidArgument"),
        ("GLACIER", {"Type": "SELECT", "Tier": "Bulk"}, 501, "NotImplemented"),
        ("absent", {"Days": 1}, 404, "NoSuchKey"),
    ],
)
def test_what_is_not_restored(
    s3: Any, key: str, request_: dict[str, Any], status: int, code: str
) -> None:
    error = refused(s3.restore_object, Bucket="bck", Key=key, RestoreRequest=request_)
    assert (error["Status"], error["Code"]) == (status, code)


def test_a_version_of_its_own(s3: Any, clock: Days) -> None:
    s3.put_bucket_versioning(Bucket="bck", VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket="bck", Key="v", Body=b"old", StorageClass="GLACIER")["VersionId"]
    s3.put_object(Bucket="bck", Key="v", Body=b"new", StorageClass="GLACIER")
    s3.restore_object(Bucket="bck", Key="v", VersionId=old, RestoreRequest={"Days": 1})
    clock.now += timedelta(minutes=1)
    assert s3.get_object(Bucket="bck", Key="v", VersionId=old)["Body"].read() == b"old"
    assert told(s3, "v") is None
    s3.delete_object(Bucket="bck", Key="v")
    error = refused(s3.restore_object, Bucket="bck", Key="v", RestoreRequest={"Days": 1})
    assert error["Status"] == 405


def test_a_copy_is_not_restored_with_its_source(s3: Any, clock: Days) -> None:
    restore(s3)
    clock.now += timedelta(minutes=1)
    s3.copy_object(Bucket="bck", Key="copy", CopySource="bck/GLACIER", StorageClass="GLACIER")
    assert told(s3, "copy") is None
    assert refused(s3.get_object, Bucket="bck", Key="copy")["Code"] == "InvalidObjectState"


@pytest.mark.parametrize("call", ["list_objects", "list_objects_v2", "list_object_versions"])
def test_listings_tell_when_asked(s3: Any, clock: Days, call: str) -> None:
    def statuses(**more: Any) -> dict[str, Any]:
        page = getattr(s3, call)(Bucket="bck", **more)
        found = page.get("Contents") or page.get("Versions")
        return {one["Key"]: one["RestoreStatus"] for one in found if "RestoreStatus" in one}

    asked: dict[str, Any] = {"OptionalObjectAttributes": ["RestoreStatus"]}
    assert statuses(**asked) == {}
    restore(s3)
    assert statuses(**asked) == {"GLACIER": {"IsRestoreInProgress": True}}
    clock.now += timedelta(minutes=1)
    until = datetime(2030, 1, 18, tzinfo=UTC)
    assert statuses(**asked) == {
        "GLACIER": {"IsRestoreInProgress": False, "RestoreExpiryDate": until}
    }
    assert statuses() == {}


def test_events_of_a_restore(s3: Any, clock: Days, sink: Sink) -> None:
    one = {"QueueArn": QUEUE, "Events": ["s3:ObjectRestore:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="bck", NotificationConfiguration={"QueueConfigurations": [one]}
    )
    restore(s3)
    assert [record["eventName"] for record in sink.records(1)] == ["ObjectRestore:Post"]
    clock.now += timedelta(minutes=1)
    completed = sink.records(2)[1]
    assert completed["eventName"] == "ObjectRestore:Completed"
    assert completed["glacierEventData"] == {
        "restoreEventData": {
            "lifecycleRestorationExpiryTime": "2030-01-18T00:00:00.000Z",
            "lifecycleRestoreStorageClass": "GLACIER",
        }
    }
    clock.now += timedelta(days=3)
    assert sink.records(3)[2]["eventName"] == "ObjectRestore:Delete"


# Intelligent-Tiering


@pytest.fixture
def tiered(s3: Any) -> Any:
    """A client of a bucket with both archive tiers, and an object large enough for them."""
    tierings = [
        {"Days": 90, "AccessTier": "ARCHIVE_ACCESS"},
        {"Days": 180, "AccessTier": "DEEP_ARCHIVE_ACCESS"},
    ]
    s3.put_bucket_intelligent_tiering_configuration(
        Bucket="bck",
        Id="cold",
        IntelligentTieringConfiguration={
            "Id": "cold",
            "Status": "Enabled",
            "Filter": {"Prefix": "t"},
            "Tierings": tierings,
        },
    )
    for key in ("t", "untiered"):
        s3.put_object(
            Bucket="bck", Key=key, Body=b"x" * (1 << 17), StorageClass="INTELLIGENT_TIERING"
        )
    return s3


def test_what_nobody_reads_goes_to_an_archive_tier(tiered: Any, clock: Days) -> None:
    clock.now += timedelta(days=89)
    assert "ArchiveStatus" not in tiered.head_object(Bucket="bck", Key="t")
    clock.now += timedelta(days=1)
    assert tiered.head_object(Bucket="bck", Key="t")["ArchiveStatus"] == "ARCHIVE_ACCESS"
    error = refused(tiered.get_object, Bucket="bck", Key="t")
    assert (error["Status"], error["Code"]) == (403, "InvalidObjectState")
    assert (error["StorageClass"], error["AccessTier"]) == (
        "INTELLIGENT_TIERING",
        "ARCHIVE_ACCESS",
    )
    error = refused(tiered.copy_object, Bucket="bck", Key="copy", CopySource="bck/t")
    assert error["Code"] == "ObjectNotInActiveTierError"
    clock.now += timedelta(days=90)
    assert tiered.head_object(Bucket="bck", Key="t")["ArchiveStatus"] == "DEEP_ARCHIVE_ACCESS"
    assert tiered.get_object(Bucket="bck", Key="untiered")["ContentLength"] == 1 << 17


def test_what_is_read_stays(tiered: Any, clock: Days) -> None:
    for _ in range(3):
        clock.now += timedelta(days=60)
        assert tiered.get_object(Bucket="bck", Key="t")["ContentLength"] == 1 << 17


def test_a_tier_is_left_for_good(tiered: Any, clock: Days) -> None:
    clock.now += timedelta(days=100)
    request = {"GlacierJobParameters": {"Tier": "Standard"}}
    error = refused(
        tiered.restore_object, Bucket="bck", Key="t", RestoreRequest={"Days": 1, **request}
    )
    assert error["Code"] == "InvalidArgument"
    answer = tiered.restore_object(Bucket="bck", Key="t", RestoreRequest=request)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert told(tiered, "t") == ONGOING
    error = refused(tiered.restore_object, Bucket="bck", Key="t", RestoreRequest=request)
    assert error["Code"] == "RestoreAlreadyInProgress"
    clock.now += timedelta(minutes=1)
    assert told(tiered, "t") is None
    assert tiered.get_object(Bucket="bck", Key="t")["ContentLength"] == 1 << 17
    error = refused(tiered.restore_object, Bucket="bck", Key="t", RestoreRequest=request)
    assert error["Code"] == "ObjectAlreadyInActiveTierError"
    clock.now += timedelta(days=91)
    assert tiered.head_object(Bucket="bck", Key="t")["ArchiveStatus"] == "ARCHIVE_ACCESS"
    answer = tiered.restore_object(Bucket="bck", Key="t", RestoreRequest=request)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
