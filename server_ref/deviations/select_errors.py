"""Deviations of what S3 Select refuses: each takes one mistake for none."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import ignore_header, replace_error, swallow_error

_SELECT = "SelectObjectContent"
_NOTHING = {"Payload": b""}

declare(
    "select-empty-list-is-everything",
    "A SELECT without columns is answered with nothing.",
    swallow_error(_SELECT, "ParseEmptySelect", _NOTHING),
)
declare(
    "select-sums-anything",
    "SUM(*) is answered with nothing.",
    swallow_error(_SELECT, "ParseUnsupportedCallWithStar", _NOTHING),
)
declare(
    "select-patterns-of-any-hour",
    "A pattern of 24 hours with AM and PM is answered with nothing.",
    swallow_error(_SELECT, "EvaluatorTimestampFormatPatternHourClockAmPmMismatch", _NOTHING),
)
declare(
    "select-columns-without-a-place",
    "The column before the first is answered with nothing.",
    swallow_error(_SELECT, "InvalidColumnIndex", _NOTHING),
)
declare(
    "select-any-scan-range",
    "A scan range that ends before it begins is answered with nothing.",
    swallow_error(_SELECT, "InvalidScanRange", _NOTHING),
)
declare(
    "select-reads-what-is-cut-off",
    "A compressed object that is cut off is said to be broken CSV.",
    replace_error(_SELECT, "TruncatedInput", "CSVParsingError"),
)
declare(
    "select-of-any-storage-class",
    "A query of an object of reduced redundancy is answered with nothing.",
    swallow_error(_SELECT, "UnsupportedStorageClass", _NOTHING),
)
declare(
    "select-of-nothing",
    "A query without a body is said to be malformed XML.",
    replace_error(_SELECT, "EmptyRequestBody", "MalformedXML"),
)
declare(
    "select-takes-a-range",
    "A Range header of a query is not looked at.",
    ignore_header("Range"),
)
