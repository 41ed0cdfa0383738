"""What minio is told, operation by operation, what it answers, and its options."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import call

import pytest

from tests.clients.libraries.telling import REFUSED, SETTINGS, B, K, program, said


def listing(*, v1: bool = False, **more: Any) -> Any:
    words = {
        "prefix": None,
        "recursive": True,
        "start_after": None,
        "fetch_owner": False,
        "use_url_encoding_type": False,
        "use_api_v1": v1,
    }
    return call.list_objects("b", **(words | more))


SOURCE = {**K, "CopySource": "/c/a%20b?versionId=v"}


TAGS = [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize(
    ("operation", "members", "told"),
    [
        ("ListBuckets", {}, call.list_buckets()),
        ("ListBuckets", {"Prefix": "a"}, None),
        ("CreateBucket", B, call.make_bucket("b", location=None, object_lock=False)),
        (
            "CreateBucket",
            {
                **B,
                "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"},
                "ObjectLockEnabledForBucket": True,
            },
            call.make_bucket("b", location="eu-west-1", object_lock=True),
        ),
        ("CreateBucket", {**B, "CreateBucketConfiguration": {"Tags": []}}, None),
        ("CreateBucket", {**B, "ACL": "private"}, None),
        ("HeadBucket", B, call.bucket_exists("b")),
        ("HeadBucket", {**B, "More": 1}, None),
        ("DeleteBucket", B, call.remove_bucket("b")),
        ("DeleteBucket", {**B, "More": 1}, None),
        ("GetObject", K, call.get_object("b", "k", request_headers=None, version_id=None)),
        (
            "GetObject",
            {**K, "VersionId": "v", "Range": "bytes=1-", "IfMatch": "e", "IfNoneMatch": "f"},
            call.get_object(
                "b",
                "k",
                request_headers={"If-Match": "e", "If-None-Match": "f", "Range": "bytes=1-"},
                version_id="v",
            ),
        ),
        ("GetObject", {**K, "PartNumber": 1}, None),
        ("HeadObject", {**K, "VersionId": "v"}, call.stat_object("b", "k", version_id="v")),
        ("HeadObject", {**K, "PartNumber": 1}, None),
        ("DeleteObject", {**K, "VersionId": "v"}, call.remove_object("b", "k", version_id="v")),
        ("DeleteObject", {**K, "MFA": "x"}, None),
        (
            "DeleteObjects",
            {
                **B,
                "Delete": {
                    "Quiet": True,
                    "Objects": [{"Key": "a"}, {"Key": "c", "VersionId": "v"}],
                },
            },
            call.remove_objects("b", [("a", None), ("c", "v")], bypass_governance_mode=False),
        ),
        (
            "DeleteObjects",
            {**B, "Delete": {"Quiet": True}, "BypassGovernanceRetention": True},
            call.remove_objects("b", [], bypass_governance_mode=True),
        ),
        ("DeleteObjects", {**B, "Delete": {"Quiet": False}}, None),
        ("DeleteObjects", {**B, "Delete": {"Quiet": True, "More": 1}}, None),
        ("DeleteObjects", {**B, "Delete": {"Quiet": True, "Objects": [{"ETag": "e"}]}}, None),
        ("DeleteObjects", {**B, "Delete": {"Quiet": True}, "MFA": "x"}, None),
        (
            "CopyObject",
            SOURCE,
            call.copy_object(
                "b",
                "k",
                ("source", "c", "a b", {"version_id": "v"}),
                metadata=None,
                metadata_directive=None,
            ),
        ),
        (
            "CopyObject",
            {**K, "CopySource": "c/a", "MetadataDirective": "REPLACE", "Metadata": {"a": "b"}},
            call.copy_object(
                "b",
                "k",
                ("source", "c", "a", {"version_id": None}),
                metadata={"a": "b"},
                metadata_directive="REPLACE",
            ),
        ),
        ("CopyObject", {**K, "CopySource": "c"}, None),
        ("CopyObject", {**K, "CopySource": "c/a", "ACL": "x"}, None),
        ("ListObjectsV2", B, listing()),
        (
            "ListObjectsV2",
            {**B, "Prefix": "a", "Delimiter": "/", "StartAfter": "x", "EncodingType": "url"},
            listing(prefix="a", recursive=False, start_after="x", use_url_encoding_type=True),
        ),
        ("ListObjectsV2", {**B, "FetchOwner": True}, listing(fetch_owner=True)),
        ("ListObjectsV2", {**B, "Marker": "x"}, None),
        ("ListObjectsV2", {**B, "Delimiter": "-"}, None),
        ("ListObjectsV2", {**B, "EncodingType": "x"}, None),
        ("ListObjects", {**B, "Marker": "x"}, listing(v1=True, start_after="x")),
        ("ListObjects", {**B, "StartAfter": "x"}, None),
        (
            "PutObjectTagging",
            {**K, "Tagging": {"TagSet": TAGS}, "VersionId": "v"},
            call.set_object_tags("b", "k", {"a": "b"}, version_id="v"),
        ),
        ("PutObjectTagging", {**K, "Tagging": {"TagSet": [*TAGS, *TAGS]}}, None),
        ("PutObjectTagging", {**K, "Tagging": {"TagSet": TAGS}, "More": 1}, None),
        ("GetObjectTagging", K, call.get_object_tags("b", "k", version_id=None)),
        ("GetObjectTagging", {**K, "More": 1}, None),
        ("DeleteObjectTagging", K, call.delete_object_tags("b", "k", version_id=None)),
        ("DeleteObjectTagging", {**K, "More": 1}, None),
        (
            "PutBucketVersioning",
            {**B, "VersioningConfiguration": {"Status": "Suspended"}},
            call.set_bucket_versioning("b", ("config", "Suspended")),
        ),
        ("PutBucketVersioning", {**B, "VersioningConfiguration": {"Status": "Off"}}, None),
        (
            "PutBucketVersioning",
            {**B, "VersioningConfiguration": {"Status": "Enabled", "MFADelete": "x"}},
            None,
        ),
        (
            "PutBucketVersioning",
            {**B, "VersioningConfiguration": {"Status": "Enabled"}, "MFA": "x"},
            None,
        ),
        ("GetBucketVersioning", B, call.get_bucket_versioning("b")),
        ("GetBucketVersioning", {**B, "More": 1}, None),
        ("PutBucketPolicy", {**B, "Policy": "{}"}, call.set_bucket_policy("b", "{}")),
        ("PutBucketPolicy", {**B, "Policy": "{}", "More": 1}, None),
        ("GetBucketPolicy", B, call.get_bucket_policy("b")),
        ("GetBucketPolicy", {**B, "More": 1}, None),
        ("DeleteBucketPolicy", B, call.delete_bucket_policy("b")),
        ("DeleteBucketPolicy", {**B, "More": 1}, None),
    ],
)
def test_minio(minio: Any, operation: str, members: dict[str, Any], told: Any) -> None:
    given = said(minio.lib, operation, members)

    if told is None:
        assert given == REFUSED
        assert minio.s3.mock_calls == []
    else:
        assert minio.s3.mock_calls[0] == told
        assert given == (b"body" if operation == "GetObject" else None)


def test_minio_puts_an_object(minio: Any) -> None:
    members = {**K, "Body": b"abc", "Metadata": {"a": "b"}, "CacheControl": "c", "ContentType": "t"}
    minio.lib.PutObject(program.Members(members))
    bucket, key, stream, length = minio.s3.put_object.call_args.args
    assert (bucket, key, stream.read(), length) == ("b", "k", b"abc", 3)
    assert minio.s3.put_object.call_args.kwargs == {
        "metadata": {"a": "b", "Cache-Control": "c"},
        "content_type": "t",
    }
    minio.lib.PutObject(program.Members(K))
    assert minio.s3.put_object.call_args.kwargs == {"metadata": None}
    assert said(minio.lib, "PutObject", {**K, "ACL": "x"}) == REFUSED


def test_what_minio_answers_is_told(minio: Any) -> None:
    minio.lib.GetObject(program.Members(K))
    answer = minio.s3.get_object.return_value
    assert [answer.close.call_count, answer.release_conn.call_count] == [1, 1]
    minio.s3.bucket_exists.return_value = False
    with pytest.raises(LookupError, match="bucket_exists says no"):
        minio.lib.HeadBucket(program.Members(B))
    minio.s3.remove_objects.return_value = [SimpleNamespace(code="C", message="m")]
    with pytest.raises(RuntimeError, match="C: m"):
        minio.lib.DeleteObjects(program.Members({**B, "Delete": {"Quiet": True}}))


def test_the_options_of_minio(minio: Any) -> None:
    options = minio.top.Minio.call_args.kwargs
    assert (options["endpoint"], options["secure"], options["region"]) == (
        "h:9",
        False,
        "us-east-1",
    )
    assert (options["access_key"], options["secret_key"], options["session_token"]) == (
        "AK",
        "SK",
        None,
    )
    pool = options["http_client"].connection_pool_kw
    assert (pool["timeout"].total, pool["retries"].total) == (60, 0)
    assert minio.s3.enable_virtual_style_endpoint.call_count == 0
    other = {"endpoint": "https://h/s3", "credentials": None, "addressing": "virtual"}
    based = minio.says.Library(SETTINGS | other)
    options = minio.top.Minio.call_args.kwargs
    assert (options["endpoint"], options["secure"], options["access_key"]) == ("h", True, None)
    assert minio.s3.enable_virtual_style_endpoint.call_count == 1
    for operation, members in (("ListBuckets", {}), ("HeadBucket", B), ("GetObject", K)):
        assert said(based, operation, dict(members)) == REFUSED
