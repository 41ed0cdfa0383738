"""The pages of a listing: how long, where they go on, how names are written, their tokens."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.rules import pages
from tests.server.refusing import code_of


@pytest.mark.parametrize(
    ("wanted", "limit"), [(None, 1000), (0, 0), (1, 1), (999, 999), (1000, 1000), (1001, 1000)]
)
def test_a_page_has_at_most_a_thousand(wanted: int | None, limit: int) -> None:
    asked = {} if wanted is None else {"MaxKeys": wanted}

    assert pages.limit(asked, "MaxKeys", "max-keys") == limit


@pytest.mark.parametrize(
    ("number", "code"),
    [(-1, "InvalidArgument"), (0, ""), (2**31 - 1, ""), (2**31, "InvalidArgument")],
)
def test_numbers_of_a_listing(number: int, code: str) -> None:
    assert code_of(lambda: pages.limit({"MaxKeys": number}, "MaxKeys", "max-keys")) == code
    assert code_of(lambda: pages.part_marker(str(number))) == code


def test_a_marker_that_is_not_there_is_the_first() -> None:
    assert (pages.part_marker(None), pages.part_marker(""), pages.part_marker("7")) == (0, 0, 7)


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("a/b*c._-Z9", "a/b*c._-Z9"),
        ("a b", "a+b"),
        ("a~b", "a%7Eb"),
        ("a+b", "a%2Bb"),
        ("é", "%C3%A9"),
        ("a\x00b", "a%00b"),
    ],
)
def test_a_name_in_a_listing(name: str, encoded: str) -> None:
    assert pages.encoder({"EncodingType": "url"})(name) == encoded
    assert pages.encoder({"EncodingType": "URL"})(name) == encoded
    assert pages.encoder({})(name) == name


def test_only_one_encoding() -> None:
    assert code_of(lambda: pages.encoder({"EncodingType": "uri"})) == "InvalidArgument"
    assert code_of(lambda: pages.encoder({"EncodingType": ""})) == "InvalidArgument"


@pytest.mark.parametrize(
    ("marker", "prefix", "delimiter", "goes_on"),
    [
        ("a/b", "", "/", ("a0", True)),
        ("a/", "", "/", ("a0", True)),
        ("a", "", "/", ("a", False)),
        ("a/b", "a/", "/", ("a/b", False)),
        ("a/b/c", "a/", "/", ("a/b0", True)),
        ("b/c", "a/", "/", ("b/c", False)),
        ("a/b", "", "", ("a/b", False)),
        ("/a", "", "/", ("0", True)),
    ],
)
def test_where_a_listing_goes_on(
    marker: str, prefix: str, delimiter: str, goes_on: tuple[str, bool]
) -> None:
    assert pages.past_common_prefix(marker, prefix, delimiter) == goes_on


def test_what_a_listing_says_of_prefixes() -> None:
    answer: dict[str, Any] = {}
    pages.add_prefixes(answer, {}, [], "", str.upper)
    assert answer == {}
    pages.add_prefixes(answer, {"EncodingType": "url"}, ["a/"], "/x", str.upper)
    assert answer == {
        "CommonPrefixes": [{"Prefix": "A/"}],
        "Delimiter": "/X",
        "EncodingType": "url",
    }


def test_a_token_proves_itself() -> None:
    token = pages.to_token("a/b é")
    assert pages.from_token(token) == "a/b é"
    assert pages.from_token(pages.to_token("")) == ""
    other = ("B" if token[0] == "A" else "A") + token[1:]
    for wrong in (other, token[:-4], "", "é", "AAAA", pages.to_token("x")[:-4] + "eQ=="):
        assert code_of(lambda wrong=wrong: pages.from_token(wrong)) == "InvalidArgument"
