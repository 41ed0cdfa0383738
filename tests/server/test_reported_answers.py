"""Answers of S3 that several people report, in small: enumerations, locks, CORS documents."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import requests

from server_ref.server import S3Server
from tests.server.conftest import refused

PAST = datetime.datetime(2010, 1, 1, tzinfo=datetime.UTC)
FUTURE = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
RULE = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}


def test_an_algorithm_is_named_in_any_case(owner: Any, bucket: str) -> None:
    key = {"Bucket": bucket, "Key": "key"}
    begun = owner.create_multipart_upload(
        **key, ChecksumAlgorithm="crc32", ChecksumType="full_object"
    )
    assert (begun["ChecksumAlgorithm"], begun["ChecksumType"]) == ("CRC32", "FULL_OBJECT")
    part = owner.upload_part(**key, UploadId=begun["UploadId"], PartNumber=1, Body=b"part")
    parts = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]}]
    done = owner.complete_multipart_upload(
        **key,
        UploadId=begun["UploadId"],
        MultipartUpload={"Parts": parts},
        ChecksumType="full_object",
    )
    assert done["ChecksumType"] == "FULL_OBJECT"
    copied = owner.copy_object(
        Bucket=bucket, Key="copy", CopySource=f"{bucket}/key", ChecksumAlgorithm="sha256"
    )
    assert "ChecksumSHA256" in copied["CopyObjectResult"]


@pytest.mark.parametrize(
    ("operation", "members", "header"),
    [
        ("get_object", {"ChecksumMode": "DISABLED"}, "mode"),
        ("head_object", {"ChecksumMode": "yes"}, None),
        ("create_multipart_upload", {"ChecksumAlgorithm": "CRC32", "ChecksumType": "x"}, "type"),
    ],
)
def test_what_no_checksum_header_says(
    owner: Any, bucket: str, operation: str, members: dict[str, str], header: str | None
) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")
    error = refused(getattr(owner, operation), Bucket=bucket, Key="key", **members)
    assert error["Status"] == 400
    if header is not None:  # HEAD has no body to say it in
        assert error["Code"] == "InvalidRequest"
        assert error["Message"] == f"Value for x-amz-checksum-{header} header is invalid."


def test_a_date_that_has_passed_comes_before_the_bucket(owner: Any, bucket: str) -> None:
    key = {"Bucket": bucket, "Key": "key", "ObjectLockMode": "GOVERNANCE"}
    past = refused(owner.put_object, **key, ObjectLockRetainUntilDate=PAST)
    assert past["Code"] == "InvalidArgument"
    assert past["Message"] == "The retain until date must be in the future!"
    none = refused(owner.put_object, **key, ObjectLockRetainUntilDate=FUTURE)
    assert none["Code"] == "InvalidRequest"
    assert none["Message"] == "Bucket is missing ObjectLockConfiguration"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"ExposeHeaders": ["a b"]}, "InvalidRequest"),
        ({"ExposeHeaders": ["a_b"]}, "InvalidRequest"),
        ({"ExposeHeaders": ["x-amz-meta-a", "ETag"]}, None),
        ({"AllowedHeaders": ["a b"]}, None),
        ({"ID": "i" * 255}, None),
        ({"ID": "i" * 256}, "MalformedXML"),
    ],
)
def test_rules_of_cors(owner: Any, bucket: str, rule: dict[str, Any], code: str | None) -> None:
    config = {"CORSRules": [{**RULE, **rule}]}
    if code is None:
        owner.put_bucket_cors(Bucket=bucket, CORSConfiguration=config)
        assert owner.get_bucket_cors(Bucket=bucket)["CORSRules"] == config["CORSRules"]
    else:
        error = refused(owner.put_bucket_cors, Bucket=bucket, CORSConfiguration=config)
        assert (error["Status"], error["Code"]) == (400, code)


@pytest.mark.parametrize("given", ["Thu, 01 Jan 1970 00:00:00 GMT", "nonsense", ""])
def test_a_delete_with_a_time_goes_on_for_no_time(given: str) -> None:
    """Nor for one that cannot be read: it is said, and not left out."""
    with S3Server(anonymous=True, durability="relaxed") as server:
        requests.put(f"{server.url}/bucket", timeout=10)
        requests.put(f"{server.url}/bucket/key", b"x", timeout=10)
        headers = {"x-amz-if-match-last-modified-time": given}
        answer = requests.delete(f"{server.url}/bucket/key", headers=headers, timeout=10)
        assert (answer.status_code, "<Code>NotImplemented</Code>" in answer.text) == (501, True)
        assert requests.get(f"{server.url}/bucket/key", timeout=10).content == b"x"


@pytest.mark.parametrize("form", ['W/"{}"', '""{}""', '"{}', '{}"', '"x", "{}"', '"{}" "x"', ""])
def test_a_write_wants_the_very_etag(owner: Any, bucket: str, form: str) -> None:
    key = {"Bucket": bucket, "Key": "key"}
    etag = owner.put_object(**key, Body=b"kept")["ETag"]
    given = form.format(etag.strip('"'))
    for write in (owner.put_object, owner.delete_object):
        error = refused(write, **key, IfMatch=given)
        assert (error["Status"], error["Code"]) == (412, "PreconditionFailed")
    assert owner.get_object(**key)["Body"].read() == b"kept"
    owner.put_object(**key, IfMatch=etag.strip('"'))
