"""Checks of conditions on the source of a copied part: ETags, dates, and which of two decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from conformance.checks.conditional_read import after_it_was_written
from conformance.checks.given_uploads import given_upload
from conformance.trial import Answer, Stored, Trial, check

SDK = ("boto3", "raw")
RECORDED = "aws-recorded 2026-02"
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
OTHER = '"00000000000000000000000000000000"'


def _copied(t: Trial, **conditions: Any) -> Answer:
    """A part of a new upload, copied from `source` on these conditions."""
    upload = given_upload(t, "joined")
    return t.call(
        "UploadPartCopy",
        Key="joined",
        UploadId=upload,
        PartNumber=1,
        CopySource=t.source("source"),
        **conditions,
    )


def _source(t: Trial) -> tuple[Stored, datetime]:
    """The source and its Last-Modified."""
    stored = t.given.object("source", b"0123456789")
    head = t.given.call("HeadObject", Key="source")
    return stored, parsedate_to_datetime(head.need_header("Last-Modified"))


def _refused(t: Trial, got: Answer, header: str) -> None:
    t.expect.error(got, 412, "PreconditionFailed", Condition=f"x-amz-copy-source-{header}")


@check(
    "upload-part-copy",
    proved_by=["copied-part-etag-condition-ignored"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def part_is_not_copied_from_a_known_etag(t: Trial) -> None:
    """copy-source-if-none-match with the source's ETag: 412; with another it is copied."""
    stored, _ = _source(t)

    _refused(t, _copied(t, CopySourceIfNoneMatch=stored.etag), "If-None-Match")
    t.expect.ok(_copied(t, CopySourceIfNoneMatch=OTHER))


@check(
    "upload-part-copy",
    proved_by=["copied-part-date-condition-ignored"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def part_is_not_copied_from_what_was_modified_since(t: Trial) -> None:
    """copy-source-if-unmodified-since long ago: 412; a second after its own time it is copied."""
    _, modified = _source(t)

    _refused(t, _copied(t, CopySourceIfUnmodifiedSince=LONG_AGO), "If-Unmodified-Since")
    # a server may compare parts of a second
    t.expect.ok(_copied(t, CopySourceIfUnmodifiedSince=modified + timedelta(seconds=1)))


@check(
    "upload-part-copy",
    proved_by=["copied-part-date-condition-ignored"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def part_is_not_copied_from_what_was_not_modified_since(t: Trial) -> None:
    """copy-source-if-modified-since with the source's own time: 412; long ago: it is copied."""
    _, modified = _source(t)

    _refused(t, _copied(t, CopySourceIfModifiedSince=modified), "If-Modified-Since")
    t.expect.ok(_copied(t, CopySourceIfModifiedSince=LONG_AGO))


@check(
    "upload-part-copy",
    proved_by=["copied-part-future-counts"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def date_of_the_future_is_no_condition_of_a_copied_part(t: Trial) -> None:
    """copy-source-if-modified-since with a time that has not come yet is ignored."""
    _, modified = _source(t)
    since = after_it_was_written(t, "source")
    _refused(t, _copied(t, CopySourceIfModifiedSince=since), "If-Modified-Since")

    t.expect.ok(_copied(t, CopySourceIfModifiedSince=modified + timedelta(days=1)))


@check(
    "upload-part-copy",
    proved_by=["copied-part-date-outweighs-the-etag"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def matching_etag_of_a_copied_part_outweighs_the_date(t: Trial) -> None:
    """copy-source-if-match that holds beside if-unmodified-since that does not: it is copied."""
    stored, _ = _source(t)
    _refused(t, _copied(t, CopySourceIfUnmodifiedSince=LONG_AGO), "If-Unmodified-Since")

    got = _copied(t, CopySourceIfMatch=stored.etag, CopySourceIfUnmodifiedSince=LONG_AGO)

    t.expect.ok(got)
    t.expect.member(got, "CopyPartResult.ETag", stored.etag)


@check(
    "upload-part-copy",
    proved_by=["copied-part-etag-outweighs-the-date"],
    only=SDK,
    verified=RECORDED,
    level="should",
)
def other_etag_of_a_copied_part_does_not_outweigh_the_date(t: Trial) -> None:
    """copy-source-if-none-match that holds beside if-unmodified-since that does not: 412."""
    _source(t)

    got = _copied(t, CopySourceIfNoneMatch=OTHER, CopySourceIfUnmodifiedSince=LONG_AGO)

    _refused(t, got, "If-Unmodified-Since")
