"""Deviations of SSE-C, where the customer sends the key with each request."""

from __future__ import annotations

import base64
import hashlib

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.encryption import READ, SSE, md5_as_etag
from server_ref.deviations.steps import (
    drop_header,
    ignore_member,
    replace_error,
    swallow_error,
)
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.errors import S3Error
from server_ref.http.send import close_payload
from server_ref.operations.uploads import find_upload
from server_ref.response import Payload
from server_ref.seams import Seams

_CUSTOMER = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")
_WITH_KEYS = (*READ, "PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart")

declare(
    "sse-c-ignored",
    "The customer's key is not looked at: the object lies and is read in the open.",
    ignore_member(_WITH_KEYS, *_CUSTOMER),
)
declare(
    "sse-c-key-md5-not-answered",
    "Answers do not name the customer's key.",
    drop_header(("PutObject", *READ), f"{SSE}-customer-key-MD5"),
)
declare(
    "sse-c-wrong-key-is-bad-request",
    "Another key is 400, as if none had been sent.",
    replace_error("GetObject", "AccessDenied", "InvalidRequest"),
)


def _any_algorithm(members: Members) -> None:
    if members.get("SSECustomerAlgorithm") is not None:
        members["SSECustomerAlgorithm"] = "AES256"


declare(
    "sse-c-any-algorithm",
    "Any algorithm is taken for AES256.",
    rewrite("PutObject", _any_algorithm),
)


def _right_md5(members: Members) -> None:
    if members.get("SSECustomerKey") is not None:
        key = base64.b64decode(members["SSECustomerKey"])
        digest = hashlib.md5(key, usedforsecurity=False).digest()
        members["SSECustomerKeyMD5"] = base64.b64encode(digest).decode()


declare(
    "sse-c-key-md5-unchecked",
    "The MD5 of the customer's key is not compared.",
    rewrite("PutObject", _right_md5),
)


@deviation("sse-c-on-plain-objects-ignored", "A key is ignored where the object needs none.")
def sse_c_on_plain_objects_ignored(server: Seams) -> None:
    """Refused for its key, the object is read without."""

    @server.around("GetObject")
    def get(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code != "InvalidRequest" or members.get("SSECustomerKey") is None:
                raise
            open_members = {name: value for name, value in members.items() if name not in _CUSTOMER}
            return handler(ctx, open_members)


def _garble(server: Seams, *, ranges: bool) -> None:
    """Bodies read with a key are zeros, of the right length: of ranges, or of whole objects."""

    @server.around("GetObject")
    def get(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        meant = (members.get("Range") is not None) == ranges
        if meant and members.get("SSECustomerKey") is not None:
            payload = answer["Body"]
            close_payload(payload)
            answer["Body"] = Payload(payload.length, (bytes(payload.length),))
        return answer


@deviation("sse-c-bytes-lost", "An object with a customer's key comes back as zeros.")
def sse_c_bytes_lost(server: Seams) -> None:
    """Whole objects only."""
    _garble(server, ranges=False)


@deviation("sse-c-range-not-decrypted", "A range of an encrypted object is not its bytes.")
def sse_c_range_not_decrypted(server: Seams) -> None:
    """Ranges only."""
    _garble(server, ranges=True)


@deviation("sse-c-etag-is-md5", "The ETag of an object with a customer's key is its MD5.")
def sse_c_etag_is_md5(server: Seams) -> None:
    """It tells of the content what the key is to hide."""
    md5_as_etag(server, "SSECustomerKey")


def _key_of_source(members: Members) -> None:
    if members.get("SSECustomerKey") is not None:
        members.update({name: members.get(f"CopySource{name}") for name in _CUSTOMER})


declare(
    "sse-c-copy-keeps-the-key",
    "A copy has the key of its source, whatever key it is given.",
    rewrite("CopyObject", _key_of_source),
)
declare(
    "sse-c-copied-without-the-key",
    "CopyObject answers success without the key of its source.",
    swallow_error("CopyObject", "InvalidRequest", {"CopyObjectResult": {"ETag": '"0"'}}),
)


def _sealed_as_source(members: Members) -> None:
    if members.get("SSECustomerKey") is None:
        members.update({name: members.get(f"CopySource{name}") for name in _CUSTOMER})


declare(
    "sse-c-copy-stays-sealed",
    "A copy that names no key has the key of its source.",
    rewrite("CopyObject", _sealed_as_source),
)


def _part_taken(server: Seams, *, with_a_key: bool) -> None:
    """A part that is refused for its key is answered as if it were there."""

    @server.around("UploadPart")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            meant = (members.get("SSECustomerKey") is not None) == with_a_key
            if error.code != "InvalidRequest" or not meant:
                raise
            return {"ETag": '"0"'}


@deviation("sse-c-part-without-the-key-taken", "A part without its upload's key is taken.")
def sse_c_part_without_the_key_taken(server: Seams) -> None:
    """It is answered with success."""
    _part_taken(server, with_a_key=False)


@deviation("sse-c-part-with-another-key-taken", "A part with another key is taken.")
def sse_c_part_with_another_key_taken(server: Seams) -> None:
    """It is answered with success."""
    _part_taken(server, with_a_key=True)


def _sealed_upload(ctx: Context, members: Members) -> bool:
    upload = find_upload(ctx, ctx.store.bucket(members["Bucket"]), members)
    return upload.read_sealed() is not None


declare(
    "sse-c-parts-lost",
    "Completing an upload forgets that it was encrypted, and fails.",
    refuse_when(
        "CompleteMultipartUpload",
        "NotImplemented",
        _sealed_upload,
    ),
)
