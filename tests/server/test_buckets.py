"""Buckets and listings as Amazon S3 was recorded to answer them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.handlers import validate_bucket_name

from server_ref.acl import LOG_DELIVERY
from server_ref.server import S3Server
from tests.server.conftest import OWNER, client_of, refused


@pytest.fixture(scope="module")
def unchecked(server: S3Server) -> Any:
    """A client of the owner without botocore's own check of bucket names."""
    client = client_of(server, OWNER)
    client.meta.events.unregister("before-parameter-build.s3", validate_bucket_name)
    return client


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "UPPER",
        "under_score",
        "-a-",
        "a..b",
        "192.168.0.1",
        "xn--abc",
        "abc-s3alias",
    ],
)
def test_names_that_are_none(unchecked: Any, name: str) -> None:
    error = refused(unchecked.create_bucket, Bucket=name)
    assert (error["Status"], error["Code"]) == (400, "InvalidBucketName")
    assert error["BucketName"] == name


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Any]:
    """A client of a server in another region."""
    with S3Server(accounts=(OWNER,), region="eu-west-1", durability="relaxed") as server:
        yield boto3.client("s3", **server.client_kwargs)


def constraint(value: str) -> dict[str, Any]:
    return {"CreateBucketConfiguration": {"LocationConstraint": value}}


@pytest.mark.parametrize("value", ["us-east-1", "foo", "aws-global"])
def test_constraints_us_east_1_refuses(owner: Any, bucket: str, value: str) -> None:
    error = refused(owner.create_bucket, Bucket=f"{bucket}-x", **constraint(value))
    assert (error["Status"], error["Code"]) == (400, "InvalidLocationConstraint")
    assert error["LocationConstraint"] == value


def test_a_bucket_somewhere_else(owner: Any, bucket: str) -> None:
    name = f"{bucket}-west"
    made = owner.create_bucket(Bucket=name, **constraint("us-west-2"))
    assert made["Location"] == f"http://{name}.s3.amazonaws.com/"
    assert owner.get_bucket_location(Bucket=name)["LocationConstraint"] == "us-west-2"
    assert owner.head_bucket(Bucket=name)["BucketRegion"] == "us-west-2"
    assert owner.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None


@pytest.mark.parametrize("value", ["bar", "us-west-2", "aws-global", "us-east-1"])
def test_constraints_another_region_refuses(elsewhere: Any, value: str) -> None:
    error = refused(elsewhere.create_bucket, Bucket="wrong", **constraint(value))
    assert (error["Status"], error["Code"]) == (400, "IllegalLocationConstraintException")
    assert error["Message"] == (
        f"The {value} location constraint is incompatible for the region specific endpoint this "
        "request was sent to."
    )


def test_the_constraint_of_another_region(elsewhere: Any) -> None:
    elsewhere.create_bucket(Bucket="europe", **constraint("EU"))
    assert elsewhere.get_bucket_location(Bucket="europe")["LocationConstraint"] == "EU"
    again = refused(elsewhere.create_bucket, Bucket="europe", **constraint("eu-west-1"))
    assert (again["Status"], again["Code"]) == (409, "BucketAlreadyOwnedByYou")
    nothing = refused(elsewhere.create_bucket, Bucket="nowhere")
    assert nothing["Message"].startswith("The unspecified location constraint")


def test_making_a_bucket_again(owner: Any, other: Any, bucket: str) -> None:
    assert owner.create_bucket(Bucket=bucket)["Location"] == f"/{bucket}"
    error = refused(other.create_bucket, Bucket=bucket)
    assert (error["Status"], error["Code"]) == (409, "BucketAlreadyExists")


def test_a_name_of_an_account_regional_namespace_needs_its_header(owner: Any) -> None:
    name = f"mine-{OWNER.account.account_id}-us-east-1-an"
    error = refused(owner.create_bucket, Bucket=name)
    assert (error["Status"], error["Code"]) == (400, "MissingNamespaceHeader")
    other = name.replace("us-east-1", "eu-west-1")
    foreign = refused(owner.create_bucket, Bucket=other, BucketNamespace="account-regional")
    assert (foreign["Status"], foreign["Code"]) == (400, "InvalidBucketNamespace")
    owner.create_bucket(Bucket=name, BucketNamespace="account-regional")
    owner.delete_bucket(Bucket=name)


