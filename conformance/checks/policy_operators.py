"""Checks of the operators of a policy's conditions, of sets of values, and of several at once.

Each denies one request and leaves its twin alone, as in ``policy_conditions``, which has the keys.
"""

from __future__ import annotations

from typing import Any

from conformance.checks.given_policies import (
    BY_HAND,
    IAM,
    expect_denied,
    given_denial,
    given_policy,
    put_tags,
    statement,
)
from conformance.trial import Answer, Trial, check

OPERATORS = f"{IAM}/reference_policies_elements_condition_operators.html"
SETS = f"{IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html"
EVALUATION = f"{IAM}/reference_policies_condition-logic-multiple-context-keys-or-values.html"
BOTH = ["policy-conditions-ignored", "policy-conditions-never-hold"]
ENCRYPTION = "s3:x-amz-server-side-encryption"


@check(
    "bucket-policy",
    proved_by=[*BOTH, "policy-patterns-are-literal"],
    only=BY_HAND,
    spec=OPERATORS,
)
def string_like_has_wildcards(t: Trial) -> None:
    """StringLike with `closed/?/*` denies what it matches; StringEquals takes it as text."""
    bucket = t.given.bucket()
    about = (bucket, "Deny", "s3:ListBucket", None)
    given_policy(
        t,
        bucket,
        statement(*about, Condition={"StringLike": {"s3:prefix": "closed/?/*"}}),
        statement(*about, Condition={"StringEquals": {"s3:prefix": "text/*"}}),
    )

    expect_denied(t, t.call("ListObjectsV2", Bucket=bucket, Prefix="closed/a/b"))
    t.expect.ok(t.call("ListObjectsV2", Bucket=bucket, Prefix="closed/ab/c"))
    expect_denied(t, t.call("ListObjectsV2", Bucket=bucket, Prefix="text/*"))
    t.expect.ok(t.call("ListObjectsV2", Bucket=bucket, Prefix="text/a"))


@check(
    "bucket-policy",
    proved_by=[*BOTH, "policy-negations-want-the-key"],
    only=BY_HAND,
    spec=OPERATORS,
)
def negation_holds_where_the_key_is_absent(t: Trial) -> None:
    """StringNotEquals denies a PUT with another encryption than AES256, and one that names none."""
    bucket = given_denial(t, "s3:PutObject", {"StringNotEquals": {ENCRYPTION: "AES256"}})

    def put(**members: Any) -> Answer:
        return t.call("PutObject", Bucket=bucket, Key="key", Body=b"x", **members)

    expect_denied(t, put())
    t.expect.ok(put(ServerSideEncryption="AES256"))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=OPERATORS)
def null_asks_whether_the_key_is_there(t: Trial) -> None:
    """Null "true" denies a PUT that names no encryption, Null "false" one that names a class."""
    bucket = t.given.bucket()
    about = (bucket, "Deny", "s3:PutObject")
    given_policy(
        t,
        bucket,
        statement(*about, Condition={"Null": {ENCRYPTION: "true"}}),
        statement(*about, Condition={"Null": {"s3:x-amz-storage-class": "false"}}),
    )
    members = {"Bucket": bucket, "Key": "key", "Body": b"x"}

    expect_denied(t, t.call("PutObject", **members))
    t.expect.ok(t.call("PutObject", **members, ServerSideEncryption="AES256"))
    got = t.call("PutObject", **members, ServerSideEncryption="AES256", StorageClass="STANDARD")
    expect_denied(t, got)


