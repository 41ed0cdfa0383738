"""Checks of what answers tell beforehand: when an object expires, when an upload is aborted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from conformance.trial import Answer, Trial, check, that

ABORT = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
    "mpu-abort-incomplete-mpu-lifecycle-config.html"
)
SAYS_VERSIONS = ("aws-s3api", "boto3", "raw")
SAYS_PARTS = ("aws-s3api", "boto3", "raw")
RECORDED = "aws-recorded 2026-02"
EXPIRATION = "x-amz-expiration"
_FORM = re.compile(r'expiry-date="([A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} 00:00:00 GMT)", .*')
TELLS = re.compile(_FORM.pattern[:-2] + r'rule-id="three-days"')
TELLS_ENCODED = re.compile(_FORM.pattern[:-2] + r'rule-id="three%20days"')


def _bucket_with(t: Trial, **members: Any) -> str:
    """A bucket with one rule, by default that everything expires after three days."""
    rule: dict[str, Any] = {
        "ID": "three-days",
        "Filter": {},
        "Status": "Enabled",
        "Expiration": {"Days": 3},
    }
    rule |= members
    bucket = t.given.bucket()
    t.given.call(
        "PutBucketLifecycleConfiguration",
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [{k: v for k, v in rule.items() if v is not None}]},
    )
    return bucket


def _midnight(modified: str, days: int) -> datetime:
    """The midnight (UTC) that follows this many days."""
    day = parsedate_to_datetime(modified).astimezone(UTC) + timedelta(days=days + 1)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _told(got: Answer) -> datetime | None:
    match = _FORM.fullmatch(got.headers.get(EXPIRATION) or "")
    return parsedate_to_datetime(match[1]) if match else None


@check("object-expiration", proved_by=["expiration-not-told"])
def put_tells_the_expiration(t: Trial) -> None:
    """PUT answers x-amz-expiration: a midnight, and the rule's ID, URL-encoded."""
    bucket = _bucket_with(t, ID="three days")

    got = t.call("PutObject", Bucket=bucket, Key="key", Body=b"x")

    t.expect.header(got, EXPIRATION, TELLS_ENCODED)


@check("object-expiration", proved_by=["expiration-not-told"], verified=RECORDED)
def get_tells_the_expiration(t: Trial) -> None:
    """GET answers x-amz-expiration."""
    bucket = _bucket_with(t)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.call("GetObject", Bucket=bucket, Key="key")

    t.expect.header(got, EXPIRATION, TELLS)


@check(
    "object-expiration",
    proved_by=["expiration-not-at-midnight"],
    verified=RECORDED,
)
def days_end_at_the_next_midnight(t: Trial) -> None:
    """The date told is the midnight after the days have passed since Last-Modified."""
    bucket = _bucket_with(t)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.call("HeadObject", Bucket=bucket, Key="key")

    modified = got.headers.get("Last-Modified") or ""
    expected = _midnight(modified, 3) if modified else None
    t.expect.equal(_told(got), expected, "expiry-date", of=got)


@check("object-expiration", proved_by=["expiration-not-told"])
def copy_tells_the_expiration(t: Trial) -> None:
    """CopyObject answers the x-amz-expiration of the copy."""
    bucket = _bucket_with(t)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.call("CopyObject", Bucket=bucket, Key="copy", CopySource=f"{bucket}/key")

    t.expect.header(got, EXPIRATION, TELLS)


@check("object-expiration", proved_by=["expiration-filter-ignored"], verified=RECORDED)
def object_of_no_rule_is_told_nothing(t: Trial) -> None:
    """An object that the rule's prefix leaves out has no x-amz-expiration."""
    bucket = _bucket_with(t, Filter={"Prefix": "other/"})

    got = t.call("PutObject", Bucket=bucket, Key="key", Body=b"x")
    control = t.call("PutObject", Bucket=bucket, Key="other/key", Body=b"x")

    t.expect.ok(got)
    t.expect.no_header(got, EXPIRATION)
    t.expect.header(control, EXPIRATION, TELLS)


@check(
    "object-expiration",
    proved_by=["expiration-told-of-versions"],
    only=SAYS_VERSIONS,
    verified=RECORDED,
)
def version_by_its_id_is_told_nothing(t: Trial) -> None:
    """HEAD of a version by its id has no x-amz-expiration, of the current one neither."""
    bucket = _bucket_with(t)
    t.given.call(
        "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    stored = t.given.object("key", b"x", Bucket=bucket)

    got = t.call("HeadObject", Bucket=bucket, Key="key", VersionId=stored.need_version_id())
    control = t.call("HeadObject", Bucket=bucket, Key="key")

    t.expect.ok(got)
    t.expect.no_header(got, EXPIRATION)
    t.expect.header(control, EXPIRATION, TELLS)


@check("object-expiration", proved_by=["abort-not-told"], only=SAYS_PARTS, spec=ABORT)
def upload_is_told_when_it_is_aborted(t: Trial) -> None:
    """CreateMultipartUpload and ListParts answer x-amz-abort-date, a midnight, and the rule."""
    bucket = _bucket_with(
        t, ID="abort", Expiration=None, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2}
    )

    made = t.call("CreateMultipartUpload", Bucket=bucket, Key="key")

    upload = made.need("UploadId")
    listed = t.look("ListParts", Bucket=bucket, Key="key", UploadId=upload)
    t.given.call("AbortMultipartUpload", Bucket=bucket, Key="key", UploadId=upload)
    for got in (made, listed):
        t.expect.header(
            got, "x-amz-abort-date", that("a midnight", lambda date: "00:00:00" in date)
        )
        t.expect.header(got, "x-amz-abort-rule-id", "abort")
