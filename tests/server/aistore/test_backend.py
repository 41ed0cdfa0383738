"""Buckets with a bucket of Amazon's behind them: what was never read here, and is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
import requests

from server_ref.server import S3Server
from tests.server.aistore.conftest import ONCE

REGION = "eu-west-1"  # not the one that is tried first


@pytest.fixture(scope="module")
def amazon() -> Iterator[S3Server]:
    with S3Server(region=REGION, durability="relaxed") as server:
        client = boto3.client("s3", **server.client_kwargs)
        for name in ("bckaws", "pages"):
            client.create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        client.put_object(Bucket="bckaws", Key="obj-aws", Body=b"there")
        client.put_object(Bucket="bckaws", Key="dir/deep", Body=b"deep")
        for number in range(0, 10, 2):
            client.put_object(Bucket="pages", Key=f"{number}", Body=b"x")
        yield server


@pytest.fixture(scope="module")
def cluster(amazon: S3Server) -> Iterator[S3Server]:
    with S3Server(
        behaviour="aistore",
        features=["S3-Reverse-Proxy"],
        upstream=amazon.url,
        upstream_credential=amazon.credentials[0],
        durability="relaxed",
    ) as server:
        for name, behind in (("bck", "bckaws"), ("paged", "pages"), ("broken", "no-such-bucket")):
            url = f"{server.root_url}/v1/buckets/{name}?provider=ais"
            requests.post(url, json={"action": "create-bck"}, timeout=30)
            backend = {"backend_bck": {"name": behind, "provider": "aws"}}
            body = {"action": "set-bprops", "value": backend}
            assert requests.patch(url, json=body, timeout=30).status_code == 200
        yield server


def _listed(server: S3Server, bucket: str, **value: Any) -> dict[str, Any]:
    answer = requests.get(
        f"{server.root_url}/v1/buckets/{bucket}?provider=ais",
        json={"action": "list", "value": value},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    listing: dict[str, Any] = answer.json()
    return listing


def test_what_was_never_accessed_is_from_1970_and_then_is_not(cluster: S3Server) -> None:
    s3 = boto3.client("s3", **cluster.client_kwargs, config=ONCE)
    native = f"{cluster.root_url}/v1/objects/bck/obj-ais?provider=ais"
    requests.put(native, data=b"here", timeout=30)

    def times() -> dict[str, datetime]:
        listed = s3.list_objects_v2(Bucket="bck")["Contents"]
        return {one["Key"]: one["LastModified"] for one in listed}

    zero = datetime(1970, 1, 1, tzinfo=UTC)
    before = times()
    assert list(before) == ["dir/deep", "obj-ais", "obj-aws"]
    assert before["obj-aws"] == zero
    assert before["obj-ais"] > zero
    entry = _listed(cluster, "bck", prefix="obj-aws", props="name,size,atime")["entries"][0]
    assert (entry["size"], entry.get("atime"), entry["flags"]) == (5, None, 0)

    assert s3.get_object(Bucket="bck", Key="obj-aws")["Body"].read() == b"there"

    assert times()["obj-aws"] > zero
    entry = _listed(cluster, "bck", prefix="obj-aws", props="name,size,atime")["entries"][0]
    assert entry["flags"] == 1 << 6
    assert entry["atime"]


def test_a_checksum_of_what_is_only_behind_is_its_etag_where_that_is_one(
    amazon: S3Server, cluster: S3Server
) -> None:
    client = boto3.client("s3", **amazon.client_kwargs)
    etag = client.put_object(Bucket="bckaws", Key="sums/whole", Body=b"x")["ETag"].strip('"')
    target = {"Bucket": "bckaws", "Key": "sums/parts"}
    upload = client.create_multipart_upload(**target)["UploadId"]
    part = client.upload_part(**target, UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    client.complete_multipart_upload(**target, UploadId=upload, MultipartUpload=parts)

    def sums(props: str) -> dict[str, str | None]:
        listed = _listed(cluster, "bck", prefix="sums/", props=props)["entries"]
        return {one["name"]: one.get("checksum") or None for one in listed}

    assert sums("name,size,checksum") == {"sums/whole": etag, "sums/parts": None}
    assert sums("name,size") == {"sums/whole": None, "sums/parts": None}
    for key in ("sums/whole", "sums/parts"):
        client.delete_object(Bucket="bckaws", Key=key)


def test_prefixes_are_those_of_both(cluster: S3Server) -> None:
    s3 = boto3.client("s3", **cluster.client_kwargs, config=ONCE)

    answer = s3.list_objects_v2(Bucket="bck", Delimiter="/")

    assert [one["Prefix"] for one in answer["CommonPrefixes"]] == ["dir/"]
    assert "dir/deep" not in [one["Key"] for one in answer["Contents"]]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_pages_of_both_together(cluster: S3Server, size: int) -> None:
    for number in ("1", "2", "5", "9"):
        url = f"{cluster.root_url}/v1/objects/paged/{number}?provider=ais"
        requests.put(url, data=b"x", timeout=30)
    seen: list[str] = []
    token = ""
    for _ in range(1000):  # far more than it takes
        page = _listed(cluster, "paged", pagesize=size, continuation_token=token)
        assert len(page["entries"]) <= size
        seen += [one["name"] for one in page["entries"]]
        token = page["continuation_token"]
        if not token:
            break

    assert seen == ["0", "1", "2", "4", "5", "6", "8", "9"]


def test_only_what_is_here(cluster: S3Server) -> None:
    requests.put(f"{cluster.root_url}/v1/objects/bck/here?provider=ais", data=b"", timeout=30)

    names = [one["name"] for one in _listed(cluster, "bck", flags="1")["entries"]]

    assert "here" in names
    assert "dir/deep" not in names


def test_an_object_read_natively_is_brought(cluster: S3Server, amazon: S3Server) -> None:
    url = f"{cluster.root_url}/v1/objects/bck/native?provider=ais"
    assert requests.get(url, timeout=30).status_code == 404
    boto3.client("s3", **amazon.client_kwargs).put_object(
        Bucket="bckaws", Key="native", Body=b"brought"
    )

    assert requests.get(url, timeout=30).content == b"brought"
    head = requests.head(url, allow_redirects=True, timeout=30)
    assert "source=aws" in head.headers["Ais-Custom-Md"]


def test_what_the_upstream_refuses_is_said(cluster: S3Server) -> None:
    answer = requests.get(
        f"{cluster.root_url}/v1/buckets/broken?provider=ais",
        json={"action": "list"},
        timeout=30,
    )
    through_s3 = requests.get(f"{cluster.url}/broken", timeout=30)

    assert answer.status_code == through_s3.status_code == 404
    assert "invalid status: 404" in answer.json()["message"]
    assert "invalid status: 404" in through_s3.text


def test_the_keys_are_shown_nowhere(cluster: S3Server, amazon: S3Server) -> None:
    assert amazon.secret_key not in repr(cluster.settings)
