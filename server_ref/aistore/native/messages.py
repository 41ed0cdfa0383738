"""The native API's messages: actions in, JSON or msgpack out, and its errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response

JSON = "application/json"
MSGPACK = "application/msgpack"
LONGEST = 1 << 20  # bytes of an action message


class NativeError(Exception):
    """An error of the native API: a status, a message, and the Go type that AIStore would name."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


class Action(msgspec.Struct):
    """What a request asks for in its body."""

    action: str = ""
    name: str = ""
    value: Any = None


def read_action(request: Request) -> Action:
    """The action of a request; an empty one without a body. Raises NativeError."""
    text = b""
    while block := request.body.read():
        text += block
        if len(text) > LONGEST:
            raise NativeError(413, "the action message is too long")
    if not text:
        return Action()
    try:
        return msgspec.json.decode(text, type=Action)
    except msgspec.MsgspecError as error:
        raise NativeError(400, f"failed to unmarshal the action message: {error}") from error


def json_response(value: object, status: int = 200, **headers: str) -> Response:
    """A value as JSON; further headers with ``_`` for ``-``."""
    shown = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, {"Content-Type": JSON, **shown}, msgspec.json.encode(value))


def error_response(request: Request, error: NativeError, node: str) -> Response:
    """As AIStore writes its errors; a HEAD has the text in a header."""
    said = {
        "tcode": error.code,
        "message": error.message,
        "method": request.method,
        "url_path": request.target.partition("?")[0],
        "remote_addr": request.client_address,
        "node": node,
        "status": error.status,
    }
    if request.method == "HEAD":
        text = msgspec.json.encode(said).decode()
        return Response(error.status, {"Hdr-Error": text, "Content-Length": "0"})
    return json_response(said, error.status)


def from_s3(error: S3Error, what: str) -> NativeError:
    """The native error of what went wrong with ``what`` (``ais://bucket/object``)."""
    known = {
        "NoSuchBucket": (f'bucket "{what}" does not exist', "ErrBckNotFound"),
        "NoSuchKey": (f"{what} does not exist", "ErrNotFound"),
        "BucketAlreadyExists": (f'bucket "{what}" already exists', "ErrBucketAlreadyExists"),
        "InvalidBucketName": (f'bucket name "{what}" is invalid', ""),
        "InvalidRange": (error.message, "ErrRangeNotSatisfiable"),
    }
    message, code = known.get(error.code, (error.message, ""))
    return NativeError(error.status, message, code)


def not_implemented(request: Request) -> NativeError:
    """What this API does not have."""
    path = request.target.partition("?")[0]
    phrase = HTTPStatus.NOT_IMPLEMENTED.phrase
    return NativeError(501, f"{phrase}: {request.method} {path} is not part of this emulation")
