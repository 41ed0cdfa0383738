"""A JSON Schema as Markdown: for each table of a file its keys, types, defaults and meanings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_REF = "#/$defs/"


def keys(schema: Schema) -> str:
    """Every table of the schema: the file's own first, then those inside it."""
    return "\n".join(_tables(schema))


def _tables(schema: Schema) -> Iterator[str]:
    for name, one in schema["$defs"].items():
        if "properties" not in one:
            continue
        yield f"## {name}\n"
        said = _sentence(one.get("description", ""))
        if said:
            yield f"{said}\n"
        yield "| key | type | default | meaning |\n|---|---|---|---|"
        needed = one.get("required", ())
        for key, value in one["properties"].items():
            default = "needed" if key in needed else _default(value)
            meaning = _prose(value.get("description", ""))
            yield f"| `{key}` | {_type(value, schema)} | {default} | {meaning} |"
        yield ""


def _sentence(text: str) -> str:
    """The first sentence of a docstring, as Markdown."""
    first = " ".join(text.split("\n\n")[0].split())
    return re.sub(r"``(.+?)``", r"`\1`", first)


def _default(value: Schema) -> str:
    default = value.get("default")
    if default is None or default == "" or isinstance(default, dict) or default in ([], ()):
        return "none"
    return f"`{json.dumps(default)}`" if not isinstance(default, str) else f"`{default}`"


def _type(value: Schema, schema: Schema) -> str:
    """The type of a value in words."""
    if "$ref" in value:
        return _named(value["$ref"].removeprefix(_REF), schema)
    if "anyOf" in value:
        kinds = [_type(one, schema) for one in value["anyOf"] if one.get("type") != "null"]
        return " or ".join(kinds)
    if "enum" in value or "const" in value:
        words = value.get("enum", [value.get("const")])
        return " ".join(f"`{word}`" for word in words)
    match value.get("type"):
        case "array" if "prefixItems" in value:
            parts = ", ".join(_type(one, schema) for one in value["prefixItems"])
            return f"list of {len(value['prefixItems'])}: {parts}"
        case "array":
            return f"list of {_type(value['items'], schema)}"
        case "object" if "additionalProperties" in value:
            return f"table: name to {_type(value['additionalProperties'], schema)}"
        case "integer" | "number" as kind:
            return _number(kind, value)
        case "boolean":
            return "true or false"
        case "string" if "pattern" in value:
            return f"text like `{_cell(value['pattern'])}`"
        case "string":
            return "text" if value.get("minLength", 0) == 0 else "text, not empty"
    return "any"


def _number(kind: str, value: Schema) -> str:
    named = "whole number" if kind == "integer" else "number"
    if "minimum" in value:
        return f"{named}, {value['minimum']} to {value.get('maximum', '…')}"
    return named


def _named(name: str, schema: Schema) -> str:
    one = schema["$defs"][name]
    if "properties" in one:
        return f"[{name}](#{name.lower()})"
    return _type(one, schema)


def _prose(text: str) -> str:
    """Words for a cell, in which nothing but code is Markdown."""
    parts = text.split("`")
    for at in range(0, len(parts), 2):
        for char in "<*":
            parts[at] = parts[at].replace(char, f"\\{char}")
    return _cell("`".join(parts))


def _cell(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", "\\|")
