"""Checks of requests that say whose bucket they expect, and of what a wrong word leaves alone."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_policies import BY_HAND, USER_GUIDE, expect_refused
from conformance.trial import OTHER_ACCOUNT, Trial, check

OWNER_CONDITION = f"{USER_GUIDE}/bucket-owner-condition.html"


@check(
    "put-object",
    needs=OTHER_ACCOUNT,
    proved_by=["bucket-owner-not-compared"],
    only=BY_HAND,
    level="should",
    spec=OWNER_CONDITION,
)
def bucket_of_another_owner_than_expected_is_not_written(t: Trial) -> None:
    """x-amz-expected-bucket-owner that is another account: 403, and nothing is written."""
    t.given.object("key", b"old")

    expect_refused(
        t, t.call("PutObject", Key="key", Body=b"new", ExpectedBucketOwner=t.other.account_id)
    )
    t.expect.body(t.look("GetObject", Key="key"), b"old")
    t.expect.ok(t.call("PutObject", Key="key", Body=b"new", ExpectedBucketOwner=t.own.account_id))
    t.expect.body(t.look("GetObject", Key="key"), b"new")


@check(
    "get-object",
    needs=OTHER_ACCOUNT,
    proved_by=["bucket-owner-not-compared"],
    only=BY_HAND,
    level="should",
    spec=OWNER_CONDITION,
)
def bucket_of_another_owner_than_expected_is_not_read(t: Trial) -> None:
    """x-amz-expected-bucket-owner that is another account: 403; the owner's own id: the object."""
    t.given.object("key", b"x")

    expect_refused(t, t.call("GetObject", Key="key", ExpectedBucketOwner=t.other.account_id))
    t.expect.body(t.call("GetObject", Key="key", ExpectedBucketOwner=t.own.account_id), b"x")


@check(
    "delete-object",
    needs=OTHER_ACCOUNT,
    proved_by=["bucket-owner-not-compared"],
    only=BY_HAND,
    level="should",
    spec=OWNER_CONDITION,
)
def bucket_of_another_owner_than_expected_keeps_its_objects(t: Trial) -> None:
    """A DELETE that expects another account's bucket: 403, and the object is there."""
    t.given.object("key", b"x")

    expect_refused(t, t.call("DeleteObject", Key="key", ExpectedBucketOwner=t.other.account_id))
    t.expect.equal(t.look("GetObject", Key="key").wire_body, b"x", "the object")
    t.expect.ok(t.call("DeleteObject", Key="key", ExpectedBucketOwner=t.own.account_id))


@check(
    "copy-between-buckets",
    needs=OTHER_ACCOUNT,
    proved_by=["bucket-owner-not-compared", "source-owner-not-compared"],
    only=BY_HAND,
    level="should",
    spec=OWNER_CONDITION,
)
def copy_says_whose_buckets_it_expects(t: Trial) -> None:
    """A copy that expects another owner of its source, or of its destination: 403, no copy."""
    t.given.object("from", b"x")
    copy: dict[str, Any] = {"Key": "to", "CopySource": t.source("from")}
    own, other = t.own.account_id, t.other.account_id

    expect_refused(t, t.call("CopyObject", **copy, ExpectedSourceBucketOwner=other))
    expect_refused(t, t.call("CopyObject", **copy, ExpectedBucketOwner=other))
    t.expect.status(t.look("HeadObject", Key="to"), 404)
    both = {"ExpectedSourceBucketOwner": own, "ExpectedBucketOwner": own}
    t.expect.ok(t.call("CopyObject", **copy, **both))
