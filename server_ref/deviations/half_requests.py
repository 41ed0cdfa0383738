"""Deviations of requests with a parameter, or a header, of another operation."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.steps import replace_error
from server_ref.request import Request
from server_ref.seams import Seams

_SOURCE = "x-amz-copy-source"
_WRITES = ("PUT", "POST", "DELETE")


def _unseen(name: str, when: Callable[[Request], bool]) -> Change:
    """A query parameter is not seen on the requests that ``when`` holds for."""

    def step(server: Seams) -> None:
        @server.on_request
        def blind(request: Request) -> None:
            if name in request.query and when(request):
                del request.query[name]

    return step


declare(
    "part-number-alone-ignored",
    "partNumber without uploadId is not looked at: the object itself is written.",
    _unseen("partNumber", lambda r: r.method in _WRITES and "uploadId" not in r.query),
)
declare(
    "upload-id-alone-ignored",
    "uploadId without partNumber on a PUT is not looked at: the object itself is written.",
    _unseen("uploadId", lambda r: r.method == "PUT" and "partNumber" not in r.query),
)
declare(
    "version-id-on-writes-ignored",
    "versionId on a PUT or a copy of an object is not looked at: a new object is written.",
    _unseen("versionId", lambda r: r.method == "PUT" and len(r.query) == 1),
)
declare(
    "upload-id-with-uploads-accepted",
    "uploads beside uploadId lists all uploads.",
    _unseen("uploadId", lambda r: "uploads" in r.query),
)
declare(
    "start-after-on-version-1-ignored",
    "ListObjects does not look at start-after.",
    _unseen("start-after", lambda r: "list-type" not in r.query),
)
declare(
    "listings-of-a-key-not-allowed",
    "?uploads and ?versions of a key answer MethodNotAllowed.",
    replace_error("", "InvalidRequest", "MethodNotAllowed"),
)


@deviation("unknown-overrides-ignored", "response-* parameters nobody knows are not looked at.")
def unknown_overrides_ignored(server: Seams) -> None:
    @server.around("GetObject")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        ctx.request.query.pop("response-unknown", None)
        return handler(ctx, members)


@deviation(
    "copy-source-ignored-elsewhere",
    "x-amz-copy-source on what is no copy is not looked at.",
)
def copy_source_ignored_elsewhere(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        if op not in ("CopyObject", "UploadPartCopy"):
            request.headers.pop(_SOURCE, None)
        return plain(request, op)
