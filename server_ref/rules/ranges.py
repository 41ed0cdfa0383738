"""Byte ranges: which bytes a Range header means of an object of a size.

https://www.rfc-editor.org/rfc/rfc9110#section-14.2; what S3 does not understand it ignores.
"""

from __future__ import annotations

import re

from server_ref.errors import S3Error

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


def requested(header: str, size: int) -> tuple[int, int] | None:
    """(start, length); None when the whole object is to be sent as if there were no range.

    Raises S3Error InvalidRange when no byte of it exists.
    """
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        if not size and number(last):
            return None  # the last bytes of nothing are all there are
        length = min(number(last), size)
        if not length:
            raise unsatisfiable(header, size)
        return size - length, length
    start = number(first)
    if last and number(last) < start:
        return None
    if start >= size:
        raise unsatisfiable(header, size)
    end = min(number(last), size - 1) if last else size - 1
    return start, end - start + 1


def number(digits: str) -> int:
    """Of any length: no object is as long as what has more than 18 digits."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= 18 else 10**18


def unsatisfiable(header: str, size: int) -> S3Error:
    """The error for a range that has no byte in the object."""
    return S3Error(
        "InvalidRange",
        RangeRequested=header,
        ActualObjectSize=size,
    )
