"""Checks of the time of last modification: its forms, and what moves it."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from conformance.trial import Answer, Trial, check

HTTP_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d:\d\d GMT"
)
RFC_9110_DATES = "https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7"
LISTED = re.compile(r"<LastModified>([^<]*)</LastModified>")


def _moment(got: Answer) -> datetime:
    return parsedate_to_datetime(got.need_header("Last-Modified"))


@check("last-modified", proved_by=["last-modified-not-http-date"], spec=RFC_9110_DATES)
def header_is_an_http_date(t: Trial) -> None:
    """Last-Modified is an HTTP date: `Wed, 21 Oct 2015 07:28:00 GMT`."""
    t.given.object("dated", b"x")

    t.expect.header(t.call("GetObject", Key="dated"), "Last-Modified", HTTP_DATE)


@check("last-modified", proved_by=["last-modified-epoch"])
def time_is_that_of_the_write(t: Trial) -> None:
    """An object just written was modified within the last minute, by the endpoint's own clock."""
    t.given.object("young", b"x")

    got = t.call("GetObject", Key="young")

    now = parsedate_to_datetime(got.need_header("Date"))
    t.expect.true(
        abs(now - _moment(got)) < timedelta(minutes=1),
        f"{got.need_header('Last-Modified')} is within a minute of {got.need_header('Date')}",
    )


@check("last-modified", proved_by=["last-modified-frozen"])
def head_and_get_tell_the_same_time(t: Trial) -> None:
    """HEAD and GET of an object tell the same Last-Modified."""
    t.given.object("dated", b"x")

    got = t.call("HeadObject", Key="dated")

    read = t.given.call("GetObject", Key="dated")
    t.expect.header(got, "Last-Modified", read.headers.get("Last-Modified", "(GET has none)"))


@check("last-modified", proved_by=["listing-time-differs"])
def listing_tells_the_same_second(t: Trial) -> None:
    """A listing tells the same second as the Last-Modified of the object."""
    t.given.object("dated", b"x")

    listed = t.call("ListObjectsV2", Prefix=t.key("dated"))

    head = t.given.call("HeadObject", Key="dated")
    shown = LISTED.search(listed.wire_body.decode())
    second = _moment(head).strftime("%Y-%m-%dT%H:%M:%S")
    t.expect.equal(shown and shown[1][:19], second, "LastModified in the listing, to the second")


@check(
    "last-modified",
    proved_by=["listing-time-without-zone"],
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html",
)
def listing_has_iso_8601_with_milliseconds(t: Trial) -> None:
    """In XML the time is ISO 8601 in UTC: `2015-10-21T07:28:00.000Z`, S3 says milliseconds."""
    t.given.object("dated", b"x")

    listed = t.call("ListObjectsV2", Prefix=t.key("dated"))

    shown = LISTED.search(listed.wire_body.decode())
    t.expect.true(
        shown and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", shown[1]),
        f"{shown[1] if shown else 'no LastModified'} is such a time",
    )
    t.expect.wording.true(
        shown and re.fullmatch(r".*\.\d{3}Z", shown[1]), "the time has milliseconds"
    )


@check("last-modified", proved_by=["last-modified-frozen"])
def overwriting_moves_the_time(t: Trial) -> None:
    """A second PUT, more than a second later, moves Last-Modified forward."""
    t.given.object("moving", b"first")
    before = _moment(t.given.call("HeadObject", Key="moving"))
    time.sleep(1.1)

    t.expect.ok(t.call("PutObject", Key="moving", Body=b"second"))

    after = _moment(t.given.call("HeadObject", Key="moving"))
    t.expect.true(after > before, f"{after} is later than {before}")


@check("last-modified", proved_by=["last-modified-moves-on-read"])
def reading_does_not_move_the_time(t: Trial) -> None:
    """A GET, more than a second after the PUT, leaves Last-Modified as it was."""
    t.given.object("still", b"x")
    before = t.given.call("HeadObject", Key="still").need_header("Last-Modified")
    time.sleep(1.1)

    t.expect.ok(t.call("GetObject", Key="still"))

    t.expect.header(t.given.call("HeadObject", Key="still"), "Last-Modified", before)


@check("last-modified", proved_by=["listing-time-is-now"])
def listing_keeps_the_time_when_read(t: Trial) -> None:
    """A GET, more than a second after the PUT, leaves the time in a listing as it was."""
    t.given.object("still", b"x")
    before = LISTED.search(t.look("ListObjectsV2", Prefix=t.key("still")).wire_body.decode())
    time.sleep(1.1)

    t.expect.ok(t.call("GetObject", Key="still"))

    after = LISTED.search(t.look("ListObjectsV2", Prefix=t.key("still")).wire_body.decode())
    t.expect.equal(after and after[1], before and before[1], "LastModified in the listing")
