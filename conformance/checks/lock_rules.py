"""Checks of object lock: COMPLIANCE, what a default is, what overwrites and copies do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.checks.given_requests import md5
from conformance.checks.given_uploads import named_parts
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
MODES = f"{GUIDE}/object-lock.html"
MANAGING = f"{GUIDE}/object-lock-managing.html"
MINUTE = timedelta(minutes=1)


def _in(minutes: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + minutes * MINUTE


def _locked_bucket(t: Trial) -> str:
    return t.given.locked_bucket()


def _retained(t: Trial, bucket: str, mode: str, minutes: float = 1) -> str:
    """A version of "key" that is kept in this mode; its id.

    COMPLIANCE ends by itself only, and removing the bucket waits for it: a minute is enough.
    """
    stored = t.given.object("key", b"kept", Bucket=bucket)
    retention = {"Mode": mode, "RetainUntilDate": _in(minutes)}
    t.given.call("PutObjectRetention", Bucket=bucket, Key="key", Retention=retention)
    return stored.need_version_id()


def _lock_headers(mode: str, minutes: int = 30) -> dict[str, Any]:
    return {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": _in(minutes)}


@check("retention", proved_by=["compliance-bypassed"], only=SDK, spec=MODES)
def compliance_is_not_bypassed(t: Trial) -> None:
    """DELETE of a version under COMPLIANCE with the bypass header: 403, and the version stays."""
    bucket = _locked_bucket(t)
    version = _retained(t, bucket, "COMPLIANCE")

    got = t.call(
        "DeleteObject", Bucket=bucket, Key="key", VersionId=version, BypassGovernanceRetention=True
    )

    t.expect.error(got, 403, "AccessDenied")
    kept = t.look("GetObject", Bucket=bucket, Key="key", VersionId=version)
    t.expect.body(kept, b"kept")


@check("retention", proved_by=["compliance-becomes-governance"], only=SDK, spec=MODES)
def compliance_does_not_become_governance(t: Trial) -> None:
    """COMPLIANCE is not changed to GOVERNANCE nor shortened, with the bypass header too: 403."""
    bucket = _locked_bucket(t)
    _retained(t, bucket, "COMPLIANCE")

    for mode, minutes in (("GOVERNANCE", 30), ("COMPLIANCE", 0.5)):
        got = t.call(
            "PutObjectRetention",
            Bucket=bucket,
            Key="key",
            Retention={"Mode": mode, "RetainUntilDate": _in(minutes)},
            BypassGovernanceRetention=True,
        )
        t.expect.error(got, 403, "AccessDenied")

    head = t.look("HeadObject", Bucket=bucket, Key="key")
    t.expect.header(head, "x-amz-object-lock-mode", "COMPLIANCE")


@check("retention", proved_by=["retention-not-extended"], only=SDK, spec=MODES)
def retention_is_extended_without_a_bypass(t: Trial) -> None:
    """A longer retention in the same mode needs no bypass, under COMPLIANCE too."""
    for mode in ("GOVERNANCE", "COMPLIANCE"):
        bucket = _locked_bucket(t)
        _retained(t, bucket, mode, 0.5)
        longer = {"Mode": mode, "RetainUntilDate": _in(1)}

        t.expect.ok(t.call("PutObjectRetention", Bucket=bucket, Key="key", Retention=longer))

        head = t.look("HeadObject", Bucket=bucket, Key="key")
        t.expect.member(head, "ObjectLockRetainUntilDate", longer["RetainUntilDate"])


@check("retention", proved_by=["retention-bypass-unknown-to-put"], only=SDK, spec=MODES)
def governance_is_shortened_with_the_bypass(t: Trial) -> None:
    """With x-amz-bypass-governance-retention a GOVERNANCE retention is made shorter."""
    bucket = _locked_bucket(t)
    _retained(t, bucket, "GOVERNANCE", 60)
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": _in(30)}

    got = t.call(
        "PutObjectRetention",
        Bucket=bucket,
        Key="key",
        Retention=shorter,
        BypassGovernanceRetention=True,
    )

    t.expect.ok(got)
    head = t.look("HeadObject", Bucket=bucket, Key="key")
    t.expect.member(head, "ObjectLockRetainUntilDate", shorter["RetainUntilDate"])


@check("retention", proved_by=["lock-header-values-unchecked"], only=SDK)
def lock_headers_have_the_values_of_s3(t: Trial) -> None:
    """PUT with a lock mode or legal hold that S3 does not know: 400, and nothing is written."""
    bucket = _locked_bucket(t)
    for members in (_lock_headers("governance"), {"ObjectLockLegalHoldStatus": "on"}):
        got = t.call(
            "PutObject", Bucket=bucket, Key="key", Body=b"x", ContentMD5=md5(b"x"), **members
        )
        t.expect.error(got, 400, "InvalidArgument")

    t.expect.error(t.look("GetObject", Bucket=bucket, Key="key"), 404, "NoSuchKey")


@check("retention", proved_by=["lock-document-values-unchecked"], only=SDK)
def lock_documents_have_the_values_of_s3(t: Trial) -> None:
    """A mode, a status or a switch spelt otherwise in a lock's document: 400 MalformedXML."""
    bucket = _locked_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)
    retention = {"Mode": "governance", "RetainUntilDate": _in(30)}

    for got in (
        t.call("PutObjectRetention", Bucket=bucket, Key="key", Retention=retention),
        t.call("PutObjectLegalHold", Bucket=bucket, Key="key", LegalHold={"Status": "on"}),
        t.call(
            "PutObjectLockConfiguration",
            Bucket=bucket,
            ObjectLockConfiguration={"ObjectLockEnabled": "Disabled"},
        ),
    ):
        t.expect.error(got, 400, "MalformedXML")


