"""S3 Select's own functions as DuckDB's.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-sql-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlglot import exp

from server_ref.errors import S3Error
from server_ref.select.columns import Typed, text_literal
from server_ref.select.kinds import as_number, as_text, as_time, meet

Value = Callable[[exp.Expression], Typed]
Make = Callable[[Sequence[exp.Expression], Value], Typed]

PARTS = ("year", "month", "day", "hour", "minute", "second")
_PATTERN = re.compile(r"y+|M+|d+|a|h+|H+|m+|s+|S+|X+|x+|'[^']*'|[^A-Za-z']+")
_FORMATS = {
    "y": "%Y",
    "yy": "%y",
    "yyyy": "%Y",
    "M": "%-m",
    "MM": "%m",
    "MMM": "%b",
    "MMMM": "%B",
    "d": "%-d",
    "dd": "%d",
    "a": "%p",
    "h": "%-I",
    "hh": "%I",
    "H": "%-H",
    "HH": "%H",
    "m": "%-M",
    "mm": "%M",
    "s": "%-S",
    "ss": "%S",
    "SSS": "%g",
    "SSSSSS": "%f",
    "X": "Z",
    "XX": "Z",
    "XXX": "Z",
    "XXXX": "Z",
    "XXXXX": "Z",
    "x": "+00",
    "xx": "+0000",
    "xxx": "+00:00",
    "xxxx": "+0000",
    "xxxxx": "+00:00",
}


def _text_function(name: str, kind: str) -> Make:
    def make(arguments: Sequence[exp.Expression], value: Value) -> Typed:
        return Typed(f"{name}({as_text(value(arguments[0]))})", kind)

    return make


def _coalesce(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    values = [value(one) for one in arguments]
    kinds = {one.kind for one in values} - {"null"}
    kind = kinds.pop() if len(kinds) == 1 else "text"
    if kind in ("json", "record"):
        kind = "text"
    shown = [one.sql if one.kind in (kind, "null") else as_text(one) for one in values]
    return Typed(f"coalesce({', '.join(shown)})", kind)


def _nullif(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    first, second = (value(one) for one in arguments)
    left, right = meet(first, second)
    return Typed(f"(CASE WHEN {left} = {right} THEN NULL ELSE {first.sql} END)", first.kind)


def _part(node: exp.Expression) -> str:
    name = node.name.lower()
    if name not in PARTS:
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return name


def _date_add(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    part, count, moment = arguments
    number = f"CAST({as_number(value(count))} AS INTEGER)"
    return Typed(f"({as_time(value(moment))} + to_{_part(part)}s({number}))", "time")


def _date_diff(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    part, first, second = arguments
    moments = f"{as_time(value(first))}, {as_time(value(second))}"
    return Typed(f"date_sub('{_part(part)}', {moments})", "number")


def _to_string(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    moment, pattern = arguments
    if not isinstance(pattern, exp.Literal) or not pattern.is_string:
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return Typed(
        f"strftime({as_time(value(moment))}, {text_literal(_format(pattern.name))})", "text"
    )


def _format(pattern: str) -> str:
    """A time pattern of S3 as strftime's; raises S3Error."""
    made, end = [], 0
    for found in _PATTERN.finditer(pattern):
        if found.start() != end:
            break
        end = found.end()
        word = found[0]
        if word[0].isalpha():
            if word not in _FORMATS:
                raise S3Error("InvalidTimestampFormatPatternSymbol")
            made.append(_FORMATS[word])
        else:
            made.append(word.strip("'").replace("%", "%%"))
    if end != len(pattern):
        raise S3Error("InvalidTimestampFormatPattern")
    return "".join(made)


def _to_timestamp(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    return Typed(as_time(value(arguments[0])), "time")


# name -> how many arguments it may have, and what makes it
FUNCTIONS: dict[str, tuple[range, Make]] = {
    "CHARACTER_LENGTH": (range(1, 2), _text_function("length", "number")),
    "CHAR_LENGTH": (range(1, 2), _text_function("length", "number")),
    "COALESCE": (range(1, 100), _coalesce),
    "DATE_ADD": (range(3, 4), _date_add),
    "DATE_DIFF": (range(3, 4), _date_diff),
    "LOWER": (range(1, 2), _text_function("lower", "text")),
    "NULLIF": (range(2, 3), _nullif),
    "TO_STRING": (range(2, 3), _to_string),
    "TO_TIMESTAMP": (range(1, 2), _to_timestamp),
    "UPPER": (range(1, 2), _text_function("upper", "text")),
}
