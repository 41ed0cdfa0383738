"""Checks of CopyObject from one bucket to another."""

from __future__ import annotations

import contextlib
import re
import time
from datetime import datetime, timedelta

from conformance.checks.given_copies import given_bucket
from conformance.trial import Answer, Trial, check


@check("copy-between-buckets", proved_by=["copy-source-bucket-ignored"])
def content_arrives_in_the_other_bucket(t: Trial) -> None:
    """A copy to another bucket has the content of its source."""
    t.given.object("original", b"the content")
    other = given_bucket(t)

    t.expect.ok(t.call("CopyObject", Bucket=other, Key="copy", CopySource=t.source("original")))

    t.expect.body(t.call("GetObject", Bucket=other, Key="copy"), b"the content")


@check("copy-between-buckets", proved_by=["copy-metadata-lost"], verified="aws-recorded 2026-02")
def metadata_arrives_in_the_other_bucket(t: Trial) -> None:
    """A copy to another bucket has the type and the metadata of its source."""
    t.given.object("original", b"x", ContentType="text/css", Metadata={"colour": "green"})
    other = given_bucket(t)

    t.expect.ok(t.call("CopyObject", Bucket=other, Key="copy", CopySource=t.source("original")))

    got = t.given.call("HeadObject", Bucket=other, Key="copy")
    t.expect.header(got, "Content-Type", "text/css")
    t.expect.header(got, "x-amz-meta-colour", "green")


@check("copy-between-buckets", proved_by=["copy-moves"])
def source_stays_in_its_bucket(t: Trial) -> None:
    """Copying to another bucket leaves the source where it was."""
    t.given.object("original", b"the content")
    other = given_bucket(t)

    t.expect.ok(t.call("CopyObject", Bucket=other, Key="copy", CopySource=t.source("original")))

    t.expect.body(t.call("GetObject", Key="original"), b"the content")


@check(
    "copy-between-buckets",
    proved_by=["copy-missing-bucket-is-no-key"],
    verified="aws-recorded 2023-10",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def missing_source_bucket_is_named(t: Trial) -> None:
    """A copy from a bucket that does not exist: 404 NoSuchBucket, with that bucket's name."""
    absent = t.bucket_name()

    got = t.call("CopyObject", Key="copy", CopySource=f"{absent}/original")

    t.expect.error(got, 404, "NoSuchBucket", BucketName=absent)


@check(
    "copy-between-buckets",
    proved_by=["copy-missing-bucket-is-no-key"],
    only=("aws-s3api", "boto3", "raw"),
)
def missing_destination_bucket_is_refused(t: Trial) -> None:
    """A copy to a bucket that does not exist: 404 NoSuchBucket."""
    t.given.object("original", b"x")
    absent = t.bucket_name()

    got = t.call("CopyObject", Bucket=absent, Key="copy", CopySource=t.source("original"))

    t.expect.error(got, 404, "NoSuchBucket", BucketName=absent)


@check(
    "copy-between-buckets",
    proved_by=["copy-keeps-last-modified"],
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def copy_is_as_young_as_the_request(t: Trial) -> None:
    """The copy's Last-Modified is the time of copying: that of the answer, not the source's."""
    t.given.object("original", b"x")
    other = t.given.bucket()
    time.sleep(2.1)  # the source's time is told in whole seconds, and is to be another by more

    copied = t.call("CopyObject", Bucket=other, Key="copy", CopySource=t.source("original"))

    t.expect.ok(copied)
    listed = t.given.call("ListObjectsV2", Bucket=other)
    told, shown = _modified(copied), _modified(listed)
    apart = abs(shown - told) if told and shown else None
    t.expect.true(
        apart is not None and apart <= timedelta(seconds=1),
        f"the listing's time {shown} is, to a second, that of the answer, {told}",
        of=listed,
    )


def _modified(got: Answer) -> datetime | None:
    """The first LastModified of an answer, without its fractions and its zone."""
    found = re.search(rb"<LastModified>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)", got.wire_body)
    with contextlib.suppress(ValueError):  # no day of any month, say
        return datetime.fromisoformat(found[1].decode()) if found else None
    return None
