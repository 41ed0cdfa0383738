"""Checks of whom a bucket policy is about, what it is not about, and whether it is public."""

from __future__ import annotations

import json
from typing import Any

from conformance.checks.given_policies import (
    BY_HAND,
    IAM,
    USER_GUIDE,
    expect_denied,
    expect_refused,
    given_policy,
    principal,
    statement,
)
from conformance.trial import OTHER_ACCOUNT, Answer, Trial, check

PRINCIPAL = f"{IAM}/reference_policies_elements_principal.html"
EVALUATION = f"{IAM}/reference_policies_evaluation-logic.html"
PUBLIC = f"{USER_GUIDE}/access-control-block-public-access.html"
KEYS = f"{USER_GUIDE}/amazon-s3-policy-keys.html"
ACTIONS = f"{USER_GUIDE}/using-with-s3-policy-actions.html"
STRANGERS = ["other-accounts-may-everything", "other-accounts-may-nothing"]


def _allowed(t: Trial, bucket: str, action: str | list[str], *where: Any, **more: Any) -> Any:
    """A statement that allows ``action`` to the other account."""
    return statement(bucket, "Allow", action, *where, Principal=principal(t.other), **more)


@check("bucket-policy", needs=OTHER_ACCOUNT, proved_by=STRANGERS, only=BY_HAND, spec=PRINCIPAL)
def policy_lets_another_account_in(t: Trial) -> None:
    """A policy that allows an account to read lets it read, and nothing beside."""
    bucket = t.given.bucket()
    t.given.object("open/key", b"for two", Bucket=bucket)
    t.given.object("closed/key", b"mine", Bucket=bucket)
    expect_refused(t, t.other.call("GetObject", Bucket=bucket, Key="open/key"))
    given_policy(t, bucket, _allowed(t, bucket, "s3:GetObject", "open/*"))

    t.expect.body(t.other.call("GetObject", Bucket=bucket, Key="open/key"), b"for two")
    expect_refused(t, t.other.call("GetObject", Bucket=bucket, Key="closed/key"))
    expect_refused(t, t.other.call("ListObjectsV2", Bucket=bucket))
    expect_refused(t, t.other.call("PutObject", Bucket=bucket, Key="open/key", Body=b"theirs"))
    expect_refused(t, t.anonymous.call("GetObject", Bucket=bucket, Key="open/key"))


@check(
    "bucket-policy",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "policy-denials-ignored"],
    only=BY_HAND,
    spec=EVALUATION,
)
def denial_beats_an_allowance(t: Trial) -> None:
    """What one statement allows and another denies is denied, in whatever order they stand."""
    bucket = t.given.bucket()
    for key in ("open/key", "closed/key"):
        t.given.object(key, b"x", Bucket=bucket)
    allow = _allowed(t, bucket, "s3:GetObject")
    deny = statement(bucket, "Deny", "s3:GetObject", "closed/*", Principal=principal(t.other))
    for order in ((allow, deny), (deny, allow)):
        given_policy(t, bucket, *order)
        t.expect.ok(t.other.call("GetObject", Bucket=bucket, Key="open/key"))
        expect_refused(t, t.other.call("GetObject", Bucket=bucket, Key="closed/key"))


