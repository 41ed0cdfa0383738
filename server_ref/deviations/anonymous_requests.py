"""Deviations of how requests are read that nobody signed."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.deviations import Change, declare
from server_ref.deviations.bodies import accept
from server_ref.request import Request
from server_ref.seams import Seams

_HASH = "x-amz-content-sha256"


def _without(when: Callable[[str], bool], *names: str) -> Change:
    """Unsigned requests lose these headers where ``when`` holds for the hash they name."""

    def step(server: Seams) -> None:
        @server.on_request
        def unread(request: Request) -> None:
            signed = "authorization" in request.headers or "X-Amz-Signature" in request.query
            if not signed and when(request.headers.get(_HASH, "")):
                for name in names:
                    request.headers.pop(name, None)

    return step


declare(
    "anonymous-overrides-taken",
    "`response-*` of an unsigned request are no error, and nothing comes of them.",
    accept(("GetObject", "HeadObject"), "InvalidRequest", "for anonymous GET requests"),
)
declare(
    "anonymous-hash-ignored",
    "x-amz-content-sha256 of an unsigned request is not compared.",
    _without(lambda said: not said.startswith("STREAMING-"), _HASH),
)
declare(
    "anonymous-signed-chunks-taken",
    "An unsigned request may say that its chunks are signed; they are stored as they come.",
    _without(lambda said: said.startswith("STREAMING-AWS4"), _HASH),
)
declare(
    "anonymous-chunks-not-joined",
    "Chunks of an unsigned request are stored as they come.",
    _without(lambda said: said.startswith("STREAMING-UNSIGNED"), _HASH, "content-encoding"),
)
