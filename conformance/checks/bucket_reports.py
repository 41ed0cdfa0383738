"""Checks of configurations a bucket has several of, each under an id: inventory, storage class
analysis, request metrics, Intelligent-Tiering. The same behaviours, once for each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
RECORDED = "aws-recorded 2026-02"


@dataclass(frozen=True)
class Kind:
    """One kind of configuration, by its name in operations and members."""

    name: str

    @property
    def member(self) -> str:
        """The member that holds one."""
        return f"{self.name}Configuration"

    def members(self, bucket: str, identity: str, prefix: str = "logs/") -> dict[str, Any]:
        """What puts a configuration of this id and prefix."""
        body = {"Id": identity, **self._body(bucket, prefix)}
        return {"Bucket": bucket, "Id": identity, self.member: body}

    def put(self, t: Trial, bucket: str, identity: str, prefix: str = "logs/") -> None:
        """Have one, as setup."""
        t.given.call(f"PutBucket{self.member}", **self.members(bucket, identity, prefix))

    def _body(self, bucket: str, prefix: str) -> dict[str, Any]:
        destination = {"Bucket": f"arn:aws:s3:::{bucket}", "Format": "CSV"}
        match self.name:
            case "Inventory":
                return {
                    "Destination": {"S3BucketDestination": destination},
                    "IsEnabled": True,
                    "IncludedObjectVersions": "All",
                    "Schedule": {"Frequency": "Daily"},
                    "Filter": {"Prefix": prefix},
                }
            case "Analytics":
                export = {
                    "OutputSchemaVersion": "V_1",
                    "Destination": {"S3BucketDestination": destination},
                }
                return {
                    "Filter": {"Prefix": prefix},
                    "StorageClassAnalysis": {"DataExport": export},
                }
            case "IntelligentTiering":
                return {
                    "Filter": {"Prefix": prefix},
                    "Status": "Enabled",
                    "Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}],
                }
        return {"Filter": {"Prefix": prefix}}


INVENTORY, ANALYTICS = Kind("Inventory"), Kind("Analytics")
METRICS, TIERING = Kind("Metrics"), Kind("IntelligentTiering")


def _reads_back(t: Trial, kind: Kind) -> None:
    members = kind.members(t.given.bucket(), "one")

    t.expect.ok(t.call(f"PutBucket{kind.member}", **members))

    read = t.look(f"GetBucket{kind.member}", Bucket=members["Bucket"], Id="one")
    t.expect.means(read, kind.member, members[kind.member])


def _is_replaced(t: Trial, kind: Kind) -> None:
    bucket = t.given.bucket()
    kind.put(t, bucket, "one", "old/")

    t.expect.ok(t.call(f"PutBucket{kind.member}", **kind.members(bucket, "one", "new/")))

    read = t.look(f"GetBucket{kind.member}", Bucket=bucket, Id="one")
    t.expect.member(read, f"{kind.member}.Filter.Prefix", "new/")


def _unknown_is_not_found(t: Trial, kind: Kind) -> None:
    got = t.call(f"GetBucket{kind.member}", Bucket=t.given.bucket(), Id="nobody")

    t.expect.error(got, 404, "NoSuchConfiguration")


def _are_listed_by_id(t: Trial, kind: Kind) -> None:
    bucket = t.given.bucket()
    for identity in ("z", "a", "m"):
        kind.put(t, bucket, identity)

    got = t.call(f"ListBucket{kind.member}s", Bucket=bucket)

    t.expect.member(got, f"{kind.member}List[].Id", ["a", "m", "z"])
    t.expect.member(got, "IsTruncated", False)


def _ends_once(t: Trial, kind: Kind) -> None:
    bucket = t.given.bucket()
    kind.put(t, bucket, "one")

    t.expect.status(t.call(f"DeleteBucket{kind.member}", Bucket=bucket, Id="one"), 204)

    again = t.call(f"DeleteBucket{kind.member}", Bucket=bucket, Id="one")
    t.expect.error(again, 404, "NoSuchConfiguration")


# inventory


@check("bucket-inventory", proved_by=["inventory-not-kept"], verified=RECORDED)
def inventory_reads_back(t: Trial) -> None:
    """An inventory that was put is read back whole."""
    _reads_back(t, INVENTORY)


@check("bucket-inventory", proved_by=["inventory-not-replaced"])
def inventory_is_replaced(t: Trial) -> None:
    """A second one under the same id takes the place of the first."""
    _is_replaced(t, INVENTORY)


@check("bucket-inventory", proved_by=["inventory-missing-is-empty"], verified=RECORDED)
def unknown_inventory_is_not_found(t: Trial) -> None:
    """An id nobody has put: 404 NoSuchConfiguration."""
    _unknown_is_not_found(t, INVENTORY)


@check("bucket-inventory", proved_by=["inventory-listed-backwards"], verified=RECORDED)
def inventories_are_listed_by_id(t: Trial) -> None:
    """All of them, in the order of their ids."""
    _are_listed_by_id(t, INVENTORY)


@check("bucket-inventory", proved_by=["inventory-deleted-stays"])
def inventory_is_deleted_once(t: Trial) -> None:
    """Deleting answers 204, and 404 NoSuchConfiguration the second time."""
    _ends_once(t, INVENTORY)


@check("bucket-inventory", proved_by=["inventory-id-unchecked"], verified=RECORDED)
def inventory_has_the_id_of_its_request(t: Trial) -> None:
    """Another id in the document than in the request: 400 IdMismatch."""
    members = INVENTORY.members(t.given.bucket(), "one")
    members[INVENTORY.member]["Id"] = "other"

    got = t.call("PutBucketInventoryConfiguration", **members)

    t.expect.error(got, 400, "IdMismatch")


@check("bucket-inventory", proved_by=["inventory-destination-unchecked"], verified=RECORDED)
def inventory_goes_to_a_bucket(t: Trial) -> None:
    """A destination that is no bucket's ARN: 400 InvalidS3DestinationBucket."""
    members = INVENTORY.members(t.given.bucket(), "one")
    destination = members[INVENTORY.member]["Destination"]["S3BucketDestination"]
    destination["Bucket"] = "just-a-name"

    got = t.call("PutBucketInventoryConfiguration", **members)

    t.expect.error(got, 400, "InvalidS3DestinationBucket")


