"""Errors with AIStore's own codes, and the document it writes them in."""

from __future__ import annotations

from server_ref.errors import S3Error
from server_ref.model.values import xml_text
from server_ref.response import Response

XML_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
HEADERS = {"Content-Type": "application/xml", "X-Content-Type-Options": "nosniff"}


class AISError(S3Error):
    """An error with a code that S3 does not have: the name of a Go type, or nothing."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__("InternalError", message, status=status)
        self.code = code


def document(code: str, message: str) -> bytes:
    """The XML of an error: neither resource nor request are named."""
    return (
        f"{XML_HEADER}<Error><Code>{xml_text(code)}</Code><Message>{xml_text(message)}</Message>"
        "<Resource></Resource><RequestId></RequestId></Error>"
    ).encode("utf-8", "replace")


def response(method: str, error: AISError) -> Response:
    """The answer to a request that does not come to the gate."""
    answer = Response(error.status, dict(HEADERS))
    if method != "HEAD":
        answer.body = document(error.code, error.message)
    return answer
