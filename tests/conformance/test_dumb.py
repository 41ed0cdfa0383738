"""No check passes on an endpoint that answers everything alike."""

from __future__ import annotations

import urllib.request

import pytest
import requests

from conformance.trial.check import discover
from s3compat import dumb
from s3compat.prove import _try_dumb, vacuous


def test_a_dumb_endpoint_answers_alike() -> None:
    with dumb.endpoint("200 with the request's own body") as url:
        request = urllib.request.Request(f"{url}/b/k?tagging", b"<Tagging/>", method="PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert (answer.status, answer.read()) == (200, b"<Tagging/>")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("200 with nothing", 200, b""),
        ("404 NoSuchKey", 404, b"<Error><Code>NoSuchKey</Code>"),
        ("400 InvalidRequest", 400, b"<Error><Code>InvalidRequest</Code>"),
        ("403 AccessDenied", 403, b"<Error><Code>AccessDenied</Code>"),
        ("500 InternalError", 500, b"<Error><Code>InternalError</Code>"),
    ],
)
def test_each_says_what_its_name_says(kind: str, status: int, said: bytes, method: str) -> None:
    with dumb.endpoint(kind) as url:
        got = requests.request(method, f"{url}/b/k", data=b"body", timeout=10)
    assert (got.status_code, got.content[: len(said) or None]) == (status, said)


@pytest.mark.parametrize(("method", "listed"), [("GET", True), ("PUT", False), ("POST", False)])
def test_an_empty_listing_is_for_a_get(method: str, listed: bool) -> None:
    with dumb.endpoint("an empty listing to every GET") as url:
        got = requests.request(method, f"{url}/b/k", data=b"body", timeout=10)
    assert (got.status_code, b"<ListBucketResult" in got.content) == (200, listed)


def test_the_first_look_finds_a_list_of_buckets() -> None:
    with (
        dumb.endpoint("404 NoSuchKey") as url,
        urllib.request.urlopen(f"{url}/", timeout=10) as answer,
    ):
        assert answer.status == 200
        assert b"ListAllMyBucketsResult" in answer.read()
        for method, path in (("PUT", "/"), ("GET", "/b"), ("POST", "/?delete")):
            got = requests.request(method, f"{url}{path}", timeout=10)
            assert (got.status_code, b"NoSuchKey" in got.content) == (404, True)


def test_a_body_in_chunks_is_not_the_next_request() -> None:
    with dumb.endpoint("200 with the request's own body") as url:
        told = requests.put(f"{url}/b/k", data=iter([b"GET / HTTP/1.1"]), timeout=10)
        announced = requests.put(f"{url}/b/k", data=b"GET / HTTP/1.1", timeout=10)
    assert (told.status_code, told.content, told.headers["Connection"]) == (200, b"", "close")
    assert (announced.status_code, announced.content) == (200, b"GET / HTTP/1.1")
    assert "Connection" not in announced.headers


def test_an_answer_to_head_has_the_length_and_no_body() -> None:
    with dumb.endpoint("403 AccessDenied") as url, requests.Session() as session:
        asked = session.get(f"{url}/b/k", timeout=10)
        head = session.head(f"{url}/b/k", timeout=10)
        again = session.get(f"{url}/b/k", timeout=10)  # over the same connection
    assert (head.status_code, head.content) == (403, b"")
    assert head.headers["Content-Length"] == str(len(asked.content))
    assert head.headers["Content-Type"] == asked.headers["Content-Type"] == "application/xml"
    assert again.content == asked.content


@pytest.mark.parametrize("row", ["head-bucket", "delete-object", "head-object"])
def test_checks_of_a_row_pass_on_none(row: str) -> None:
    assert vacuous([f"{row}.*"], workers=1) == []


def test_a_check_without_a_control_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dumb, "MAY_PASS", {})
    found = vacuous(["list-buckets.answer_is_in_the_namespace_of_s3"], workers=1)
    assert len(found) == len(dumb.KINDS) - 1  # the one that sees no query: there is none


def test_one_endpoint_sees_no_query() -> None:
    with dumb.endpoint(dumb.BLIND) as url:
        for path, body in (("b", b""), ("b/k", b"content"), ("b/k?tagging", b"<Tagging/>")):
            assert requests.put(f"{url}/{path}", data=body, timeout=10).status_code == 200
        assert requests.get(f"{url}/b/k?acl", timeout=10).content == b"<Tagging/>"
        assert b"<Key>k</Key>" in requests.get(f"{url}/b?versioning", timeout=10).content
        assert requests.delete(f"{url}/b/k?uploadId=u", timeout=10).status_code == 204
        assert requests.get(f"{url}/b/k", timeout=10).status_code == 404
        assert requests.head(f"{url}/b", timeout=10).status_code == 200
        assert requests.delete(f"{url}/b?policy", timeout=10).status_code == 204
        gone = requests.get(f"{url}/b", timeout=10)
        assert (gone.status_code, b"<Code>NoSuchBucket" in gone.content) == (404, True)


@pytest.mark.parametrize("row", ["object-tagging", "bucket-tagging", "cors"])
def test_checks_of_sub_resources_do_not_pass_there(row: str) -> None:
    assert vacuous([f"{row}.*"], workers=1) == []


def test_what_is_tried_where_no_query_is_seen() -> None:
    """What asks by its query; not what has none, nor what passes there rightly."""
    tags = "object-tagging.punctuation_of_tags_is_kept"
    rightly = "errors.every_read_knows_that_there_is_no_key"
    plain = "head-object.size_is_shown"
    ids = (plain, tags, rightly)

    assert [one.check for one in _try_dumb((dumb.BLIND, ids))] == [tags]
    everywhere = _try_dumb(("404 NoSuchKey", ids))
    assert [(one.check, one.deviation) for one in everywhere] == [
        (one, "404 NoSuchKey") for one in ids
    ]


def test_a_pass_there_counts_where_the_query_was_what_was_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dumb, "BLIND_MAY_PASS", {})
    found = vacuous(["errors.every_read_knows_that_there_is_no_key"], workers=1)
    assert [dumb.BLIND in one for one in found] == [True]


def test_every_exception_is_a_check_that_there_is() -> None:
    assert set(dumb.MAY_PASS) | set(dumb.BLIND_MAY_PASS) <= set(discover())
