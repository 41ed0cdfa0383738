"""Uploads that were completed or aborted, asked about once more; limits before uploads.

https://github.com/justincormack/argmin measured these at S3, of aborts
https://github.com/minio/minio/issues/2250 and
https://github.com/beyondstorage/go-storage/issues/963 too.
"""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OWNER, refused

GONE = (404, "NoSuchUpload")


def begin(owner: Any, bucket: str) -> tuple[dict[str, str], dict[str, Any]]:
    """An upload with one part: its members, and what completes it."""
    upload = {"Bucket": bucket, "Key": "key"}
    upload["UploadId"] = owner.create_multipart_upload(**upload)["UploadId"]
    etag = owner.upload_part(**upload, PartNumber=1, Body=b"part")["ETag"]
    return upload, {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}


def brief(error: dict[str, Any]) -> tuple[int, str]:
    return error["Status"], error["Code"]


def status(answer: dict[str, Any]) -> int:
    code: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return code


@pytest.mark.parametrize("completed", [False, True])
def test_an_upload_that_ended_is_aborted_again(owner: Any, bucket: str, completed: bool) -> None:
    upload, parts = begin(owner, bucket)
    if completed:
        owner.complete_multipart_upload(**upload, **parts)
    else:
        owner.abort_multipart_upload(**upload)
    assert status(owner.abort_multipart_upload(**upload)) == 204
    assert status(owner.abort_multipart_upload(**upload)) == 204
    if completed:  # the answer to the completion is there still
        assert status(owner.complete_multipart_upload(**upload, **parts)) == 200
    else:
        assert brief(refused(owner.complete_multipart_upload, **upload, **parts)) == GONE
    for other in ({"Key": "other"}, {"UploadId": "nobody-made-it"}):
        assert brief(refused(owner.abort_multipart_upload, **{**upload, **other})) == GONE


@pytest.mark.parametrize("change", ["overwritten", "deleted"])
def test_a_completion_is_not_answered_again_when_its_object_is_gone(
    owner: Any, bucket: str, change: str
) -> None:
    upload, parts = begin(owner, bucket)
    first = owner.complete_multipart_upload(**upload, **parts)
    assert owner.complete_multipart_upload(**upload, **parts)["ETag"] == first["ETag"]
    if change == "overwritten":
        owner.put_object(Bucket=bucket, Key="key", Body=b"another")
    else:
        owner.delete_object(Bucket=bucket, Key="key")
    assert brief(refused(owner.complete_multipart_upload, **upload, **parts)) == GONE


def test_a_completion_is_answered_again_as_long_as_its_version_is_there(
    owner: Any, bucket: str
) -> None:
    state = {"Bucket": bucket, "VersioningConfiguration": {"Status": "Enabled"}}
    owner.put_bucket_versioning(**state)
    upload, parts = begin(owner, bucket)
    first = owner.complete_multipart_upload(**upload, **parts)
    owner.put_object(Bucket=bucket, Key="key", Body=b"another")
    owner.delete_object(Bucket=bucket, Key="key")
    again = owner.complete_multipart_upload(**upload, **parts)
    assert again["VersionId"] == first["VersionId"]
    owner.delete_object(Bucket=bucket, Key="key", VersionId=first["VersionId"])
    assert brief(refused(owner.complete_multipart_upload, **upload, **parts)) == GONE


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("key?uploadId=none&max-parts=-1", "max-parts"),
        ("key?uploadId=none&part-number-marker=-1", "part-number-marker"),
        ("?uploads&max-uploads=-1&encoding-type=none", "max-uploads"),
    ],
)
def test_a_limit_that_is_none_is_told_first(
    server: S3Server, bucket: str, path: str, name: str
) -> None:
    answer = ask(server, "GET", f"/{bucket}/{path}", by=OWNER)
    assert (answer.status, answer.error["ArgumentName"]) == (400, name)


@pytest.mark.parametrize("copied", [False, True])
def test_an_upload_that_is_none_is_told_before_half_a_key(
    server: S3Server, owner: Any, bucket: str, copied: bool
) -> None:
    owner.put_object(Bucket=bucket, Key="source", Body=b"x")
    headers = {"x-amz-server-side-encryption-customer-algorithm": "AES256"}
    if copied:
        headers["x-amz-copy-source"] = f"{bucket}/source"
    body = b"" if copied else b"part"
    target = f"/{bucket}/key?partNumber=1&uploadId=none"
    answer = ask(server, "PUT", target, body, by=OWNER, **headers)
    assert (answer.status, answer.error["Code"]) == GONE
