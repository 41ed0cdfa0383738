"""Deviations of the Authorization header's errors, and of presigned requests with more to them."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import replace_error
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Seams

Parse = Callable[[Request, str], Members]

declare(
    "authorization-malformed-is-a-mismatch",
    "A malformed Authorization header is SignatureDoesNotMatch.",
    replace_error("*", "AuthorizationHeaderMalformed", "SignatureDoesNotMatch"),
)
declare(
    "signed-without-a-date",
    "A signature without a date is a mismatch.",
    replace_error("*", "AccessDenied", "SignatureDoesNotMatch"),
)


@deviation("authorization-of-any-kind", "An Authorization header that is no signature is ignored.")
def authorization_of_any_kind(server: Seams) -> None:
    @server.on_request
    def ignored(request: Request) -> None:
        if request.headers.get("authorization", "").startswith(("Bearer ", "Basic ")):
            del request.headers["authorization"]


@deviation("authorization-case-counts", "Parts of an Authorization header need their blanks.")
def authorization_case_counts(server: Seams) -> None:
    @server.on_request
    def refused(request: Request) -> Response | None:
        tight = ",Signature=" in request.headers.get("authorization", "")
        return Response(400, {}) if tight else None


def _presigned(server: Seams, change: Callable[[Request], None]) -> None:
    @server.around_parse
    def parse(plain: Parse, request: Request, operation: str) -> Members:
        if "X-Amz-Signature" in request.query:
            change(request)
        return plain(request, operation)


@deviation("presigned-key-cut-at-equals", "A presigned key ends at an equals sign.")
def presigned_key_cut_at_equals(server: Seams) -> None:
    def cut(request: Request) -> None:
        request.key = (request.key or "").partition("=")[0]

    _presigned(server, cut)


@deviation("presigned-digest-ignored", "Content-MD5 of a presigned request is not looked at.")
def presigned_digest_ignored(server: Seams) -> None:
    def ignored(request: Request) -> None:
        request.headers.pop("content-md5", None)

    _presigned(server, ignored)


@deviation("presigned-parts-refused", "A part cannot be presigned.")
def presigned_parts_refused(server: Seams) -> None:
    def refused(request: Request) -> None:
        if "partNumber" in request.query:
            raise S3Error("AccessDenied")

    _presigned(server, refused)


@deviation("presigned-range-ignored", "Range of a presigned request is not looked at.")
def presigned_range_ignored(server: Seams) -> None:
    def ignored(request: Request) -> None:
        request.headers.pop("range", None)

    _presigned(server, ignored)