@check("retention", proved_by=["lock-default-of-two-units"], only=SDK, spec=MODES)
def default_retention_is_in_days_or_years(t: Trial) -> None:
    """A default retention in days and years, or in neither: 400 MalformedXML."""
    bucket = _locked_bucket(t)
    for period in ({"Days": 1, "Years": 1}, {}):
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", **period}}
        got = t.call(
            "PutObjectLockConfiguration",
            Bucket=bucket,
            ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
        )
        t.expect.error(got, 400, "MalformedXML")


@check("retention", proved_by=["lock-without-versioning"], only=SDK, spec=MANAGING)
def lock_needs_versioning(t: Trial) -> None:
    """Object lock on a bucket without versioning: 409 InvalidBucketState; with it, 200."""
    bucket = t.given.bucket()
    enabled = {"ObjectLockEnabled": "Enabled"}

    refused = t.call("PutObjectLockConfiguration", Bucket=bucket, ObjectLockConfiguration=enabled)

    t.expect.error(refused, 409, "InvalidBucketState")
    t.given.call(
        "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    t.expect.ok(
        t.call("PutObjectLockConfiguration", Bucket=bucket, ObjectLockConfiguration=enabled)
    )
    told = t.look("GetObjectLockConfiguration", Bucket=bucket)
    t.expect.member(told, "ObjectLockConfiguration.ObjectLockEnabled", "Enabled")


@check("retention", proved_by=["legal-hold-stays"], only=SDK, spec=MODES)
def legal_hold_is_lifted(t: Trial) -> None:
    """A legal hold that is OFF again stops nothing: the version is removed."""
    bucket = _locked_bucket(t)
    version = t.given.object("key", b"x", Bucket=bucket).need_version_id()
    t.given.call("PutObjectLegalHold", Bucket=bucket, Key="key", LegalHold={"Status": "ON"})
    held = t.look("DeleteObject", Bucket=bucket, Key="key", VersionId=version)
    t.expect.error(held, 403, "AccessDenied")

    lifted = t.call("PutObjectLegalHold", Bucket=bucket, Key="key", LegalHold={"Status": "OFF"})

    t.expect.ok(lifted)
    t.expect.member(
        t.look("GetObjectLegalHold", Bucket=bucket, Key="key"), "LegalHold.Status", "OFF"
    )
    t.expect.ok(t.look("DeleteObject", Bucket=bucket, Key="key", VersionId=version))


