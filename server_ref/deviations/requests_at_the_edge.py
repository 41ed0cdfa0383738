"""Deviations of requests that nearly are one: answered as if they were, or by another form."""

from __future__ import annotations

import re
from collections.abc import Callable

from server_ref.context import Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.bodies import Bytes, accept, read_all
from server_ref.deviations.steps import change_response, set_header
from server_ref.deviations.when import success_for_error
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

declare(
    "methods-of-nothing-taken",
    "A method that no operation has is answered with success.",
    success_for_error("*", "MethodNotAllowed", 200),
)


def _as_accepted(exchange: Exchange, response: Response) -> None:
    wanted = exchange.request.headers.get("accept", "")
    if response.status >= 400 and wanted in ("application/json", "text/html"):
        response.headers["Content-Type"] = wanted


declare(
    "errors-as-accepted",
    "Errors are said to be of the type that was accepted.",
    change_response("*", _as_accepted),
)
declare(
    "documents-are-text",
    "Documents are said to be text/plain.",
    set_header(
        ("ListBuckets", "ListObjectsV2", "ListObjectVersions", "GetBucketLocation"),
        "Content-Type",
        "text/plain",
    ),
)


@deviation("objects-of-xml-refused", "An object that begins as XML is taken for a document.")
def objects_of_xml_refused(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        if op == "PutObject":
            data = read_all(request.body)
            if b"<?xml" in data:  # among an SDK's chunks, too
                raise S3Error("MalformedXML")
            request.body = Bytes(data)
        return plain(request, op)


declare(
    "hash-of-any-form",
    "x-amz-content-sha256 of any form is answered with success.",
    accept("*", "InvalidArgument", "x-amz-content-sha256 must be"),
)
declare(
    "scopes-of-any-kind",
    "A presigned URL with a scope of another day or service is a wrong signature.",
    success_for_error("*", "AuthorizationQueryParametersError", 403),
)
declare(
    "presigned-tokens-unseen",
    "A token that was never issued is answered with success.",
    success_for_error("*", "InvalidToken", 200),
)


def _named(*patterns: str) -> Change:
    """Buckets of these names are answered as if they were made."""

    def change(exchange: Exchange, response: Response) -> Response | None:
        error, name = exchange.error, exchange.request.bucket or ""
        if error is None or error.code != "InvalidBucketName":
            return None
        fits = any(re.fullmatch(pattern, name) for pattern in patterns)
        return Response(200, {**response.headers}) if fits else None

    return change_response("*", change)


declare(
    "bucket-names-like-addresses",
    "A bucket may be named as an IP address is written.",
    _named(r"[0-9.]+"),
)
declare(
    "bucket-names-begin-anyhow",
    "A bucket's name may begin with anything.",
    _named(r"[.-].*", r"(?:xn--|sthree-).*"),
)
