"""Paths of requests as AIStore reads them: any bytes are a name, and none leads upwards.

Names are text here. A byte that is no UTF-8 is kept as a character at the end of the last private
plane of Unicode, so that names differ where their bytes do; listings show it as Go's XML does.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, unquote_plus, unquote_to_bytes

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


def reparsed(target: str) -> str:
    """The target as a proxy reads it: a question mark that is escaped begins a query, too.

    https://github.com/tensorflow/tensorflow/issues/41798
    """
    path, _, query = target.partition("?")
    at = path.upper().find("%3F")
    if at < 0:
        return target
    more = unquote(path[at + 3 :])
    pieces = [quote(piece, safe="=%+") for piece in more.split("&") if piece]
    return f"{path[:at]}?{'&'.join([query, *pieces] if query else pieces)}"


def parameters(query: str) -> frozenset[str]:
    """The names of a query's parameters."""
    return frozenset(unquote_plus(piece.partition("=")[0]) for piece in query.split("&"))


def object_name(key: str) -> str:
    """The name that a key becomes, with neither empty pieces nor dots between its slashes.

    Raises AISError for a key without a name.
    """
    pieces = [piece for piece in key.split("/") if piece]
    if not pieces:
        raise AISError("", "missing or empty object name", 400)
    return "/".join([piece for piece in pieces if piece != "."] or pieces)


def refuse_home(key: str) -> None:
    """Raises AISError for a name with a piece that ends with a tilde, as a home folder's does."""
    if "~/" in key:
        raise AISError("errInvalidObjName", f"invalid object name {key!r}", 400)


def name(path: str, encoding: str) -> str:
    """The decoded name of a piece of a path. Raises AISError for one that leads upwards."""
    return unquote(readable(path, encoding))


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")
    return "".join(
        chr(_KEPT_AT + ord(one) - 0xDC00) if "\udc80" <= one <= "\udcff" else one for one in text
    )
