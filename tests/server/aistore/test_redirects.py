"""Redirects from the proxy to a target, in each of the three modes, and S3 at the root."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from defusedxml import ElementTree

from server_ref.server import S3Server
from tests.server.aistore.conftest import ONCE


def _send(server: S3Server, method: str, path: str, **options: Any) -> requests.Response:
    return requests.request(
        method, f"{server.url}{path}", allow_redirects=False, timeout=30, **options
    )


@pytest.fixture(scope="module")
def bucket(cluster: S3Server) -> str:
    assert _send(cluster, "PUT", "/redirected").status_code == 200
    return "redirected"


def test_an_object_is_redirected_with_its_query(cluster: S3Server, bucket: str) -> None:
    answer = _send(cluster, "PUT", f"/{bucket}/a/b%20c?x=1&y", data=b"data")

    assert answer.status_code == 307
    where = answer.headers["Location"]
    target = next(url for url in cluster.target_urls if where.startswith(f"{url}/"))
    form = rf"{re.escape(target)}/s3/{bucket}/a/b%20c\?x=1&y&pid=\w+&utm=\d+"
    assert re.fullmatch(form, where)
    error = ElementTree.fromstring(answer.content)
    assert [(one.tag, one.text) for one in error] == [
        ("Code", "TemporaryRedirect"),
        ("Message", "Redirect"),
        ("Endpoint", where),
        ("Bucket", bucket),
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_every_method_on_an_object_is_redirected(
    cluster: S3Server, bucket: str, method: str
) -> None:
    answer = _send(cluster, method, f"/{bucket}/key")

    assert answer.status_code == 307
    assert answer.headers["Location"].startswith(tuple(cluster.target_urls))


def test_multipart_of_an_object_is_redirected(cluster: S3Server, bucket: str) -> None:
    for method, query in (("POST", "uploads"), ("GET", "uploadId=u"), ("DELETE", "uploadId=u")):
        assert _send(cluster, method, f"/{bucket}/key?{query}").status_code == 307


def test_buckets_are_answered_by_the_proxy(cluster: S3Server, bucket: str) -> None:
    for method, path in (
        ("GET", ""),
        ("HEAD", f"/{bucket}"),
        ("GET", f"/{bucket}"),
        ("GET", f"/{bucket}?uploads"),
    ):
        assert _send(cluster, method, path).status_code == 200, path
    assert _send(cluster, "GET", "/no-such-bucket/key").status_code == 404


def test_requests_follows_and_all_targets_have_everything(cluster: S3Server, bucket: str) -> None:
    put = requests.put(f"{cluster.url}/{bucket}/shared", data=b"one store", timeout=30)

    assert put.status_code == 200
    assert put.history[0].status_code == 307
    for target in cluster.target_urls:
        assert requests.get(f"{target}/s3/{bucket}/shared", timeout=30).content == b"one store"


def test_objects_are_spread_over_the_targets(cluster: S3Server, bucket: str) -> None:
    seen = {
        _send(cluster, "GET", f"/{bucket}/key-{number}").headers["Location"].split("/")[2]
        for number in range(60)
    }

    assert len(seen) == 3


def test_stock_boto3_fails_on_a_redirect(cluster: S3Server, bucket: str) -> None:
    client = boto3.client("s3", **cluster.client_kwargs, config=ONCE)

    with pytest.raises(ClientError, match="TemporaryRedirect"):
        client.put_object(Bucket=bucket, Key="key", Body=b"data")


def test_rebuild_names_the_endpoint_alone_and_answers_head() -> None:
    with S3Server(
        behaviour="aistore", features=["S3-Redirect-Rebuild"], durability="relaxed"
    ) as server:
        _send(server, "PUT", "/b")
        answer = _send(server, "PUT", "/b/key", data=b"data")
        head = _send(server, "HEAD", "/b/key")

        host = server.target_urls[0].removeprefix("http://")
        assert answer.status_code == 307
        assert ElementTree.fromstring(answer.content).findtext("Endpoint") == f"{host}/s3"
        assert answer.headers["Location"].startswith(f"http://{host}/s3/b/key?pid=")
        assert head.status_code == 404


def test_reverse_proxy_redirects_nothing(s3: Any) -> None:
    s3.create_bucket(Bucket="reversed")
    s3.put_object(Bucket="reversed", Key="key", Body=b"data")

    assert s3.get_object(Bucket="reversed", Key="key")["Body"].read() == b"data"


def test_via_root_s3_is_at_the_root() -> None:
    with S3Server(
        behaviour="aistore", features=["S3-API-via-Root"], durability="relaxed"
    ) as server:
        assert server.url == server.root_url
        assert requests.put(f"{server.url}/rooted", timeout=30).status_code == 200
        put = requests.put(f"{server.url}/rooted/key", data=b"data", timeout=30)
        assert put.status_code == 200
        assert (
            put.history[0].headers["Location"].startswith(f"{server.target_urls[0]}/s3/rooted/key?")
        )
        assert requests.get(f"{server.root_url}/s3/rooted/key", timeout=30).content == b"data"


def test_a_feature_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no feature of AIStore's 'S3-Nothing'"):
        S3Server(behaviour="aistore", features=["S3-Nothing"])


def test_a_cluster_on_all_addresses_names_the_one_it_was_asked_at() -> None:
    with S3Server("0.0.0.0", behaviour="aistore", durability="relaxed") as server:
        port = server.root_url.rpartition(":")[2]
        requests.put(f"http://localhost:{port}/s3/b", timeout=30)
        put = requests.put(
            f"http://localhost:{port}/s3/b/k", data=b"x", allow_redirects=False, timeout=30
        )
        smap = requests.get(f"http://localhost:{port}/v1/daemon?what=smap", timeout=30).json()

    target = put.headers["Location"].split("/")[2]
    assert target.startswith("localhost:")
    assert target != f"localhost:{port}"
    assert smap["proxy_si"]["public_net"]["direct_url"] == f"http://localhost:{port}"
    assert [one["public_net"]["direct_url"] for one in smap["tmap"].values()] == [
        f"http://{target}"
    ]
