"""POST object: what Amazon answered to forms made by boto3 (recorded 2026-02)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from defusedxml import ElementTree

from server_ref.rules import forms
from server_ref.server import S3Server
from tests.server.byform import (
    REDIRECT,
    error,
    form,
    post,
)
from tests.server.conftest import OTHER, refused


def test_default_answer_and_checksum(server: S3Server, owner: Any, bucket: str) -> None:
    answer = post(server, bucket, form(bucket), file_name=None)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["ETag"] == '"e80b5017098950fc58aad83c8c14978e"'
    assert answer.headers["Location"] == f"{server.url}/{bucket}/key"
    found = owner.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert found["ChecksumCRC64NVME"] == "Pact6XRTYyA="
    assert found["ChecksumType"] == "FULL_OBJECT"
    assert found["ContentType"] == "binary/octet-stream"
    assert found["Body"].read() == b"abcdef"


def test_metadata(server: S3Server, owner: Any, bucket: str) -> None:
    fields = {
        "x-amz-meta-test-1": "test-meta-1",
        "x-amz-meta-test-2": "test-meta-2",
        "Content-Type": "text/plain",
        "Expires": "Wed, 21 Oct 2037 07:28:00 GMT",
        "x-amz-storage-class": "STANDARD_IA",
    }
    assert post(server, bucket, form(bucket, Fields=fields)).status == 204
    found = owner.head_object(Bucket=bucket, Key="key")
    assert found["Metadata"] == {"test-1": "test-meta-1", "test-2": "test-meta-2"}
    assert (found["ContentType"], found["StorageClass"]) == ("text/plain", "STANDARD_IA")
    assert found["ResponseMetadata"]["HTTPHeaders"]["expires"] == fields["Expires"]


def test_metadata_outside_ascii(server: S3Server, owner: Any, bucket: str) -> None:
    fields = {"x-amz-meta-nonascii": "ÄMÄZÕÑ S3"}
    assert post(server, bucket, form(bucket, Fields=fields)).status == 204
    found = owner.head_object(Bucket=bucket, Key="key")["Metadata"]
    assert found == {"nonascii": "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="}


def test_a_line_end_in_a_field_starts_no_header(server: S3Server, owner: Any, bucket: str) -> None:
    fields = {"x-amz-meta-a": "one\r\nx-amz-meta-b: two"}
    assert post(server, bucket, form(bucket, Fields=fields)).status == 204
    assert owner.head_object(Bucket=bucket, Key="key")["Metadata"] == {"a": "one x-amz-meta-b: two"}


@pytest.mark.parametrize("key", ["../x", "..", "a/../../b"])
def test_a_key_that_leads_out_is_none(server: S3Server, owner: Any, bucket: str, key: str) -> None:
    status, found = error(post(server, bucket, form(bucket, key)))
    assert (status, found["Code"]) == (400, "InvalidURI")
    assert owner.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_unicode_key_in_the_answer(server: S3Server, bucket: str) -> None:
    fields = form(bucket, "test_unicode—_file.pdf", Fields={"success_action_status": "201"})
    answer = post(server, bucket, fields)
    location = f"{server.url}/{bucket}/test_unicode%E2%80%94_file.pdf"
    assert answer.status == 201
    assert answer.headers["Location"] == location
    assert error(answer)[1] == {
        "Location": location,
        "Bucket": bucket,
        "Key": "test_unicode—_file.pdf",
        "ETag": '"e80b5017098950fc58aad83c8c14978e"',
    }


@pytest.mark.parametrize(("asked", "status"), [("200", 200), ("204", 204), ("302", 204)])
def test_success_action_status(server: S3Server, bucket: str, asked: str, status: int) -> None:
    fields = form(bucket, Fields={"success_action_status": asked})
    answer = post(server, bucket, fields)
    assert (answer.status, answer.body) == (status, b"")


def test_redirect(server: S3Server, bucket: str) -> None:
    fields = form(bucket, Fields={"success_action_redirect": REDIRECT + "?a=b"})
    answer = post(server, bucket, fields)
    url = urlsplit(answer.headers["Location"])
    assert answer.status == 303
    assert url._replace(query="").geturl() == REDIRECT
    assert parse_qs(url.query) == {
        "a": ["b"],
        "bucket": [bucket],
        "key": ["key"],
        "etag": ['"e80b5017098950fc58aad83c8c14978e"'],
    }


@pytest.mark.parametrize(
    "target", ["/here", "javascript:alert(1)", "http://[", "http://a/\r\nSet-Cookie: b=c"]
)
def test_what_is_no_url_is_not_redirected_to(target: str) -> None:
    assert forms.redirect({"success_action_redirect": target}, "bck", "key", '"e"') is None


def test_file_name(server: S3Server, owner: Any, bucket: str) -> None:
    fields = form(bucket, "of-${filename}")
    assert post(server, bucket, fields, file_name="C:\\photos\\a.jpg").status == 204
    assert post(server, bucket, fields, file_name=None).status == 204
    found = [one["Key"] for one in owner.list_objects_v2(Bucket=bucket)["Contents"]]
    assert found == ["of-${filename}", "of-a.jpg"]


TAGS = (
    "<Tagging><TagSet><Tag><Key>TagName</Key><Value>TagValue</Value></Tag>"
    "<Tag><Key>TagName2</Key><Value>TagValue2</Value></Tag></TagSet></Tagging>"
)


@pytest.mark.parametrize(
    ("document", "tags"),
    [
        (TAGS, {"TagName": "TagValue", "TagName2": "TagValue2"}),
        ("<InvalidXmlDocument></InvalidXmlDocument>", {}),
    ],
)
def test_tagging(
    server: S3Server, owner: Any, bucket: str, document: str, tags: dict[str, str]
) -> None:
    assert post(server, bucket, form(bucket, Fields={"tagging": document})).status == 204
    found = owner.get_object_tagging(Bucket=bucket, Key="key")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in found} == tags


@pytest.mark.parametrize(
    ("fields", "status", "members"),
    [
        (
            {"tagging": "not-xml"},
            400,
            {
                "Code": "MalformedXML",
                "Message": "The XML you provided was not well-formed or did not validate against"
                " our published schema",
            },
        ),
        (
            {"x-amz-storage-class": "FakeClass"},
            400,
            {
                "Code": "InvalidStorageClass",
                "Message": "The storage class you specified is not valid",
                "StorageClassRequested": "FakeClass",
            },
        ),
    ],
)
def test_bad_fields(
    server: S3Server,
    bucket: str,
    fields: dict[str, str],
    status: int,
    members: dict[str, str],
) -> None:
    answer = post(server, bucket, form(bucket, Fields=fields))
    assert error(answer) == (status, members)


def test_large_file(server: S3Server, owner: Any, bucket: str) -> None:
    data = bytes(range(256)) * 8000 + b"\r\n--xxBOUND" * 1000
    assert post(server, bucket, form(bucket), data).status == 204
    assert owner.get_object(Bucket=bucket, Key="key")["Body"].read() == data


def test_a_slash_of_a_key_is_escaped_in_its_location(server: S3Server, bucket: str) -> None:
    fields = form(bucket, "a/b c", Fields={"success_action_status": "201"})
    answer = post(server, bucket, fields)
    assert answer.headers["Location"] == f"{server.url}/{bucket}/a%2Fb%20c"
    found = {child.tag: child.text for child in ElementTree.fromstring(answer.body)}
    assert (found["Key"], found["Location"]) == ("a/b c", answer.headers["Location"])


def test_a_file_name_of_no_letters_is_one(server: S3Server, owner: Any, bucket: str) -> None:
    assert post(server, bucket, form(bucket, "in/${filename}"), file_name="").status == 204
    owner.head_object(Bucket=bucket, Key="in/")


def test_fields_of_any_length_are_not_read(server: S3Server, bucket: str) -> None:
    fields = form(bucket, Fields={"x-amz-meta-a": "x" * 21000})
    assert error(post(server, bucket, fields)) == (
        400,
        {
            "Code": "MaxPostPreDataLengthExceeded",
            "Message": "Your POST request fields preceeding the upload file was too large.",
            "MaxPostPreDataLengthBytes": "20480",
        },
    )


def test_a_form_without_a_boundary(server: S3Server, bucket: str) -> None:
    answer = post(server, bucket, form(bucket), content_type="multipart/form-data")
    assert error(answer) == (
        400,
        {
            "Code": "MalformedPOSTRequest",
            "Message": "The body of your POST request is not well-formed multipart/form-data.",
        },
    )


def test_not_a_form(server: S3Server, bucket: str) -> None:
    answer = post(server, bucket, form(bucket), content_type="application/x-www-form-urlencoded")
    assert error(answer) == (
        412,
        {
            "Code": "PreconditionFailed",
            "Message": "At least one of the pre-conditions you specified did not hold",
            "Condition": "Bucket POST must be of the enclosure-type multipart/form-data",
        },
    )


def test_no_file_and_no_bucket(server: S3Server, bucket: str) -> None:
    assert error(post(server, bucket, form(bucket), None)) == (
        400,
        {
            "Code": "InvalidArgument",
            "Message": "POST requires exactly one file upload per request.",
            "ArgumentName": "file",
            "ArgumentValue": "0",
        },
    )
    missing = bucket + "-missing"
    assert error(post(server, missing, form(missing)))[1]["Code"] == "NoSuchBucket"


def test_another_account_needs_the_policy_of_the_bucket(
    server: S3Server, owner: Any, bucket: str
) -> None:
    fields = form(bucket, by=OTHER)
    assert post(server, bucket, fields).status == 403
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": OTHER.account.account_id},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": statement}))
    assert post(server, bucket, fields).status == 204
    tagged = form(bucket, by=OTHER, Fields={"tagging": TAGS})
    assert post(server, bucket, tagged).status == 403  # that would be PutObjectTagging


def test_public_bucket_takes_forms_of_nobody(
    server: S3Server, owner: Any, open_bucket: str
) -> None:
    owner.put_bucket_acl(Bucket=open_bucket, ACL="public-read-write")
    assert post(server, open_bucket, {"key": "key"}).status == 204
    assert refused(owner.get_object, Bucket=open_bucket, Key="key")["Status"] == 403  # not its own


def test_public_acl_is_blocked(server: S3Server, owner: Any, bucket: str) -> None:
    owner.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    answer = post(server, bucket, form(bucket, Fields={"acl": "public-read"}))
    assert error(answer)[1]["Code"] == "AccessDenied"
    assert post(server, bucket, form(bucket, Fields={"acl": "private"})).status == 204
