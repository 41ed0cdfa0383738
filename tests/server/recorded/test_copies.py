"""Copies as Amazon S3 was recorded to answer them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.conftest import refused
from tests.server.recorded.answers import (
    ALGORITHMS,
    HEAD,
    PUT,
    SUMS,
    error,
    missing_bucket,
    missing_key,
    names,
    status,
)

ITSELF = error(
    400,
    "InvalidRequest",
    "This copy request is illegal because it is trying to copy an object to itself without "
    "changing the object's metadata, storage class, website redirect location or encryption "
    "attributes.",
)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_copy_takes_another_checksum(owner: Any, key: dict[str, str], algorithm: str) -> None:
    source = f"{key['Bucket']}/{key['Key']}"
    for target in (key["Key"], "copy"):
        answer = owner.copy_object(
            Bucket=key["Bucket"],
            Key=target,
            CopySource=source,
            ChecksumAlgorithm=algorithm,
            MetadataDirective="REPLACE",
        )
        assert answer["CopyObjectResult"][f"Checksum{algorithm}"] == SUMS[algorithm]


def test_a_copy_carries_or_replaces(owner: Any, bucket: str) -> None:
    described = {"ContentType": "application/json", "Metadata": {"key": "value"}}
    given = {**described, "ContentLanguage": "en-US", "Tagging": "key1=value1"}
    owner.put_object(Bucket=bucket, Key="k", Body=b"x", **given)
    new = {"Metadata": {"another": "one"}, "ContentType": "image/jpg", "Tagging": "key2=value2"}

    def copy(target: str, **asked: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
        where = {"Bucket": bucket, "Key": target}
        answer = owner.copy_object(**where, CopySource=f"{bucket}/k", **asked)
        assert names(answer) == {"CopyObjectResult", "ServerSideEncryption"}
        assert names(answer["CopyObjectResult"]) == PUT - {"ServerSideEncryption"} | {
            "LastModified"
        }
        tags = owner.get_object_tagging(**where)["TagSet"]
        return owner.head_object(**where), tags

    first = [{"Key": "key1", "Value": "value1"}]
    for asked in ({}, {"MetadataDirective": "COPY", "TaggingDirective": "COPY"}):
        head, tags = copy("copy", **new, **asked)
        assert names(head) == HEAD | {"ContentLanguage", "TagCount"}
        assert {name: head[name] for name in described} == described
        assert tags == first
    head, tags = copy("new", **new, MetadataDirective="REPLACE", TaggingDirective="REPLACE")
    assert names(head) == HEAD | {"TagCount"}
    assert (head["Metadata"], head["ContentType"]) == ({"another": "one"}, "image/jpg")
    assert tags == [{"Key": "key2", "Value": "value2"}]
    head, tags = copy("empty", MetadataDirective="REPLACE", TaggingDirective="REPLACE")
    assert (head["Metadata"], head["ContentType"], tags) == ({}, "binary/octet-stream", [])


def test_a_copy_onto_itself(owner: Any, bucket: str) -> None:
    itself = {"Bucket": bucket, "Key": "k", "CopySource": f"{bucket}/k"}
    owner.put_object(Bucket=bucket, Key="k", StorageClass="STANDARD_IA", Metadata={"a": "b"})
    for asked in ({}, {"ACL": "private"}, {"Metadata": {"c": "d"}, "ContentType": "image/jpg"}):
        assert refused(owner.copy_object, **itself, **asked) == ITSELF
    for asked in (
        {"StorageClass": "STANDARD"},
        {"MetadataDirective": "REPLACE"},
        {"WebsiteRedirectLocation": "/test/direct"},
        {"ServerSideEncryption": "AES256"},
    ):
        assert status(owner.copy_object(**itself, **asked)) == 200
    owner.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    assert status(owner.copy_object(**itself)) == 200  # the bucket has a rule of its own


def test_sources_that_are_not_there(owner: Any, bucket: str) -> None:
    def copy(source: str) -> dict[str, Any]:
        return refused(owner.copy_object, Bucket=bucket, Key="target", CopySource=source)

    assert copy("nowhere-at-all/k") == missing_bucket("nowhere-at-all")
    assert copy(f"{bucket}/no") == missing_key("no")
    assert copy("wrongformat") == error(
        400,
        "InvalidArgument",
        "Invalid copy source object key",
        ArgumentName="x-amz-copy-source",
        ArgumentValue="x-amz-copy-source",
    )
