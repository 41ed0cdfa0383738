"""No check passes on an endpoint that answers everything alike."""

from __future__ import annotations

import urllib.request

import pytest
import requests

from conformance.trial.check import discover
from s3compat import dumb
from s3compat.prove import vacuous


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
        assert b"ListAllMyBucketsResult" in answer.read()


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


@pytest.mark.parametrize("row", ["object-tagging", "bucket-tagging", "cors"])
def test_checks_of_sub_resources_do_not_pass_there(row: str) -> None:
    assert vacuous([f"{row}.*"], workers=1) == []


def test_a_pass_there_counts_where_the_query_was_what_was_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dumb, "BLIND_MAY_PASS", {})
    found = vacuous(["errors.every_read_knows_that_there_is_no_key"], workers=1)
    assert [dumb.BLIND in one for one in found] == [True]


def test_every_exception_is_a_check_that_there_is() -> None:
    assert set(dumb.MAY_PASS) | set(dumb.BLIND_MAY_PASS) <= set(discover())
