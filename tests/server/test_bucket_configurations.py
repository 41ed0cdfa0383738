"""Configurations of buckets on a running server: each answer as recorded from S3."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.byhand import Answer, ask
from tests.server.conftest import OWNER, refused

MALFORMED = {
    "Status": 400,
    "Code": "MalformedXML",
    "Message": "The XML you provided was not well-formed or did not validate against our published"
    " schema",
}
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


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def status(answer: dict[str, Any]) -> int:
    found: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return found


@pytest.mark.parametrize(
    ("call", "code", "message"),
    [
        ("get_bucket_policy", "NoSuchBucketPolicy", "The bucket policy does not exist"),
        ("get_bucket_policy_status", "NoSuchBucketPolicy", "The bucket policy does not exist"),
        ("get_bucket_cors", "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
        (
            "get_bucket_website",
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        ),
        (
            "get_bucket_replication",
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
        ),
    ],
)
def test_what_was_never_put(owner: Any, bucket: str, call: str, code: str, message: str) -> None:
    assert refused(getattr(owner, call), Bucket=bucket) == {
        "Status": 404,
        "Code": code,
        "Message": message,
        "BucketName": bucket,
    }
    missing = refused(getattr(owner, call), Bucket="no-such-bucket-here")
    assert (missing["Code"], missing["BucketName"]) == ("NoSuchBucket", "no-such-bucket-here")


@pytest.mark.parametrize(
    "call",
    [
        "delete_bucket_policy",
        "delete_bucket_cors",
        "delete_bucket_website",
        "delete_bucket_replication",
        "delete_public_access_block",
        "delete_bucket_ownership_controls",
    ],
)
def test_deleting_what_is_not_there_is_fine(owner: Any, bucket: str, call: str) -> None:
    for _ in range(2):
        assert status(getattr(owner, call)(Bucket=bucket)) == 204


def test_a_policy_comes_back_as_it_was_put(owner: Any, bucket: str) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket}/*",
            }
        ],
    }
    text = json.dumps(document, indent=1)
    assert status(owner.put_bucket_policy(Bucket=bucket, Policy=text)) == 204
    assert owner.get_bucket_policy(Bucket=bucket)["Policy"] == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "Missing required field Statement"),
        ("invalid json", "Policies must be valid JSON and the first byte must be '{'"),
    ],
)
def test_a_malformed_policy(owner: Any, bucket: str, text: str, message: str) -> None:
    error = {"Status": 400, "Code": "MalformedPolicy", "Message": message}
    assert refused(owner.put_bucket_policy, Bucket=bucket, Policy=text) == error


def test_the_public_access_block(owner: Any, bucket: str) -> None:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    found = owner.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert found == dict.fromkeys(names, True)
    owner.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": False}
    )
    found = owner.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert found == dict.fromkeys(names, False)
    owner.delete_public_access_block(Bucket=bucket)
    assert refused(owner.get_public_access_block, Bucket=bucket) == {
        "Status": 404,
        "Code": "NoSuchPublicAccessBlockConfiguration",
        "Message": "The public access block configuration was not found",
        "BucketName": bucket,
    }


def test_ownership_controls(owner: Any, bucket: str) -> None:
    def rules(*values: str) -> dict[str, Any]:
        return {"Rules": [{"ObjectOwnership": value} for value in values]}

    default = owner.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    assert default == rules("BucketOwnerEnforced")
    owner.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules("ObjectWriter"))
    found = owner.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    assert found == rules("ObjectWriter")
    for wrong in (rules("RandomValue"), rules(), rules("ObjectWriter", "ObjectWriter")):
        call = owner.put_bucket_ownership_controls
        assert refused(call, Bucket=bucket, OwnershipControls=wrong) == MALFORMED
    owner.delete_bucket_ownership_controls(Bucket=bucket)
    assert refused(owner.get_bucket_ownership_controls, Bucket=bucket) == {
        "Status": 404,
        "Code": "OwnershipControlsNotFoundError",
        "Message": "The bucket ownership controls were not found",
        "BucketName": bucket,
    }


def test_ownership_at_creation(owner: Any, bucket: str) -> None:
    name = f"{bucket}-preferred"
    owner.create_bucket(Bucket=name, ObjectOwnership="BucketOwnerPreferred")
    found = owner.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
    assert found == {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    for wrong in ("RandomValue", ""):
        assert refused(owner.create_bucket, Bucket=f"{bucket}-no", ObjectOwnership=wrong) == {
            "Status": 400,
            "Code": "InvalidArgument",
            "Message": f"Invalid x-amz-object-ownership header: {wrong}",
            "ArgumentName": "x-amz-object-ownership",
        }


def test_acl_at_creation(owner: Any, bucket: str) -> None:
    error = refused(
        owner.create_bucket,
        Bucket=f"{bucket}-acl",
        ACL="public-read",
        ObjectOwnership="ObjectWriter",
    )
    assert error["Code"] == "InvalidBucketAclWithBlockPublicAccessError"
    error = refused(owner.create_bucket, Bucket=f"{bucket}-acl", ACL="public-read")
    assert (error["Status"], error["Code"]) == (400, "InvalidBucketAclWithObjectOwnership")
    assert error["Message"].startswith("Bucket cannot have ACLs set with ObjectOwnership's")


def test_an_acl_stands_in_the_way_of_enforced_ownership(owner: Any, open_bucket: str) -> None:
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    call = owner.put_bucket_ownership_controls
    error = refused(call, Bucket=open_bucket, OwnershipControls=enforced)
    assert (error["Status"], error["Code"]) == (400, "InvalidBucketAclWithObjectOwnership")


def test_acceleration(owner: Any, bucket: str) -> None:
    put, get = (
        owner.put_bucket_accelerate_configuration,
        owner.get_bucket_accelerate_configuration,
    )
    assert plain(get(Bucket=bucket)) == {}
    for value in ("Enabled", "Suspended"):
        put(Bucket=bucket, AccelerateConfiguration={"Status": value})
        assert plain(get(Bucket=bucket)) == {"Status": value}
    for value in ("enabled", "random"):
        wrong = {"Status": value}
        assert refused(put, Bucket=bucket, AccelerateConfiguration=wrong) == MALFORMED
    dotted = f"{bucket}.dot"
    owner.create_bucket(Bucket=dotted)
    assert refused(put, Bucket=dotted, AccelerateConfiguration={"Status": "Enabled"}) == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "S3 Transfer Acceleration is not supported for buckets with periods (.) in"
        " their names",
    }


def test_request_payment(owner: Any, bucket: str) -> None:
    put = owner.put_bucket_request_payment
    assert plain(owner.get_bucket_request_payment(Bucket=bucket)) == {"Payer": "BucketOwner"}
    put(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    assert plain(owner.get_bucket_request_payment(Bucket=bucket)) == {"Payer": "Requester"}
    wrong = {"Payer": "SomebodyElse"}
    assert refused(put, Bucket=bucket, RequestPaymentConfiguration=wrong) == MALFORMED


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


def test_logging(owner: Any, bucket: str) -> None:
    put = owner.put_bucket_logging
    assert plain(owner.get_bucket_logging(Bucket=bucket)) == {}
    enabled = {"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": "log"}}
    put(Bucket=bucket, BucketLoggingStatus=enabled)
    assert plain(owner.get_bucket_logging(Bucket=bucket)) == enabled
    put(Bucket=bucket, BucketLoggingStatus={})
    assert plain(owner.get_bucket_logging(Bucket=bucket)) == {}
    nowhere = {"LoggingEnabled": {"TargetBucket": "no-such-bucket-here", "TargetPrefix": "log"}}
    assert refused(put, Bucket=bucket, BucketLoggingStatus=nowhere) == {
        "Status": 400,
        "Code": "InvalidTargetBucketForLogging",
        "Message": "The target bucket for logging does not exist",
        "TargetBucket": "no-such-bucket-here",
    }


def test_logging_stays_in_its_region(owner: Any, bucket: str) -> None:
    far = f"{bucket}-far"
    owner.create_bucket(
        Bucket=far, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    enabled = {"LoggingEnabled": {"TargetBucket": far, "TargetPrefix": "log"}}
    assert refused(owner.put_bucket_logging, Bucket=bucket, BucketLoggingStatus=enabled) == {
        "Status": 403,
        "Code": "CrossLocationLoggingProhibitted",
        "Message": "Cross S3 location logging not allowed. ",
        "TargetBucketLocation": "eu-central-1",
    }


QUEUE = "arn:aws:sqs:us-east-1:111122223333:queue"


def notification(**changes: Any) -> dict[str, Any]:
    one = {"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"], **changes}
    return {"QueueConfigurations": [one]}


def rule(**members: str) -> dict[str, Any]:
    return {"Filter": {"Key": {"FilterRules": [members]}}}


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (
            notification(QueueArn="invalid-queue"),
            {
                "Code": "InvalidArgument",
                "Message": "The ARN could not be parsed",
                "ArgumentName": "Queue",
                "ArgumentValue": "invalid-queue",
            },
        ),
        (
            notification(**rule(Name="INVALID", Value="x")),
            {
                "Code": "InvalidArgument",
                "Message": "filter rule name must be either prefix or suffix",
                "ArgumentName": "FilterRule.Name",
                "ArgumentValue": "INVALID",
            },
        ),
        (notification(**rule(Name="prefix")), {"Code": "MalformedXML"}),
        (notification(**rule(Value="x")), {"Code": "MalformedXML"}),
        (notification(**rule()), {"Code": "MalformedXML"}),
        (
            notification(Events=["s3:Nothing"]),
            {"Message": "The event is not supported for notifications"},
        ),
        (
            {"QueueConfigurations": notification()["QueueConfigurations"] * 2},
            {
                "Message": "Configurations overlap. Configurations on the same bucket cannot share"
                " a common event type.",
                "ArgumentName": "Event",
            },
        ),
        (
            {
                "QueueConfigurations": [
                    *notification()["QueueConfigurations"],
                    *notification(**rule(Name="prefix", Value="a"))["QueueConfigurations"],
                ]
            },
            {
                "Code": "InvalidArgument",
                "Message": "Configuration is ambiguously defined. Cannot have overlapping suffixes"
                " in two rules if the prefixes are overlapping for the same event type.",
            },
        ),
    ],
)
def test_a_wrong_notification(
    owner: Any, bucket: str, configuration: dict[str, Any], expected: dict[str, str]
) -> None:
    error = refused(
        owner.put_bucket_notification_configuration,
        Bucket=bucket,
        NotificationConfiguration=configuration,
    )
    assert error["Status"] == 400
    assert error | expected == error


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        (
            {
                "QueueConfigurations": [
                    *notification(Id="same")["QueueConfigurations"],
                    *notification(Id="same", Events=["s3:ObjectRemoved:*"])["QueueConfigurations"],
                ]
            },
            "Same ID used for multiple configurations. IDs must be unique.",
        ),
        (notification(QueueArn=f"{QUEUE}.fifo"), "FIFO SQS queues are not supported."),
        (
            notification(QueueArn=QUEUE.replace("us-east-1", "eu-west-1")),
            "The notification destination service region is not valid for the bucket location"
            " constraint",
        ),
        (notification(Id="i" * 256), "ID length exceeded allowed limit of 255"),
        (
            notification(Events=["s3:ObjectCreated:*", "s3:ObjectCreated:Put"]),
            "Configurations overlap. Configurations on the same bucket cannot share a common"
            " event type.",
        ),
    ],
)
def test_what_is_said_of_notifications_that_are_none(
    owner: Any, bucket: str, configuration: dict[str, Any], message: str
) -> None:
    put = owner.put_bucket_notification_configuration
    error = refused(put, Bucket=bucket, NotificationConfiguration=configuration)
    assert (error["Status"], error["Code"]) == (400, "InvalidArgument")
    assert error["Message"] == message
    kept = owner.get_bucket_notification_configuration(Bucket=bucket)
    assert plain(kept) == {}


def test_a_hundred_notifications_and_no_more(owner: Any, bucket: str) -> None:
    queues = [
        {
            **notification(**rule(Name="prefix", Value=f"{number:03d}/"))["QueueConfigurations"][0],
            "Id": str(number),
        }
        for number in range(101)
    ]
    put = owner.put_bucket_notification_configuration
    error = refused(put, Bucket=bucket, NotificationConfiguration={"QueueConfigurations": queues})
    assert (error["Status"], error["Code"]) == (400, "InvalidRequest")
    put(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": queues[:100]})


def test_notifications_come_back_with_ids_and_capital_names(owner: Any, bucket: str) -> None:
    put, get = (
        owner.put_bucket_notification_configuration,
        owner.get_bucket_notification_configuration,
    )
    assert plain(get(Bucket=bucket)) == {}
    put(Bucket=bucket, NotificationConfiguration=notification(**rule(Name="sUffix", Value="")))
    (found,) = get(Bucket=bucket)["QueueConfigurations"]
    assert found.pop("Id")
    expected = {"Key": {"FilterRules": [{"Name": "Suffix", "Value": ""}]}}
    assert found == {
        "QueueArn": QUEUE,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": expected,
    }
    put(Bucket=bucket, NotificationConfiguration={})
    assert plain(get(Bucket=bucket)) == {}


def test_replication(owner: Any, bucket: str) -> None:
    put = owner.put_bucket_replication
    target = f"{bucket}-target"
    owner.create_bucket(Bucket=target)
    configuration: dict[str, Any] = {
        "Role": "arn:aws:iam::111122223333:role/r",
        "Rules": [
            {
                "ID": "rule",
                "Priority": 1,
                "Filter": {"Prefix": "Tax"},
                "Status": "Enabled",
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
            }
        ],
    }
    error = refused(put, Bucket=bucket, ReplicationConfiguration=configuration)
    assert (error["Code"], error["Message"]) == (
        "InvalidRequest",
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    )
    enabled = {"Status": "Enabled"}
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=enabled)
    error = refused(put, Bucket=bucket, ReplicationConfiguration=configuration)
    assert error["Message"] == "Destination bucket must have versioning enabled."
    nowhere = {"Destination": {"Bucket": f"arn:aws:s3:::{bucket}-nowhere"}}
    absent = {**configuration, "Rules": [{**configuration["Rules"][0], **nowhere}]}
    again = refused(put, Bucket=bucket, ReplicationConfiguration=absent)
    assert (again["Code"], again["Message"]) == (error["Code"], "Destination bucket must exist.")
    owner.put_bucket_versioning(Bucket=target, VersioningConfiguration=enabled)
    put(Bucket=bucket, ReplicationConfiguration=configuration)
    found = owner.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]
    assert found == configuration
    empty = {"Role": "arn:aws:iam::111122223333:role/r", "Rules": []}
    assert refused(put, Bucket=bucket, ReplicationConfiguration=empty) == MALFORMED
    assert status(owner.delete_bucket_replication(Bucket=bucket)) == 204


@pytest.mark.parametrize("on_object", [True, False])
def test_acl_errors_on_the_wire(owner: Any, open_bucket: str, *, on_object: bool) -> None:
    owner.put_object(Bucket=open_bucket, Key="k")
    put: Any = owner.put_object_acl if on_object else owner.put_bucket_acl
    names = {"Bucket": open_bucket, **({"Key": "k"} if on_object else {})}
    wrong: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (
            {},
            {
                "Code": "MissingSecurityHeader",
                "Message": "Your request was missing a required header",
                "MissingHeaderName": "x-amz-acl",
            },
        ),
        (
            {"ACL": "fake-acl"},
            {
                "Code": "InvalidArgument",
                "Message": None,
                "ArgumentName": "x-amz-acl",
                "ArgumentValue": "fake-acl",
            },
        ),
        ({"AccessControlPolicy": {}}, {"Code": "MalformedACLError"}),
        (
            {"AccessControlPolicy": {"Grants": [{"Permission": "READ"}]}},
            {"Code": "MalformedACLError"},
        ),
        ({"ACL": "private", "AccessControlPolicy": {}}, {"Code": "UnexpectedContent"}),
    ]
    for members, expected in wrong:
        error = refused(put, **names, **members)
        assert error["Status"] == 400
        assert error | expected == error


@pytest.mark.parametrize(
    "text",
    [
        "<Tagging>text<TagSet>{}</TagSet></Tagging>",
        "<Tagging><TagSet>{}text</TagSet></Tagging>",
        "<Tagging><TagSet><Tag>text<Key>b</Key><Value>v</Value></Tag></TagSet></Tagging>",
    ],
)
def test_text_where_elements_belong(server: S3Server, bucket: str, text: str) -> None:
    """S3 validates documents; blanks and ends of lines between elements are none."""
    tag = "<Tag><Key>a</Key><Value>v</Value></Tag>"

    def put(document: str) -> Answer:
        body = document.format(tag).encode()
        digest = b64encode(hashlib.md5(body).digest()).decode()
        return ask(server, "PUT", f"/{bucket}?tagging", body, by=OWNER, Content_MD5=digest)

    assert put(text).error["Code"] == "MalformedXML"
    assert put(text.replace("text", "\n  ")).status == 204


@pytest.mark.parametrize(
    "role",
    [
        *("", "role", "arn:aws:iam::111122223333:user/a", "arn:aws:iam::111122223333:role/"),
        *("arn:aws:iam::1:role/a", "arn:aws:s3:::bucket"),
    ],
)
def test_a_role_of_replication_that_is_none(owner: Any, bucket: str, role: str) -> None:
    rule = {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::to-other"}}
    error = refused(
        owner.put_bucket_replication,
        Bucket=bucket,
        ReplicationConfiguration={"Role": role, "Rules": [rule]},
    )
    assert (error["Code"], error["ArgumentName"]) == ("InvalidArgument", "Role")
    assert error["Message"] == "Invalid Role specified in replication configuration"
