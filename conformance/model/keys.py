"""What is hard about a key for a server that keeps objects as files, as the requests show it."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from conformance.model.misread import Asked
from conformance.model.records import Call, Result

LONGEST_NAME = 255  # bytes of one file's name on the usual file systems


def hard_key(result: Result, call: Call) -> str:
    """``long-part``, or ``folder`` where the key is below another one (``a`` and ``a/b``); or "".

    Of the last request of ``call``; the other keys are those that the check wrote to.
    """
    if not call.exchanges:
        return ""
    asked = Asked(call.exchanges[-1])
    key = unquote_to_bytes(asked.key)
    if not key or asked.method not in ("GET", "HEAD", "PUT", "DELETE"):
        return ""
    if any(len(part) > LONGEST_NAME for part in key.split(b"/")):
        return "long-part"
    written = {
        unquote_to_bytes(other.key).rstrip(b"/")
        for other in (Asked(exchange) for made in result.calls for exchange in made.exchanges)
        if (other.method, other.bucket) == ("PUT", asked.bucket)
    }
    return "folder" if any(_below(key.rstrip(b"/"), other) for other in written) else ""


def _below(one: bytes, other: bytes) -> bool:
    return one.startswith(other + b"/") or other.startswith(one + b"/")
