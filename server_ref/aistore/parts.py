"""Numbers of parts as AIStore reads them."""

from __future__ import annotations

import re

from server_ref.aistore.errors import AISError

MOST = 9999  # the largest that is kept; a larger one can be asked for
_LARGEST = 2**31 - 1

_number = re.compile(r"[+-]?\d{1,18}", re.ASCII).fullmatch


def part_number(text: str) -> int:
    """Raises AISError, 400: for what is no number of 32 bits, or below 1."""
    number = int(text) if _number(text) else _LARGEST + 1
    if number > _LARGEST:
        raise AISError("", f"invalid part number {text!r}", 400)
    if number < 1:
        raise AISError("", f"part number must be a positive integer, got: {number}", 400)
    return number
