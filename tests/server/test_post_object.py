"""POST object: what Amazon answered to forms made by boto3 (recorded 2026-02), and the reader."""

from __future__ import annotations

import base64
import hmac
import http.client
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config
from defusedxml import ElementTree

from server_ref.auth.form_policy import check_policy
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.identity import Credential
from server_ref.rules import forms
from server_ref.server import S3Server
from tests.server.conftest import OTHER, OWNER, Answer, refused

BOUNDARY = "xxBOUNDARYxx"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
REDIRECT = "http://localhost.test/random"


def encoded(fields: dict[str, str], file: bytes | None, file_name: str | None) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file is not None:
        named = "" if file_name is None else f'; filename="{file_name}"'
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"{named}\r\n\r\n'
        parts += [head.encode(), file, b"\r\n"]
    return b"".join((*parts, f"--{BOUNDARY}--\r\n".encode()))


def post(
    server: S3Server,
    bucket: str,
    fields: dict[str, str],
    file: bytes | None = b"abcdef",
    file_name: str | None = "photo.jpg",
    content_type: str = FORM,
) -> Answer:
    name, _, port = server.url.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(name, int(port), timeout=10)
    try:
        body = encoded(fields, file, file_name)
        connection.request("POST", f"/{bucket}", body, {"Content-Type": content_type})
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


@cache
def signer(credential: Credential) -> Any:
    return boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=credential.access_key,
        aws_secret_access_key=credential.secret_key,
        config=Config(signature_version="s3v4"),
    )


def form(bucket: str, key: str = "key", by: Credential = OWNER, **more: Any) -> dict[str, str]:
    """The fields boto3 makes; ``Fields`` are conditions too, unless ``Conditions`` say."""
    fields = dict(more.pop("Fields", {}))
    more.setdefault("Conditions", [{name: value} for name, value in fields.items()])
    made = signer(by).generate_presigned_post(bucket, key, Fields=fields, **more)
    result: dict[str, str] = made["fields"]
    return result


def error(answer: Answer) -> tuple[int, dict[str, str]]:
    root = ElementTree.fromstring(answer.body)
    found = {child.tag: child.text or "" for child in root}
    return answer.status, {n: v for n, v in found.items() if n not in ("RequestId", "HostId")}


def version_2(bucket: str) -> dict[str, str]:
    policy = {
        "expiration": (datetime.now(UTC) + timedelta(minutes=5)).isoformat(),
        "conditions": [{"bucket": bucket}, {"key": "key"}],
    }
    text = base64.b64encode(json.dumps(policy).encode())
    signature = base64.b64encode(hmac.digest(OWNER.secret_key.encode(), text, "sha1"))
    return {
        "key": "key",
        "policy": text.decode(),
        "AWSAccessKeyId": OWNER.access_key,
        "Signature": signature.decode(),
    }


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


_WRONG_CASE = REDIRECT.replace("http:", "HTTP:")


