"""Checks of bucket policies: kept as they were put, held to their form, and obeyed."""

from __future__ import annotations

import json
from typing import Any

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")


def _policy(bucket: str, effect: str = "Deny", key: str = "closed/*", **more: Any) -> str:
    statement = {
        "Effect": effect,
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/{key}",
        **more,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _public_bucket(t: Trial, policy_key: str = "*") -> str:
    """A bucket whose objects anybody may read."""
    bucket = t.given.bucket()
    t.given.opened(bucket)
    t.given.call("PutBucketPolicy", Bucket=bucket, Policy=_policy(bucket, "Allow", policy_key))
    return bucket


@check("bucket-policy", proved_by=["policy-not-kept"], verified="aws-recorded 2026-02")
def policy_reads_back(t: Trial) -> None:
    """A policy that was put (204) is read back: one that says the same."""
    bucket = t.given.bucket()
    policy = _policy(bucket)

    t.expect.status(t.call("PutBucketPolicy", Bucket=bucket, Policy=policy), 204)

    t.expect.policy(t.look("GetBucketPolicy", Bucket=bucket), policy)


@check(
    "bucket-policy",
    proved_by=["policy-missing-is-empty"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetBucketPolicy.html",
)
def bucket_without_a_policy_says_so(t: Trial) -> None:
    """GetBucketPolicy where none is: 404 NoSuchBucketPolicy with the bucket's name."""
    bucket = t.given.bucket()

    got = t.call("GetBucketPolicy", Bucket=bucket)

    t.expect.error(got, 404, "NoSuchBucketPolicy", BucketName=bucket)


@check(
    "bucket-policy",
    proved_by=["policy-deleted-stays", "policy-not-kept"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_DeleteBucketPolicy.html",
)
def deleted_policy_is_gone(t: Trial) -> None:
    """DeleteBucketPolicy answers 204, and the policy is gone."""
    bucket = t.given.bucket()
    t.given.call("PutBucketPolicy", Bucket=bucket, Policy=_policy(bucket))
    t.expect.ok(t.look("GetBucketPolicy", Bucket=bucket))  # before, it is there

    t.expect.success(t.call("DeleteBucketPolicy", Bucket=bucket), 204)

    t.expect.error(t.look("GetBucketPolicy", Bucket=bucket), 404, "NoSuchBucketPolicy")


@check(
    "bucket-policy",
    proved_by=["policy-delete-of-none-refused"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_DeleteBucketPolicy.html",
)
def deleting_no_policy_is_fine(t: Trial) -> None:
    """DeleteBucketPolicy answers 204, and 204 again where there is none any more."""
    bucket = t.given.bucket()
    t.given.call("PutBucketPolicy", Bucket=bucket, Policy=_policy(bucket))

    for _ in range(2):
        t.expect.success(t.call("DeleteBucketPolicy", Bucket=bucket), 204)


@check(
    "bucket-policy",
    proved_by=["policy-text-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def policy_that_is_no_json_is_refused(t: Trial) -> None:
    """A policy that is no JSON: 400 MalformedPolicy."""
    got = t.call("PutBucketPolicy", Bucket=t.given.bucket(), Policy="a random string")

    t.expect.error(got, 400, "MalformedPolicy")


@check(
    "bucket-policy",
    proved_by=["policy-text-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def policy_without_statements_is_refused(t: Trial) -> None:
    """`{}`: 400 MalformedPolicy."""
    got = t.call("PutBucketPolicy", Bucket=t.given.bucket(), Policy="{}")

    t.expect.error(got, 400, "MalformedPolicy")


@check(
    "bucket-policy",
    proved_by=["policy-text-unchecked"],
    only=SAYS_ANYTHING,
    spec=f"{GUIDE}/example-bucket-policies.html",
)
def policy_about_another_bucket_is_refused(t: Trial) -> None:
    """A resource that is not of this bucket: 400 MalformedPolicy."""
    policy = _policy("another-bucket-than-this")

    got = t.call("PutBucketPolicy", Bucket=t.given.bucket(), Policy=policy)

    t.expect.error(got, 400, "MalformedPolicy")


@check(
    "bucket-policy",
    proved_by=["policy-deny-has-no-effect"],
    spec=f"{GUIDE}/how-s3-evaluates-access-control.html",
)
def explicit_deny_holds_for_the_owner(t: Trial) -> None:
    """An object a policy denies to everybody is denied to the bucket's owner: 403 AccessDenied."""
    bucket = t.given.bucket()
    t.given.object("closed/key", b"closed", Bucket=bucket)
    t.given.object("open/key", b"open", Bucket=bucket)
    t.given.call("PutBucketPolicy", Bucket=bucket, Policy=_policy(bucket))

    refused = t.call("GetObject", Bucket=bucket, Key="closed/key")
    allowed = t.call("GetObject", Bucket=bucket, Key="open/key")

    t.expect.error(refused, 403, "AccessDenied" if refused.wire_body else None)
    t.expect.body(allowed, b"open")


@check(
    "bucket-policy",
    proved_by=["policy-allow-has-no-effect"],
    only=("raw",),
    spec=f"{GUIDE}/example-bucket-policies.html",
)
def policy_opens_objects_to_everybody(t: Trial) -> None:
    """Where a policy allows s3:GetObject to `*`, an unsigned GET is answered; else not."""
    closed = t.given.bucket()
    t.given.object("key", b"closed", Bucket=closed)
    t.expect.error(t.raw("GET", f"/{closed}/key", sign="none"), 403, "AccessDenied")
    bucket = _public_bucket(t)
    t.given.object("key", b"open", Bucket=bucket)

    t.expect.body(t.raw("GET", f"/{bucket}/key", sign="none"), b"open")


@check(
    "bucket-policy",
    proved_by=["policy-resource-ignored"],
    only=("raw",),
    spec=f"{GUIDE}/access-policy-language-overview.html",
)
def policy_opens_what_it_names_only(t: Trial) -> None:
    """A policy for `open/*` opens nothing else: an unsigned GET beside it is 403 AccessDenied."""
    bucket = _public_bucket(t, "open/*")
    t.given.object("open/key", b"open", Bucket=bucket)
    t.given.object("opened", b"closed", Bucket=bucket)

    t.expect.body(t.raw("GET", f"/{bucket}/open/key", sign="none"), b"open")
    t.expect.error(t.raw("GET", f"/{bucket}/opened", sign="none"), 403, "AccessDenied")


@check(
    "bucket-policy",
    proved_by=["policy-action-ignored"],
    only=("raw",),
    spec=f"{GUIDE}/access-policy-language-overview.html",
)
def policy_that_lets_read_lets_nobody_write(t: Trial) -> None:
    """A policy that allows s3:GetObject to everybody allows no unsigned PUT: 403 AccessDenied."""
    bucket = _public_bucket(t)
    t.given.object("key", b"old", Bucket=bucket)

    got = t.raw("PUT", f"/{bucket}/key", body=b"new", sign="none")

    t.expect.error(got, 403, "AccessDenied")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"old")


@check(
    "bucket-policy",
    proved_by=["policy-status-never-public"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_GetBucketPolicyStatus.html",
)
def policy_for_everybody_is_public(t: Trial) -> None:
    """GetBucketPolicyStatus of a policy that lets everybody read: IsPublic is true."""
    got = t.call("GetBucketPolicyStatus", Bucket=_public_bucket(t))

    t.expect.member(got, "PolicyStatus.IsPublic", True)


@check(
    "bucket-policy",
    proved_by=["policy-status-always-public"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_GetBucketPolicyStatus.html",
)
def policy_that_only_denies_is_not_public(t: Trial) -> None:
    """GetBucketPolicyStatus of a policy that only denies: IsPublic is false."""
    public = t.look("GetBucketPolicyStatus", Bucket=_public_bucket(t))
    t.expect.member(public, "PolicyStatus.IsPublic", True)  # of one that allows it is told
    bucket = t.given.bucket()
    t.given.call("PutBucketPolicy", Bucket=bucket, Policy=_policy(bucket))

    got = t.call("GetBucketPolicyStatus", Bucket=bucket)

    t.expect.member(got, "PolicyStatus.IsPublic", False)


@check(
    "bucket-policy",
    proved_by=["bucket-owner-not-compared"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html",
)
def expected_owner_is_an_account_id(t: Trial) -> None:
    """x-amz-expected-bucket-owner that is no account id: 400 InvalidBucketOwnerAWSAccountID."""
    got = t.call("GetBucketPolicy", Bucket=t.bucket, ExpectedBucketOwner="abcd")

    t.expect.error(got, 400, "InvalidBucketOwnerAWSAccountID")
