"""Buckets and their configurations as Amazon S3 was recorded to answer them."""

from __future__ import annotations

import itertools
import json
from typing import Any

import boto3
import pytest
from botocore.config import Config

from server_ref.server import S3Server
from tests.server.conftest import OWNER, refused
from tests.server.recorded.answers import (
    bare,
    error,
    malformed,
    missing_bucket,
    status,
)

_numbers = itertools.count()
FAKE_GROUP = "http://acs.amazonaws.com/groups/s3/FakeGroup"
LOGS = "http://acs.amazonaws.com/groups/s3/LogDelivery"
NO_TAGS = "The TagSet does not exist"


def invalid_tag(message: str, **members: str) -> dict[str, Any]:
    return error(400, "InvalidTag", message, **members)


def tag(key: str, value: str) -> dict[str, str]:
    return {"Key": key, "Value": value}


def test_making_and_finding_a_bucket(owner: Any) -> None:
    name, far = f"fresh-{next(_numbers)}", f"far-{next(_numbers)}"
    arn = f"arn:aws:s3:::{name}"
    assert bare(owner.create_bucket(Bucket=name)) == {"Location": f"/{name}", "BucketArn": arn}
    head = owner.head_bucket(Bucket=name)
    assert bare(head) == {
        "BucketArn": arn,
        "BucketRegion": "us-east-1",
        "AccessPointAlias": False,
    }
    wire = head["ResponseMetadata"]["HTTPHeaders"]
    assert {name for name in wire if name.startswith(("x-amz", "content-t"))} == {
        "content-type",
        "x-amz-access-point-alias",
        "x-amz-bucket-arn",
        "x-amz-bucket-region",
        "x-amz-id-2",
        "x-amz-request-id",
    }
    assert wire["content-type"] == "application/xml"
    assert bare(owner.get_bucket_location(Bucket=name)) == {"LocationConstraint": None}
    elsewhere = {"LocationConstraint": "us-west-1"}
    made = owner.create_bucket(Bucket=far, CreateBucketConfiguration=elsewhere)
    assert made["Location"].startswith(f"http://{far}.")
    assert owner.head_bucket(Bucket=far)["BucketRegion"] == "us-west-1"
    assert bare(owner.get_bucket_location(Bucket=far)) == elsewhere
    assert refused(owner.head_bucket, Bucket="nowhere-at-all") == error(404, "404", "Not Found")
    assert refused(owner.create_bucket, Bucket="UpperCase") == error(
        400, "InvalidBucketName", "The specified bucket is not valid.", BucketName="UpperCase"
    )


@pytest.mark.parametrize(
    ("call", "members"),
    [
        ("delete_bucket", {}),
        ("get_bucket_acl", {}),
        ("get_bucket_location", {}),
        ("get_bucket_versioning", {}),
        ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
        ("get_bucket_tagging", {}),
        ("put_bucket_tagging", {"Tagging": {"TagSet": [tag("a", "b")]}}),
        ("delete_bucket_tagging", {}),
        ("get_object_tagging", {"Key": "k"}),
        ("delete_object_tagging", {"Key": "k"}),
        ("get_bucket_lifecycle_configuration", {}),
        ("get_bucket_replication", {}),
        ("get_bucket_notification_configuration", {}),
        ("get_bucket_encryption", {}),
        ("delete_bucket_encryption", {}),
        ("get_object_lock_configuration", {}),
        ("get_public_access_block", {}),
        ("delete_public_access_block", {}),
        ("list_objects", {}),
        ("delete_objects", {"Delete": {"Objects": [{"Key": "k"}]}}),
        ("put_object_legal_hold", {"Key": "k", "LegalHold": {"Status": "ON"}}),
        ("put_bucket_request_payment", {"RequestPaymentConfiguration": {"Payer": "Requester"}}),
        ("delete_bucket_intelligent_tiering_configuration", {"Id": "i"}),
    ],
)
def test_a_bucket_that_is_not_there(owner: Any, call: str, members: dict[str, Any]) -> None:
    answer = refused(getattr(owner, call), Bucket="nowhere-at-all", **members)
    assert answer == missing_bucket("nowhere-at-all")


def test_the_account_that_should_own_it(owner: Any, open_bucket: str) -> None:
    resource = f"arn:aws:s3:::{open_bucket}/*"
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*", "Resource": resource}
    policy = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [allow]})}
    for call, more in (
        (owner.put_bucket_policy, policy),
        (owner.get_bucket_policy, {}),
        (owner.delete_bucket_policy, {}),
    ):
        for account in ("0000000000020", "0000", "aa000000000$", "abcd"):
            answer = refused(call, Bucket=open_bucket, **more, ExpectedBucketOwner=account)
            assert answer == error(
                400,
                "InvalidBucketOwnerAWSAccountID",
                f"The value of the expected bucket owner parameter must be an AWS Account ID... "
                f"[{account}]",
            )
        answer = refused(call, Bucket=open_bucket, **more, ExpectedBucketOwner="000000000020")
        assert answer == error(403, "AccessDenied", "Access Denied")
        call(Bucket=open_bucket, **more, ExpectedBucketOwner="111122223333")