@check(
    "bucket-policy",
    proved_by=[*BOTH, "policy-if-exists-ignored"],
    only=BY_HAND,
    spec=OPERATORS,
)
def if_exists_holds_where_the_key_is_absent(t: Trial) -> None:
    """StringEqualsIfExists denies where the key is absent too, StringEquals where it is that."""
    bucket = t.given.bucket()
    condition = {"s3:x-amz-storage-class": "STANDARD_IA"}
    given_policy(
        t,
        bucket,
        statement(
            bucket,
            "Deny",
            "s3:PutObject",
            "exists/*",
            Condition={"StringEqualsIfExists": condition},
        ),
        statement(bucket, "Deny", "s3:PutObject", "plain/*", Condition={"StringEquals": condition}),
    )

    def put(key: str, **members: Any) -> Answer:
        return t.call("PutObject", Bucket=bucket, Key=key, Body=b"x", **members)

    expect_denied(t, put("exists/key"))
    t.expect.ok(put("exists/key", StorageClass="STANDARD"))
    t.expect.ok(put("plain/key"))
    expect_denied(t, put("plain/key", StorageClass="STANDARD_IA"))


@check(
    "bucket-policy",
    proved_by=[*BOTH, "policy-any-value-is-all"],
    only=BY_HAND,
    spec=SETS,
)
def any_value_of_a_set(t: Trial) -> None:
    """ForAnyValue with s3:RequestObjectTagKeys denies where one of the tags has that key."""
    condition = {"ForAnyValue:StringEquals": {"s3:RequestObjectTagKeys": ["secret", "hidden"]}}
    bucket = given_denial(t, "s3:PutObjectTagging", condition)
    t.given.object("key", b"x", Bucket=bucket)

    expect_denied(t, put_tags(t, bucket, colour="green", hidden="yes"))
    expect_denied(t, put_tags(t, bucket, secret="yes"))
    t.expect.ok(put_tags(t, bucket, colour="green"))


@check(
    "bucket-policy",
    proved_by=[*BOTH, "policy-all-values-is-any"],
    only=BY_HAND,
    spec=SETS,
)
def all_values_of_a_set(t: Trial) -> None:
    """ForAllValues with s3:RequestObjectTagKeys denies where every tag's key is one of those."""
    condition = {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["colour", "size"]}}
    bucket = given_denial(t, "s3:PutObjectTagging", condition)
    t.given.object("key", b"x", Bucket=bucket)

    expect_denied(t, put_tags(t, bucket, colour="green", size="big"))
    expect_denied(t, put_tags(t, bucket, colour="green"))
    t.expect.ok(put_tags(t, bucket, colour="green", owner="me"))


@check(
    "bucket-policy",
    proved_by=[*BOTH, "policy-all-values-is-any"],
    only=BY_HAND,
    spec=SETS,
)
def sets_that_are_empty(t: Trial) -> None:
    """A PUT without tags: ForAllValues holds and denies, ForAnyValue does not."""
    bucket = t.given.bucket()
    keys = {"s3:RequestObjectTagKeys": ["colour"]}
    about = (bucket, "Deny", "s3:PutObject")
    given_policy(
        t,
        bucket,
        statement(*about, "all/*", Condition={"ForAllValues:StringEquals": keys}),
        statement(*about, "any/*", Condition={"ForAnyValue:StringEquals": keys}),
    )

    expect_denied(t, t.call("PutObject", Bucket=bucket, Key="all/key", Body=b"x"))
    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="any/key", Body=b"x"))


@check(
    "bucket-policy",
    proved_by=[*BOTH, "policy-one-condition-suffices"],
    only=BY_HAND,
    spec=EVALUATION,
)
def every_condition_has_to_hold(t: Trial) -> None:
    """Two conditions deny where both hold, whether of one operator or of two."""
    bucket = given_denial(
        t,
        "s3:ListBucket",
        {
            "StringEquals": {"s3:prefix": "closed/", "s3:delimiter": "/"},
            "NumericLessThanEquals": {"s3:max-keys": "10"},
        },
        None,
    )
    closed = {"Bucket": bucket, "Prefix": "closed/"}

    expect_denied(t, t.call("ListObjectsV2", **closed, Delimiter="/", MaxKeys=5))
    t.expect.ok(t.call("ListObjectsV2", **closed, Delimiter="/", MaxKeys=50))
    t.expect.ok(t.call("ListObjectsV2", **closed, MaxKeys=5))
    t.expect.ok(t.call("ListObjectsV2", Bucket=bucket, Delimiter="/", MaxKeys=5))
