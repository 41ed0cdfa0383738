"""Paths into an answer, in plain words: what a JMESPath expression of a check looks at.

https://jmespath.org/specification.html
"""

from __future__ import annotations

import functools
from typing import Any

import jmespath
import jmespath.exceptions

_Node = dict[str, Any]
_ORDINALS = {0: "first", 1: "second", 2: "third", -1: "last"}


class _NoWordsError(Exception):
    """An expression that is not said here; it is shown as it is."""


@functools.lru_cache(maxsize=2048)
def in_words(path: str) -> str:
    """``Errors[].[Key, Code]`` is "the Key and Code of each Errors entry".

    A name, a path of names and what is no expression stay as they are.
    """
    try:
        return _words(jmespath.compile(path).parsed)
    except (jmespath.exceptions.JMESPathError, _NoWordsError):
        return path


def seen_in_words(what: str) -> str:
    """What an expectation looked at, with its path in words; ``what`` may begin with a request."""
    asked, colon, path = what.rpartition(": ")
    return f"{asked}{colon}{in_words(path)}"


def _words(node: _Node) -> str:
    kind, parts = node["type"], node["children"]
    match kind:
        case "subexpression" if parts[-1]["type"] == "multi_select_list":
            return f"the {_words(parts[-1])} of {_place(_steps(parts[0]))}"
        case "field" | "subexpression" | "index_expression":
            return _place(_steps(node))
        case "multi_select_list":
            return _and([_words(part) for part in parts])
        case "projection" | "filter_projection":
            return _projected(node)
        case "flatten":  # of lists within entries
            return _words(parts[0])
        case "or_expression" if parts[1]["type"] == "literal":  # what stands for none
            return _words(parts[0])
        case "function_expression" if node["value"] == "length":
            return f"the number of {_counted(parts[0])}"
        case "function_expression" if node["value"] == "sort":
            return f"{_words(parts[0])}, sorted"
    raise _NoWordsError


def _steps(node: _Node) -> list[str]:
    """The names of a path, and the ordinals of the entries that it goes into."""
    match node["type"]:
        case "field":
            return [str(node["value"])]
        case "index":
            if node["value"] in _ORDINALS:
                return [_ORDINALS[node["value"]]]
        case "subexpression" | "index_expression":
            return [step for part in node["children"] for step in _steps(part)]
    raise _NoWordsError


def _place(steps: list[str]) -> str:
    """``Rules``, ``first``, ``Filter``, ``Key``: the Filter.Key of the first Rules entry."""
    place = ""
    names: list[str] = []
    for step in steps:
        if step in _ORDINALS.values():
            place = f"the {step} {'.'.join(names)} entry{place}"
            names = []
        else:
            names.append(step)
    if not place or not names:
        return place or ".".join(names)
    return f"the {'.'.join(names)} of {place}"


def _projected(node: _Node) -> str:
    """What is taken of each entry of a list."""
    entries, taken = node["children"][:2]
    each = _each(entries)
    if node["type"] == "filter_projection":
        each += f" where {_condition(node['children'][2])}"
    return each if taken["type"] == "identity" else f"the {_words(taken)} of {each}"


def _each(node: _Node) -> str:
    """The entries of a list, each of them."""
    lists = _words(node["children"][0] if node["type"] == "flatten" else node)
    return f"each entry of {lists}" if " " in lists else f"each {lists} entry"


def _counted(node: _Node) -> str:
    """The entries that a length is of."""
    match node["type"]:
        case "or_expression":
            return _counted(node["children"][0])
        case "projection" if node["children"][0]["type"] == "flatten":
            return _counted(node["children"][0]["children"][0])
        case "filter_projection":
            where = _condition(node["children"][2])
            return f"{_counted(node['children'][0])} where {where}"
        case "field" | "subexpression" | "index_expression":
            lists = _words(node)
            return f"entries of {lists}" if " " in lists else f"{lists} entries"
    raise _NoWordsError


def _condition(node: _Node) -> str:
    kind, parts = node["type"], node["children"]
    if kind == "not_expression":
        return f"{_words(parts[0])} is not there"
    if kind == "comparator" and parts[1]["type"] == "literal":
        value, equal = parts[1]["value"], node["value"] == "eq"
        if value is None and node["value"] in ("eq", "ne"):
            return f"{_words(parts[0])} is {'not ' if equal else ''}there"
        if equal:
            return f"{_words(parts[0])} is {value!r}"
    if kind in ("field", "subexpression"):
        return f"{_words(node)} is true"
    raise _NoWordsError


def _and(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
