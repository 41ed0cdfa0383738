"""Cross-origin requests, forms and presigned URLs as Amazon S3 was recorded to answer them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import boto3
import pytest
import requests
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from server_ref.server import S3Server
from tests.server.conftest import OWNER, send

ORIGIN = "https://localhost:4200"


@pytest.fixture
def shared(owner: Any, open_bucket: str) -> str:
    """A bucket with an object anybody may read, and a rule for GET from one origin."""
    owner.put_object(Bucket=open_bucket, Key="k", Body=b"test-cors", ACL="public-read")
    rule = {
        "AllowedOrigins": [ORIGIN],
        "AllowedMethods": ["GET"],
        "AllowedHeaders": ["x-amz-expected-bucket-owner"],
        "MaxAgeSeconds": 3000,
    }
    owner.put_bucket_cors(Bucket=open_bucket, CORSConfiguration={"CORSRules": [rule]})
    return open_bucket


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ({}, True),
        ({"Access_Control_Request_Method": "GET"}, True),
        ({"Access_Control_Request_Method": "PUT"}, False),
        ({"Access_Control_Request_Headers": "x-amz-expected-bucket-owner"}, True),
        ({"Access_Control_Request_Headers": "x-amz-request-payer"}, False),
        ({"x_amz_request_payer": "requester"}, True),
    ],
)
def test_an_actual_request_may_name_what_a_preflight_would(
    server: S3Server, shared: str, asked: dict[str, str], allowed: bool
) -> None:
    answer = send(server, "GET", f"/{shared}/k", Origin=ORIGIN, **asked)
    assert (answer.status, answer.body) == (200, b"test-cors")
    found = {name.lower() for name in answer.headers if name.startswith("Access-Control-Allow")}
    found.discard("access-control-allow-headers")
    expected = {f"access-control-allow-{what}" for what in ("credentials", "methods", "origin")}
    assert found == (expected if allowed else set())


def presign(server: S3Server, bucket: str, version: str, operation: str, **more: Any) -> str:
    keys = {"aws_access_key_id": OWNER.access_key, "aws_secret_access_key": OWNER.secret_key}
    config = Config(signature_version=version, s3={"addressing_style": "path"})
    client = boto3.client(
        "s3", endpoint_url=server.url, region_name=server.region, config=config, **keys
    )
    members = {"Bucket": bucket, "Key": "k", **more}
    url: str = client.generate_presigned_url(operation, Params=members)
    return url


def told(answer: requests.Response) -> dict[str, str]:
    """The error's members, without the ids of the request."""
    found = dict(re.findall(r"<([\w-]+)>([^<]*)</", answer.text))
    return {name: unescape(found[name]) for name in found if name not in ("RequestId", "HostId")}


def test_headers_beside_a_presigned_url(server: S3Server, bucket: str) -> None:
    url = presign(server, bucket, "s3v4", "put_object")
    for headers, unsigned in (
        ({"x-amz-expires": "7200"}, "x-amz-expires"),
        ({"x-amz-meta-wrong": "x"}, "x-amz-meta-wrong"),
        (
            {
                "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "x-amz-decoded-content-length": "test",
                "x-amz-date": "20211122T191045Z",
            },
            "x-amz-date, x-amz-decoded-content-length",
        ),
    ):
        answer = requests.put(url, data=b"x", headers=headers, timeout=60)
        assert (answer.status_code, told(answer)) == (
            403,
            {
                "Code": "AccessDenied",
                "Message": "There were headers present in the request which were not signed",
                "HeadersNotSigned": unsigned,
            },
        )


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_signature_that_is_another(server: S3Server, bucket: str, version: str) -> None:
    wrong = re.sub(r"(Signature=)..", r"\g<1>00", presign(server, bucket, version, "put_object"))
    answer = requests.put(wrong, data=b"x", timeout=60)
    members = {"AWSAccessKeyId", "Code", "Message", "SignatureProvided", "StringToSign"}
    members |= {"StringToSignBytes"}
    if version == "s3v4":
        members |= {"CanonicalRequest", "CanonicalRequestBytes"}
    assert (answer.status_code, set(told(answer))) == (403, members)
    assert (told(answer)["Code"], told(answer)["Message"]) == (
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your "
        "key and signing method.",
    )


@pytest.mark.parametrize("missing", ["Signature", "Expires", "AWSAccessKeyId"])
def test_a_parameter_of_version_2_is_missing(server: S3Server, bucket: str, missing: str) -> None:
    url = presign(server, bucket, "s3", "put_object")
    answer = requests.put(re.sub(rf"{missing}=[^&]*&?", "", url), data=b"x", timeout=60)
    assert (answer.status_code, told(answer)) == (
        403,
        {
            "Code": "AccessDenied",
            "Message": "Query-string authentication requires the Signature, Expires and "
            "AWSAccessKeyId parameters",
        },
    )


