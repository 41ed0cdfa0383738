"""Checks of reads on several conditions at once, and on conditions of one version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.checks.conditional_read import after_it_was_written
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RECORDED = "aws-recorded 2026-02"
SPEC = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
OTHER = '"00000000000000000000000000000000"'


@check(
    "conditional-read",
    proved_by=["known-etags-before-failed-matches"],
    only=SDK,
    verified=RECORDED,
    spec=SPEC,
    level="should",
)
def failed_match_is_told_before_a_known_etag(t: Trial) -> None:
    """If-Match, or If-Unmodified-Since, fails beside If-None-Match that fails too: 412, not 304."""
    stored = t.given.object("conditional", b"content")
    known = {"Key": "conditional", "IfNoneMatch": stored.etag}
    t.expect.status(t.call("GetObject", **known), 304)

    match = t.call("GetObject", **known, IfMatch=OTHER, IfUnmodifiedSince=LONG_AGO)
    date = t.call("GetObject", **known, IfUnmodifiedSince=LONG_AGO)

    t.expect.error(match, 412, "PreconditionFailed", Condition="If-Match")
    t.expect.error(date, 412, "PreconditionFailed", Condition="If-Unmodified-Since")


@check(
    "conditional-read",
    proved_by=["conditions-that-hold-refused"],
    only=SDK,
    verified=RECORDED,
    spec=SPEC,
    level="should",
)
def object_is_read_where_every_condition_holds(t: Trial) -> None:
    """All four conditions of a GET at once, and all hold: 200 with the object."""
    stored = t.given.object("conditional", b"content")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    since = after_it_was_written(t, "conditional")
    for alone, status in (  # each is looked at
        ({"IfMatch": OTHER}, 412),
        ({"IfNoneMatch": stored.etag}, 304),
        ({"IfModifiedSince": since}, 304),
        ({"IfUnmodifiedSince": LONG_AGO}, 412),
    ):
        t.expect.status(t.call("GetObject", Key="conditional", **alone), status)

    got = t.call(
        "GetObject",
        Key="conditional",
        IfMatch=stored.etag,
        IfNoneMatch=OTHER,
        IfModifiedSince=LONG_AGO,
        IfUnmodifiedSince=tomorrow,
    )

    t.expect.status(got, 200)
    t.expect.body(got, b"content")


@check(
    "conditional-read",
    proved_by=["conditions-are-of-the-latest"],
    only=SDK,
    spec=SPEC,
    level="should",
)
def conditions_are_of_the_version_that_is_named(t: Trial) -> None:
    """GET and HEAD of an old version: If-Match and If-None-Match are compared with its ETag."""
    # seaweedfs/seaweedfs tests for it since they compared with the latest
    bucket = t.given.versioned_bucket()
    old = t.given.object("key", b"old", Bucket=bucket)
    new = t.given.object("key", b"new", Bucket=bucket)
    asked: dict[str, Any] = {"Bucket": bucket, "Key": "key", "VersionId": old.need_version_id()}

    for operation in ("GetObject", "HeadObject"):
        t.expect.status(t.call(operation, **asked, IfMatch=old.etag), 200)
        t.expect.status(t.call(operation, **asked, IfMatch=new.etag), 412)
        t.expect.status(t.call(operation, **asked, IfNoneMatch=old.etag), 304)
        t.expect.status(t.call(operation, **asked, IfNoneMatch=new.etag), 200)
