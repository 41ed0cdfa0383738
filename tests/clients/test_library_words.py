"""What each library is told, operation by operation; a stand-in takes the library's place.

The libraries live in Pythons of their own and may not be here. `test_sdk_programs.py` runs them
where they are; this holds what is said to them, and what is refused because they have no word.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import importlib.util
import io
import json
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, call

import pytest

import conformance.clients

FOLDER = Path(conformance.clients.__file__).parent / "libraries"
TIME = datetime.datetime(2026, 2, 3, tzinfo=datetime.UTC)
SETTINGS: dict[str, Any] = {
    "endpoint": "http://h:9",
    "region": "us-east-1",
    "addressing": "path",
    "proxy": "http://proxy",
    "ca": None,
    "credentials": {"access_key": "AK", "secret_key": "SK", "session_token": None},
}
REFUSED = "refused"


def loaded(name: str) -> ModuleType:
    """A module of the folder, fresh, as its program has it."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


program = loaded("program")


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: f"of {name}")


def faked(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[MagicMock]:
    made = [MagicMock(name=name) for name in names]
    for name, fake in zip(names, made, strict=True):
        monkeypatch.setitem(sys.modules, name, fake)
    return made


def said(library: Any, operation: str, members: dict[str, Any]) -> Any:
    """What the operation gives, or that it is refused."""
    try:
        return getattr(library, operation)(program.Members(members))
    except NotImplementedError:
        return REFUSED


B, K = {"Bucket": "b"}, {"Bucket": "b", "Key": "k"}


# object_store


@pytest.fixture
def obstore(monkeypatch: pytest.MonkeyPatch) -> Any:
    top, store = faked(monkeypatch, "obstore", "obstore.store")
    store.S3Store.side_effect = lambda bucket, **_options: ("store", bucket)
    top.get.return_value.bytes.return_value = b"body"
    top.list.return_value = [["page"]]
    module = loaded("obstore_says")
    return SimpleNamespace(says=module, top=top, store=store, lib=module.Library(SETTINGS))


STORE = ("store", "b")


@pytest.mark.parametrize(
    ("operation", "members", "told"),
    [
        ("PutObject", {**K, "Body": b"x"}, call.put(STORE, "k", b"x", attributes=None, mode=None)),
        ("PutObject", K, call.put(STORE, "k", b"", attributes=None, mode=None)),
        (
            "PutObject",
            {**K, "ContentType": "t", "Metadata": {"a": "b"}},
            call.put(STORE, "k", b"", attributes={"Content-Type": "t", "a": "b"}, mode=None),
        ),
        (
            "PutObject",
            {**K, "IfMatch": "e"},
            call.put(STORE, "k", b"", attributes=None, mode={"e_tag": "e"}),
        ),
        (
            "PutObject",
            {**K, "IfNoneMatch": "*"},
            call.put(STORE, "k", b"", attributes=None, mode="create"),
        ),
        ("PutObject", {**K, "IfNoneMatch": "e"}, None),
        ("PutObject", {**K, "IfNoneMatch": "*", "IfMatch": "e"}, None),
        ("PutObject", {**K, "ACL": "private"}, None),
        ("PutObject", {**B, "Key": "a//b"}, None),
        ("GetObject", K, call.get(STORE, "k", options=None)),
        (
            "GetObject",
            {**K, "IfMatch": "e", "IfNoneMatch": "f", "IfModifiedSince": TIME},
            call.get(
                STORE,
                "k",
                options={"if_match": "e", "if_none_match": "f", "if_modified_since": TIME},
            ),
        ),
        ("GetObject", {**K, "IfUnmodifiedSince": "soon"}, None),
        ("GetObject", {**K, "Range": "bytes=1-3"}, call.get(STORE, "k", options={"range": (1, 4)})),
        (
            "GetObject",
            {**K, "Range": "bytes=5-"},
            call.get(STORE, "k", options={"range": {"offset": 5}}),
        ),
        (
            "GetObject",
            {**K, "Range": "bytes=-5"},
            call.get(STORE, "k", options={"range": {"suffix": 5}}),
        ),
        ("GetObject", {**K, "Range": "bytes=-"}, None),
        ("GetObject", {**K, "Range": "bytes=1"}, None),
        ("GetObject", {**K, "Range": "lines=1-2"}, None),
        ("GetObject", {**K, "Range": "bytes=a-2"}, None),
        ("GetObject", {**K, "VersionId": "v"}, None),
        ("HeadObject", K, call.head(STORE, "k")),
        ("HeadObject", {**K, "VersionId": "v"}, None),
        ("DeleteObject", K, None),
        (
            "DeleteObjects",
            {**B, "Delete": {"Objects": [{"Key": "a"}, {"Key": "b"}], "Quiet": False}},
            call.delete(STORE, ["a", "b"]),
        ),
        ("DeleteObjects", {**B, "Delete": {"Objects": [], "Quiet": True}}, None),
        ("DeleteObjects", {**B, "Delete": {"Objects": [{"Key": "a", "VersionId": "v"}]}}, None),
        ("DeleteObjects", {**B, "Delete": {"Objects": [], "More": 1}}, None),
        ("DeleteObjects", {**B, "Delete": {}, "MFA": "x"}, None),
        ("CopyObject", {**K, "CopySource": "/b/a%20b"}, call.copy(STORE, "a b", "k")),
        ("CopyObject", {**K, "CopySource": "c/a"}, None),
        ("CopyObject", {**K, "CopySource": "b/a?versionId=v"}, None),
        ("CopyObject", {**K, "CopySource": "b"}, None),
        ("CopyObject", {**K, "CopySource": "b/a", "ACL": "x"}, None),
        ("ListObjectsV2", B, call.list(STORE, None, offset=None)),
        (
            "ListObjectsV2",
            {**B, "Prefix": "a/", "StartAfter": "a/b"},
            call.list(STORE, "a/", offset="a/b"),
        ),
        (
            "ListObjectsV2",
            {**B, "Prefix": "a/", "Delimiter": "/"},
            call.list_with_delimiter(STORE, "a/"),
        ),
        ("ListObjectsV2", {**B, "Delimiter": "-"}, None),
        ("ListObjectsV2", {**B, "Delimiter": "/", "StartAfter": "a"}, None),
        ("ListObjectsV2", {**B, "Prefix": "a"}, None),
        ("ListObjectsV2", {**B, "MaxKeys": 1}, None),
    ],
)
def test_object_store(obstore: Any, operation: str, members: dict[str, Any], told: Any) -> None:
    given = said(obstore.lib, operation, members)

    if told is None:
        assert given == REFUSED
        assert obstore.top.mock_calls == []
    else:
        assert obstore.top.mock_calls[0] == told
        assert given == (b"body" if operation == "GetObject" else None)


def test_the_options_of_object_store(obstore: Any) -> None:
    assert obstore.says.VERSION == "object_store (obstore/of obstore)"
    plain = {
        "endpoint": "http://h:9",
        "region": "us-east-1",
        "virtual_hosted_style_request": False,
        "client_options": {
            "proxy_url": "http://proxy",
            "allow_http": True,
            "timeout": "60 seconds",
        },
        "retry_config": {"max_retries": 0, "retry_timeout": datetime.timedelta(seconds=60)},
    }
    keys = {"access_key_id": "AK", "secret_access_key": "SK"}
    token = SETTINGS["credentials"] | {"session_token": "T"}
    trusting = plain["client_options"] | {"allow_invalid_certificates": True}  # type: ignore[operator]  # a dict
    for changes, options in (
        ({}, plain | keys),
        ({"credentials": token}, plain | keys | {"session_token": "T"}),
        ({"credentials": None}, plain | {"skip_signature": True}),
        ({"ca": "/ca"}, plain | keys | {"client_options": trusting}),
        (
            {"addressing": "virtual"},
            plain | keys | {"virtual_hosted_style_request": True, "endpoint": "http://b.h:9"},
        ),
    ):
        said(obstore.says.Library(SETTINGS | changes), "HeadObject", dict(K))
        assert obstore.store.S3Store.call_args == call("b", **options)


@pytest.mark.parametrize(
    ("operation", "method"),
    [
        ("GetObject", "GET"),
        ("PutObject", "PUT"),
        ("HeadObject", "HEAD"),
        ("DeleteObject", "DELETE"),
        ("ListObjectsV2", None),
    ],
)
def test_urls_of_object_store_and_minio(
    obstore: Any, minio: Any, operation: str, method: str | None
) -> None:
    span = datetime.timedelta(seconds=60)
    for lib, told in (
        (obstore.lib, lambda: obstore.top.sign.call_args == call(STORE, method, "k", span)),
        (
            minio.lib,
            lambda: minio.s3.get_presigned_url.call_args == call(method, "b", "k", expires=span),
        ),
    ):
        if method is None:
            with pytest.raises(NotImplementedError):
                lib.presign(operation, program.Members(K), 60)
        else:
            assert lib.presign(operation, program.Members(K), 60)
            assert told()


# s3fs


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


# opendal


@pytest.fixture
def opendal(monkeypatch: pytest.MonkeyPatch) -> Any:
    (top,) = faked(monkeypatch, "opendal")
    module = loaded("opendal_says")
    operator = top.Operator.return_value
    operator.read.return_value = bytearray(b"body")
    operator.list.return_value = ["entry"]
    return SimpleNamespace(says=module, top=top, operator=operator, lib=module.Library(SETTINGS))


@pytest.mark.parametrize(
    ("operation", "members", "told"),
    [
        ("PutObject", {**K, "Body": b"x"}, call.write("k", b"x")),
        (
            "PutObject",
            {**K, "ContentType": "t", "Metadata": {"a": "b"}},
            call.write("k", b"", content_type="t", user_metadata={"a": "b"}),
        ),
        ("PutObject", {**K, "IfNoneMatch": "*"}, call.write("k", b"", if_not_exists=True)),
        ("PutObject", {**K, "IfNoneMatch": "e"}, call.write("k", b"", if_none_match="e")),
        ("PutObject", {**K, "ACL": "private"}, None),
        ("GetObject", K, call.read("k")),
        ("GetObject", {**K, "VersionId": "v"}, call.read("k", version="v")),
        ("GetObject", {**K, "IfModifiedSince": TIME}, call.read("k", if_modified_since=TIME)),
        ("GetObject", {**K, "IfModifiedSince": "soon"}, None),
        ("GetObject", {**K, "Range": "bytes=1-3"}, call.read("k", offset=1, size=3)),
        ("GetObject", {**K, "Range": "bytes=3-3"}, call.read("k", offset=3, size=1)),
        ("GetObject", {**K, "Range": "bytes=5-"}, call.read("k", offset=5)),
        ("GetObject", {**K, "Range": "bytes=3-2"}, None),
        ("GetObject", {**K, "Range": "bytes=-5"}, None),
        ("GetObject", {**K, "Range": "bytes=1"}, None),
        ("GetObject", {**K, "Range": "bytes=1-x"}, None),
        ("GetObject", {**K, "Range": "lines=1-2"}, None),
        ("GetObject", {**K, "PartNumber": 1}, None),
        ("HeadObject", {**K, "VersionId": "v"}, call.stat("k", version="v")),
        ("HeadObject", {**K, "PartNumber": 1}, None),
        ("DeleteObject", {**K, "VersionId": "v"}, call.delete("k", version="v")),
        ("DeleteObject", {**K, "MFA": "x"}, None),
        ("CopyObject", {**K, "CopySource": "b/a"}, call.copy("a", "k")),
        ("CopyObject", {**K, "CopySource": "c/a"}, None),
        ("CopyObject", {**K, "CopySource": "b/a", "ACL": "x"}, None),
        ("ListObjectsV2", B, call.list("", recursive=True)),
        (
            "ListObjectsV2",
            {**B, "Prefix": "a/", "Delimiter": "/", "StartAfter": "a/b"},
            call.list("a/", recursive=False, start_after="a/b"),
        ),
        ("ListObjectsV2", {**B, "Delimiter": "-"}, None),
        ("ListObjectsV2", {**B, "Prefix": "a"}, None),
        ("ListObjectsV2", {**B, "MaxKeys": 1}, None),
    ],
)
def test_opendal(opendal: Any, operation: str, members: dict[str, Any], told: Any) -> None:
    given = said(opendal.lib, operation, members)

    if told is None:
        assert given == REFUSED
        assert opendal.operator.mock_calls == []
    else:
        assert opendal.operator.mock_calls[0] == told
        assert given == (b"body" if operation == "GetObject" else None)


def test_the_options_of_opendal(opendal: Any) -> None:
    plain = {
        "endpoint": "http://h:9",
        "region": "us-east-1",
        "disable_config_load": "true",
        "disable_ec2_metadata": "true",
    }
    keys = {"access_key_id": "AK", "secret_access_key": "SK"}
    token = SETTINGS["credentials"] | {"session_token": "T"}
    for changes, options in (
        ({}, plain | keys),
        ({"credentials": token}, plain | keys | {"session_token": "T"}),
        ({"credentials": None}, plain | {"allow_anonymous": "true"}),
        ({"addressing": "virtual"}, plain | keys | {"enable_virtual_host_style": "true"}),
    ):
        said(opendal.says.Library(SETTINGS | changes), "HeadObject", dict(K))
        assert opendal.top.Operator.call_args == call("s3", bucket="b", **options)


@pytest.mark.parametrize(
    ("operation", "method"),
    [
        ("GetObject", "presign_read"),
        ("HeadObject", "presign_stat"),
        ("PutObject", "presign_write"),
        ("DeleteObject", "presign_delete"),
        ("CopyObject", None),
    ],
)
def test_urls_of_opendal(opendal: Any, operation: str, method: str | None) -> None:
    asked: list[Any] = []

    async def made(*words: Any) -> Any:
        asked.append(words)
        return SimpleNamespace(url="http://u")

    if method is None:
        with pytest.raises(NotImplementedError):
            opendal.lib.presign(operation, program.Members(K), 60)
        return
    opendal.top.AsyncOperator.return_value = SimpleNamespace(**{method: made})
    assert opendal.lib.presign(operation, program.Members(K), 60) == "http://u"
    assert asked == [("k", 60)]


# minio


@pytest.fixture
def minio(monkeypatch: pytest.MonkeyPatch) -> Any:
    top, common, deleting, versioning = faked(
        monkeypatch,
        "minio",
        "minio.commonconfig",
        "minio.deleteobjects",
        "minio.versioningconfig",
    )
    common.CopySource.side_effect = lambda *words, **more: ("source", *words, more)
    common.Tags.new_object_tags.side_effect = dict
    deleting.DeleteObject.side_effect = lambda *words: words
    versioning.VersioningConfig.side_effect = lambda status: ("config", status)
    s3 = top.Minio.return_value
    s3.get_object.return_value.stream.return_value = [b"bo", b"dy"]
    s3.list_objects.return_value = ["entry"]
    s3.remove_objects.return_value = []
    module = loaded("minio_says")
    return SimpleNamespace(says=module, top=top, s3=s3, lib=module.Library(SETTINGS))


def listing(*, v1: bool = False, **more: Any) -> Any:
    words = {
        "prefix": None,
        "recursive": True,
        "start_after": None,
        "fetch_owner": False,
        "use_url_encoding_type": False,
        "use_api_v1": v1,
    }
    return call.list_objects("b", **(words | more))


SOURCE = {**K, "CopySource": "/c/a%20b?versionId=v"}
VERSION = {"Key": "c", "VersionId": "v"}
TAGS = [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize(
    ("operation", "members", "told"),
    [
        ("ListBuckets", {}, call.list_buckets()),
        ("ListBuckets", {"Prefix": "a"}, None),
        ("CreateBucket", B, call.make_bucket("b", location=None, object_lock=False)),
        (
            "CreateBucket",
            {
                **B,
                "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"},
                "ObjectLockEnabledForBucket": True,
            },
            call.make_bucket("b", location="eu-west-1", object_lock=True),
        ),
        ("CreateBucket", {**B, "CreateBucketConfiguration": {"Tags": []}}, None),
        ("CreateBucket", {**B, "ACL": "private"}, None),
        ("HeadBucket", B, call.bucket_exists("b")),
        ("HeadBucket", {**B, "More": 1}, None),
        ("DeleteBucket", B, call.remove_bucket("b")),
        ("DeleteBucket", {**B, "More": 1}, None),
        ("GetObject", K, call.get_object("b", "k", request_headers=None, version_id=None)),
        (
            "GetObject",
            {**K, "VersionId": "v", "Range": "bytes=1-", "IfMatch": "e", "IfNoneMatch": "f"},
            call.get_object(
                "b",
                "k",
                request_headers={"If-Match": "e", "If-None-Match": "f", "Range": "bytes=1-"},
                version_id="v",
            ),
        ),
        ("GetObject", {**K, "PartNumber": 1}, None),
        ("HeadObject", {**K, "VersionId": "v"}, call.stat_object("b", "k", version_id="v")),
        ("HeadObject", {**K, "PartNumber": 1}, None),
        ("DeleteObject", {**K, "VersionId": "v"}, call.remove_object("b", "k", version_id="v")),
        ("DeleteObject", {**K, "MFA": "x"}, None),
        (
            "DeleteObjects",
            {
                **B,
                "Delete": {
                    "Quiet": True,
                    "Objects": [{"Key": "a"}, {"Key": "c", "VersionId": "v"}],
                },
            },
            call.remove_objects("b", [("a", None), ("c", "v")], bypass_governance_mode=False),
        ),
        (
            "DeleteObjects",
            {**B, "Delete": {"Quiet": True}, "BypassGovernanceRetention": True},
            call.remove_objects("b", [], bypass_governance_mode=True),
        ),
        ("DeleteObjects", {**B, "Delete": {"Quiet": False}}, None),
        ("DeleteObjects", {**B, "Delete": {"Quiet": True, "More": 1}}, None),
        ("DeleteObjects", {**B, "Delete": {"Quiet": True, "Objects": [{"ETag": "e"}]}}, None),
        ("DeleteObjects", {**B, "Delete": {"Quiet": True}, "MFA": "x"}, None),
        (
            "CopyObject",
            SOURCE,
            call.copy_object(
                "b",
                "k",
                ("source", "c", "a b", {"version_id": "v"}),
                metadata=None,
                metadata_directive=None,
            ),
        ),
        (
            "CopyObject",
            {**K, "CopySource": "c/a", "MetadataDirective": "REPLACE", "Metadata": {"a": "b"}},
            call.copy_object(
                "b",
                "k",
                ("source", "c", "a", {"version_id": None}),
                metadata={"a": "b"},
                metadata_directive="REPLACE",
            ),
        ),
        ("CopyObject", {**K, "CopySource": "c"}, None),
        ("CopyObject", {**K, "CopySource": "c/a", "ACL": "x"}, None),
        ("ListObjectsV2", B, listing()),
        (
            "ListObjectsV2",
            {**B, "Prefix": "a", "Delimiter": "/", "StartAfter": "x", "EncodingType": "url"},
            listing(prefix="a", recursive=False, start_after="x", use_url_encoding_type=True),
        ),
        ("ListObjectsV2", {**B, "FetchOwner": True}, listing(fetch_owner=True)),
        ("ListObjectsV2", {**B, "Marker": "x"}, None),
        ("ListObjectsV2", {**B, "Delimiter": "-"}, None),
        ("ListObjectsV2", {**B, "EncodingType": "x"}, None),
        ("ListObjects", {**B, "Marker": "x"}, listing(v1=True, start_after="x")),
        ("ListObjects", {**B, "StartAfter": "x"}, None),
        (
            "PutObjectTagging",
            {**K, "Tagging": {"TagSet": TAGS}, "VersionId": "v"},
            call.set_object_tags("b", "k", {"a": "b"}, version_id="v"),
        ),
        ("PutObjectTagging", {**K, "Tagging": {"TagSet": [*TAGS, *TAGS]}}, None),
        ("PutObjectTagging", {**K, "Tagging": {"TagSet": TAGS}, "More": 1}, None),
        ("GetObjectTagging", K, call.get_object_tags("b", "k", version_id=None)),
        ("GetObjectTagging", {**K, "More": 1}, None),
        ("DeleteObjectTagging", K, call.delete_object_tags("b", "k", version_id=None)),
        ("DeleteObjectTagging", {**K, "More": 1}, None),
        (
            "PutBucketVersioning",
            {**B, "VersioningConfiguration": {"Status": "Suspended"}},
            call.set_bucket_versioning("b", ("config", "Suspended")),
        ),
        ("PutBucketVersioning", {**B, "VersioningConfiguration": {"Status": "Off"}}, None),
        (
            "PutBucketVersioning",
            {**B, "VersioningConfiguration": {"Status": "Enabled", "MFADelete": "x"}},
            None,
        ),
        (
            "PutBucketVersioning",
            {**B, "VersioningConfiguration": {"Status": "Enabled"}, "MFA": "x"},
            None,
        ),
        ("GetBucketVersioning", B, call.get_bucket_versioning("b")),
        ("GetBucketVersioning", {**B, "More": 1}, None),
        ("PutBucketPolicy", {**B, "Policy": "{}"}, call.set_bucket_policy("b", "{}")),
        ("PutBucketPolicy", {**B, "Policy": "{}", "More": 1}, None),
        ("GetBucketPolicy", B, call.get_bucket_policy("b")),
        ("GetBucketPolicy", {**B, "More": 1}, None),
        ("DeleteBucketPolicy", B, call.delete_bucket_policy("b")),
        ("DeleteBucketPolicy", {**B, "More": 1}, None),
    ],
)
def test_minio(minio: Any, operation: str, members: dict[str, Any], told: Any) -> None:
    given = said(minio.lib, operation, members)

    if told is None:
        assert given == REFUSED
        assert minio.s3.mock_calls == []
    else:
        assert minio.s3.mock_calls[0] == told
        assert given == (b"body" if operation == "GetObject" else None)


def test_minio_puts_an_object(minio: Any) -> None:
    members = {**K, "Body": b"abc", "Metadata": {"a": "b"}, "CacheControl": "c", "ContentType": "t"}
    minio.lib.PutObject(program.Members(members))
    bucket, key, stream, length = minio.s3.put_object.call_args.args
    assert (bucket, key, stream.read(), length) == ("b", "k", b"abc", 3)
    assert minio.s3.put_object.call_args.kwargs == {
        "metadata": {"a": "b", "Cache-Control": "c"},
        "content_type": "t",
    }
    minio.lib.PutObject(program.Members(K))
    assert minio.s3.put_object.call_args.kwargs == {"metadata": None}
    assert said(minio.lib, "PutObject", {**K, "ACL": "x"}) == REFUSED


def test_what_minio_answers_is_told(minio: Any) -> None:
    minio.lib.GetObject(program.Members(K))
    answer = minio.s3.get_object.return_value
    assert [answer.close.call_count, answer.release_conn.call_count] == [1, 1]
    minio.s3.bucket_exists.return_value = False
    with pytest.raises(LookupError, match="bucket_exists says no"):
        minio.lib.HeadBucket(program.Members(B))
    minio.s3.remove_objects.return_value = [SimpleNamespace(code="C", message="m")]
    with pytest.raises(RuntimeError, match="C: m"):
        minio.lib.DeleteObjects(program.Members({**B, "Delete": {"Quiet": True}}))


def test_the_options_of_minio(minio: Any) -> None:
    options = minio.top.Minio.call_args.kwargs
    assert (options["endpoint"], options["secure"], options["region"]) == (
        "h:9",
        False,
        "us-east-1",
    )
    assert (options["access_key"], options["secret_key"], options["session_token"]) == (
        "AK",
        "SK",
        None,
    )
    pool = options["http_client"].connection_pool_kw
    assert (pool["timeout"].total, pool["retries"].total) == (60, 0)
    assert minio.s3.enable_virtual_style_endpoint.call_count == 0
    other = {"endpoint": "https://h/s3", "credentials": None, "addressing": "virtual"}
    based = minio.says.Library(SETTINGS | other)
    options = minio.top.Minio.call_args.kwargs
    assert (options["endpoint"], options["secure"], options["access_key"]) == ("h", True, None)
    assert minio.s3.enable_virtual_style_endpoint.call_count == 1
    for operation, members in (("ListBuckets", {}), ("HeadBucket", B), ("GetObject", K)):
        assert said(based, operation, dict(members)) == REFUSED


# the program


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a/b", True),
        ("", False),
        ("a//b", False),
        ("/a", False),
        ("a/", False),
        ("./a", False),
        ("a/../b", False),
        ("..a", True),
    ],
)
def test_a_key_that_is_a_path(key: str, path: bool) -> None:
    if path:
        assert program.Members(Key=key).path() == key
    else:
        with pytest.raises(NotImplementedError, match="is no path of a file"):
            program.Members(Key=key).path()


