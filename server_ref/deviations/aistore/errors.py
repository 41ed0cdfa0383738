"""Errors as AIStore spells them: its own codes, some of them names of Go types, some empty."""

from __future__ import annotations

from server_ref.deviations.aistore import XML_HEADER, differs
from server_ref.errors import S3Error
from server_ref.model.values import xml_text
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

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
    "NoSuchUpload": ("ErrNotFound", 404, "upload {upload} does not exist"),
    "InvalidBucketName": (
        "",
        400,
        'bucket name "{bucket}" is invalid: may only contain letters, numbers, dashes (-), '
        "underscores (_), and dots (.)",
    ),
}


class AISError(S3Error):
    """An error with a code that S3 does not have."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__("InternalError", message, status=status)
        self.code = code


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


@differs("ais-error-form", "An error names its code and message, and neither request nor resource.")
def ais_error_form(server: Seams) -> None:
    @server.on_response("*")
    def formed(exchange: Exchange, response: Response) -> None:
        error = exchange.error
        if error is None or not isinstance(response.body, bytes) or not response.body:
            return
        response.headers["Content-Type"] = "application/xml"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.body = (
            f"{XML_HEADER}<Error><Code>{xml_text(error.code)}</Code>"
            f"<Message>{xml_text(error.message)}</Message>"
            "<Resource></Resource><RequestId></RequestId></Error>"
        ).encode("utf-8", "replace")
