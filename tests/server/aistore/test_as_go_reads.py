"""How AIStore's nodes read a request: paths, queries, documents and sources of copies, as in Go.

https://github.com/NVIDIA/aistore/blob/main/ais/prxs3.go and the files beside it.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import requests
from defusedxml import ElementTree

from server_ref.server import S3Server
from tests.server.aistore.conftest import Ask


def _code(answer: requests.Response) -> str | None:
    return ElementTree.fromstring(answer.content).findtext("Code")


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
@pytest.mark.parametrize("path", ["~/x", "a/~/x", "a~/x"])
def test_a_home_folder_is_no_name(ask: Ask, bucket: str, method: str, path: str) -> None:
    answer = ask(method, f"/{bucket}/{path}")

    assert (answer.status_code, _code(answer)) == (400, "errInvalidObjName")


def test_the_proxy_refuses_a_home_folder_itself(cluster: S3Server) -> None:
    requests.put(f"{cluster.url}/homes", timeout=30)

    answer = requests.put(f"{cluster.url}/homes/~/x", allow_redirects=False, timeout=30)

    assert (answer.status_code, _code(answer)) == (400, "errInvalidObjName")
    assert ask_through(cluster, "PUT", "/homes/~").status_code == 307


def ask_through(server: S3Server, method: str, path: str) -> requests.Response:
    """The proxy's own answer, with the path as it stands."""
    prepared = requests.Request(method, server.url).prepare()
    prepared.url = f"{server.url}{path}"
    with requests.Session() as session:
        return session.send(prepared, allow_redirects=False, timeout=30)


def test_dots_and_slashes_are_no_part_of_a_name(direct: S3Server, ask: Ask, bucket: str) -> None:
    for path in ("a/./b", "a//b", "./a/b/", "a/b/."):
        answer = ask_through(direct, "PUT", f"/{bucket}/{path}")
        assert answer.status_code == 200, path

    found = ElementTree.fromstring(ask("GET", f"/{bucket}").content)
    assert [one.text for one in found.iter() if one.tag.endswith("}Key")] == ["a/b"]


