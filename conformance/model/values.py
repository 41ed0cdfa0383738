"""Values that an expectation shows: lists of them, codes of errors among them, what was added."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from conformance.model.records import Expectation

_CODE = re.compile(r"[A-Z][A-Za-z]{5,}")
_LONG = 6  # characters that are no accident
_SEVERAL = re.compile(r"\[(\w+(?:, \w+)+)\]")


def shown_values(shown: str) -> list[object]:
    """The values of a list as an expectation shows it; none where it is shortened, or no list."""
    try:
        found = ast.literal_eval(shown)
    except (ValueError, SyntaxError):
        return []
    return found if isinstance(found, list) else []


def other_codes(one: Expectation) -> list[tuple[str, str]]:
    """The codes of errors in a list that differ: what is expected, and what came."""
    if not _of_entries(one):
        return []
    pairs = zip(_flat(one.expected), _flat(one.actual), strict=False)
    named = ((due, came) for due, came in pairs if due != came)
    return [pair for pair in named if all(map(_CODE.fullmatch, pair))]


def entry_code(one: Expectation) -> str:
    """The code with which an entry should have been refused; "" where it is about no such code."""
    if not _of_entries(one):
        return ""
    return next((word for word in _flat(one.expected) if _CODE.fullmatch(word)), "")


def _of_entries(one: Expectation) -> bool:
    """Whether it looks at the codes of a list of errors."""
    return "Errors" in one.what and "Code" in one.what


def added(one: Expectation) -> str:
    """The text that a value has in addition to what is expected; "" where it differs otherwise."""
    for due, came in zip(_flat(one.expected), _flat(one.actual), strict=False):
        if due == came or len(came) < len(due) + _LONG:
            continue
        same = next(
            (n for n, (a, b) in enumerate(zip(due, came, strict=False)) if a != b), len(due)
        )
        extra = came[same : len(came) - (len(due) - same)]
        if due and came == due[:same] + extra + due[same:] and extra[:1] + extra[-1:] in _MARKED:
            return extra
    return ""


_MARKED = ("[]", "()", "{}", "<>")  # what stands in brackets is no part of a name


def _flat(shown: str) -> Iterator[str]:
    """The texts of a value, and of a list and the lists in it."""
    values = shown_values(shown)
    if not values:
        yield shown.strip("'\"")
    for value in values:
        yield from map(str, value) if isinstance(value, list) else (str(value),)


def spoken_of(looked_at: str) -> str:
    """What a check says in words that it looked at, as a name for causes.

    "Marker, decoded" is about ``Marker``, "keys, page by page" about pages. Words with numbers or
    quotations in them are of one check, and make no name: "document".
    """
    if "page" in looked_at:
        return "pages"
    if looked_at.startswith("object "):
        return "object"
    members = [word for word in _MEMBER.findall(looked_at) if word not in _PYTHON]
    if members:
        return str(members[0])
    return "document" if re.search(r"[\d'\"<]", looked_at) else looked_at


_MEMBER = re.compile(r"\b[A-Z]\w+")
_PYTHON = frozenset({"None", "True", "False"})  # values


def code_due(expected: str) -> str:
    """The code that is expected; the statuses where there is no code, or one of several."""
    code = expected.partition(" ")[2]
    return code if code and not code.startswith("or ") else expected


def member_of(one: Expectation) -> str:
    """What a path into the answer is about: ``Contents[].Key`` is about ``Key``.

    Of several (``[KeyCount, IsTruncated]``) the first whose value differs.
    """
    looked_at = one.what.rpartition(": ")[2]
    if (several := _SEVERAL.fullmatch(looked_at)) is not None:
        named: list[str] = several.group(1).split(", ")
        due, came = shown_values(one.expected), shown_values(one.actual)
        for name, wanted, got in zip(named, due, came, strict=False):
            if wanted != got:
                return name
    if " " in looked_at and not any(sign in looked_at for sign in "[(|"):
        return spoken_of(looked_at)
    names = re.findall(r"[A-Za-z]\w*", looked_at)
    return names[-1] if names else "document"
