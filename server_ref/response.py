"""One answer as the transport sends it: a status, headers and a body, which may be a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO


@dataclass(slots=True)
class Segment:
    """A run of bytes of an open file; the transport sends it with sendfile and closes the file."""

    file: BinaryIO
    offset: int
    length: int


UNKNOWN = -1  # a length nobody knows yet


@dataclass(slots=True)
class Payload:
    """A streamed response body: bytes, segments of files, or an iterator.

    Only an iterator may be of UNKNOWN length, and it is sent in chunks.
    """

    length: int
    parts: tuple[bytes | Segment, ...] = ()
    chunks: Iterator[bytes] | None = None  # instead of parts


@dataclass(slots=True)
class Response:
    """``headers`` are sent in their order, with the names as written.

    Content-Length is added by the transport from ``body`` unless it is there already. The answer
    to HEAD has its Content-Length in ``headers`` and no body.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Payload = b""
    close: bool = False  # end the connection after this answer
