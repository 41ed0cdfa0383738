"""Checks of replication: its configuration, and that a version arrives as it was."""

from __future__ import annotations

import time
from typing import Any

from conformance.trial import Answer, Trial, check

WAIT = 30.0  # seconds for a replica to arrive; S3 itself promises fifteen minutes at most
_ROLE = "arn:aws:iam::111122223333:role/s3compat"


def _rules(target: str, **changes: Any) -> dict[str, Any]:
    rule = {
        "ID": "one",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "Status": "Enabled",
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
        **changes,
    }
    return {"Role": _ROLE, "Rules": [rule]}


@check(
    "bucket-replication",
    proved_by=["replication-missing-is-empty"],
    verified="aws-recorded 2026-02",
)
def none_is_not_found(t: Trial) -> None:
    """GET of a bucket that nobody configured is 404 ReplicationConfigurationNotFoundError."""
    got = t.call("GetBucketReplication", Bucket=t.given.bucket())

    t.expect.error(got, 404, "ReplicationConfigurationNotFoundError")


@check(
    "bucket-replication",
    proved_by=["replication-unversioned-taken"],
    verified="aws-recorded 2026-02",
)
def both_buckets_need_versioning(t: Trial) -> None:
    """A rule of or for a bucket without versioning is 400 InvalidRequest."""
    plain, versioned = t.given.bucket(), t.given.versioned_bucket()

    for source, target in ((plain, versioned), (versioned, plain)):
        put = t.call("PutBucketReplication", Bucket=source, ReplicationConfiguration=_rules(target))
        t.expect.error(put, 400, "InvalidRequest")


@check(
    "bucket-replication",
    proved_by=["replication-not-kept"],
    verified="aws-recorded 2026-02",
)
def configuration_comes_back(t: Trial) -> None:
    """Rule, filter and destination are answered as they were put."""
    source, target = t.given.versioned_bucket(), t.given.versioned_bucket()
    rules = _rules(target, Filter={"Prefix": "Tax"})

    put = t.call("PutBucketReplication", Bucket=source, ReplicationConfiguration=rules)

    t.expect.ok(put)
    got = t.call("GetBucketReplication", Bucket=source)
    t.expect.member(got, "ReplicationConfiguration.Rules[].ID", ["one"])
    t.expect.member(got, "ReplicationConfiguration.Rules[].Filter.Prefix", ["Tax"])
    t.expect.member(
        got, "ReplicationConfiguration.Rules[].Destination.Bucket", [f"arn:aws:s3:::{target}"]
    )


@check(
    "bucket-replication",
    proved_by=["replication-no-rules-taken"],
    verified="aws-recorded 2026-02",
)
def configuration_without_rules_is_refused(t: Trial) -> None:
    """No rule at all is 400 MalformedXML."""
    put = t.call(
        "PutBucketReplication",
        Bucket=t.given.versioned_bucket(),
        ReplicationConfiguration={"Role": _ROLE, "Rules": []},
    )

    t.expect.error(put, 400, "MalformedXML")


@check(
    "bucket-replication",
    proved_by=["replication-deleted-once"],
    verified="aws-recorded 2026-02",
)
def deleting_it_twice_is_fine(t: Trial) -> None:
    """DELETE answers 204, and 204 again when there is none."""
    source, target = t.given.versioned_bucket(), t.given.versioned_bucket()
    t.given.call("PutBucketReplication", Bucket=source, ReplicationConfiguration=_rules(target))

    t.expect.status(t.call("DeleteBucketReplication", Bucket=source), 204)
    t.expect.status(t.call("DeleteBucketReplication", Bucket=source), 204)


@check(
    "bucket-replication",
    proved_by=["replication-status-missing", "replication-replica-unmarked"],
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html",
)
def version_arrives_as_a_replica(t: Trial) -> None:
    """The source says PENDING or COMPLETED; the replica has its version id and says REPLICA."""
    source, target = t.given.versioned_bucket(), t.given.versioned_bucket()
    t.given.call("PutBucketReplication", Bucket=source, ReplicationConfiguration=_rules(target))

    put = t.call("PutObject", Bucket=source, Key="k", Body=b"data", Metadata={"a": "b"})

    t.expect.ok(put)
    head = t.look("HeadObject", Bucket=source, Key="k")
    status = head.members.get("ReplicationStatus")
    t.expect.true(status in ("PENDING", "COMPLETED"), f"the source's status is {status}")
    if status is None:
        return  # nothing is on its way
    replica = _arrived(t, target)
    t.expect.member(replica, "ReplicationStatus", "REPLICA")
    t.expect.member(replica, "VersionId", head.members.get("VersionId"))
    t.expect.member(replica, "Metadata", {"a": "b"})


def _arrived(t: Trial, bucket: str) -> Answer:
    """The replica's HEAD, or the last answer there was."""
    until = time.monotonic() + WAIT
    while True:
        found = t.look("HeadObject", Bucket=bucket, Key="k")
        if found.status == 200 or time.monotonic() > until:
            return found
        time.sleep(0.2)
