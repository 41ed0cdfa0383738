"""Checks of S3 Metadata's configuration: what is kept, changed, and gone after its deletion."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_arns import absent_tables
from conformance.trial import Trial, check

_API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
_RESULT = "GetBucketMetadataConfigurationResult.MetadataConfigurationResult"
_OLDER_RESULT = "GetBucketMetadataTableConfigurationResult.MetadataTableConfigurationResult"


def _given_tables(t: Trial) -> str:
    """A bucket with a journal that forgets after ten days, and an inventory that is off."""
    bucket = t.given.bucket()
    t.given.call(
        "CreateBucketMetadataConfiguration", Bucket=bucket, MetadataConfiguration=_tables()
    )
    return bucket


def _tables() -> dict[str, Any]:
    return {
        "JournalTableConfiguration": {"RecordExpiration": {"Expiration": "ENABLED", "Days": 10}},
        "InventoryTableConfiguration": {"ConfigurationState": "DISABLED"},
    }


@check("bucket-metadata", proved_by=["metadata-not-kept"])
def tables_read_back(t: Trial) -> None:
    """How long a journal keeps records, and that there is no inventory, are read back."""
    bucket = t.given.bucket()

    got = t.call(
        "CreateBucketMetadataConfiguration", Bucket=bucket, MetadataConfiguration=_tables()
    )

    t.expect.ok(got)
    kept = t.look("GetBucketMetadataConfiguration", Bucket=bucket)
    journal = f"{_RESULT}.JournalTableConfigurationResult.RecordExpiration"
    t.expect.member(kept, f"{journal}.Expiration", "ENABLED")
    t.expect.member(kept, f"{journal}.Days", 10)
    inventory = f"{_RESULT}.InventoryTableConfigurationResult"
    t.expect.member(kept, f"{inventory}.ConfigurationState", "DISABLED")


@check("bucket-metadata", proved_by=["metadata-deleted-stays"])
def deleted_configuration_is_gone(t: Trial) -> None:
    """After its deletion a read is an error with 404; before, it is answered."""
    bucket = _given_tables(t)
    t.given.call("GetBucketMetadataConfiguration", Bucket=bucket)

    t.expect.ok(t.call("DeleteBucketMetadataConfiguration", Bucket=bucket))

    t.expect.status(t.look("GetBucketMetadataConfiguration", Bucket=bucket), 404)
    t.expect.ok(t.look("HeadBucket", Bucket=bucket))  # that alone is gone


@check(
    "bucket-metadata",
    proved_by=["metadata-journal-not-changed"],
    spec=f"{_API}/API_UpdateBucketMetadataJournalTableConfiguration.html",
)
def journal_changes_alone(t: Trial) -> None:
    """Another number of days for the journal; the inventory stays as it was."""
    bucket = _given_tables(t)

    got = t.call(
        "UpdateBucketMetadataJournalTableConfiguration",
        Bucket=bucket,
        JournalTableConfiguration={"RecordExpiration": {"Expiration": "ENABLED", "Days": 20}},
    )

    t.expect.ok(got)
    kept = t.look("GetBucketMetadataConfiguration", Bucket=bucket)
    t.expect.member(kept, f"{_RESULT}.JournalTableConfigurationResult.RecordExpiration.Days", 20)
    inventory = f"{_RESULT}.InventoryTableConfigurationResult"
    t.expect.member(kept, f"{inventory}.ConfigurationState", "DISABLED")


@check(
    "bucket-metadata",
    proved_by=["metadata-inventory-not-changed"],
    spec=f"{_API}/API_UpdateBucketMetadataInventoryTableConfiguration.html",
)
def inventory_is_turned_on(t: Trial) -> None:
    """An inventory that was off is on; the journal keeps its days."""
    bucket = _given_tables(t)

    got = t.call(
        "UpdateBucketMetadataInventoryTableConfiguration",
        Bucket=bucket,
        InventoryTableConfiguration={"ConfigurationState": "ENABLED"},
    )

    t.expect.ok(got)
    kept = t.look("GetBucketMetadataConfiguration", Bucket=bucket)
    inventory = f"{_RESULT}.InventoryTableConfigurationResult"
    t.expect.member(kept, f"{inventory}.ConfigurationState", "ENABLED")
    t.expect.member(kept, f"{_RESULT}.JournalTableConfigurationResult.RecordExpiration.Days", 10)


@check(
    "bucket-metadata",
    proved_by=["metadata-annotation-not-changed"],
    only=("raw",),
    verified="observed",
    spec=f"{_API}/API_UpdateBucketMetadataAnnotationTableConfiguration.html",
)
def annotation_table_is_turned_on(t: Trial) -> None:
    """A table of annotations is on after the update, and the inventory stays off."""
    bucket = _given_tables(t)

    got = t.call(
        "UpdateBucketMetadataAnnotationTableConfiguration",
        Bucket=bucket,
        AnnotationTableConfiguration={"ConfigurationState": "ENABLED"},
    )

    t.expect.ok(got)
    kept = t.look("GetBucketMetadataConfiguration", Bucket=bucket)
    table = f"{_RESULT}.AnnotationTableConfigurationResult"
    t.expect.member(kept, f"{table}.ConfigurationState", "ENABLED")
    inventory = f"{_RESULT}.InventoryTableConfigurationResult"
    t.expect.member(kept, f"{inventory}.ConfigurationState", "DISABLED")


@check("bucket-metadata-table", proved_by=["metadata-table-not-kept"])
def table_reads_back(t: Trial) -> None:
    """The table bucket and the table's name are read back."""
    bucket = t.given.bucket()
    destination = {"TableBucketArn": absent_tables(t), "TableName": "journal"}

    got = t.call(
        "CreateBucketMetadataTableConfiguration",
        Bucket=bucket,
        MetadataTableConfiguration={"S3TablesDestination": destination},
    )

    t.expect.ok(got)
    kept = t.look("GetBucketMetadataTableConfiguration", Bucket=bucket)
    table = f"{_OLDER_RESULT}.S3TablesDestinationResult"
    t.expect.member(kept, f"{table}.TableBucketArn", absent_tables(t))
    t.expect.member(kept, f"{table}.TableName", "journal")


@check("bucket-metadata-table", proved_by=["metadata-table-deleted-stays"])
def deleted_table_is_gone(t: Trial) -> None:
    """After its deletion a read is an error with 404; before, it is answered."""
    bucket = t.given.bucket()
    t.given.call(
        "CreateBucketMetadataTableConfiguration",
        Bucket=bucket,
        MetadataTableConfiguration={
            "S3TablesDestination": {"TableBucketArn": absent_tables(t), "TableName": "journal"}
        },
    )
    t.given.call("GetBucketMetadataTableConfiguration", Bucket=bucket)

    t.expect.ok(t.call("DeleteBucketMetadataTableConfiguration", Bucket=bucket))

    t.expect.status(t.look("GetBucketMetadataTableConfiguration", Bucket=bucket), 404)
    t.expect.ok(t.look("HeadBucket", Bucket=bucket))  # that alone is gone
