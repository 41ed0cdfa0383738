"""No check passes on an endpoint that answers everything alike."""

from __future__ import annotations

import urllib.request

import pytest
import requests

from conformance.trial.check import discover
from s3compat import dumb
from s3compat.prove import vacuous


def test_a_dumb_endpoint_answers_alike() -> None:
    with dumb.endpoint(dumb.KINDS["200 with the request's own body"]) as url:
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
    ],
)
def test_each_says_what_its_name_says(kind: str, status: int, said: bytes, method: str) -> None:
    with dumb.endpoint(dumb.KINDS[kind]) as url:
        got = requests.request(method, f"{url}/b/k", data=b"body", timeout=10)
    assert (got.status_code, got.content[: len(said) or None]) == (status, said)


@pytest.mark.parametrize(("method", "listed"), [("GET", True), ("PUT", False), ("POST", False)])
def test_an_empty_listing_is_for_a_get(method: str, listed: bool) -> None:
    with dumb.endpoint(dumb.KINDS["an empty listing to every GET"]) as url:
        got = requests.request(method, f"{url}/b/k", data=b"body", timeout=10)
    assert (got.status_code, b"<ListBucketResult" in got.content) == (200, listed)


def test_the_first_look_finds_a_list_of_buckets() -> None:
    with (
        dumb.endpoint(dumb.KINDS["404 NoSuchKey"]) as url,
        urllib.request.urlopen(f"{url}/", timeout=10) as answer,
    ):
        assert b"ListAllMyBucketsResult" in answer.read()


@pytest.mark.parametrize("row", ["head-bucket", "delete-object", "head-object"])
def test_checks_of_a_row_pass_on_none(row: str) -> None:
    assert vacuous(f"{row}.*", workers=1) == []


def test_a_check_without_a_control_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dumb, "MAY_PASS", {})
    found = vacuous("list-buckets.answer_is_in_the_namespace_of_s3", workers=1)
    assert len(found) == len(dumb.KINDS)


def test_every_exception_is_a_check_that_there_is() -> None:
    assert set(dumb.MAY_PASS) <= set(discover())
