"""One answer as the transport sends it: a status, headers and a body."""

from __future__ import annotations

from dataclasses import dataclass, field

from server_ref.context import Payload


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
