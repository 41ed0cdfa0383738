"""Names of buckets in an account's own namespace: who may make them, and where."""

from __future__ import annotations

import pytest

from server_ref.errors import S3Error
from server_ref.rules.namespaces import check_namespace

OWN, REGION = "111122223333", "eu-west-1"
MINE = f"b-{OWN}-{REGION}-an"


def refusal(name: str, asked: str | None) -> S3Error | None:
    try:
        check_namespace(name, asked, OWN, REGION)
    except S3Error as error:
        return error
    return None


@pytest.mark.parametrize(
    ("name", "asked"),
    [(MINE, "account-regional"), ("b", None), ("b", "global"), (f"b-{OWN}-{REGION}", None)],
)
def test_names_that_agree_with_the_header(name: str, asked: str | None) -> None:
    assert refusal(name, asked) is None


@pytest.mark.parametrize(
    ("name", "asked", "code", "members", "words"),
    [
        (
            MINE,
            None,
            "MissingNamespaceHeader",
            {"Header": "x-amz-bucket-namespace"},
            "your request is missing the required x-amz-bucket-namespace header.",
        ),
        (MINE, "global", "InvalidNamespaceHeader", {}, "header value is global."),
        (
            "b",
            "account-regional",
            "InvalidNamespaceHeader",
            {},
            f"Specify -{OWN}-{REGION}-an as the bucket name suffix to create a bucket",
        ),
        (
            f"b-444455556666-{REGION}-an",
            "account-regional",
            "InvalidBucketNamespace",
            {"BucketNamespace": f"b-444455556666-{REGION}-an"},
            f"ID '444455556666' does not match the caller's AWS Account ID '{OWN}'.",
        ),
        (
            f"b-{OWN}-us-east-1-an",
            "account-regional",
            "InvalidBucketNamespace",
            {"BucketNamespace": f"b-{OWN}-us-east-1-an"},
            f"region 'us-east-1' does not match the current region '{REGION}'.",
        ),
        ("some-an", None, "InvalidBucketName", {"BucketName": "some-an"}, "not valid"),
        (
            MINE,
            "regional",
            "InvalidArgument",
            {"ArgumentName": "x-amz-bucket-namespace", "ArgumentValue": "regional"},
            "",
        ),
    ],
)
def test_names_that_do_not(
    name: str, asked: str | None, code: str, members: dict[str, str], words: str
) -> None:
    error = refusal(name, asked)

    assert error is not None
    assert (error.code, error.status, error.members) == (code, 400, members)
    assert words in error.message
