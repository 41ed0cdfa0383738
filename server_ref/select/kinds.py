"""Values of one kind as another, in SQL: texts as numbers, JSON as text, times from texts."""

from __future__ import annotations

from server_ref.select.columns import Typed
from server_ref.select.moments import NOTHING

# What is nested stands in the list, never in the lambda: DuckDB binds that one several times.
MACROS = (
    "CREATE MACRO s3_substring(text, start) AS substring(text, greatest(start, 1))",
    "CREATE MACRO s3_substring_of(text, start, length) AS list_transform("
    "[struct_pack(v := text, a := start, n := length)], lambda t:"
    " substring(t.v, greatest(t.a, 1), greatest(t.n + least(t.a, 1) - 1, 0)))[1]",
)


def as_text(value: Typed) -> str:
    """What a value says."""
    if value.kind in ("text", "null"):
        return value.sql
    if value.kind in ("json", "record"):
        return f"({value.sql} ->> '$')"
    if value.kind == "time":
        return f"s3_shown({value.sql})"
    return f"CAST({value.sql} AS VARCHAR)"


def as_number(value: Typed) -> str:
    """A number; NULL for what is none."""
    if value.kind in ("number", "native", "null"):
        return value.sql
    return f"TRY_CAST({as_text(value)} AS DOUBLE)"


def as_truth(value: Typed) -> str:
    """A truth; NULL for what is none."""
    if value.kind in ("bool", "native", "null"):
        return value.sql
    return f"TRY_CAST({as_text(value)} AS BOOLEAN)"


def as_time(value: Typed) -> str:
    """A timestamp (moments.py); a text that is none fails the query."""
    if value.kind == "time":
        return value.sql
    if value.kind == "native":
        return f"s3_stored_time({value.sql})"
    return NOTHING if value.kind == "null" else f"s3_time({as_text(value)})"


def as_instant(value: Typed) -> str:
    """A timestamp as it is compared: in UTC, whatever its offset."""
    return value.sql if value.kind in ("native", "null") else f"s3_instant({as_time(value)})"


def meet(left: Typed, right: Typed) -> tuple[str, str]:
    """Two values in a form in which they can be compared."""
    kinds = {left.kind, right.kind}
    if kinds <= {"native", "null"} or "null" in kinds:
        return tuple(as_instant(v) if v.kind == "time" else v.sql for v in (left, right))  # type: ignore[return-value]  # two of them
    for kind, make in (("number", as_number), ("bool", as_truth), ("time", as_instant)):
        if kind in kinds:
            return make(left), make(right)
    if "native" in kinds:  # DuckDB turns a literal into what the column is
        return tuple(v.sql if v.kind in ("native", "text") else as_text(v) for v in (left, right))  # type: ignore[return-value]  # two of them
    return as_text(left), as_text(right)
