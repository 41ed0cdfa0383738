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


def test_a_policy_comes_back_without_its_blanks(owner: Any, bucket: str) -> None:
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
    written = json.dumps(document, separators=(",", ":"))
    assert owner.get_bucket_policy(Bucket=bucket)["Policy"] == written


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
