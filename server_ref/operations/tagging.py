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
from server_ref.storage.records import pack


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
    ctx.store.put_config(bucket, "tagging", given)
    ctx.status = 204
    return {}


@operation("DeleteBucketTagging")
def delete_bucket_tagging(ctx: Context, members: Members) -> Members:
    """Fine where there are none."""
    ctx.store.delete_config(ctx.store.bucket(members["Bucket"]), "tagging")
    return {}
