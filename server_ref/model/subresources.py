"""Sub-resources as S3 reads them: what they are called, and which of a bucket's a key's path takes.

S3 has one list of them for both kinds of path. A name of a bucket's sub-resource after a key is
the bucket's own, a name that is refused there, or no sub-resource at all.
https://github.com/brekkylab/backlot/issues/267 and https://github.com/brekkylab/backlot/issues/230
have what S3 answers.
"""

from __future__ import annotations

from server_ref.errors import S3Error

# A bucket's, read at a key's path as at the bucket's: the key counts for nothing.
_READ_AT_KEYS = frozenset(
    {
        *("accelerate", "cors", "inventory", "lifecycle", "location", "notification", "policy"),
        *("replication", "requestPayment", "versioning", "website"),
    }
)
# Those that a key's path refuses, with the code.
_REFUSED_AT_KEYS = {"logging": "NoLoggingStatusForKey", "versions": "InvalidRequest"}
# What no path reads together with a version: there is none of it.
_VERSIONLESS_AT_KEYS = _READ_AT_KEYS | frozenset(_REFUSED_AT_KEYS) | {"torrent", "uploads"}
# What S3 calls a resource in a MethodNotAllowed error, where that is not the name in capitals.
_TYPES = {
    "abac": "BUCKET_ABAC",
    "delete": "MULTI_OBJECT_DELETE",
    "intelligent-tiering": "INTELLIGENT_TIERING",
    "logging": "LOGGING_STATUS",
    "metadataAnnotationTable": "BUCKET_METADATA_ANNOTATION_TABLE_CONFIGURATION",
    "metadataConfiguration": "BUCKET_METADATA_CONFIGURATION",
    "metadataInventoryTable": "BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION",
    "metadataJournalTable": "BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION",
    "metadataTable": "BUCKET_METADATA_TABLE_CONFIGURATION",
    "object-lock": "OBJECT_LOCK_CONFIGURATION",
    "ownershipControls": "OWNERSHIP_CONTROLS",
    "policy": "BUCKETPOLICY",
    "policyStatus": "POLICY_STATUS",
    "publicAccessBlock": "PUBLIC_ACCESS_BLOCK",
    "requestPayment": "REQUEST_PAYMENT",
    "uploadId": "UPLOAD",
    "versions": "BUCKETVERSIONS",
}
_TYPES_OF_KEYS = {
    "annotation": "OBJECT_ANNOTATIONS",
    "attributes": "OBJECT_ATTRIBUTES",
    "encryption": "OBJECT_ENCRYPTION",
    "legal-hold": "OBJECT_LOCK_LEGALHOLD",
    "retention": "OBJECT_LOCK_RETENTION",
    "tagging": "OBJECT_TAGGING",
}
_ORDER = ("HEAD", "DELETE", "POST", "GET", "PUT")  # of methods in Allow


def resource_type(scope: str, name: str) -> str:
    """What S3 calls the sub-resource ``name``, or the scope itself where there is none."""
    if not name:
        return scope.upper()
    of_key = _TYPES_OF_KEYS.get(name) if scope == "object" else None
    return of_key or _TYPES.get(name) or name.upper()


def allow(methods: set[str]) -> dict[str, str]:
    """The Allow header of these methods, in S3's order; none where there are none."""
    listed = [method for method in _ORDER if method in methods]
    return {"Allow": ", ".join(listed)} if listed else {}


def answered_at_key(method: str, name: str) -> bool:
    """Whether a bucket's sub-resource is answered at a key's path as at the bucket's.

    Raises S3Error for those that are refused there.
    """
    if method == "GET" and name in _REFUSED_AT_KEYS:
        raise S3Error(
            _REFUSED_AT_KEYS[name], f"There is no such thing as the ?{name} sub-resource for a key"
        )
    return (method == "GET" and name in _READ_AT_KEYS) or (method, name) == ("POST", "delete")


def known_at_key(name: str) -> bool:
    """Whether S3 takes a bucket's sub-resource for one at a key's path, too."""
    return name in _READ_AT_KEYS or name in _REFUSED_AT_KEYS or name == "delete"


def known_at_bucket(name: str) -> bool:
    """Whether S3 takes a key's sub-resource for one at a bucket's path, too."""
    return name in ("restore", "torrent")


def versionless(name: str) -> bool:
    """Whether a sub-resource at a key's path has no versions."""
    return name in _VERSIONLESS_AT_KEYS
