"""The replay itself, on recordings made for it: that it sees what agrees and what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.recorded.replay.__main__ import main
from tests.server.recorded.replay.comparing import Answer, Comparison
from tests.server.recorded.replay.names import operation_of

SIGNED = {"Authorization": "AWS4-HMAC-SHA256 ..."}
OLD_VERSIONS = ("sVkwxzHiNXeD_ZjKBgC7nEFGRWpd2MYl", "IuSTH7ZdNibQXr3i6wBHMDWlB7dtqHSa")
ENABLED = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"


def _request(text: str, body: str = "", **headers: str) -> dict[str, Any]:
    length = {"Content-Length": str(len(body))} if body or text.startswith("P") else {}
    entry = {"request": text, "headers": {**SIGNED, **length, **headers}, "our_status": 200}
    return {**entry, "body": body} if body else entry


def _folder(folder: Path, entries: list[Any], responses: dict[str, Any]) -> str:
    (folder / "requests").mkdir()
    recording = {"recorded": "01-01-2026, 00:00:00", "responses": responses}
    (folder / "own.json").write_text(json.dumps({"Test::own": recording}))
    (folder / "requests" / "own.json").write_text(json.dumps({"Test::own": entries}))
    return str(folder)


def _answer(**members: Any) -> dict[str, Any]:
    return {**members, "ResponseMetadata": {"HTTPHeaders": {}, "HTTPStatusCode": 200}}


GOT = {
    "AcceptRanges": "bytes",
    "Body": "second",
    "ContentLength": 6,
    "ContentType": "binary/octet-stream",
    "ETag": '"a9f0e61a137d86aa9db53465e0801612"',
    "LastModified": "datetime",
    "Metadata": {},
    "ServerSideEncryption": "AES256",
    "VersionId": "<version-id:2>",
}
ENTRIES = [
    _request("PUT /own-bucket"),
    {"phase": "begins"},
    _request("PUT /own-bucket?versioning", ENABLED),
    _request("PUT /own-bucket/key", "first"),
    _request("PUT /own-bucket/key", "second"),
    _request(f"GET /own-bucket/key?versionId={OLD_VERSIONS[1]}"),
    {"step": "get"},
]


def test_what_agrees_is_seen_whichever_id_is_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _folder(tmp_path, ENTRIES, {"get": _answer(**GOT)})

    assert main([folder]) == 0
    assert "1 scenarios, 1 steps compared; 1 scenarios agree" in capsys.readouterr().out


def test_the_clock_goes_back_to_where_a_date_was_tomorrow(tmp_path: Path) -> None:
    since = {"If-Unmodified-Since": "Fri, 27 Nov 2026 23:03:21 GMT"}
    entries = [
        *ENTRIES[:4],
        _request("PUT /own-bucket/key", "second"),
        _request("GET /own-bucket/key", **since),
        {"step": "get"},
    ]

    assert main([_folder(tmp_path, entries, {"get": _answer(**GOT)})]) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ContentType": "text/plain"}, "ContentType: 'text/plain' → 'binary/octet-stream'"),
        ({"MissingMeta": 1}, "MissingMeta: 1 → absent"),
        ({"ResponseMetadata": {"HTTPStatusCode": 206}}, "status 206 → 200"),
    ],
)
def test_what_differs_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], said: str
) -> None:
    folder = _folder(tmp_path, ENTRIES, {"get": {**_answer(**GOT), **change}})

    assert main([folder]) == 1
    assert said in capsys.readouterr().out


def test_a_folder_without_a_step_proves_nothing(tmp_path: Path) -> None:
    assert main([_folder(tmp_path, [_request("PUT /own-bucket")], {})]) == 1


def test_a_placeholder_is_one_value() -> None:
    comparison = Comparison()
    recorded = {"StatusCode": 200, "Headers": {"x-amz-version-id": "<version-id:1>"}, "Body": ""}

    def compare(value: str) -> list[str]:
        answer = Answer(200, {"x-amz-version-id": value}, b"", "GetObject")
        return comparison.differences(recorded, answer)

    assert compare("one") == []
    assert compare("one") == []
    assert compare("two") == ["header x-amz-version-id: <version-id:1> was one → two"]


@pytest.mark.parametrize(
    ("method", "key", "query", "headers", "operation"),
    [
        ("GET", "", "", {}, "ListObjects"),
        ("GET", "", "encoding-type=url", {}, "ListObjects"),
        ("GET", "", "list-type=2", {}, "ListObjectsV2"),
        ("GET", "", "versions", {}, "ListObjectVersions"),
        ("GET", "", "lifecycle", {}, "GetBucketLifecycleConfiguration"),
        ("PUT", "k", "", {}, "PutObject"),
        ("PUT", "k", "", {"x-amz-copy-source": "b/k"}, "CopyObject"),
        ("PUT", "k", "partNumber=1&uploadId=u", {}, "UploadPart"),
        ("POST", "k", "uploadId=u", {}, "CompleteMultipartUpload"),
        ("POST", "", "delete", {}, "DeleteObjects"),
    ],
)
def test_requests_are_told_apart(
    method: str, key: str, query: str, headers: dict[str, str], operation: str
) -> None:
    assert operation_of(method, key, "bucket", query, headers) == operation
