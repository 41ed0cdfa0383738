"""Access control lists of buckets and objects.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
"""

from __future__ import annotations

import json

from server_ref.acl import Acl, requested_acl
from server_ref.acl.grants import private
from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules.finding import check_found, check_not_marker, found_in, wanted_version
from server_ref.rules.new_object import ownership
from server_ref.rules.order import judge
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import pack


@operation("GetBucketAcl")
def get_bucket_acl(ctx: Context, members: Members) -> Members:
    """Owner and grants; the owner's own grant alone where nothing was said."""
    bucket = ctx.store.bucket(members["Bucket"])
    acl: Acl = ctx.store.get_config(bucket, "acl") or private(bucket.owner)
    return dict(acl)


@operation("PutBucketAcl")
def put_bucket_acl(ctx: Context, members: Members) -> Members:
    """Replace the list, where the bucket's ownership lets it have one."""
    bucket = ctx.store.bucket(members["Bucket"])

    acl: Acl | None = None

    def values() -> None:
        nonlocal acl
        acl = requested_acl(
            members, owner=bucket.owner, bucket_owner=bucket.owner, on_bucket=True, required=True
        )

    def state() -> None:
        if ownership(ctx, bucket) == "BucketOwnerEnforced":  # even for what changes nothing
            raise S3Error("AccessControlListNotSupported")

    judge(ctx.operation, values, state)
    ctx.store.put_config(bucket, "acl", acl)
    return {}


@operation("GetObjectAcl")
def get_object_acl(ctx: Context, members: Members) -> Members:
    """The list of a version; of a delete marker there is none to get."""
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.head(bucket, members["Key"], wanted_version(members))
    version = check_found(ctx, members, found)
    if ownership(ctx, bucket) == "BucketOwnerEnforced" or not version.acl:
        return private(version.owner)
    acl: Acl = json.loads(version.acl)
    return acl


@operation("PutObjectAcl")
def put_object_acl(ctx: Context, members: Members) -> Members:
    """Replace the list of a version, where the bucket's ownership lets it have one."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    key = members["Key"]
    version_id = wanted_version(members)
    found = check_not_marker(ctx, members, store.head(bucket, key, version_id))
    acl = requested_acl(
        members, owner=found.owner, bucket_owner=bucket.owner, on_bucket=False, required=True
    )
    if ownership(ctx, bucket) == "BucketOwnerEnforced" and acl != private(bucket.owner):
        raise S3Error("AccessControlListNotSupported")

    def work(tx: Transaction) -> None:
        now = store.in_transaction(tx, bucket)
        version = check_not_marker(ctx, members, found_in(ctx, tx, now, key, version_id))
        versions.change(tx, now, version, "acl", pack(acl))

    store.write(work)
    return {}