def test_a_bucket_made_again_has_the_access_control_list_of_a_new_one(
    owner: Any, open_bucket: str
) -> None:
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
    owner.create_bucket(Bucket=open_bucket)
    assert len(owner.get_bucket_acl(Bucket=open_bucket)["Grants"]) == 1
    log = f'uri="{LOG_DELIVERY}"'
    owner.create_bucket(Bucket=open_bucket, ObjectOwnership="ObjectWriter", GrantWrite=log)
    grants = owner.get_bucket_acl(Bucket=open_bucket)["Grants"]
    assert [(one["Grantee"]["URI"], one["Permission"]) for one in grants] == [
        (LOG_DELIVERY, "WRITE")
    ]


def test_a_bucket_that_is_not_empty(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k")
    error = refused(owner.delete_bucket, Bucket=bucket)
    assert (error["Status"], error["Code"]) == (409, "BucketNotEmpty")
    assert error["Message"] == "The bucket you tried to delete is not empty"
    owner.delete_object(Bucket=bucket, Key="k")
    owner.create_multipart_upload(Bucket=bucket, Key="unfinished")
    owner.delete_bucket(Bucket=bucket)
    assert refused(owner.list_objects_v2, Bucket=bucket)["BucketName"] == bucket
    owner.create_bucket(Bucket=bucket)
    assert "Uploads" not in owner.list_multipart_uploads(Bucket=bucket)


def test_list_buckets(owner: Any, other: Any, bucket: str) -> None:
    assert bucket not in [one["Name"] for one in other.list_buckets()["Buckets"]]
    plain = next(one for one in owner.list_buckets()["Buckets"] if one["Name"] == bucket)
    assert "BucketRegion" not in plain
    for number in range(3):
        owner.create_bucket(Bucket=f"{bucket}-{number}")
    names, token = [], {}
    for _ in range(1000):  # far more than it takes
        page = owner.list_buckets(Prefix=f"{bucket}-", MaxBuckets=2, **token)
        assert page["Prefix"] == f"{bucket}-"
        names += [one["Name"] for one in page["Buckets"]]
        assert {one["BucketRegion"] for one in page["Buckets"]} == {"us-east-1"}
        if "ContinuationToken" not in page:
            break
        token = {"ContinuationToken": page["ContinuationToken"]}
    assert names == [f"{bucket}-{number}" for number in range(3)]
    here = owner.list_buckets(Prefix=f"{bucket}-", BucketRegion="US-EAST-1")["Buckets"]
    assert [one["Name"] for one in here] == names
    elsewhere = refused(owner.list_buckets, Prefix=bucket, BucketRegion="eu-west-1")
    assert elsewhere == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Requests with bucket-region specified must be made to the corresponding "
        "regional endpoint",
        "ArgumentName": "bucket-region",
    }
    error = refused(owner.list_buckets, BucketRegion="eu-east-1")
    assert error["Message"] == "Argument value eu-east-1 is not a valid AWS Region"


FOLDER = [
    "folder/aSubfolder/subFile1",
    "folder/aSubfolder/subFile2",
    "folder/file1",
    "folder/file2",
]


@pytest.fixture
def folder(owner: Any, bucket: str) -> str:
    """A bucket with a folder, a subfolder and files."""
    for key in FOLDER:
        owner.put_object(Bucket=bucket, Key=key)
    return bucket


def keys(answer: Any) -> list[str]:
    return [one["Key"] for one in answer.get("Contents", [])]


def prefixes(answer: Any) -> list[str]:
    return [one["Prefix"] for one in answer.get("CommonPrefixes", [])]


@pytest.mark.parametrize(
    ("marker", "shown"),
    [
        ("", "folder/aSubfolder/"),
        ("folder/aSubfolder/", "folder/file1"),
        ("folder/aSubfolder/subFile1", "folder/file1"),
        ("folder/file1", "folder/file2"),
    ],
)
def test_next_marker_may_be_a_common_prefix(
    owner: Any, folder: str, marker: str, shown: str
) -> None:
    page = owner.list_objects(
        Bucket=folder, Prefix="folder/", Delimiter="/", Marker=marker, MaxKeys=1
    )
    assert keys(page) + prefixes(page) == [shown]
    assert page["IsTruncated"] == (shown != "folder/file2")
    assert page.get("NextMarker") == (shown if page["IsTruncated"] else None)
    assert page["Marker"] == marker


def test_next_marker_only_with_a_delimiter(owner: Any, folder: str) -> None:
    assert "NextMarker" not in owner.list_objects(Bucket=folder, MaxKeys=1)


