"""Checks of what HEAD takes as GET does: other headers of the answer, and conditions of time."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.checks.conditional_read import after_it_was_written
from conformance.checks.given_policies import BY_HAND
from conformance.trial import Trial, check

HEAD = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html"
PAST, FUTURE = datetime(2001, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@check(
    "head-object",
    proved_by=["head-ignores-response-headers"],
    only=BY_HAND,
    level="should",
    spec=HEAD,
)
def head_answers_the_headers_that_were_asked_for(t: Trial) -> None:
    """HEAD with response-* in its query answers those headers, as GET would."""
    t.given.object("key", b"x", ContentType="text/x-kept")

    got = t.call(
        "HeadObject",
        Key="key",
        ResponseCacheControl="no-cache",
        ResponseContentDisposition="attachment",
        ResponseContentEncoding="identity",
        ResponseContentLanguage="de",
        ResponseContentType="text/x-asked",
        ResponseExpires="Thu, 01 Jan 2037 00:00:00 GMT",
    )

    t.expect.status(got, 200)
    t.expect.header(got, "Cache-Control", "no-cache")
    t.expect.header(got, "Content-Disposition", "attachment")
    t.expect.header(got, "Content-Encoding", "identity")
    t.expect.header(got, "Content-Language", "de")
    t.expect.header(got, "Content-Type", "text/x-asked")
    t.expect.header(got, "Expires", "Thu, 01 Jan 2037 00:00:00 GMT")
    t.expect.header(t.call("HeadObject", Key="key"), "Content-Type", "text/x-kept")


@check("conditional-read", proved_by=["head-ignores-times"], only=BY_HAND, spec=HEAD)
def head_keeps_to_conditions_of_time(t: Trial) -> None:
    """HEAD not modified since a second ago is 304, unmodified since the past 412; else 200."""
    t.given.object("key", b"x")

    t.expect.status(t.call("HeadObject", Key="key", IfModifiedSince=PAST), 200)
    t.expect.status(t.call("HeadObject", Key="key", IfUnmodifiedSince=FUTURE), 200)
    t.expect.status(t.call("HeadObject", Key="key", IfUnmodifiedSince=PAST), 412)
    since = after_it_was_written(t, "key")
    t.expect.status(t.call("HeadObject", Key="key", IfModifiedSince=since), 304)
