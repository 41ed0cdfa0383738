"""Documents of requests as Go's decoder reads them: by their members, whatever the root is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from server_ref.aistore.errors import AISError
from server_ref.errors import S3Error
from server_ref.model.document import read


class Again:
    """A document that was read, to be read again."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.length: int | None = len(text)
        self.trailers: Mapping[str, str] = {}

    def read(self, _size: int = 0, /) -> bytes:
        """All of it, then b""."""
        text, self._text = self._text, b""
        return text


def renamed(text: bytes, root: str) -> bytes:
    """The document with this name of its root.

    Raises AISError for what is none: SyntaxError, or no code where not even a tag begins.
    """
    if b"<" not in text:
        raise AISError("", "EOF", 400)
    try:
        name = re.escape(read(text).name.encode())
    except S3Error as error:
        raise AISError("SyntaxError", "XML syntax error: unexpected EOF", 400) from error
    started = re.sub(
        rb"<((?:[^\s/>:]+:)?)" + name + rb"(?=[\s/>])", _named(b"<", root), text, count=1
    )
    before, mark, after = started.rpartition(b"</")
    ended = re.sub(rb"^((?:[^\s/>:]+:)?)" + name + rb"(?=[\s>])", _named(b"", root), after)
    return before + mark + ended


def _named(start: bytes, root: str) -> bytes:
    return start + rb"\g<1>" + root.encode()
