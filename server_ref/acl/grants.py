"""An access control list as it is kept and answered, and the canned ones.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""

from __future__ import annotations

from typing import Any

# {"Owner": {"ID": …}, "Grants": [{"Grantee": {"ID": …, "Type": …}, "Permission": …}]}: the members
# of the service model, so that what is kept is what is answered
Acl = dict[str, Any]

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
GROUPS = frozenset((ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY))
PUBLIC_GROUPS = frozenset((ALL_USERS, AUTHENTICATED_USERS))
PERMISSIONS = frozenset(("FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"))

# The account Amazon gives machine images with; the grantee of aws-exec-read.
_EC2 = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"

BUCKET_CANNED = frozenset(
    (
        "private",
        "public-read",
        "public-read-write",
        "authenticated-read",
        "log-delivery-write",
        "aws-exec-read",
    )
)
OBJECT_CANNED = frozenset(
    (
        "private",
        "public-read",
        "public-read-write",
        "authenticated-read",
        "aws-exec-read",
        "bucket-owner-read",
        "bucket-owner-full-control",
    )
)
PUBLIC_CANNED = frozenset(("public-read", "public-read-write", "authenticated-read"))


def to_account(canonical_id: str, permission: str) -> dict[str, Any]:
    """A grant to an account."""
    return {"Grantee": {"ID": canonical_id, "Type": "CanonicalUser"}, "Permission": permission}


def to_group(uri: str, permission: str) -> dict[str, Any]:
    """A grant to one of Amazon's groups."""
    return {"Grantee": {"Type": "Group", "URI": uri}, "Permission": permission}


def canned(name: str, owner: str, bucket_owner: str) -> Acl:
    """The list a canned name stands for; ``owner`` and ``bucket_owner`` are canonical ids."""
    grants = [to_account(owner, "FULL_CONTROL")]
    if name in ("public-read", "public-read-write"):
        grants.append(to_group(ALL_USERS, "READ"))
    if name == "public-read-write":
        grants.append(to_group(ALL_USERS, "WRITE"))
    if name == "authenticated-read":
        grants.append(to_group(AUTHENTICATED_USERS, "READ"))
    if name == "log-delivery-write":
        grants += [to_group(LOG_DELIVERY, "WRITE"), to_group(LOG_DELIVERY, "READ_ACP")]
    if name == "aws-exec-read":
        grants.append(to_account(_EC2, "READ"))
    if name == "bucket-owner-read" and bucket_owner != owner:
        grants.append(to_account(bucket_owner, "READ"))
    if name == "bucket-owner-full-control" and bucket_owner != owner:
        grants.append(to_account(bucket_owner, "FULL_CONTROL"))
    return {"Owner": {"ID": owner}, "Grants": grants}


def private(owner: str) -> Acl:
    """The list of what nobody said anything about."""
    return canned("private", owner, owner)
