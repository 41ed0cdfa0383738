"""How checks of SSE-C set up buckets, keys and objects. No check is here."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from typing import Any

from conformance.trial import ClientCannotError, Trial

KEY = "the key of one of our customers."  # 32 bytes; text, as a command line has it
OTHER_KEY = "a key that opens something else."
KEY_MD5 = base64.b64encode(hashlib.md5(KEY.encode(), usedforsecurity=False).digest()).decode()
WITH_KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}
WITH_OTHER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": OTHER_KEY}
FROM_KEY = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": KEY}
_ALLOWED = {
    "Rules": [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]},
        }
    ]
}


def given_bucket(t: Trial) -> str:
    """A bucket that takes SSE-C: since April 2026 S3 blocks it until it is asked not to.

    An endpoint that knows no such setting may refuse it; then there is nothing to unblock.
    """
    bucket = t.given.bucket()
    with contextlib.suppress(ClientCannotError):  # a service model from before that
        t.look("PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration=_ALLOWED)
    return bucket


def given_sealed(t: Trial, bucket: str, name: str, body: bytes, **members: Any) -> None:
    """An object that was put with KEY."""
    t.given.object(name, body, Bucket=bucket, **WITH_KEY, **members)


def expect_sealed(t: Trial, bucket: str, name: str) -> None:
    """The control of what is read with a key: without it nothing is, so the key was looked at.

    An endpoint that ignores customers' keys stores and gives back everything.
    """
    t.expect.status(t.look("GetObject", Bucket=bucket, Key=name), (400, 403))
