"""One request as the operations see it: decoded, authenticated, its body a stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class BodyReader(Protocol):
    """The payload of a request: all framing removed, verified as it is read."""

    length: int | None  # bytes of payload, when the request says so beforehand
    trailers: Mapping[str, str]  # lower-case names; complete once read() has returned b""

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Up to ``size`` bytes; ``b""`` at the end.

        Raises S3Error when the payload is not what was signed or declared (IncompleteBody,
        XAmzContentSHA256Mismatch, SignatureDoesNotMatch, InvalidChunkSizeError,
        MalformedTrailerError, …). Nothing read before may be kept then.
        """
        ...


@dataclass(slots=True)
class Request:
    """What came. ``headers`` has lower-case names; repeated ones are joined by a comma."""

    method: str
    target: str  # the request target as it was sent
    bucket: str | None  # None at the service's root
    key: str | None  # decoded once, None for a bucket's own operations
    query: dict[str, str]  # decoded; the first value where a name is repeated
    headers: dict[str, str]
    body: BodyReader
    host: str = ""
    secure: bool = False
    virtual_host: bool = False  # the host names the bucket
    client_address: str = ""
    id: str = ""  # x-amz-request-id
    encoding: str = "utf-8"  # what the head's bytes were decoded with: utf-8, or else latin-1
    trace: dict[str, str] = field(default_factory=dict)  # facts for the log line
    regions: tuple[str, ...] = ()  # it may be signed for, where a server has several
    region: str = ""  # it was signed for, or else that of its bucket; "" is the server's one
    tls: str = ""  # the version of TLS it came with: 1.2, 1.3; "" without TLS
