"""What is hard about a key for a server that keeps objects as files, as the requests show it."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from conformance.model.records import Call, Exchange, Result

LONGEST_NAME = 255  # bytes of one file's name on the usual file systems


def hard_key(result: Result, call: Call) -> str:
    """``long-part``, or ``folder`` where the key is below another one (``a`` and ``a/b``); or "".

    Of the last request of ``call``; the other keys are those that the check wrote to.
    """
    if not call.exchanges:
        return ""
    method, bucket, key = _place(call.exchanges[-1])
    if not key or method not in ("GET", "HEAD", "PUT", "DELETE"):
        return ""
    if any(len(part) > LONGEST_NAME for part in key.split(b"/")):
        return "long-part"
    written = {
        place[2].rstrip(b"/")
        for other in result.calls
        for exchange in other.exchanges
        if (place := _place(exchange))[:2] == ("PUT", bucket)
    }
    return "folder" if any(_below(key.rstrip(b"/"), other) for other in written) else ""


def _below(one: bytes, other: bytes) -> bool:
    return one.startswith(other + b"/") or other.startswith(one + b"/")


def _place(exchange: Exchange) -> tuple[str, str, bytes]:
    """The method, bucket and key of a request."""
    method, _, rest = exchange.request.start_line.partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    bucket, _, key = path.lstrip("/").partition("/")
    return method, bucket, unquote_to_bytes(key)
