"""Versions, delete markers, tags and locks as Amazon S3 was recorded to answer them."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from tests.server.conftest import refused

KEY = "key"


@pytest.fixture
def versioned(owner: Any, bucket: str) -> str:
    """A bucket with versioning enabled."""
    set_versioning(owner, bucket, "Enabled")
    return bucket


def set_versioning(owner: Any, bucket: str, status: str) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def put(owner: Any, bucket: str, body: bytes, **members: Any) -> str:
    answer = owner.put_object(Bucket=bucket, Key=KEY, Body=body, **members)
    return str(answer.get("VersionId", ""))


def shape(owner: Any, bucket: str) -> list[tuple[str, str, bool]]:
    """(kind, version id, is latest) of what ListObjectVersions shows."""
    answer = owner.list_object_versions(Bucket=bucket)
    return [
        (kind, row["VersionId"], row["IsLatest"])
        for kind in ("Versions", "DeleteMarkers")
        for row in answer.get(kind, [])
    ]


def test_versioning_status(owner: Any, bucket: str) -> None:
    assert "Status" not in owner.get_bucket_versioning(Bucket=bucket)
    for status in ("Suspended", "Enabled", "Suspended"):
        set_versioning(owner, bucket, status)
        assert owner.get_bucket_versioning(Bucket=bucket)["Status"] == status
    for given, code in (
        ({"Status": "enabled"}, "MalformedXML"),
        ({"Status": "Disabled"}, "MalformedXML"),
        ({}, "IllegalVersioningConfigurationException"),
    ):
        error = refused(owner.put_bucket_versioning, Bucket=bucket, VersioningConfiguration=given)
        assert (error["Status"], error["Code"]) == (400, code)


def test_versions_stay_and_a_delete_hides_them(owner: Any, versioned: str) -> None:
    one, two = put(owner, versioned, b"1"), put(owner, versioned, b"2")
    assert re.fullmatch(r"[A-Za-z0-9._]{32}", one)
    marker = owner.delete_object(Bucket=versioned, Key=KEY)
    assert marker["DeleteMarker"] is True
    hidden = refused(owner.get_object, Bucket=versioned, Key=KEY)
    assert (hidden["Status"], hidden["Code"], hidden["Key"]) == (404, "NoSuchKey", KEY)
    itself = refused(owner.get_object, Bucket=versioned, Key=KEY, VersionId=marker["VersionId"])
    assert (itself["Status"], itself["ResourceType"]) == (405, "DeleteMarker")
    assert owner.get_object(Bucket=versioned, Key=KEY, VersionId=one)["Body"].read() == b"1"
    assert shape(owner, versioned) == [
        ("Versions", two, False),
        ("Versions", one, False),
        ("DeleteMarkers", marker["VersionId"], True),
    ]
    gone = owner.delete_object(Bucket=versioned, Key=KEY, VersionId=marker["VersionId"])
    assert (gone["DeleteMarker"], gone["VersionId"]) == (True, marker["VersionId"])
    assert owner.get_object(Bucket=versioned, Key=KEY)["VersionId"] == two
    owner.delete_object(Bucket=versioned, Key=KEY, VersionId=two)
    assert owner.get_object(Bucket=versioned, Key=KEY)["VersionId"] == one
    removed = refused(owner.get_object, Bucket=versioned, Key=KEY, VersionId=two)
    assert (removed["Status"], removed["Code"]) == (404, "NoSuchVersion")


def test_the_null_version(owner: Any, bucket: str) -> None:
    assert put(owner, bucket, b"before") == ""
    assert "VersionId" not in owner.head_object(Bucket=bucket, Key=KEY, VersionId="null")
    set_versioning(owner, bucket, "Enabled")
    one = put(owner, bucket, b"1")
    assert owner.get_object(Bucket=bucket, Key=KEY, VersionId="null")["Body"].read() == b"before"
    set_versioning(owner, bucket, "Suspended")
    assert put(owner, bucket, b"null again") == ""
    assert shape(owner, bucket) == [("Versions", "null", True), ("Versions", one, False)]
    assert owner.get_object(Bucket=bucket, Key=KEY)["VersionId"] == "null"
    marker = owner.delete_object(Bucket=bucket, Key=KEY)
    assert (marker["DeleteMarker"], marker["VersionId"]) == (True, "null")
    assert shape(owner, bucket) == [("Versions", one, False), ("DeleteMarkers", "null", True)]
    put(owner, bucket, b"over the marker")
    assert shape(owner, bucket) == [("Versions", "null", True), ("Versions", one, False)]


@pytest.mark.parametrize("operation", ["get_object", "head_object", "delete_object"])
def test_a_version_id_nobody_gave_out(owner: Any, bucket: str, operation: str) -> None:
    wrong = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"
    error = refused(getattr(owner, operation), Bucket=bucket, Key=KEY, VersionId=wrong)
    assert error["Status"] == 400
    if operation != "head_object":
        assert error["Message"] == "Invalid version id specified"
        assert (error["ArgumentName"], error["ArgumentValue"]) == ("versionId", wrong)


def test_deletes_of_many_versions(owner: Any, versioned: str) -> None:
    one = put(owner, versioned, b"1")
    marker = owner.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": KEY}]})["Deleted"]
    assert marker[0]["DeleteMarker"] is True
    made = marker[0]["DeleteMarkerVersionId"]
    answer = owner.delete_objects(
        Bucket=versioned,
        Delete={
            "Objects": [
                {"Key": KEY, "VersionId": made},
                {"Key": KEY, "VersionId": one},
                {"Key": KEY, "VersionId": "no version"},
            ]
        },
    )
    assert answer["Deleted"] == [
        {"Key": KEY, "VersionId": made, "DeleteMarker": True, "DeleteMarkerVersionId": made},
        {"Key": KEY, "VersionId": one},
    ]
    assert [error["Code"] for error in answer["Errors"]] == ["NoSuchVersion"]
    owner.delete_bucket(Bucket=versioned)


def test_deletes_of_a_version_name_it_where_there_is_versioning(owner: Any, bucket: str) -> None:
    one = {"Bucket": bucket, "Key": KEY, "VersionId": "null"}
    put(owner, bucket, b"1")
    assert {"VersionId", "DeleteMarker"}.isdisjoint(owner.delete_object(**one))
    assert refused(owner.head_object, Bucket=bucket, Key=KEY)["Status"] == 404
    set_versioning(owner, bucket, "Suspended")
    put(owner, bucket, b"2")
    for _ in range(2):  # whether it was there or not
        gone = owner.delete_object(**one)
        assert (gone["VersionId"], "DeleteMarker" in gone) == ("null", False)
    assert shape(owner, bucket) == []
    assert owner.delete_object(Bucket=bucket, Key=KEY)["VersionId"] == "null"
    gone = owner.delete_object(**one)
    assert (gone["VersionId"], gone["DeleteMarker"]) == ("null", True)
    assert shape(owner, bucket) == []


def test_an_upload_completed_again_names_the_version_it_made(owner: Any, bucket: str) -> None:
    def completed_twice() -> list[Any]:
        one = {"Bucket": bucket, "Key": KEY}
        one["UploadId"] = owner.create_multipart_upload(**one)["UploadId"]
        etag = owner.upload_part(**one, PartNumber=1, Body=b"x")["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        answers = [owner.complete_multipart_upload(**one, MultipartUpload=parts) for _ in range(2)]
        assert answers[0]["ETag"] == answers[1]["ETag"]
        return [answer.get("VersionId") for answer in answers]

    assert completed_twice() == [None, None]
    set_versioning(owner, bucket, "Enabled")
    first, again = completed_twice()
    assert first == again == owner.head_object(Bucket=bucket, Key=KEY)["VersionId"]


def test_a_bucket_with_a_marker_is_not_empty(owner: Any, versioned: str) -> None:
    owner.delete_object(Bucket=versioned, Key=KEY)
    error = refused(owner.delete_bucket, Bucket=versioned)
    assert (error["Status"], error["Code"]) == (409, "BucketNotEmpty")
    assert error["Message"].endswith("You must delete all versions in the bucket.")


def test_markers_of_a_version_listing(owner: Any, versioned: str) -> None:
    ids = [put(owner, versioned, str(n).encode()) for n in range(5)][::-1]
    first = owner.list_object_versions(Bucket=versioned, MaxKeys=2)
    assert [row["VersionId"] for row in first["Versions"]] == ids[:2]
    assert (first["NextKeyMarker"], first["NextVersionIdMarker"]) == (KEY, ids[1])
    for gone in ids[:2]:
        owner.delete_object(Bucket=versioned, Key=KEY, VersionId=gone)
    rest = owner.list_object_versions(Bucket=versioned, KeyMarker=KEY, VersionIdMarker=ids[1])
    assert [row["VersionId"] for row in rest["Versions"]] == ids[2:]
    assert [row["IsLatest"] for row in rest["Versions"]] == [True, False, False]
    past = owner.list_object_versions(Bucket=versioned, KeyMarker=KEY)
    assert "Versions" not in past
    error = refused(owner.list_object_versions, Bucket=versioned, VersionIdMarker=ids[1])
    assert error["Message"] == "A version-id marker cannot be specified without a key marker."


def test_copies_name_both_versions(owner: Any, versioned: str) -> None:
    one = put(owner, versioned, b"1")
    put(owner, versioned, b"2")
    source = f"{versioned}/{KEY}?versionId={one}"
    copied = owner.copy_object(Bucket=versioned, Key=KEY, CopySource=source)
    assert copied["CopySourceVersionId"] == one
    current = owner.get_object(Bucket=versioned, Key=KEY)
    assert (current["Body"].read(), current["VersionId"]) == (b"1", copied["VersionId"])
    marker = owner.delete_object(Bucket=versioned, Key=KEY)["VersionId"]
    source = f"{versioned}/{KEY}?versionId={marker}"
    error = refused(owner.copy_object, Bucket=versioned, Key="c", CopySource=source)
    assert error["Message"].startswith("The source of a copy request may not specifically refer")


@pytest.mark.parametrize("part", [False, True])
def test_a_copy_names_a_null_source_that_was_asked_for(owner: Any, bucket: str, part: bool) -> None:
    put(owner, bucket, b"1")
    members: dict[str, Any] = {"Bucket": bucket, "Key": "copy"}
    if part:
        members["UploadId"] = owner.create_multipart_upload(**members)["UploadId"]
        members["PartNumber"] = 1
    copy = owner.upload_part_copy if part else owner.copy_object
    for asked, said in (("", None), ("?versionId=null", "null")):
        answer = copy(**members, CopySource=f"{bucket}/{KEY}{asked}")
        assert answer.get("CopySourceVersionId") == said


def test_tags_belong_to_a_version(owner: Any, versioned: str) -> None:
    one = put(owner, versioned, b"1", Tagging="a=1")
    put(owner, versioned, b"2")
    address = {"Bucket": versioned, "Key": KEY}
    new = {"TagSet": [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": ""}]}
    assert owner.put_object_tagging(**address, VersionId=one, Tagging=new)["VersionId"] == one
    assert owner.get_object_tagging(**address, VersionId=one)["TagSet"] == new["TagSet"]
    assert owner.get_object_tagging(**address)["TagSet"] == []
    owner.delete_object_tagging(**address, VersionId=one)
    assert owner.get_object_tagging(**address, VersionId=one)["TagSet"] == []
    owner.delete_object(**address)
    error = refused(owner.get_object_tagging, **address)
    assert (error["Status"], error["ResourceType"]) == (405, "DeleteMarker")


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ([("a", "1"), ("a", "2")], "Cannot provide multiple Tags with the same key"),
        ([("Key1,Key2", "v")], "The TagKey you have provided is invalid"),
        ([("k", "v1,v2")], "The TagValue you have provided is invalid"),
        ([("k" * 129, "v")], "The TagKey you have provided is invalid"),
        ([("k", "v" * 257)], "The TagValue you have provided is invalid"),
        ([("aws:x", "v")], "Your TagKey cannot be prefixed with aws:"),
    ],
)
def test_tags_s3_refuses(
    owner: Any, bucket: str, tags: list[tuple[str, str]], message: str
) -> None:
    put(owner, bucket, b"")
    given = {"TagSet": [{"Key": key, "Value": value} for key, value in tags]}
    error = refused(owner.put_object_tagging, Bucket=bucket, Key=KEY, Tagging=given)
    assert (error["Status"], error["Code"], error["Message"]) == (400, "InvalidTag", message)


@pytest.fixture
def locked(owner: Any, bucket: str) -> str:
    """A bucket with Object Lock."""
    name = f"{bucket}-locked"
    owner.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def hours(number: int) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=number)


def test_retention(owner: Any, locked: str) -> None:
    one = put(owner, locked, b"1", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=hours(2))
    address = {"Bucket": locked, "Key": KEY, "VersionId": one}
    error = refused(owner.delete_object, **address)
    assert (error["Status"], error["Code"]) == (403, "AccessDenied")
    assert error["Message"] == "Access Denied because object protected by object lock."
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": hours(1)}
    assert refused(owner.put_object_retention, **address, Retention=shorter)["Status"] == 403
    longer = {"Mode": "GOVERNANCE", "RetainUntilDate": hours(3)}
    owner.put_object_retention(**address, Retention=longer)
    past = {"Mode": "GOVERNANCE", "RetainUntilDate": datetime.datetime(2020, 1, 1)}
    wrong = refused(owner.put_object_retention, **address, Retention=past)
    assert wrong["ArgumentValue"] == "Tue Dec 31 16:00:00 PST 2019"
    assert owner.delete_object(Bucket=locked, Key=KEY)["DeleteMarker"] is True
    owner.delete_object(**address, BypassGovernanceRetention=True)


def test_compliance_gives_way_to_nobody(owner: Any, locked: str) -> None:
    one = put(owner, locked, b"1", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=hours(2))
    address = {"Bucket": locked, "Key": KEY, "VersionId": one}
    assert refused(owner.delete_object, **address, BypassGovernanceRetention=True)["Status"] == 403
    weaker = {"Mode": "GOVERNANCE", "RetainUntilDate": hours(3)}
    assert refused(
        owner.put_object_retention, **address, Retention=weaker, BypassGovernanceRetention=True
    )["Status"] == 403  # fmt: skip


def test_legal_hold(owner: Any, locked: str) -> None:
    one = put(owner, locked, b"1")
    address = {"Bucket": locked, "Key": KEY, "VersionId": one}
    for get in (owner.get_object_legal_hold, owner.get_object_retention):
        error = refused(get, **address)
        assert (error["Status"], error["Code"]) == (404, "NoSuchObjectLockConfiguration")
    owner.put_object_legal_hold(**address, LegalHold={"Status": "ON"})
    assert owner.head_object(**address)["ObjectLockLegalHoldStatus"] == "ON"
    assert refused(owner.delete_object, **address, BypassGovernanceRetention=True)["Status"] == 403
    owner.put_object_legal_hold(**address, LegalHold={"Status": "OFF"})
    owner.delete_object(**address)


def test_a_bucket_without_object_lock(owner: Any, versioned: str) -> None:
    put(owner, versioned, b"")
    address = {"Bucket": versioned, "Key": KEY}
    for call in (owner.get_object_retention, owner.get_object_legal_hold):
        error = refused(call, **address)
        assert (error["Status"], error["Code"]) == (400, "InvalidRequest")
        assert error["Message"] == "Bucket is missing Object Lock Configuration"
    bypass = refused(owner.delete_object, **address, BypassGovernanceRetention=False)
    assert bypass["ArgumentName"] == "x-amz-bypass-governance-retention"


def test_default_retention_and_versioning_of_a_locked_bucket(owner: Any, locked: str) -> None:
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    owner.put_object_lock_configuration(
        Bucket=locked, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    put(owner, locked, b"")
    assert owner.head_object(Bucket=locked, Key=KEY)["ObjectLockMode"] == "GOVERNANCE"
    error = refused(
        owner.put_bucket_versioning, Bucket=locked, VersioningConfiguration={"Status": "Suspended"}
    )
    assert (error["Status"], error["Code"]) == (409, "InvalidBucketState")
