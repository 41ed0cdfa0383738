"""Reads TOML strictly by a type, and says of what is wrong its file, key and what was expected.

The types are the schema: msgspec decodes by them. What it says of a wrong value is for programmers
(a regular expression, the names of Python's types), so that is said better here: with the keys
there are and the nearest of them, and with the words of `matrix.expected`.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from matrix.expected import expected
from matrix.names import nearest

Decoded = TypeVar("Decoded")

_LONGEST = 60  # characters of a value in a message
_KINDS: dict[
    type, tuple[str, tuple[type, ...]]
] = {  # of a type: its name, and Python's types of it
    inspect.StrType: ("text", (str,)),
    inspect.BoolType: ("true or false", (bool,)),
    inspect.IntType: ("a whole number", (int,)),
    inspect.FloatType: ("a number", (int, float)),
    inspect.StructType: ("a table", (Mapping,)),
    inspect.DictType: ("a table", (Mapping,)),
    inspect.ListType: ("a list", (list,)),
    inspect.VarTupleType: ("a list", (list,)),
}


_ITEM = re.compile(r"\[(\d+)\]")  # which item of a list, in a path of msgspec


class MatrixError(ValueError):
    """A row, profile or other file that is wrong; the message names file, key and reason."""


def read_toml(file: Path) -> dict[str, Any]:
    """The document of a TOML file; raises MatrixError where it is none."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise MatrixError(f"{file}: not TOML: {problem}") from problem


def decode(document: object, kind: type[Decoded], where: str) -> Decoded:
    """Convert strictly; raises MatrixError, which begins with ``where`` and the key."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        problem = what_is_wrong(document, kind)
        if problem is None:  # what a type asks beyond its shape; the message ends with the key
            reason, _, path = str(error).partition(" - at `$")
            key = _ITEM.sub(
                lambda at: f"[{int(at[1]) + 1}]", path.strip("`.")
            )  # from 1, as elsewhere
            problem = f"{key}: {reason}" if key else reason
        raise MatrixError(f"{where}: {problem}") from error


def what_is_wrong(document: object, kind: Any) -> str | None:
    """The first key or value that ``kind`` does not have, and what was expected; None: none."""
    return _wrong(document, _shape(kind), "")


@functools.cache
def _shape(kind: Any) -> inspect.Type:
    """What msgspec knows of a type; working it out takes a millisecond, for 1,600 tables."""
    return inspect.type_info(kind)


def _wrong(value: object, kind: inspect.Type, path: str) -> str | None:
    """``path`` ends with a dot, or is empty for the document itself."""
    words = ""
    while isinstance(kind, inspect.Metadata):
        words = words or expected(kind.extra)
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        # a union of ours is one shape or nothing at all; tagged ones are not read from TOML
        shapes = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        nothing = value is None and len(shapes) < len(kind.types)
        return None if nothing or len(shapes) > 1 else _wrong(value, shapes[0], path)
    if isinstance(kind, inspect.LiteralType | inspect.EnumType):
        among = _words_of(kind)
        return None if value in among else f"{_at(path)}{value!r} is none of {', '.join(among)}"
    named, types = _KINDS.get(type(kind), ("", ()))
    if types and (not isinstance(value, types) or (isinstance(value, bool) and bool not in types)):
        return f"{_at(path)}expected {words or named}, and not {_shown(value)}"
    if not _within(value, kind):
        return f"{_at(path)}expected {words or _limits(kind)}, and not {_shown(value)}"
    if isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        return _of_struct(value, kind, path)
    if isinstance(kind, inspect.DictType) and isinstance(value, Mapping):
        inner = [(f"{path}{key}.", key, one) for key, one in value.items()]
        keys = ((at, key) for at, key, _ in inner)
        return _first(keys, kind.key_type) or _first(
            ((at, one) for at, _, one in inner), kind.value_type
        )
    if isinstance(kind, inspect.ListType | inspect.VarTupleType) and isinstance(value, list):
        listed = ((f"{path[:-1]}[{at}].", one) for at, one in enumerate(value, start=1))
        return _first(listed, kind.item_type)
    return None


def _words_of(kind: inspect.LiteralType | inspect.EnumType) -> list[str]:
    """The words that a value is one of."""
    if isinstance(kind, inspect.LiteralType):
        return [str(one) for one in kind.values]
    return [str(one.value) for one in kind.cls]


def _at(path: str) -> str:
    return f"{path[:-1]}: " if path else ""


def _shown(value: object) -> str:
    """A value of a file, short; of a table or list that there is one."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if len(repr(value)) <= _LONGEST else f"{repr(value)[:_LONGEST]}…"


def _within(value: object, kind: inspect.Type) -> bool:
    """Whether a value of the right kind is within the limits of its type."""
    if isinstance(kind, inspect.StrType) and isinstance(value, str):
        matches = kind.pattern is None or re.search(kind.pattern, value) is not None
        return matches and len(value) >= (kind.min_length or 0)
    if isinstance(kind, inspect.IntType | inspect.FloatType) and isinstance(value, int | float):
        return (kind.ge is None or value >= kind.ge) and (kind.le is None or value <= kind.le)
    if isinstance(kind, inspect.ListType | inspect.VarTupleType) and isinstance(value, list):
        return len(value) >= (kind.min_length or 0)
    return True


def _limits(kind: inspect.Type) -> str:
    """The limits of a type in words, where it has no words of its own."""
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        named, _ = _KINDS[type(kind)]
        upper = f" to {kind.le}" if kind.le is not None else " or more"
        return f"{named}, {kind.ge}{upper}" if kind.ge is not None else f"{named} up to {kind.le}"
    if isinstance(kind, inspect.StrType):
        return f"text like {kind.pattern}" if kind.pattern else "some text"
    return "one or more"


def _first(inner: Iterable[tuple[str, object]], kind: inspect.Type) -> str | None:
    found = (_wrong(one, kind, path) for path, one in inner)
    return next((problem for problem in found if problem is not None), None)


def _of_struct(value: Mapping[Any, object], kind: inspect.StructType, path: str) -> str | None:
    fields = {field.encode_name: field for field in kind.fields}
    for key, one in value.items():
        if key in fields:
            problem = _wrong(one, fields[key].type, f"{path}{key}.")
            if problem is not None:
                return problem
        elif kind.forbid_unknown_fields:
            near = nearest(str(key), fields)
            guess = f"; did you mean {near}?" if near else ";"
            return f"{path}{key}: there is no such key{guess} there are {', '.join(fields)}"
    missing = [name for name, field in fields.items() if field.required and name not in value]
    return f"{path}{missing[0]}: this key is missing, and it is needed" if missing else None
