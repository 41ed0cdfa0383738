"""Checks of Retention policy: object lock of a bucket, retention and legal hold of a version."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conformance.checks.given_locks import locked_until
from conformance.trial import Trial, check, that

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SAYS_VERSIONS = ("aws-s3api", "boto3", "raw")
_MD5_OF_X = "ndTkYSaMgDT1yFZOFVxnpg=="  # a PUT under object lock has to come with a digest


def _governed(spans: int) -> dict[str, Any]:
    return {"Mode": "GOVERNANCE", "RetainUntilDate": locked_until(spans)}


def _locked_bucket(t: Trial) -> str:
    return t.given.locked_bucket()


def _governed_version(t: Trial, bucket: str) -> str:
    """A version of "key" under GOVERNANCE for two spans of time; its id."""
    stored = t.given.object("key", b"kept", Bucket=bucket)
    t.given.call("PutObjectRetention", Bucket=bucket, Key="key", Retention=_governed(2))
    return stored.need_version_id()


@check(
    "retention",
    proved_by=["lock-not-enabled-at-creation"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetObjectLockConfiguration.html",
)
def bucket_made_with_lock_says_so(t: Trial) -> None:
    """A bucket created with object lock has the configuration Enabled, without a rule."""
    bucket = t.bucket_name()
    t.expect.ok(
        t.call("CreateBucket", **t.located({"Bucket": bucket, "ObjectLockEnabledForBucket": True}))
    )

    got = t.call("GetObjectLockConfiguration", Bucket=bucket)

    t.expect.means(got, "ObjectLockConfiguration", {"ObjectLockEnabled": "Enabled"})


@check(
    "retention",
    proved_by=["lock-none-is-empty"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetObjectLockConfiguration.html",
)
def bucket_without_lock_has_no_configuration(t: Trial) -> None:
    """A bucket without object lock: 404 ObjectLockConfigurationNotFoundError; with it, not."""
    t.expect.ok(t.look("GetObjectLockConfiguration", Bucket=t.given.locked_bucket()))
    got = t.call("GetObjectLockConfiguration", Bucket=t.bucket)

    t.expect.error(got, 404, "ObjectLockConfigurationNotFoundError", BucketName=t.bucket)


@check(
    "retention",
    proved_by=["lock-default-not-kept"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_PutObjectLockConfiguration.html",
)
def default_retention_falls_on_new_objects(t: Trial) -> None:
    """An object written to a bucket with a default retention is under it, as HEAD shows."""
    bucket = _locked_bucket(t)
    t.given.call(
        "PutObjectLockConfiguration",
        Bucket=bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    )

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"x", ContentMD5=_MD5_OF_X))

    head = t.look("HeadObject", Bucket=bucket, Key="key")
    t.expect.member(head, "ObjectLockMode", "GOVERNANCE")
    t.expect.member(
        head,
        "ObjectLockRetainUntilDate",
        that("a time to come", lambda until: until is not None and until > datetime.now(UTC)),
    )


@check(
    "retention",
    proved_by=["retention-not-kept"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_PutObjectRetention.html",
)
def retention_reads_back(t: Trial) -> None:
    """A retention that was put on an object is what GetObjectRetention answers."""
    bucket = _locked_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)
    retention = _governed(1)

    t.expect.ok(t.call("PutObjectRetention", Bucket=bucket, Key="key", Retention=retention))

    head = t.look("HeadObject", Bucket=bucket, Key="key")
    t.expect.member(head, "[ObjectLockMode, ObjectLockRetainUntilDate]", list(retention.values()))


@check(
    "retention",
    proved_by=["retention-delete-allowed"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
)
def version_under_retention_is_not_removed(t: Trial) -> None:
    """DELETE of a version under retention: 403 AccessDenied."""
    bucket = _locked_bucket(t)
    version = _governed_version(t, bucket)

    got = t.call("DeleteObject", Bucket=bucket, Key="key", VersionId=version)

    t.expect.error(got, 403, "AccessDenied")


@check(
    "retention",
    proved_by=["retention-bypass-ignored"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
)
def governance_can_be_bypassed(t: Trial) -> None:
    """With x-amz-bypass-governance-retention a version under GOVERNANCE is removed."""
    bucket = _locked_bucket(t)
    version = _governed_version(t, bucket)

    got = t.call(
        "DeleteObject", Bucket=bucket, Key="key", VersionId=version, BypassGovernanceRetention=True
    )

    t.expect.status(got, 204)


@check("retention", proved_by=["retention-stops-markers"], verified="aws-recorded 2026-02")
def delete_without_id_puts_a_marker(t: Trial) -> None:
    """DELETE without a version id puts a marker on a key under retention; the version stays."""
    bucket = _locked_bucket(t)
    version = _governed_version(t, bucket)

    got = t.call("DeleteObject", Bucket=bucket, Key="key")

    t.expect.success(got, 204)
    t.expect.header(got, "x-amz-delete-marker", "true")
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "Versions[].VersionId", [version])


@check(
    "retention",
    proved_by=["retention-can-be-shortened"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_PutObjectRetention.html",
)
def retention_is_not_shortened(t: Trial) -> None:
    """A shorter retention without the bypass header: 403 AccessDenied."""
    bucket = _locked_bucket(t)
    _governed_version(t, bucket)

    got = t.call("PutObjectRetention", Bucket=bucket, Key="key", Retention=_governed(1))

    t.expect.error(got, 403, "AccessDenied")


@check(
    "retention",
    proved_by=["retention-in-the-past-accepted"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_PutObjectRetention.html",
)
def retention_until_a_past_date_is_refused(t: Trial) -> None:
    """A retention until a date in the past: 400 InvalidArgument."""
    bucket = _locked_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.call("PutObjectRetention", Bucket=bucket, Key="key", Retention=_governed(-1))

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="RetainUntilDate")


@check(
    "retention",
    proved_by=["retention-never-set-is-empty"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetObjectRetention.html",
)
def object_without_retention_has_no_configuration(t: Trial) -> None:
    """GetObjectRetention where none was set: 404 NoSuchObjectLockConfiguration."""
    bucket = _locked_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.call("GetObjectRetention", Bucket=bucket, Key="key")

    t.expect.error(got, 404, "NoSuchObjectLockConfiguration")


@check(
    "retention",
    proved_by=["retention-without-lock-accepted"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_PutObjectRetention.html",
)
def retention_needs_a_bucket_with_lock(t: Trial) -> None:
    """A retention in a bucket without object lock: 400 InvalidRequest; with it, it is taken."""
    locked = t.given.locked_bucket()
    t.given.object("key", b"x", Bucket=locked)
    t.given.call("PutObjectRetention", Bucket=locked, Key="key", Retention=_governed(1))
    key = t.given.object("key", b"x").key

    got = t.call("PutObjectRetention", Bucket=t.bucket, Key=key, Retention=_governed(1))

    t.expect.error(got, 400, "InvalidRequest")


@check(
    "retention",
    proved_by=["lock-bypass-without-lock"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_DeleteObject.html",
)
def bypass_needs_a_bucket_with_lock(t: Trial) -> None:
    """The bypass header in a bucket without object lock: 400 InvalidArgument."""
    t.given.object("key", b"x")

    got = t.call("DeleteObject", Key="key", BypassGovernanceRetention=True)

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-bypass-governance-retention")


@check(
    "retention",
    proved_by=["lock-mode-without-date"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_PutObject.html",
)
def lock_mode_needs_a_date(t: Trial) -> None:
    """PUT with a lock mode and no retain-until-date: 400 InvalidArgument."""
    bucket = _locked_bucket(t)

    got = t.call(
        "PutObject",
        Bucket=bucket,
        Key="key",
        Body=b"x",
        ContentMD5=_MD5_OF_X,
        ObjectLockMode="GOVERNANCE",
    )

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-object-lock-retain-until-date")


@check(
    "retention",
    proved_by=["lock-versioning-suspended"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_PutBucketVersioning.html",
)
def versioning_of_a_locked_bucket_stays_enabled(t: Trial) -> None:
    """Suspending versioning of a bucket with object lock: 409 InvalidBucketState."""
    got = t.call(
        "PutBucketVersioning",
        Bucket=_locked_bucket(t),
        VersioningConfiguration={"Status": "Suspended"},
    )

    t.expect.error(got, 409, "InvalidBucketState")


@check(
    "retention",
    proved_by=["legal-hold-not-kept"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_PutObjectLegalHold.html",
)
def legal_hold_reads_back(t: Trial) -> None:
    """A legal hold that was put on an object is shown by HEAD."""
    bucket = _locked_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)

    t.expect.ok(t.call("PutObjectLegalHold", Bucket=bucket, Key="key", LegalHold={"Status": "ON"}))

    head = t.look("HeadObject", Bucket=bucket, Key="key")
    t.expect.member(head, "ObjectLockLegalHoldStatus", "ON")


@check(
    "retention",
    proved_by=["legal-hold-bypassed"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
)
def version_on_legal_hold_is_not_removed(t: Trial) -> None:
    """DELETE of a version on legal hold: 403 AccessDenied, with the bypass header too."""
    bucket = _locked_bucket(t)
    version = t.given.object("key", b"x", Bucket=bucket).need_version_id()
    t.given.call("PutObjectLegalHold", Bucket=bucket, Key="key", LegalHold={"Status": "ON"})

    got = t.call(
        "DeleteObject", Bucket=bucket, Key="key", VersionId=version, BypassGovernanceRetention=True
    )

    t.expect.error(got, 403, "AccessDenied")


@check(
    "retention",
    proved_by=["lock-on-a-marker-is-404"],
    only=SAYS_VERSIONS,
    verified="aws-recorded 2026-02",
)
def delete_marker_takes_no_retention(t: Trial) -> None:
    """PutObjectRetention on a delete marker: 405 MethodNotAllowed, ResourceType DeleteMarker."""
    bucket = _locked_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)
    marker = t.given.call("DeleteObject", Bucket=bucket, Key="key").need_version_id()

    got = t.call(
        "PutObjectRetention", Bucket=bucket, Key="key", VersionId=marker, Retention=_governed(1)
    )

    t.expect.error(got, 405, "MethodNotAllowed", Method="PUT", ResourceType="DeleteMarker")