@pytest.mark.parametrize(
    ("condition", "code", "message"),
    [
        (
            {"success_action_redirect": REDIRECT},
            "AccessDenied",
            "Invalid according to Policy: Policy Condition failed:"
            f' ["eq", "$success_action_redirect", "{REDIRECT}"]',
        ),
        (
            ["eq", "success_action_redirect", REDIRECT],
            "AccessDenied",
            "Invalid according to Policy: Policy Condition failed:"
            f' ["eq", "success_action_redirect", "{REDIRECT}"]',
        ),
        (
            ["eq", "$success_action_redirect", _WRONG_CASE],
            "AccessDenied",
            "Invalid according to Policy: Policy Condition failed:"
            f' ["eq", "$success_action_redirect", "{_WRONG_CASE}"]',
        ),
        (
            {"bucket": "one", "key": "two"},
            "InvalidPolicyDocument",
            "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one"
            " property specified.",
        ),
        (
            ["starts-with", "$success_action_redirect", "http://localhost"],
            "AccessDenied",
            "Invalid according to Policy: Policy Condition failed:"
            ' ["starts-with", "$success_action_redirect", "http://localhost"]',
        ),
        (
            ["starts-with", "$Content-Type", ""],  # a field that is not sent
            "AccessDenied",
            "Invalid according to Policy: Policy Condition failed:"
            ' ["starts-with", "$Content-Type", ""]',
        ),
        (
            {"Content-Length": 5},
            "InvalidPolicyDocument",
            "Invalid Policy: Invalid Simple-Condition: value must be a string.",
        ),
        ({"acl": None}, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON."),
        (
            ["content-length-range", 0, 512.0],
            "InvalidPolicyDocument",
            "Invalid Policy: Invalid JSON.",
        ),
        (
            [],
            "InvalidPolicyDocument",
            "Invalid Policy: Invalid Condition: missing operation identifier.",
        ),
        (
            ["content-length-range", "test", 10],
            "AccessDenied",
            "Invalid according to Policy: Policy Condition failed:"
            ' ["content-length-range", "test", "10"]',
        ),
    ],
)
def test_conditions(server: S3Server, bucket: str, condition: Any, code: str, message: str) -> None:
    fields = form(bucket, Conditions=[condition])
    fields["success_action_redirect"] = "ftp://elsewhere"
    status, found = error(post(server, bucket, fields))
    assert status == (403 if code == "AccessDenied" else 400)
    assert found == {"Code": code, "Message": message}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_a_policy_is_utf_8(server: S3Server, bucket: str, encoding: str) -> None:
    """Python's JSON would guess other encodings; S3's documentation knows one."""
    fields = version_2(bucket)
    policy = base64.b64encode(base64.b64decode(fields["policy"]).decode().encode(encoding))
    signature = base64.b64encode(hmac.digest(OWNER.secret_key.encode(), policy, "sha1"))
    answer = post(
        server, bucket, {**fields, "policy": policy.decode(), "Signature": signature.decode()}
    )
    assert post(server, bucket, fields).status == 204
    status, told = error(answer)
    assert (status, told["Code"]) == (400, "InvalidPolicyDocument")
    assert told["Message"] == "Invalid Policy: Invalid JSON."


def test_every_field_needs_a_condition(server: S3Server, bucket: str) -> None:
    fields = form(bucket) | {"x-ignore-me": "1"}
    assert post(server, bucket, fields).status == 204
    status, found = error(post(server, bucket, fields | {"x-amz-meta-a": "b"}))
    assert (status, found["Code"]) == (403, "AccessDenied")
    assert found["Message"] == "Invalid according to Policy: Extra input fields: x-amz-meta-a"


def test_content_types_with_commas_are_a_list(server: S3Server, bucket: str) -> None:
    fields = form(bucket, Conditions=[["starts-with", "$Content-Type", "image/"]])
    good = post(server, bucket, fields | {"Content-Type": "image/png, image/jpeg"})
    bad = post(server, bucket, fields | {"Content-Type": "image/png, text/html"})
    assert (good.status, bad.status) == (204, 403)


@pytest.mark.parametrize(
    ("size", "code", "members"),
    [
        (12, "EntityTooLarge", {"ProposedSize": "12", "MaxSizeAllowed": "10"}),
        (1, "EntityTooSmall", {"ProposedSize": "1", "MinSizeAllowed": "5"}),
        (0, "EntityTooSmall", {"ProposedSize": "0", "MinSizeAllowed": "5"}),
        (3_000_000, "EntityTooLarge", {"ProposedSize": "3000000", "MaxSizeAllowed": "10"}),
    ],
)
def test_sizes(
    server: S3Server, owner: Any, bucket: str, size: int, code: str, members: dict[str, str]
) -> None:
    fields = form(bucket, Conditions=[["content-length-range", 5, 10]])
    status, found = error(post(server, bucket, fields, b"a" * size))
    assert (status, found.pop("Code")) == (400, code)
    del found["Message"]
    assert found == members
    assert "Contents" not in owner.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize("size", [5, 10])
def test_sizes_within(server: S3Server, bucket: str, size: int) -> None:
    fields = form(bucket, Conditions=[["content-length-range", 5, 10]])
    assert post(server, bucket, fields, b"a" * size).status == 204


def test_large_file(server: S3Server, owner: Any, bucket: str) -> None:
    data = bytes(range(256)) * 8000 + b"\r\n--xxBOUND" * 1000
    assert post(server, bucket, form(bucket), data).status == 204
    assert owner.get_object(Bucket=bucket, Key="key")["Body"].read() == data


@pytest.mark.parametrize(
    ("written", "said"),
    [(r"\$5", "$5"), (r"\\$5", r"\$5"), (r"\v", "\v"), (r"\\v", r"\v"), (r"\n", "\n")],
)
def test_escapes_of_a_policy(written: str, said: str) -> None:
    text = f'{{"expiration": "2030-01-01T00:00:00Z", "conditions": [["eq", "$a", "{written}"]]}}'
    encoded = base64.b64encode(text.encode()).decode()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    strict = Strictness(form_bucket=False)

    check_policy(encoded, "bucket", {"a": said}, strict, now)

    with pytest.raises(S3Error, match="Policy Condition failed"):
        check_policy(encoded, "bucket", {"a": said + "!"}, strict, now)


def test_expired(server: S3Server, bucket: str) -> None:
    answer = post(server, bucket, form(bucket, ExpiresIn=-1))
    assert error(answer) == (
        403,
        {"Code": "AccessDenied", "Message": "Invalid according to Policy: Policy expired."},
    )


@pytest.mark.parametrize(
    ("four", "field"),
    [
        (True, "X-Amz-Algorithm"),
        (True, "X-Amz-Credential"),
        (True, "X-Amz-Date"),
        (True, "X-Amz-Signature"),
        (False, "AWSAccessKeyId"),
        (False, "Signature"),
    ],
)
def test_missing_field(server: S3Server, bucket: str, four: bool, field: str) -> None:
    fields = form(bucket) if four else version_2(bucket)
    kept = {name: value for name, value in fields.items() if name.lower() != field.lower()}
    assert len(kept) == len(fields) - 1
    assert error(post(server, bucket, kept)) == (
        400,
        {
            "Code": "InvalidArgument",
            "Message": f"Bucket POST must contain a field named '{field}'.  If it is specified,"
            " please check the order of the fields.",
            "ArgumentName": field,
            "ArgumentValue": "",
        },
    )


@pytest.mark.parametrize("kept", [("key",), ("key", "policy")])
def test_no_signature_at_all(server: S3Server, bucket: str, kept: tuple[str, ...]) -> None:
    fields = form(bucket)
    answer = post(server, bucket, {name: fields[name] for name in kept})
    assert error(answer) == (403, {"Code": "AccessDenied", "Message": "Access Denied"})


@pytest.mark.parametrize("four", [True, False])
def test_changed_policy(server: S3Server, bucket: str, four: bool) -> None:
    fields = form(bucket) if four else version_2(bucket)
    assert post(server, bucket, fields).status == 204
    changed = base64.b64encode(base64.b64decode(fields["policy"]) + b" ").decode()
    status, found = error(post(server, bucket, fields | {"policy": changed}))
    assert (status, found["Code"]) == (403, "SignatureDoesNotMatch")
    assert found["AWSAccessKeyId"] == OWNER.access_key
    assert found["StringToSign"] == changed
    assert bytes.fromhex(found["StringToSignBytes"]).decode() == changed
    assert found["SignatureProvided"] == fields["x-amz-signature" if four else "Signature"]


def test_a_bucket_policy_is_none_of_a_form(server: S3Server, bucket: str) -> None:
    fields = version_2(bucket)
    policy = {**json.loads(base64.b64decode(fields["policy"])), "Statement": []}
    text = base64.b64encode(json.dumps(policy).encode())
    digest = hmac.digest(OWNER.secret_key.encode(), text, "sha1")
    fields |= {"policy": text.decode(), "Signature": base64.b64encode(digest).decode()}
    assert error(post(server, bucket, fields)) == (
        400,
        {"Code": "InvalidPolicyDocument", "Message": "Invalid Policy: Unexpected: 'statement'"},
    )


@pytest.mark.parametrize(
    ("field", "value", "members"),
    [
        (
            "x-amz-credential",
            "AKIAOWNEROWNEROWNERA/20260203/eu-west-1/s3/aws4_request",
            {
                "Message": "the region 'eu-west-1' is wrong; expecting 'us-east-1'",
                "ArgumentName": "X-Amz-Credential",
                "ArgumentValue": "AKIAOWNEROWNEROWNERA/20260203/eu-west-1/s3/aws4_request",
                "Region": "us-east-1",
            },
        ),
        (
            "x-amz-credential",
            "/20260203/us-east-1/s3/aws4_request",
            {
                "Message": "a non-empty Access Key (AKID) must be provided in the credential.",
                "ArgumentName": "X-Amz-Credential",
                "ArgumentValue": "/20260203/us-east-1/s3/aws4_request",
            },
        ),
        (
            "x-amz-date",
            "yesterday",
            {
                "Message": "X-Amz-Date must be formated via ISO8601 Long format",
                "ArgumentName": "X-Amz-Date",
                "ArgumentValue": "yesterday",
            },
        ),
    ],
)
def test_what_is_said_of_a_signature_that_is_none(
    server: S3Server, bucket: str, field: str, value: str, members: dict[str, str]
) -> None:
    answer = post(server, bucket, {**form(bucket), field: value})
    assert error(answer) == (400, {"Code": "InvalidArgument", **members})


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
