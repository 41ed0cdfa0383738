"""Objects as AIStore answers them: ETags by checksum, few headers, ranges, deletions."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from defusedxml import ElementTree

from server_ref.server import S3Server
from tests.server.aistore.conftest import Ask, set_checksum


def _code(answer: requests.Response) -> str | None:
    return ElementTree.fromstring(answer.content).findtext("Code")


def test_xxhash_etags_are_other_ones_at_each_rewrite(s3: Any, bucket: str) -> None:
    etags = [s3.put_object(Bucket=bucket, Key="key", Body=b"hello")["ETag"] for _ in range(2)]

    for etag in etags:
        assert re.fullmatch(r'"v1-26c7827d889f6da3-\d+"', etag)
    assert etags[0] != etags[1]
    assert s3.head_object(Bucket=bucket, Key="key")["ETag"] == etags[1]


def test_md5_etags(direct: S3Server, s3: Any, bucket: str) -> None:
    set_checksum(direct, bucket, "md5")

    etag = s3.put_object(Bucket=bucket, Key="key", Body=b"hello")["ETag"]

    assert etag == f'"{hashlib.md5(b"hello").hexdigest()}"'
    assert s3.get_object(Bucket=bucket, Key="key")["ETag"] == etag


def test_no_checksum_no_etag(direct: S3Server, s3: Any, bucket: str) -> None:
    set_checksum(direct, bucket, "none")

    assert "ETag" not in s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    head = s3.head_object(Bucket=bucket, Key="key")
    assert "ETag" not in head
    assert head["Metadata"] == {}


def test_another_checksum_is_for_new_objects(direct: S3Server, s3: Any, bucket: str) -> None:
    before = s3.put_object(Bucket=bucket, Key="old", Body=b"hello")["ETag"]
    set_checksum(direct, bucket, "md5")

    assert s3.head_object(Bucket=bucket, Key="old")["ETag"] == before


def test_put_answers_etag_and_last_modified(ask: Ask, bucket: str) -> None:
    answer = ask("PUT", f"/{bucket}/key", data=b"hello")

    assert answer.status_code == 200
    assert answer.headers["Last-Modified"].endswith(" GMT")
    assert not {name for name in answer.headers if name.lower().startswith("x-amz-checksum")}
    assert "x-amz-version-id" not in answer.headers


def test_get_has_few_headers(s3: Any, ask: Ask, bucket: str) -> None:
    s3.put_object(
        Bucket=bucket,
        Key="key",
        Body=b"<p>",
        ContentType="text/html",
        CacheControl="no-cache",
        Metadata={"a": "b"},
    )

    answer = ask("GET", f"/{bucket}/key?response-content-type=a/b&versionId=x")

    assert (answer.status_code, answer.content) == (200, b"<p>")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    for name in ("Accept-Ranges", "Cache-Control", "x-amz-meta-a", "x-amz-version-id"):
        assert name not in answer.headers


def test_head_tells_the_checksum_and_no_type(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"hello")

    answer = ask("HEAD", f"/{bucket}/key?partNumber=7")

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "5")
    assert "Content-Type" not in answer.headers
    assert answer.headers["x-amz-meta-ais-cksum-type"] == "xxhash2"
    assert answer.headers["x-amz-meta-ais-cksum-val"] == "26c7827d889f6da3"


@pytest.mark.parametrize(
    ("given", "status", "code", "said"),
    [
        ("bytes=1-2", 206, None, "bytes 1-2/5"),
        ("bytes=3-", 206, None, "bytes 3-4/5"),
        ("bytes=-2", 206, None, "bytes 3-4/5"),
        ("bytes=-0", 206, None, "bytes 5-4/5"),
        ("bytes=0-0,9-9", 206, None, "bytes 0-0/5"),
        ("bytes=5-", 416, "ErrRangeNotSatisfiable", "bytes */5"),
        ("bytes=0-0,2-2", 416, "ErrUnsupp", None),
        ("bytes=x", 416, "", None),
        ("bytes=3-1", 416, "", None),
        ("lines=0-1", 416, "", None),
    ],
)
def test_ranges(
    ask: Ask, bucket: str, given: str, status: int, code: str | None, said: str | None
) -> None:
    ask("PUT", f"/{bucket}/key", data=b"hello")

    answer = ask("GET", f"/{bucket}/key", headers={"Range": given})

    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == said
    assert answer.headers.get("Accept-Ranges") == ("bytes" if status == 206 else None)
    if status == 206:
        assert said is not None
        first, _, last = said.removeprefix("bytes ").removesuffix("/5").partition("-")
        assert answer.content == b"hello"[int(first) : int(last) + 1]
    else:
        assert _code(answer) == code


def test_head_does_not_look_at_a_range(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"hello")

    answer = ask("HEAD", f"/{bucket}/key", headers={"Range": "bytes=1-2"})

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "5")
    assert not {"Content-Range", "Accept-Ranges"} & answer.headers.keys()


def test_delete(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"hello")

    assert ask("DELETE", f"/{bucket}/key").status_code == 200
    missing = ask("DELETE", f"/{bucket}/key")
    assert (missing.status_code, _code(missing)) == (404, "NoSuchKey")


def test_last_modified_stays_and_the_listing_moves(s3: Any, direct: S3Server, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    written = s3.head_object(Bucket=bucket, Key="key")["LastModified"]
    object_url = f"{direct.root_url}/v1/objects/{bucket}/key?provider=ais"

    def accessed() -> int:
        return int(requests.head(object_url, allow_redirects=True, timeout=30).headers["Ais-Atime"])

    first = accessed()
    s3.get_object(Bucket=bucket, Key="key")["Body"].read()

    assert accessed() > first
    (listed,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert int(listed["LastModified"].timestamp()) == accessed() // 10**9
    assert s3.head_object(Bucket=bucket, Key="key")["LastModified"] == written


def test_an_object_never_accessed_is_from_1970(s3: Any, direct: S3Server, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    store = direct._store
    store.write(lambda tx: tx.execute("DELETE FROM accessed") and None)

    (listed,) = s3.list_objects_v2(Bucket=bucket)["Contents"]

    assert listed["LastModified"] == datetime(1970, 1, 1, tzinfo=UTC)


def test_conditions_and_digests_are_ignored(ask: Ask, bucket: str) -> None:
    wrong = {
        "Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg==",
        "x-amz-content-sha256": "0" * 64,
        "x-amz-checksum-crc32": "AAAAAA==",
        "If-None-Match": "*",
        "If-Match": '"no"',
        "x-amz-storage-class": "NO_CLASS",
        "x-amz-acl": "public-read",
        "x-amz-tagging": "a=b&a=b",
    }
    for _ in range(2):
        assert ask("PUT", f"/{bucket}/key", data=b"hello", headers=wrong).status_code == 200
    read = ask("GET", f"/{bucket}/key", headers={"If-None-Match": "*", "If-Match": '"no"'})
    assert read.status_code == 200


def test_signatures_are_not_verified(ask: Ask, bucket: str) -> None:
    for headers in (
        {"Authorization": "AWS4-HMAC-SHA256 Credential=x/y/z, Signature=0"},
        {"Authorization": "nonsense"},
    ):
        assert ask("GET", f"/{bucket}", headers=headers).status_code == 200
    assert ask("GET", f"/{bucket}?X-Amz-Signature=no&X-Amz-Algorithm=x").status_code == 200


@pytest.mark.parametrize(
    "kind", ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]
)
def test_aws_chunked_is_decoded_and_not_verified(ask: Ask, bucket: str, kind: str) -> None:
    forged = ";chunk-signature=" + "0" * 64 if "HMAC" in kind else ""
    body = f"5{forged}\r\nhello\r\n0{forged}\r\n\r\n".encode()
    headers = {
        "x-amz-content-sha256": kind,
        "x-amz-decoded-content-length": "99",
        "Content-Encoding": "aws-chunked",
    }

    assert ask("PUT", f"/{bucket}/key", data=body, headers=headers).status_code == 200
    assert ask("GET", f"/{bucket}/key").content == b"hello"


def test_a_directory_is_a_key_without_its_slash(ask: Ask, s3: Any, bucket: str) -> None:
    assert ask("PUT", f"/{bucket}/dir/", data=b"").status_code == 200

    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["dir"]
    assert ask("DELETE", f"/{bucket}//").status_code == 400
    assert ask("HEAD", f"/{bucket}").status_code == 200


def test_a_key_under_an_object_is_refused(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/a/b", data=b"x")

    answer = ask("PUT", f"/{bucket}/a/b/c", data=b"x")

    assert (answer.status_code, _code(answer)) == (400, "ErrMv")


def test_multi_delete_tells_all_as_deleted(s3: Any, ask: Ask, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="there", Body=b"x")

    answer = s3.delete_objects(
        Bucket=bucket,
        Delete={"Quiet": True, "Objects": [{"Key": "there"}, {"Key": "missing"}]},
    )

    assert [one["Key"] for one in answer["Deleted"]] == ["there", "missing"]
    assert ask("HEAD", f"/{bucket}/there").status_code == 404
    nothing = ask("POST", f"/{bucket}?delete", data=b"<Delete></Delete>")
    assert (nothing.status_code, nothing.content) == (200, b"")


def test_errors_have_aistores_form(ask: Ask, bucket: str) -> None:
    missing = ask("GET", f"/{bucket}/missing")

    assert missing.headers["Content-Type"] == "application/xml"
    assert [(one.tag, one.text) for one in ElementTree.fromstring(missing.content)] == [
        ("Code", "NoSuchKey"),
        ("Message", f"ais://{bucket}/missing does not exist"),
        ("Resource", None),
        ("RequestId", None),
    ]
    assert _code(ask("GET", "/missing/key")) == "NoSuchBucket"
    assert _code(ask("POST", f"/{bucket}")) == ""


def test_stock_boto3_reads_the_error(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=bucket, Key="missing")

    assert error.value.response["Error"]["Code"] == "NoSuchKey"
