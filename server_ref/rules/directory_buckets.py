"""What only directory buckets have: asked of another bucket it is refused, and nothing is done.

A condition that is passed over removes what it should have kept, and an append that is written as
a whole object replaces what it should have gone on from.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-buckets-objects-append.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server_ref.errors import S3Error

# Member -> its header. https://github.com/localstack/localstack/issues/13894 and
# https://github.com/rustfs/rustfs/pull/2295 say what becomes of the first two and of the last.
_HEADERS = {
    "IfMatchLastModifiedTime": "x-amz-if-match-last-modified-time",
    "IfMatchSize": "x-amz-if-match-size",
    "IfMatchInitiatedTime": "x-amz-if-match-initiated-time",
    "WriteOffsetBytes": "x-amz-write-offset-bytes",
}


def refuse(members: Mapping[str, Any]) -> None:
    """Raises S3Error NotImplemented where a member is for directory buckets alone."""
    for member, header in _HEADERS.items():
        if members.get(member) is not None:
            raise S3Error("NotImplemented", Header=header)