def test_tokens_go_from_page_to_page(owner: Any, folder: str) -> None:
    seen, token = [], {}
    for _ in range(1000):  # far more than it takes
        page = owner.list_objects_v2(
            Bucket=folder, Prefix="folder/", Delimiter="/", MaxKeys=1, **token
        )
        assert page["KeyCount"] == 1
        seen += keys(page) + prefixes(page)
        if not page["IsTruncated"]:
            break
        token = {"ContinuationToken": page["NextContinuationToken"]}
    assert seen == ["folder/aSubfolder/", "folder/file1", "folder/file2"]


def test_a_token_wins_over_start_after(owner: Any, folder: str) -> None:
    first = owner.list_objects_v2(Bucket=folder, MaxKeys=1)
    token = first["NextContinuationToken"]
    rest = owner.list_objects_v2(Bucket=folder, ContinuationToken=token, StartAfter="zzz")
    assert keys(rest) == FOLDER[1:]
    assert "StartAfter" not in rest
    after = owner.list_objects_v2(Bucket=folder, StartAfter=FOLDER[1])
    assert (keys(after), after["StartAfter"]) == (FOLDER[2:], FOLDER[1])
    for wrong in ("", "made up"):
        error = refused(owner.list_objects_v2, Bucket=folder, ContinuationToken=wrong)
        assert error["Message"] == "The continuation token provided is incorrect"


@pytest.mark.parametrize(
    "operation",
    ["list_objects", "list_objects_v2", "list_object_versions", "list_multipart_uploads"],
)
@pytest.mark.parametrize("value", ["", "value"])
def test_encoding_types(owner: Any, bucket: str, operation: str, value: str) -> None:
    error = refused(getattr(owner, operation), Bucket=bucket, EncodingType=value)
    assert (error["Status"], error["Code"]) == (400, "InvalidArgument")
    assert error["Message"] == "Invalid Encoding Method specified in Request"


def test_no_keys_asked_for(owner: Any, folder: str) -> None:
    page = owner.list_objects_v2(Bucket=folder, MaxKeys=0)
    assert (keys(page), page["IsTruncated"], page["MaxKeys"]) == ([], False, 0)
    error = refused(owner.list_objects_v2, Bucket=folder, MaxKeys=-1)
    assert (error["Status"], error["Code"]) == (400, "InvalidArgument")


def test_keys_xml_cannot_hold(owner: Any, bucket: str) -> None:
    hostile = ["\x01", " sp ace ", "&<>\"'", "a+b", "a\nb", "b%20c", "~", "\u00e9", "\U0001f600"]
    for key in hostile:
        owner.put_object(Bucket=bucket, Key=key)
    assert keys(owner.list_objects_v2(Bucket=bucket)) == sorted(hostile, key=str.encode)


def test_uploads_page_by_key_and_id(owner: Any, bucket: str) -> None:
    ids = [
        owner.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        for key in ("b", "a", "a", "c")
    ]
    expected = [("a", ids[1]), ("a", ids[2]), ("b", ids[0]), ("c", ids[3])]
    seen, markers = [], {}
    for _ in range(1000):  # far more than it takes
        page = owner.list_multipart_uploads(Bucket=bucket, MaxUploads=1, **markers)
        seen += [(one["Key"], one["UploadId"]) for one in page.get("Uploads", [])]
        if not page["IsTruncated"]:
            break
        markers = {
            "KeyMarker": page["NextKeyMarker"],
            "UploadIdMarker": page["NextUploadIdMarker"],
        }
    assert seen == expected
    wrong = refused(
        owner.list_multipart_uploads, Bucket=bucket, KeyMarker="a", UploadIdMarker=ids[0]
    )
    assert (wrong["Message"], wrong["ArgumentValue"]) == ("Invalid uploadId marker", ids[0])
    alone = owner.list_multipart_uploads(Bucket=bucket, UploadIdMarker=ids[0])
    assert (len(alone["Uploads"]), alone["UploadIdMarker"]) == (4, "")


def test_bucket_tags(owner: Any, bucket: str) -> None:
    error = refused(owner.get_bucket_tagging, Bucket=bucket)
    assert (error["Status"], error["Code"]) == (404, "NoSuchTagSet")
    tags = [{"Key": "tag1", "Value": "tag1"}, {"Key": "tag2", "Value": ""}]
    answer = owner.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert owner.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    system = {"TagSet": [{"Key": "aws:x", "Value": ""}]}
    error = refused(owner.put_bucket_tagging, Bucket=bucket, Tagging=system)
    assert error["Message"] == "System tags cannot be added/updated by requester"
    owner.delete_bucket_tagging(Bucket=bucket)
    assert refused(owner.get_bucket_tagging, Bucket=bucket)["Code"] == "NoSuchTagSet"