@check("retention", proved_by=["legal-hold-of-a-put-ignored"], only=SDK)
def legal_hold_may_come_with_the_object(t: Trial) -> None:
    """PUT with x-amz-object-lock-legal-hold: ON makes a version on hold."""
    bucket = _locked_bucket(t)

    put = t.call(
        "PutObject",
        Bucket=bucket,
        Key="key",
        Body=b"x",
        ContentMD5=md5(b"x"),
        ObjectLockLegalHoldStatus="ON",
    )

    t.expect.ok(put)
    told = t.look("GetObjectLegalHold", Bucket=bucket, Key="key")
    t.expect.member(told, "LegalHold.Status", "ON")
    t.given.call("PutObjectLegalHold", Bucket=bucket, Key="key", LegalHold={"Status": "OFF"})


@check(
    "retention",
    proved_by=["legal-hold-never-set-is-off"],
    only=SDK,
    verified="aws-recorded 2026-02",
)
def object_never_held_has_no_legal_hold(t: Trial) -> None:
    """GetObjectLegalHold where none was set: 404 NoSuchObjectLockConfiguration."""
    bucket = _locked_bucket(t)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.call("GetObjectLegalHold", Bucket=bucket, Key="key")

    t.expect.error(got, 404, "NoSuchObjectLockConfiguration")


@check("retention", proved_by=["lock-stops-overwrites"], only=SDK, spec=MODES)
def locked_key_can_be_written_again(t: Trial) -> None:
    """A PUT to a key whose version is under retention makes a new version; the old one stays."""
    bucket = _locked_bucket(t)
    kept = _retained(t, bucket, "GOVERNANCE", 30)

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"new", ContentMD5=md5(b"new")))

    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"new")
    old = t.look("GetObject", Bucket=bucket, Key="key", VersionId=kept)
    t.expect.body(old, b"kept")
    t.expect.header(old, "x-amz-object-lock-mode", "GOVERNANCE")


@check("retention", proved_by=["lock-of-an-upload-lost"], only=SDK)
def upload_in_parts_is_locked(t: Trial) -> None:
    """The retention that CreateMultipartUpload was given is the completed object's."""
    bucket = _locked_bucket(t)
    asked = {"Bucket": bucket, "Key": "key"}
    begun = t.call("CreateMultipartUpload", **asked, **_lock_headers("GOVERNANCE"))
    upload = begun.need("UploadId")
    part = t.given.call(
        "UploadPart", **asked, UploadId=upload, PartNumber=1, Body=b"x", ContentMD5=md5(b"x")
    )
    t.given.call(
        "CompleteMultipartUpload",
        **asked,
        UploadId=upload,
        MultipartUpload=named_parts((1, part.need("ETag"))),
    )

    head = t.look("HeadObject", **asked)

    t.expect.header(head, "x-amz-object-lock-mode", "GOVERNANCE")
    version = head.need_version_id()
    removed = t.look("DeleteObject", **asked, VersionId=version)
    t.expect.error(removed, 403, "AccessDenied")  # it is a lock, and not a header that is kept


