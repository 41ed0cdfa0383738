"""Deviations of what a listing says of its question and its page."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import drop_member

for _name, _operation, _members in (
    ("v2-question", "ListObjectsV2", ("Prefix",)),
    ("v2-token", "ListObjectsV2", ("ContinuationToken",)),
    ("versions-question", "ListObjectVersions", ("KeyMarker", "Prefix")),
    ("uploads-question", "ListMultipartUploads", ("Bucket", "Prefix")),
    ("parts-question", "ListParts", ("Key", "UploadId")),
):
    declare(
        f"{_name}-not-repeated",
        f"{_operation} does not answer {' and '.join(_members)}.",
        drop_member(_operation, *_members),
    )
declare(
    "versions-end-not-told",
    "A page of versions does not say at which version it ended.",
    drop_member("ListObjectVersions", "NextVersionIdMarker"),
)
declare(
    "uploads-end-not-told",
    "A page of uploads does not say at which upload it ended.",
    drop_member("ListMultipartUploads", "NextUploadIdMarker"),
)
declare(
    "parts-class-not-told",
    "ListParts does not say the storage class.",
    drop_member("ListParts", "StorageClass"),
)
