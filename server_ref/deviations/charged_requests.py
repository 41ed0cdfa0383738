"""Deviations of what a request answers where its requester pays."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import drop_header

_CHARGED = "x-amz-request-charged"

declare(
    "charge-of-attributes-not-told",
    "Who reads the attributes of an object is not told that it pays.",
    drop_header("GetObjectAttributes", _CHARGED),
)
declare(
    "charge-of-versions-not-told",
    "Who lists versions is not told that it pays.",
    drop_header("ListObjectVersions", _CHARGED),
)
declare(
    "charge-of-tags-not-told",
    "Who tags an object is not told that it pays.",
    drop_header("PutObjectTagging", _CHARGED),
)
declare(
    "charge-of-parts-not-told",
    "Who uploads a part is not told that it pays.",
    drop_header("UploadPart", _CHARGED),
)
declare(
    "charge-of-holds-not-told",
    "Who reads a legal hold is not told that it pays.",
    drop_header("GetObjectLegalHold", _CHARGED),
)
