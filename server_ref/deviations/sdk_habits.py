"""Deviations in which what SDKs and browsers send along is taken for something."""

from __future__ import annotations

import re
from collections.abc import Callable

from server_ref.context import Context, Members
from server_ref.deviations import Change, declare
from server_ref.deviations.bodies import Bytes, before
from server_ref.deviations.steps import edit_body, set_header
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.seams import Seams


def _refused(code: str, when: Callable[[Request], bool]) -> Change:
    """Requests that ``when`` holds for are refused, whatever they ask."""

    def step(server: Seams) -> None:
        @server.around_parse
        def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
            if when(request):
                raise S3Error(code)
            return plain(request, op)

    return step


declare(
    "names-of-operations-refused",
    "A request with x-id in its query is refused.",
    _refused("InvalidArgument", lambda request: "x-id" in request.query),
)
declare(
    "unknown-headers-refused",
    "A header x-amz-te or x-amz-user-agent is refused as not implemented.",
    _refused(
        "NotImplemented",
        lambda request: not {"x-amz-te", "x-amz-user-agent"}.isdisjoint(request.headers),
    ),
)
declare(
    "payload-in-the-query-refused",
    "A presigned URL that says what its payload's hash is is refused.",
    _refused(
        "SignatureDoesNotMatch",
        lambda request: any(name.lower() == "x-amz-content-sha256" for name in request.query),
    ),
)


def _as_form(ctx: Context, members: Members) -> None:
    if (members.get("ContentType") or "").startswith("application/x-www-form-urlencoded"):
        members["Body"] = ctx.request.body = Bytes(b"")


declare(
    "forms-in-a-put-read",
    "A PUT of the type of a form is read as one: the object is empty.",
    before("PutObject", _as_form),
)


def _name_last(body: bytes) -> bytes:
    found = re.search(rb"<Name>[^<]*</Name>", body)
    if found is None or b"<Contents>" not in body:
        return body
    rest = body.replace(found[0], b"", 1)
    return rest.replace(b"</ListBucketResult>", found[0] + b"</ListBucketResult>")


declare(
    "names-of-listings-come-last",
    "The document of a listing has the bucket's name behind its keys.",
    edit_body(("ListObjects", "ListObjectsV2"), _name_last),
)


declare(
    "request-ids-all-alike",
    "Every answer has the same x-amz-request-id.",
    set_header("*", "x-amz-request-id", "4442587FB7D0A2F9"),
)
