"""A form in a request's body (multipart/form-data): its fields, then its file as a stream.

RFC 7578, https://www.rfc-editor.org/rfc/rfc7578. The file is never held: memory is one block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from server_ref.errors import S3Error
from server_ref.request import BodyReader

MAX_FIELDS = 20 * 1024  # bytes before the file: names, values and what is between them
_BLOCK = 1 << 18
_parameter = re.compile(r';\s*(name|filename)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.I)
_disposition = re.compile(r"^content-disposition:\s*form-data\s*(;.*)$", re.I | re.M)

_field_name = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch  # it may become a header's


class Form(NamedTuple):
    """``fields`` have lower-case names; of a repeated one the last counts. None: no file came."""

    fields: dict[str, str]
    file_name: str | None  # without its folders; None when the part says none
    file: FilePart | None


class FilePart:
    """The bytes of the form's file; fields behind it are read over, as S3 ignores them."""

    length: int | None = None  # known when it is read

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts
        self.trailers: Mapping[str, str] = {}

    def read(self, size: int = _BLOCK, /) -> bytes:
        """Up to ``size`` bytes, b"" at the end; raises S3Error MalformedPOSTRequest without one."""
        data = self._parts.content(size)
        if not data:
            self._parts.drain()
        return data


def boundary_of(content_type: str) -> bytes | None:
    """The boundary of a multipart/form-data, "" without one; None for any other type."""
    from email.message import Message  # here: a server that meets no form starts without it

    message = Message()
    message["Content-Type"] = content_type
    if message.get_content_type() != "multipart/form-data":
        return None
    return (message.get_boundary() or "").encode("utf-8", "surrogateescape")


def read_form(body: BodyReader, boundary: bytes) -> Form:
    """Read up to the file.

    Raises S3Error MalformedPOSTRequest, MaxPostPreDataLengthExceeded, and what reading raises.
    """
    parts = _Parts(body, boundary)
    fields: dict[str, str] = {}
    parts.small()  # what stands before the first boundary means nothing
    while (head := parts.head()) is not None:
        name, file_name = _names(head)
        if name == "file":
            last = None if file_name is None else re.split(r"[/\\]", file_name)[-1]
            return Form(fields, last, FilePart(parts))
        fields[name] = _text(parts.small())
    return Form(fields, None, None)


def _names(head: bytes) -> tuple[str, str | None]:
    """The field's name in lower case, and the file's as it came, backslashes of a path too."""
    line = _disposition.search(_text(head).replace("\r\n", "\n"))
    found = {
        match[1].lower(): match[3] if match[2] is None else match[2].replace('\\"', '"')
        for match in _parameter.finditer(line[1] if line else "")
    }
    if not _field_name(found.get("name", "")):
        raise S3Error("MalformedPOSTRequest")
    return found["name"].lower(), found.get("filename")


def _too_long() -> S3Error:
    """Code and words as benefitcloud/ember-uploader#45 shows them; Amazon's list has others."""
    return S3Error("MaxPostPreDataLengthExceeded", MaxPostPreDataLengthBytes=MAX_FIELDS)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


class _Parts:
    """The parts of a body one after the other; at most a block and a boundary are held."""

    def __init__(self, body: BodyReader, boundary: bytes) -> None:
        self._body = body
        self._mark = b"\r\n--" + boundary
        self._held = b"\r\n"  # so that the first boundary looks like every other
        self._left = MAX_FIELDS

    def content(self, size: int) -> bytes:
        """Up to ``size`` bytes of this part; b"" at its end."""
        while True:
            end = self._held.find(self._mark)
            if end == 0:
                return b""
            sure = end if end > 0 else len(self._held) - len(self._mark) + 1
            if sure > 0:
                size = min(size, sure)
                data, self._held = self._held[:size], self._held[size:]
                return data
            self._more()

    def small(self) -> bytes:
        """The whole of this part, within what may come before the file."""
        pieces = []
        while piece := self.content(MAX_FIELDS):
            self._spend(len(piece))
            pieces.append(piece)
        return b"".join(pieces)

    def head(self) -> bytes | None:
        """The headers of the next part; None behind the last one."""
        start = len(self._mark)
        while len(self._held) < start + 2:
            self._more()
        if self._held.startswith(b"--", start):
            return None
        while (end := self._held.find(b"\r\n\r\n", start)) < 0:
            if len(self._held) - start > MAX_FIELDS:
                raise _too_long()
            self._more()
        head, self._held = self._held[start:end], self._held[end + 4 :]
        self._spend(len(head) + start)
        return head

    def drain(self) -> None:
        """Read what is behind the file."""
        while self._body.read(_BLOCK):
            pass

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _too_long()

    def _more(self) -> None:
        data = self._body.read(_BLOCK)
        if not data:
            raise S3Error("MalformedPOSTRequest")
        self._held += data
