"""The behaviour ``aistore-3.12``: the answers that AIStore's page on S3 compatibility shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from defusedxml import ElementTree

from server_ref.server import S3Server
from tests.server.aistore.conftest import ONCE

NS = "{http://s3.amazonaws.com/doc/2006-03-01}"
README = b"# A text\n"


@pytest.fixture(scope="module")
def old() -> Iterator[S3Server]:
    with S3Server(behaviour="aistore-3.12", durability="relaxed") as server:
        requests.put(f"{server.url}/abc", timeout=30)
        yield server


@pytest.fixture(scope="module")
def at_target(old: S3Server) -> Any:
    """boto3 at the target: what it sees once it has followed."""
    arguments = {**old.client_kwargs, "endpoint_url": f"{old.target_urls[0]}/s3"}
    return boto3.client("s3", **arguments, config=ONCE)


def test_list_buckets_as_the_browser_shows_it(old: S3Server) -> None:
    root = ElementTree.fromstring(requests.get(old.url, timeout=30).content)

    assert root.tag == f"{NS}ListBucketResult"
    assert root.findtext(f"{NS}Owner/{NS}ID") == "1"
    assert root.findtext(f"{NS}Owner/{NS}DisplayName") == "ListAllMyBucketsResult"
    assert root.findtext(f"{NS}Buckets/{NS}Bucket/{NS}String") == "Provider: ais"


def test_a_redirect_names_host_port_and_s3(old: S3Server) -> None:
    answer = requests.put(f"{old.url}/abc/key", data=b"x", allow_redirects=False, timeout=30)

    assert answer.status_code == 307
    host = old.target_urls[0].removeprefix("http://")
    assert ElementTree.fromstring(answer.content).findtext("Endpoint") == f"{host}/s3"


def test_head_is_answered_by_the_proxy_with_a_bare_md5(old: S3Server) -> None:
    requests.put(f"{old.url}/abc/LICENSE", data=README, timeout=30)

    answer = requests.head(f"{old.url}/abc/LICENSE", allow_redirects=False, timeout=30)

    assert answer.status_code == 200
    assert answer.headers["ETag"] == hashlib.md5(README).hexdigest()
    assert "Last-Modified" in answer.headers
    assert not [name for name in answer.headers if name.lower().startswith("x-amz-meta-")]


def test_get_is_text_without_etag(at_target: Any) -> None:
    at_target.put_object(Bucket="abc", Key="README.md", Body=README)
    at_target.put_object(Bucket="abc", Key="binary", Body=b"\0\1\2")

    text = at_target.get_object(Bucket="abc", Key="README.md")

    assert text["ContentType"] == "text/plain; charset=utf-8"
    assert (text["Metadata"], text["ContentLength"]) == ({}, len(README))
    assert "ETag" not in text
    assert "LastModified" not in text
    assert text["Body"].read() == README
    binary = at_target.get_object(Bucket="abc", Key="binary")
    assert binary["ContentType"] == "application/octet-stream"


def test_last_modified_is_the_access_time(old: S3Server, at_target: Any) -> None:
    at_target.put_object(Bucket="abc", Key="read", Body=README)
    store = old._store
    store.write(lambda tx: tx.execute("UPDATE accessed SET at = 1607455500000000000") and None)
    before = at_target.head_object(Bucket="abc", Key="read")["LastModified"]
    at_target.get_object(Bucket="abc", Key="read")["Body"].read()

    assert before.year == 2020
    assert at_target.head_object(Bucket="abc", Key="read")["LastModified"] > before
    store.write(lambda tx: tx.execute("DELETE FROM accessed") and None)
    assert at_target.head_object(Bucket="abc", Key="read")["LastModified"].year == 1754


def test_etags_of_a_bucket_with_md5(old: S3Server, at_target: Any) -> None:
    at_target.create_bucket(Bucket="with-md5")
    assert "ETag" not in at_target.put_object(Bucket="abc", Key="k", Body=README)
    requests.patch(
        f"{old.root_url}/v1/buckets/with-md5?provider=ais",
        json={"action": "set-bprops", "value": {"checksum": {"type": "md5"}}},
        timeout=30,
    )

    put = at_target.put_object(Bucket="with-md5", Key="k", Body=README)

    assert put["ETag"] == hashlib.md5(README).hexdigest()
    assert at_target.get_object(Bucket="with-md5", Key="k")["ETag"] == put["ETag"]
    (listed,) = at_target.list_objects_v2(Bucket="with-md5")["Contents"]
    assert listed["ETag"] == hashlib.md5(README).hexdigest()


def test_multipart_as_the_page_shows_it(at_target: Any) -> None:
    where = {"Bucket": "abc", "Key": "large-test-file"}
    where["UploadId"] = at_target.create_multipart_upload(**where)["UploadId"]
    etags = [
        at_target.upload_part(**where, PartNumber=number, Body=body)["ETag"]
        for number, body in ((1, README), (2, b"LICENSE"))
    ]
    assert etags[0] == hashlib.md5(README).hexdigest()

    listed = at_target.list_parts(**where)["Parts"]
    assert listed == [
        {"PartNumber": 1, "ETag": etags[0], "Size": len(README)},
        {"PartNumber": 2, "ETag": etags[1], "Size": 7},
    ]
    parts = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]
    done = at_target.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    joined = hashlib.md5(b"".join(bytes.fromhex(etag) for etag in etags)).hexdigest()
    assert done["ETag"] == f"{joined}-2"