def test_a_member_is_taken_once() -> None:
    members = program.Members(B=1, A=2)
    assert (members.take("B"), members.take("B"), members.take("B", 3)) == (1, None, 3)
    with pytest.raises(NotImplementedError, match="the library has no word for A"):
        members.done()
    members.take("A")
    members.done()


class Says:
    """A library that is told."""

    VERSION = "lib/1"

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings

    def Echo(self, members: Any) -> bytes:  # noqa: N802 - as operations are
        return repr(dict(members)).encode()

    def Quiet(self, _members: Any) -> None:  # noqa: N802
        return None

    def Fails(self, members: Any) -> None:  # noqa: N802
        raise KeyError(members["said"])

    def Cannot(self, _members: Any) -> None:  # noqa: N802
        raise NotImplementedError("no word")

    def presign(self, operation: str, members: Any, expires: int) -> str:
        return f"{operation} {dict(members)} {expires}"


def test_lines_are_answered_until_there_are_no_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "lib_says", SimpleNamespace(Library=Says, VERSION="lib/1"))
    (tmp_path / "body").write_bytes(b"abc")
    out = str(tmp_path / "out")

    def asked(operation: str, members: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"do": "call", "operation": operation, "members": members, "out": out, **more}

    lines = [
        {"any": "settings"},
        asked("Echo", {"a": {"$bytes": "/w=="}, "t": {"$time": "2026-02-03T00:00:00+00:00"}}),
        asked("Echo", {}, body=str(tmp_path / "body"), body_member="Body"),
        asked("Quiet", {}),
        asked("Fails", {"said": "Connect refused"}),
        asked("Fails", {"said": "x" * 3000}),
        asked("Cannot", {}),
        asked("Nothing", {}),
        {"do": "presign", "operation": "GetObject", "members": {"a": 1}, "expires": 5},
        {"do": "other", "operation": "GetObject", "members": {}},
    ]
    echoed: list[bytes] = []
    delivered = Path.write_bytes

    def keep(path: Path, data: bytes) -> int:
        echoed.append(data)
        return delivered(path, data)

    monkeypatch.setattr(Path, "write_bytes", keep)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(map(json.dumps, lines)) + "\n"))
    answers = tmp_path / "answers"
    where = os.open(answers, os.O_RDWR | os.O_CREAT)
    monkeypatch.setattr(os, "dup", lambda _number: where)
    monkeypatch.setattr(os, "dup2", lambda *_numbers: None)
    program.main("lib")
    said_ = [json.loads(line) for line in answers.read_text().splitlines()]

    assert said_[0] == {"ok": True, "version": "lib/1"}
    assert said_[1:4] == [{"ok": True}] * 3
    assert echoed == [
        repr({"a": b"\xff", "t": datetime.datetime(2026, 2, 3, tzinfo=datetime.UTC)}).encode(),
        b"{'Body': b'abc'}",
    ]
    assert said_[4] == {"ok": False, "error": "KeyError: 'Connect refused'", "network": True}
    assert (len(said_[5]["error"]), said_[5]["network"]) == (2000, False)
    assert said_[6] == {"ok": False, "refused": True, "error": "no word"}
    assert said_[7]["error"] == "the library has no way to say Nothing"
    assert said_[8] == {"ok": True, "url": "GetObject {'a': 1} 5"}
    assert said_[9]["error"] == "the library has no way to say other"
