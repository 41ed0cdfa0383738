"""Checks of Versioning of a bucket: the setting itself. What it does is in object_versions."""

from __future__ import annotations

from conformance.trial import Trial, check

GET = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")


@check(
    "versioning",
    proved_by=["versioning-new-is-suspended"],
    verified="aws-recorded 2026-02",
    spec=GET,
)
def new_bucket_has_no_versioning_status(t: Trial) -> None:
    """A bucket whose versioning was never set has no Status: neither Enabled nor Suspended."""
    got = t.call("GetBucketVersioning", Bucket=t.given.bucket())

    t.expect.ok(got)
    t.expect.member(got, "Status", None)


@check("versioning", proved_by=["versioning-not-kept"], verified="aws-recorded 2026-02")
def versioning_can_be_enabled(t: Trial) -> None:
    """After versioning was enabled the bucket says Enabled."""
    bucket = t.given.bucket()

    got = t.call(
        "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )

    t.expect.ok(got)
    t.expect.member(t.look("GetBucketVersioning", Bucket=bucket), "Status", "Enabled")


@check("versioning", proved_by=["versioning-not-suspended"], verified="aws-recorded 2026-02")
def versioning_can_be_suspended(t: Trial) -> None:
    """After versioning was suspended the bucket says Suspended."""
    bucket = t.given.versioned_bucket()

    got = t.call(
        "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    )

    t.expect.ok(got)
    t.expect.member(t.look("GetBucketVersioning", Bucket=bucket), "Status", "Suspended")


@check(
    "versioning",
    proved_by=["versioning-status-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    level="should",
)
def status_is_case_sensitive(t: Trial) -> None:
    """`<Status>enabled</Status>`: 400 MalformedXML."""
    got = t.call(
        "PutBucketVersioning",
        Bucket=t.given.bucket(),
        VersioningConfiguration={"Status": "enabled"},
    )

    t.expect.error(got, 400, "MalformedXML")


@check(
    "versioning",
    proved_by=["versioning-empty-accepted"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    level="should",
)
def status_must_be_given(t: Trial) -> None:
    """A configuration without a Status: 400 IllegalVersioningConfigurationException."""
    got = t.call("PutBucketVersioning", Bucket=t.given.bucket(), VersioningConfiguration={})

    t.expect.error(got, 400, "IllegalVersioningConfigurationException")


@check(
    "versioning",
    proved_by=["versioning-get-missing-is-a-key"],
    verified="aws-recorded 2026-02",
    spec=GET,
)
def status_of_a_missing_bucket_is_no_such_bucket(t: Trial) -> None:
    """GetBucketVersioning of a bucket that does not exist: 404 NoSuchBucket."""
    t.expect.ok(t.look("GetBucketVersioning", Bucket=t.bucket))  # of one that does it is told
    name = t.bucket_name()

    got = t.call("GetBucketVersioning", Bucket=name)

    t.expect.error(got, 404, "NoSuchBucket", BucketName=name)


@check("versioning", proved_by=["versioning-put-missing-is-a-key"], verified="aws-recorded 2026-02")
def enabling_it_in_a_missing_bucket_is_no_such_bucket(t: Trial) -> None:
    """PutBucketVersioning of a bucket that does not exist: 404 NoSuchBucket."""
    t.given.versioned_bucket()  # of one that does it is done
    name = t.bucket_name()

    got = t.call("PutBucketVersioning", Bucket=name, VersioningConfiguration={"Status": "Enabled"})

    t.expect.error(got, 404, "NoSuchBucket", BucketName=name)


@check(
    "versioning",
    proved_by=["mfa-delete-without-a-code"],
    only=SAYS_ANYTHING,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html",
    level="should",
)
def mfa_delete_needs_a_code(t: Trial) -> None:
    """MFA delete is not switched on by a request without a device's code: 403 AccessDenied."""
    bucket = t.given.bucket()

    got = t.call(
        "PutBucketVersioning",
        Bucket=bucket,
        VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"},
    )

    t.expect.error(got, 403, "AccessDenied")
