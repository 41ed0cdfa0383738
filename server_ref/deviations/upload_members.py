"""Deviations of what an upload was begun with: what it forgets, and what steps do not answer."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import drop_header, drop_member, ignore_member

declare(
    "upload-forgets-its-headers",
    "An object that was uploaded in parts has no Content-Disposition.",
    ignore_member("CreateMultipartUpload", "ContentDisposition"),
)
declare(
    "upload-steps-hide-the-key",
    "A part does not tell the KMS key it was encrypted with.",
    drop_header("UploadPart", "x-amz-server-side-encryption-aws-kms-key-id"),
)
declare(
    "part-answers-without-its-sha512",
    "A part does not answer its SHA-512.",
    drop_header("UploadPart", "x-amz-checksum-sha512"),
)
declare(
    "completion-hides-its-checksum",
    "A completion does not answer a SHA-256.",
    drop_member("CompleteMultipartUpload", "ChecksumSHA256"),
)
