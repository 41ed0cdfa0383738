"""The frames of an event stream: prelude, headers, payload, and a CRC after each half.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
"""

from __future__ import annotations

import struct
import zlib

_STRING = 7  # the only type of header value there is in S3's events


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    """One message. Raises ValueError for a header that has no place in it."""
    encoded = b"".join(_header(name, value) for name, value in headers.items())
    total = 12 + len(encoded) + len(payload) + 4
    prelude = struct.pack(">II", total, len(encoded))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + encoded + payload
    return message + struct.pack(">I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    if not 0 < len(key) < 256 or len(text) > 0xFFFF:
        raise ValueError(f"no header of an event: {name!r}")
    return struct.pack(">B", len(key)) + key + struct.pack(">BH", _STRING, len(text)) + text


def records(payload: bytes) -> bytes:
    """A piece of the result."""
    return _event("Records", payload, "application/octet-stream")


def continuation() -> bytes:
    """Nothing yet, and the query is still running."""
    return _event("Cont", b"", None)


def progress(scanned: int, processed: int, returned: int) -> bytes:
    """How far the query is, in bytes."""
    return _event("Progress", _counts("Progress", scanned, processed, returned), "text/xml")


def stats(scanned: int, processed: int, returned: int) -> bytes:
    """How far the query came, in bytes."""
    return _event("Stats", _counts("Stats", scanned, processed, returned), "text/xml")


def end() -> bytes:
    """The result is complete."""
    return _event("End", b"", None)


def error(code: str, message: str) -> bytes:
    """The query failed after the answer began; nothing follows."""
    headers = {":message-type": "error", ":error-code": code, ":error-message": message[:2000]}
    return frame(headers, b"")


def _event(kind: str, payload: bytes, content_type: str | None) -> bytes:
    headers = {":message-type": "event", ":event-type": kind}
    if content_type is not None:
        headers[":content-type"] = content_type
    return frame(headers, payload)


def _counts(root: str, scanned: int, processed: int, returned: int) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root}><BytesScanned>{scanned}</BytesScanned>'
        f"<BytesProcessed>{processed}</BytesProcessed>"
        f"<BytesReturned>{returned}</BytesReturned></{root}>"
    ).encode()
