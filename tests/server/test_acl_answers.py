"""What S3 shows of access control lists once they are put, as recorded."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.acl import ALL_USERS, LOG_DELIVERY
from server_ref.server import S3Server
from tests.server.conftest import OWNER, client_of, refused

OWNER_ID = OWNER.account.canonical_id
FULL = {"Grantee": {"ID": OWNER_ID, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}


def group(uri: str, permission: str) -> dict[str, Any]:
    return {"Grantee": {"Type": "Group", "URI": uri}, "Permission": permission}


def shown(answer: dict[str, Any]) -> list[dict[str, Any]]:
    assert answer["Owner"] == {"ID": OWNER_ID}
    grants: list[dict[str, Any]] = answer["Grants"]
    return grants


@pytest.mark.parametrize("on_object", [True, False])
def test_each_way_to_put_an_acl(owner: Any, open_bucket: str, *, on_object: bool) -> None:
    owner.put_object(Bucket=open_bucket, Key="k")
    put: Any = owner.put_object_acl if on_object else owner.put_bucket_acl
    get: Any = owner.get_object_acl if on_object else owner.get_bucket_acl
    names = {"Bucket": open_bucket, **({"Key": "k"} if on_object else {})}
    assert shown(get(**names)) == [FULL]
    put(**names, ACL="public-read")
    assert shown(get(**names)) == [FULL, group(ALL_USERS, "READ")]
    put(**names, ACL="private")
    assert shown(get(**names)) == [FULL]
    put(**names, GrantRead=f'uri="{LOG_DELIVERY}"')
    assert shown(get(**names)) == [group(LOG_DELIVERY, "READ")]
    policy = {"Owner": {"ID": OWNER_ID}, "Grants": [FULL, group(LOG_DELIVERY, "WRITE")]}
    put(**names, AccessControlPolicy=policy)
    assert shown(get(**names)) == [FULL, group(LOG_DELIVERY, "WRITE")]


def test_a_right_to_write_is_kept_of_an_object(server: S3Server, open_bucket: str) -> None:
    owner = client_of(server, OWNER)

    def headers(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-amz-grant-write"] = f'uri="{LOG_DELIVERY}"'

    names = {"Bucket": open_bucket, "Key": "k"}
    for operation in ("PutObject", "CopyObject", "CreateMultipartUpload"):
        owner.meta.events.register(f"before-call.s3.{operation}", headers)
    owner.put_object(**names)
    assert shown(owner.get_object_acl(**names)) == [group(LOG_DELIVERY, "WRITE")]
    owner.copy_object(Bucket=open_bucket, Key="copy", CopySource=names)
    copied = owner.get_object_acl(Bucket=open_bucket, Key="copy")
    assert shown(copied) == [group(LOG_DELIVERY, "WRITE")]
    upload = {**names, "UploadId": owner.create_multipart_upload(**names)["UploadId"]}
    etag = owner.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
    owner.complete_multipart_upload(
        **upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}
    )
    assert shown(owner.get_object_acl(**names)) == [group(LOG_DELIVERY, "WRITE")]


def test_a_multipart_upload_has_its_own_acl_not_its_buckets(owner: Any, open_bucket: str) -> None:
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
    for canned, grants in (
        (None, [FULL]),
        ("private", [FULL]),
        ("public-read-write", [FULL, group(ALL_USERS, "READ"), group(ALL_USERS, "WRITE")]),
    ):
        members = {} if canned is None else {"ACL": canned}
        upload = owner.create_multipart_upload(Bucket=open_bucket, Key="k", **members)["UploadId"]
        one = {"Bucket": open_bucket, "Key": "k", "UploadId": upload}
        part = owner.upload_part(**one, PartNumber=1, Body=b"x")["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
        owner.complete_multipart_upload(**one, MultipartUpload=parts)
        assert shown(owner.get_object_acl(Bucket=open_bucket, Key="k")) == grants


@pytest.mark.parametrize("on_object", [True, False])
def test_an_acl_that_says_nothing_is_refused(
    owner: Any, open_bucket: str, *, on_object: bool
) -> None:
    owner.put_object(Bucket=open_bucket, Key="k")
    put: Any = owner.put_object_acl if on_object else owner.put_bucket_acl
    error = refused(put, Bucket=open_bucket, **({"Key": "k"} if on_object else {}))
    assert (error["Status"], error["Code"]) == (400, "MissingSecurityHeader")


def test_canned_lists_of_an_object_and_of_a_bucket(owner: Any, open_bucket: str) -> None:
    owner.put_object(Bucket=open_bucket, Key="k")
    owner.put_object_acl(Bucket=open_bucket, Key="k", ACL="bucket-owner-read")
    assert shown(owner.get_object_acl(Bucket=open_bucket, Key="k")) == [FULL]
    error = refused(owner.put_object_acl, Bucket=open_bucket, Key="k", ACL="log-delivery-write")
    assert (error["Status"], error["Code"]) == (400, "InvalidArgument")
    owner.put_bucket_acl(Bucket=open_bucket, ACL="log-delivery-write")
    written = [group(LOG_DELIVERY, "WRITE"), group(LOG_DELIVERY, "READ_ACP")]
    assert shown(owner.get_bucket_acl(Bucket=open_bucket)) == [FULL, *written]


def test_a_delete_marker_has_no_acl(owner: Any, open_bucket: str) -> None:
    owner.put_bucket_versioning(Bucket=open_bucket, VersioningConfiguration={"Status": "Enabled"})
    owner.put_object(Bucket=open_bucket, Key="k")
    marker = owner.delete_object(Bucket=open_bucket, Key="k")["VersionId"]
    one = {"Bucket": open_bucket, "Key": "k"}
    error = refused(owner.get_object_acl, **one)
    assert (error["Status"], error["Code"], error["Key"]) == (404, "NoSuchKey", "k")
    for call, method, members in (
        (owner.get_object_acl, "GET", {"VersionId": marker}),
        (owner.put_object_acl, "PUT", {"ACL": "public-read"}),
        (owner.put_object_acl, "PUT", {"ACL": "public-read", "VersionId": marker}),
    ):
        assert refused(call, **one, **members) == {
            "Status": 405,
            "Code": "MethodNotAllowed",
            "Message": "The specified method is not allowed against this resource.",
            "Method": method,
            "ResourceType": "DeleteMarker",
        }


def test_a_version_keeps_its_acl(owner: Any, open_bucket: str) -> None:
    owner.put_bucket_versioning(Bucket=open_bucket, VersioningConfiguration={"Status": "Enabled"})
    first = owner.put_object(Bucket=open_bucket, Key="k", ACL="public-read")["VersionId"]
    owner.put_object(Bucket=open_bucket, Key="k")
    assert shown(owner.get_object_acl(Bucket=open_bucket, Key="k")) == [FULL]
    one = {"Bucket": open_bucket, "Key": "k", "VersionId": first}
    assert shown(owner.get_object_acl(**one)) == [FULL, group(ALL_USERS, "READ")]
    owner.put_object_acl(**one, ACL="private")
    assert shown(owner.get_object_acl(**one)) == [FULL]


def test_a_copy_does_not_take_the_acl_along(owner: Any, open_bucket: str) -> None:
    owner.put_object(Bucket=open_bucket, Key="k", ACL="public-read")
    owner.copy_object(Bucket=open_bucket, Key="copy", CopySource=f"{open_bucket}/k")
    assert shown(owner.get_object_acl(Bucket=open_bucket, Key="copy")) == [FULL]


def test_analytics_are_kept_by_id(owner: Any, bucket: str) -> None:
    export = {
        "OutputSchemaVersion": "V_1",
        "Destination": {
            "S3BucketDestination": {
                "Format": "CSV",
                "Bucket": "arn:aws:s3:::some-bucket",
                "Prefix": "test",
            }
        },
    }

    def configuration(name: str, prefix: str) -> dict[str, Any]:
        return {
            "Id": name,
            "Filter": {"Prefix": prefix},
            "StorageClassAnalysis": {"DataExport": export},
        }

    put = owner.put_bucket_analytics_configuration
    for name, prefix in (("one", "a"), ("one", "b"), ("two", "c")):
        put(Bucket=bucket, Id=name, AnalyticsConfiguration=configuration(name, prefix))
    listed = owner.list_bucket_analytics_configurations(Bucket=bucket)
    assert listed["AnalyticsConfigurationList"] == [
        configuration("one", "b"),
        configuration("two", "c"),
    ]
    owner.delete_bucket_analytics_configuration(Bucket=bucket, Id="two")
    for call in (
        owner.get_bucket_analytics_configuration,
        owner.delete_bucket_analytics_configuration,
    ):
        error = refused(call, Bucket=bucket, Id="two")
        assert (error["Status"], error["Code"]) == (404, "NoSuchConfiguration")


def test_cors_rules_come_back_as_they_were_put(owner: Any, bucket: str) -> None:
    rules = [
        {
            "AllowedHeaders": ["x-amz-expected-bucket-owner", "x-AMZ-server-SIDE-encryption"],
            "AllowedMethods": ["GET", "PUT", "HEAD"],
            "AllowedOrigins": ["https://test.com", "http://test.com:80", ""],
            "MaxAgeSeconds": 3000,
        }
    ]
    owner.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
    assert owner.get_bucket_cors(Bucket=bucket)["CORSRules"] == rules
    error = refused(owner.put_bucket_cors, Bucket=bucket, CORSConfiguration={"CORSRules": []})
    assert error["Code"] == "MalformedXML"
    owner.delete_bucket_cors(Bucket=bucket)
    error = refused(owner.get_bucket_cors, Bucket=bucket)
    assert (error["Status"], error["Code"]) == (404, "NoSuchCORSConfiguration")
