"""Conditional reads, writes and copies as Amazon S3 was recorded to answer them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.conftest import refused
from tests.server.recorded.answers import (
    NO_HEADER,
    error,
    failed,
    minutes,
    missing_key,
    status,
)


@pytest.mark.parametrize("head", [False, True])
def test_read_conditions(owner: Any, key: dict[str, str], *, head: bool) -> None:
    read = owner.head_object if head else owner.get_object
    found = owner.head_object(**key)
    etag, modified = found["ETag"], found["LastModified"]
    not_modified = error(304, "304", "Not Modified")
    for asked in (
        {"IfNoneMatch": etag},
        {"IfNoneMatch": etag.strip('"')},
        {"IfModifiedSince": modified},
        {"IfModifiedSince": minutes(0)},
    ):
        assert refused(read, **key, **asked) == not_modified
    for asked, header in (
        ({"IfMatch": '"bad"'}, "If-Match"),
        ({"IfUnmodifiedSince": minutes(-60)}, "If-Unmodified-Since"),
    ):
        wanted = error(412, "412", "Precondition Failed") if head else failed(header)
        assert refused(read, **key, **asked) == wanted
    for asked in (
        {"IfModifiedSince": minutes(60)},
        {"IfUnmodifiedSince": modified},
        {"IfMatch": etag.strip('"')},
        {"IfMatch": etag, "IfNoneMatch": '"bad"', "IfModifiedSince": minutes(-60)},
    ):
        assert status(read(**key, **asked)) == 200


@pytest.mark.parametrize("part", [False, True])
def test_conditions_on_a_source(owner: Any, key: dict[str, str], *, part: bool) -> None:
    bucket = key["Bucket"]
    target: dict[str, Any] = {"Bucket": bucket, "Key": "target"}
    copy = owner.copy_object
    if part:
        begun = owner.create_multipart_upload(**target)
        target |= {"UploadId": begun["UploadId"], "PartNumber": 1}
        copy = owner.upload_part_copy
    found = owner.head_object(**key)
    target["CopySource"] = f"{bucket}/{key['Key']}"
    etag = found["ETag"]
    for name, value, header in (
        ("IfMatch", '"bad"', "If-Match"),
        ("IfNoneMatch", etag, "If-None-Match"),
        ("IfNoneMatch", etag.strip('"'), "If-None-Match"),
        ("IfModifiedSince", found["LastModified"], "If-Modified-Since"),
        ("IfUnmodifiedSince", minutes(-60), "If-Unmodified-Since"),
    ):
        answer = refused(copy, **target, **{f"CopySource{name}": value})
        assert answer == failed(f"x-amz-copy-source-{header}")
    both = {"CopySourceIfNoneMatch": etag, "CopySourceIfUnmodifiedSince": minutes(-60)}
    assert refused(copy, **target, **both) == failed("x-amz-copy-source-If-Unmodified-Since")
    for good in (
        {"CopySourceIfMatch": etag, "CopySourceIfUnmodifiedSince": minutes(-60)},
        {"CopySourceIfNoneMatch": '"bad"', "CopySourceIfModifiedSince": minutes(-60)},
        {"CopySourceIfModifiedSince": minutes(60)},
        {"CopySourceIfUnmodifiedSince": found["LastModified"]},
    ):
        answer = copy(**target, **good)
        assert answer["CopyPartResult" if part else "CopyObjectResult"]["ETag"] == etag


@pytest.mark.parametrize("copies", [False, True])
def test_conditions_on_a_target(owner: Any, key: dict[str, str], *, copies: bool) -> None:
    bucket = key["Bucket"]
    more = {"CopySource": f"{bucket}/{key['Key']}"} if copies else {}
    write = owner.copy_object if copies else owner.put_object

    def no(**asked: str) -> dict[str, Any]:
        return refused(write, Bucket=bucket, Key="target", **more, **asked)

    assert no(IfMatch='"bad"') == missing_key("target")
    assert status(write(Bucket=bucket, Key="target", **more, IfNoneMatch="*")) == 200
    assert no(IfNoneMatch="*") == failed("If-None-Match")
    assert no(IfMatch='"bad"') == failed("If-Match")
    etag = owner.head_object(Bucket=bucket, Key="target")["ETag"]
    assert status(write(Bucket=bucket, Key="target", **more, IfMatch=etag)) == 200
    for asked, header, why in (
        ({"IfMatch": "*"}, "If-Match", "We don't accept the provided value of If-Match header for"),
        (
            {"IfNoneMatch": "x"},
            "If-None-Match",
            "We don't accept the provided value of If-None-Match header for",
        ),
    ):
        assert no(**asked) == error(
            501, "NotImplemented", NO_HEADER, Header=header, additionalMessage=f"{why} this API"
        )
    assert no(IfMatch="x", IfNoneMatch="*") == error(
        501,
        "NotImplemented",
        NO_HEADER,
        Header="If-Match,If-None-Match",
        additionalMessage="Multiple conditional request headers present in the request",
    )
