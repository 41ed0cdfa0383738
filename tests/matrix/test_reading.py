"""What is wrong in a file is found by its shape: in lists, tables and unions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Literal

import msgspec
import pytest

from matrix import MatrixError, unknown
from matrix.expected import expects
from matrix.names import nearest
from matrix.reading import decode, what_is_wrong


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
        ("no table", "expected a table, and not 'no table'"),
        ({"named": "no table"}, "named: expected a table, and not 'no table'"),
        ({"listed": "no list"}, "listed: expected a list, and not 'no list'"),
        ({"maybe": {"word": 7}}, "maybe.word: 7 is none of one, two"),
        ({"maybe": None}, None),
        ({"either": {"wort": "one"}}, None),
    ],
)
def test_the_first_key_or_word_that_is_wrong(document: object, problem: str | None) -> None:
    found = what_is_wrong(document, Outer)

    assert found == problem if problem is None else found is not None and problem in found


class Mood(Enum):
    """A word of several."""

    GOOD = "good"
    BAD = "bad"


class Limited(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Values that have limits, with words of their own and without."""

    name: Annotated[str, expects("small letters", pattern="^[a-z]+$")]
    bare: Annotated[str, msgspec.Meta(pattern="^x")] = "x"
    words: Annotated[str, msgspec.Meta(min_length=1)] = "some"
    port: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    least: Annotated[int, msgspec.Meta(ge=1)] = 1
    ratio: float = 1.0
    on: bool = False
    some: Annotated[tuple[int, ...], msgspec.Meta(min_length=1)] = (1,)
    named: dict[Annotated[str, expects("a small name", pattern="^[a-z]+$")], int] = {}
    mood: Mood = Mood.GOOD
    maybe: Annotated[str, expects("small letters", pattern="^[a-z]+$")] | None = None


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "name: this key is missing, and it is needed"),
        ({"name": "My Server"}, "name: expected small letters, and not 'My Server'"),
        ({"name": 7}, "name: expected small letters, and not 7"),
        ({"name": "a", "bare": "y"}, "bare: expected text like ^x, and not 'y'"),
        ({"name": "a", "words": ""}, "words: expected some text, and not ''"),
        ({"name": "a", "port": 0}, "port: expected a whole number, 1 to 9, and not 0"),
        ({"name": "a", "port": 10}, "port: expected a whole number, 1 to 9, and not 10"),
        ({"name": "a", "least": 0}, "least: expected a whole number, 1 or more, and not 0"),
        ({"name": "a", "port": True}, "port: expected a whole number, and not true"),
        ({"name": "a", "port": "1"}, "port: expected a whole number, and not '1'"),
        ({"name": "a", "ratio": "1"}, "ratio: expected a number, and not '1'"),
        ({"name": "a", "on": 1}, "on: expected true or false, and not 1"),
        ({"name": "a", "some": []}, "some: expected one or more, and not an empty list"),
        ({"name": "a", "some": [1, "x"]}, "some[2]: expected a whole number, and not 'x'"),
        ({"name": "a", "named": {"Big": 1}}, "named.Big: expected a small name, and not 'Big'"),
        ({"name": "a", "named": {"b": [1]}}, "named.b: expected a whole number, and not a list"),
        ({"name": "a", "mood": "grim"}, "mood: 'grim' is none of good, bad"),
        ({"name": "a", "maybe": "A"}, "maybe: expected small letters, and not 'A'"),
        ({"name": "a" * 99 + "B"}, f"name: expected small letters, and not '{'a' * 59}…"),
    ],
)
def test_a_wrong_value_is_told_with_its_key_and_what_was_expected(
    document: object, said: str
) -> None:
    with pytest.raises(MatrixError) as refused:
        decode(document, Limited, "f.toml")
    assert str(refused.value) == f"f.toml: {said}"


def test_a_value_within_its_limits_is_not_wrong() -> None:
    right = {"name": "a", "port": 9, "ratio": 1, "named": {"b": 1}, "mood": "bad", "maybe": None}
    assert what_is_wrong(right, Limited) is None
    assert decode(right, Limited, "f.toml").mood is Mood.BAD


def test_a_table_that_may_have_further_keys() -> None:
    assert what_is_wrong({"other": 1}, Open) is None


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"listed": "no list"}, "f.toml: listed: expected a list, and not 'no list'"),
        ("no table", "f.toml: expected a table, and not 'no table'"),
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


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("get-objct.*", "get-object.*"),
        ("get-objct.a?", "get-object.a?"),
        ("get-objct.[ab]", "get-object.[ab]"),
        ("get-objct.*.a", "get-object.*.a"),
        ("get-objct.a", None),
        ("objct*", None),
        ("nothing-like-it.*", None),
        ("get-object.*", None),
    ],
)
def test_the_nearest_pattern_of_names(name: str, near: str | None) -> None:
    known = [f"{row}.every_header_comes_back_as_it_was_stored" for row in ("get-object", "cors")]
    assert nearest(name, [*known, "plain"]) == near


def test_a_name_that_is_not_known_is_told_what_there_is() -> None:
    assert unknown("row", "x", []) == "there is no row 'x'; there are none"
    assert unknown("row", "x", ["abc", "def"]) == "there is no row 'x'; there are abc, def"
    assert unknown("row", "abd", ["abc"], "s3compat matrix") == (
        "there is no row 'abd'; did you mean 'abc'? `s3compat matrix` lists them"
    )
