"""Checks of conditional GET and HEAD: ETags and dates, alone and together."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from conformance.trial import Trial, check

PRECEDENCE = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"
OTHER = '"00000000000000000000000000000000"'
_LONGEST_WAIT = 3.0  # seconds
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)


def after_it_was_written(t: Trial, name: str) -> datetime:
    """A second after the object's Last-Modified, once that is reached: S3 ignores the future.

    The control of If-Modified-Since: it was not modified since then, whatever parts of a second a
    server compares. That its own time is enough, too, is one check's.
    """
    head = t.given.call("HeadObject", Key=name)
    modified = parsedate_to_datetime(head.need_header("Last-Modified"))
    now = parsedate_to_datetime(head.need_header("Date"))  # the endpoint's own clock
    since = modified + timedelta(seconds=1)
    left = since - now  # Date is cut to whole seconds, so that this is never too short
    time.sleep(min(max(left.total_seconds(), 0.0), _LONGEST_WAIT))
    return since


@check(
    "conditional-read",
    proved_by=["read-if-match-refused", "read-if-match-ignored"],
    verified="aws-recorded 2026-02",
)
def matching_etag_is_read(t: Trial) -> None:
    """If-Match with the object's ETag answers the object; another ETag does not."""
    stored = t.given.object("conditional", b"data")
    other = t.call("GetObject", Key="conditional", IfMatch=OTHER)
    t.expect.status(other, 412)  # the condition is looked at

    got = t.call("GetObject", Key="conditional", IfMatch=stored.etag)

    t.expect.status(got, 200)
    t.expect.body(got, b"data")


@check("conditional-read", proved_by=["read-if-match-ignored"], verified="aws-recorded 2026-02")
def other_etag_is_a_failed_precondition(t: Trial) -> None:
    """If-Match with another ETag: 412 PreconditionFailed, and `Condition` names the header."""
    t.given.object("conditional", b"data")

    got = t.call("GetObject", Key="conditional", IfMatch=OTHER)

    t.expect.error(got, 412, "PreconditionFailed", Condition="If-Match")


@check(
    "conditional-read", proved_by=["read-if-none-match-ignored"], verified="aws-recorded 2026-02"
)
def known_etag_is_not_modified(t: Trial) -> None:
    """If-None-Match with the object's ETag: 304 without a body."""
    stored = t.given.object("conditional", b"data")

    got = t.call("GetObject", Key="conditional", IfNoneMatch=stored.etag)

    t.expect.status(got, 304)
    t.expect.equal(got.wire_body, b"", "body on the wire")


@check(
    "conditional-read",
    proved_by=["not-modified-without-etag"],
    only=("raw", "boto3"),
    spec="https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5",
    level="should",
)
def not_modified_still_has_the_etag(t: Trial) -> None:
    """A 304 has the ETag a 200 would have."""
    stored = t.given.object("conditional", b"data")

    got = t.call("GetObject", Key="conditional", IfNoneMatch=stored.etag)

    t.expect.status(got, 304)
    t.expect.header(got, "ETag", f'"{stored.etag.strip(chr(34))}"')


@check(
    "conditional-read",
    proved_by=["unquoted-etag-never-matches"],
    verified="aws-recorded 2026-02",
    level="should",
)
def etag_without_quotes_matches(t: Trial) -> None:
    """An ETag in If-None-Match without its quotes is understood: 304."""
    stored = t.given.object("conditional", b"data")

    got = t.call("GetObject", Key="conditional", IfNoneMatch=stored.etag.strip('"'))

    t.expect.status(got, 304)


@check(
    "conditional-read",
    proved_by=["read-if-none-match-always-304", "read-if-none-match-ignored"],
    verified="aws-recorded 2026-02",
)
def unknown_etag_is_read(t: Trial) -> None:
    """If-None-Match with another ETag answers the object; with its own it is 304."""
    stored = t.given.object("conditional", b"data")
    known = t.call("GetObject", Key="conditional", IfNoneMatch=stored.etag)
    t.expect.status(known, 304)  # the condition is looked at

    got = t.call("GetObject", Key="conditional", IfNoneMatch=OTHER)

    t.expect.status(got, 200)
    t.expect.body(got, b"data")


@check(
    "conditional-read",
    proved_by=["read-if-modified-since-ignored"],
    verified="aws-recorded 2026-02",
)
def object_not_modified_since_its_own_time(t: Trial) -> None:
    """If-Modified-Since with the object's own Last-Modified: 304."""
    t.given.object("conditional", b"data")
    modified = t.given.call("HeadObject", Key="conditional").need_header("Last-Modified")

    t.expect.status(t.call("GetObject", Key="conditional", IfModifiedSince=modified), 304)


