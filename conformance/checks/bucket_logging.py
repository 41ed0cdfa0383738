"""Checks of the configuration of access logging; S3 delivers when it likes, no log is awaited."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_requests import put_document
from conformance.trial import Answer, Trial, check


def _to(bucket: str) -> dict[str, Any]:
    return {"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": "log/"}}


def _put(t: Trial, bucket: str, target: str, more: str) -> Answer:
    enabled = f"<TargetBucket>{target}</TargetBucket>{more}"
    said = f"<LoggingEnabled>{enabled}</LoggingEnabled>"
    document = f"<BucketLoggingStatus>{said}</BucketLoggingStatus>"
    return put_document(t, f"/{bucket}", "logging", document)


@check(
    "bucket-logging",
    proved_by=["logging-missing-is-error"],
    verified="aws-recorded 2026-02",
)
def new_bucket_logs_nothing(t: Trial) -> None:
    """GET of a bucket that nobody configured answers 200 and no target."""
    got = t.call("GetBucketLogging", Bucket=t.given.bucket())

    t.expect.ok(got)
    t.expect.member(got, "LoggingEnabled", None)


@check("bucket-logging", proved_by=["logging-not-kept"], verified="aws-recorded 2026-02")
def configuration_comes_back(t: Trial) -> None:
    """Target and prefix are answered as they were put."""
    bucket, target = t.given.bucket(), t.given.bucket()

    put = t.call("PutBucketLogging", Bucket=bucket, BucketLoggingStatus=_to(target))

    t.expect.ok(put)
    got = t.call("GetBucketLogging", Bucket=bucket)
    t.expect.member(got, "LoggingEnabled.TargetBucket", target)
    t.expect.member(got, "LoggingEnabled.TargetPrefix", "log/")


@check("bucket-logging", proved_by=["logging-target-unchecked"], verified="aws-recorded 2026-02")
def absent_target_is_refused(t: Trial) -> None:
    """A target that is no bucket is 400 InvalidTargetBucketForLogging and names it."""
    absent = t.bucket_name()

    put = t.call("PutBucketLogging", Bucket=t.given.bucket(), BucketLoggingStatus=_to(absent))

    t.expect.error(put, 400, "InvalidTargetBucketForLogging", TargetBucket=absent)


@check("bucket-logging", proved_by=["logging-stays-on"], verified="aws-recorded 2026-02")
def empty_status_turns_it_off(t: Trial) -> None:
    """An empty status ends what was there."""
    bucket, target = t.given.bucket(), t.given.bucket()
    t.given.call("PutBucketLogging", Bucket=bucket, BucketLoggingStatus=_to(target))
    before = t.look("GetBucketLogging", Bucket=bucket)
    t.expect.member(before, "LoggingEnabled.TargetBucket", target)

    put = t.call("PutBucketLogging", Bucket=bucket, BucketLoggingStatus={})

    t.expect.ok(put)
    t.expect.member(t.look("GetBucketLogging", Bucket=bucket), "LoggingEnabled", None)


@check(
    "bucket-logging",
    proved_by=["logging-prefix-optional"],
    only=("raw",),
    verified="reported",  # aws/aws-sdk-ruby#1577; the page has TargetPrefix as required
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_LoggingEnabled.html",
)
def target_has_a_prefix(t: Trial) -> None:
    """A configuration without TargetPrefix: 400 MalformedXML; an empty one is taken."""
    bucket, target = t.given.bucket(), t.given.bucket()

    t.expect.error(_put(t, bucket, target, ""), 400, "MalformedXML")
    t.expect.ok(_put(t, bucket, target, "<TargetPrefix></TargetPrefix>"))


@check(
    "bucket-logging",
    proved_by=["logging-prefix-optional"],
    only=("raw",),
    level="should",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Grantee.html",  # aws/aws-cli#239
)
def grantee_of_a_target_says_its_kind(t: Trial) -> None:
    """A grantee without xsi:type: 400 MalformedXML, and nothing is configured."""
    bucket, target = t.given.bucket(), t.given.bucket()
    group = "<URI>http://acs.amazonaws.com/groups/global/AuthenticatedUsers</URI>"
    grant = f"<Grant><Grantee>{group}</Grantee><Permission>READ</Permission></Grant>"

    got = _put(t, bucket, target, f"<TargetPrefix/><TargetGrants>{grant}</TargetGrants>")

    t.expect.error(got, 400, "MalformedXML")
    t.expect.member(t.look("GetBucketLogging", Bucket=bucket), "LoggingEnabled", None)
    t.expect.ok(_put(t, bucket, target, "<TargetPrefix/>"))
