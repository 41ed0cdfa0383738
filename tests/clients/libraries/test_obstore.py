"""What object_store is told, operation by operation, and its options."""

from __future__ import annotations

import datetime
from typing import Any
from unittest.mock import call

import pytest

from tests.clients.libraries.telling import REFUSED, SETTINGS, STORE, TIME, B, K, said


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
