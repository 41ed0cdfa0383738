"""Server-side encryption as far as it goes here: AES256 with S3's own keys, on every object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
Keys of KMS and of the customer are not implemented and are refused, not ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server_ref.errors import S3Error

_REFUSED = {
    "SSECustomerAlgorithm": "x-amz-server-side-encryption-customer-algorithm",
    "SSECustomerKey": "x-amz-server-side-encryption-customer-key",
    "CopySourceSSECustomerAlgorithm": "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
}


def check(members: Mapping[str, Any]) -> None:
    """Raises S3Error InvalidArgument for an unknown method, NotImplemented for KMS and SSE-C."""
    for member, header in _REFUSED.items():
        if members.get(member) is not None:
            raise S3Error("NotImplemented", Header=header)
    method = members.get("ServerSideEncryption")
    if method in ("aws:kms", "aws:kms:dsse"):
        raise S3Error("NotImplemented", Header="x-amz-server-side-encryption")
    if method not in (None, "AES256"):
        raise S3Error(
            "InvalidArgument",
            "The encryption method specified is not supported",
            ArgumentName="x-amz-server-side-encryption",
            ArgumentValue=method,
        )
