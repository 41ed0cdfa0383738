"""The canonical request and the string to sign of Signature Version 4, as S3 makes them.

S3 encodes once and normalises no path, unlike Amazon's other services.
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_SHA256 = sha256(b"").hexdigest()

_plain_path = re.compile(r"[A-Za-z0-9\-._~/]*").fullmatch
_spaces = re.compile(r"  +")


def canonical_path(path: str) -> str:
    """The path decoded once and encoded once, whichever characters the client escaped."""
    if _plain_path(path):
        return path
    return quote(unquote_to_bytes(path), safe="/-._~")


def canonical_query(query: str, without: str = "") -> str:
    """The parameters encoded once and sorted; ``without`` names the one that is left out."""
    if not query:
        return ""
    pairs = []
    for piece in query.split("&"):
        if not piece:
            continue
        name, _, value = piece.partition("=")
        name = _encoded(name)
        if name != without:
            pairs.append((name, _encoded(value)))
    pairs.sort()
    return "&".join([f"{name}={value}" for name, value in pairs])


def _encoded(text: str) -> str:
    if _plain_path(text) and "/" not in text:
        return text
    return quote(unquote_to_bytes(text.replace("+", " ")), safe="-._~")


def canonical_request(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    signed: Sequence[str],
    payload_hash: str,
) -> str:
    """``path`` and ``query`` are canonical already; a signed header that is not there is empty."""
    lines = "\n".join([f"{name}:{headers.get(name, '')}" for name in signed])
    if "  " in lines:
        lines = _spaces.sub(" ", lines)
    return f"{method}\n{path}\n{query}\n{lines}\n\n{';'.join(signed)}\n{payload_hash}"


def string_to_sign(moment: str, scope: str, canonical: bytes) -> str:
    """``moment`` is YYYYMMDDTHHMMSSZ, ``scope`` is date/region/service/aws4_request."""
    return f"{ALGORITHM}\n{moment}\n{scope}\n{sha256(canonical).hexdigest()}"
