"""Checks of Bucket creation time: what the list of buckets says of it."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from conformance.trial import Answer, Trial, check

GRACE = timedelta(seconds=30)  # the endpoint's own clock may be several machines' clocks


@check("bucket-creation-time", proved_by=["creation-time-1970"], level="should")
def creation_time_is_not_before_the_creation(t: Trial) -> None:
    """CreationDate is not earlier than the Date at which the bucket was created."""
    name = t.bucket_name()
    made = _date(t.given.call("CreateBucket", **t.located({"Bucket": name})))

    created = _creation(t.call("ListBuckets"), name)

    t.expect.true(
        created is not None and created >= made - GRACE, f"{created} is not before {made}"
    )


@check("bucket-creation-time", proved_by=["creation-time-in-the-future"], level="should")
def creation_time_is_not_in_the_future(t: Trial) -> None:
    """CreationDate is not later than the Date of the listing: it is in UTC, not in local time."""
    name = t.given.bucket()

    got = t.call("ListBuckets")

    created, now = _creation(got, name), _date(got)
    t.expect.true(created is not None and created <= now + GRACE, f"{created} is not after {now}")


@check("bucket-creation-time", proved_by=["creation-time-local"])
def creation_time_is_iso_8601_in_utc(t: Trial) -> None:
    """On the wire CreationDate is ISO 8601 with a Z, as `2026-02-21T09:30:00.000Z`."""
    t.given.bucket()

    got = t.call("ListBuckets")

    text = got.wire_body.decode("utf-8", "replace")
    t.expect.status(got, 200)
    dates = re.findall(r"<CreationDate>([^<]*)</CreationDate>", text)
    wrong = [d for d in dates if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", d)]
    t.expect.true(dates, "the list has creation dates")
    t.expect.equal(wrong, [], "creation dates in another form")


@check("bucket-creation-time", proved_by=["creation-time-only-of-the-first"])
def every_bucket_has_a_creation_time(t: Trial) -> None:
    """No bucket in the list is without its CreationDate."""
    t.given.bucket()
    t.given.bucket()

    got = t.call("ListBuckets")

    t.expect.member(got, "Buckets[?!CreationDate].Name", [])
    t.tells_absent()


@check("bucket-creation-time", proved_by=["creation-time-moves"], level="should")
def creation_time_stays_when_objects_come(t: Trial) -> None:
    """Writing an object, more than a second later, does not change the bucket's CreationDate."""
    name = t.given.bucket()
    before = _creation(t.call("ListBuckets"), name)
    time.sleep(1.1)  # a server that tells whole seconds moves it, too
    t.given.object("new", b"x", Bucket=name)

    after = _creation(t.call("ListBuckets"), name)

    t.expect.true(before is not None, "the bucket is listed with a creation date")
    t.expect.equal(after, before, "CreationDate after the object was written")


def _creation(listed: Answer, name: str) -> datetime | None:
    for bucket in listed.members.get("Buckets") or []:
        if bucket.get("Name") == name and isinstance(bucket.get("CreationDate"), datetime):
            found: datetime = bucket["CreationDate"]
            return found
    return None


def _date(got: Answer) -> datetime:
    """The endpoint's own time of an answer; ours where it says none."""
    if "Date" in got.headers:
        return parsedate_to_datetime(got.need_header("Date"))
    return datetime.now(UTC)
