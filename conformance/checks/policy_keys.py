"""Checks of what a policy is about: keys, wildcards, headers, and nobody by exception."""

from __future__ import annotations

import json

from conformance.checks.given_customer_keys import WITH_KEY
from conformance.checks.given_customer_keys import given_bucket as given_sealing_bucket
from conformance.checks.given_policies import (
    BY_HAND,
    IAM,
    expect_denied,
    given_policy,
    principal,
    statement,
)
from conformance.trial import OTHER_ACCOUNT, Answer, Trial, check

KEYS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"


@check(
    "bucket-policy",
    proved_by=["policy-climbs-through-keys"],
    only=("raw",),
    level="should",
    spec=KEYS,
)
def policy_is_about_keys_as_they_stand(t: Trial) -> None:
    """A denial of `closed/*` holds for `closed/key`, and not for the key `open/../closed/key`."""
    bucket = t.given.bucket()
    for key in ("closed/key", "open/../closed/key", "closed/../open/key"):
        t.given.object(key, key.encode(), Bucket=bucket)
    given_policy(t, bucket, statement(bucket, "Deny", "s3:GetObject", "closed/*"))

    expect_denied(t, t.raw("GET", f"/{bucket}/closed/key"))
    expect_denied(t, t.raw("GET", f"/{bucket}/closed/../open/key"))
    t.expect.body(t.raw("GET", f"/{bucket}/open/../closed/key"), b"open/../closed/key")


@check(
    "bucket-policy",
    proved_by=["policy-allows-by-exception"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{IAM}/reference_policies_elements_notprincipal.html",
)
def nobody_is_allowed_by_exception(t: Trial) -> None:
    """NotPrincipal in a statement that allows: 400 MalformedPolicy; in one that denies: taken."""
    bucket = t.given.bucket()

    def put(effect: str) -> Answer:
        said = statement(bucket, effect, "s3:GetObject", "never/*")
        del said["Principal"]
        said["NotPrincipal"] = principal(t.other)
        document = json.dumps({"Version": "2012-10-17", "Statement": [said]})
        return t.call("PutBucketPolicy", Bucket=bucket, Policy=document)

    t.expect.error(put("Allow"), 400, "MalformedPolicy")
    t.expect.error(t.look("GetBucketPolicy", Bucket=bucket), 404, "NoSuchBucketPolicy")
    t.expect.ok(put("Deny"))


@check(
    "bucket-policy",
    proved_by=["policy-wildcards-are-text"],
    only=BY_HAND,
    spec=f"{IAM}/reference_policies_elements_resource.html",
)
def resource_may_have_wildcards(t: Trial) -> None:
    """`a?c/*.txt` in a Resource: `?` is one character, `*` any number, slashes too."""
    bucket = t.given.bucket()
    for key in ("abc/x.txt", "abc/d/e.txt", "abbc/x.txt", "abc/x.jpg"):
        t.given.object(key, key.encode(), Bucket=bucket)
    given_policy(t, bucket, statement(bucket, "Deny", "s3:GetObject", "a?c/*.txt"))

    for key in ("abc/x.txt", "abc/d/e.txt"):
        expect_denied(t, t.call("GetObject", Bucket=bucket, Key=key))
    for key in ("abbc/x.txt", "abc/x.jpg"):
        t.expect.body(t.call("GetObject", Bucket=bucket, Key=key), key.encode())


@check(
    "bucket-policy",
    proved_by=["policy-headers-unseen"],
    only=BY_HAND,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html",
)
def condition_on_a_header_of_a_write(t: Trial) -> None:
    """Storage class and a customer's key of a PUT: each denies where its header is."""
    bucket = given_sealing_bucket(t)
    deny = [
        statement(bucket, "Deny", "s3:PutObject", Condition=condition)
        for condition in (
            {"StringEquals": {"s3:x-amz-storage-class": "STANDARD_IA"}},
            {"StringEquals": {"s3:x-amz-server-side-encryption-customer-algorithm": "AES256"}},
        )
    ]
    given_policy(t, bucket, *deny)

    for members in ({"StorageClass": "STANDARD_IA"}, WITH_KEY):
        got = t.call("PutObject", Bucket=bucket, Key="key", Body=b"x", **members)
        expect_denied(t, got)
    t.expect.status(t.look("HeadObject", Bucket=bucket, Key="key"), 404)
    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"x"))


@check(
    "bucket-policy",
    proved_by=["policy-grants-unseen"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html",
)
def condition_on_the_grants_of_a_write(t: Trial) -> None:
    """StringEquals with s3:x-amz-grant-read denies a PUT that grants to that one, and no other."""
    bucket = t.given.bucket_owned("ObjectWriter")
    them, us = f"id={t.other.canonical_id}", f"id={t.own.canonical_id}"
    condition = {"StringEquals": {"s3:x-amz-grant-read": them}}
    given_policy(t, bucket, statement(bucket, "Deny", "s3:PutObject", Condition=condition))

    denied = t.call("PutObject", Bucket=bucket, Key="denied", Body=b"x", GrantRead=them)
    taken = t.call("PutObject", Bucket=bucket, Key="taken", Body=b"x", GrantRead=us)

    expect_denied(t, denied)
    t.expect.ok(taken)
