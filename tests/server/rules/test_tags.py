"""Tags of objects and buckets: how many, how long, of which characters, and in a header."""

from __future__ import annotations

import pytest

from server_ref.rules import tags
from tests.server.refusing import code_of


def many(number: int) -> list[dict[str, str]]:
    return [{"Key": f"k{n}", "Value": "v"} for n in range(number)]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("k" * 128, "v", ""),
        ("k" * 129, "v", "InvalidTag"),
        ("k", "v" * 256, ""),
        ("k", "v" * 257, "InvalidTag"),
        ("k", "", ""),
        ("", "v", "InvalidTag"),
        ("a b.:/=+-@_é", "a b.:/=+-@_é", ""),
        ("a!", "v", "InvalidTag"),
        ("k", "v!", "InvalidTag"),
        ("aws:k", "v", "InvalidTag"),
        ("AWS:k", "v", "InvalidTag"),
        ("k:aws:", "v", ""),
    ],
)
def test_a_tag(key: str, value: str, code: str) -> None:
    tag = {"Key": key, "Value": value}

    assert code_of(lambda: tags.from_object_members({"TagSet": [tag]})) == code
    assert code_of(lambda: tags.from_bucket_members([tag])) == code
    assert code_of(lambda: tags.of_new_bucket([tag])) == code


@pytest.mark.parametrize(("number", "code"), [(10, ""), (11, "BadRequest")])
def test_an_object_has_ten_tags(number: int, code: str) -> None:
    assert code_of(lambda: tags.from_object_members({"TagSet": many(number)})) == code
    header = "&".join(f"k{n}=v" for n in range(number))
    assert code_of(lambda: tags.from_header(header)) == code


@pytest.mark.parametrize(("number", "code"), [(50, ""), (51, "BadRequest")])
def test_a_bucket_has_fifty_tags(number: int, code: str) -> None:
    assert code_of(lambda: tags.from_bucket_members(many(number))) == code
    assert code_of(lambda: tags.of_new_bucket(many(number))) == code


def test_a_tag_without_a_half_is_no_document() -> None:
    for tag in ({"Key": "k"}, {"Value": "v"}):
        assert code_of(lambda tag=tag: tags.from_bucket_members([tag])) == "MalformedXML"
    assert code_of(lambda: tags.from_bucket_members([*many(1), *many(1)])) == "InvalidTag"
    assert tags.from_object_members(None) == tags.from_bucket_members(None) == []
    assert tags.to_members([("a", "b")]) == [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("a=b", [("a", "b")]),
        ("a=b&&c", [("a", "b"), ("c", "")]),
        ("a%20b=c+d", [("a b", "c d")]),
        ("a=b=c", [("a", "b=c")]),
        ("", []),
        (None, []),
    ],
)
def test_tags_in_a_header(header: str | None, found: list[tuple[str, str]]) -> None:
    assert tags.from_header(header) == found


@pytest.mark.parametrize("header", ["a=b&a=c", "=b", "a=!", "!=b"])
def test_tags_in_a_header_that_are_none(header: str) -> None:
    assert code_of(lambda: tags.from_header(header)) == "InvalidArgument"
