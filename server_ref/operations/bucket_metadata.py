"""S3 Metadata: the configuration of its tables is kept and answered; no table is ever filled.

What S3 would make up (ARNs, the tables' state) is answered in its form, with the state CREATING.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketMetadataConfiguration.html
"""

from __future__ import annotations

from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.model import vocabulary
from server_ref.operations import operation
from server_ref.storage.records import Bucket

_CREATING = "CREATING"
_TABLES = {  # kind -> member, the name of its table
    "Journal": ("JournalTableConfiguration", "journal"),
    "Inventory": ("InventoryTableConfiguration", "inventory"),
    "Annotation": ("AnnotationTableConfiguration", "annotation"),
}


@operation("CreateBucketMetadataConfiguration")
def create_metadata(ctx: Context, members: Members) -> Members:
    """Keep which tables there are to be."""
    return _put(ctx, members, "metadata", "MetadataConfiguration")


@operation("CreateBucketMetadataTableConfiguration")
def create_metadata_table(ctx: Context, members: Members) -> Members:
    """The older form: one journal table in a table bucket of the caller's."""
    return _put(ctx, members, "metadata_table", "MetadataTableConfiguration")


@operation("GetBucketMetadataConfiguration")
def get_metadata(ctx: Context, members: Members) -> Members:
    """The tables, each with what was configured for it."""
    bucket = ctx.store.bucket(members["Bucket"])
    kept = _kept(ctx, bucket, "metadata")
    tables = f"arn:aws:s3tables:{bucket.region}:{_account(ctx)}:bucket/aws-s3"
    result: dict[str, Any] = {
        "DestinationResult": {
            "TableBucketType": "aws",
            "TableBucketArn": tables,
            "TableNamespace": f"b_{bucket.name}",
        }
    }
    for member, name in _TABLES.values():
        configured = kept.get(member)
        if configured is None:
            continue
        shown = {
            key: value for key, value in configured.items() if key != "EncryptionConfiguration"
        }
        if configured.get("ConfigurationState") != "DISABLED":
            shown |= {
                "TableStatus": _CREATING,
                "TableName": name,
                "TableArn": f"{tables}/table/{name}",
            }
        result[f"{member}Result"] = shown
    return {"GetBucketMetadataConfigurationResult": {"MetadataConfigurationResult": result}}


@operation("GetBucketMetadataTableConfiguration")
def get_metadata_table(ctx: Context, members: Members) -> Members:
    """Where the journal table is to be."""
    bucket = ctx.store.bucket(members["Bucket"])
    destination = _kept(ctx, bucket, "metadata_table")["S3TablesDestination"]
    shown = {
        **destination,
        "TableArn": f"{destination['TableBucketArn']}/table/{destination['TableName']}",
        "TableNamespace": "aws_s3_metadata",
    }
    return {
        "GetBucketMetadataTableConfigurationResult": {
            "MetadataTableConfigurationResult": {"S3TablesDestinationResult": shown},
            "Status": _CREATING,
        }
    }


@operation("DeleteBucketMetadataConfiguration")
def delete_metadata(ctx: Context, members: Members) -> Members:
    """Forget it; there has to be one."""
    return _delete(ctx, members, "metadata")


@operation("DeleteBucketMetadataTableConfiguration")
def delete_metadata_table(ctx: Context, members: Members) -> Members:
    """Forget it; there has to be one."""
    return _delete(ctx, members, "metadata_table")


def _declare_update(kind: str, member: str) -> None:
    name = f"UpdateBucketMetadata{kind}TableConfiguration"

    @operation(name)
    def update(ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        vocabulary.check(name, member, members[member])

        def change(kept: Any) -> Any:
            if kept is None:
                raise _not_found(bucket)
            return {**kept, member: {**kept.get(member, {}), **members[member]}}

        ctx.store.change_config(bucket, "metadata", change)
        return {}


def _put(ctx: Context, members: Members, name: str, member: str) -> Members:
    vocabulary.check(ctx.operation, member, members[member])
    ctx.store.put_config(ctx.store.bucket(members["Bucket"]), name, members[member])
    return {}


def _delete(ctx: Context, members: Members, name: str) -> Members:
    bucket = ctx.store.bucket(members["Bucket"])

    def change(kept: Any) -> None:
        if kept is None:
            raise _not_found(bucket)

    ctx.store.change_config(bucket, name, change)
    return {}


def _kept(ctx: Context, bucket: Bucket, name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = ctx.store.get_config(bucket, name)
    if found is None:
        raise _not_found(bucket)
    return found


def _account(ctx: Context) -> str:
    return ctx.account.account_id if ctx.account else ""


def _not_found(bucket: Bucket) -> S3Error:
    return S3Error("MetadataConfigurationNotFound", BucketName=bucket.name)


for _kind, (_member, _) in _TABLES.items():
    _declare_update(_kind, _member)
