"""Checks of Object ownership of a bucket."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")
RULE = "OwnershipControls.Rules[].ObjectOwnership"


def _rule(value: str) -> dict[str, Any]:
    return {"Rules": [{"ObjectOwnership": value}]}


@check(
    "bucket-ownership",
    proved_by=["ownership-default-writer"],
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_GetBucketOwnershipControls.html",
)
def new_bucket_enforces_its_owner(t: Trial) -> None:
    """A new bucket has BucketOwnerEnforced: ACLs are disabled."""
    got = t.call("GetBucketOwnershipControls", Bucket=t.given.bucket())

    t.expect.member(got, RULE, ["BucketOwnerEnforced"])


@check(
    "bucket-ownership",
    proved_by=["ownership-at-creation-ignored"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_CreateBucket.html",
)
def ownership_may_be_set_at_creation(t: Trial) -> None:
    """x-amz-object-ownership on CreateBucket is the bucket's setting."""
    bucket = t.bucket_name()
    members = t.located({"Bucket": bucket, "ObjectOwnership": "BucketOwnerPreferred"})

    t.expect.ok(t.call("CreateBucket", **members))

    got = t.look("GetBucketOwnershipControls", Bucket=bucket)
    t.expect.member(got, RULE, ["BucketOwnerPreferred"])


@check("bucket-ownership", proved_by=["ownership-not-kept"], verified="aws-recorded 2026-02")
def ownership_reads_back(t: Trial) -> None:
    """A setting that was put is the bucket's setting."""
    bucket = t.given.bucket()

    got = t.call(
        "PutBucketOwnershipControls", Bucket=bucket, OwnershipControls=_rule("ObjectWriter")
    )

    t.expect.ok(got)
    read = t.look("GetBucketOwnershipControls", Bucket=bucket)
    t.expect.member(read, RULE, ["ObjectWriter"])


@check(
    "bucket-ownership",
    proved_by=["ownership-deleted-stays"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
    spec=f"{API}/API_DeleteBucketOwnershipControls.html",
)
def deleted_setting_is_not_found(t: Trial) -> None:
    """After the setting was deleted (204): 404 OwnershipControlsNotFoundError."""
    bucket = t.given.bucket()
    t.given.call(
        "PutBucketOwnershipControls", Bucket=bucket, OwnershipControls=_rule("ObjectWriter")
    )

    t.expect.status(t.call("DeleteBucketOwnershipControls", Bucket=bucket), 204)

    got = t.call("GetBucketOwnershipControls", Bucket=bucket)
    t.expect.error(got, 404, "OwnershipControlsNotFoundError", BucketName=bucket)


@check(
    "bucket-ownership",
    proved_by=["ownership-value-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2026-02",
)
def unknown_setting_is_refused(t: Trial) -> None:
    """A value that S3 does not have: 400 MalformedXML; one that it has is taken."""
    bucket = t.given.bucket()
    got = t.call(
        "PutBucketOwnershipControls", Bucket=bucket, OwnershipControls=_rule("RandomValue")
    )

    t.expect.error(got, 400, "MalformedXML")
    known = _rule("ObjectWriter")
    t.expect.ok(t.look("PutBucketOwnershipControls", Bucket=bucket, OwnershipControls=known))
