"""Deviations of what lies under the operations: framing, error answers, XML both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from server_ref.context import Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.bodies import accept, edit_document
from server_ref.deviations.steps import change_limits, change_response, drop_header, edit_body
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

declare(
    "framing-unchecked",
    "Contradicting lengths are not refused.",
    change_limits(strict_framing=False),
)
declare(
    "expect-ignored", "Expect: 100-continue is not answered.", change_limits(expect_continue=False)
)
declare("connection-not-kept", "Every answer ends its connection.", change_limits(keep_alive=False))
declare(
    "huge-headers-accepted",
    "Headers may have a megabyte.",
    change_limits(head=1 << 20, header_section=1 << 20),
)
declare("http-1-0-refused", "HTTP/1.0 is refused.", change_limits(http_1_0=False))
declare("host-optional", "Host may be missing.", change_limits(host_required=False))
declare("date-missing", "Answers have no Date.", drop_header("*", "Date"))
declare(
    "missing-length-accepted",
    "A PUT without a length is taken.",
    accept("*", "MissingContentLength"),
)


@deviation("head-has-a-body", "The answer to HeadObject has a body, as that to a GET has.")
def head_has_a_body(server: Seams) -> None:
    @server.on_response("HeadObject")
    def with_body(exchange: Exchange, response: Response) -> None:
        length = int(response.headers.setdefault("Content-Length", "5"))
        response.body = b"x" * length
        exchange.request.method = "GET"  # which the transport sends bodies to


@deviation("connection-close-ignored", "Connection: close is not looked at.")
def connection_close_ignored(server: Seams) -> None:
    @server.on_request
    def ignored(request: Request) -> None:
        request.headers.pop("connection", None)


# Errors


def _edit_error(edit: Callable[[Response], None]) -> Change:
    def change(exchange: Exchange, response: Response) -> None:
        if exchange.error is not None:
            edit(response)

    return change_response("*", change)


def _as_json(response: Response) -> None:
    body = response.body if isinstance(response.body, bytes) else b""
    code = re.search(rb"<Code>(.*?)</Code>", body)
    response.body = json.dumps({"error": code[1].decode() if code else ""}).encode()
    response.headers["Content-Type"] = "application/json"


def _without(element: str) -> Callable[[Response], None]:
    def edit(response: Response) -> None:
        if isinstance(response.body, bytes):
            response.body = re.sub(
                f"<{element}>.*?</{element}>".encode(), b"", response.body, flags=re.DOTALL
            )

    return edit


def _as_success(response: Response) -> None:
    response.status = 200


def _unescaped(body: bytes) -> bytes:
    return body.replace(b"&lt;", b"<").replace(b"&amp;", b"&")


def _error_unescaped(response: Response) -> None:
    if isinstance(response.body, bytes):
        response.body = _unescaped(response.body)


declare("error-as-json", "Errors are JSON.", _edit_error(_as_json))
declare(
    "error-request-id-missing",
    "Errors do not name their request.",
    _edit_error(_without("RequestId")),
)
declare("error-message-missing", "Errors have no message.", _edit_error(_without("Message")))
declare("error-is-200", "Errors have the status 200.", _edit_error(_as_success))
declare("error-xml-unescaped", "Markup in errors is not escaped.", _edit_error(_error_unescaped))
declare(
    "xml-unescaped", "Markup in listings is not escaped.", edit_body("ListObjects*", _unescaped)
)
declare(
    "upload-begins-in-another-document",
    "CreateMultipartUpload answers an InitiateMultipartUpload.",
    edit_body(
        "CreateMultipartUpload",
        lambda body: body.replace(b"InitiateMultipartUploadResult", b"InitiateMultipartUpload"),
    ),
)


@deviation("unknown-method-is-500", "A method S3 does not have breaks the server.")
def unknown_method_is_500(server: Seams) -> None:
    @server.on_response("*")
    def broken(exchange: Exchange, response: Response) -> None:
        if exchange.request.method == "PATCH":
            response.status = 500


@deviation("key-invalid-utf8-is-500", "A key that is not UTF-8 breaks the server.")
def key_invalid_utf8_is_500(server: Seams) -> None:
    @server.on_response("*")
    def broken(exchange: Exchange, response: Response) -> None:
        if "%ff" in exchange.request.target.lower():
            response.status = 500


# Documents that come


def _expand(data: bytes) -> bytes:
    """Entities the document defines put in their places, to a megabyte; the DTD is dropped."""
    defined = re.findall(rb'<!ENTITY (\w+) "([^"]*)">', data)
    data = re.sub(rb"<!DOCTYPE.*?\]>", b"", data, flags=re.DOTALL)
    for name, value in reversed(defined):
        if len(data) < 1 << 20:
            data = data.replace(b"&" + name + b";", value)
    return re.sub(rb"&l\d;", b"", data)


def _refuse_where(pattern: bytes) -> Callable[[bytes], bytes]:
    def edit(data: bytes) -> bytes:
        if re.search(pattern, data):
            raise S3Error("MalformedXML")
        return data

    return edit


def _refuse_without(text: bytes) -> Callable[[bytes], bytes]:
    def edit(data: bytes) -> bytes:
        if text not in data:
            raise S3Error("MalformedXML")
        return data

    return edit


declare(
    "malformed-xml-accepted",
    "A body that cannot be read deletes nothing, successfully.",
    accept("DeleteObjects", "MalformedXML"),
)
declare(
    "entities-expanded",
    "Entities a body defines are expanded.",
    edit_document("DeleteObjects", _expand),
)
declare(
    "external-entities-read",
    "External entities are read (this one shows what it would be).",
    edit_document(
        "DeleteObjects",
        lambda data: re.sub(rb"<!DOCTYPE.*?\]>", b"", data, flags=re.DOTALL).replace(
            b"&file;", b"root:x:0:0:root"
        ),
    ),
)
declare(
    "namespace-required",
    "A body without a namespace is refused.",
    edit_document("DeleteObjects", _refuse_without(b"xmlns")),
)
declare(
    "namespace-refused",
    "A body with a namespace is refused.",
    edit_document("DeleteObjects", _refuse_where(rb"xmlns")),
)
declare(
    "byte-order-mark-refused",
    "A byte order mark is refused.",
    edit_document("DeleteObjects", _refuse_where(rb"^\xef\xbb\xbf")),
)
declare(
    "character-references-kept",
    "Character references are taken literally.",
    edit_document("DeleteObjects", lambda data: data.replace(b"&", b"&amp;")),
)


@deviation("deep-nesting-is-500", "A body nested deep breaks the server.")
def deep_nesting_is_500(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        if op == "DeleteObjects" and (request.body.length or 0) > 100_000:
            raise S3Error("InternalError")
        return plain(request, op)
