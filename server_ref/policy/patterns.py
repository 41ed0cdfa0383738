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
    """Whether ``text`` is meant by ``pattern``. A variable without a value matches nothing."""
    if not has_variables(pattern):
        return _compiled(pattern, ignore_case).fullmatch(text) is not None
    expression = []
    position = 0
    for variable in _VARIABLE.finditer(pattern):
        expression.append(_translate(pattern[position : variable.start()]))
        value = _value(variable.group(1), facts)
        if value is None:
            return False
        expression.append(re.escape(value))
        position = variable.end()
    expression.append(_translate(pattern[position:]))
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.fullmatch("".join(expression), text, flags) is not None


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


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(_translate(pattern), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _translate(pattern: str) -> str:
    # Runs of stars are one star: a pattern of many would take exponential time otherwise.
    pattern = re.sub(r"\*+", "*", pattern)
    return "".join(
        ".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern
    )
