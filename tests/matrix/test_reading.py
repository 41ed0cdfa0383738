"""What is wrong in a file is found by its shape: in lists, tables and unions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
import pytest

from matrix import MatrixError, unknown, unknown_name
from matrix.names import nearest
from matrix.reading import decode


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """A table."""

    word: Literal["one", "two"] = "one"


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    """What holds tables in every way there is."""

    maybe: Inner | None = None
    either: Inner | int | None = None
    several: tuple[Inner, ...] = ()
    listed: list[Inner] = []
    named: dict[str, Inner] = {}


class Open(msgspec.Struct):
    """A table that may have further keys."""

    word: str = ""


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"maybe": {"word": "one"}}, None),
        ({"maybe": {"word": "six"}}, "maybe.word: 'six' is none of one, two"),
        ({"maybe": {"wort": "one"}}, "maybe.wort: there is no such key; did you mean word?"),
        ({"several": [{"word": "one"}, {"word": "six"}]}, "several[2].word: 'six' is none of"),
        ({"listed": [{"word": "six"}]}, "listed[1].word: 'six' is none of"),
        ({"named": {"a": {"word": "one"}, "b": {"word": "six"}}}, "named.b.word: 'six' is none"),
        ({"maybe": {"word": "one"}, "zzz": 1}, "zzz: there is no such key; there are maybe,"),
        ("no table", None),
        ({"named": "no table"}, None),
        ({"listed": "no list"}, None),
        ({"maybe": {"word": 7}}, None),
        ({"either": {"wort": "one"}}, None),
    ],
)
def test_the_first_key_or_word_that_is_not_known(document: object, problem: str | None) -> None:
    """What is of another kind altogether is for msgspec to say."""
    found = unknown_name(document, Outer)

    assert found == problem if problem is None else found is not None and problem in found


def test_a_table_that_may_have_further_keys() -> None:
    assert unknown_name({"other": 1}, Open) is None


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"listed": "no list"}, "f.toml: listed: Expected `array`, got `str`"),
        ("no table", "f.toml: Expected `object`, got `str`"),
        ({"maybe": {"word": "six"}}, "f.toml: maybe.word: 'six' is none of one, two"),
    ],
)
def test_a_wrong_document_is_refused_with_its_place(document: object, message: str) -> None:
    with pytest.raises(MatrixError) as refused:
        decode(document, Outer, "f.toml")

    assert str(refused.value) == message


def test_a_right_document_is_what_it_says() -> None:
    document: Mapping[str, object] = {"several": [{"word": "two"}]}

    assert decode(document, Outer, "f.toml") == Outer(several=(Inner("two"),))


@pytest.mark.parametrize(
    ("name", "near"),
    [("PUT-OBJECT", "put-object"), ("put_object", "put-object"), ("website", None)],
)
def test_the_nearest_name(name: str, near: str | None) -> None:
    assert nearest(name, ["get-object", "put-object", "put-objects"]) == near


def test_a_name_that_is_not_known_is_told_what_there_is() -> None:
    assert unknown("row", "x", []) == "there is no row 'x'; there are none"
    assert unknown("row", "x", ["abc", "def"]) == "there is no row 'x'; there are abc, def"
    assert unknown("row", "abd", ["abc"], "s3compat matrix") == (
        "there is no row 'abd'; did you mean 'abc'? `s3compat matrix` lists them"
    )
