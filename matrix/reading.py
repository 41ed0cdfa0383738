"""Reads TOML strictly by a type, and says of what is wrong its file, key and reason.

The types are the schema: msgspec decodes by them. What msgspec says of a key that does not exist is
said better here: with the keys there are, and the nearest of them.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from matrix.names import nearest

Decoded = TypeVar("Decoded")


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
    problem = unknown_name(document, kind)
    if problem is not None:
        raise MatrixError(f"{where}: {problem}")
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        # msgspec's message ends with the key (at `$.level`)
        reason, _, path = str(error).partition(" - at `$")
        key = path.strip("`.")
        raise MatrixError(f"{where}: {key}: {reason}" if key else f"{where}: {reason}") from error


def unknown_name(document: object, kind: Any) -> str | None:
    """What is wrong with the first key or word that ``kind`` does not have; None where all are."""
    return _unknown(document, _shape(kind), "")


@functools.cache
def _shape(kind: Any) -> inspect.Type:
    """What msgspec knows of a type; working it out takes a millisecond, for 1,600 tables."""
    return inspect.type_info(kind)


def _unknown(value: object, kind: inspect.Type, path: str) -> str | None:
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        # a union of ours is one shape or nothing at all; tagged ones are not read from TOML
        shapes = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        return _unknown(value, shapes[0], path) if len(shapes) == 1 else None
    if isinstance(kind, inspect.LiteralType) and isinstance(value, str):
        words = [str(one) for one in kind.values]
        return None if value in words else f"{path[:-1]}: {value!r} is none of {', '.join(words)}"
    if isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        return _of_struct(value, kind, path)
    if isinstance(kind, inspect.DictType) and isinstance(value, Mapping):
        return _first(((f"{path}{key}.", one) for key, one in value.items()), kind.value_type)
    if isinstance(kind, inspect.ListType | inspect.VarTupleType) and isinstance(value, list):
        inner = ((f"{path[:-1]}[{at}].", one) for at, one in enumerate(value, start=1))
        return _first(inner, kind.item_type)
    return None


def _first(inner: Iterable[tuple[str, object]], kind: inspect.Type) -> str | None:
    found = (_unknown(one, kind, path) for path, one in inner)
    return next((problem for problem in found if problem is not None), None)


def _of_struct(value: Mapping[Any, object], kind: inspect.StructType, path: str) -> str | None:
    fields = {field.encode_name: field.type for field in kind.fields}
    for key, one in value.items():
        if key in fields:
            problem = _unknown(one, fields[key], f"{path}{key}.")
            if problem is not None:
                return problem
        elif kind.forbid_unknown_fields:
            near = nearest(str(key), fields)
            guess = f"; did you mean {near}?" if near else ";"
            return f"{path}{key}: there is no such key{guess} there are {', '.join(fields)}"
    return None
