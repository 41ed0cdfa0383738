"""SSE-C: the key a customer sends with each request, as the headers must have it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
Nothing here knows what a key opens; a key reaches no error, no log and no disk.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.storage.sealing import KEY_BYTES
from server_ref.storage.unsealing import wrong_key

ENCRYPTION_HEADER = "x-amz-server-side-encryption"
_REQUESTS = "Requests specifying Server Side Encryption with Customer provided keys must"
_MEMBERS = frozenset(
    f"{prefix}SSECustomer{part}"
    for prefix in ("", "CopySource")
    for part in ("Algorithm", "Key", "KeyMD5")
)


class CustomerKey(NamedTuple):
    """A customer's key, 32 bytes, and its MD5 in base64 as it is answered."""

    key: bytes
    md5: str

    def __repr__(self) -> str:
        return f"CustomerKey({self.md5})"


def of_object(ctx: Context, members: Members, *, reading: bool = False) -> CustomerKey | None:
    """The key for the object of the request; None without one. Raises the S3Error of each header.

    InvalidRequest, InvalidArgument, InvalidEncryptionAlgorithmError (all as recorded, over plain
    HTTP as S3's reference has it); AccessDenied for a key without its MD5 when ``reading``.
    """
    return _read(ctx, members, "SSECustomer", reading=reading)


def of_source(ctx: Context, members: Members) -> CustomerKey | None:
    """The key for what a copy copies; raises as `of_object`."""
    return _read(ctx, members, "CopySourceSSECustomer", reading=True)


def _read(ctx: Context, members: Members, prefix: str, *, reading: bool) -> CustomerKey | None:
    if _MEMBERS.isdisjoint(members):
        return None
    algorithm = members.get(f"{prefix}Algorithm")
    text = members.get(f"{prefix}Key")
    md5 = members.get(f"{prefix}KeyMD5")
    if algorithm is None and text is None and md5 is None:
        return None
    if not ctx.request.secure and not ctx.settings.keys_over_http:
        raise S3Error("InvalidRequest", f"{_REQUESTS} be made over a secure connection.")
    method = members.get("ServerSideEncryption")
    if method is not None and not reading:
        raise S3Error(
            "InvalidArgument",
            "Server Side Encryption with Customer provided key is incompatible with the encryption "
            "method specified",
            ArgumentName=ENCRYPTION_HEADER,
            ArgumentValue=method,
        )
    if not algorithm:
        raise _invalid(f"{_REQUESTS} provide a valid encryption algorithm.")
    if not text:
        raise _invalid(f"{_REQUESTS} provide an appropriate secret key.")
    if algorithm != "AES256":
        raise S3Error(
            "InvalidEncryptionAlgorithmError",
            ArgumentName=ENCRYPTION_HEADER,
            ArgumentValue=algorithm,
        )
    key = _decode(text)
    computed = base64.b64encode(hashlib.md5(key, usedforsecurity=False).digest()).decode()
    # before its length: https://github.com/aws/aws-cli/issues/6906
    if md5 and key and computed != md5:
        raise _invalid(
            "The calculated MD5 hash of the key did not match the hash that was provided."
        )
    if not md5 or len(key) != KEY_BYTES:
        if reading:  # a read asks whether the key is the object's, not how long it is
            raise wrong_key()
        raise _invalid("The secret key was invalid for the specified algorithm.")
    return CustomerKey(key, computed)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _invalid(message: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName=ENCRYPTION_HEADER)
