"""Words for what a type of the files expects, kept with its limits; a message says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

_EXPECTED = "expected"


def expects(words: str, **limits: Any) -> msgspec.Meta:
    """Limits of a type as ``msgspec.Meta`` takes them, with words for what they let through."""
    return msgspec.Meta(extra={_EXPECTED: words}, **limits)


def expected(extra: Mapping[str, Any] | None) -> str:
    """The words that ``expects`` has put into what msgspec keeps of a type; "" where none are."""
    return str((extra or {}).get(_EXPECTED, ""))
