"""The access control list a request asks for: canned name, grant headers or XML, validated.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from server_ref.acl.grants import (
    BUCKET_CANNED,
    GROUPS,
    OBJECT_CANNED,
    PERMISSIONS,
    PUBLIC_CANNED,
    PUBLIC_GROUPS,
    Acl,
    canned,
    to_account,
    to_group,
)
from server_ref.errors import S3Error

MAX_GRANTS = 100
_HEADERS = {  # member -> header, permission
    "GrantFullControl": ("x-amz-grant-full-control", "FULL_CONTROL"),
    "GrantRead": ("x-amz-grant-read", "READ"),
    "GrantReadACP": ("x-amz-grant-read-acp", "READ_ACP"),
    "GrantWrite": ("x-amz-grant-write", "WRITE"),
    "GrantWriteACP": ("x-amz-grant-write-acp", "WRITE_ACP"),
}
_GRANTING = frozenset(("ACL", *_HEADERS, "AccessControlPolicy"))
_CANONICAL = re.compile(r"[0-9a-f]{64}")
_PAIR = re.compile(r"""\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,"']*?))\s*""")


def stated(members: Mapping[str, Any]) -> bool:
    """Whether the request says anything about an access control list."""
    return any(members.get(name) is not None for name in _GRANTING)


def asks_for_public(members: Mapping[str, Any]) -> bool:
    """Whether the request, valid or not, grants anything to everyone or to every AWS account."""
    if _GRANTING.isdisjoint(members):
        return False
    if members.get("ACL") in PUBLIC_CANNED:
        return True
    if any(group in members.get(name, "") for name in _HEADERS for group in PUBLIC_GROUPS):
        return True
    policy = members.get("AccessControlPolicy") or {}
    return any(
        (grant.get("Grantee") or {}).get("URI") in PUBLIC_GROUPS
        for grant in policy.get("Grants") or ()
    )


def requested_acl(
    members: Mapping[str, Any],
    *,
    owner: str,
    bucket_owner: str,
    on_bucket: bool,
    required: bool,
    has_body: bool = False,
) -> Acl | None:
    """The list asked for; None when nothing was said and nothing is ``required``.

    ``owner`` owns the resource; both owners are canonical ids. ``has_body`` says that the request
    has a body where only an AccessControlPolicy may be one. Raises S3Error InvalidArgument,
    InvalidRequest, UnexpectedContent, MissingSecurityHeader, MalformedACLError or MethodNotAllowed
    (e-mail grantees, which S3 takes no longer).
    """
    name = members.get("ACL")
    headers = [(member, members[member]) for member in _HEADERS if members.get(member) is not None]
    policy = members.get("AccessControlPolicy")
    if name is not None:
        known = BUCKET_CANNED | OBJECT_CANNED if on_bucket else OBJECT_CANNED
        if name not in known:
            raise S3Error("InvalidArgument", "", ArgumentName="x-amz-acl", ArgumentValue=name)
        if headers:
            raise S3Error(
                "InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed"
            )
    if (name is not None or headers) and (has_body or policy is not None):
        raise S3Error("UnexpectedContent")
    if name is not None:
        return canned(name, owner, bucket_owner)
    if headers:
        grants = [grant for member, value in headers for grant in _from_header(member, value)]
        return {"Owner": {"ID": owner}, "Grants": grants}
    if policy is not None:
        return _from_xml(policy, owner)
    if has_body:
        raise S3Error("MalformedACLError")
    if required:
        raise S3Error("MissingSecurityHeader", MissingHeaderName="x-amz-acl")
    return None


def _from_header(member: str, value: str) -> list[dict[str, Any]]:
    header, permission = _HEADERS[member]
    grants = []
    for pair in value.split(","):
        parsed = _PAIR.fullmatch(pair)
        kind = parsed.group(1) if parsed else ""
        found = next((text for text in (parsed.groups()[1:] if parsed else ()) if text), "")
        if kind.lower() == "uri":
            if found not in GROUPS:
                raise _invalid("Invalid group uri", "uri", found)
            grants.append(to_group(found, permission))
        elif kind.lower() == "id":
            if not _CANONICAL.fullmatch(found):
                raise _invalid("Invalid id", "id", found)
            grants.append(to_account(found, permission))
        elif kind.lower() == "emailaddress":
            raise S3Error("MethodNotAllowed")
        else:
            raise _invalid("Argument format not recognized", header, pair)
    return grants


def _from_xml(policy: Mapping[str, Any], owner: str) -> Acl:
    found = policy.get("Owner")
    grants = policy.get("Grants")
    if not found or not found.get("ID") or grants is None or len(grants) > MAX_GRANTS:
        raise S3Error("MalformedACLError")
    if any(grant.get("Permission") not in PERMISSIONS for grant in grants):
        raise S3Error("MalformedACLError")
    kept = [_from_element(grant) for grant in grants]
    if not _CANONICAL.fullmatch(found["ID"]):
        raise _invalid("Invalid id", "CanonicalUser/ID", found["ID"])
    if found["ID"] != owner:
        raise S3Error("AccessDenied")  # the owner of a resource cannot be given away
    return {"Owner": {"ID": owner}, "Grants": kept}


def _from_element(grant: Mapping[str, Any]) -> dict[str, Any]:
    grantee = grant.get("Grantee") or {}
    kind, permission = grantee.get("Type"), grant["Permission"]
    if kind == "CanonicalUser" and grantee.get("ID"):
        if not _CANONICAL.fullmatch(grantee["ID"]):
            raise _invalid("Invalid id", "CanonicalUser/ID", grantee["ID"])
        return to_account(grantee["ID"], permission)
    if kind == "Group" and grantee.get("URI"):
        if grantee["URI"] not in GROUPS:
            raise _invalid("Invalid group uri", "Group/URI", grantee["URI"])
        return to_group(grantee["URI"], permission)
    if kind == "AmazonCustomerByEmail" and grantee.get("EmailAddress"):
        raise S3Error("MethodNotAllowed")
    raise S3Error("MalformedACLError")


def _invalid(message: str, name: str, value: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=value)
