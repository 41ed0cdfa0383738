"""Which document answers an operation: its root element, and whether a body is that document.

The names are those of the response syntax in Amazon's reference
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html),
and what Amazon S3 was recorded to send where the reference has another one. Amazon's service model
has no names of roots, so its parser reads any document for any operation.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from matrix.service_model import operation_model

JSON = "a JSON document"

_ROOTS: dict[str, tuple[str, ...]] = {
    "CompleteMultipartUpload": ("CompleteMultipartUploadResult",),
    "CopyObject": ("CopyObjectResult",),
    "CreateMultipartUpload": ("InitiateMultipartUploadResult",),
    "DeleteObjects": ("DeleteResult",),
    "GetBucketAbac": ("AbacStatus",),
    "GetBucketAccelerateConfiguration": ("AccelerateConfiguration",),
    "GetBucketAcl": ("AccessControlPolicy",),
    "GetBucketAnalyticsConfiguration": ("AnalyticsConfiguration",),
    "GetBucketCors": ("CORSConfiguration",),
    "GetBucketEncryption": ("ServerSideEncryptionConfiguration",),
    "GetBucketIntelligentTieringConfiguration": ("IntelligentTieringConfiguration",),
    "GetBucketInventoryConfiguration": ("InventoryConfiguration",),
    "GetBucketLifecycle": ("LifecycleConfiguration",),
    "GetBucketLifecycleConfiguration": ("LifecycleConfiguration",),
    "GetBucketLocation": ("LocationConstraint",),
    "GetBucketLogging": ("BucketLoggingStatus",),
    "GetBucketMetricsConfiguration": ("MetricsConfiguration",),
    "GetBucketNotification": ("NotificationConfiguration",),
    "GetBucketNotificationConfiguration": ("NotificationConfiguration",),
    "GetBucketOwnershipControls": ("OwnershipControls",),
    "GetBucketPolicy": (JSON,),
    "GetBucketPolicyStatus": ("PolicyStatus",),
    "GetBucketReplication": ("ReplicationConfiguration",),
    "GetBucketRequestPayment": ("RequestPaymentConfiguration",),
    "GetBucketTagging": ("Tagging",),
    "GetBucketVersioning": ("VersioningConfiguration",),
    "GetBucketWebsite": ("WebsiteConfiguration",),
    "GetObjectAcl": ("AccessControlPolicy",),
    "GetObjectAttributes": ("GetObjectAttributesResponse", "GetObjectAttributesOutput"),
    "GetObjectLegalHold": ("LegalHold",),
    "GetObjectLockConfiguration": ("ObjectLockConfiguration",),
    "GetObjectRetention": ("Retention",),
    "GetObjectTagging": ("Tagging",),
    "GetPublicAccessBlock": ("PublicAccessBlockConfiguration",),
    "ListBuckets": ("ListAllMyBucketsResult",),
    "ListMultipartUploads": ("ListMultipartUploadsResult",),
    "ListObjectVersions": ("ListVersionsResult",),
    "ListObjects": ("ListBucketResult",),
    "ListObjectsV2": ("ListBucketResult",),
    "ListParts": ("ListPartsResult",),
    "UploadPartCopy": ("CopyPartResult",),
}

# A document under a root of some name, and never a list of objects, which comes where the query
# is not looked at, nor the object itself.
_ANY_ROOT = frozenset(
    {
        "GetBucketMetadataConfiguration",
        "GetBucketMetadataTableConfiguration",
        "ListBucketAnalyticsConfigurations",
        "ListBucketIntelligentTieringConfigurations",
        "ListBucketInventoryConfigurations",
        "ListBucketMetricsConfigurations",
        "ListObjectAnnotations",
    }
)
_LISTING = "ListBucketResult"


def not_the_document(operation: str, body: bytes, root: str | None) -> str | None:
    """What a successful answer to ``operation`` holds in place of its document, in words.

    ``root`` is the local name of the body's root element, None where the body is no XML. None is
    answered for the right document, and for an operation that has none or one of no fixed name.
    """
    expected = _ROOTS.get(operation)
    start = body.lstrip()[:1]
    if operation in _ANY_ROOT and root in (None, _LISTING):
        expected = ("its document",)
    if expected is None or root in expected:
        return None
    if expected == (JSON,) and start == b"{":
        return None
    came = f"<{root}>" if root is not None else "no body" if not start else "a body that is no XML"
    wanted = expected[0] if " " in expected[0] else f"<{expected[0]}>"
    return f"{came} instead of {wanted}"


def called_otherwise(operation: str, root: str, held: Iterable[str]) -> bool:
    """Whether a root that is not the operation's has its document under it all the same.

    ``held`` are the local names of the elements right below the root. A name that no operation's
    root has (``ListPartsResponse``) is the server's own for the document whose elements are there.
    Under another operation's root there has to be an element that only this operation's document
    has: a ``ListBucketResult`` with a ``Version`` in it is a list of versions.

    Most SDKs never look at the name; the one for Rust does
    (https://github.com/awslabs/aws-sdk-rust/issues/609).
    """
    if operation not in _ROOTS or root in _ROOTS[operation] or root == "Error":
        return False
    found = frozenset(held)
    others = [one for one, roots in _ROOTS.items() if root in roots]
    if others:
        return bool(found & elements(operation).difference(*map(elements, others)))
    return bool(found & elements(operation)) or (not found and root.startswith(operation))


@functools.cache
def elements(operation: str) -> frozenset[str]:
    """Names of the elements right below the root of the operation's document."""
    shape = operation_model(operation).output_shape
    if shape is None or operation == "GetBucketLocation":  # whose root holds the value itself
        return frozenset()
    shape = shape.members.get(shape.serialization.get("payload"), shape)
    members = getattr(shape, "members", {})
    return frozenset(
        member.serialization.get("name", name)
        for name, member in members.items()
        if "location" not in member.serialization
    )
