"""Tags of objects and of buckets.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import tags
from server_ref.rules.finding import (
    change_found,
    check_not_marker,
    shown_version,
    wanted_version,
)
from server_ref.storage.records import Bucket, pack


@operation("GetObjectTagging")
def get_object_tagging(ctx: Context, members: Members) -> Members:
    """The tags of a version; an empty set where there are none."""
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.head(bucket, members["Key"], wanted_version(members))
    if found is None and members.get("VersionId") is None:
        raise S3Error("NoSuchKey", Key=f"{bucket.name}/{members['Key']}")  # so S3 (recorded)
    version = check_not_marker(ctx, members, found)
    return {**shown_version(bucket, version), "TagSet": tags.to_members(version.read_tags())}


@operation("PutObjectTagging")
def put_object_tagging(ctx: Context, members: Members) -> Members:
    """Replace the tags of a version."""
    bucket = ctx.store.bucket(members["Bucket"])
    given = tags.from_object_members(members.get("Tagging"))
    return change_found(ctx, bucket, members, "tags", pack(given) if given else None)


@operation("DeleteObjectTagging")
def delete_object_tagging(ctx: Context, members: Members) -> Members:
    """Take all tags of a version away."""
    bucket = ctx.store.bucket(members["Bucket"])
    return change_found(ctx, bucket, members, "tags", None)


@operation("GetBucketTagging")
def get_bucket_tagging(ctx: Context, members: Members) -> Members:
    """Raises S3Error NoSuchTagSet where there are none."""
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.get_config(bucket, "tagging")
    if not found:
        raise S3Error("NoSuchTagSet", BucketName=bucket.name)
    return {"TagSet": tags.to_members(found)}


@operation("PutBucketTagging")
def put_bucket_tagging(ctx: Context, members: Members) -> Members:
    """Replace the tags of a bucket."""
    bucket = ctx.store.bucket(members["Bucket"])
    given = tags.from_bucket_members((members.get("Tagging") or {}).get("TagSet"))
    _check_not_by_tags(
        ctx,
        bucket,
        "To add tags to this bucket, initiate a TagResource request. To delete tags from this"
        " bucket, initiate an UntagResource request.",
    )
    ctx.store.put_config(bucket, "tagging", given)
    ctx.status = 204
    return {}


@operation("DeleteBucketTagging")
def delete_bucket_tagging(ctx: Context, members: Members) -> Members:
    """Fine where there are none."""
    bucket = ctx.store.bucket(members["Bucket"])
    _check_not_by_tags(
        ctx, bucket, "To delete tags from this bucket, initiate an UntagResource request."
    )
    ctx.store.delete_config(bucket, "tagging")
    return {}


def _check_not_by_tags(ctx: Context, bucket: Bucket, instead: str) -> None:
    """Raises S3Error BadRequest where access follows the tags: S3 Control changes them then.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAbac.html
    The words are those that https://github.com/justincormack/argmin measured.
    """
    if tags.decide_access(ctx, bucket):
        raise S3Error(
            "BadRequest",
            "This S3 general purpose bucket has attribute-based access control (ABAC) enabled. "
            + instead,
        )