@check("retention", proved_by=["copy-has-the-retention-of-its-source"], only=SDK)
def copy_does_not_take_the_retention(t: Trial) -> None:
    """A copy of a version under retention is not under it; with lock headers it is as they say."""
    bucket = _locked_bucket(t)
    _retained(t, bucket, "GOVERNANCE", 30)
    source = f"{bucket}/key"

    t.expect.ok(t.call("CopyObject", Bucket=bucket, Key="plain", CopySource=source))
    t.expect.ok(
        t.call(
            "CopyObject",
            Bucket=bucket,
            Key="locked",
            CopySource=source,
            **_lock_headers("GOVERNANCE"),
        )
    )

    plain = t.look("HeadObject", Bucket=bucket, Key="plain")
    t.expect.status(plain, 200)
    t.expect.no_header(plain, "x-amz-object-lock-mode")
    locked = t.look("HeadObject", Bucket=bucket, Key="locked")
    t.expect.header(locked, "x-amz-object-lock-mode", "GOVERNANCE")


@check("retention", proved_by=["lock-default-wins"], only=SDK, spec=MODES)
def retention_of_the_request_wins_over_the_default(t: Trial) -> None:
    """An object that names its own retention has that, not the bucket's default."""
    bucket = _locked_bucket(t)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}}
    t.given.call(
        "PutObjectLockConfiguration",
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
    )
    headers = _lock_headers("GOVERNANCE")

    put = t.call("PutObject", Bucket=bucket, Key="key", Body=b"x", ContentMD5=md5(b"x"), **headers)

    t.expect.ok(put)
    head = t.look("HeadObject", Bucket=bucket, Key="key")
    t.expect.member(head, "ObjectLockRetainUntilDate", headers["ObjectLockRetainUntilDate"])


@check("retention", proved_by=["lock-years-are-days"], only=SDK, spec=MODES)
def default_retention_may_be_in_years(t: Trial) -> None:
    """A default retention of a year keeps new objects for 365 days, or 366."""
    bucket = _locked_bucket(t)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 1}}
    t.given.call(
        "PutObjectLockConfiguration",
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
    )

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"x", ContentMD5=md5(b"x")))

    until = t.look("HeadObject", Bucket=bucket, Key="key").need("ObjectLockRetainUntilDate")
    t.expect.true((until - _in(0)).days in (364, 365, 366), f"kept until {until}")


@check("retention", proved_by=["deletion-of-locked-versions-told-as-done"], only=SDK)
def deletion_of_many_says_which_are_locked(t: Trial) -> None:
    """DeleteObjects of a version under retention: AccessDenied for it, the other is deleted."""
    bucket = _locked_bucket(t)
    locked = _retained(t, bucket, "GOVERNANCE", 30)
    free = t.given.object("free", b"x", Bucket=bucket).need_version_id()
    named = [{"Key": "key", "VersionId": locked}, {"Key": "free", "VersionId": free}]

    got = t.call("DeleteObjects", Bucket=bucket, Delete={"Objects": named})

    t.expect.member(got, "Errors[].[Key, VersionId, Code]", [["key", locked, "AccessDenied"]])
    t.expect.member(got, "Deleted[].Key", ["free"])
    kept = t.look("GetObject", Bucket=bucket, Key="key", VersionId=locked)
    t.expect.body(kept, b"kept")


@check("retention", proved_by=["deletion-bypass-ignored"], only=SDK)
def deletion_of_many_takes_the_bypass(t: Trial) -> None:
    """DeleteObjects with x-amz-bypass-governance-retention removes versions under GOVERNANCE."""
    bucket = _locked_bucket(t)
    locked = _retained(t, bucket, "GOVERNANCE", 30)
    named = {"Objects": [{"Key": "key", "VersionId": locked}]}
    refused = t.call("DeleteObjects", Bucket=bucket, Delete=named)
    t.expect.member(refused, "Errors[].Key", ["key"])  # which code is another check's

    got = t.call("DeleteObjects", Bucket=bucket, Delete=named, BypassGovernanceRetention=True)

    t.expect.member(got, "Deleted[].VersionId", [locked])
    gone = t.look("GetObject", Bucket=bucket, Key="key", VersionId=locked)
    t.expect.error(gone, 404, "NoSuchVersion")
