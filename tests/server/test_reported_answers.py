"""Answers of S3 that several people report, in small: enumerations, locks, CORS documents."""

from __future__ import annotations

import base64
import datetime
import hashlib
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import refused

NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"

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


@pytest.mark.parametrize("element", ["<VersionId></VersionId>", "<VersionId/>"])
@pytest.mark.parametrize("versioned", [False, True])
def test_an_empty_version_id_among_many_is_of_no_version(
    server: S3Server, owner: Any, bucket: str, element: str, versioned: bool
) -> None:
    """Nothing is deleted, and the others go. https://github.com/brendanhay/amazonka/issues/160"""
    if versioned:
        owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in ("kept", "goes"):
        owner.put_object(Bucket=bucket, Key=key, Body=b"x")
    body = (
        f"<Delete><Object><Key>kept</Key>{element}</Object><Object><Key>goes</Key></Object></Delete>"
    ).encode()
    digest = base64.b64encode(hashlib.md5(body).digest()).decode()
    answer = ask(server, "POST", f"/{bucket}?delete", body, Content_MD5=digest)
    assert answer.status == 200
    (error,) = ElementTree.fromstring(answer.body).iter(f"{NAMESPACE}Error")
    shown = {one.tag.removeprefix(NAMESPACE): one.text or "" for one in error}
    assert shown == {
        "Key": "kept",
        "VersionId": "",
        "Code": "NoSuchVersion",
        "Message": "The specified version does not exist.",
    }
    listed = owner.list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in listed] == ["kept"]


@pytest.mark.parametrize(
    "element", ["<LocationConstraint></LocationConstraint>", "<LocationConstraint/>"]
)
def test_an_empty_location_is_a_wrong_one(server: S3Server, owner: Any, element: str) -> None:
    """https://github.com/versity/versitygw/issues/1644"""
    body = f"<CreateBucketConfiguration>{element}</CreateBucketConfiguration>".encode()
    answer = ask(server, "PUT", "/nowhere-at-all", body)
    assert answer.status == 400
    assert answer.error["Code"] == "InvalidLocationConstraint"
    assert answer.error["LocationConstraint"] == ""
    assert refused(owner.head_bucket, Bucket="nowhere-at-all")["Status"] == 404


@pytest.mark.parametrize("sign", ["\t", "\n", "\x85", "\u200b", "#", "&", "\u0301"])
@pytest.mark.parametrize("of_object", [False, True])
def test_what_no_tag_may_have(owner: Any, bucket: str, sign: str, of_object: bool) -> None:
    """https://github.com/versity/versitygw/issues/1579: no sign of control, as a tab is one."""
    owner.put_object(Bucket=bucket, Key="key", Body=b"x")
    put, where = owner.put_bucket_tagging, {"Bucket": bucket}
    if of_object:
        put, where = owner.put_object_tagging, {"Bucket": bucket, "Key": "key"}
    for tag, wrong in (
        ({"Key": f"a{sign}b", "Value": "v"}, "TagKey"),
        ({"Key": "k", "Value": sign}, "TagValue"),
    ):
        error = refused(put, **where, Tagging={"TagSet": [tag]})
        assert (error["Code"], error["Message"]) == (
            "InvalidTag",
            f"The {wrong} you have provided is invalid",
        )


def test_what_a_tag_may_have(owner: Any, bucket: str) -> None:
    tag = {"Key": "a Z\u00e4\u4e2d\u0664\u00a0\u2003\u3000_.:/=+-@", "Value": "\u00bd \u2167"}
    owner.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [tag]})
    assert owner.get_bucket_tagging(Bucket=bucket)["TagSet"] == [tag]
