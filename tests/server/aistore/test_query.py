"""What AIStore does not know of a query: the operation under it is done, whatever was meant."""

from __future__ import annotations

import pytest
import requests

from server_ref.server import S3Server
from tests.server.aistore.conftest import Ask

UNKNOWN = ["annotation", "tagging", "retention", "versionId=v", "abac", "renameObject", "tomorrow"]
HALVES = ["partNumber=1", "uploadId=x"]


@pytest.mark.parametrize("query", [*UNKNOWN, *HALVES])
def test_put_with_it_overwrites_the_object(ask: Ask, bucket: str, query: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"precious")

    assert ask("PUT", f"/{bucket}/key?{query}", data=b"gone").status_code == 200
    assert ask("GET", f"/{bucket}/key").content == b"gone"


@pytest.mark.parametrize("query", [*UNKNOWN, "partNumber=1"])
def test_delete_with_it_deletes_the_object(ask: Ask, bucket: str, query: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"precious")

    assert ask("DELETE", f"/{bucket}/key?{query}").status_code == 200
    assert ask("HEAD", f"/{bucket}/key").status_code == 404


@pytest.mark.parametrize("query", [*UNKNOWN, *HALVES, "publicAccessBlock", "metadataConfiguration"])
def test_delete_of_a_bucket_with_it_destroys_the_bucket(ask: Ask, bucket: str, query: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"precious")

    assert ask("DELETE", f"/{bucket}?{query}").status_code == 200
    assert ask("HEAD", f"/{bucket}").status_code == 404


@pytest.mark.parametrize("query", [*UNKNOWN, *HALVES])
def test_a_read_with_it_is_the_read_without(ask: Ask, bucket: str, query: str) -> None:
    ask("PUT", f"/{bucket}/key", data=b"content")

    assert b"<ListBucketResult" in ask("GET", f"/{bucket}?{query}").content
    if query not in HALVES:
        assert ask("GET", f"/{bucket}/key?{query}").content == b"content"


@pytest.mark.parametrize(
    "query", ["max-keys=x", "max-keys=-1", "continuation-token=", "encoding-type=value", "marker="]
)
@pytest.mark.parametrize("version", ["", "list-type=2&", "list-type=3&"])
def test_no_parameter_of_a_listing_is_refused(
    ask: Ask, bucket: str, query: str, version: str
) -> None:
    ask("PUT", f"/{bucket}/key", data=b"x")

    answer = ask("GET", f"/{bucket}?{version}{query}")

    assert answer.status_code == 200
    assert b"<Key>key</Key>" in answer.content


def test_listing_buckets_has_no_parameters(ask: Ask, bucket: str) -> None:
    assert f"<Name>{bucket}</Name>" in ask("GET", "/?prefix=none&max-buckets=x").text


@pytest.mark.parametrize("name", ["acl", "cors", "policy", "lifecycle"])
def test_a_stub_of_a_missing_bucket_is_404(ask: Ask, name: str) -> None:
    assert ask("GET", f"/none-such?{name}").status_code == 404
    assert ask("GET", f"/none-such/key?{name}").status_code == 404


@pytest.mark.parametrize("method", ["DELETE", "PUT", "POST", "HEAD"])
def test_nothing_but_a_list_is_of_the_service(ask: Ask, method: str) -> None:
    assert ask(method, "/").status_code == 400


def test_a_method_of_no_s3_is_refused_in_plain_text(ask: Ask, bucket: str) -> None:
    answer = ask("PATCH", f"/{bucket}/key", data=b"x")

    assert answer.status_code == 405
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_the_proxy_refuses_a_copy_without_source_itself(cluster: S3Server) -> None:
    assert requests.put(f"{cluster.url}/refusing", timeout=30).status_code in (200, 409)

    for source, status in (("refusing", 400), ("/refusing/", 400), ("none-such/key", 404)):
        answer = requests.put(
            f"{cluster.url}/refusing/copy",
            headers={"x-amz-copy-source": source},
            allow_redirects=False,
            timeout=30,
        )
        assert answer.status_code == status, source
        assert "Location" not in answer.headers
