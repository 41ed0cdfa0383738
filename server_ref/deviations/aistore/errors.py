"""Errors as AIStore spells them: its own codes, some of them names of Go types, some empty."""

from __future__ import annotations

import re

from server_ref.aistore.errors import HEADERS, AISError, document
from server_ref.context import Members
from server_ref.deviations.aistore import differs
from server_ref.errors import S3Error
from server_ref.response import Response
from server_ref.seams import Exchange, Seams, Serialise, Serialised

_namespace = re.compile(rb' xmlns="[^"]*"').sub

# S3's code -> AIStore's code, status (None: the same), message. Any other has an empty code.
_CODES: dict[str, tuple[str, int | None, str]] = {
    "NoSuchBucket": ("NoSuchBucket", None, 'bucket "ais://{bucket}" does not exist'),
    "NoSuchKey": ("NoSuchKey", None, "ais://{bucket}/{key} does not exist"),
    "BucketAlreadyExists": ("BucketAlreadyExists", None, 'bucket "ais://{bucket}" already exists'),
    "BucketAlreadyOwnedByYou": (
        "BucketAlreadyExists",
        None,
        'bucket "ais://{bucket}" already exists',
    ),
    "InvalidRange": ("ErrRangeNotSatisfiable", 416, "{message}"),
    "NoSuchUpload": (
        "NoSuchUpload",
        404,
        "upload {upload} does not exist\nUse upload ID {upload} to cleanup, e.g.: "
        "s3cmd abortmp s3://{bucket}/{key} {upload}",
    ),
    "IncompleteBody": ("", 500, "unexpected EOF"),
    "InvalidBucketName": (
        "",
        400,
        'bucket name "{bucket}" is invalid: may only contain letters, numbers, dashes (-), '
        "underscores (_), and dots (.)",
    ),
}


@differs("ais-error-codes", "Error codes are AIStore's: few are S3's, others Go's, most are empty.")
def ais_error_codes(server: Seams) -> None:
    @server.on_error("*")
    def spelled(exchange: Exchange, error: S3Error) -> S3Error | None:
        if isinstance(error, AISError) or error.status == 304:
            return None
        code, status, message = _CODES.get(error.code, ("", None, "{message}"))
        request = exchange.request
        text = message.format(
            bucket=request.bucket or "",
            key=request.key or "",
            upload=request.query.get("uploadId", ""),
            message=error.message,
        )
        return AISError(code, text, status or error.status)


_DOCUMENTS = (
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "DeleteObjects",
    "GetBucketVersioning",
    "ListMultipartUploads",
    "ListParts",
)


@differs("ais-no-namespace", "Only listings of buckets and objects have an XML namespace.")
def ais_no_namespace(server: Seams) -> None:
    @server.around_serialise(*_DOCUMENTS)
    def bare(plain: Serialise, operation: str, answer: Members) -> Serialised:
        status, headers, body = plain(operation, answer)
        if isinstance(body, bytes):
            body = _namespace(b"", body, count=1)
        return status, headers, body


@differs("ais-error-form", "An error names its code and message, and neither request nor resource.")
def ais_error_form(server: Seams) -> None:
    @server.on_response("*")
    def formed(exchange: Exchange, response: Response) -> None:
        error = exchange.error
        if error is None or not isinstance(response.body, bytes) or not response.body:
            return
        response.headers.update(HEADERS)
        response.body = document(error.code, error.message)
