"""Deviations of what a write takes in its headers: grants, holds, and what a copy replaces."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import ignore_member

declare(
    "grants-of-writes-forgotten",
    "A copy grants nobody to write its ACL, whatever x-amz-grant-write-acp says.",
    ignore_member("CopyObject", "GrantWriteACP"),
)
declare(
    "grants-of-buckets-forgotten",
    "PutBucketAcl grants nobody to write, whatever x-amz-grant-write says.",
    ignore_member("PutBucketAcl", "GrantWrite"),
)
declare(
    "copy-replaces-but-the-language",
    "A copy that replaces metadata has no Content-Language of its own.",
    ignore_member("CopyObject", "ContentLanguage"),
)
declare(
    "copy-computes-no-sha256",
    "A copy keeps the checksum of its source, whichever was asked for.",
    ignore_member("CopyObject", "ChecksumAlgorithm"),
)
declare(
    "copy-over-any-object",
    "If-Match of a copy is not looked at.",
    ignore_member("CopyObject", "IfMatch"),
)
declare(
    "hold-of-uploads-forgotten",
    "An upload that began with a legal hold makes an object without one.",
    ignore_member("CreateMultipartUpload", "ObjectLockLegalHoldStatus"),
)
declare(
    "retention-of-the-newest-version",
    "GetObjectRetention tells of the newest version, whichever was named.",
    ignore_member("GetObjectRetention", "VersionId"),
)
declare(
    "head-ignores-response-headers",
    "HEAD answers Content-Type as it is kept, whatever response-content-type says.",
    ignore_member("HeadObject", "ResponseContentType"),
)
declare(
    "head-ignores-times",
    "HEAD does not look at conditions of time.",
    ignore_member("HeadObject", "IfModifiedSince", "IfUnmodifiedSince"),
)
