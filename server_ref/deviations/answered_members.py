"""Deviations of what answers repeat of their request, and say of version and bucket."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import drop_header, drop_member, ignore_member
from server_ref.deviations.when import refuse_when

declare(
    "list-forgets-its-marker",
    "ListObjects does not answer the limit it was asked.",
    drop_member("ListObjects", "MaxKeys"),
)
declare(
    "version-list-forgets-its-marker",
    "ListObjectVersions does not answer the version it began after.",
    drop_member("ListObjectVersions", "VersionIdMarker"),
)
declare(
    "upload-list-forgets-its-marker",
    "ListMultipartUploads does not answer the upload it began after.",
    drop_member("ListMultipartUploads", "UploadIdMarker"),
)
declare(
    "copy-names-no-version",
    "DeleteObjectTagging does not answer the version whose tags are gone.",
    drop_header("DeleteObjectTagging", "x-amz-version-id"),
)
declare(
    "attributes-without-a-time",
    "GetObjectAttributes answers no Last-Modified.",
    drop_header("GetObjectAttributes", "Last-Modified"),
)
declare(
    "head-bucket-without-its-name",
    "HeadBucket does not answer the bucket's ARN.",
    drop_header("HeadBucket", "x-amz-bucket-arn"),
)
declare(
    "lifecycle-forgets-the-smallest-size",
    "A lifecycle forgets the smallest size of transitions it was put with.",
    ignore_member("PutBucketLifecycleConfiguration", "TransitionDefaultMinimumObjectSize"),
)
declare(
    "lifecycle-of-old-clients-refused",
    "A lifecycle whose rule has a Prefix and no Filter is refused.",
    refuse_when(
        "PutBucketLifecycleConfiguration",
        "MalformedXML",
        lambda _ctx, members: any(
            "Filter" not in rule for rule in members["LifecycleConfiguration"]["Rules"]
        ),
    ),
)
declare(
    "get-counts-no-missing-metadata",
    "GET does not say that metadata is missing.",
    drop_header("GetObject", "x-amz-missing-meta"),
)
declare(
    "part-copy-ignores-times",
    "UploadPartCopy does not look at conditions of time.",
    ignore_member("UploadPartCopy", "CopySourceIfUnmodifiedSince", "CopySourceIfModifiedSince"),
)
