"""Deviations of copies between kinds of encryption, of their sources, of locks of odd keys."""

from __future__ import annotations

from server_ref.context import Members
from server_ref.deviations import declare
from server_ref.deviations.steps import replace_error
from server_ref.deviations.when import nothing_when, rewrite


def _open(members: Members) -> None:
    if members.get("CopySourceSSECustomerAlgorithm") is None:
        for name in ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"):
            members.pop(name, None)


declare(
    "copies-keep-the-method",
    "A copy of an object without a customer's key gets none.",
    rewrite("CopyObject", _open),
)
declare(
    "missing-source-buckets-unnamed",
    "A part whose source's bucket is not there is answered as one whose key is not.",
    replace_error("UploadPartCopy", "NoSuchBucket", "NoSuchKey"),
)
declare(
    "folders-are-never-locked",
    "A legal hold on a key that ends in a slash is answered, and not kept.",
    nothing_when("PutObjectLegalHold", lambda _ctx, members: members["Key"].endswith("/")),
)
