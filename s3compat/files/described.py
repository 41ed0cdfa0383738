"""JSON Schemas whose keys say what they mean, in the words beside the fields in their source.

What is said of a field is the comment at the end of its line, or the string on the line below it.
"""

from __future__ import annotations

import ast
import inspect
import io
import json
import textwrap
import tokenize
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect as shapes


def described_schema(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a type, with a description of each key that has one in its source.

    A table's default is an empty one: what it has then are the defaults of its keys.
    """
    schema: dict[str, Any] = msgspec.json.schema(kind)
    for one in schema.get("$defs", {}).values():
        for value in one.get("properties", {}).values():
            if isinstance(value.get("default"), dict):
                value["default"] = {}
    for name, (cls, names) in _classes(kind).items():
        made = schema.get("$defs", {}).get(name, {}).get("properties", {})
        said = field_words(cls)
        for field, key in names.items():
            if field in said and key in made:
                made[key]["description"] = said[field]
        tag = getattr(getattr(cls, "__struct_config__", None), "tag_field", None)
        if tag is not None and tag in made:
            made[tag]["description"] = "says which kind of line it is"
    return schema


def without(schema: dict[str, Any], cls: str, key: str) -> None:
    """Take a key out of a schema, with what is used for it alone."""
    kinds = schema["$defs"]
    del kinds[cls]["properties"][key]
    unused = [cls]
    while unused:
        text = json.dumps(schema)
        unused = [name for name in kinds if f'"#/$defs/{name}"' not in text]
        for name in unused:
            del kinds[name]


def field_words(cls: type) -> dict[str, str]:
    """What the source of a class says of each of its fields, or of an enumeration's members."""
    source = textwrap.dedent(inspect.getsource(cls))
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    (definition,) = (one for one in ast.parse(source).body if isinstance(one, ast.ClassDef))
    said: dict[str, str] = {}
    before = ""
    for statement in definition.body:
        name = _field(statement)
        if (
            name
            and statement.end_lineno in comments
            and not _is_for_tools(comments[statement.end_lineno])
        ):
            said[name] = comments[statement.end_lineno]
        text = _text(statement)
        if before and text:
            said[before] = text
        before = name
    return said


def _field(statement: ast.stmt) -> str:
    """The name a statement gives a value or a type; "" for any other statement."""
    target: ast.expr | None = None
    if isinstance(statement, ast.AnnAssign):
        target = statement.target
    elif isinstance(statement, ast.Assign):
        target = statement.targets[0]
    return target.id if isinstance(target, ast.Name) else ""


def _text(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return " ".join(value.value.split())
    return ""


def _is_for_tools(comment: str) -> bool:
    return comment.startswith(("noqa", "type:", "fmt:"))


def _classes(kind: Any) -> dict[str, tuple[type, dict[str, str]]]:
    """Each class a type is made of, by name: itself, and its fields' names to the file's keys."""
    found: dict[str, tuple[type, dict[str, str]]] = {}
    waiting = [shapes.type_info(kind)]
    while waiting:
        shape = waiting.pop()
        if isinstance(shape, shapes.StructType | shapes.DataclassType):
            if shape.cls.__name__ in found:
                continue
            names = {field.name: field.encode_name for field in shape.fields}
            found[shape.cls.__name__] = (shape.cls, names)
            waiting += [field.type for field in shape.fields]
        else:
            waiting += _inside(shape)
    return found


def _inside(shape: shapes.Type) -> Iterator[shapes.Type]:
    for name in ("type", "key_type", "value_type", "item_type"):
        inner = getattr(shape, name, None)
        if isinstance(inner, shapes.Type):
            yield inner
    for name in ("types", "item_types"):
        yield from getattr(shape, name, ())
