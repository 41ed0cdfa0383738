"""Numbers of parts as AIStore reads them."""

from __future__ import annotations

import re

from server_ref.aistore.errors import AISError

MOST = 9999  # the largest

_number = re.compile(r"[+-]?\d{1,18}", re.ASCII).fullmatch


def part_number(text: str) -> int:
    """Raises AISError: 400 for what is no number or below 1, 500 for one that is too large."""
    if not _number(text):
        raise AISError("NumError", f"invalid part number {text!r}", 400)
    number = int(text)
    if number < 1:
        raise AISError("", f"invalid part number {number}", 400)
    if number > MOST:
        raise AISError("", f"part number {number} is over {MOST}", 500)
    return number
