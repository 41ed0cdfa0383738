"""Bodies of requests: as they were, or made again from what is said of them."""

from __future__ import annotations

import ast
import base64
import hashlib
import zlib
from typing import Any


def body_of(said: Any, length: int) -> tuple[bytes, bool]:
    """The bytes, and whether they are certain: a body only described may be another one."""
    if said is None:
        return b"", True
    if isinstance(said, str):
        plain = said.encode("utf-8", "surrogateescape")
        if len(plain) != length >= 0 and len(said) == length:
            plain = said.encode("latin-1", "replace")
        return plain, True
    if "base64" in said:
        return base64.b64decode(said["base64"]), True
    if "stream" in said:
        return b"x" * length, False
    begins = ast.literal_eval(said.get("all") or said["begins"])
    wanted, count = said["md5"], said["bytes"]
    for period in range(1, len(begins) + 1):
        unit = begins[:period]
        made = (unit * (count // period + 1))[:count]
        if made.startswith(begins) and hashlib.md5(made).hexdigest() == wanted:
            return made, True
    return (begins * (count // len(begins) + 1))[:count], False


def digests(body: bytes) -> dict[str, str]:
    """Headers that follow from a body, to be made again when it is changed."""
    return {
        "content-md5": _text(hashlib.md5(body).digest()),
        "x-amz-checksum-crc32": _text(zlib.crc32(body).to_bytes(4, "big")),
        "x-amz-checksum-sha1": _text(hashlib.sha1(body).digest()),
        "x-amz-checksum-sha256": _text(hashlib.sha256(body).digest()),
    }


def _text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
