"""What opendal is told, operation by operation, its options and its URLs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import call

import pytest

from tests.clients.libraries.telling import (
    REFUSED,
    SETTINGS,
    TIME,
    B,
    K,
    faked,
    loaded,
    program,
    said,
)


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
