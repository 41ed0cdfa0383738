"""What an operation needs: which actions on which resources, and the ACL permission for each.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping
"""

from __future__ import annotations

from typing import NamedTuple

from server_ref.context import Members
from server_ref.policy.actions import action_of, acts_on_object
from server_ref.rules.copying import read_source, rename_source


class Need(NamedTuple):
    """One action (without ``s3:``) on a bucket or, with a key, on an object."""

    action: str
    bucket: str
    key: str | None = None
    version_id: str | None = None
    writing: bool = False  # said about an object that this request is about to make


# action -> permission of the bucket's ACL; uploads are looked at and aborted by who began them
BUCKET_PERMISSIONS = {
    "DeleteObject": "WRITE",
    "GetBucketAcl": "READ_ACP",
    "ListBucket": "READ",
    "ListBucketMultipartUploads": "READ",
    "ListBucketVersions": "READ",
    "PutBucketAcl": "WRITE_ACP",
    "PutObject": "WRITE",
}
# action -> permission of the object's own ACL
OBJECT_PERMISSIONS = {
    "GetObject": "READ",
    "GetObjectAcl": "READ_ACP",
    "GetObjectAttributes": "READ",
    "GetObjectVersion": "READ",
    "GetObjectVersionAcl": "READ_ACP",
    "GetObjectVersionAttributes": "READ",
    "PutObjectAcl": "WRITE_ACP",
    "PutObjectVersionAcl": "WRITE_ACP",
}
# Actions on an object that has to be there: without ListBucket a missing one is 403, not 404.
EXISTING = frozenset(
    (
        *OBJECT_PERMISSIONS,
        "DeleteObjectTagging",
        "DeleteObjectVersionTagging",
        "GetObjectLegalHold",
        "GetObjectRetention",
        "GetObjectTagging",
        "GetObjectVersionTagging",
        "PutObjectLegalHold",
        "PutObjectRetention",
        "PutObjectTagging",
        "PutObjectVersionTagging",
        "RestoreObject",
    )
)
# Members of a write that need an action of their own.
_ALONGSIDE = {
    "ACL": "PutObjectAcl",
    "GrantFullControl": "PutObjectAcl",
    "GrantRead": "PutObjectAcl",
    "GrantReadACP": "PutObjectAcl",
    "GrantWrite": "PutObjectAcl",
    "GrantWriteACP": "PutObjectAcl",
    "ObjectLockLegalHoldStatus": "PutObjectLegalHold",
    "ObjectLockMode": "PutObjectRetention",
    "Tagging": "PutObjectTagging",
}
_WRITES = frozenset(("PutObject", "CopyObject", "CreateMultipartUpload"))
_BYPASSING = frozenset(("DeleteObject", "DeleteObjects", "PutObjectRetention"))


def needs(operation: str, members: Members) -> list[Need]:
    """Everything a request has to be allowed; the first names what it is mainly about.

    Raises S3Error InvalidArgument for a CopySource that names no object.
    """
    bucket, key = members["Bucket"], members.get("Key")
    version_id = members.get("VersionId")
    action = action_of(operation, version_id=version_id is not None)
    on_object = acts_on_object(action)
    found = (
        []
        if operation == "DeleteObjects"
        else [Need(action, bucket, key if on_object else None, version_id)]
    )  # each of many keys is judged when its turn comes
    if operation in _WRITES:
        also = {_ALONGSIDE[name] for name in members if name in _ALONGSIDE}
        found += [Need(extra, bucket, key, writing=True) for extra in sorted(also)]
    if members.get("BypassGovernanceRetention") and operation in _BYPASSING:
        found.append(Need("BypassGovernanceRetention", bucket, key or "*"))
    if operation == "GetObjectAttributes":  # its reference: the object has to be readable, too
        read = action_of("GetObject", version_id=version_id is not None)
        found.append(Need(read, bucket, key, version_id))
    source = members.get("CopySource")
    if source is not None:
        found.append(source_need(source))
    if operation == "RenameObject":  # what has the old name is read, and is there no more
        old = rename_source(members)
        found += [Need("GetObject", bucket, old), Need("DeleteObject", bucket, old)]
    return found


def source_need(source: str) -> Need:
    """Reading what a CopySource names. Raises S3Error InvalidArgument."""
    bucket, key, version_id = read_source(source)
    action = "GetObject" if version_id is None else "GetObjectVersion"
    return Need(action, bucket, key, version_id)
