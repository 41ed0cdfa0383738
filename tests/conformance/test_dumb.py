"""No check passes on an endpoint that answers everything alike."""

from __future__ import annotations

import urllib.request

import pytest

from conformance.trial.check import discover
from s3compat import dumb
from s3compat.prove import vacuous


def test_a_dumb_endpoint_answers_alike() -> None:
    with dumb.endpoint(dumb.KINDS["200 with the request's own body"]) as url:
        request = urllib.request.Request(f"{url}/b/k?tagging", b"<Tagging/>", method="PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert (answer.status, answer.read()) == (200, b"<Tagging/>")


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
