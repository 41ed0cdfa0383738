"""S3's actions: which one an operation needs, on what it acts, which condition keys it knows.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

# Operation -> action, where the action is not the operation's own name. An operation on an object
# becomes the …Version action when the request has a version id (see ``action_of``).
_RENAMED = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateBucketMetadataConfiguration": "CreateBucketMetadataTableConfiguration",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketMetadataConfiguration": "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketMetadataConfiguration": "GetBucketMetadataTableConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "ListBuckets": "ListAllMyBuckets",
    "ListDirectoryBuckets": "ListAllMyDirectoryBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "RenameObject": "PutObject",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}

# Actions with a …Version twin for requests that name a version.
_VERSIONED = {
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectAnnotation": "DeleteObjectVersionAnnotation",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAnnotation": "GetObjectVersionAnnotation",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "GetObjectTorrent": "GetObjectVersionTorrent",
    "ListObjectAnnotations": "ListObjectVersionAnnotations",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectAnnotation": "PutObjectVersionAnnotation",
    "PutObjectTagging": "PutObjectVersionTagging",
}

_OBJECT_ACTIONS = frozenset(
    (
        "AbortMultipartUpload",
        "BypassGovernanceRetention",
        "DeleteObject",
        "GetObjectLegalHold",
        "GetObjectRetention",
        "GetObjectVersionForReplication",
        "InitiateReplication",
        "ListMultipartUploadParts",
        "ObjectOwnerOverrideToBucketOwner",
        "PutObject",
        "PutObjectLegalHold",
        "PutObjectRetention",
        "ReplicateDelete",
        "ReplicateObject",
        "ReplicateTags",
        "RestoreObject",
        "UpdateObjectEncryption",
        *_VERSIONED,
        *_VERSIONED.values(),
    )
)

_BUCKET_ACTIONS = frozenset(
    (
        "CreateBucketMetadataTableConfiguration",
        "DeleteBucket",
        "DeleteBucketMetadataTableConfiguration",
        "DeleteBucketPolicy",
        "DeleteBucketWebsite",
        "GetAccelerateConfiguration",
        "GetAnalyticsConfiguration",
        "GetBucketAbac",
        "GetBucketAcl",
        "GetBucketCORS",
        "GetBucketLocation",
        "GetBucketLogging",
        "GetBucketMetadataTableConfiguration",
        "GetBucketNotification",
        "GetBucketObjectLockConfiguration",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketPublicAccessBlock",
        "GetBucketRequestPayment",
        "GetBucketTagging",
        "GetBucketVersioning",
        "GetBucketWebsite",
        "GetEncryptionConfiguration",
        "GetIntelligentTieringConfiguration",
        "GetInventoryConfiguration",
        "GetLifecycleConfiguration",
        "GetMetricsConfiguration",
        "GetReplicationConfiguration",
        "ListBucket",
        "ListBucketMultipartUploads",
        "ListBucketVersions",
        "ListTagsForResource",
        "PutAccelerateConfiguration",
        "PutAnalyticsConfiguration",
        "PutBucketAbac",
        "PutBucketAcl",
        "PutBucketCORS",
        "PutBucketLogging",
        "PutBucketNotification",
        "PutBucketObjectLockConfiguration",
        "PutBucketOwnershipControls",
        "PutBucketPolicy",
        "PutBucketPublicAccessBlock",
        "PutBucketRequestPayment",
        "PutBucketTagging",
        "PutBucketVersioning",
        "PutBucketWebsite",
        "PutEncryptionConfiguration",
        "PutIntelligentTieringConfiguration",
        "PutInventoryConfiguration",
        "PutLifecycleConfiguration",
        "PutMetricsConfiguration",
        "PutReplicationConfiguration",
        "TagResource",
        "UntagResource",
        "UpdateBucketMetadataAnnotationTableConfiguration",
        "UpdateBucketMetadataInventoryTableConfiguration",
        "UpdateBucketMetadataJournalTableConfiguration",
    )
)

_LIMITED_KEYS = {  # condition key -> actions it says something about
    "s3:delimiter": ("ListBucket", "ListBucketVersions", "ListBucketMultipartUploads"),
    "s3:max-keys": ("ListBucket", "ListBucketVersions", "ListBucketMultipartUploads"),
    "s3:prefix": ("ListBucket", "ListBucketVersions", "ListBucketMultipartUploads"),
    "s3:versionid": (
        "*Version",
        "*VersionAcl",
        "*VersionTagging",
        "*VersionAttributes",
        "*VersionAnnotation*",
        "*VersionTorrent",
        "*VersionForReplication",
        "GetObject*",
        "PutObjectRetention",
        "PutObjectLegalHold",
        "RestoreObject",
    ),
    "s3:locationconstraint": ("CreateBucket",),
    "s3:if-match": ("PutObject", "DeleteObject"),
    "s3:if-none-match": ("PutObject",),
    "s3:objectcreationoperation": ("PutObject",),
    "s3:object-lock-legal-hold": ("PutObject", "PutObjectLegalHold", "ReplicateObject"),
    "s3:object-lock-mode": (
        "PutObject",
        "PutObjectRetention",
        "BypassGovernanceRetention",
        "ReplicateObject",
    ),
    "s3:object-lock-remaining-retention-days": (
        "PutObject",
        "PutObjectRetention",
        "PutBucketObjectLockConfiguration",
        "BypassGovernanceRetention",
        "ReplicateObject",
    ),
    "s3:object-lock-retain-until-date": (
        "PutObject",
        "PutObjectRetention",
        "BypassGovernanceRetention",
        "ReplicateObject",
    ),
    "s3:x-amz-acl": (
        "CreateBucket",
        "PutBucketAcl",
        "PutObject",
        "PutObjectAcl",
        "PutObjectVersionAcl",
        "BypassGovernanceRetention",
    ),
    "s3:x-amz-copy-source": ("PutObject", "BypassGovernanceRetention"),
    "s3:x-amz-grant-full-control": (
        "CreateBucket",
        "PutBucketAcl",
        "PutObject*Acl",
        "PutObject",
        "BypassGovernanceRetention",
    ),
    "s3:x-amz-grant-read": (
        "CreateBucket",
        "PutBucketAcl",
        "PutObject*Acl",
        "PutObject",
        "BypassGovernanceRetention",
    ),
    "s3:x-amz-grant-read-acp": (
        "CreateBucket",
        "PutBucketAcl",
        "PutObject*Acl",
        "PutObject",
        "BypassGovernanceRetention",
    ),
    "s3:x-amz-grant-write": (
        "CreateBucket",
        "PutBucketAcl",
        "PutObject*Acl",
        "PutObject",
        "BypassGovernanceRetention",
    ),
    "s3:x-amz-grant-write-acp": (
        "CreateBucket",
        "PutBucketAcl",
        "PutObject*Acl",
        "PutObject",
        "BypassGovernanceRetention",
    ),
    "s3:x-amz-metadata-directive": ("PutObject", "BypassGovernanceRetention"),
    "s3:x-amz-object-ownership": ("CreateBucket", "PutBucketOwnershipControls"),
    "s3:x-amz-server-side-encryption": (
        "PutObject",
        "ReplicateObject",
        "BypassGovernanceRetention",
    ),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (
        "PutObject",
        "ReplicateObject",
        "BypassGovernanceRetention",
        "UpdateObjectEncryption",
    ),
    "s3:x-amz-server-side-encryption-customer-algorithm": (
        "PutObject",
        "ReplicateObject",
        "BypassGovernanceRetention",
    ),
    "s3:x-amz-storage-class": ("PutObject", "BypassGovernanceRetention"),
    "s3:x-amz-website-redirect-location": ("PutObject", "BypassGovernanceRetention"),
    "s3:existingobjecttag/": (
        "GetObject",
        "GetObjectAcl",
        "GetObjectAttributes",
        "GetObjectTagging",
        "GetObjectVersion*",
        "PutObjectAcl",
        "PutObjectTagging",
        "PutObjectVersion*",
        "DeleteObjectTagging",
        "DeleteObjectVersionTagging",
        "RestoreObject",
    ),
    "s3:requestobjecttag/": (
        "PutObject",
        "PutObjectTagging",
        "PutObjectVersionTagging",
        "BypassGovernanceRetention",
        "ReplicateTags",
    ),
    "s3:requestobjecttagkeys": (
        "PutObject",
        "PutObjectTagging",
        "PutObjectVersionTagging",
        "BypassGovernanceRetention",
        "ReplicateTags",
    ),
    "s3:inventoryaccessibleoptionalfields": ("PutInventoryConfiguration",),
}

_EVERYWHERE_KEYS = frozenset(
    (
        "s3:accesspointnetworkorigin",
        "s3:authtype",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:resourceaccount",
        "s3:signatureage",
        "s3:signatureversion",
        "s3:tlsversion",
        "s3:x-amz-content-sha256",
    )
)

_GLOBAL_KEYS = frozenset(
    "aws:" + name
    for name in """
        assumedroot calledvia calledviafirst calledvialast chatbotsourcearn currenttime
        ec2instancesourceprivateipv4 ec2instancesourcevpc epochtime federatedprovider
        multifactorauthage multifactorauthpresent principalaccount principalarn
        principalisawsservice principalorgid principalorgpaths principalservicename
        principalservicenameslist principaltype referer requestedregion resourceaccount
        resourceorgid resourceorgpaths secondvpcid securetransport sourceaccount sourcearn
        sourceidentity sourceip sourceorgid sourceorgpaths sourceowner sourcevpc sourcevpcarn
        sourcevpce ssl tagkeys tokenissuetime useragent userid username viaawsservice vpceaccount
        vpceorgid vpceorgpaths vpcsourceip
    """.split()  # noqa: SIM905 - a list of forty quoted names says less
)
_GLOBAL_PREFIXES = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/", "s3:buckettag/")


def action_of(operation: str, *, version_id: bool = False) -> str:
    """The action (without ``s3:``) an operation needs on what its request line names."""
    action = _RENAMED.get(operation, operation)
    return _VERSIONED.get(action, action) if version_id else action


def known_actions(pattern: str) -> list[str]:
    """S3's actions meant by an Action of a policy: ``s3:Get*``, ``*``; case does not matter."""
    if pattern == "*":
        return sorted(_ALL)
    vendor, _, name = pattern.partition(":")
    if vendor.lower() != "s3" or not name:
        return []
    name = name.lower().replace("[", "[[]")
    return sorted(action for action in _ALL if fnmatchcase(action.lower(), name))


def acts_on_object(action: str) -> bool:
    """Whether the action's resource is an object, not a bucket."""
    return action in _OBJECT_ACTIONS


def is_condition_key(key: str) -> bool:
    """Whether S3 knows the condition key; ``key`` is in lower case."""
    return (
        key in _EVERYWHERE_KEYS
        or key in _GLOBAL_KEYS
        or key.startswith(_GLOBAL_PREFIXES)
        or _limited(key) is not None
    )


def key_applies(key: str, actions: Iterable[str]) -> bool:
    """Whether one of the actions can have the condition key; ``key`` is in lower case."""
    limited = _limited(key)
    return limited is None or any(
        fnmatchcase(action, pattern) for action in actions for pattern in limited
    )


def _limited(key: str) -> tuple[str, ...] | None:
    name, slash, _ = key.partition("/")
    return _LIMITED_KEYS.get(name + slash)


# What is done where no bucket is yet, CreateBucket and ListAllMyBuckets, is no action of a bucket
# policy: https://github.com/justincormack/argmin measured it.
_ALL = _OBJECT_ACTIONS | _BUCKET_ACTIONS
