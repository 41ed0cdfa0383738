"""Which of two faults of a request S3 tells, as others measured it at S3.

https://github.com/brekkylab/backlot has the measurements, in the code of its server.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import replace
from email.utils import formatdate
from hashlib import sha1
from typing import Any

import pytest

from server_ref.auth.moments import parse_amz_date
from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OWNER, send

FORGER = replace(OWNER, secret_key="x" * 40)
NOWHERE = "nobody-has-this-bucket"


@pytest.mark.parametrize(
    ("query", "code", "named"),
    [
        ("max-keys=abc", "InvalidArgument", "max-keys"),
        ("versions&max-keys=abc", "InvalidArgument", "max-keys"),
        ("uploads&max-uploads=abc", "InvalidArgument", "max-uploads"),
        ("start-after=x", "InvalidArgument", "start-after"),
        ("start-after=x&max-keys=abc", "InvalidArgument", "max-keys"),
        ("acl&versioning", "InvalidArgument", "ResourceType"),
        ("partNumber=1", "InvalidRequest", ""),
        ("versionId=x", "InvalidArgument", "versionId"),
        ("website=1", "InvalidArgument", "website"),
        ("versions&version-id-marker=null", "InvalidArgument", "version-id-marker"),
        ("versions&version-id-marker=&key-marker=a", "InvalidArgument", "version-id-marker"),
    ],
)
def test_a_wrong_query_is_told_to_anybody(
    server: S3Server, query: str, code: str, named: str
) -> None:
    answer = ask(server, "GET", f"/{NOWHERE}?{query}", by=FORGER)
    assert (answer.status, answer.error["Code"]) == (400, code)
    assert answer.error.get("ArgumentName", "") == named


@pytest.mark.parametrize("query", ["?delete", "?restore", "?max-keys=-1", ""])
def test_other_faults_are_told_to_who_has_signed(server: S3Server, query: str) -> None:
    answer = ask(server, "GET", f"/{NOWHERE}{query}", by=FORGER)
    assert answer.error["Code"] == "SignatureDoesNotMatch"


def test_a_token_is_read_before_the_size_of_the_page(server: S3Server, bucket: str) -> None:
    path = f"/{bucket}?list-type=2&continuation-token=garbage&max-keys=-1"
    assert ask(server, "GET", path, by=OWNER).error["ArgumentName"] == "continuation-token"


@pytest.mark.parametrize("query", ["encoding-type=foo", "list-type=2&continuation-token=x"])
def test_a_look_at_a_bucket_reads_what_a_listing_reads(
    server: S3Server, bucket: str, query: str
) -> None:
    assert ask(server, "HEAD", f"/{bucket}?{query}", by=OWNER).status == 400
    assert ask(server, "HEAD", f"/{NOWHERE}?{query}", by=OWNER).status == 404


@pytest.mark.parametrize(
    ("path", "header"),
    [("/key?attributes", "x-amz-object-attributes"), ("", "x-amz-optional-object-attributes")],
)
def test_an_attribute_there_is_none_of_needs_no_bucket(
    server: S3Server, path: str, header: str
) -> None:
    sent = {header.replace("-", "_"): "ETags"}
    answer = ask(server, "GET", f"/{NOWHERE}{path}", by=OWNER, **sent)
    assert (answer.status, answer.error["Code"]) == (400, "InvalidArgument")
    assert (answer.error["ArgumentName"], answer.error["ArgumentValue"]) == (header, "ETags")


def test_half_of_a_part_is_no_new_bucket(server: S3Server) -> None:
    answer = ask(server, "PUT", "/a-new-bucket?uploadId=x", by=OWNER)
    assert (answer.status, answer.error["ResourceType"]) == (405, "UPLOAD")
    assert answer.headers["Allow"] == "DELETE, POST, GET"


@pytest.mark.parametrize("parts", [b"<CompleteMultipartUpload/>", b""])
def test_a_completion_without_parts(
    server: S3Server, owner: Any, bucket: str, parts: bytes
) -> None:
    """versity/versitygw#1328 for the document, a recording for no document at all."""
    upload = owner.create_multipart_upload(Bucket=bucket, Key="key")["UploadId"]
    answer = ask(server, "POST", f"/{bucket}/key?uploadId={upload}", parts, by=OWNER)
    assert answer.error["Code"] == ("MalformedXML" if parts else "InvalidRequest")


NOW = "now"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "InvalidRequest"),
        ({"x_amz_content_sha256": "garbage"}, "InvalidArgument"),
        ({"x_amz_content_sha256": "UNSIGNED-PAYLOAD"}, "AccessDenied"),
        ({"x_amz_content_sha256": "UNSIGNED-PAYLOAD", "x_amz_date": "19691231T235959Z"},
         "AccessDenied"),
        ({"x_amz_content_sha256": "UNSIGNED-PAYLOAD", "x_amz_date": "19700101T000000Z"},
         "RequestTimeTooSkewed"),
        ({"x_amz_content_sha256": "UNSIGNED-PAYLOAD", "x_amz_date": NOW},
         "AuthorizationHeaderMalformed"),
    ],
)  # fmt: skip
def test_the_hash_then_the_date_then_the_rest_of_the_header(
    server: S3Server, headers: dict[str, str], code: str
) -> None:
    if headers.get("x_amz_date") == NOW:  # when it is sent, not when the tests were collected
        headers = {**headers, "x_amz_date": formatdate(usegmt=True)}
    answer = send(server, "GET", "/", Authorization="AWS4-HMAC-SHA256 nothing", **headers)
    assert f"<Code>{code}</Code>".encode() in answer.body


def test_the_clock_of_version_2_comes_before_the_key(server: S3Server) -> None:
    answer = send(
        server, "GET", "/", Authorization="AWS nobody:signature", Date=formatdate(0, usegmt=True)
    )
    assert b"<Code>RequestTimeTooSkewed</Code>" in answer.body


def _version_2(text: str) -> str:
    return base64.b64encode(
        hmac.new(OWNER.secret_key.encode(), text.encode(), sha1).digest()
    ).decode()


@pytest.mark.parametrize(
    ("scheme", "status"), [("AWS ", 200), ("aws ", 200), ("Aws ", 200), ("AWS  ", 400)]
)
def test_the_scheme_is_taken_in_any_case_with_one_space(
    server: S3Server, bucket: str, scheme: str, status: int
) -> None:
    date = formatdate(usegmt=True)
    signature = _version_2(f"GET\n\n\n{date}\n/{bucket}?acl")
    answer = send(
        server,
        "GET",
        f"/{bucket}?acl=private",  # the value is not signed
        Date=date,
        Authorization=f"{scheme}{OWNER.access_key}:{signature}",
    )
    assert answer.status == status
    assert (b"one and only one ' ' (space) required</Message>" in answer.body) == (status == 400)


@pytest.mark.parametrize(
    ("text", "seconds"), [("19700101T000000Z", 0), ("19691231T235959Z", None), ("x", None)]
)
def test_no_date_is_before_1970(text: str, seconds: int | None) -> None:
    assert parse_amz_date(text) == seconds
