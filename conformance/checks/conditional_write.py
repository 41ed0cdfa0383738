"""Checks of conditional writes: PUT, copy, completion of an upload, DELETE."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conformance.trial import Trial, check

WRITES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"
OTHER = '"00000000000000000000000000000000"'


def _first_is_taken(t: Trial) -> None:
    """The control: `If-None-Match: *` is implemented, so that a 501 is about what it is given."""
    t.expect.ok(t.call("PutObject", Key="first", Body=b"x", IfNoneMatch="*"))


def _known_is_taken(t: Trial) -> None:
    """The control: If-Match with an ETag is implemented."""
    stored = t.given.object("known", b"x")
    t.expect.ok(t.call("PutObject", Key="known", Body=b"x", IfMatch=stored.etag))


def _upload_of_one_part(t: Trial, name: str) -> dict[str, Any]:
    """An upload that waits to be completed: the members CompleteMultipartUpload needs."""
    upload = t.given.call("CreateMultipartUpload", Key=name).need("UploadId")
    part = t.given.call("UploadPart", Key=name, UploadId=upload, PartNumber=1, Body=b"part")
    return {
        "Key": name,
        "UploadId": upload,
        "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part.need("ETag")}]},
    }


@check(
    "conditional-write",
    proved_by=["put-if-none-match-refused", "put-if-none-match-ignored"],
    verified="aws-recorded 2026-02",
    spec=WRITES,
)
def first_writer_wins(t: Trial) -> None:
    """PUT with `If-None-Match: *` succeeds where the key is absent, for the first and no second."""
    t.expect.ok(t.call("PutObject", Key="once", Body=b"first", IfNoneMatch="*"))
    second = t.call("PutObject", Key="once", Body=b"second", IfNoneMatch="*")
    t.expect.error(second, 412, "PreconditionFailed")

    t.expect.body(t.given.call("GetObject", Key="once"), b"first")


@check(
    "conditional-write",
    proved_by=["put-if-none-match-ignored"],
    verified="aws-recorded 2026-02",
    spec=WRITES,
)
def second_writer_is_refused(t: Trial) -> None:
    """PUT with `If-None-Match: *` where the key exists: 412, and the object stays as it was."""
    t.given.object("once", b"first")

    got = t.call("PutObject", Key="once", Body=b"second", IfNoneMatch="*")

    t.expect.error(got, 412, "PreconditionFailed", Condition="If-None-Match")
    t.expect.body(t.given.call("GetObject", Key="once"), b"first")


@check(
    "conditional-write",
    proved_by=["put-if-match-refused", "put-if-match-ignored"],
    verified="aws-recorded 2026-02",
    spec=WRITES,
)
def known_etag_may_be_overwritten(t: Trial) -> None:
    """PUT with If-Match and the object's ETag replaces the object; with another it does not."""
    stored = t.given.object("compared", b"first")
    other = t.call("PutObject", Key="compared", Body=b"other", IfMatch=OTHER)
    t.expect.error(other, 412, "PreconditionFailed")  # the condition is looked at

    t.expect.ok(t.call("PutObject", Key="compared", Body=b"second", IfMatch=stored.etag))

    t.expect.body(t.given.call("GetObject", Key="compared"), b"second")


@check(
    "conditional-write",
    proved_by=["put-if-match-ignored"],
    verified="aws-recorded 2026-02",
    spec=WRITES,
)
def other_etag_may_not_be_overwritten(t: Trial) -> None:
    """PUT with If-Match and another ETag: 412, and the object stays as it was."""
    t.given.object("compared", b"first")

    got = t.call("PutObject", Key="compared", Body=b"second", IfMatch=OTHER)

    t.expect.error(got, 412, "PreconditionFailed", Condition="If-Match")
    t.expect.body(t.given.call("GetObject", Key="compared"), b"first")


@check(
    "conditional-write",
    proved_by=["put-if-match-absent-is-412"],
    verified="aws-recorded 2026-02",
    spec=WRITES,
)
def if_match_of_an_absent_key_is_no_such_key(t: Trial) -> None:
    """PUT with If-Match where the key is absent: 404 NoSuchKey, not 412."""
    got = t.call("PutObject", Key="absent", Body=b"x", IfMatch=OTHER)

    t.expect.error(got, 404, "NoSuchKey", Key=t.key("absent"))


