"""Lifecycle rules, storage classes and restores as Amazon S3 was recorded to answer them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.server.conftest import refused
from tests.server.recorded.answers import (
    CHECKED,
    GET,
    HEAD,
    PUT,
    bare,
    error,
    malformed,
    names,
    status,
)

MINIMUM = "TransitionDefaultMinimumObjectSize"
USUAL = {MINIMUM: "all_storage_classes_128K"}
TOLD = re.compile(r'expiry-date="[A-Z][a-z]{2}, .* 00:00:00 GMT", rule-id="(.*)"')
WHOLE = {
    "Expiration": {"Days": 7},
    "Filter": {"Prefix": ""},
    "ID": "wholebucket",
    "Status": "Enabled",
}


def put_rules(owner: Any, bucket: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = owner.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)}, **more
    )
    return answer


def rules_of(owner: Any, bucket: str) -> dict[str, Any]:
    return bare(owner.get_bucket_lifecycle_configuration(Bucket=bucket))


def rule_of(answer: dict[str, Any]) -> str | None:
    """The rule that x-amz-expiration names."""
    match = TOLD.fullmatch(answer.get("Expiration", ""))
    return match[1] if match else None


def no_rules(bucket: str) -> dict[str, Any]:
    return error(
        404,
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
        BucketName=bucket,
    )


def rule(name: str, filter_: dict[str, Any], **actions: Any) -> dict[str, Any]:
    actions = actions or {"Expiration": {"Days": 7}}
    return {**actions, "Filter": filter_, "ID": name, "Status": "Enabled"}


def test_rules_come_and_go(owner: Any, bucket: str) -> None:
    assert status(owner.delete_bucket_lifecycle(Bucket=bucket)) == 204
    get = owner.get_bucket_lifecycle_configuration
    assert refused(get, Bucket=bucket) == no_rules(bucket)
    put_rules(owner, bucket, WHOLE)
    assert rules_of(owner, bucket) == {"Rules": [WHOLE], **USUAL}
    owner.delete_bucket_lifecycle(Bucket=bucket)
    assert refused(get, Bucket=bucket) == no_rules(bucket)


def test_rules_go_with_their_bucket(owner: Any, bucket: str) -> None:
    put_rules(owner, bucket, WHOLE)
    owner.delete_bucket(Bucket=bucket)
    owner.create_bucket(Bucket=bucket)
    assert refused(owner.get_bucket_lifecycle_configuration, Bucket=bucket) == no_rules(bucket)


def test_a_date(owner: Any, bucket: str) -> None:
    date = datetime(2040, 1, 1, tzinfo=UTC)
    put_rules(owner, bucket, rule("rule_number_one", {}, Expiration={"Date": date}))
    found = owner.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert found["Rules"] == [rule("rule_number_one", {}, Expiration={"Date": date})]


def test_expiration_is_told(owner: Any, bucket: str) -> None:
    before = owner.put_object(Bucket=bucket, Key="before", Body=b"test")
    put_rules(owner, bucket, rule("rule3", {}))
    after = owner.put_object(Bucket=bucket, Key="after", Body=b"test")
    assert (names(before), names(after)) == (PUT, PUT | {"Expiration"})
    for key in ("before", "after"):
        head = owner.head_object(Bucket=bucket, Key=key)
        assert names(head) == HEAD | {"Expiration"}
        assert rule_of(head) == "rule3"
    assert names(owner.get_object(Bucket=bucket, Key="after")) == GET | {"Expiration"}


def test_only_the_current_version_is_told(owner: Any, bucket: str) -> None:
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    expires = {
        "Expiration": {"Days": 7},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }
    put_rules(owner, bucket, rule("rule2", {}, **expires))
    assert rules_of(owner, bucket) == {"Rules": [rule("rule2", {}, **expires)], **USUAL}
    first = owner.put_object(Bucket=bucket, Key="key", Body=b"test")["VersionId"]
    head = owner.head_object(Bucket=bucket, Key="key")
    assert names(head) == HEAD | {"Expiration", "VersionId"}
    second = owner.put_object(Bucket=bucket, Key="key", Body=b"test")["VersionId"]
    head = owner.head_object(Bucket=bucket, Key="key")
    assert names(head) == HEAD | {"Expiration", "VersionId"}
    for version in (first, second):
        head = owner.head_object(Bucket=bucket, Key="key", VersionId=version)
        assert names(head) == HEAD | {"VersionId"}


def test_several_rules(owner: Any, bucket: str) -> None:
    rules = [
        rule("rule_one", {"Prefix": "testobject"}, Expiration={"Days": 2}),
        rule("rule_two", {"Prefix": "test"}, Expiration={"Days": 1}),
        rule("rule_three", {"Prefix": "t"}, Expiration={"Days": 5}),
    ]
    put_rules(owner, bucket, *rules)
    assert rules_of(owner, bucket) == {"Rules": rules, **USUAL}
    told = {
        key: rule_of(owner.put_object(Bucket=bucket, Key=key, Body=b"test"))
        for key in ("testobject", "test2", "no-match")
    }
    assert told == {"testobject": "rule_two", "test2": "rule_two", "no-match": None}


def test_rules_by_size(owner: Any, bucket: str) -> None:
    rules = [
        rule("rule_one", {"ObjectSizeGreaterThan": 20}),
        rule("rule_two", {"ObjectSizeLessThan": 10}),
    ]
    put_rules(owner, bucket, *rules)
    assert rules_of(owner, bucket) == {"Rules": rules, **USUAL}
    told = [
        rule_of(owner.put_object(Bucket=bucket, Key="key", Body=b"a" * size))
        for size in (22, 9, 15)
    ]
    assert told == ["rule_one", "rule_two", None]


def test_rules_by_tags(owner: Any, bucket: str) -> None:
    tags = [
        {"Key": "testlifecycle", "Value": "positive"},
        {"Key": "testlifecycletwo", "Value": "positive-two"},
    ]
    rules = [rule("rule_one", {"Tag": tags[0]}), rule("rule_two", {"And": {"Tags": tags}})]
    put_rules(owner, bucket, *rules)
    assert rules_of(owner, bucket) == {"Rules": rules, **USUAL}
    for tagging, told, counted in (
        ("testlifecycle=positive&testlifecycletwo=positive-two", {"Expiration"}, {"TagCount"}),
        ("testlifecycle=positive", {"Expiration"}, {"TagCount"}),
        ("testlifecycle=negative", set(), {"TagCount"}),
        ("", set(), set()),
    ):
        put = owner.put_object(Bucket=bucket, Key="key", Body=b"test", Tagging=tagging)
        assert names(put) == PUT | told
        assert names(owner.get_object(Bucket=bucket, Key="key")) == GET | told | counted


def test_lone_markers_tell_nothing(owner: Any, bucket: str) -> None:
    marker = rule("rule-marker", {}, Expiration={"ExpiredObjectDeleteMarker": True})
    put_rules(owner, bucket, marker)
    assert rules_of(owner, bucket) == {"Rules": [marker], **USUAL}
    assert names(owner.put_object(Bucket=bucket, Key="key", Body=b"test")) == PUT
    assert names(owner.head_object(Bucket=bucket, Key="key")) == HEAD


def test_least_sizes(owner: Any, bucket: str) -> None:
    assert bare(put_rules(owner, bucket, WHOLE)) == USUAL
    for minimum in ("varies_by_storage_class", "all_storage_classes_128K"):
        assert bare(put_rules(owner, bucket, WHOLE, **{MINIMUM: minimum})) == {MINIMUM: minimum}
        assert rules_of(owner, bucket) == {"Rules": [WHOLE], MINIMUM: minimum}
    assert refused(
        owner.put_bucket_lifecycle_configuration,
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [WHOLE]},
        **{MINIMUM: "value"},
    ) == error(400, "InvalidRequest", f"Invalid {MINIMUM} found: value")


TWICE = [{"Key": "same", "Value": value} for value in ("1", "2")]
SEVERAL = {"And": {"Prefix": "a", "ObjectSizeGreaterThan": 1}}


@pytest.mark.parametrize(
    "bad",
    [
        {"Expiration": {"Days": 7}, "Status": "Enabled"},
        {"ID": "wholebucket", "Expiration": {"Days": 7}, "Status": "Enabled"},
        rule("r", {}, NoncurrentVersionExpiration={}),
        rule("r", {}, Expiration={"Days": 1, "ExpiredObjectDeleteMarker": True}),
        rule("r", {**SEVERAL, "Prefix": "a"}),
        rule("r", {**SEVERAL, "ObjectSizeGreaterThan": 1}),
    ],
)
def test_rules_that_are_malformed(owner: Any, bucket: str, bad: dict[str, Any]) -> None:
    put = owner.put_bucket_lifecycle_configuration
    answer = refused(put, Bucket=bucket, LifecycleConfiguration={"Rules": [bad]})
    assert answer == malformed()


def test_rules_that_are_refused(owner: Any, bucket: str) -> None:
    put = owner.put_bucket_lifecycle_configuration
    date = datetime(2023, 1, 1, 2, 2, 2, tzinfo=UTC)
    bad = rule("r", {}, Expiration={"Date": date})
    answer = refused(put, Bucket=bucket, LifecycleConfiguration={"Rules": [bad]})
    assert answer == error(
        400,
        "InvalidArgument",
        "'Date' must be at midnight GMT",
        ArgumentName="Date",
        ArgumentValue="2023-01-01T02:02:02.000Z",
    )
    bad = rule("r", {"And": {"Tags": TWICE}})
    answer = refused(put, Bucket=bucket, LifecycleConfiguration={"Rules": [bad]})
    assert answer == error(400, "InvalidRequest", "Duplicate Tag Keys are not allowed.")


def archived(storage_class: str) -> dict[str, Any]:
    return error(
        403,
        "InvalidObjectState",
        "The operation is not valid for the object's storage class",
        StorageClass=storage_class,
    )


@pytest.mark.parametrize(
    "name",
    [
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER_IR",
        "GLACIER",
        "DEEP_ARCHIVE",
    ],
)
def test_storage_classes(owner: Any, bucket: str, name: str) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"body-test", StorageClass=name)
    attributes = owner.get_object_attributes(
        Bucket=bucket, Key="key", ObjectAttributes=["StorageClass"]
    )
    assert names(attributes) == {"LastModified", "StorageClass"}
    assert attributes["StorageClass"] == name
    if name in ("GLACIER", "DEEP_ARCHIVE"):
        assert refused(owner.get_object, Bucket=bucket, Key="key") == archived(name)
        return
    got = owner.get_object(Bucket=bucket, Key="key")
    shown = set() if name == "STANDARD" else {"StorageClass"}
    assert names(got) == HEAD | CHECKED | {"Body"} | shown
    assert got.get("StorageClass", "STANDARD") == name


def test_a_class_of_outposts(owner: Any, bucket: str) -> None:
    answer = error(
        400,
        "InvalidStorageClass",
        "The storage class you specified is not valid",
        StorageClassRequested="OUTPOSTS",
    )
    members = {"Bucket": bucket, "Key": "key", "StorageClass": "OUTPOSTS"}
    assert refused(owner.put_object, **members) == answer
    assert refused(owner.create_multipart_upload, **members) == answer


@pytest.fixture
def deep(owner: Any, bucket: str) -> str:
    """A bucket with an object in DEEP_ARCHIVE."""
    owner.put_object(Bucket=bucket, Key="key", Body=b"body", StorageClass="DEEP_ARCHIVE")
    return bucket


def test_a_restore_is_not_there_at_once(owner: Any, deep: str) -> None:
    assert refused(owner.get_object, Bucket=deep, Key="key") == archived("DEEP_ARCHIVE")
    request = {"Days": 30, "GlacierJobParameters": {"Tier": "Bulk"}}
    answer = owner.restore_object(Bucket=deep, Key="key", RestoreRequest=request)
    assert (status(answer), names(answer)) == (202, set())
    assert refused(owner.get_object, Bucket=deep, Key="key") == archived("DEEP_ARCHIVE")


def test_copies_and_classes(owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"test", StorageClass="STANDARD_IA")
    source = f"{bucket}/key"
    itself = {"Bucket": bucket, "Key": "key", "CopySource": source}
    assert refused(owner.copy_object, **itself) == error(
        400,
        "InvalidRequest",
        "This copy request is illegal because it is trying to copy an object to itself without"
        " changing the object's metadata, storage class, website redirect location or encryption"
        " attributes.",
    )
    assert names(owner.head_object(Bucket=bucket, Key="key")) == HEAD | {"StorageClass"}
    copied = owner.copy_object(**itself, StorageClass="STANDARD")
    assert names(copied) == {"CopyObjectResult", "ServerSideEncryption"}
    assert names(owner.head_object(Bucket=bucket, Key="key")) == HEAD
