"""Checks of the public access block: what a new bucket has, what is kept, what it blocks."""

from __future__ import annotations

import json

from conformance.checks.given_policies import principal, statement
from conformance.trial import OTHER_ACCOUNT, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")
NAMES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
SETTINGS = "PublicAccessBlockConfiguration"


def _all(value: bool) -> dict[str, bool]:
    return dict.fromkeys(NAMES, value)


@check(
    "public-access-block",
    proved_by=["access-block-default-open"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetPublicAccessBlock.html",
)
def new_bucket_blocks_everything_public(t: Trial) -> None:
    """A new bucket has all four settings."""
    got = t.call("GetPublicAccessBlock", Bucket=t.given.bucket())

    t.expect.means(got, SETTINGS, _all(True))


@check("public-access-block", proved_by=["access-block-not-kept"], verified="aws-recorded 2026-02")
def settings_read_back(t: Trial) -> None:
    """Settings that were put are read back, the others are off."""
    bucket = t.given.bucket()
    wanted = {**_all(False), "BlockPublicAcls": True, "BlockPublicPolicy": True}

    t.expect.ok(
        t.call("PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=wanted)
    )

    t.expect.means(t.look("GetPublicAccessBlock", Bucket=bucket), SETTINGS, wanted)


@check(
    "public-access-block",
    proved_by=["access-block-deleted-stays"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_DeletePublicAccessBlock.html",
)
def deleted_settings_are_not_found(t: Trial) -> None:
    """After DeletePublicAccessBlock (204): 404 NoSuchPublicAccessBlockConfiguration."""
    bucket = t.given.bucket()
    t.given.call("PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=_all(True))

    t.expect.status(t.call("DeletePublicAccessBlock", Bucket=bucket), 204)

    got = t.call("GetPublicAccessBlock", Bucket=bucket)
    t.expect.error(got, 404, "NoSuchPublicAccessBlockConfiguration", BucketName=bucket)


@check(
    "public-access-block",
    proved_by=["access-block-delete-of-none-refused"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_DeletePublicAccessBlock.html",
)
def deleting_twice_is_fine(t: Trial) -> None:
    """DeletePublicAccessBlock where none is answers 204 too."""
    bucket = t.given.bucket()
    t.given.call("PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=_all(True))
    t.given.call("DeletePublicAccessBlock", Bucket=bucket)

    t.expect.success(t.call("DeletePublicAccessBlock", Bucket=bucket), 204)


@check(
    "public-access-block",
    proved_by=["access-block-policy-has-no-effect"],
    only=SAYS_ANYTHING,
)
def public_policy_is_blocked(t: Trial) -> None:
    """Under BlockPublicPolicy a policy that lets everybody read is refused: 403 AccessDenied."""
    bucket = t.given.bucket()
    t.given.call("PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=_all(True))
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    got = t.call("PutBucketPolicy", Bucket=bucket, Policy=policy)

    t.expect.error(got, 403, "AccessDenied")
    t.expect.error(t.look("GetBucketPolicy", Bucket=bucket), 404, "NoSuchBucketPolicy")


@check(
    "public-access-block",
    proved_by=["access-block-blocks-every-policy"],
    only=SAYS_ANYTHING,
    needs=OTHER_ACCOUNT,
)
def policy_for_one_account_is_not_blocked(t: Trial) -> None:
    """Under BlockPublicPolicy a policy that lets one other account read is taken, and holds."""
    bucket = t.given.bucket()
    t.given.object("key", b"x", Bucket=bucket)
    t.given.call("PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=_all(True))
    said = statement(bucket, "Allow", "s3:GetObject", Principal=principal(t.other))
    policy = json.dumps({"Version": "2012-10-17", "Statement": [said]})

    t.expect.error(t.other.look("GetObject", Bucket=bucket, Key="key"), 403, "AccessDenied")
    t.expect.ok(t.call("PutBucketPolicy", Bucket=bucket, Policy=policy))
    t.expect.body(t.other.look("GetObject", Bucket=bucket, Key="key"), b"x")
