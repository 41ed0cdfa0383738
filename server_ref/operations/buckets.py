"""Buckets: create, head, delete, list, and where they are.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
"""

from __future__ import annotations

from typing import Any

from server_ref.acl import is_public, requested_acl
from server_ref.acl.grants import private
from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import names, namespaces, pages, tags
from server_ref.rules.times import moment, seconds
from server_ref.storage.records import Bucket

MAX_BUCKETS = 10_000  # a page of ListBuckets
OWNERSHIPS = ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")


@operation("CreateBucket")
def create_bucket(ctx: Context, members: Members) -> Members:
    """A bucket in this endpoint's region; from us-east-1, in any."""
    account = ctx.account
    if account is None:
        raise S3Error("AccessDenied")
    name = members["Bucket"]
    names.check_bucket_name(name)
    wanted = members.get("CreateBucketConfiguration") or {}
    constraint = wanted.get("LocationConstraint")  # an empty element is a wrong one, not none
    region = _region(ctx.region, constraint)
    namespaces.check_namespace(name, members.get("BucketNamespace"), account.account_id, region)
    ownership = members.get("ObjectOwnership", "BucketOwnerEnforced")
    if ownership not in OWNERSHIPS:
        raise S3Error(
            "InvalidArgument",
            f"Invalid x-amz-object-ownership header: {ownership}",
            ArgumentName="x-amz-object-ownership",
        )
    owner = account.canonical_id
    acl = requested_acl(members, owner=owner, bucket_owner=owner, on_bucket=True, required=False)
    if acl is not None and ownership == "BucketOwnerEnforced" and acl != private(owner):
        raise S3Error("InvalidBucketAclWithObjectOwnership")
    if acl is not None and is_public(acl):  # a new bucket blocks public access
        raise S3Error("InvalidBucketAclWithBlockPublicAccessError")
    configs: dict[str, Any] = {
        "ownership": {"Rules": [{"ObjectOwnership": ownership}]},
        "public_access_block": dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"),
            True,
        ),
    }
    if constraint is not None:
        configs["location"] = constraint
    if acl is not None:
        configs["acl"] = acl
    if wanted.get("Tags"):
        configs["tagging"] = tags.of_new_bucket(wanted["Tags"])
    lock = bool(members.get("ObjectLockEnabledForBucket"))
    if lock:
        configs["object_lock"] = {"ObjectLockEnabled": "Enabled"}
    bucket = Bucket(
        id=0,
        name=name,
        owner=owner,
        region=region,
        created=seconds(ctx.clock()),
        versioning="Enabled" if lock else "",
        object_lock=lock,
    )
    try:
        ctx.store.create_bucket(bucket, configs)
    except S3Error as error:
        # a bucket that is in us-east-1 can be made again by its owner, but not with tags (recorded)
        again = error.code == "BucketAlreadyOwnedByYou" and region == "us-east-1"
        there = ctx.store.bucket(name) if again else bucket
        if not again or wanted.get("Tags") or there.region != region:
            raise
        # its access control list starts again:
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
        ctx.store.change_config(there, "acl", lambda _before: acl)
    location = f"/{name}" if constraint is None else f"http://{name}.s3.amazonaws.com/"
    return {"Location": location, "BucketArn": _arn(name)}


def _region(endpoint: str, constraint: str | None) -> str:
    """Where a bucket goes; raises the error of each wrong constraint."""
    region = "eu-west-1" if constraint == "EU" else constraint
    if endpoint == "us-east-1":
        if region is None:
            return endpoint
        if region == endpoint or region not in names.REGIONS:
            raise S3Error("InvalidLocationConstraint", LocationConstraint=constraint or "")
        return region
    if region != endpoint:
        raise S3Error(
            "IllegalLocationConstraintException",
            f"The {constraint or 'unspecified'} location constraint is incompatible for the "
            "region specific endpoint this request was sent to.",
        )
    return endpoint


@operation("HeadBucket")
def head_bucket(ctx: Context, members: Members) -> Members:
    """Whether there is such a bucket, and its region; it reads parameters as a listing does.

    Measured for https://github.com/brekkylab/backlot.
    """
    bucket = ctx.store.bucket(members["Bucket"])
    query = ctx.request.query
    if "encoding-type" in query:
        pages.encoder({"EncodingType": query["encoding-type"]})
    if query.get("list-type") == "2" and "continuation-token" in query:
        pages.from_token(query["continuation-token"])
    ctx.response_headers["Content-Type"] = "application/xml"
    return {
        "BucketRegion": bucket.region,
        "AccessPointAlias": False,
        "BucketArn": _arn(bucket.name),
    }


@operation("DeleteBucket")
def delete_bucket(ctx: Context, members: Members) -> Members:
    """Only an empty bucket goes: no object, no version, no delete marker."""
    ctx.store.delete_bucket(ctx.store.bucket(members["Bucket"]))
    return {}


@operation("GetBucketLocation")
def get_bucket_location(ctx: Context, members: Members) -> Members:
    """The constraint the bucket was made with; nothing for us-east-1."""
    bucket = ctx.store.bucket(members["Bucket"])
    default = "" if bucket.region == "us-east-1" else bucket.region
    return {"LocationConstraint": ctx.store.get_config(bucket, "location") or default}


@operation("ListBuckets")
def list_buckets(ctx: Context, members: Members) -> Members:
    """The caller's own buckets by name; the region is shown when anything was asked for."""
    account = ctx.account
    limit = members.get("MaxBuckets")
    region = members.get("BucketRegion")
    prefix = members.get("Prefix")
    token = members.get("ContinuationToken")
    if limit is not None and not 1 <= limit <= MAX_BUCKETS:
        raise S3Error(
            "InvalidArgument",
            f"Argument max-buckets must be an integer between 1 and {MAX_BUCKETS}",
            ArgumentName="max-buckets",
            ArgumentValue=limit,
        )
    if region is not None and region.lower() not in names.REGIONS:
        raise S3Error(
            "InvalidArgument",
            f"Argument value {region} is not a valid AWS Region",
            ArgumentName="bucket-region",
        )
    here = ctx.request.region or ctx.settings.region
    if region is not None and region.lower() != here:  # API_ListBuckets.html
        raise S3Error(  # its words were measured for https://github.com/brekkylab/backlot
            "InvalidArgument",
            "Requests with bucket-region specified must be made to the corresponding regional"
            " endpoint",
            ArgumentName="bucket-region",
        )
    if account is None:  # with no body; an account's buckets are nobody else's
        raise S3Error("Redirect", headers={"Location": "https://aws.amazon.com/s3/"})
    after = pages.from_token(token) if token else ""
    found = [
        bucket
        for bucket in ctx.store.buckets()
        if bucket.owner == account.canonical_id
        and bucket.name > after
        and (prefix is None or bucket.name.startswith(prefix))
        and (region is None or bucket.region == region.lower())
    ]
    asked = any(value is not None for value in (limit, region, prefix, token))
    page = found[: limit or MAX_BUCKETS]
    answer: Members = {
        "Buckets": [
            {
                "Name": bucket.name,
                "CreationDate": moment(bucket.created),
                **({"BucketRegion": bucket.region} if asked else {}),
                "BucketArn": _arn(bucket.name),
            }
            for bucket in page
        ],
        "Owner": {"ID": account.canonical_id},
    }
    if prefix is not None:
        answer["Prefix"] = prefix
    if len(found) > len(page):
        answer["ContinuationToken"] = pages.to_token(page[-1].name)
    return answer


def _arn(name: str) -> str:
    return f"arn:aws:s3:::{name}"