def test_a_credential_encoded_twice(server: S3Server, bucket: str) -> None:
    url = presign(server, bucket, "s3v4", "get_object").replace("%2F", "%252F")
    answer = requests.get(url, timeout=60)
    assert (answer.status_code, told(answer)) == (
        400,
        {
            "Code": "AuthorizationQueryParametersError",
            "Message": "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed;"
            ' expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
        },
    )


def test_metadata_in_the_query_of_a_presigned_url(
    server: S3Server, owner: Any, bucket: str
) -> None:
    url = f"{server.url}/{bucket}/k?x-amz-meta-foo=bar-complicated-no-random"
    request = AWSRequest(method="PUT", url=url)
    credentials = Credentials(OWNER.access_key, OWNER.secret_key)
    S3SigV4QueryAuth(credentials, "s3", server.region, expires=60).add_auth(request)
    assert requests.put(request.prepare().url, data=b"abcdef", timeout=60).status_code == 200
    head = owner.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert head["Metadata"] == {"foo": "bar-complicated-no-random"}
    assert head["ChecksumType"] == "FULL_OBJECT" and "ChecksumCRC64NVME" in head


def test_an_override_outside_latin_1(server: S3Server, owner: Any, bucket: str) -> None:
    owner.put_object(Bucket=bucket, Key="k")
    value = "non-ascii-%E2%80%94_—_é_"
    url = presign(server, bucket, "s3", "get_object", ResponseCacheControl=value)
    answer = requests.get(url, timeout=60)
    answer.encoding = "utf-8"
    assert (answer.status_code, told(answer)) == (
        400,
        {
            "Code": "InvalidArgument",
            "Message": "Header value cannot be represented using ISO-8859-1.",
            "ArgumentName": "response-cache-control",
            "ArgumentValue": value,
        },
    )


def test_a_form_is_taken_to_the_letter(owner: Any, bucket: str) -> None:
    fields = {
        "x-amz-meta-word": "=?UTF-8?B?YWJj?=",
        "x-amz-meta-quoted": "=?UTF-8?Q?actually-ascii?=",
        "x-amz-meta-control": "\x00\x01\x02\x03\x04",
        "x-amz-meta-none": "ÄMÄZÕÑ S3",
        "Cache-Control": "non-ascii-%E2%80%94_—_é_",
    }
    form = owner.generate_presigned_post(
        Bucket=bucket, Key="k", Fields=dict(fields), Conditions=[{n: fields[n]} for n in fields]
    )
    answer = requests.post(form["url"], data=form["fields"], files={"file": b"x"}, timeout=60)
    assert answer.status_code == 204, answer.text
    head = owner.head_object(Bucket=bucket, Key="k")
    assert head["CacheControl"] == "non-ascii-%E2%80%94_ _é_"
    assert head["Metadata"] == {
        "word": fields["x-amz-meta-word"],
        "quoted": fields["x-amz-meta-quoted"],
        "control": "=?UTF-8?B?AAECAwQ=?=",
        "none": "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=",
    }


def test_a_parameter_of_version_4_is_missing(server: S3Server, bucket: str) -> None:
    url = presign(server, bucket, "s3v4", "put_object")
    answer = requests.put(re.sub(r"&X-Amz-Signature=[^&]*", "", url), data=b"x", timeout=60)
    assert (answer.status_code, told(answer)) == (
        400,
        {
            "Code": "AuthorizationQueryParametersError",
            "Message": "Query-string authentication version 4 requires the X-Amz-Algorithm, "
            "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires "
            "parameters.",
        },
    )


@pytest.mark.parametrize(
    ("size", "members"),
    [
        (
            12,
            {
                "Code": "EntityTooLarge",
                "Message": "Your proposed upload exceeds the maximum allowed size",
                "ProposedSize": "12",
                "MaxSizeAllowed": "10",
            },
        ),
        (
            1,
            {
                "Code": "EntityTooSmall",
                "Message": "Your proposed upload is smaller than the minimum allowed size",
                "ProposedSize": "1",
                "MinSizeAllowed": "5",
            },
        ),
    ],
)
def test_sizes_of_a_form(owner: Any, bucket: str, size: int, members: dict[str, str]) -> None:
    sizes = [["content-length-range", 5, 10]]
    form = owner.generate_presigned_post(Bucket=bucket, Key="k", Conditions=sizes)
    file = {"file": b"x" * size}
    answer = requests.post(form["url"], data=form["fields"], files=file, timeout=60)
    assert (answer.status_code, told(answer)) == (400, members)
