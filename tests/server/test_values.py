"""Dates as HTTP has them: the three forms of RFC 9110, and zones that clients write beside GMT."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from server_ref.model.values import (
    http_date,
    iso8601,
    iso8601_seconds,
    parse_http_date,
    parse_iso8601,
    parse_timestamp,
)

NOON = datetime(2026, 2, 3, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 03 Feb 2026 12:00:00 GMT", NOON),
        ("Tue, 03 Feb 2026 12:00:00 +0000", NOON),
        ("Tue, 03 Feb 2026 14:30:00 +0230", NOON),
        ("Tue, 03 Feb 2026 09:30:00 -0230", NOON),
        ("Tuesday, 03-Feb-26 12:00:00 GMT", NOON),
        ("Tue, 03 Feb 2026 07:00:00 EST", NOON),
        ("Tuesday, 03-Feb-26 05:00:00 pdt", NOON),
        ("Tue Feb  3 12:00:00 2026", NOON),
        ("Sunday, 03-Feb-69 12:00:00 GMT", NOON.replace(year=2069)),
        ("Tuesday, 03-Feb-70 12:00:00 GMT", NOON.replace(year=1970)),
    ],
)
def test_a_date_of_http_is_one_moment(text: str, moment: datetime) -> None:
    assert parse_http_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "Tue, 03 Feb 2026 12:00:00 XYZ", "Tue, 03 Fob 2026 12:00:00 GMT", "2026-02-03"),
        *("Mon, 01 Jan 0001 00:00:00 +0100", "Fri, 31 Dec 9999 23:59:59 -0100"),  # no such moment
        *("Tue, 03 Feb 2026 12:00:00 +0160", "Tue, ٠٣ Feb ٢٠٢٦ 12:00:00 GMT"),
    ],
)
def test_what_is_no_date_is_said(text: str) -> None:
    with pytest.raises(ValueError):
        parse_http_date(text)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-23:59", "٢٠٢٦-02-03T12:00:00Z"]
)
def test_a_moment_before_the_first_or_after_the_last_is_no_date(text: str) -> None:
    for read in (parse_iso8601, parse_timestamp):
        with pytest.raises(ValueError):
            read(text)


def test_times_are_shown_in_utc() -> None:
    utc = datetime(2026, 2, 3, 12, 5, 9, 123_456, UTC)
    for moment in (
        utc,
        utc.replace(tzinfo=None),
        utc.astimezone(timezone(timedelta(hours=2))),
    ):
        assert iso8601(moment) == "2026-02-03T12:05:09.123Z"
        assert iso8601_seconds(moment) == "2026-02-03T12:05:09.000Z"
        assert http_date(moment) == "Tue, 03 Feb 2026 12:05:09 GMT"
    assert iso8601("a<b") == iso8601_seconds("a<b") == "a&lt;b"
    assert http_date("as it stands") == "as it stands"
