"""Steps for deviations that read a whole body, change it, or answer success for a refusal.

Bodies are held in memory here: a deviant server is for tests, and its objects are small.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change
from server_ref.deviations.steps import change_response
from server_ref.request import Request
from server_ref.response import Payload, Response
from server_ref.seams import Exchange, Seams

Operations = str | tuple[str, ...]


class Bytes:
    """A request body of bytes at hand."""

    def __init__(self, data: bytes) -> None:
        self.length: int | None = len(data)
        self.trailers: Mapping[str, str] = {}
        self._data = data

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Up to ``size`` bytes; b"" at the end."""
        data, self._data = self._data[:size], self._data[size:]
        return data


def read_all(body: Any) -> bytes:
    """What is left of a request's body."""
    return b"".join(iter(body.read, b""))


def read_payload(payload: Payload) -> bytes:
    """The bytes of a streamed answer; its files are closed."""
    if payload.chunks is not None:
        return b"".join(payload.chunks)
    pieces = []
    for part in payload.parts:
        if isinstance(part, bytes):
            pieces.append(part)
            continue
        part.file.seek(part.offset)
        pieces.append(part.file.read(part.length))
        part.file.close()
    return b"".join(pieces)


def edit_object(edit: Callable[[bytes], bytes]) -> Change:
    """GetObject delivers the object's bytes passed through ``edit``."""

    def change(exchange: Exchange, response: Response) -> None:
        if exchange.error is None and isinstance(response.body, Payload):
            response.body = edit(read_payload(response.body))
            response.headers["Content-Length"] = str(len(response.body))

    return change_response("GetObject", change)


def edit_document(operation: str, edit: Callable[[bytes], bytes]) -> Change:
    """The XML body of requests for ``operation`` passes through ``edit`` before it is parsed."""

    def step(server: Seams) -> None:
        @server.around_parse
        def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
            if op == operation:
                data = edit(read_all(request.body))
                request.body = Bytes(data)
                digest = hashlib.md5(data, usedforsecurity=False).digest()
                if "content-md5" in request.headers:
                    request.headers["content-md5"] = base64.b64encode(digest).decode()
            return plain(request, op)

    return step


def accept(operations: Operations, code: str, words: str = "") -> Change:
    """Where S3 refuses with ``code``, and with ``words`` in the message, the answer is 200."""

    def change(exchange: Exchange, response: Response) -> Response | None:
        error = exchange.error
        if error is None or error.code != code or words not in error.message:
            return None
        return Response(200, {**response.headers, "ETag": '"' + "0" * 32 + '"'})

    return change_response(operations, change)


def before(operations: Operations, change: Callable[[Context, Members], None]) -> Change:
    """``change(ctx, members)`` runs before the operation: it edits members, or raises."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        change(ctx, members)
        return handler(ctx, members)

    names = (operations,) if isinstance(operations, str) else operations

    def step(server: Seams) -> None:
        server.around(*names)(around)

    return step


def edit_key(operations: Operations, edit: Callable[[str], str]) -> Change:
    """The key of these operations is another than the one that was sent."""

    def change(_ctx: Context, members: Members) -> None:
        members["Key"] = edit(members["Key"])

    return before(operations, change)
