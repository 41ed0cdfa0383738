"""Text outside ASCII in headers: encoded words (RFC 2047) of user metadata, bytes of the rest.

https://www.rfc-editor.org/rfc/rfc2047. S3 decodes such words when it takes metadata and encodes
what is not ASCII when it gives it back: in B where less than half is ASCII, otherwise in Q.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re

_WORD = re.compile(r"=\?([\w-]+)\?([BbQq])\?([^?]*)\?=", re.ASCII)
_ESCAPED = b"=_?"
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def decode(value: str) -> str:
    """A metadata value as it was meant; what is no encoded word stays."""
    match = _WORD.fullmatch(value)
    if match is None:
        return value
    charset, coding, text = match.groups()
    try:
        if coding in "Bb":
            raw = _from_base64(text)
        else:
            raw = quopri.decodestring(text.encode(), header=True)
        return raw.decode(charset, "replace")
    except (binascii.Error, LookupError):
        return value


def _from_base64(text: str) -> bytes:
    """The bytes of base64 as S3 reads it: what is no digit, in groups of four, has every bit set.

    ``=GGG`` gives FC 61 86 (recorded). Raises binascii.Error for other lengths.
    """
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        if len(text) % 4:
            raise
    padding = len(text) - len(text.rstrip("="))
    digits = [max(_DIGITS.find(character), -1) & 0x3F for character in text]
    raw = bytearray()
    for at in range(0, len(digits), 4):
        first, second, third, fourth = digits[at : at + 4]
        raw += (first << 18 | second << 12 | third << 6 | fourth).to_bytes(3, "big")
    return bytes(raw[: len(raw) - min(padding, 2)])


def encode(value: str) -> str:
    """A metadata value as a header shows it."""
    units = value.encode("utf-16-le")
    codes = [units[at] | units[at + 1] << 8 for at in range(0, len(units), 2)]
    strange = sum(code >= 0x7F or (code < 0x20 and code not in (9, 10, 13)) for code in codes)
    if not strange:
        return value
    raw = value.encode()
    if strange >= len(codes) - strange:
        return f"=?UTF-8?B?{base64.b64encode(raw).decode()}?="
    return f"=?UTF-8?Q?{''.join(_quoted(byte) for byte in raw)}?="


def _quoted(byte: int) -> str:
    if byte == 0x20:
        return "_"
    if byte < 0x20 or byte >= 0x7F or byte in _ESCAPED:
        return f"={byte:02X}"
    return chr(byte)


def literal(value: str) -> str:
    """A header value that ``decode`` makes ``value`` of, whatever characters are in it."""
    if value.isprintable() and _WORD.fullmatch(value) is None:
        return value
    return f"=?UTF-8?B?{base64.b64encode(value.encode()).decode()}?="


def as_bytes(value: str, encoding: str) -> str:
    """A system header's text as the bytes it came in, one character a byte."""
    return value if value.isascii() else value.encode(encoding).decode("latin-1")
