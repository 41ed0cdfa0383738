"""Listings as AIStore answers them: one form, everything at once."""

from __future__ import annotations

from typing import Any

import pytest
from defusedxml import ElementTree

from tests.server.aistore.conftest import Ask

NS = "{http://s3.amazonaws.com/doc/2006-03-01}"
KEYS = ["a&b", "d/1", "d/2", "e-1", "ü"]


@pytest.fixture
def filled(ask: Ask, bucket: str) -> str:
    """A bucket with KEYS."""
    for key in KEYS:
        assert ask("PUT", f"/{bucket}/{key.replace('&', '%26')}", data=b"x").status_code == 200
    return bucket


def _keys(text: bytes) -> list[str | None]:
    root = ElementTree.fromstring(text)
    return [one.findtext(f"{NS}Key") for one in root.iter(f"{NS}Contents")]


def test_one_form_for_both_versions(ask: Ask, filled: str) -> None:
    first = ask("GET", f"/{filled}?prefix=d/")
    second = ask("GET", f"/{filled}?list-type=2&prefix=d/")

    for answer in (first, second):
        root = ElementTree.fromstring(answer.content)
        assert root.tag == f"{NS}ListBucketResult"
        assert root.findtext(f"{NS}Prefix") == ""
        assert root.findtext(f"{NS}KeyCount") == "2"
        assert root.findtext(f"{NS}MaxKeys") == "1000"
        assert root.findtext(f"{NS}IsTruncated") == "false"
        assert [one.findtext(f"{NS}StorageClass") for one in root.iter(f"{NS}Contents")] == ["", ""]
        for one in root.iter(f"{NS}Contents"):
            assert one.findtext(f"{NS}ETag") == ""
    assert _keys(first.content) == _keys(second.content) == ["d/1", "d/2"]


@pytest.mark.parametrize(
    "query",
    [
        "max-keys=1",
        "list-type=2&max-keys=0",
        "marker=d/2",
        "encoding-type=url",
        "list-type=2&encoding-type=url&fetch-owner=true",
        "location",
        "website",
        "tagging",
        "versions",
        "encryption",
    ],
)
def test_everything_whatever_is_asked(ask: Ask, filled: str, query: str) -> None:
    answer = ask("GET", f"/{filled}?{query}")

    assert answer.status_code == 200
    assert _keys(answer.content) == KEYS
    assert "<Owner>" not in answer.text


def test_more_than_a_page_in_one_answer(s3: Any, ask: Ask, bucket: str) -> None:
    count = 1003
    for number in range(count):
        ask("PUT", f"/{bucket}/{number:04}", data=b"")

    answer = ask("GET", f"/{bucket}?max-keys=10")

    assert len(_keys(answer.content)) == count
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == count


@pytest.mark.parametrize("delimiter", ["/", "-", "x"])
def test_any_delimiter_is_a_slash(s3: Any, filled: str, delimiter: str) -> None:
    answer = s3.list_objects_v2(Bucket=filled, Delimiter=delimiter)

    assert [one["Key"] for one in answer["Contents"]] == ["a&b", "e-1", "ü"]
    assert [one["Prefix"] for one in answer["CommonPrefixes"]] == ["d/"]
