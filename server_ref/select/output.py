"""Rows of a result as CSV or JSON, in the form S3 Select writes them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from server_ref.select.asked import CsvOutput, JsonOutput

Row = Sequence[Any]
_MOST_EXACT = 1 << 53


def writer(
    output: CsvOutput | JsonOutput, columns: Sequence[tuple[str, str]]
) -> Callable[[Row], str]:
    """A function from a row to its record, delimiter included."""
    if isinstance(output, CsvOutput):
        return lambda row: _csv(output, columns, row)
    return lambda row: _json(columns, row) + output.record


def _csv(output: CsvOutput, columns: Sequence[tuple[str, str]], row: Row) -> str:
    cells: list[str] = []
    for (_, kind), value in zip(columns, row, strict=True):
        if kind == "record":  # a whole JSON record: its values, in their order
            whole = json.loads(value, parse_float=Decimal) if value is not None else None
            members = whole.values() if isinstance(whole, dict) else [whole]
            cells += [_text(member) for member in members]
        elif kind == "json":
            cells.append(_text(None if value is None else json.loads(value, parse_float=Decimal)))
        else:
            cells.append(_text(value))
    return output.field.join(_quoted(output, cell) for cell in cells) + output.record


def _quoted(output: CsvOutput, cell: str) -> str:
    quote = output.quote
    needed = quote and (
        output.always or any(mark in cell for mark in (output.field, output.record, quote))
    )
    if not needed:
        return cell
    escape = output.escape or quote
    if escape != quote:
        cell = cell.replace(escape, escape * 2)
    return f"{quote}{cell.replace(quote, escape + quote)}{quote}"


def _json(columns: Sequence[tuple[str, str]], row: Row) -> str:
    if [kind for _, kind in columns] == ["record"]:
        return str(row[0])
    members = []
    for (name, kind), value in zip(columns, row, strict=True):
        if value is None and kind in ("json", "text"):
            continue  # MISSING: what a record does not have is not in the answer either
        shown = value if kind in ("json", "record") else _dumps(value)
        members.append(f"{_dumps(name)}:{shown}")
    return "{" + ",".join(members) + "}"


def _text(value: Any) -> str:
    """A value as a field of CSV."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(_number(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, date):
        return _moment(value)
    return _dumps(value)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_other)


def _other(value: Any) -> Any:
    if isinstance(value, Decimal):
        plain = _number(value)
        return float(plain) if isinstance(plain, Decimal) else plain
    if isinstance(value, date):
        return _moment(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _number(value: float | Decimal) -> int | float | Decimal:
    """A whole number without its fraction, so that 3.0 is 3."""
    if isinstance(value, int) or not math.isfinite(value):
        return value
    whole = int(value)
    if value == whole and abs(whole) < _MOST_EXACT:
        return whole
    return value.normalize() if isinstance(value, Decimal) else value


def _moment(value: date) -> str:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat()
