"""What s3fs is told, operation by operation, its options and its URLs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import call

import pytest

from tests.clients.libraries.telling import REFUSED, SETTINGS, B, K, faked, loaded, program, said


@pytest.fixture
def s3fs(monkeypatch: pytest.MonkeyPatch) -> Any:
    (top,) = faked(monkeypatch, "s3fs")
    module = loaded("s3fs_says")
    files = top.S3FileSystem.return_value
    files.cat_file.return_value = bytearray(b"body")
    return SimpleNamespace(says=module, top=top, files=files, lib=module.Library(SETTINGS))


@pytest.mark.parametrize(
    ("operation", "members", "told"),
    [
        ("PutObject", {**K, "Body": b"x"}, call.pipe_file("b/k", b"x")),
        (
            "PutObject",
            {**K, "ACL": "private", "Metadata": {"a": "b"}},
            call.pipe_file("b/k", b"", Metadata={"a": "b"}, ACL="private"),
        ),
        ("PutObject", {**K, "IfNoneMatch": "*"}, call.pipe_file("b/k", b"", mode="create")),
        ("PutObject", {**K, "IfNoneMatch": "e"}, None),
        ("PutObject", {**K, "IfMatch": "e"}, None),
        ("GetObject", K, call.cat_file("b/k", start=None, end=None)),
        ("GetObject", {**K, "Range": "bytes=1-3"}, call.cat_file("b/k", start=1, end=4)),
        ("GetObject", {**K, "Range": "bytes=5-"}, call.cat_file("b/k", start=5, end=None)),
        ("GetObject", {**K, "Range": "bytes=-5"}, call.cat_file("b/k", start=-5, end=None)),
        ("GetObject", {**K, "Range": "bytes=-"}, None),
        ("GetObject", {**K, "Range": "bytes=1"}, None),
        ("GetObject", {**K, "Range": "lines=1-2"}, None),
        ("GetObject", {**K, "VersionId": "v"}, None),
        ("HeadObject", K, call.info("b/k", refresh=True)),
        ("HeadObject", {**K, "VersionId": "v"}, None),
        ("DeleteObject", K, call.rm_file("b/k")),
        ("DeleteObject", {**K, "VersionId": "v"}, None),
        ("CopyObject", {**K, "CopySource": "c/a"}, call.cp_file("c/a", "b/k")),
        ("CopyObject", {**K, "CopySource": "c/a", "ACL": "x"}, None),
        ("CreateBucket", B, call.mkdir("b")),
        (
            "CreateBucket",
            {**B, "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
            call.mkdir("b", region_name="eu-west-1"),
        ),
        ("CreateBucket", {**B, "CreateBucketConfiguration": {"Tags": []}}, None),
        ("CreateBucket", {**B, "ACL": "private"}, None),
        ("DeleteBucket", B, call.rmdir("b")),
        ("DeleteBucket", {**B, "ExpectedBucketOwner": "x"}, None),
        ("ListBuckets", {}, call.ls("", refresh=True)),
        ("ListBuckets", {"Prefix": "a"}, None),
        ("ListObjectsV2", B, call.find("b")),
        ("ListObjectsV2", {**B, "Prefix": "a/"}, call.find("b/a")),
        ("ListObjectsV2", {**B, "Delimiter": "/"}, call.ls("b", refresh=True)),
        ("ListObjectsV2", {**B, "Delimiter": "-"}, None),
        ("ListObjectsV2", {**B, "Prefix": "a"}, None),
        ("ListObjectsV2", {**B, "MaxKeys": 1}, None),
    ],
)
def test_s3fs(s3fs: Any, operation: str, members: dict[str, Any], told: Any) -> None:
    given = said(s3fs.lib, operation, members)

    if told is None:
        assert given == REFUSED
        assert s3fs.files.mock_calls == []
    else:
        assert s3fs.files.mock_calls == [told]
        assert given == (b"body" if operation == "GetObject" else None)


def test_the_options_and_urls_of_s3fs(s3fs: Any) -> None:
    options = s3fs.top.S3FileSystem.call_args.kwargs
    assert (options["anon"], options["key"], options["secret"], options["token"]) == (
        False,
        "AK",
        "SK",
        None,
    )
    assert (options["endpoint_url"], options["client_kwargs"]) == ("http://h:9", {"verify": None})
    assert options["config_kwargs"] == {
        "region_name": "us-east-1",
        "s3": {"addressing_style": "path"},
        "proxies": {"http": "http://proxy", "https": "http://proxy"},
        "retries": {"total_max_attempts": 1, "mode": "standard"},
        "connect_timeout": 60,
        "read_timeout": 60,
    }
    assert (options["use_listings_cache"], options["skip_instance_cache"]) == (False, True)
    assert s3fs.files.retries == 1
    s3fs.says.Library(SETTINGS | {"credentials": None})
    assert s3fs.top.S3FileSystem.call_args.kwargs["anon"] is True
    for operation, method in (("GetObject", "get_object"), ("PutObject", "put_object")):
        assert s3fs.lib.presign(operation, program.Members(K), 60)
        assert s3fs.files.url.call_args == call("b/k", expires=60, client_method=method)
    for operation, members in (("HeadObject", K), ("GetObject", {**K, "VersionId": "v"})):
        with pytest.raises(NotImplementedError):
            s3fs.lib.presign(operation, program.Members(members), 60)
