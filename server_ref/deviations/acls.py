"""Deviations of ACLs and of object ownership."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.deviations.steps import (
    do_nothing,
    edit_members,
    ignore_member,
    replace_error,
    swallow_error,
)
from server_ref.deviations.when import (
    When,
    anonymous,
    nothing_when,
    rewrite,
    subresource_ignored,
    swallow_when,
)


def _canned(name: str) -> When:
    return lambda _ctx, members: members.get("ACL") == name


def _document(_ctx: Context, members: Members) -> bool:
    return bool(members.get("AccessControlPolicy"))


def _no_grants(answer: Members) -> None:
    answer["Grants"] = []


def _owner_too(answer: Members) -> None:
    owner = {"ID": answer["Owner"]["ID"], "Type": "CanonicalUser"}
    if not any(grant["Grantee"].get("ID") == owner["ID"] for grant in answer["Grants"]):
        answer["Grants"] = [*answer["Grants"], {"Grantee": owner, "Permission": "FULL_CONTROL"}]


def _canned_only(members: Members) -> None:
    if members.get("ACL"):
        for name in [name for name in members if name.startswith("Grant")]:
            members.pop(name)


declare(
    "acl-default-is-empty",
    "GetBucketAcl answers no grants.",
    edit_members("GetBucketAcl", _no_grants),
)
declare(
    "acl-bucket-canned-ignored",
    "`public-read` for a bucket answers and does nothing.",
    nothing_when("PutBucketAcl", _canned("public-read")),
)
declare(
    "acl-private-ignored",
    "`private` for a bucket answers and does nothing.",
    nothing_when("PutBucketAcl", _canned("private")),
)
declare(
    "acl-grants-added",
    "GetBucketAcl always grants FULL_CONTROL to the owner.",
    edit_members("GetBucketAcl", _owner_too),
)
declare(
    "acl-policy-ignored",
    "An ACL document for a bucket answers and does nothing.",
    nothing_when("PutBucketAcl", _document),
)
declare(
    "acl-canned-and-grants-accepted",
    "Grants beside a canned ACL are ignored.",
    rewrite("PutBucketAcl", _canned_only),
)
declare(
    "acl-canned-and-document-accepted",
    "PutBucketAcl takes a document beside a canned ACL.",
    swallow_error("PutBucketAcl", "UnexpectedContent"),
)
declare(
    "acl-none-accepted",
    "PutBucketAcl takes a request without an ACL.",
    swallow_error("PutBucketAcl", "MissingSecurityHeader"),
)
declare(
    "acl-canned-unchecked",
    "PutBucketAcl takes any canned ACL.",
    swallow_error("PutBucketAcl", "InvalidArgument"),
)
declare(
    "acl-public-read-has-no-effect",
    "Nobody lists a bucket without a signature.",
    anonymous("ListObjects", "AccessDenied"),
)
declare(
    "acl-enforced-accepted",
    "A bucket with ACLs disabled takes an ACL.",
    swallow_error("PutBucketAcl", "AccessControlListNotSupported"),
)

declare(
    "acl-object-default-is-empty",
    "GetObjectAcl answers no grants.",
    edit_members("GetObjectAcl", _no_grants),
)
declare(
    "acl-object-canned-ignored",
    "`public-read` for an object answers and does nothing.",
    nothing_when("PutObjectAcl", _canned("public-read")),
)
declare(
    "acl-of-a-put-ignored",
    "PutObject does not look at x-amz-acl.",
    ignore_member("PutObject", "ACL"),
)
declare(
    "acl-overwrites-the-object",
    "PUT ?acl of an object is done as a PUT of the object.",
    subresource_ignored("PUT", "acl"),
)
declare(
    "acl-public-object-is-private",
    "Nobody reads an object without a signature.",
    anonymous("GetObject", "AccessDenied"),
)
declare(
    "acl-of-a-marker-is-405",
    "GetObjectAcl of a deleted key is MethodNotAllowed.",
    replace_error("GetObjectAcl", "NoSuchKey", "MethodNotAllowed"),
)
declare(
    "acl-on-a-marker-is-404",
    "PutObjectAcl on a delete marker is NoSuchKey.",
    replace_error("PutObjectAcl", "MethodNotAllowed", "NoSuchKey"),
)

# ownership


def _writer(answer: Members) -> None:
    for rule in answer["OwnershipControls"]["Rules"]:
        if rule["ObjectOwnership"] == "BucketOwnerEnforced":
            rule["ObjectOwnership"] = "ObjectWriter"


declare(
    "ownership-default-writer",
    "A new bucket says ObjectWriter.",
    edit_members("GetBucketOwnershipControls", _writer),
)
declare(
    "ownership-at-creation-ignored",
    "CreateBucket does not look at object ownership.",
    ignore_member("CreateBucket", "ObjectOwnership"),
)
declare(
    "ownership-not-kept",
    "PutBucketOwnershipControls answers and does nothing.",
    do_nothing("PutBucketOwnershipControls"),
)
declare(
    "ownership-deleted-stays",
    "DeleteBucketOwnershipControls answers and does nothing.",
    do_nothing("DeleteBucketOwnershipControls"),
)
declare(
    "ownership-value-unchecked",
    "An ownership setting that there is not is taken.",
    swallow_when("PutBucketOwnershipControls", "MalformedXML", lambda _ctx, _members: True),
)


def _taken_for(other: str) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        if members.get("ACL") == "authenticated-read":
            members["ACL"] = other

    return change


declare(
    "authenticated-read-is-for-all",
    "`authenticated-read` of a new object lets anybody read it.",
    rewrite("PutObject", _taken_for("public-read")),
)
declare(
    "authenticated-read-is-for-nobody",
    "`authenticated-read` of a new object lets nobody read it.",
    rewrite("PutObject", _taken_for("private")),
)
