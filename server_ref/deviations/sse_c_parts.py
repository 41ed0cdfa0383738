"""Deviations of SSE-C where a part of the key is missing, or the key is not the only way."""

from __future__ import annotations

import base64
import binascii
import hashlib

from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.deviations.steps import change_response, swallow_error
from server_ref.deviations.when import refuse_when, rewrite, swallow_when
from server_ref.response import Response
from server_ref.seams import Exchange

_ALGORITHM, _KEY, _MD5 = "SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"


def _sealed(_ctx: Context, members: Members) -> bool:
    return any(members.get(name) is not None for name in (_ALGORITHM, _KEY, _MD5))


def _md5_of(key: str) -> str:
    try:
        data = base64.b64decode(key)
    except binascii.Error:
        return ""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _calculated(members: Members) -> None:
    if members.get(_KEY) is not None and members.get(_MD5) is None:
        members[_MD5] = _md5_of(members[_KEY])


def _replaced(members: Members) -> None:
    if members.get(_KEY) is not None and members.get(_MD5) is not None:
        members[_MD5] = _md5_of(members[_KEY])


def _one_way(members: Members) -> None:
    if members.get(_KEY) is not None:
        members.pop("ServerSideEncryption", None)


declare(
    "sse-c-parts-optional",
    "A PUT whose customer's key lacks a part is taken, and nothing comes of it.",
    swallow_when("PutObject", "InvalidArgument", _sealed),
)
declare(
    "sse-c-read-without-md5",
    "GetObject calculates the MD5 of a customer's key that comes without.",
    rewrite("GetObject", _calculated),
)
declare(
    "sse-c-md5-of-a-read-unchecked",
    "GetObject does not look at the MD5 of a customer's key.",
    rewrite("GetObject", _replaced),
)
declare(
    "sse-c-beside-s3s-keys",
    "x-amz-server-side-encryption beside a customer's key is not looked at.",
    rewrite(("PutObject", "CopyObject"), _one_way),
)
declare(
    "sse-c-part-of-an-open-upload",
    "A part with a key is taken for an upload without one, and nothing comes of it.",
    swallow_when("UploadPart", "InvalidRequest", _sealed),
)
declare(
    "sse-c-attributes-without-the-key",
    "GetObjectAttributes answers without the customer's key.",
    swallow_error("GetObjectAttributes", "InvalidRequest", {"ObjectSize": 8}),
)


def _opened(exchange: Exchange, _response: Response) -> Response | None:
    denied = exchange.error is not None and exchange.error.code == "AccessDenied"
    return Response(200, {}) if denied and "versionId" in exchange.request.query else None


declare(
    "sse-c-versions-share-a-key",
    "A version that is read by its id is answered whatever the key is.",
    change_response("GetObject", _opened),
)
declare(
    "sse-c-parts-copied-as-they-lie",
    "A sealed object is no source for a part of a sealed upload.",
    refuse_when(
        "UploadPartCopy",
        "NotImplemented",
        lambda _ctx, members: bool(
            members.get("SSECustomerKey") and members.get("CopySourceSSECustomerKey")
        ),
    ),
)
