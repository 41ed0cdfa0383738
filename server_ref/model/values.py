"""Values of the service model as text, both ways: numbers, booleans, times, XML text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

UNREAD_NUMBER = "Provided {name} not an integer or within integer range"  # of a parameter

_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff"
_hostile = re.compile(rf'[&<>"{_CONTROLS}]').search  # S3 writes quotes as references too
_unheld = re.compile(rf"[{_CONTROLS}]")  # what XML cannot hold at all
_ASCII_UNHELD = bytes([*range(0x09), *range(0x0B, 0x20), 0x7F])


def xml_text(value: str) -> str:
    """Text of an element; characters XML cannot hold become references, as S3 writes them."""
    if value.__class__ is not str:
        value = str(value)
    if _hostile(value) is None:
        return value
    value = _markup_escaped(value)
    if _unheld.search(value) is None:
        return value
    return _unheld.sub(lambda match: f"&#x{ord(match.group()):x};", value)


def xml_texts(texts: Sequence[str]) -> Sequence[str]:
    """``xml_text`` of each; a thousand in one pass, since a line end is never changed by it."""
    together = "\n".join(texts)
    if not together.isascii():
        escaped = xml_text(together)
    else:  # bytes are searched five times as fast as by a regular expression
        raw = together.encode()
        held = len(raw.translate(None, _ASCII_UNHELD)) == len(raw)
        escaped = _markup_escaped(together) if held else xml_text(together)
    if escaped == together:
        return texts
    pieces = escaped.split("\n")
    return pieces if len(pieces) == len(texts) else [xml_text(text) for text in texts]


def _markup_escaped(value: str) -> str:
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace('"', "&quot;")


def boolean_text(value: bool) -> str:
    """``true`` or ``false``."""
    return "true" if value else "false"


def iso8601(value: datetime | str) -> str:
    """``2009-10-12T17:50:30.000Z``."""
    if isinstance(value, str):
        return xml_text(value)
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value.isoformat(timespec="milliseconds")[:23] + "Z"


def iso8601_seconds(value: datetime | str) -> str:
    """``2009-10-12T17:50:30.000Z``, cut to the second: what S3 keeps of a modification time.

    For years of four digits, as such times are.
    """
    if isinstance(value, str):
        return xml_text(value)
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    two = _TWO_DIGITS  # six times as fast as isoformat, which counts in a listing
    return (
        f"{value.year}-{two[value.month]}-{two[value.day]}"
        f"T{two[value.hour]}:{two[value.minute]}:{two[value.second]}.000Z"
    )


@lru_cache(maxsize=1024)
def http_date(value: datetime | str) -> str:
    """``Mon, 12 Oct 2009 17:50:30 GMT`` (RFC 9110, IMF-fixdate)."""
    if isinstance(value, str):
        return value
    moment = value.astimezone(UTC) if value.tzinfo else value
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day:02d} {_MONTHS[moment.month - 1]} {moment.year:04d}"
        f" {moment.hour:02d}:{moment.minute:02d}:{moment.second:02d} GMT"
    )


_imf = re.compile(
    r"\w{3,9}, (\d{1,2})[ -](\w{3})[ -](\d{4}|\d{2}) (\d\d):(\d\d):(\d\d) ?(\S*)", re.ASCII
)
_asctime = re.compile(r"\w{3} (\w{3}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})", re.ASCII)
# The zones of RFC 822, which S3 still reads (measured for https://github.com/brekkylab/backlot).
_ZONES = {
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"GMT": 0, "UTC": 0, "Z": 0, "": 0},
}
_zone = re.compile(r"([+-])(\d\d)([0-5]\d)", re.ASCII)


def parse_http_date(text: str) -> datetime:
    """All three forms of RFC 9110, section 5.6.7. Raises ValueError."""
    match = _imf.fullmatch(text.strip())
    if match:
        day, month, year, hour, minute, second, zone = match.groups()
    else:
        match = _asctime.fullmatch(text.strip())
        if not match:
            raise ValueError(f"not an HTTP date: {text!r}")
        month, day, hour, minute, second, year = match.groups()
        zone = "GMT"
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 70 else 2000
    try:
        month_number = _MONTHS.index(month.capitalize()) + 1
    except ValueError:
        raise ValueError(f"not a month: {month!r}") from None
    moment = datetime(
        number, month_number, int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC
    )
    if zone.upper() in _ZONES:
        return moment - timedelta(hours=_ZONES[zone.upper()])
    offset = _zone.fullmatch(zone)
    if not offset:
        raise ValueError(f"not a time zone: {zone!r}")
    shift = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    try:
        return moment - shift if offset[1] == "+" else moment + shift
    except OverflowError:
        raise ValueError(f"before the first year or after the last: {text!r}") from None


_iso = re.compile(r"(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def parse_iso8601(text: str) -> datetime:
    """A date, or a date and time with or without a zone (UTC then), as XML Schema writes them.

    Python's own reading takes far more: weeks, blanks, no separators. Raises ValueError.
    https://www.w3.org/TR/xmlschema-2/#dateTime
    """
    match = _iso.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a date and time of ISO 8601: {text!r}")
    date, time, fraction, zone = match.groups(default="")
    moment = datetime.fromisoformat(date + time + fraction[:7] + zone)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(f"before the first year or after the last: {text!r}") from None


def parse_timestamp(text: str) -> datetime:
    """ISO 8601 or an HTTP date. Raises ValueError."""
    try:
        return parse_iso8601(text)
    except ValueError:
        return parse_http_date(text)


_integer = re.compile(r"[+-]?[0-9]{1,19}")


def parse_integer(text: str, limit: int = 2**31 - 1) -> int:
    """A decimal integer of at most ``limit`` either way. Raises ValueError."""
    if not _integer.fullmatch(text):
        raise ValueError(f"not an integer: {text!r}")
    number = int(text)
    if not -limit - 1 <= number <= limit:
        raise ValueError(f"out of range: {text!r}")
    return number


_parameter = re.compile(r"-?[0-9]+")


def parse_parameter(text: str) -> int:
    """A number in a query: digits, a minus before them perhaps, no blank; what 32 bits hold.

    Raises ValueError. https://github.com/brekkylab/backlot/issues/192
    """
    if not _parameter.fullmatch(text):
        raise ValueError(f"not an integer: {text!r}")
    digits = text.lstrip("-").lstrip("0") or "0"
    return parse_integer(("-" if text[0] == "-" else "") + digits)


def parse_long(text: str) -> int:
    """A 64-bit integer. Raises ValueError."""
    return parse_integer(text, 2**63 - 1)


def parse_boolean(text: str) -> bool:
    """``true`` or ``false`` in any case. Raises ValueError."""
    lowered = text.strip().lower()
    if lowered not in ("true", "false"):
        raise ValueError(f"not a boolean: {text!r}")
    return lowered == "true"
