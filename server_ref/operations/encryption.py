"""A bucket's default encryption: the method for new objects, its key, and whether SSE-C is blocked.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
"""

from __future__ import annotations

from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules.encryption import DSSE, KMS, S3_KEYS, blocked_at_first
from server_ref.storage.unsealing import CUSTOMER

_DEFAULT = {
    "Rules": [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": False,
        }
    ]
}
_NOTHING_BLOCKED = "NONE"


@operation("GetBucketEncryption")
def get_bucket_encryption(ctx: Context, members: Members) -> Members:
    """Every bucket has one from the start; one deleted answers 200 with nothing (recorded)."""
    bucket = ctx.store.bucket(members["Bucket"])
    found = ctx.store.get_config(bucket, "encryption")
    if found == {}:
        return {}
    [rule] = (found or _DEFAULT)["Rules"]
    return {"ServerSideEncryptionConfiguration": {"Rules": [{**blocked_at_first(ctx), **rule}]}}


@operation("PutBucketEncryption")
def put_bucket_encryption(ctx: Context, members: Members) -> Members:
    """A KMS key is not looked for, as S3 does not. Raises S3Error MalformedXML, InvalidArgument."""
    bucket = ctx.store.bucket(members["Bucket"])
    config = members.get("ServerSideEncryptionConfiguration") or {}
    rules = config.get("Rules") or []
    if len(rules) != 1:
        raise S3Error("MalformedXML")
    ctx.store.put_config(bucket, "encryption", {"Rules": [_checked(rules[0])]})
    return {}


def _checked(rule: Members) -> Members:
    applied = rule.get("ApplyServerSideEncryptionByDefault") or {"SSEAlgorithm": S3_KEYS}
    algorithm = applied.get("SSEAlgorithm")
    if algorithm == S3_KEYS and applied.get("KMSMasterKeyID"):
        raise S3Error(
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
            "aws:kms:dsse",
            ArgumentName="ApplyServerSideEncryptionByDefault",
        )
    if algorithm not in (S3_KEYS, KMS, DSSE):
        raise S3Error("MalformedXML")
    kept: dict[str, Any] = {
        "ApplyServerSideEncryptionByDefault": applied,
        "BucketKeyEnabled": bool(rule.get("BucketKeyEnabled")),
    }
    blocked = rule.get("BlockedEncryptionTypes")
    if blocked is not None:
        if blocked.get("EncryptionType") not in ([CUSTOMER], [_NOTHING_BLOCKED]):
            raise S3Error("MalformedXML")
        kept["BlockedEncryptionTypes"] = blocked
    return kept


@operation("DeleteBucketEncryption")
def delete_bucket_encryption(ctx: Context, members: Members) -> Members:
    """Fine more than once."""
    ctx.store.put_config(ctx.store.bucket(members["Bucket"]), "encryption", {})
    return {}
