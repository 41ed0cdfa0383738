"""Checks of CDN origin: the headers a cache in front of a bucket lives on are kept and answered."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from conformance.trial import Trial, check

CACHING = "public, max-age=86400"
EXPIRES = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SAYS_CONDITIONS = ("aws-s3api", "boto3", "raw")
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"


@check("cdn", proved_by=["cdn-cache-control-lost"])
def cache_control_is_kept(t: Trial) -> None:
    """Cache-Control of the PUT comes back with the object."""
    t.expect.ok(t.call("PutObject", Key="page", Body=b"x", CacheControl=CACHING))

    t.expect.header(t.look("GetObject", Key="page"), "Cache-Control", CACHING)


@check("cdn", proved_by=["cdn-expires-lost"], verified="aws-recorded 2026-02")
def expires_is_kept(t: Trial) -> None:
    """Expires of the PUT comes back with the object, as an HTTP date."""
    t.expect.ok(t.call("PutObject", Key="page", Body=b"x", Expires=EXPIRES))

    got = t.look("GetObject", Key="page")
    t.expect.header(got, "Expires", re.compile("Wed, 0?2 Jan 2030 03:04:05 GMT"))


@check("cdn", proved_by=["cdn-head-without-cache-control"])
def head_shows_the_caching_headers(t: Trial) -> None:
    """HEAD answers the same Cache-Control as GET."""
    t.given.object("page", b"x", CacheControl=CACHING)

    t.expect.header(t.call("HeadObject", Key="page"), "Cache-Control", CACHING)


@check(
    "cdn",
    proved_by=["cdn-304-without-cache-control"],
    only=SAYS_CONDITIONS,
    spec="https://www.rfc-editor.org/rfc/rfc9110#name-304-not-modified",
    verified="observed",
)
def not_modified_repeats_the_caching_headers(t: Trial) -> None:
    """A 304 carries the Cache-Control that the 200 would have carried.

    HTTP asks for it; whether Amazon S3 does it is written nowhere, so it is not scored.
    """
    stored = t.given.object("page", b"x", CacheControl=CACHING)

    got = t.call("GetObject", Key="page", IfNoneMatch=stored.etag)

    t.expect.status(got, 304)
    t.expect.header(got, "Cache-Control", CACHING)


@check("cdn", proved_by=["cdn-range-without-cache-control"], only=SAYS_CONDITIONS)
def part_of_an_object_has_the_caching_headers(t: Trial) -> None:
    """A 206 carries the object's ETag and Cache-Control, so that parts can be cached."""
    stored = t.given.object("page", b"0123456789", CacheControl=CACHING)

    got = t.call("GetObject", Key="page", Range="bytes=2-4")

    t.expect.status(got, 206)
    t.expect.header(got, "ETag", stored.etag)
    t.expect.header(got, "Cache-Control", CACHING)


@check("cdn", proved_by=["cdn-copy-without-cache-control"], spec=f"{API}/API_CopyObject.html")
def copy_has_the_caching_headers_of_its_source(t: Trial) -> None:
    """A copy keeps the Cache-Control of its source."""
    t.given.object("page", b"x", CacheControl=CACHING)

    t.expect.ok(t.call("CopyObject", Key="copy", CopySource=t.source("page")))

    t.expect.header(t.look("GetObject", Key="copy"), "Cache-Control", CACHING)
