"""A bucket's default encryption: SSE-S3. Keys of KMS are not implemented and are refused.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation

_DEFAULT = {
    "Rules": [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": False,
        }
    ]
}


@operation("GetBucketEncryption")
def get_bucket_encryption(ctx: Context, members: Members) -> Members:
    """Every bucket has one from the start; one deleted answers 200 with nothing (recorded)."""
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.get_config(bucket, "encryption")
    if found == {}:
        return {}
    return {"ServerSideEncryptionConfiguration": found or _DEFAULT}


@operation("PutBucketEncryption")
def put_bucket_encryption(ctx: Context, members: Members) -> Members:
    """Raises S3Error MalformedXML, InvalidArgument, or NotImplemented for KMS."""
    bucket = ctx.store.bucket(members["Bucket"])
    config = members.get("ServerSideEncryptionConfiguration") or {}
    rules = config.get("Rules") or []
    if len(rules) != 1:
        raise S3Error("MalformedXML")
    applied = rules[0].get("ApplyServerSideEncryptionByDefault") or {"SSEAlgorithm": "AES256"}
    algorithm = applied.get("SSEAlgorithm")
    if algorithm == "AES256" and applied.get("KMSMasterKeyID"):
        raise S3Error(
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
            "aws:kms:dsse",
            ArgumentName="ApplyServerSideEncryptionByDefault",
        )
    if algorithm in ("aws:kms", "aws:kms:dsse"):
        raise S3Error("NotImplemented")
    if algorithm != "AES256":
        raise S3Error("MalformedXML")
    kept = {
        "ApplyServerSideEncryptionByDefault": applied,
        "BucketKeyEnabled": bool(rules[0].get("BucketKeyEnabled")),
    }
    ctx.store.put_config(bucket, "encryption", {"Rules": [kept]})
    return {}


@operation("DeleteBucketEncryption")
def delete_bucket_encryption(ctx: Context, members: Members) -> Members:
    """Fine more than once."""
    ctx.store.put_config(ctx.store.bucket(members["Bucket"]), "encryption", {})
    return {}
