"""Deviations of customers' keys and KMS keys where answers tell them, and where they are needed."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import drop_header, drop_member
from server_ref.deviations.when import success_for_error

_SSE = "x-amz-server-side-encryption"

declare(
    "sse-c-steps-do-not-say-it",
    "The copy of a part does not name the customer's key it is sealed with.",
    drop_header("UploadPartCopy", f"{_SSE}-customer-key-MD5"),
)
declare(
    "attributes-of-any-customer-s-key",
    "GetObjectAttributes of a sealed object is answered without its key.",
    success_for_error("GetObjectAttributes", "InvalidRequest", 200),
)
declare(
    "part-copied-from-any-key",
    "A part is copied from a sealed object without its key: it is empty.",
    success_for_error("UploadPartCopy", "InvalidRequest", 200),
)
declare(
    "select-opens-without-the-key",
    "A query of a sealed object without its key is answered with nothing.",
    success_for_error("SelectObjectContent", "InvalidRequest", 200),
)
declare(
    "kms-context-not-answered",
    "A copy does not answer the encryption context it was given.",
    drop_header("CopyObject", f"{_SSE}-context"),
)
declare(
    "part-list-of-any-customer-s-key",
    "A list of parts does not say who began the upload.",
    drop_member("ListParts", "Initiator"),
)
