"""Presigned pass-through: what a client signed for Amazon goes to the upstream as it was signed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.config import Config

from server_ref.request import Request
from server_ref.response import Response
from server_ref.server import S3Server

REGION = "us-west-2"
LARGE = bytes(range(256)) * 4096  # more than the store keeps in its database


class Upstream:
    """A plain reference server, and the Host headers of the requests it got."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.server = S3Server(region=REGION, durability="relaxed", log=self._note)

    def _note(self, request: Request, _response: Response, _sent: int, _seconds: float) -> None:
        self.hosts.append(request.host)

    def was_asked_as(self, host: str) -> bool:
        """Whether a request named this host since last asked; a request is noted once answered."""
        deadline = time.monotonic() + 20
        while host not in self.hosts and time.monotonic() < deadline:
            time.sleep(0.01)
        found = host in self.hosts
        self.hosts.clear()
        return found

    @property
    def s3(self) -> Any:
        return boto3.client("s3", **self.server.client_kwargs)

    def signer(self, style: str = "virtual") -> Any:
        """A client that signs for Amazon itself, with the upstream's keys."""
        return boto3.client(
            "s3",
            region_name=REGION,
            aws_access_key_id=self.server.access_key,
            aws_secret_access_key=self.server.secret_key,
            config=Config(signature_version="s3v4", s3={"addressing_style": style}),
        )


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    with made.server:
        made.s3.create_bucket(
            Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield made


@pytest.fixture(scope="module")
def cluster(upstream: Upstream) -> Iterator[S3Server]:
    with S3Server(
        behaviour="aistore",
        targets=2,
        features=["S3-Presigned-Request"],
        upstream=upstream.server.url,
        upstream_credential=upstream.server.credentials[0],
        durability="relaxed",
    ) as server:
        made = requests.post(
            f"{server.root_url}/v1/buckets/bucket",
            params={"provider": "aws"},
            json={"action": "create-bck"},
            timeout=30,
        )
        assert made.status_code == 200
        yield server


def _through(server: S3Server, url: str, key: str) -> str:
    """The URL of the same request, sent to AIStore."""
    return f"{server.url}/bucket/{key}?{urlsplit(url).query}"


def _presigned(upstream: Upstream, operation: str, key: str, style: str = "virtual") -> str:
    url: str = upstream.signer(style).generate_presigned_url(
        operation, Params={"Bucket": "bucket", "Key": key}
    )
    return url


@pytest.mark.parametrize("body", [b"testing 1 2 3", LARGE, b""], ids=["small", "large", "empty"])
def test_a_presigned_put_reaches_the_upstream_and_is_stored(
    upstream: Upstream, cluster: S3Server, body: bytes
) -> None:
    url = _presigned(upstream, "put_object", "put.txt")
    assert urlsplit(url).netloc == f"bucket.s3.{REGION}.amazonaws.com"

    answer = requests.put(_through(cluster, url, "put.txt"), data=body, timeout=30)

    assert answer.status_code == 200
    assert answer.history[0].status_code == 307
    assert upstream.was_asked_as(f"bucket.s3.{REGION}.amazonaws.com")
    there = upstream.s3.get_object(Bucket="bucket", Key="put.txt")
    assert there["Body"].read() == body
    assert answer.headers["ETag"] == there["ETag"]
    here = requests.get(f"{cluster.root_url}/v1/objects/bucket/put.txt?provider=aws", timeout=30)
    assert here.content == body


def test_a_presigned_get_is_answered_and_stored(upstream: Upstream, cluster: S3Server) -> None:
    upstream.s3.put_object(Bucket="bucket", Key="a/get.txt", Body=LARGE)
    url = _presigned(upstream, "get_object", "a/get.txt")

    answer = requests.get(_through(cluster, url, "a/get.txt"), timeout=30)

    assert (answer.status_code, answer.content) == (200, LARGE)
    upstream.s3.delete_object(Bucket="bucket", Key="a/get.txt")
    assert requests.get(f"{cluster.url}/bucket/a/get.txt", timeout=30).content == LARGE


def test_a_range_of_a_presigned_get(upstream: Upstream, cluster: S3Server) -> None:
    upstream.s3.put_object(Bucket="bucket", Key="ranged", Body=b"0123456789")
    url = _presigned(upstream, "get_object", "ranged")

    answer = requests.get(
        _through(cluster, url, "ranged"), headers={"Range": "bytes=2-4"}, timeout=30
    )

    assert (answer.status_code, answer.content) == (206, b"234")


def test_a_range_that_is_signed_is_handed_on_and_nothing_stored(
    upstream: Upstream, cluster: S3Server
) -> None:
    upstream.s3.put_object(Bucket="bucket", Key="signed", Body=b"0123456789")
    url = upstream.signer().generate_presigned_url(
        "get_object", Params={"Bucket": "bucket", "Key": "signed", "Range": "bytes=2-4"}
    )
    assert "range" in urlsplit(url).query.partition("X-Amz-SignedHeaders=")[2]

    answer = requests.get(
        _through(cluster, url, "signed"), headers={"Range": "bytes=2-4"}, timeout=30
    )

    assert (answer.status_code, answer.content) == (206, b"234")
    upstream.s3.delete_object(Bucket="bucket", Key="signed")
    assert requests.get(f"{cluster.url}/bucket/signed", timeout=30).status_code == 404


def test_a_range_that_is_not_signed_stores_the_whole(upstream: Upstream, cluster: S3Server) -> None:
    upstream.s3.put_object(Bucket="bucket", Key="whole", Body=b"0123456789")
    url = _through(cluster, _presigned(upstream, "get_object", "whole"), "whole")
    answer = requests.get(url, headers={"Range": "bytes=2-4"}, timeout=30)
    assert (answer.status_code, answer.content) == (206, b"234")
    upstream.s3.delete_object(Bucket="bucket", Key="whole")
    assert requests.get(f"{cluster.url}/bucket/whole", timeout=30).content == b"0123456789"


def test_a_presigned_head(upstream: Upstream, cluster: S3Server) -> None:
    upstream.s3.put_object(Bucket="bucket", Key="headed", Body=b"0123456789")
    url = _presigned(upstream, "head_object", "headed")

    answer = requests.head(_through(cluster, url, "headed"), allow_redirects=True, timeout=30)

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "10")


