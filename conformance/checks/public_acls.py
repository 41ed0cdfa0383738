"""Checks of what a public access block does to ACLs and policies that are public."""

from __future__ import annotations

from conformance.checks.given_policies import (
    BY_HAND,
    USER_GUIDE,
    given_policy,
    principal,
    statement,
)
from conformance.trial import OTHER_ACCOUNT, Trial, check

GUIDE = f"{USER_GUIDE}/access-control-block-public-access.html"
NAMES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ALL_USERS = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'


def _block(t: Trial, bucket: str, *names: str) -> None:
    settings = {name: name in names for name in NAMES}
    t.given.call("PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=settings)


@check(
    "public-access-block", proved_by=["access-block-acl-has-no-effect"], only=BY_HAND, spec=GUIDE
)
def public_acl_is_blocked(t: Trial) -> None:
    """Under BlockPublicAcls a write with a public ACL, and PutObjectAcl with one: 403."""
    bucket = t.given.bucket_with_acls()
    t.given.object("kept", b"x", Bucket=bucket)
    _block(t, bucket, "BlockPublicAcls")
    new = {"Bucket": bucket, "Key": "new"}

    put = t.call("PutObject", **new, Body=b"x", ACL="public-read")
    copied = t.call("CopyObject", **new, CopySource=f"{bucket}/kept", GrantRead=ALL_USERS)
    changed = t.call("PutObjectAcl", Bucket=bucket, Key="kept", ACL="authenticated-read")
    of_bucket = t.call("PutBucketAcl", Bucket=bucket, ACL="public-read")

    for got in (put, copied, changed, of_bucket):
        t.expect.error(got, 403, "AccessDenied")
    t.expect.status(t.look("HeadObject", **new), 404)
    t.expect.ok(t.call("PutObject", **new, Body=b"x", ACL="private"))


@check("public-access-block", proved_by=["access-block-ignores-no-acl"], only=("raw",), spec=GUIDE)
def public_acls_are_ignored(t: Trial) -> None:
    """Under IgnorePublicAcls an object whose ACL is public-read is not read by anybody: 403."""
    bucket = t.given.bucket_with_acls()
    t.given.object("public", b"x", Bucket=bucket, ACL="public-read")

    t.expect.body(t.raw("GET", f"/{bucket}/public", sign="none"), b"x")
    _block(t, bucket, "IgnorePublicAcls")
    t.expect.error(t.raw("GET", f"/{bucket}/public", sign="none"), 403, "AccessDenied")

    acl = t.look("GetObjectAcl", Bucket=bucket, Key="public")
    t.expect.member(acl, "Grants[?Grantee.Type=='Group'].Permission", ["READ"])


@check(
    "public-access-block", proved_by=["access-block-restricts-nobody"], only=("raw",), spec=GUIDE
)
def public_policy_is_restricted(t: Trial) -> None:
    """Under RestrictPublicBuckets a public policy opens nothing to anybody: 403; but the owner."""
    bucket = t.given.bucket()
    t.given.opened(bucket)
    t.given.object("key", b"x", Bucket=bucket)
    given_policy(t, bucket, statement(bucket, "Allow", "s3:GetObject"))

    t.expect.body(t.raw("GET", f"/{bucket}/key", sign="none"), b"x")
    _block(t, bucket, "RestrictPublicBuckets")

    t.expect.error(t.raw("GET", f"/{bucket}/key", sign="none"), 403, "AccessDenied")
    t.expect.body(t.raw("GET", f"/{bucket}/key"), b"x")


@check(
    "public-access-block",
    proved_by=["access-block-restricts-nobody"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=GUIDE,
)
def public_policy_restricts_other_accounts(t: Trial) -> None:
    """Under RestrictPublicBuckets a policy that is public lets no other account in either: 403."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)
    _block(t, bucket)
    may_read = statement(bucket, "Allow", "s3:GetObject", Principal=principal(t.other))
    asked = {"Bucket": bucket, "Key": "key"}
    given_policy(t, bucket, statement(bucket, "Allow", "s3:GetObject"), may_read)

    t.expect.body(t.other.call("GetObject", **asked), b"x")
    _block(t, bucket, "RestrictPublicBuckets")
    t.expect.error(t.other.call("GetObject", **asked), 403, "AccessDenied")

    given_policy(t, bucket, may_read)
    t.expect.body(t.other.call("GetObject", **asked), b"x")


@check("public-access-block", proved_by=["access-block-stops-its-owner"], spec=GUIDE)
def block_does_not_stop_the_owner(t: Trial) -> None:
    """With all four settings the owner writes and reads as before."""
    bucket = t.given.bucket()
    _block(t, bucket, *NAMES)

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"kept"))

    t.expect.body(t.call("GetObject", Bucket=bucket, Key="key"), b"kept")
    block = t.look("GetPublicAccessBlock", Bucket=bucket)
    t.expect.member(block, "PublicAccessBlockConfiguration.RestrictPublicBuckets", True)