@pytest.mark.parametrize("text", ["", "invalid json"])
def test_a_policy_that_is_no_document(owner: Any, bucket: str, text: str) -> None:
    assert refused(owner.put_bucket_policy, Bucket=bucket, Policy=text) == error(
        400, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'"
    )


def test_tags_come_and_go(owner: Any, bucket: str) -> None:
    nothing = error(404, "NoSuchTagSet", NO_TAGS, BucketName=bucket)
    assert refused(owner.get_bucket_tagging, Bucket=bucket) == nothing
    for tags in ([tag("tag1", "tag1"), tag("tag2", "")], [tag("tag3", "tag3")]):
        assert status(owner.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})) == 204
        assert bare(owner.get_bucket_tagging(Bucket=bucket)) == {"TagSet": tags}
    assert status(owner.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": []})) == 204
    assert refused(owner.get_bucket_tagging, Bucket=bucket) == nothing
    assert status(owner.delete_bucket_tagging(Bucket=bucket)) == 204


def test_tags_that_are_refused(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k")
    for tags, on_bucket, on_object in (
        (
            [tag("Key1", "a"), tag("Key1", "b")],
            invalid_tag("Cannot provide multiple Tags with the same key", TagKey="Key1"),
            None,
        ),
        (
            [tag("Key1,Key2", "v")],
            invalid_tag("The TagKey you have provided is invalid", TagKey="Key1,Key2"),
            None,
        ),
        (
            [tag("Key1", "a,b")],
            invalid_tag("The TagValue you have provided is invalid", TagKey="Key1", TagValue="a,b"),
            None,
        ),
        (
            [tag("aws:prefixed", "v")],
            invalid_tag("System tags cannot be added/updated by requester", TagKey="aws:prefixed"),
            invalid_tag("Your TagKey cannot be prefixed with aws:", TagKey="aws:prefixed"),
        ),
    ):
        given = {"Bucket": bucket, "Tagging": {"TagSet": tags}}
        assert refused(owner.put_bucket_tagging, **given) == on_bucket
        assert refused(owner.put_object_tagging, **given, Key="k") == (on_object or on_bucket)


def test_tags_of_a_new_bucket(owner: Any) -> None:
    name = f"tagged-{next(_numbers)}"

    def make(name: str, *tags: dict[str, str]) -> Any:
        return owner.create_bucket(Bucket=name, CreateBucketConfiguration={"Tags": [*tags]})

    make(name, tag("tag1", "value1"))
    for tags in ([tag("tag1", "value1")], [tag("tag2", "value2")]):
        answer = refused(lambda tags=tags, **_: make(name, *tags))
        assert answer == error(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
            BucketName=name,
        )
    make(name)  # without tags us-east-1 takes it again, and the tags stay
    assert owner.get_bucket_tagging(Bucket=name)["TagSet"] == [tag("tag1", "value1")]
    other = f"tagged-{next(_numbers)}"
    for one, answer in (
        (
            tag("aws:prefixed", "v"),
            invalid_tag(
                'User-defined tag keys can\'t start with "aws:". This prefix is reserved for '
                'system tags. Remove "aws:" from your tag keys and try again.'
            ),
        ),
        (
            tag("a,b", "v"),
            invalid_tag("The TagKey you have provided is invalid", TagKey="a,b"),
        ),
        (
            tag("a", "b,c"),
            invalid_tag("The TagValue you have provided is invalid", TagKey="a", TagValue="b,c"),
        ),
    ):
        assert refused(lambda one=one, **_: make(other, one)) == answer
    owner.create_bucket(Bucket=other)
    assert refused(owner.get_bucket_tagging, Bucket=other)["Code"] == "NoSuchTagSet"


def test_versioning(owner: Any, bucket: str) -> None:
    put, get = owner.put_bucket_versioning, owner.get_bucket_versioning
    assert bare(get(Bucket=bucket)) == {}
    for wanted in ("Suspended", "Enabled"):
        put(Bucket=bucket, VersioningConfiguration={"Status": wanted})
        assert bare(get(Bucket=bucket)) == {"Status": wanted}
    for wanted in ("enabled", "Disabled"):
        configuration = {"Status": wanted}
        assert refused(put, Bucket=bucket, VersioningConfiguration=configuration) == malformed()
    assert refused(put, Bucket=bucket, VersioningConfiguration={}) == error(
        400, "IllegalVersioningConfigurationException", "The Versioning element must be specified"
    )


def test_a_bucket_that_is_not_empty(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k")
    full = "The bucket you tried to delete is not empty"
    answer = refused(owner.delete_bucket, Bucket=bucket)
    assert answer == error(409, "BucketNotEmpty", full, BucketName=bucket)
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    owner.delete_object(Bucket=bucket, Key="k")
    answer = refused(owner.delete_bucket, Bucket=bucket)
    more = f"{full}. You must delete all versions in the bucket."
    assert answer == error(409, "BucketNotEmpty", more, BucketName=bucket)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("inventory", "IdMismatch"),
        ("analytics", "MalformedXML"),
        ("intelligent_tiering", "MalformedXML"),
    ],
)
def test_a_document_with_another_id(owner: Any, bucket: str, kind: str, code: str) -> None:
    place = {"Bucket": "arn:aws:s3:::some", "Format": "CSV"}
    documents: dict[str, dict[str, Any]] = {
        "inventory": {
            "InventoryConfiguration": {
                "Id": "one",
                "Destination": {"S3BucketDestination": place},
                "IsEnabled": True,
                "IncludedObjectVersions": "All",
                "Schedule": {"Frequency": "Daily"},
            }
        },
        "analytics": {"AnalyticsConfiguration": {"Id": "one", "StorageClassAnalysis": {}}},
        "intelligent_tiering": {
            "IntelligentTieringConfiguration": {
                "Id": "one",
                "Status": "Enabled",
                "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
            }
        },
    }
    put = getattr(owner, f"put_bucket_{kind}_configuration")
    answer = refused(put, Bucket=bucket, Id="other", **documents[kind])
    mismatch = "Document ID does not match the specified configuration ID."
    assert answer == (error(400, "IdMismatch", mismatch) if code == "IdMismatch" else malformed())
    assert status(put(Bucket=bucket, Id="one", **documents[kind])) == 204
    get = getattr(owner, f"get_bucket_{kind}_configuration")
    assert refused(get, Bucket=bucket, Id="other") == error(
        404, "NoSuchConfiguration", "The specified configuration does not exist."
    )


def test_acceleration_refuses_dots(owner: Any) -> None:
    name = f"with.dots.{next(_numbers)}"
    owner.create_bucket(Bucket=name)
    enabled = {"Status": "Enabled"}
    put = owner.put_bucket_accelerate_configuration
    for document in (enabled, {"Status": "enabled"}, {"Status": "random"}):  # dots come first
        assert refused(put, Bucket=name, AccelerateConfiguration=document) == error(
            400,
            "InvalidRequest",
            "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
        )


@pytest.mark.parametrize("value", ["RandomValue", ""])
def test_an_ownership_there_is_not(owner: Any, value: str) -> None:
    answer = refused(owner.create_bucket, Bucket="never-made", ObjectOwnership=value)
    assert answer == error(
        400,
        "InvalidArgument",
        f"Invalid x-amz-object-ownership header: {value}",
        ArgumentName="x-amz-object-ownership",
    )


def test_an_inventory_goes_to_a_bucket(owner: Any, bucket: str) -> None:
    document = {
        "Id": "one",
        "Destination": {"S3BucketDestination": {"Bucket": "not-an-arn", "Format": "CSV"}},
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
    }
    put = owner.put_bucket_inventory_configuration
    assert refused(put, Bucket=bucket, Id="one", InventoryConfiguration=document) == error(
        400, "InvalidS3DestinationBucket", "Invalid bucket ARN."
    )


@pytest.mark.parametrize("constraint", ["us-east-1", "foo", "aws-global"])
def test_places_us_east_1_does_not_know(owner: Any, constraint: str) -> None:
    place = {"LocationConstraint": constraint}
    answer = refused(owner.create_bucket, Bucket="never-made", CreateBucketConfiguration=place)
    assert answer == error(
        400,
        "InvalidLocationConstraint",
        "The specified location-constraint is not valid",
        **place,
    )


def test_places_another_region_does_not_take() -> None:
    with S3Server(accounts=(OWNER,), region="us-west-1", durability="relaxed") as server:
        west = boto3.client("s3", **server.client_kwargs)
        for constraint in ("EU", "bar", "aws-global", "us-east-1", None):
            place = {"LocationConstraint": constraint} if constraint else {}
            answer = refused(
                west.create_bucket, Bucket="never-made", CreateBucketConfiguration=place
            )
            assert answer == error(
                400,
                "IllegalLocationConstraintException",
                f"The {constraint or 'unspecified'} location constraint is incompatible for the "
                "region specific endpoint this request was sent to.",
            )
    with S3Server(accounts=(OWNER,), region="eu-west-1", durability="relaxed") as server:
        europe = boto3.client("s3", **server.client_kwargs)
        place = {"LocationConstraint": "EU"}
        europe.create_bucket(Bucket="europe", CreateBucketConfiguration=place)
        assert bare(europe.get_bucket_location(Bucket="europe")) == place


def test_a_region_that_is_not_this_one(server: S3Server) -> None:
    keys = {"aws_access_key_id": OWNER.access_key, "aws_secret_access_key": OWNER.secret_key}
    config = Config(s3={"addressing_style": "path"})
    away = boto3.client(
        "s3", endpoint_url=server.url, region_name="us-west-2", config=config, **keys
    )
    answer = refused(away.list_buckets)
    assert answer == error(
        400,
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; the region 'us-west-2' is wrong; expecting "
        "'us-east-1'",
        Region="us-east-1",
    )
