"""Signatures of forms (recorded 2026-02): what is missing, wrong or changed."""

from __future__ import annotations

import base64

import pytest

from server_ref.server import S3Server
from tests.server.byform import (
    error,
    form,
    post,
    version_2,
)
from tests.server.conftest import OWNER


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
