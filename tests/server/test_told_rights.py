"""What an answer tells beside the object, and what a copy takes along: each by its own right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from server_ref.clock import utc_now
from tests.server.conftest import OTHER, refused
from tests.server.test_access import DENIED, allow, put_policy

ONLY = {"AWS": f"arn:aws:iam::{OTHER.account.account_id}:root"}
TOLD = {"TagCount", "ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus"}
LATER = datetime(utc_now().year + 1, 1, 1, tzinfo=UTC)


def _may(owner: Any, bucket: str, *actions: str) -> None:
    put_policy(owner, bucket, allow(bucket, list(actions), Principal=ONLY))


@pytest.fixture
def locked(owner: Any, bucket: str) -> str:
    """A bucket with Object Lock, whose object ``key`` has two tags, a retention and a hold."""
    name = f"{bucket}-locked"
    owner.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": LATER}
    owner.put_object(
        Bucket=name, Key="key", Tagging="a=1&b=2", ObjectLockLegalHoldStatus="ON", **lock
    )
    return name


@pytest.mark.parametrize(
    ("action", "of_version", "told"),
    [
        (None, False, set()),
        ("s3:GetObjectTagging", False, {"TagCount"}),
        ("s3:GetObjectVersionTagging", False, set()),
        ("s3:GetObjectTagging", True, set()),
        ("s3:GetObjectVersionTagging", True, {"TagCount"}),
        ("s3:GetObjectRetention", False, {"ObjectLockMode", "ObjectLockRetainUntilDate"}),
        ("s3:GetObjectRetention", True, {"ObjectLockMode", "ObjectLockRetainUntilDate"}),
        ("s3:GetObjectLegalHold", False, {"ObjectLockLegalHoldStatus"}),
    ],
)
def test_tags_and_locks_are_told_to_whom_may_ask(
    owner: Any, other: Any, locked: str, action: str | None, of_version: bool, told: set[str]
) -> None:
    asked = {"Bucket": locked, "Key": "key"}
    mine = owner.head_object(**asked)
    assert mine.keys() >= TOLD
    if of_version:
        asked["VersionId"] = mine["VersionId"]
    _may(owner, locked, "s3:GetObject", "s3:GetObjectVersion", *([action] if action else []))
    for read in (other.get_object, other.head_object):
        assert read(**asked).keys() & TOLD == told


def test_a_public_list_tells_no_tags(owner: Any, nobody: Any, open_bucket: str) -> None:
    owner.put_object(Bucket=open_bucket, Key="key", Tagging="a=1", ACL="public-read")
    assert "TagCount" not in nobody.head_object(Bucket=open_bucket, Key="key")


def test_attributes_need_the_right_to_read(owner: Any, other: Any, bucket: str) -> None:
    asked = {"Bucket": bucket, "Key": "key", "ObjectAttributes": ["ETag"]}
    owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = owner.put_object(Bucket=bucket, Key="key")["VersionId"]
    for more, rights in (
        ({}, ("s3:GetObject", "s3:GetObjectAttributes")),
        ({"VersionId": version}, ("s3:GetObjectVersion", "s3:GetObjectVersionAttributes")),
    ):
        for one in rights:
            _may(owner, bucket, one)
            assert refused(other.get_object_attributes, **asked, **more) == DENIED
        _may(owner, bucket, *rights)
        assert other.get_object_attributes(**asked, **more)["ETag"]


def test_a_copy_takes_no_tags_from_whom_may_not_read_them(
    owner: Any, other: Any, bucket: str
) -> None:
    theirs = f"{bucket}-theirs"
    other.create_bucket(Bucket=theirs)
    owner.put_object(Bucket=bucket, Key="key", Body=b"x", Tagging="a=1")
    asked = {"Bucket": theirs, "Key": "copy", "CopySource": f"{bucket}/key"}
    _may(owner, bucket, "s3:GetObject")
    assert refused(other.copy_object, **asked) == DENIED
    other.copy_object(**asked, TaggingDirective="REPLACE")
    assert other.get_object_tagging(Bucket=theirs, Key="copy")["TagSet"] == []
    _may(owner, bucket, "s3:GetObject", "s3:GetObjectTagging")
    other.copy_object(**asked)
    assert other.get_object_tagging(Bucket=theirs, Key="copy")["TagSet"] != []


def test_a_copy_brings_no_tags_from_whom_may_not_write_them(
    owner: Any, other: Any, bucket: str
) -> None:
    theirs = f"{bucket}-theirs"
    other.create_bucket(Bucket=theirs)
    other.put_object(Bucket=theirs, Key="key", Body=b"x", Tagging="a=1")
    asked = {"Bucket": bucket, "Key": "copy", "CopySource": f"{theirs}/key"}
    _may(owner, bucket, "s3:PutObject")
    assert refused(other.copy_object, **asked) == DENIED
    _may(owner, bucket, "s3:PutObject", "s3:PutObjectTagging")
    other.copy_object(**asked)
    assert owner.get_object_tagging(Bucket=bucket, Key="copy")["TagSet"]