@check(
    "bucket-policy",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "policy-not-principal-is-principal"],
    only=BY_HAND,
    spec=f"{IAM}/reference_policies_elements_notprincipal.html",
)
def not_principal_denies_everybody_else(t: Trial) -> None:
    """A denial with NotPrincipal spares that account, and holds for every other."""
    bucket = t.given.bucket()
    for key in ("mine/key", "theirs/key", "open/key"):
        t.given.object(key, b"x", Bucket=bucket)
    denials = [
        {
            "Effect": "Deny",
            "NotPrincipal": {"AWS": f"arn:aws:iam::{party.account_id}:root"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/{prefix}/*",
        }
        for party, prefix in ((t.own, "mine"), (t.other, "theirs"))
    ]
    given_policy(t, bucket, _allowed(t, bucket, "s3:GetObject"), *denials)

    t.expect.ok(t.call("GetObject", Bucket=bucket, Key="mine/key"))
    expect_refused(t, t.other.call("GetObject", Bucket=bucket, Key="mine/key"))
    expect_denied(t, t.call("GetObject", Bucket=bucket, Key="theirs/key"))
    t.expect.ok(t.other.call("GetObject", Bucket=bucket, Key="theirs/key"))
    t.expect.ok(t.other.call("GetObject", Bucket=bucket, Key="open/key"))


@check(
    "bucket-policy",
    proved_by=["policy-not-action-is-action", "policy-denials-ignored"],
    only=BY_HAND,
    spec=f"{IAM}/reference_policies_elements_notaction.html",
)
def not_action_denies_everything_else(t: Trial) -> None:
    """A denial with NotAction s3:DeleteObject leaves deleting, and denies reading and writing."""
    bucket = t.given.bucket()
    t.given.object("closed/key", b"x", Bucket=bucket)
    denial = statement(bucket, "Deny", "s3:DeleteObject", "closed/*")
    denial["NotAction"] = denial.pop("Action")
    given_policy(t, bucket, denial)

    expect_denied(t, t.call("GetObject", Bucket=bucket, Key="closed/key"))
    expect_denied(t, t.call("PutObject", Bucket=bucket, Key="closed/key", Body=b"y"))
    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="open/key", Body=b"y"))
    t.expect.ok(t.call("DeleteObject", Bucket=bucket, Key="closed/key"))


@check(
    "bucket-policy",
    proved_by=["policy-not-resource-is-resource", "policy-denials-ignored"],
    only=BY_HAND,
    spec=f"{IAM}/reference_policies_elements_notresource.html",
)
def not_resource_denies_everything_else(t: Trial) -> None:
    """A denial with NotResource `open/*` leaves those objects, and denies the others."""
    bucket = t.given.bucket()
    t.given.object("closed/key", b"x", Bucket=bucket)
    t.given.object("open/key", b"x", Bucket=bucket)
    denial = statement(bucket, "Deny", "s3:GetObject", "open/*")
    denial["NotResource"] = denial.pop("Resource")
    given_policy(t, bucket, denial)

    expect_denied(t, t.call("GetObject", Bucket=bucket, Key="closed/key"))
    t.expect.ok(t.call("GetObject", Bucket=bucket, Key="open/key"))


@check(
    "bucket-policy",
    proved_by=["policy-actions-are-literal", "policy-denials-ignored"],
    only=BY_HAND,
    spec=f"{IAM}/reference_policies_elements_action.html",
)
def action_may_have_wildcards(t: Trial) -> None:
    """`s3:Get*` denies GetObject and GetObjectTagging, and not PutObject."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)
    given_policy(t, bucket, statement(bucket, "Deny", "s3:Get*"))

    expect_denied(t, t.call("GetObject", Bucket=bucket, Key="key"))
    expect_denied(t, t.call("GetObjectTagging", Bucket=bucket, Key="key"))
    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"y"))


@check(
    "bucket-policy",
    needs=OTHER_ACCOUNT,
    proved_by=[*STRANGERS, "policy-conditions-ignored", "policy-conditions-never-hold"],
    only=("raw",),
    spec=KEYS,
)
def listing_without_the_prefix_is_not_allowed(t: Trial) -> None:
    """Where a policy allows to list s3:prefix `open/` only, a listing without prefix is 403."""
    bucket = t.given.bucket()
    t.given.object("open/key", b"x", Bucket=bucket)
    t.given.object("closed/key", b"x", Bucket=bucket)
    condition = {"StringEquals": {"s3:prefix": "open/"}}
    given_policy(t, bucket, _allowed(t, bucket, "s3:ListBucket", None, Condition=condition))

    def listed(query: str) -> Answer:
        return t.raw("GET", f"/{bucket}", query=query, credentials=t.other.credentials)

    t.expect.member(listed("list-type=2&prefix=open%2F"), "Contents[].Key", ["open/key"])
    expect_refused(t, listed("list-type=2"))
    expect_refused(t, listed("list-type=2&prefix="))
    expect_refused(t, listed("list-type=2&prefix=closed%2F"))


@check("bucket-policy", needs=OTHER_ACCOUNT, proved_by=STRANGERS, only=BY_HAND, spec=ACTIONS)
def reading_objects_is_not_reading_their_versions(t: Trial) -> None:
    """s3:GetObject lets another account read the newest version, not one by its id."""
    bucket = t.given.versioned_bucket()
    old = t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"old")
    version = old.need_version_id()
    t.given.object("key", b"new", Bucket=bucket)
    given_policy(t, bucket, _allowed(t, bucket, "s3:GetObject"))

    t.expect.body(t.other.call("GetObject", Bucket=bucket, Key="key"), b"new")
    expect_refused(t, t.other.call("GetObject", Bucket=bucket, Key="key", VersionId=version))

    given_policy(t, bucket, _allowed(t, bucket, ["s3:GetObject", "s3:GetObjectVersion"]))
    got = t.other.call("GetObject", Bucket=bucket, Key="key", VersionId=version)
    t.expect.body(got, b"old")


# a policy is the owner's to change


@check("bucket-policy", needs=OTHER_ACCOUNT, proved_by=STRANGERS, only=BY_HAND, spec=ACTIONS)
def policy_of_another_account_is_its_own_affair(t: Trial) -> None:
    """Another account may neither read, set nor delete a bucket's policy, nor its settings."""
    bucket = t.given.bucket()
    given_policy(t, bucket, _allowed(t, bucket, "s3:ListBucket", None))
    t.expect.ok(t.other.call("ListObjectsV2", Bucket=bucket))
    policy = json.dumps({"Version": "2012-10-17", "Statement": [_allowed(t, bucket, "s3:*")]})

    expect_refused(t, t.other.call("GetBucketPolicy", Bucket=bucket))
    expect_refused(t, t.other.call("PutBucketPolicy", Bucket=bucket, Policy=policy))
    expect_refused(t, t.other.call("DeleteBucketPolicy", Bucket=bucket))
    expect_refused(t, t.other.call("GetBucketVersioning", Bucket=bucket))
    expect_refused(t, t.other.call("DeleteBucket", Bucket=bucket))
    t.expect.ok(t.look("GetBucketPolicy", Bucket=bucket))


# whether it is public


def _public_is_told(t: Trial) -> None:
    """The control of a policy that is not public: one that lets everybody read is."""
    bucket = t.given.bucket()
    t.given.opened(bucket)
    given_policy(t, bucket, statement(bucket, "Allow", "s3:GetObject"))
    told = t.look("GetBucketPolicyStatus", Bucket=bucket)
    t.expect.member(told, "PolicyStatus.IsPublic", True)


def _is_public(t: Trial, **condition: dict[str, Any]) -> Answer:
    """GetBucketPolicyStatus of a policy that allows everybody to read, on this condition."""
    bucket = t.given.bucket()
    t.given.opened(bucket)
    given_policy(t, bucket, statement(bucket, "Allow", "s3:GetObject", Condition=condition))
    return t.call("GetBucketPolicyStatus", Bucket=bucket)


@check("bucket-policy", proved_by=["policy-status-always-public"], only=BY_HAND, spec=PUBLIC)
def policy_for_some_addresses_is_not_public(t: Trial) -> None:
    """A policy for everybody from a range of addresses (aws:SourceIp) is not public."""
    _public_is_told(t)
    got = _is_public(t, IpAddress={"aws:SourceIp": "192.0.2.0/24"})

    t.expect.member(got, "PolicyStatus.IsPublic", False)


@check("bucket-policy", proved_by=["policy-status-never-public"], only=BY_HAND, spec=PUBLIC)
def policy_for_all_addresses_is_public(t: Trial) -> None:
    """A policy for everybody from very many addresses (0.0.0.0/1) is public."""
    got = _is_public(t, IpAddress={"aws:SourceIp": "0.0.0.0/1"})

    t.expect.member(got, "PolicyStatus.IsPublic", True)


@check("bucket-policy", proved_by=["policy-status-never-public"], only=BY_HAND, spec=PUBLIC)
def policy_that_asks_for_something_else_is_public(t: Trial) -> None:
    """A condition on what any request may say (aws:Referer) leaves a policy public."""
    got = _is_public(t, StringLike={"aws:Referer": "http://www.example.com/*"})

    t.expect.member(got, "PolicyStatus.IsPublic", True)


@check("bucket-policy", proved_by=["policy-status-always-public"], only=BY_HAND, spec=PUBLIC)
def policy_for_one_network_is_not_public(t: Trial) -> None:
    """A policy for everybody from one VPC (aws:SourceVpc) is not public."""
    _public_is_told(t)
    got = _is_public(t, StringEquals={"aws:SourceVpc": "vpc-91237329"})

    t.expect.member(got, "PolicyStatus.IsPublic", False)


@check("bucket-policy", proved_by=["policy-status-never-public"], only=BY_HAND, spec=PUBLIC)
def policy_for_networks_of_any_name_is_public(t: Trial) -> None:
    """A policy for everybody from a VPC whose name is a pattern (`vpc-*`) is public."""
    got = _is_public(t, StringLike={"aws:SourceVpc": "vpc-*"})

    t.expect.member(got, "PolicyStatus.IsPublic", True)


@check(
    "bucket-policy",
    needs=OTHER_ACCOUNT,
    proved_by=["policy-status-always-public"],
    only=BY_HAND,
    spec=PUBLIC,
)
def policy_for_one_account_is_not_public(t: Trial) -> None:
    """A policy that lets one other account in is not public."""
    _public_is_told(t)
    bucket = t.given.bucket()
    given_policy(t, bucket, _allowed(t, bucket, "s3:GetObject"))

    got = t.call("GetBucketPolicyStatus", Bucket=bucket)

    t.expect.member(got, "PolicyStatus.IsPublic", False)
