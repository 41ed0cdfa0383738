"""Multipart uploads as AIStore ends them: all parts or none, each sent once; reading one part."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from defusedxml import ElementTree

from server_ref.server import S3Server
from tests.server.aistore.conftest import Ask


def _code(answer: requests.Response) -> str | None:
    return ElementTree.fromstring(answer.content).findtext("Code")


def _begun(s3: Any, bucket: str, *numbers: int) -> str:
    upload: str = s3.create_multipart_upload(Bucket=bucket, Key="mpu")["UploadId"]
    for number in numbers:
        s3.upload_part(
            Bucket=bucket, Key="mpu", UploadId=upload, PartNumber=number, Body=b"%d" % number
        )
    return upload


def _complete(ask: Ask, bucket: str, upload: str, *numbers: int) -> requests.Response:
    parts = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>e</ETag></Part>" for number in numbers
    )
    body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"
    return ask("POST", f"/{bucket}/mpu?uploadId={upload}", data=body)


@pytest.mark.parametrize(
    ("sent", "asked", "status", "code"),
    [
        ((1, 2), (1, 2), 200, None),
        ((1, 2), (2, 1), 200, None),
        ((1, 2, 3), (1, 2), 400, "wrapError"),
        ((1, 2), (1, 2, 3), 400, "wrapError"),
        ((1, 3), (1, 3), 400, "wrapError"),
        ((2, 3), (2, 3), 400, "wrapError"),
        ((1, 2), (), 400, ""),
    ],
)
def test_a_completion_is_of_all_parts_from_one_on(
    s3: Any,
    ask: Ask,
    bucket: str,
    sent: tuple[int, ...],
    asked: tuple[int, ...],
    status: int,
    code: str | None,
) -> None:
    answer = _complete(ask, bucket, _begun(s3, bucket, *sent), *asked)

    assert (answer.status_code, _code(answer)) == (status, code)
    if status == 200:
        assert ask("GET", f"/{bucket}/mpu").content == b"12"
    else:
        assert ask("HEAD", f"/{bucket}/mpu").status_code == 404


def test_a_part_that_came_twice_ends_the_upload(s3: Any, ask: Ask, bucket: str) -> None:
    upload = _begun(s3, bucket, 1, 2, 2)

    answer = _complete(ask, bucket, upload, 1, 2)

    assert (answer.status_code, _code(answer)) == (500, "NoSuchUpload")
    assert ask("GET", f"/{bucket}/mpu?uploadId={upload}").status_code == 404
    assert ask("HEAD", f"/{bucket}/mpu").status_code == 404


def test_an_upload_that_is_not_there(s3: Any, ask: Ask, bucket: str) -> None:
    done = _begun(s3, bucket, 1)
    assert _complete(ask, bucket, done, 1).status_code == 200

    for upload in ("unknown-upload", done):
        path = f"/{bucket}/mpu?uploadId={upload}"
        for answer in (
            ask("PUT", f"{path}&partNumber=1", data=b"x"),
            ask("GET", path),
            _complete(ask, bucket, upload, 1),
        ):
            assert (answer.status_code, _code(answer)) == (404, "NoSuchUpload")
        aborted = ask("DELETE", path)
        assert (aborted.status_code, _code(aborted)) == (404, "wrapError")
    assert ask("DELETE", f"/{bucket}/mpu?uploadId=short").status_code == 400


def test_an_upload_is_found_by_its_id_alone(s3: Any, ask: Ask, bucket: str) -> None:
    far = f"{bucket}-far"
    s3.create_bucket(Bucket=far)
    for where in (f"{bucket}/other", f"{far}/mpu"):
        upload = _begun(s3, bucket, 1)

        listed = ElementTree.fromstring(ask("GET", f"/{where}?uploadId={upload}").content)
        sent = ask("PUT", f"/{where}?uploadId={upload}&partNumber=2", data=b"x")

        assert [listed.findtext(name) for name in ("Bucket", "Key")] == where.split("/")
        assert listed.findtext("Part/PartNumber") == "1"
        assert (sent.status_code, _code(sent)) == (500, "wrapError")
        assert ask("DELETE", f"/{where}?uploadId={upload}").status_code == 204
        assert ask("GET", f"/{bucket}/mpu?uploadId={upload}").status_code == 404


def test_a_completion_says_what_the_object_is_called(s3: Any, ask: Ask, bucket: str) -> None:
    upload = _begun(s3, bucket, 1)
    body = "<X><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></X>"

    answer = ask("POST", f"/{bucket}/other?uploadId={upload}", data=body)

    assert answer.status_code == 200
    assert ElementTree.fromstring(answer.content).findtext("Key") == "other"
    assert ask("GET", f"/{bucket}/other").content == b"1"
    assert ask("HEAD", f"/{bucket}/mpu").status_code == 404


def test_a_target_has_its_own_uploads(cluster: S3Server) -> None:
    """The keys ``mpu`` and ``another`` of this bucket are on one target, ``other`` is not."""
    requests.put(f"{cluster.url}/bck", timeout=30)
    begun = requests.post(f"{cluster.url}/bck/mpu?uploads", timeout=30)
    upload = ElementTree.fromstring(begun.content).findtext("UploadId")

    asked = {
        key: requests.get(f"{cluster.url}/bck/{key}?uploadId={upload}", timeout=30).status_code
        for key in ("mpu", "another", "other")
    }

    assert asked == {"mpu": 200, "another": 200, "other": 404}


def test_one_part_is_a_200_without_an_etag(s3: Any, ask: Ask, bucket: str) -> None:
    _complete(ask, bucket, _begun(s3, bucket, 1, 2), 1, 2)

    answer = ask("GET", f"/{bucket}/mpu?partNumber=2")

    assert (answer.status_code, answer.content) == (200, b"2")
    assert not {"ETag", "Content-Range", "x-amz-mp-parts-count"} & answer.headers.keys()
    assert ask("GET", f"/{bucket}/mpu?partNumber=3").status_code == 404
    assert ask("GET", f"/{bucket}/mpu?partNumber=x").status_code == 400


def test_an_object_that_was_not_uploaded_in_parts_has_no_part(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"x")

    answer = ask("GET", f"/{bucket}/key?partNumber=1")

    assert (answer.status_code, _code(answer)) == (400, "wrapError")


def test_uploads_are_listed_with_little(s3: Any, ask: Ask, bucket: str) -> None:
    for _ in range(3):
        _begun(s3, bucket)

    answer = ask("GET", f"/{bucket}?uploads&prefix=z&encoding-type=no&max-uploads=2")

    root = ElementTree.fromstring(answer.content)
    assert [one.tag for one in root] == [
        "Bucket",
        "UploadIdMarker",
        "MaxUploads",
        "IsTruncated",
        "Upload",
        "Upload",
    ]
    assert root.findtext("MaxUploads") == "0"
    assert root.findtext("IsTruncated") == "true"
    for upload in root.iter("Upload"):
        assert {one.tag for one in upload} == {"Key", "UploadId", "Initiated"}
