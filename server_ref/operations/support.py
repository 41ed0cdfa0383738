"""What this server does of each operation of Amazon's S3 model: the one table that says it.

``real`` does what S3 does. ``stored`` keeps a configuration, validates it and answers it as S3
would; nothing happens because of it. ``refused`` belongs to another service or kind of bucket and
answers as S3 does, mostly with an error. What is in the table and has no function yet is
``missing``.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

Kind = Literal["real", "stored", "refused"]

# Older names of requests that look the same on the wire; they are answered as the newer ones.
SAME_REQUEST = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}

REFUSED = {
    "CreateSession": "sessions are for directory buckets; elsewhere S3 lists the bucket",
    "GetObjectTorrent": "S3 itself no longer serves torrents",
    "ListDirectoryBuckets": "there are no directory buckets",
    "WriteGetObjectResponse": "Object Lambda is another service",
}

STORED = {
    **dict.fromkeys(
        (
            "DeleteBucketAnalyticsConfiguration",
            "GetBucketAnalyticsConfiguration",
            "ListBucketAnalyticsConfigurations",
            "PutBucketAnalyticsConfiguration",
        ),
        "no storage class analysis is made",
    ),
    **dict.fromkeys(
        (
            "DeleteBucketInventoryConfiguration",
            "GetBucketInventoryConfiguration",
            "ListBucketInventoryConfigurations",
            "PutBucketInventoryConfiguration",
        ),
        "no inventory is written",
    ),
    **dict.fromkeys(
        (
            "DeleteBucketMetricsConfiguration",
            "GetBucketMetricsConfiguration",
            "ListBucketMetricsConfigurations",
            "PutBucketMetricsConfiguration",
        ),
        "no metric is published",
    ),
    **dict.fromkeys(
        ("GetBucketAccelerateConfiguration", "PutBucketAccelerateConfiguration"),
        "there is no accelerated endpoint",
    ),
    **dict.fromkeys(
        (
            "CreateBucketMetadataConfiguration",
            "CreateBucketMetadataTableConfiguration",
            "DeleteBucketMetadataConfiguration",
            "DeleteBucketMetadataTableConfiguration",
            "GetBucketMetadataConfiguration",
            "GetBucketMetadataTableConfiguration",
            "UpdateBucketMetadataAnnotationTableConfiguration",
            "UpdateBucketMetadataInventoryTableConfiguration",
            "UpdateBucketMetadataJournalTableConfiguration",
        ),
        "no metadata table is filled",
    ),
}

REAL = frozenset(
    (
        "AbortMultipartUpload",
        "CompleteMultipartUpload",
        "CopyObject",
        "CreateBucket",
        "CreateMultipartUpload",
        "DeleteBucket",
        "DeleteBucketCors",
        "DeleteBucketEncryption",
        "DeleteBucketIntelligentTieringConfiguration",
        "DeleteBucketLifecycle",
        "DeleteBucketOwnershipControls",
        "DeleteBucketPolicy",
        "DeleteBucketReplication",
        "DeleteBucketTagging",
        "DeleteBucketWebsite",
        "DeleteObject",
        "DeleteObjectAnnotation",
        "DeleteObjectTagging",
        "DeleteObjects",
        "DeletePublicAccessBlock",
        "GetBucketAbac",
        "GetBucketAcl",
        "GetBucketCors",
        "GetBucketEncryption",
        "GetBucketIntelligentTieringConfiguration",
        "GetBucketLifecycle",
        "GetBucketLifecycleConfiguration",
        "GetBucketLocation",
        "GetBucketLogging",
        "GetBucketNotification",
        "GetBucketNotificationConfiguration",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketReplication",
        "GetBucketRequestPayment",
        "GetBucketTagging",
        "GetBucketVersioning",
        "GetBucketWebsite",
        "GetObject",
        "GetObjectAcl",
        "GetObjectAnnotation",
        "GetObjectAttributes",
        "GetObjectLegalHold",
        "GetObjectLockConfiguration",
        "GetObjectRetention",
        "GetObjectTagging",
        "GetPublicAccessBlock",
        "HeadBucket",
        "HeadObject",
        "ListBucketIntelligentTieringConfigurations",
        "ListBuckets",
        "ListMultipartUploads",
        "ListObjectAnnotations",
        "ListObjectVersions",
        "ListObjects",
        "ListObjectsV2",
        "ListParts",
        "PutBucketAbac",
        "PutBucketAcl",
        "PutBucketCors",
        "PutBucketEncryption",
        "PutBucketIntelligentTieringConfiguration",
        "PutBucketLifecycle",
        "PutBucketLifecycleConfiguration",
        "PutBucketLogging",
        "PutBucketNotification",
        "PutBucketNotificationConfiguration",
        "PutBucketOwnershipControls",
        "PutBucketPolicy",
        "PutBucketReplication",
        "PutBucketRequestPayment",
        "PutBucketTagging",
        "PutBucketVersioning",
        "PutBucketWebsite",
        "PutObject",
        "PutObjectAcl",
        "PutObjectAnnotation",
        "PutObjectLegalHold",
        "PutObjectLockConfiguration",
        "PutObjectRetention",
        "PutObjectTagging",
        "PutPublicAccessBlock",
        "RenameObject",
        "RestoreObject",
        "SelectObjectContent",
        "UpdateObjectEncryption",
        "UploadPart",
        "UploadPartCopy",
    )
)

# What else is to be known of an operation that is real.
NOTES = {
    "RenameObject": "S3 has it for directory buckets only, here every bucket has it",
    "RestoreObject": "without restores that run SQL",
}

# Amazon's operation name -> what this server is to do of it
SUPPORT: dict[str, Kind] = {
    **dict.fromkeys(REAL, "real"),
    **dict.fromkeys(STORED, "stored"),
    **dict.fromkeys(REFUSED, "refused"),
}


def missing(handlers: Collection[str]) -> list[str]:
    """The operations of the table that nothing does yet; ``handlers`` are the names that are."""
    return sorted(name for name in SUPPORT if SAME_REQUEST.get(name, name) not in handlers)
