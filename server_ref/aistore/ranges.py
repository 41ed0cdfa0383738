"""The Range header as AIStore's targets read it, which is how Go's own file server does.

https://github.com/NVIDIA/aistore/blob/main/ais/tgtobj.go
"""

from __future__ import annotations

import re

from server_ref.aistore.errors import AISError

_one = re.compile(r"(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII).fullmatch
_UNIT = "bytes="


def requested(header: str, size: int) -> tuple[int, int] | None:
    """Start and length of what is asked of so many bytes; None for all of them.

    The length may be 0. Raises AISError, 416: for what is no range, for several, for one outside.
    """
    if not header:
        return None
    if not header.startswith(_UNIT):
        raise _malformed(header)
    found: list[tuple[int, int]] = []
    outside = False
    for piece in header.removeprefix(_UNIT).split(","):
        text = piece.strip(" \t")
        if not text:
            continue
        match = _one(text)
        if match is None:
            raise _malformed(header)
        if match[3] is not None:
            length = min(int(match[3]), size)
            found.append((size - length, length))
            continue
        first = int(match[1])
        if first >= size:
            outside = True
            continue
        last = min(int(match[2]), size - 1) if match[2] else size - 1
        if match[2] and int(match[2]) < first:
            raise _malformed(header)
        found.append((first, last - first + 1))
    if outside and not found:
        error = AISError(
            "ErrRangeNotSatisfiable", f"range {header!r} is not in an object of {size} bytes", 416
        )
        error.headers = {"Content-Range": f"bytes */{size}"}
        raise error
    if len(found) > 1:
        raise AISError("ErrUnsupp", "multi-range is not supported", 416)
    return found[0] if found else None


def _malformed(header: str) -> AISError:
    return AISError("", f"invalid range {header!r}", 416)
