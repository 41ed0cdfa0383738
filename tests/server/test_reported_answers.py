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
        ({"AllowedHeaders": ["a b"]}, "InvalidRequest"),
        ({"AllowedHeaders": ["X-Custom:Header"]}, "InvalidRequest"),
        ({"AllowedHeaders": ["a_b", "x-amz-*", "*"]}, None),
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


def _upload(owner: Any, bucket: str, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    key = {"Bucket": bucket, "Key": "key"}
    key["UploadId"] = owner.create_multipart_upload(**key, **more)["UploadId"]
    part = owner.upload_part(**key, PartNumber=1, Body=b"part")
    return key, {"PartNumber": 1, "ETag": part["ETag"]}


@pytest.mark.parametrize("values", [{"CRC32": "not_base64"}, {"CRC32": "NsREmw==", "SHA1": "AA=="}])
def test_a_part_has_one_checksum_in_base64(owner: Any, bucket: str, values: dict[str, str]) -> None:
    key, part = _upload(owner, bucket, ChecksumAlgorithm="CRC32")
    part |= {f"Checksum{name}": value for name, value in values.items()}
    error = refused(owner.complete_multipart_upload, **key, MultipartUpload={"Parts": [part]})
    assert (error["Status"], error["Code"]) == (400, "InvalidArgument")
    assert error["Message"] == "Invalid Base64 or multiple checksums present in request"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"MpuObjectSize": -1}, "Value for x-amz-mp-object-size header is less than zero: '-1'"),
        ({"ChecksumCRC32": "ImIEBA==-smth"}, "Value for x-amz-checksum-crc32 header is invalid."),
        ({"ChecksumCRC32": "ImIEBA==--3"}, "Value for x-amz-checksum-crc32 header is invalid."),
        (
            {"ChecksumCRC32": "ImIEBA==", "ChecksumSHA1": "2jmj7l5rSw0yVb/vlWAYkK/YBwk="},
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ),
    ],
)
def test_what_a_completion_says_in_its_headers(
    owner: Any, bucket: str, members: dict[str, Any], message: str
) -> None:
    key, part = _upload(owner, bucket, ChecksumAlgorithm="CRC32")
    part["ChecksumCRC32"] = owner.list_parts(**key)["Parts"][0]["ChecksumCRC32"]
    complete = {**key, "MultipartUpload": {"Parts": [part]}}
    error = refused(owner.complete_multipart_upload, **complete, **members)
    assert (error["Status"], error["Code"], error["Message"]) == (400, "InvalidRequest", message)
    owner.complete_multipart_upload(**complete)


@pytest.mark.parametrize("name", ["a b", "X-Custom:Header", "tab\tchar", "X(y)"])
def test_a_preflight_for_what_is_no_header(
    owner: Any, server: S3Server, bucket: str, name: str
) -> None:
    rule = {**RULE, "AllowedHeaders": ["*"]}
    owner.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    asked = {"Origin": "http://a", "Access-Control-Request-Method": "GET"}
    names = {"Access-Control-Request-Headers": f"x-amz-date, {name}"}
    answer = requests.options(f"{server.url}/{bucket}/key", headers={**asked, **names}, timeout=10)
    assert answer.status_code == 400
    assert f'" {name}" contains invalid character.' in answer.text
    names = {"Access-Control-Request-Headers": "x-amz-date,  x-amz-meta-a"}
    answer = requests.options(f"{server.url}/{bucket}/key", headers={**asked, **names}, timeout=10)
    assert answer.status_code == 200
