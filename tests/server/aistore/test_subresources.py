"""Sub-resources AIStore does not know: stubs, and those that destroy; here on sacrificial things.

The plain reference server is asked the same, and is immune.
"""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from server_ref.server import S3Server
from tests.server.aistore.conftest import ONCE, Ask

TAGS = {"TagSet": [{"Key": "a", "Value": "b"}]}


@pytest.mark.parametrize("name", ["acl", "cors", "policy", "lifecycle"])
@pytest.mark.parametrize("key", ["", "/key"])
def test_stubs_are_501_and_empty(ask: Ask, bucket: str, name: str, key: str) -> None:
    answer = ask("GET", f"/{bucket}{key}?{name}")

    assert (answer.status_code, answer.content) == (501, b"")


@pytest.mark.parametrize("name", ["cors", "lifecycle", "tagging", "policy", "website"])
def test_put_of_a_buckets_subresource_conflicts_or_creates(
    ask: Ask, bucket: str, name: str
) -> None:
    assert ask("PUT", f"/{bucket}?{name}", data=b"<Any/>").status_code == 409
    assert ask("PUT", f"/made-by-{name}?{name}", data=b"<Any/>").status_code == 200
    assert ask("HEAD", f"/made-by-{name}").status_code == 200


@pytest.mark.parametrize("name", ["cors", "lifecycle", "tagging", "policy", "website"])
def test_delete_of_a_buckets_subresource_destroys_it(ask: Ask, bucket: str, name: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"precious")

    assert ask("DELETE", f"/{bucket}?{name}").status_code == 200
    assert ask("HEAD", f"/{bucket}").status_code == 404


@pytest.mark.parametrize("name", ["acl", "tagging", "retention", "legal-hold"])
def test_put_of_an_objects_subresource_overwrites_it(ask: Ask, bucket: str, name: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"precious")

    assert ask("PUT", f"/{bucket}/key?{name}", data=b"<Any/>").status_code == 200
    assert ask("GET", f"/{bucket}/key").content == b"<Any/>"


def test_delete_of_an_objects_subresource_deletes_it(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"precious")

    assert ask("DELETE", f"/{bucket}/key?tagging").status_code == 200
    assert ask("GET", f"/{bucket}/key").status_code == 404


def test_get_of_an_objects_subresource_reads_it(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"content")

    assert ask("GET", f"/{bucket}/key?tagging").content == b"content"


def _four(s3: Any, bucket: str) -> tuple[bool, bool, bool]:
    """The four as boto3 sends them; whether content, object and bucket are as they were."""
    s3.put_object(Bucket=bucket, Key="key", Body=b"precious")
    s3.put_object_tagging(Bucket=bucket, Key="key", Tagging=TAGS)
    content = s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"precious"
    s3.delete_object_tagging(Bucket=bucket, Key="key")
    there = _is(s3.head_object, Bucket=bucket, Key="key")
    s3.delete_bucket_lifecycle(Bucket=bucket)
    survived = _is(s3.head_bucket, Bucket=bucket)
    return content, there, survived


def _is(head: Any, **members: str) -> bool:
    try:
        head(**members)
    except ClientError:
        return False
    return True


def test_the_four_by_boto3(s3: Any, bucket: str) -> None:
    assert _four(s3, bucket) == (False, False, False)


def test_the_plain_server_is_immune(s3compat_server: S3Server) -> None:
    plain = boto3.client("s3", **s3compat_server.client_kwargs, config=ONCE)
    plain.create_bucket(Bucket="immune")

    assert _four(plain, "immune") == (True, True, True)
