"""What an access control list permits to whom, and whether it is public."""

from __future__ import annotations

from server_ref.acl.grants import ALL_USERS, AUTHENTICATED_USERS, PUBLIC_GROUPS, Acl


def permits(acl: Acl, canonical_id: str | None, permission: str, *, public: bool = True) -> bool:
    """Whether the caller has the permission; None is anonymous.

    ``public=False`` looks past grants to everyone (IgnorePublicAcls).
    """
    for grant in acl["Grants"]:
        if grant["Permission"] not in (permission, "FULL_CONTROL"):
            continue
        grantee = grant["Grantee"]
        if grantee["Type"] == "Group":
            group = grantee["URI"]
            if public and (
                group == ALL_USERS or (group == AUTHENTICATED_USERS and canonical_id is not None)
            ):
                return True
        elif canonical_id is not None and grantee.get("ID") == canonical_id:
            return True
    return False


def is_public(acl: Acl) -> bool:
    """Whether it grants anything to everyone or to every AWS account."""
    return any(grant["Grantee"].get("URI") in PUBLIC_GROUPS for grant in acl["Grants"])