def test_an_escaped_question_mark_begins_a_query(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/what", data=b"precious")

    assert ask("GET", f"/{bucket}/what%3Facl").status_code == 501
    assert ask("PUT", f"/{bucket}/what%3Fno%20more", data=b"gone").status_code == 200
    assert ask("GET", f"/{bucket}/what").content == b"gone"
    assert ask("DELETE", f"/{bucket}%3Fuploads").status_code == 200
    assert ask("HEAD", f"/{bucket}").status_code == 404


def test_an_escaped_parameter_is_that_parameter(cluster: S3Server) -> None:
    requests.put(f"{cluster.url}/spelled", timeout=30)

    assert ask_through(cluster, "GET", "/spelled/key?%61cl").status_code == 501


def test_uploads_of_an_object_are_the_object(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"content")

    for query in ("uploads", "uploadId=", "uploads&prefix=x"):
        assert ask("GET", f"/{bucket}/key?{query}").content == b"content", query


def test_of_several_targets_no_uploads_of_an_object_are_told(cluster: S3Server) -> None:
    requests.put(f"{cluster.url}/several", timeout=30)
    where = f"{cluster.url}/several"
    assert requests.post(f"{where}/key?uploads", timeout=30).status_code == 200

    of_bucket = requests.get(f"{where}?uploads", allow_redirects=False, timeout=30)
    of_key = requests.get(f"{where}/key?uploads", allow_redirects=False, timeout=30)

    assert ElementTree.fromstring(of_bucket.content).findtext("Upload/Key") == "key"
    told = ElementTree.fromstring(of_key.content)
    assert (told.tag, told.findtext("Bucket")) == ("ListMultipartUploadsResult", "")
    assert told.find("Upload") is None


def test_one_target_is_asked_for_the_uploads() -> None:
    with S3Server(behaviour="aistore", targets=1, durability="relaxed") as server:
        requests.put(f"{server.url}/one", timeout=30)

        away = requests.get(f"{server.url}/one?uploads", allow_redirects=False, timeout=30)
        assert away.status_code == 307
        assert b"<Bucket>one</Bucket>" in requests.get(away.headers["Location"], timeout=30).content
        assert ask_through(server, "GET", "/none-such?uploads").status_code == 404


def test_a_part_comes_before_an_upload(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"x")

    answer = ask("GET", f"/{bucket}/key?partNumber=1&uploadId=unknown-upload")

    assert (answer.status_code, _code(answer)) == (400, "wrapError")


@pytest.mark.parametrize(
    ("method", "query", "status", "code"),
    [
        ("PUT", "partNumber=1&uploadId=", 400, ""),
        ("POST", "uploadId=", 400, ""),
        ("PUT", "partNumber=&uploadId=unknown-upload", 400, ""),
        ("PUT", "partNumber=x&uploadId=unknown-upload", 400, ""),
        ("PUT", "partNumber=4294967296&uploadId=unknown-upload", 400, ""),
        ("PUT", "partNumber=10000&uploadId=unknown-upload", 404, "NoSuchUpload"),
        ("DELETE", "uploadId=", 400, "wrapError"),
        ("GET", "partNumber=10000", 400, "wrapError"),
        ("GET", "partNumber=4294967296", 400, ""),
    ],
)
def test_what_an_upload_cannot_be_asked(
    ask: Ask, bucket: str, method: str, query: str, status: int, code: str
) -> None:
    ask("PUT", f"/{bucket}/key", data=b"x")

    answer = ask(method, f"/{bucket}/key?{query}", data=b"x" if method == "PUT" else b"")

    assert (answer.status_code, _code(answer)) == (status, code)


def test_a_part_has_bytes_and_those_that_were_said(s3: Any, ask: Ask, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mpu")["UploadId"]
    path = f"/{bucket}/mpu?partNumber=1&uploadId={upload}"
    said = {"x-amz-content-sha256": hashlib.sha256(b"other").hexdigest()}

    for answer in (
        ask("PUT", path, data=b""),
        ask("PUT", path, data=iter([b"no", b"length"])),
        ask("PUT", path, data=b"bytes", headers=said),
    ):
        assert (answer.status_code, _code(answer)) == (400, "wrapError")
    assert b"<Part>" not in ask("GET", f"/{bucket}/mpu?uploadId={upload}").content
    assert ask("PUT", path, data=b"other", headers=said).status_code == 200
    assert ask("PUT", f"/{bucket}/key", data=b"bytes", headers=said).status_code == 200


def test_a_completion_of_no_parts_that_came(s3: Any, ask: Ask, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mpu")["UploadId"]
    body = b"<X><Part><PartNumber>1</PartNumber></Part></X>"

    answer = ask("POST", f"/{bucket}/mpu?uploadId={upload}", data=body)

    assert (answer.status_code, _code(answer)) == (400, "wrapError")


@pytest.mark.parametrize("source", ["//{}/key", "{}//key", "{}/key/", "/{}/key//"])
def test_slashes_around_a_source_do_not_count(ask: Ask, bucket: str, source: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"content")
    headers = {"x-amz-copy-source": source.format(bucket)}

    assert ask("PUT", f"/{bucket}/copy", headers=headers).status_code == 200
    assert ask("GET", f"/{bucket}/copy").content == b"content"


def test_a_source_that_is_not_there(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"content")
    for source, status, code in (
        (f"{bucket[0]}%{ord(bucket[1]):02x}{bucket[2:]}/key", 404, "NoSuchBucket"),
        ("no-source/key", 404, "NoSuchBucket"),
        (f"{bucket}/%zz", 400, "ErrNotFound"),
    ):
        answer = ask("PUT", f"/{bucket}/copy", headers={"x-amz-copy-source": source})
        assert (answer.status_code, _code(answer)) == (status, code), source
        assert code != "NoSuchBucket" or source.partition("/")[0] in answer.text


def test_an_empty_source_is_none_and_no_other_method_has_one(ask: Ask, bucket: str) -> None:
    assert (
        ask("PUT", f"/{bucket}/key", data=b"content", headers={"x-amz-copy-source": ""}).status_code
        == 200
    )
    ignored = {"x-amz-copy-source": f"{bucket}/none"}

    assert ask("GET", f"/{bucket}/key", headers=ignored).content == b"content"
    assert ask("HEAD", f"/{bucket}/key", headers=ignored).status_code == 200
    assert ask("GET", f"/{bucket}", headers=ignored).status_code == 200
    assert ask("DELETE", f"/{bucket}/key", headers=ignored).status_code == 200


def test_a_document_is_read_whatever_its_root_is(ask: Ask, bucket: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"x")
    wanted = "<a:X xmlns:a='u'><a:Object><a:Key>key</a:Key></a:Object></a:X>"

    assert ask("POST", f"/{bucket}?delete", data=wanted).status_code == 200
    assert ask("HEAD", f"/{bucket}/key").status_code == 404
    assert ask("PUT", f"/{bucket}?versioning", data="<X/>").status_code == 200
    assert b"Suspended" in ask("GET", f"/{bucket}?versioning").content


@pytest.mark.parametrize(("text", "code"), [("", ""), ("junk", ""), ("<X><Y", "SyntaxError")])
def test_what_is_no_document(ask: Ask, bucket: str, text: str, code: str) -> None:
    for method, query in (("POST", "delete"), ("DELETE", "delete"), ("PUT", "versioning")):
        answer = ask(method, f"/{bucket}?{query}", data=text)
        assert (answer.status_code, _code(answer)) == (400, code)


def test_a_listing_names_no_region(ask: Ask, bucket: str) -> None:
    assert "x-amz-bucket-region" not in ask("GET", f"/{bucket}").headers
    assert ask("HEAD", f"/{bucket}").headers["x-amz-bucket-region"] == "ais"
