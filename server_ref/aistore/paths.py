"""Paths of requests as AIStore reads them: any bytes are a name, and none leads upwards.

Names are text here. A byte that is no UTF-8 is kept as a character at the end of the last private
plane of Unicode, so that names differ where their bytes do; listings show it as Go's XML does.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, unquote_to_bytes

from server_ref.aistore.errors import AISError

_KEPT_AT = 0x10FF00  # plus the byte, of 0x80 and above
_SAFE = "/~!$&'()*+,;=:@-._"
_SHOWN = {_KEPT_AT + byte: "\N{REPLACEMENT CHARACTER}" for byte in range(0x80, 0x100)}


def shown(name: str) -> str:
    """A name as a listing shows it."""
    return name.translate(_SHOWN)


def has_nul(target: str) -> bool:
    """Whether a path has a NUL, which no file can have in its name."""
    return "%00" in target.partition("?")[0]


def readable(target: str, encoding: str) -> str:
    """The same target, whose path can be decoded; ``encoding`` is what its head was decoded with.

    Raises AISError for one that leads upwards.
    """
    path, mark, query = target.partition("?")
    if "%" not in path and path.isascii() and "../" not in path:
        return target
    data = unquote_to_bytes(path.encode(encoding))
    if b"../" in data:
        raise AISError("errInvalidPath", f"invalid path {path!r}", 400)
    try:
        data.decode()
    except UnicodeDecodeError:
        return f"{quote(_text(data), safe=_SAFE)}{mark}{query}"
    return target


def name(path: str, encoding: str) -> str:
    """The decoded name of a piece of a path. Raises AISError for one that leads upwards."""
    return unquote(readable(path, encoding))


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")
    return "".join(
        chr(_KEPT_AT + ord(one) - 0xDC00) if "\udc80" <= one <= "\udcff" else one for one in text
    )
