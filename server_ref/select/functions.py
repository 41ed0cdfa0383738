"""S3 Select's own functions as DuckDB's.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-sql-functions.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from server_ref.errors import S3Error
from server_ref.select.columns import Typed
from server_ref.select.kinds import as_instant, as_number, as_text, as_time, meet
from server_ref.select.moments import PARTS, formatted

Value = Callable[[exp.Expression], Typed]
Make = Callable[[Sequence[exp.Expression], Value], Typed]


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
    unit = _part(part)
    later = f"s3_later({as_time(value(moment))}, to_{unit}s({number}), {PARTS[unit]})"
    return Typed(later, "time")


def _date_diff(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    part, first, second = arguments
    moments = f"{as_instant(value(first))}, {as_instant(value(second))}"
    return Typed(f"date_sub('{_part(part)}', {moments})", "number")


def _to_string(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    moment, pattern = arguments
    if not isinstance(pattern, exp.Literal) or not pattern.is_string:
        raise S3Error("IncorrectSqlFunctionArgumentType")
    return Typed(formatted(as_time(value(moment)), pattern.name), "text")


def _to_timestamp(arguments: Sequence[exp.Expression], value: Value) -> Typed:
    """The second argument is how the text is written, where it is not as S3 writes it."""
    if len(arguments) > 1:
        raise S3Error("UnsupportedFunction", "A pattern of TO_TIMESTAMP is not implemented here.")
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
    "TO_TIMESTAMP": (range(1, 3), _to_timestamp),
    "UPPER": (range(1, 2), _text_function("upper", "text")),
}
