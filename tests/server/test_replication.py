"""Replication between buckets: which versions arrive, as what, and what the source says of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from server_ref.server import S3Server
from tests.server.conftest import OTHER, OWNER, refused
from tests.server.sink import listening

SOURCE, TARGET, SECOND = "source-bucket", "target-bucket", "second-target"
WAIT = 60  # seconds; a limit for a slow machine
ENABLED = {"Status": "Enabled"}
QUEUE = "arn:aws:sqs:us-east-1:111122223333:queue"


def make_buckets(s3: Any) -> None:
    for name in (SOURCE, TARGET, SECOND):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=ENABLED)


@pytest.fixture
def s3() -> Iterator[Any]:
    with S3Server(accounts=(OWNER, OTHER), durability="relaxed") as server:
        client = boto3.client("s3", **server.client_kwargs)
        make_buckets(client)
        yield client


def rule(target: str = TARGET, *, markers: bool = False, **more: Any) -> dict[str, Any]:
    destination = {"Bucket": f"arn:aws:s3:::{target}", **more.pop("Destination", {})}
    return {
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled" if markers else "Disabled"},
        **ENABLED,
        **more,
        "Destination": destination,
    }


def in_time(minutes: int) -> dict[str, Any]:
    """Replication Time Control of so many minutes."""
    return {**ENABLED, "Time": {"Minutes": minutes}}


def within(minutes: int) -> dict[str, Any]:
    """Metrics with a threshold of so many minutes."""
    return {**ENABLED, "EventThreshold": {"Minutes": minutes}}


def replicate(s3: Any, *rules: dict[str, Any]) -> None:
    configuration = {"Role": "arn:aws:iam::111122223333:role/replication", "Rules": list(rules)}
    s3.put_bucket_replication(Bucket=SOURCE, ReplicationConfiguration=configuration)


def until(look: Callable[[], Any]) -> Any:
    """What ``look`` gives once it is true."""
    end = time.monotonic() + WAIT
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
    return found


def settled(s3: Any, key: str, **more: Any) -> str:
    """The status at the source once it is no longer pending."""

    def look() -> str:
        head = s3.head_object(Bucket=SOURCE, Key=key, **more)
        status: str = head.get("ReplicationStatus", "none")
        return "" if status == "PENDING" else status

    found: str = until(look)
    return found


def keys(s3: Any, bucket: str) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]


def test_a_replica_is_the_same_version(s3: Any) -> None:
    replicate(s3, rule())
    s3.put_object(
        Bucket=SOURCE,
        Key="k",
        Body=b"x" * 50_000,
        Metadata={"a": "b"},
        Tagging="t=1",
        ContentType="text/x",
        ChecksumAlgorithm="SHA256",
    )
    assert settled(s3, "k") == "COMPLETED"
    source = s3.head_object(Bucket=SOURCE, Key="k", ChecksumMode="ENABLED")
    replica = s3.get_object(Bucket=TARGET, Key="k", ChecksumMode="ENABLED")
    assert replica["Body"].read() == b"x" * 50_000
    assert replica["ReplicationStatus"] == "REPLICA"
    for member in ("VersionId", "ETag", "LastModified", "Metadata", "ContentType", "TagCount"):
        assert source.get(member, 1) == replica.get(member, 1), member
    assert source["ChecksumSHA256"] == replica["ChecksumSHA256"]


def test_a_replica_outlives_its_source(s3: Any) -> None:
    replicate(s3, rule())
    put = s3.put_object(Bucket=SOURCE, Key="k", Body=b"x" * 50_000)
    assert settled(s3, "k") == "COMPLETED"
    s3.delete_object(Bucket=SOURCE, Key="k", VersionId=put["VersionId"])
    assert s3.get_object(Bucket=TARGET, Key="k")["Body"].read() == b"x" * 50_000


def test_filters_and_what_was_there_before(s3: Any) -> None:
    s3.put_object(Bucket=SOURCE, Key="in/before")
    both = {"And": {"Prefix": "in/", "Tags": [{"Key": "a", "Value": "1"}]}}
    replicate(
        s3,
        rule(ID="both", Filter=both),
        rule(SECOND, ID="tag", Priority=2, Filter={"Tag": {"Key": "b", "Value": "2"}}),
        rule(ID="off", Priority=9, Status="Disabled"),
    )
    s3.put_object(Bucket=SOURCE, Key="in/untagged")
    s3.put_object(Bucket=SOURCE, Key="out/tagged", Tagging="a=1")
    s3.put_object(Bucket=SOURCE, Key="in/tagged", Tagging="a=1&b=2")
    assert settled(s3, "in/tagged") == "COMPLETED"
    assert keys(s3, TARGET) == ["in/tagged"]
    assert keys(s3, SECOND) == ["in/tagged"]
    for key in ("in/before", "in/untagged", "out/tagged"):
        assert settled(s3, key) == "none"


def test_of_two_rules_for_a_destination_the_first_in_rank_counts(s3: Any) -> None:
    low = rule(ID="low", Priority=1, Destination={"StorageClass": "GLACIER_IR"})
    high = rule(ID="high", Priority=2, Destination={"StorageClass": "STANDARD_IA"})
    replicate(s3, low, high)
    s3.put_object(Bucket=SOURCE, Key="k")
    assert settled(s3, "k") == "COMPLETED"
    assert s3.head_object(Bucket=TARGET, Key="k")["StorageClass"] == "STANDARD_IA"


@pytest.mark.parametrize("markers", [True, False])
def test_delete_markers_go_where_the_rule_says_so(s3: Any, *, markers: bool) -> None:
    replicate(s3, rule(markers=markers))
    s3.put_object(Bucket=SOURCE, Key="k")
    marker = s3.delete_object(Bucket=SOURCE, Key="k")["VersionId"]
    s3.put_object(Bucket=SOURCE, Key="k")
    assert settled(s3, "k") == "COMPLETED"
    listed = s3.list_object_versions(Bucket=TARGET)
    assert len(listed["Versions"]) == 2
    found = [one["VersionId"] for one in listed.get("DeleteMarkers", ())]
    assert found == ([marker] if markers else [])


def test_a_removal_stays_where_it_is_and_order_is_kept(s3: Any) -> None:
    replicate(s3, rule())
    ids = [s3.put_object(Bucket=SOURCE, Key="k", Body=b"%d" % n)["VersionId"] for n in range(3)]
    assert settled(s3, "k") == "COMPLETED"
    s3.delete_object(Bucket=SOURCE, Key="k", VersionId=ids[0])
    s3.put_object(Bucket=SOURCE, Key="last")
    assert settled(s3, "last") == "COMPLETED"
    found = s3.list_object_versions(Bucket=TARGET, Prefix="k")["Versions"]
    assert [one["VersionId"] for one in found] == ids[::-1]
    assert [one["IsLatest"] for one in found] == [True, False, False]


def test_an_older_version_does_not_come_over_a_newer_one(s3: Any) -> None:
    """Both buckets replicate to each other; what was written last is current in both."""
    replicate(s3, rule())
    configuration = {"Role": "arn:aws:iam::111122223333:role/r", "Rules": [rule(SOURCE)]}
    s3.put_bucket_replication(Bucket=TARGET, ReplicationConfiguration=configuration)
    for number in range(10):
        last = s3.put_object(Bucket=(SOURCE, TARGET)[number % 2], Key="k", Body=b"%d" % number)

    def everywhere() -> bool:
        listed = [s3.list_object_versions(Bucket=name)["Versions"] for name in (SOURCE, TARGET)]
        ids = [[one["VersionId"] for one in versions] for versions in listed]
        return len(ids[0]) == 10 and ids[0] == ids[1]

    until(everywhere)
    for name in (SOURCE, TARGET):
        assert s3.head_object(Bucket=name, Key="k")["VersionId"] == last["VersionId"]
        assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"9"


def test_tags_of_a_replicated_object_follow(s3: Any) -> None:
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k")
    assert settled(s3, "k") == "COMPLETED"
    tags = [{"Key": "a", "Value": "b"}]
    s3.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": tags})
    until(lambda: s3.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"] == tags)
    assert settled(s3, "k") == "COMPLETED"
    assert len(s3.list_object_versions(Bucket=TARGET)["Versions"]) == 1


def test_the_lock_goes_to_a_bucket_that_has_locks(s3: Any) -> None:
    for name in ("locked-source", "locked-target"):
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    configuration = {"Role": "arn:aws:iam::111122223333:role/r", "Rules": [rule("locked-target")]}
    s3.put_bucket_replication(Bucket="locked-source", ReplicationConfiguration=configuration)
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    s3.put_object(
        Bucket="locked-source",
        Key="k",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=soon,
    )
    until(lambda: keys(s3, "locked-target"))
    retention = s3.get_object_retention(Bucket="locked-target", Key="k")["Retention"]
    assert retention == {"Mode": "GOVERNANCE", "RetainUntilDate": soon}


def test_owner_override(s3: Any) -> None:
    """The replica is the destination owner's, and the source's list does not come along."""
    for name in (SOURCE, TARGET):
        s3.put_bucket_ownership_controls(
            Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        )
        s3.delete_public_access_block(Bucket=name)
    override = {"Account": "111122223333", "AccessControlTranslation": {"Owner": "Destination"}}
    replicate(s3, rule(Destination=override))
    s3.put_object(Bucket=SOURCE, Key="k", ACL="public-read")
    assert settled(s3, "k") == "COMPLETED"
    assert len(s3.get_object_acl(Bucket=SOURCE, Key="k")["Grants"]) == 2
    assert len(s3.get_object_acl(Bucket=TARGET, Key="k")["Grants"]) == 1


def test_a_copy_of_a_replica_is_none(s3: Any) -> None:
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k")
    assert settled(s3, "k") == "COMPLETED"
    s3.copy_object(Bucket=TARGET, Key="copy", CopySource=f"{TARGET}/k")
    assert "ReplicationStatus" not in s3.head_object(Bucket=TARGET, Key="copy")


def test_a_destination_that_went_is_a_failure_and_an_event() -> None:
    with (
        listening() as sink,
        S3Server(
            accounts=(OWNER,), durability="relaxed", event_targets=[f"{QUEUE}={sink.url}"]
        ) as server,
    ):
        s3 = boto3.client("s3", **server.client_kwargs)
        make_buckets(s3)
        replicate(s3, rule(ID="rule-id"))
        wanted = {"QueueArn": QUEUE, "Events": ["s3:Replication:OperationFailedReplication"]}
        s3.put_bucket_notification_configuration(
            Bucket=SOURCE, NotificationConfiguration={"QueueConfigurations": [wanted]}
        )
        s3.delete_bucket(Bucket=TARGET)
        s3.put_object(Bucket=SOURCE, Key="k")
        assert settled(s3, "k") == "FAILED"
        (record,) = sink.records(1)
    assert record["eventName"] == "Replication:OperationFailedReplication"
    assert record["eventVersion"] == "2.2"
    told = record["replicationEventData"]
    assert told["replicationRuleId"] == "rule-id"
    assert told["failureReason"] == "DstBucketNotFound"


def test_what_is_pending_survives_a_restart(tmp_path: Path) -> None:
    """The worker of the first server never runs: its tasks are for the second."""
    serving: dict[str, Any] = {
        "accounts": (OWNER,),
        "durability": "relaxed",
        "data": tmp_path / "data",
    }
    with S3Server(**serving) as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        make_buckets(s3)
        replicate(s3, rule())
        assert server._effects is not None
        server._effects.close()  # as if it were killed before it comes to it
        s3.put_object(Bucket=SOURCE, Key="k", Body=b"kept")
        assert s3.head_object(Bucket=SOURCE, Key="k")["ReplicationStatus"] == "PENDING"
    with S3Server(**serving) as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        assert settled(s3, "k") == "COMPLETED"
        assert s3.get_object(Bucket=TARGET, Key="k")["Body"].read() == b"kept"


@pytest.mark.parametrize("status", [None, "Suspended"])
@pytest.mark.parametrize(
    ("bucket", "message"),
    [
        (SOURCE, "Versioning must be 'Enabled' on the bucket to apply a replication configuration"),
        (TARGET, "Destination bucket must have versioning enabled."),
    ],
)
def test_replication_needs_versioning_on_both_sides(
    s3: Any, bucket: str, message: str, status: str | None
) -> None:
    if status:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
    else:
        s3.delete_bucket(Bucket=bucket)
        s3.create_bucket(Bucket=bucket)
    answer = refused(lambda: replicate(s3, rule()))
    assert (answer["Status"], answer["Code"], answer["Message"]) == (400, "InvalidRequest", message)
    nothing = refused(s3.get_bucket_replication, Bucket=SOURCE)
    assert nothing["Code"] == "ReplicationConfigurationNotFoundError"


def test_versioning_stays_while_there_is_replication(s3: Any) -> None:
    replicate(s3, rule())
    suspended = {"Status": "Suspended"}
    error = refused(s3.put_bucket_versioning, Bucket=SOURCE, VersioningConfiguration=suspended)
    assert (error["Status"], error["Code"]) == (409, "InvalidBucketState")
    s3.delete_bucket_replication(Bucket=SOURCE)
    s3.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration=suspended)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([rule(ID="same", Priority=1), rule(ID="same", Priority=2)], "InvalidArgument"),
        ([rule(ID="a"), rule(ID="b")], "InvalidRequest"),
        ([rule(Filter={"Tag": {"Key": "a", "Value": "b"}}, markers=True)], "InvalidRequest"),
        ([rule(Filter={"Prefix": "a", "Tag": {"Key": "a", "Value": "b"}})], "MalformedXML"),
        ([rule(SOURCE)], "InvalidRequest"),
        ([rule(Destination={"AccessControlTranslation": {"Owner": "Destination"}})],
         "InvalidRequest"),
        ([rule(Destination={"Bucket": "target"})], "InvalidArgument"),
        ([rule(Filter={"And": {"Prefix": "a"}})], "MalformedXML"),
        ([rule(Filter={"And": {"Tags": [{"Key": "a", "Value": "b"}]}})], "MalformedXML"),
        ([rule(Destination={"ReplicationTime": in_time(15)})], "InvalidRequest"),
        ([rule(Destination={"ReplicationTime": in_time(10), "Metrics": ENABLED})],
         "InvalidArgument"),
        ([rule(Destination={"ReplicationTime": in_time(15), "Metrics": ENABLED})],
         "InvalidArgument"),
        ([rule(Destination={"ReplicationTime": in_time(15), "Metrics": within(10)})],
         "InvalidArgument"),
        ([rule(Destination={"Metrics": within(15)})], "InvalidArgument"),
    ],
)  # fmt: skip
def test_rules_that_are_none(s3: Any, rules: list[dict[str, Any]], code: str) -> None:
    configuration = {"Role": "arn:aws:iam::111122223333:role/r", "Rules": rules}
    error = refused(
        s3.put_bucket_replication, Bucket=SOURCE, ReplicationConfiguration=configuration
    )
    assert (error["Status"], error["Code"]) == (400, code)


@pytest.mark.parametrize(
    "destination",
    [
        {"Metrics": ENABLED},
        {"ReplicationTime": in_time(15), "Metrics": within(15)},
        {"ReplicationTime": {**in_time(15), "Status": "Disabled"}, "Metrics": ENABLED},
    ],
)
def test_times_and_metrics_that_belong_together(s3: Any, destination: dict[str, Any]) -> None:
    replicate(s3, rule(Destination=destination))
    (kept,) = s3.get_bucket_replication(Bucket=SOURCE)["ReplicationConfiguration"]["Rules"]
    assert kept["Destination"] == {"Bucket": f"arn:aws:s3:::{TARGET}", **destination}


OLDER: dict[str, Any] = {"Prefix": "", **ENABLED, "Destination": rule()["Destination"]}
KMS_KEY = {"ReplicaKmsKeyID": "arn:aws:kms:us-east-1:111122223333:key/k"}
DISABLED = {"Status": "Disabled"}
SCHEMA = (
    " for this version of Cross Region Replication configuration schema. Please refer to S3"
    " Developer Guide for more information."
)


@pytest.mark.parametrize(
    ("rules", "code", "message"),
    [
        ([{**OLDER, "Priority": 1}], "InvalidRequest", f"Priority cannot be used{SCHEMA}"),
        ([OLDER, rule()], "InvalidRequest", f"Priority cannot be used{SCHEMA}"),
        ([{**OLDER, "DeleteMarkerReplication": ENABLED}], "InvalidRequest",
         f"DeleteMarkerReplication cannot be used{SCHEMA}"),
        ([rule(SourceSelectionCriteria={})], "InvalidRequest",
         "SourceSelectionCriteria cannot be empty."),
        ([rule(Destination={"EncryptionConfiguration": KMS_KEY})], "InvalidRequest",
         "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present."),
        ([rule(f"{TARGET}-no")], "InvalidRequest", "Destination bucket must exist."),
        ([rule(SOURCE)], "InvalidRequest",
         "Destination bucket cannot be the same as the source bucket."),
        ([rule(Destination={"AccessControlTranslation": {"Owner": "Destination"}})],
         "InvalidRequest",
         "Account must be specified if the Owner in AccessControlTranslation has a value"),
        ([rule(), rule(SECOND)], "InvalidRequest", "Found duplicate priority 1."),
        ([rule(ID="a"), rule(ID="a", Priority=2)], "InvalidArgument", "Rule Id must be unique"),
        ([rule(ID="x" * 256)], "InvalidArgument", "Rule Id cannot be greater than 255"),
    ],
)  # fmt: skip
def test_what_is_said_of_rules_that_are_none(
    s3: Any, rules: list[dict[str, Any]], code: str, message: str
) -> None:
    error = refused(lambda: replicate(s3, *rules))
    assert (error["Status"], error["Code"], error["Message"]) == (400, code, message)
    nothing = refused(s3.get_bucket_replication, Bucket=SOURCE)
    assert nothing["Code"] == "ReplicationConfigurationNotFoundError"


def test_objects_from_before_are_no_longer_replicated_by_a_rule(s3: Any) -> None:
    error = refused(lambda: replicate(s3, rule(ExistingObjectReplication=ENABLED)))
    assert (error["Status"], error["Code"]) == (400, "MalformedXML")


def test_a_key_for_replicas_goes_with_what_is_said_of_kms_objects(s3: Any) -> None:
    criteria = {"SseKmsEncryptedObjects": DISABLED}
    replicate(
        s3,
        rule(SourceSelectionCriteria=criteria, Destination={"EncryptionConfiguration": KMS_KEY}),
    )
    (kept,) = s3.get_bucket_replication(Bucket=SOURCE)["ReplicationConfiguration"]["Rules"]
    assert kept["SourceSelectionCriteria"] == criteria
