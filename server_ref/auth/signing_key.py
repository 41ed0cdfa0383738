"""The key of one day, region and service, ready to sign: HMAC-SHA256 with its two pads hashed.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html,
https://www.rfc-editor.org/rfc/rfc2104#section-4 (keys kept as the state after their pads)
"""

from __future__ import annotations

import hmac
from hashlib import sha256

_BLOCK = 64  # bytes of SHA-256's blocks
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class SigningKey:
    """Signs as often as wanted. Thread-safe; the key stays out of every representation."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret_key: str, date: str, region: str, service: str) -> None:
        """Derive it from a secret access key; ``date`` is YYYYMMDD."""
        key = b"AWS4" + secret_key.encode()
        for part in (date, region, service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = sha256(padded.translate(_INNER))
        self._outer = sha256(padded.translate(_OUTER))

    def sign(self, text: str) -> str:
        """The signature of a string to sign, in hexadecimal."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.hexdigest()
