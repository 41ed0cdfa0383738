"""A document's body, read only for whom may send it: the decision comes before the first byte.

Reading and taking apart up to 8 MiB costs more than saying no. Where the body has a say in the
decision (tags that a policy asks for), a little of it is read first.
"""

from __future__ import annotations

from collections.abc import Callable

from server_ref.errors import S3Error
from server_ref.policy.facts import BodyNeeded
from server_ref.request import BodyReader

UNDECIDED = 256 * 1024  # bytes; ten tags with every character escaped are 40 KB


class AdmittedBody:
    """The body of a request; the first read asks ``decide``.

    ``read`` raises what ``decide`` raises; after BodyNeeded it goes on for UNDECIDED bytes, then
    raises S3Error AccessDenied.
    """

    __slots__ = ("_decide", "_left", "_source", "length", "trailers")

    def __init__(self, source: BodyReader, decide: Callable[[], None]) -> None:
        self._source = source
        self._decide: Callable[[], None] | None = decide
        self._left: int | None = None  # bytes; None: as many as there are
        self.length = source.length
        self.trailers = source.trailers

    def read(self, size: int = 1 << 18, /) -> bytes:
        """As BodyReader."""
        decide, self._decide = self._decide, None
        if decide is not None:
            try:
                decide()
            except BodyNeeded:
                self._left = UNDECIDED
        data = self._source.read(size)
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise S3Error("AccessDenied")
        return data
