"""Checks of CopyObject from one bucket to another."""

from __future__ import annotations

import re

from conformance.checks.given_copies import given_bucket
from conformance.trial import Trial, check


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
)
def copy_is_as_young_as_the_request(t: Trial) -> None:
    """The copy's Last-Modified is the time of copying: that of the answer, not the source's."""
    t.given.object("original", b"x")
    other = t.given.bucket()

    copied = t.call("CopyObject", Bucket=other, Key="copy", CopySource=t.source("original"))

    t.expect.ok(copied)
    listed = t.given.call("ListObjectsV2", Bucket=other)
    told = re.search(r"<LastModified>(\S+?)</LastModified>", copied.wire_body.decode())
    shown = re.search(r"<LastModified>(\S+?)</LastModified>", listed.wire_body.decode())
    t.expect.equal(shown and shown[1][:19], told and told[1][:19], "time in the listing")
