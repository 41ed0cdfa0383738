"""Deviations of uploads that break off in the middle of their body."""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.deviations.bodies import before
from server_ref.errors import S3Error
from server_ref.request import BodyReader


class _Ended:
    """A body that ends where its bytes end, whatever length was announced."""

    def __init__(self, body: BodyReader) -> None:
        self.length: int | None = None  # nobody is told how long it should have been
        self.trailers = body.trailers
        self._body = body

    def read(self, size: int = 1 << 18, /) -> bytes:
        """Up to ``size`` bytes; b"" at the end, and where the connection ended."""
        try:
            return self._body.read(size)
        except S3Error as error:
            if error.code != "IncompleteBody":
                raise
            return b""


def _end(ctx: Context, members: Members) -> None:
    if "x-amz-decoded-content-length" in ctx.request.headers:
        return  # a stream of chunks has its own end
    ctx.request.body = _Ended(ctx.request.body)
    if "Body" in members:
        members["Body"] = ctx.request.body


declare(
    "broken-uploads-stored",
    "What came of an upload that broke off is stored.",
    before(("PutObject", "UploadPart"), _end),
)