def test_path_style_needs_its_header(upstream: Upstream, cluster: S3Server) -> None:
    url = _presigned(upstream, "put_object", "path.txt", "path")
    assert urlsplit(url).path == "/bucket/path.txt"
    through = _through(cluster, url, "path.txt")

    refused = requests.put(through, data=b"x", timeout=30)
    taken = requests.put(
        through, data=b"x", headers={"ais-s3-signed-request-style": "path"}, timeout=30
    )
    wrong = requests.put(
        through, data=b"x", headers={"ais-s3-signed-request-style": "other"}, timeout=30
    )

    assert refused.status_code == 403
    assert "invalid status: 403" in refused.text
    assert taken.status_code == 200
    assert upstream.was_asked_as(f"s3.{REGION}.amazonaws.com")
    assert (wrong.status_code, "unrecognized request style" in wrong.text) == (400, True)


def test_what_the_upstream_refuses_is_not_stored(upstream: Upstream, cluster: S3Server) -> None:
    url = _presigned(upstream, "put_object", "refused.txt")
    forged = re.sub(r"X-Amz-Signature=.", "X-Amz-Signature=!", url)

    answer = requests.put(_through(cluster, forged, "refused.txt"), data=b"x", timeout=30)

    assert answer.status_code == 403
    assert "<Code></Code>" in answer.text
    assert requests.get(f"{cluster.url}/bucket/refused.txt", timeout=30).status_code == 404


def test_a_request_signed_in_its_header(upstream: Upstream, cluster: S3Server) -> None:
    """As the Go example sends it: signed for Amazon, and the URL changed on the way."""
    signer = upstream.signer()

    def redirected(request: Any, **_context: Any) -> requests.Response:
        request.url = f"{cluster.url}/bucket{urlsplit(request.url).path}"
        sent = {k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()}
        sent.pop("Transfer-Encoding", None)  # requests knows the length
        data = request.body.read() if hasattr(request.body, "read") else request.body
        options: dict[str, Any] = {"headers": sent, "data": data, "timeout": 30}
        first = requests.request(request.method, request.url, allow_redirects=False, **options)
        # by hand: requests sends no Authorization to another port, as Go's client does
        answers.append(requests.request(request.method, first.headers["Location"], **options))
        raise StopIteration

    answers: list[requests.Response] = []
    signer.meta.events.register("before-send.s3", redirected)
    for body in (b"by header", LARGE):
        with pytest.raises(StopIteration):
            signer.put_object(Bucket="bucket", Key="header.txt", Body=body)
        assert answers[-1].status_code == 200, answers[-1].text
        assert upstream.s3.get_object(Bucket="bucket", Key="header.txt")["Body"].read() == body
        here = f"{cluster.root_url}/v1/objects/bucket/header.txt?provider=aws"
        assert requests.get(here, timeout=30).content == body


def test_the_feature_may_be_the_buckets(upstream: Upstream) -> None:
    url = _presigned(upstream, "put_object", "of-bucket.txt")
    with S3Server(
        behaviour="aistore", upstream=upstream.server.url, durability="relaxed"
    ) as server:
        native = f"{server.root_url}/v1/buckets/bucket?provider=ais"
        requests.post(native, json={"action": "create-bck"}, timeout=30)

        def put() -> None:
            answer = requests.put(_through(server, url, "of-bucket.txt"), data=b"x", timeout=30)
            assert answer.status_code == 200

        def there() -> bool:
            listed = upstream.s3.list_objects_v2(Bucket="bucket", Prefix="of-bucket")
            return bool(listed["KeyCount"])

        def change(**value: Any) -> None:
            body = {"action": "set-bprops", "value": value}
            assert requests.patch(native, json=body, timeout=30).status_code == 200

        put()
        assert not there()  # no feature, no backend: an object of its own
        change(features="512")
        put()
        assert not there()  # no backend
        change(backend_bck={"name": "bucket", "provider": "aws"})
        put()
        assert there()


def test_without_an_upstream_it_says_what_to_do() -> None:
    signer = Upstream().signer()
    url = signer.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "k"})
    with S3Server(
        behaviour="aistore", features=["S3-Presigned-Request"], durability="relaxed"
    ) as server:
        requests.post(
            f"{server.root_url}/v1/buckets/bucket?provider=aws",
            json={"action": "create-bck"},
            timeout=30,
        )
        answer = requests.get(_through(server, url, "k"), timeout=30)

    assert (answer.status_code, "--upstream" in answer.text) == (502, True)


def test_an_upstream_that_is_no_url_is_refused() -> None:
    with pytest.raises(ValueError, match="an upstream is"):
        S3Server(behaviour="aistore", upstream="s3.example.org")
