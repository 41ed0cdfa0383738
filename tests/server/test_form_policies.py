"""What the policy of a form allows (recorded 2026-02): conditions, sizes, and its time."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from server_ref.auth.form_policy import check_policy
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.server import S3Server
from tests.server.byform import (
    REDIRECT,
    error,
    form,
    post,
    version_2,
)
from tests.server.conftest import OWNER

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