@check(
    "conditional-read",
    proved_by=["read-future-date-obeyed"],
    verified="aws-recorded 2026-02",
    level="should",
)
def date_in_the_future_is_ignored(t: Trial) -> None:
    """If-Modified-Since with a time that has not come yet is ignored: 200."""
    t.given.object("conditional", b"data")
    since = after_it_was_written(t, "conditional")
    kept = t.call("GetObject", Key="conditional", IfModifiedSince=since)
    t.expect.status(kept, 304)  # the condition is looked at

    got = t.call(
        "GetObject", Key="conditional", IfModifiedSince=datetime.now(UTC) + timedelta(days=2)
    )

    t.expect.status(got, 200)


@check(
    "conditional-read",
    proved_by=["read-if-unmodified-since-ignored"],
    verified="aws-recorded 2026-02",
)
def object_modified_since_then_is_a_failed_precondition(t: Trial) -> None:
    """If-Unmodified-Since long ago: 412, and `Condition` names the header."""
    t.given.object("conditional", b"data")

    got = t.call("GetObject", Key="conditional", IfUnmodifiedSince=LONG_AGO)

    t.expect.error(got, 412, "PreconditionFailed", Condition="If-Unmodified-Since")


@check(
    "conditional-read", proved_by=["read-unmodified-before-match"], spec=PRECEDENCE, level="should"
)
def matching_etag_outweighs_the_date(t: Trial) -> None:
    """If-Match holds and If-Unmodified-Since does not: 200, the ETag decides."""
    stored = t.given.object("conditional", b"data")
    alone = t.call("GetObject", Key="conditional", IfUnmodifiedSince=LONG_AGO)
    t.expect.status(alone, 412)  # the date is looked at

    got = t.call("GetObject", Key="conditional", IfMatch=stored.etag, IfUnmodifiedSince=LONG_AGO)

    t.expect.status(got, 200)


@check("conditional-read", proved_by=["read-modified-before-none-match"], spec=PRECEDENCE)
def known_etag_outweighs_the_date(t: Trial) -> None:
    """If-None-Match fails and If-Modified-Since holds: 304, the ETag decides."""
    stored = t.given.object("conditional", b"data")
    since = after_it_was_written(t, "conditional")
    alone = t.call("GetObject", Key="conditional", IfModifiedSince=since)
    t.expect.status(alone, 304)  # the date is looked at

    got = t.call("GetObject", Key="conditional", IfNoneMatch=stored.etag, IfModifiedSince=LONG_AGO)

    t.expect.status(got, 304)


@check("conditional-read", proved_by=["head-if-match-ignored"], verified="aws-recorded 2026-02")
def head_of_another_etag_is_412_without_a_body(t: Trial) -> None:
    """HEAD with If-Match and another ETag: 412 without a body."""
    t.given.object("conditional", b"data")

    got = t.call("HeadObject", Key="conditional", IfMatch=OTHER)

    t.expect.status(got, 412)
    t.expect.equal(got.wire_body, b"", "body on the wire")


@check(
    "conditional-read", proved_by=["head-if-none-match-ignored"], verified="aws-recorded 2026-02"
)
def head_of_a_known_etag_is_304(t: Trial) -> None:
    """HEAD with If-None-Match and the object's ETag: 304."""
    stored = t.given.object("conditional", b"data")

    t.expect.status(t.call("HeadObject", Key="conditional", IfNoneMatch=stored.etag), 304)


@check(
    "conditional-read",
    proved_by=["old-dates-not-modified", "read-if-unmodified-since-ignored"],
    verified="aws-recorded 2026-02",
)
def object_modified_since_then_is_read(t: Trial) -> None:
    """If-Modified-Since long ago answers the object; If-Unmodified-Since only in the future."""
    t.given.object("conditional", b"data")
    later = datetime.now(UTC) + timedelta(days=2)
    since = after_it_was_written(t, "conditional")
    same = t.call("GetObject", Key="conditional", IfModifiedSince=since)
    t.expect.status(same, 304)  # the conditions are looked at
    changed = t.call("GetObject", Key="conditional", IfUnmodifiedSince=LONG_AGO)
    t.expect.status(changed, 412)

    for condition in ({"IfModifiedSince": LONG_AGO}, {"IfUnmodifiedSince": later}):
        got = t.call("GetObject", Key="conditional", **condition)
        t.expect.status(got, 200)
        t.expect.body(got, b"data")
