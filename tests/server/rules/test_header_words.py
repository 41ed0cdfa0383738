"""Encoded words in headers: how they are read and written."""

from __future__ import annotations

import pytest

from server_ref.rules import header_words


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("plain", "plain"),
        ("=?UTF-8?B?w6k=?=", "é"),
        ("=?utf-8?b?w6k=?=", "é"),
        ("=?UTF-8?Q?a=C3=A9_b?=", "aé b"),
        ("=?UTF-8?Q?a?= ", "=?UTF-8?Q?a?= "),
        ("=?no-such?Q?a?=", "=?no-such?Q?a?="),
        ("=?UTF-8?B?abc?=", "=?UTF-8?B?abc?="),
        ("=?latin-1?Q?=E9?=", "é"),
        ("=?UTF-8?X?a?=", "=?UTF-8?X?a?="),
        ("=?latin-1?B?=GGG?=", b"\xfc\x61\x86".decode("latin-1")),
    ],
)
def test_a_word_is_decoded(value: str, meant: str) -> None:
    assert header_words.decode(value) == meant


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain\t\r\n", "plain\t\r\n"),
        ("\x1f", "=?UTF-8?B?Hw==?="),
        ("a\x7f", "=?UTF-8?B?YX8=?="),
        ("ab\x7f", "=?UTF-8?Q?ab=7F?="),
        ("é", "=?UTF-8?B?w6k=?="),
        ("aé", "=?UTF-8?B?YcOp?="),
        ("aaé", "=?UTF-8?Q?aa=C3=A9?="),
        ("a b=_?é", "=?UTF-8?Q?a_b=3D=5F=3F=C3=A9?="),
        ("ab~\x08", "=?UTF-8?Q?ab~=08?="),
        ("\U0001f600abc", "=?UTF-8?Q?=F0=9F=98=80abc?="),
        ("\U0001f600a", "=?UTF-8?B?8J+YgGE=?="),
    ],
)
def test_a_word_is_encoded(value: str, shown: str) -> None:
    assert header_words.encode(value) == shown
    assert header_words.decode(shown) == value


def test_a_value_as_it_is_and_as_bytes() -> None:
    for value in ("plain", "=?UTF-8?Q?a?=", "é", "a\n"):
        assert header_words.decode(header_words.literal(value)) == value
    assert header_words.literal("é") == "é"
    assert header_words.as_bytes("abc", "utf-8") == "abc"
    assert header_words.as_bytes("é", "utf-8") == "Ã©"
    assert header_words.as_bytes("é", "latin-1") == "é"
