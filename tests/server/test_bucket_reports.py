"""Reports of a bucket, several of each by an id: inventory, metrics, analytics, tiering."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OWNER, refused
from tests.server.test_bucket_configurations import MALFORMED, plain, status

INVENTORY: dict[str, Any] = {
    "Id": "inventory",
    "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::some", "Format": "CSV"}},
    "IsEnabled": True,
    "IncludedObjectVersions": "All",
    "OptionalFields": ["Size", "ETag"],
    "Schedule": {"Frequency": "Daily"},
}
NO_CONFIGURATION = {
    "Status": 404,
    "Code": "NoSuchConfiguration",
    "Message": "The specified configuration does not exist.",
}


def test_inventory(owner: Any, bucket: str) -> None:
    put = owner.put_bucket_inventory_configuration
    for name in ("z-test", "a-test", "test-1"):
        answer = put(Bucket=bucket, Id=name, InventoryConfiguration={**INVENTORY, "Id": name})
        assert status(answer) == 204
    listed = plain(owner.list_bucket_inventory_configurations(Bucket=bucket))
    found = [one["Id"] for one in listed["InventoryConfigurationList"]]
    assert (found, listed["IsTruncated"]) == (["a-test", "test-1", "z-test"], False)
    one = owner.get_bucket_inventory_configuration(Bucket=bucket, Id="a-test")
    assert one["InventoryConfiguration"] == {**INVENTORY, "Id": "a-test"}
    for name in found:
        answer = owner.delete_bucket_inventory_configuration(Bucket=bucket, Id=name)
        assert status(answer) == 204
    listed = plain(owner.list_bucket_inventory_configurations(Bucket=bucket))
    assert listed == {"IsTruncated": False}
    get = owner.get_bucket_inventory_configuration
    assert refused(get, Bucket=bucket, Id="a-test") == NO_CONFIGURATION


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Id": "other"}, "IdMismatch"),
        (
            {"Destination": {"S3BucketDestination": {"Bucket": "some", "Format": "CSV"}}},
            "InvalidS3DestinationBucket",
        ),
        (
            {"Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::b", "Format": "X"}}},
            "MalformedXML",
        ),
        ({"IncludedObjectVersions": "Some"}, "MalformedXML"),
        ({"OptionalFields": ["Size", "Nothing"]}, "MalformedXML"),
        ({"Schedule": {"Frequency": "Hourly"}}, "MalformedXML"),
    ],
)
def test_a_wrong_inventory(owner: Any, bucket: str, changes: dict[str, Any], code: str) -> None:
    error = refused(
        owner.put_bucket_inventory_configuration,
        Bucket=bucket,
        Id="inventory",
        InventoryConfiguration={**INVENTORY, **changes},
    )
    assert (error["Status"], error["Code"]) == (400, code)


def test_the_bucket_of_an_inventory_has_no_namespace(owner: Any, bucket: str) -> None:
    there = {"Bucket": "arn:aws:s3::111122223333:other", "Format": "CSV"}
    error = refused(
        owner.put_bucket_inventory_configuration,
        Bucket=bucket,
        Id="inventory",
        InventoryConfiguration={**INVENTORY, "Destination": {"S3BucketDestination": there}},
    )
    assert error == {
        "Status": 400,
        "Code": "InvalidS3DestinationBucket",
        "Message": "Bucket ARN should not specify a namespace.",
    }


@pytest.mark.parametrize("identifier", ["a b", "a/b", "é", "i" * 65])
def test_the_id_of_a_configuration_has_64_plain_signs(
    owner: Any, bucket: str, identifier: str
) -> None:
    for call, member, value in (
        ("put_bucket_inventory_configuration", "InventoryConfiguration", INVENTORY),
        ("put_bucket_metrics_configuration", "MetricsConfiguration", {}),
        (
            "put_bucket_analytics_configuration",
            "AnalyticsConfiguration",
            {"StorageClassAnalysis": {}},
        ),
    ):
        members = {"Id": identifier, member: {**value, "Id": identifier}}
        error = refused(getattr(owner, call), Bucket=bucket, **members)
        assert (error["Status"], error["Code"]) == (400, "MalformedXML")
    longest = {"Id": "i" * 64, "MetricsConfiguration": {"Id": "i" * 64}}
    owner.put_bucket_metrics_configuration(Bucket=bucket, **longest)


def test_an_and_has_two_predicates_or_more(owner: Any, bucket: str) -> None:
    put, tag = owner.put_bucket_metrics_configuration, {"Key": "a", "Value": "b"}
    for both in ({"Prefix": "a"}, {"Tags": [tag]}):
        configuration = {"Id": "m", "Filter": {"And": both}}
        error = refused(put, Bucket=bucket, Id="m", MetricsConfiguration=configuration)
        assert (error["Status"], error["Code"]) == (400, "MalformedXML")
    for both in ({"Prefix": "a", "Tags": [tag]}, {"Tags": [tag, {**tag, "Key": "c"}]}):
        configuration = {"Id": "m", "Filter": {"And": both}}
        put(Bucket=bucket, Id="m", MetricsConfiguration=configuration)


def test_metrics_are_overwritten_and_deleted_once(owner: Any, bucket: str) -> None:
    put, get = owner.put_bucket_metrics_configuration, owner.get_bucket_metrics_configuration
    for prefix in ("logs/", "logs/new"):
        configuration = {"Id": "m", "Filter": {"Prefix": prefix}}
        assert status(put(Bucket=bucket, Id="m", MetricsConfiguration=configuration)) == 204
        assert get(Bucket=bucket, Id="m")["MetricsConfiguration"] == configuration
    delete = owner.delete_bucket_metrics_configuration
    assert status(delete(Bucket=bucket, Id="m")) == 204
    assert refused(delete, Bucket=bucket, Id="m") == NO_CONFIGURATION
    assert refused(get, Bucket=bucket, Id="m") == NO_CONFIGURATION


def test_a_long_listing_comes_in_pages_of_a_hundred(owner: Any, bucket: str) -> None:
    for number in range(102):
        name = f"m-{number:03d}"
        owner.put_bucket_metrics_configuration(
            Bucket=bucket, Id=name, MetricsConfiguration={"Id": name}
        )
    first = owner.list_bucket_metrics_configurations(Bucket=bucket)
    assert (len(first["MetricsConfigurationList"]), first["IsTruncated"]) == (100, True)
    token = first["NextContinuationToken"]
    second = owner.list_bucket_metrics_configurations(Bucket=bucket, ContinuationToken=token)
    assert [one["Id"] for one in second["MetricsConfigurationList"]] == ["m-100", "m-101"]
    assert (second["IsTruncated"], second["ContinuationToken"]) == (False, token)


def test_so_many_configurations_and_no_more(
    owner: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server_ref.operations.kept.MAX_LISTED", 2)
    put = owner.put_bucket_metrics_configuration
    for name in ("one", "two", "one"):
        put(Bucket=bucket, Id=name, MetricsConfiguration={"Id": name})
    error = refused(put, Bucket=bucket, Id="three", MetricsConfiguration={"Id": "three"})
    assert (error["Status"], error["Code"]) == (400, "TooManyConfigurations")
    listed = owner.list_bucket_metrics_configurations(Bucket=bucket)
    assert [one["Id"] for one in listed["MetricsConfigurationList"]] == ["one", "two"]


def test_intelligent_tiering(owner: Any, bucket: str) -> None:
    put = owner.put_bucket_intelligent_tiering_configuration
    configuration = {
        "Id": "t",
        "Filter": {"Prefix": "p"},
        "Status": "Enabled",
        "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
    }
    put(Bucket=bucket, Id="t", IntelligentTieringConfiguration=configuration)
    found = owner.get_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="t")
    assert found["IntelligentTieringConfiguration"] == configuration
    wrong = {**configuration, "Tierings": [{"Days": 90, "AccessTier": "NOWHERE"}]}
    assert refused(put, Bucket=bucket, Id="t", IntelligentTieringConfiguration=wrong) == MALFORMED


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ([("ARCHIVE_ACCESS", 89)],
         "Days specified in ARCHIVE_ACCESS tier should not be less than 90."),
        ([("DEEP_ARCHIVE_ACCESS", 179)],
         "Days specified in DEEP_ARCHIVE_ACCESS tier should not be less than 180."),
        ([("ARCHIVE_ACCESS", 731)],
         "Days specified in ARCHIVE_ACCESS tier should not be more than 730."),
        ([("ARCHIVE_ACCESS", 90), ("ARCHIVE_ACCESS", 100)],
         "All Access Tiers in a configuration must be unique. Found duplicate entry for"
         " ARCHIVE_ACCESS."),
        ([("ARCHIVE_ACCESS", 180), ("DEEP_ARCHIVE_ACCESS", 180)],
         "Days specified in DEEP_ARCHIVE_ACCESS should be greater than days specified in"
         " ARCHIVE_ACCESS"),
        ([("ARCHIVE_ACCESS", 730)], ""),
        ([("ARCHIVE_ACCESS", 90), ("DEEP_ARCHIVE_ACCESS", 180)], ""),
    ],
)  # fmt: skip
def test_days_of_access_tiers(
    owner: Any, bucket: str, tiers: list[tuple[str, int]], message: str
) -> None:
    tierings = [{"AccessTier": tier, "Days": days} for tier, days in tiers]
    configuration = {"Id": "t", "Status": "Enabled", "Tierings": tierings}
    members = {"Bucket": bucket, "Id": "t", "IntelligentTieringConfiguration": configuration}
    put = owner.put_bucket_intelligent_tiering_configuration
    if not message:
        put(**members)
        return
    assert refused(put, **members) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": message,
    }
    get = owner.get_bucket_intelligent_tiering_configuration
    assert refused(get, Bucket=bucket, Id="t") == NO_CONFIGURATION


def test_a_filter_of_a_report_asks_for_something(server: S3Server, bucket: str) -> None:
    for query, root, more in (
        ("metrics", "MetricsConfiguration", ""),
        ("analytics", "AnalyticsConfiguration", "<StorageClassAnalysis/>"),
        (
            "intelligent-tiering",
            "IntelligentTieringConfiguration",
            "<Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier>"
            "<Days>90</Days></Tiering>",
        ),
    ):
        for middle, expected in (("<Filter/>", 400), ("", 204)):
            body = f"<{root}><Id>i</Id>{middle}{more}</{root}>".encode()
            answer = ask(server, "PUT", f"/{bucket}?{query}&id=i", body, by=OWNER)
            code = "MalformedXML" if middle else None
            assert (answer.status, answer.error.get("Code")) == (expected, code), query