# storage class analysis


@check("bucket-analytics", proved_by=["analytics-not-kept"], verified=RECORDED)
def analysis_reads_back(t: Trial) -> None:
    """An analysis that was put is read back whole."""
    _reads_back(t, ANALYTICS)


@check("bucket-analytics", proved_by=["analytics-not-replaced"], verified=RECORDED)
def analysis_is_replaced(t: Trial) -> None:
    """A second one under the same id takes the place of the first."""
    _is_replaced(t, ANALYTICS)


@check("bucket-analytics", proved_by=["analytics-missing-is-empty"], verified=RECORDED)
def unknown_analysis_is_not_found(t: Trial) -> None:
    """An id nobody has put: 404 NoSuchConfiguration."""
    _unknown_is_not_found(t, ANALYTICS)


@check("bucket-analytics", proved_by=["analytics-listed-backwards"], verified=RECORDED)
def analyses_are_listed_by_id(t: Trial) -> None:
    """All of them, in the order of their ids."""
    _are_listed_by_id(t, ANALYTICS)


@check("bucket-analytics", proved_by=["analytics-deleted-stays"], verified=RECORDED)
def analysis_is_deleted_once(t: Trial) -> None:
    """Deleting answers 204, and 404 NoSuchConfiguration the second time."""
    _ends_once(t, ANALYTICS)


# request metrics


@check("bucket-metrics", proved_by=["metrics-not-kept"], verified=RECORDED)
def metrics_read_back(t: Trial) -> None:
    """Metrics that were put are read back whole."""
    _reads_back(t, METRICS)


@check("bucket-metrics", proved_by=["metrics-not-replaced"], verified=RECORDED)
def metrics_are_replaced(t: Trial) -> None:
    """A second configuration under the same id takes the place of the first."""
    _is_replaced(t, METRICS)


@check("bucket-metrics", proved_by=["metrics-missing-is-empty"], verified=RECORDED)
def unknown_metrics_are_not_found(t: Trial) -> None:
    """An id nobody has put: 404 NoSuchConfiguration."""
    _unknown_is_not_found(t, METRICS)


@check("bucket-metrics", proved_by=["metrics-listed-backwards"], verified=RECORDED)
def metrics_are_listed_by_id(t: Trial) -> None:
    """All of them, in the order of their ids."""
    _are_listed_by_id(t, METRICS)


@check("bucket-metrics", proved_by=["metrics-deleted-stays"], verified=RECORDED)
def metrics_are_deleted_once(t: Trial) -> None:
    """Deleting answers 204, and 404 NoSuchConfiguration the second time."""
    _ends_once(t, METRICS)


# Intelligent-Tiering


@check("intelligent-tiering", proved_by=["tiering-not-kept"], verified=RECORDED)
def tiering_reads_back(t: Trial) -> None:
    """A configuration that was put is read back whole."""
    _reads_back(t, TIERING)


@check("intelligent-tiering", proved_by=["tiering-not-replaced"], verified=RECORDED)
def tiering_is_replaced(t: Trial) -> None:
    """A second one under the same id takes the place of the first."""
    _is_replaced(t, TIERING)


@check("intelligent-tiering", proved_by=["tiering-missing-is-empty"])
def unknown_tiering_is_not_found(t: Trial) -> None:
    """An id nobody has put: 404 NoSuchConfiguration."""
    _unknown_is_not_found(t, TIERING)


@check("intelligent-tiering", proved_by=["tiering-listed-backwards"])
def tierings_are_listed_by_id(t: Trial) -> None:
    """All of them, in the order of their ids."""
    _are_listed_by_id(t, TIERING)


@check("intelligent-tiering", proved_by=["tiering-deleted-stays"], verified=RECORDED)
def tiering_is_deleted_once(t: Trial) -> None:
    """Deleting answers 204, and 404 NoSuchConfiguration the second time."""
    _ends_once(t, TIERING)


@check("intelligent-tiering", proved_by=["tiering-days-unchecked"])
def archive_tier_begins_at_90_days(t: Trial) -> None:
    """ARCHIVE_ACCESS after 3 days: 400 InvalidArgument."""
    members = TIERING.members(t.given.bucket(), "one")
    members[TIERING.member]["Tierings"] = [{"AccessTier": "ARCHIVE_ACCESS", "Days": 3}]

    got = t.call("PutBucketIntelligentTieringConfiguration", **members)

    t.expect.error(got, 400, "InvalidArgument")
