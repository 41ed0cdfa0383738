"""Bucket policy, public access block and ownership: who may do what, as the owner says it.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html
"""

from __future__ import annotations

from typing import Any

from server_ref.acl.grants import private
from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.gate.access import denied, parsed
from server_ref.gate.permissions import Need
from server_ref.operations import operation
from server_ref.operations.kept import keep_one
from server_ref.policy import canonical, is_public, parse
from server_ref.storage.records import Bucket

_SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@operation("PutBucketPolicy")
def put_bucket_policy(ctx: Context, members: Members) -> Members:
    """A policy S3 can read, and a public one only where that is not blocked."""
    bucket = ctx.store.bucket(members["Bucket"])
    text = members.get("Policy") or ""
    policy = parse(text, bucket.name)
    block = ctx.store.get_config(bucket, "public_access_block")
    if block and block["BlockPublicPolicy"] and is_public(policy):
        raise denied(
            ctx,
            bucket,
            Need("PutBucketPolicy", bucket.name),
            "because public policies are prevented by the BlockPublicPolicy setting in S3 Block"
            " Public Access.",
        )
    ctx.store.put_config(bucket, "policy", canonical(text))
    ctx.status = 204
    return {}


@operation("GetBucketPolicy")
def get_bucket_policy(ctx: Context, members: Members) -> Members:
    """The policy's text, as S3 keeps it."""
    return {"Policy": _text(ctx, ctx.store.bucket(members["Bucket"]))}


@operation("DeleteBucketPolicy")
def delete_bucket_policy(ctx: Context, members: Members) -> Members:
    """Fine when there is none."""
    ctx.store.delete_config(ctx.store.bucket(members["Bucket"]), "policy")
    return {}


@operation("GetBucketPolicyStatus")
def get_bucket_policy_status(ctx: Context, members: Members) -> Members:
    """Whether the policy allows anything to everyone."""
    bucket = ctx.store.bucket(members["Bucket"])
    policy = parsed(_text(ctx, bucket), bucket.name)
    return {"PolicyStatus": {"IsPublic": is_public(policy)}}


def _text(ctx: Context, bucket: Bucket) -> str:
    text: str | None = ctx.store.get_config(bucket, "policy")
    if text is None:
        raise S3Error("NoSuchBucketPolicy", BucketName=bucket.name)
    return text


def _block(_ctx: Context, _bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    return {name: bool(value.get(name)) for name in _SETTINGS}


def _ownership(ctx: Context, bucket: Bucket, value: dict[str, Any]) -> dict[str, Any]:
    rules = value["Rules"]
    if len(rules) != 1 or not rules[0].get("ObjectOwnership"):
        raise S3Error("MalformedXML")
    acl = ctx.store.get_config(bucket, "acl")
    others = acl is not None and acl != private(bucket.owner)
    if rules[0]["ObjectOwnership"] == "BucketOwnerEnforced" and others:
        raise S3Error("InvalidBucketAclWithObjectOwnership")
    return value


keep_one(
    "public_access_block",
    put="PutPublicAccessBlock",
    get="GetPublicAccessBlock",
    delete="DeletePublicAccessBlock",
    member="PublicAccessBlockConfiguration",
    wrapped=True,
    missing="NoSuchPublicAccessBlockConfiguration",
    validate=_block,
)
keep_one(
    "ownership",
    put="PutBucketOwnershipControls",
    get="GetBucketOwnershipControls",
    delete="DeleteBucketOwnershipControls",
    member="OwnershipControls",
    wrapped=True,
    missing="OwnershipControlsNotFoundError",
    validate=_ownership,
)