@check(
    "conditional-write",
    proved_by=["put-condition-forms-unchecked"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def if_none_match_takes_only_the_star(t: Trial) -> None:
    """PUT with If-None-Match and an ETag: 501 NotImplemented, naming the header."""
    _first_is_taken(t)

    got = t.call("PutObject", Key="x", Body=b"x", IfNoneMatch=OTHER)

    t.expect.error(got, 501, "NotImplemented", Header="If-None-Match")


@check(
    "conditional-write",
    proved_by=["put-condition-forms-unchecked"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def if_match_does_not_take_the_star(t: Trial) -> None:
    """PUT with `If-Match: *`: 501 NotImplemented, naming the header."""
    _known_is_taken(t)

    got = t.call("PutObject", Key="x", Body=b"x", IfMatch="*")

    t.expect.error(got, 501, "NotImplemented", Header="If-Match")


@check(
    "conditional-write",
    proved_by=["put-condition-forms-unchecked"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def both_conditions_exclude_each_other(t: Trial) -> None:
    """PUT with If-Match and If-None-Match: 501 NotImplemented, naming both."""
    _first_is_taken(t)
    _known_is_taken(t)

    got = t.call("PutObject", Key="x", Body=b"x", IfMatch=OTHER, IfNoneMatch="*")

    t.expect.error(got, 501, "NotImplemented", Header="If-Match,If-None-Match")


@check(
    "conditional-write",
    proved_by=["copy-if-none-match-ignored"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def copy_does_not_overwrite_if_told_so(t: Trial) -> None:
    """CopyObject with `If-None-Match: *` where the key exists: 412."""
    t.given.object("source", b"new")
    t.given.object("target", b"old")

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('target')}",
        headers={"x-amz-copy-source": t.source("source"), "If-None-Match": "*"},
    )

    t.expect.error(got, 412, "PreconditionFailed", Condition="If-None-Match")
    t.expect.body(t.given.call("GetObject", Key="target"), b"old")


@check(
    "conditional-write",
    proved_by=["delete-if-match-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def delete_of_another_etag_is_refused(t: Trial) -> None:
    """DELETE with If-Match and another ETag: 412, and the object is still there."""
    t.given.object("kept", b"x")

    got = t.call("DeleteObject", Key="kept", IfMatch=OTHER)

    t.expect.error(got, 412, "PreconditionFailed", Condition="If-Match")
    t.expect.body(t.given.call("GetObject", Key="kept"), b"x")


@check(
    "conditional-write",
    proved_by=["delete-if-match-size-accepted"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def delete_by_size_is_not_implemented(t: Trial) -> None:
    """DELETE with `x-amz-if-match-size` on a general purpose bucket: 501 NotImplemented."""
    t.given.object("sized", b"x")

    got = t.call("DeleteObject", Key="sized", IfMatchSize=1)

    t.expect.error(got, 501, "NotImplemented", Header="x-amz-if-match-size")


@check(
    "conditional-write",
    proved_by=["delete-if-match-time-accepted"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def delete_by_time_is_not_implemented(t: Trial) -> None:
    """DELETE with `x-amz-if-match-last-modified-time`: 501 NotImplemented."""
    t.given.object("timed", b"x")

    got = t.call(
        "DeleteObject", Key="timed", IfMatchLastModifiedTime=datetime(2025, 1, 1, tzinfo=UTC)
    )

    t.expect.error(got, 501, "NotImplemented", Header="x-amz-if-match-last-modified-time")


@check(
    "conditional-write",
    proved_by=["complete-conditions-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    spec=WRITES,
)
def completion_does_not_overwrite_if_told_so(t: Trial) -> None:
    """CompleteMultipartUpload with `If-None-Match: *` where the key exists by now: 412."""
    waiting = _upload_of_one_part(t, "raced")
    t.given.object("raced", b"was faster")

    got = t.call("CompleteMultipartUpload", IfNoneMatch="*", **waiting)

    t.expect.error(got, 412, "PreconditionFailed", Condition="If-None-Match")
    t.expect.body(t.given.call("GetObject", Key="raced"), b"was faster")


@check(
    "conditional-write",
    proved_by=["complete-conflicts-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    spec=WRITES,
)
def delete_during_an_upload_is_a_conflict(t: Trial) -> None:
    """CompleteMultipartUpload with `If-None-Match: *` after a delete during the upload: 409."""
    t.given.object("raced", b"")
    waiting = _upload_of_one_part(t, "raced")
    t.given.call("DeleteObject", Key="raced")

    got = t.call("CompleteMultipartUpload", IfNoneMatch="*", **waiting)

    t.expect.error(
        got, 409, "ConditionalRequestConflict", Condition="If-None-Match", Key=t.key("raced")
    )


@check(
    "conditional-write",
    proved_by=["complete-conflicts-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    spec=WRITES,
)
def put_during_an_upload_is_a_conflict(t: Trial) -> None:
    """CompleteMultipartUpload with If-Match after a PUT during the upload, identical too: 409."""
    t.given.object("raced", b"test")
    waiting = _upload_of_one_part(t, "raced")
    second = t.given.object("raced", b"test")

    got = t.call("CompleteMultipartUpload", IfMatch=second.etag, **waiting)

    t.expect.error(got, 409, "ConditionalRequestConflict", Condition="If-Match", Key=t.key("raced"))
