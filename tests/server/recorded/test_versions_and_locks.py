"""Versions, markers, tags and locks as Amazon S3 was recorded to answer them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.server.conftest import refused
from tests.server.recorded.answers import (
    HEAD,
    NO_HEADER,
    bare,
    error,
    malformed,
    missing_key,
    names,
    on_marker,
    status,
)

STRANGE = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"  # the form of a version id, of no version
NO_ID = "Invalid version id specified"
HELD = error(403, "AccessDenied", "Access Denied because object protected by object lock.")
NO_LOCK = error(
    404,
    "NoSuchObjectLockConfiguration",
    "The specified object does not have a ObjectLock configuration",
)
LOCKED = {"ObjectLockMode", "ObjectLockRetainUntilDate"}


def days(count: float) -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=count)


@pytest.fixture
def versioned(owner: Any, bucket: str) -> str:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


@pytest.fixture
def locked(owner: Any, bucket: str) -> str:
    name = f"{bucket}-locked"
    owner.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def test_deletes_with_versions(owner: Any, versioned: str) -> None:
    key = {"Bucket": versioned, "Key": "k"}
    version = owner.put_object(**key, Body=b"x")["VersionId"]
    answer = owner.delete_object(**key)
    marker = answer["VersionId"]
    assert (status(answer), bare(answer)) == (204, {"DeleteMarker": True, "VersionId": marker})
    assert refused(owner.get_object, **key) == missing_key("k")
    assert refused(owner.get_object, **key, VersionId=marker) == on_marker("GET")
    assert refused(owner.head_object, **key, VersionId=marker) == error(
        405, "405", "Method Not Allowed"
    )
    assert refused(owner.get_object_attributes, **key, ObjectAttributes=["ETag"]) == missing_key(
        "k"
    )
    shown = owner.list_object_versions(Bucket=versioned)["DeleteMarkers"][0]
    assert names(shown) == {"IsLatest", "Key", "LastModified", "Owner", "VersionId"}
    assert bare(owner.delete_object(**key, VersionId=version)) == {"VersionId": version}
    assert refused(owner.get_object, **key, VersionId=version) == error(
        404,
        "NoSuchVersion",
        "The specified version does not exist.",
        Key="k",
        VersionId=version,
    )
    assert bare(owner.delete_object(**key, VersionId=marker)) == {
        "DeleteMarker": True,
        "VersionId": marker,
    }
    assert set(bare(owner.delete_object(Bucket=versioned, Key="never"))) == {
        "DeleteMarker",
        "VersionId",
    }
    assert refused(owner.delete_object, **key, VersionId="bad")["Message"] == NO_ID


@pytest.mark.parametrize("call", ["get_object", "delete_object"])
def test_a_strange_version_id(owner: Any, bucket: str, call: str) -> None:
    owner.put_object(Bucket=bucket, Key="k")
    assert refused(getattr(owner, call), Bucket=bucket, Key="k", VersionId=STRANGE) == error(
        400, "InvalidArgument", NO_ID, ArgumentName="versionId", ArgumentValue=STRANGE
    )
    assert "VersionId" not in owner.get_object(Bucket=bucket, Key="k", VersionId="null")


def test_deletes_of_several(owner: Any, bucket: str) -> None:
    def delete(*objects: dict[str, str], **more: Any) -> dict[str, Any]:
        return bare(owner.delete_objects(Bucket=bucket, Delete={"Objects": [*objects], **more}))

    strange = {"Key": "k", "VersionId": STRANGE}
    gone = {"Code": "NoSuchVersion", "Message": "The specified version does not exist."}
    assert delete(strange) == {"Errors": [{**strange, **gone}]}
    assert delete({"Key": "a"}, {"Key": "b"}) == {"Deleted": [{"Key": "a"}, {"Key": "b"}]}
    assert delete({"Key": "a"}, Quiet=True) == {}
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = owner.put_object(Bucket=bucket, Key="k")["VersionId"]
    made = delete({"Key": "k"})["Deleted"][0]
    assert set(made) == {"DeleteMarker", "DeleteMarkerVersionId", "Key"}
    marker = {"Key": "k", "VersionId": made["DeleteMarkerVersionId"]}
    assert delete(marker) == {"Deleted": [{**marker, **made}]}
    assert delete({"Key": "k", "VersionId": version}) == {
        "Deleted": [{"Key": "k", "VersionId": version}]
    }


def test_delete_conditions(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k")
    for asked, header in (
        ({"IfMatchSize": 11}, "x-amz-if-match-size"),
        ({"IfMatchLastModifiedTime": days(1)}, "x-amz-if-match-last-modified-time"),
        (
            {"IfMatch": "x", "IfMatchSize": 1, "IfMatchLastModifiedTime": days(1)},
            "x-amz-if-match-last-modified-time",
        ),
    ):
        answer = refused(owner.delete_object, Bucket=bucket, Key="k", **asked)
        assert answer == error(501, "NotImplemented", NO_HEADER, Header=header)


def test_a_suspended_bucket_writes_the_null_version(owner: Any, versioned: str) -> None:
    key = {"Bucket": versioned, "Key": "k"}
    first = owner.put_object(**key)["VersionId"]
    owner.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})

    def rows() -> list[tuple[str, bool]]:
        shown = owner.list_object_versions(Bucket=versioned)
        every = shown.get("Versions", []) + shown.get("DeleteMarkers", [])
        return [(row["VersionId"], row["IsLatest"]) for row in every]

    for _ in range(2):
        assert "VersionId" not in owner.put_object(**key, Body=b"y")
        assert rows() == [("null", True), (first, False)]
    assert owner.get_object(**key)["VersionId"] == "null"
    deleted = bare(owner.delete_object(**key))
    assert deleted == {"DeleteMarker": True, "VersionId": "null"}
    assert rows() == [(first, False), ("null", True)]


def test_copies_of_versions(owner: Any, bucket: str) -> None:
    itself = {"Bucket": bucket, "Key": "k", "CopySource": f"{bucket}/k"}
    itself["MetadataDirective"] = "REPLACE"

    def versioning(wanted: str) -> None:
        owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": wanted})

    def copy() -> tuple[str | None, str | None]:
        answer = owner.copy_object(**itself)
        return answer.get("CopySourceVersionId"), answer.get("VersionId")

    owner.put_object(Bucket=bucket, Key="k")
    assert copy() == (None, None)
    versioning("Suspended")
    assert copy() == copy() == (None, "null")
    versioning("Enabled")
    source, made = copy()
    assert source is None and made not in (None, "null")
    assert copy()[0] == made
    marker = owner.delete_object(Bucket=bucket, Key="k")["VersionId"]
    assert refused(owner.copy_object, **itself) == missing_key("k")
    itself["CopySource"] += f"?versionId={marker}"
    assert refused(owner.copy_object, **itself) == error(
        400,
        "InvalidRequest",
        "The source of a copy request may not specifically refer to a delete marker by version id.",
    )


def test_tags_of_objects(owner: Any, bucket: str) -> None:
    key = {"Bucket": bucket, "Key": "k"}
    for header, found in (
        ("tag1=tag1&tag=", {"tag1": "tag1", "tag": ""}),
        ("wrongquery&wrongagain", {"wrongquery": "", "wrongagain": ""}),
        ("key1&&&key2", {"key1": "", "key2": ""}),
        ("", {}),
    ):
        owner.put_object(**key, Tagging=header)
        shown = bare(owner.get_object_tagging(**key))
        assert {one["Key"]: one["Value"] for one in shown.pop("TagSet")} == found
        assert (shown, owner.head_object(**key).get("TagCount", 0)) == ({}, len(found))
    for header in ("key1=val1&key1=val2", "key1=val1,key2=val2"):
        assert refused(owner.put_object, **key, Tagging=header) == error(
            400,
            "InvalidArgument",
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
            "parameters without tag name duplicates.",
            ArgumentName="x-amz-tagging",
            ArgumentValue=header,
        )
    tags = {"Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}
    absent = {"Bucket": bucket, "Key": "fake-key"}
    assert refused(owner.put_object_tagging, **absent, **tags) == missing_key("fake-key")
    assert refused(owner.delete_object_tagging, **absent) == missing_key("fake-key")
    assert refused(owner.get_object_tagging, **absent) == missing_key(f"{bucket}/fake-key")


def test_a_marker_has_neither_tags_nor_retention(owner: Any, locked: str) -> None:
    key = {"Bucket": locked, "Key": "k"}
    owner.put_object(**key)
    marker = owner.delete_object(**key)["VersionId"]
    tags = {"Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}
    for where in ({}, {"VersionId": marker}):
        assert refused(owner.get_object_tagging, **key, **where) == on_marker("GET")
        assert refused(owner.put_object_tagging, **key, **tags, **where) == on_marker("PUT")
        assert refused(owner.delete_object_tagging, **key, **where) == on_marker("DELETE")
    until = {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": days(1)}}
    put = owner.put_object_retention
    assert refused(put, **key, **until, VersionId=marker) == on_marker("PUT")
    assert refused(owner.get_object_retention, **key, VersionId=marker) == on_marker("GET")


def test_retention(owner: Any, locked: str) -> None:
    key = {"Bucket": locked, "Key": "k"}
    assert refused(owner.get_object_retention, **key) == missing_key("k")
    version = owner.put_object(**key, Body=b"x")["VersionId"]
    assert refused(owner.get_object_retention, **key) == NO_LOCK

    def retain(until: datetime.datetime, mode: str = "GOVERNANCE", **more: Any) -> Any:
        return owner.put_object_retention(
            **key, Retention={"Mode": mode, "RetainUntilDate": until}, **more
        )

    retain(days(10))
    assert names(owner.head_object(**key)) == HEAD | LOCKED | {"VersionId"}
    retain(days(12))
    assert refused(retain, until=days(5)) == HELD
    assert refused(owner.delete_object, **key, VersionId=version) == HELD
    one = [{"Key": "k", "VersionId": version}]
    held = {name: HELD[name] for name in ("Code", "Message")}
    several = owner.delete_objects(Bucket=locked, Delete={"Objects": one})
    assert bare(several) == {"Errors": [{**one[0], **held}]}
    assert refused(retain, until=days(5), mode="BAD") == malformed()
    put = owner.put_object_retention
    assert refused(put, **key, Retention={"Mode": "GOVERNANCE"}) == malformed()
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    assert refused(retain, until=past) == error(
        400,
        "InvalidArgument",
        "The retain until date must be in the future!",
        ArgumentName="RetainUntilDate",
        ArgumentValue="Tue Dec 31 16:00:00 PST 2019",
    )
    retain(days(13), "COMPLIANCE", BypassGovernanceRetention=True)
    for shorter in ({"until": days(12), "mode": "COMPLIANCE"}, {"until": days(14)}):
        assert refused(retain, **shorter, BypassGovernanceRetention=True) == HELD


def test_locks_of_new_objects(owner: Any, locked: str) -> None:
    key = {"Bucket": locked, "Key": "k"}
    both = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
    date, mode = "x-amz-object-lock-retain-until-date", "x-amz-object-lock-mode"
    for asked, name in (
        ({"ObjectLockMode": "GOVERNANCE"}, date),
        ({"ObjectLockRetainUntilDate": days(1)}, mode),
    ):
        answer = refused(owner.put_object, **key, **asked)
        assert answer == error(400, "InvalidArgument", both, ArgumentName=name)
    wrong = {"ObjectLockMode": "BAD-VALUE", "ObjectLockRetainUntilDate": days(1)}
    for call in (owner.put_object, owner.create_multipart_upload):
        assert refused(call, **key, **wrong) == error(
            400,
            "InvalidArgument",
            "Unknown wormMode directive.",
            ArgumentName=mode,
            ArgumentValue="BAD-VALUE",
        )
    owner.put_object(**key, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=days(1))
    owner.copy_object(Bucket=locked, Key="copy", CopySource=f"{locked}/k")
    assert names(owner.head_object(Bucket=locked, Key="copy")) == HEAD | {"VersionId"}


def test_legal_hold(owner: Any, locked: str) -> None:
    key = {"Bucket": locked, "Key": "k"}
    version = owner.put_object(**key)["VersionId"]
    assert refused(owner.get_object_legal_hold, **key) == NO_LOCK
    assert refused(owner.put_object_legal_hold, **key, LegalHold={}) == malformed()
    for wanted in ("ON", "OFF"):
        owner.put_object_legal_hold(**key, LegalHold={"Status": wanted})
        assert bare(owner.get_object_legal_hold(**key)) == {"LegalHold": {"Status": wanted}}
        assert owner.head_object(**key)["ObjectLockLegalHoldStatus"] == wanted
        if wanted == "ON":
            assert refused(owner.delete_object, **key, VersionId=version) == HELD
    assert bare(owner.delete_object(**key, VersionId=version)) == {"VersionId": version}


def test_where_there_is_no_lock(owner: Any, bucket: str) -> None:
    key = {"Bucket": bucket, "Key": "k"}
    owner.put_object(**key)
    none = error(400, "InvalidRequest", "Bucket is missing Object Lock Configuration")
    assert refused(owner.get_object_retention, **key) == none
    assert refused(owner.get_object_legal_hold, **key) == none
    assert refused(owner.put_object_legal_hold, **key, LegalHold={"Status": "ON"}) == none
    for bypass in (True, False):
        answer = refused(owner.delete_object, **key, BypassGovernanceRetention=bypass)
        assert answer == error(
            400,
            "InvalidArgument",
            "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
            ArgumentName="x-amz-bypass-governance-retention",
        )
    enabled = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
    assert refused(owner.get_object_lock_configuration, Bucket=bucket) == error(
        404,
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
        BucketName=bucket,
    )
    assert refused(owner.put_object_lock_configuration, Bucket=bucket, **enabled) == error(
        409,
        "InvalidBucketState",
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    )
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    owner.put_object_lock_configuration(Bucket=bucket, **enabled)
    assert bare(owner.get_object_lock_configuration(Bucket=bucket)) == enabled


@pytest.mark.parametrize(
    "configuration",
    [
        {},
        {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}},
        {"ObjectLockEnabled": "Enabled", "Rule": {}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {}}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE"}}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "X", "Days": 1}}},
        {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1, "Years": 1}},
        },
    ],
)
def test_lock_rules_that_are_none(owner: Any, locked: str, configuration: dict[str, Any]) -> None:
    put = owner.put_object_lock_configuration
    assert refused(put, Bucket=locked, ObjectLockConfiguration=configuration) == malformed()
    suspend = {"VersioningConfiguration": {"Status": "Suspended"}}
    assert refused(owner.put_bucket_versioning, Bucket=locked, **suspend) == error(
        409,
        "InvalidBucketState",
        "An Object Lock configuration is present on this bucket, so the versioning state cannot "
        "be changed.",
    )
