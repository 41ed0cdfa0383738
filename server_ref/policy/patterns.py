"""Wildcards and policy variables of policy strings: ``*``, ``?``, ``${aws:username}``, ``${*}``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol


class Facts(Protocol):
    """What is known of a request, by condition key in lower case."""

    def get(self, key: str, /) -> Sequence[str] | None:
        """The key's values; None when the request does not have it."""
        ...


class _Nothing:
    def get(self, _key: str, /) -> Sequence[str] | None:
        return None


NOTHING: Facts = _Nothing()


_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}


def has_variables(pattern: str) -> bool:
    """Whether the string has a policy variable in it."""
    return "${" in pattern


def has_wildcards(pattern: str) -> bool:
    """Whether the string means more than itself."""
    return "*" in pattern or "?" in pattern or "${" in pattern


def matches(pattern: str, text: str, facts: Facts, *, ignore_case: bool = False) -> bool:
    """Whether ``text`` is meant by ``pattern``. A variable without a value matches nothing.

    The time is bounded by the lengths of the two, however many stars there are.
    """
    if not has_variables(pattern):
        return _compiled(pattern, ignore_case).fits(text)
    expressions = [""]
    position = 0
    for variable in _VARIABLE.finditer(pattern):
        _append(expressions, pattern[position : variable.start()])
        value = _value(variable.group(1), facts)
        if value is None:
            return False
        expressions[-1] += re.escape(value)
        position = variable.end()
    _append(expressions, pattern[position:])
    return _Glob(expressions, ignore_case=ignore_case).fits(text)


def expand(value: str, facts: Facts) -> str | None:
    """``value`` with its variables filled in, wildcards literal; None when one has no value."""
    if not has_variables(value):
        return value
    missing = False

    def fill(variable: re.Match[str]) -> str:
        nonlocal missing
        found = _value(variable.group(1), facts)
        missing = missing or found is None
        return found or ""

    filled = _VARIABLE.sub(fill, value)
    return None if missing else filled


def _value(name: str, facts: Facts) -> str | None:
    if name in _LITERALS:
        return _LITERALS[name]
    key, comma, default = name.partition(",")
    values = facts.get(key.strip().lower())
    if values is not None and len(values) == 1:
        return values[0]
    return default.strip().strip("'") if comma else None


class _Glob:
    """What stands between the stars of a pattern, each of a fixed length, found one by one.

    One expression with ``.*`` for every star would take exponential time on a hostile pattern.
    """

    __slots__ = ("_first", "_last", "_middle")

    def __init__(self, expressions: list[str], *, ignore_case: bool) -> None:
        flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
        first, *middle = (re.compile(expression, flags) for expression in expressions)
        self._first = first
        self._last = re.compile(f"(?:{middle.pop().pattern})\\Z", flags) if middle else None
        self._middle = [between for between in middle if between.pattern]

    def fits(self, text: str) -> bool:
        if self._last is None:
            return self._first.fullmatch(text) is not None
        found = self._first.match(text)
        for between in self._middle:
            if found is None:
                return False
            found = between.search(text, found.end())
        return found is not None and self._last.search(text, found.end()) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> _Glob:
    expressions = [""]
    _append(expressions, pattern)
    return _Glob(expressions, ignore_case=ignore_case)


def _append(expressions: list[str], pattern: str) -> None:
    """Add a piece of pattern: a star begins the next expression, ``?`` is any one character."""
    first, *others = (
        "".join("." if char == "?" else re.escape(char) for char in piece)
        for piece in pattern.split("*")
    )
    expressions[-1] += first
    expressions += others
