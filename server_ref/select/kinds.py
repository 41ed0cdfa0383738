"""Values of one kind as another, in SQL: texts as numbers, JSON as text, times from texts."""

from __future__ import annotations

from server_ref.select.columns import Typed

# S3 writes a year, a month or a day with a T behind it: 2007T, 2007-02T, 2007-02-23T
_SHORT_TIMES = (
    (r"^(\d{4})T$", r"\1-01-01"),
    (r"^(\d{4}-\d\d)T$", r"\1-01"),
    (r"^(\d{4}-\d\d-\d\d)T$", r"\1"),
)


def as_text(value: Typed) -> str:
    """What a value says."""
    if value.kind in ("text", "null"):
        return value.sql
    if value.kind in ("json", "record"):
        return f"({value.sql} ->> '$')"
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
    """A timestamp in UTC; a text that is none fails the query."""
    if value.kind in ("time", "native", "null"):
        return value.sql
    text = as_text(value)
    for pattern, replacement in _SHORT_TIMES:
        text = f"regexp_replace({text}, '{pattern}', '{replacement}')"
    # through TIMESTAMPTZ, because a plain TIMESTAMP does not look at the offset
    return f"make_timestamp(epoch_us(CAST({text} AS TIMESTAMPTZ)))"


def meet(left: Typed, right: Typed) -> tuple[str, str]:
    """Two values in a form in which they can be compared."""
    kinds = {left.kind, right.kind}
    if kinds <= {"native", "null"} or "null" in kinds:
        return left.sql, right.sql
    for kind, make in (("number", as_number), ("bool", as_truth), ("time", as_time)):
        if kind in kinds:
            return make(left), make(right)
    if "native" in kinds:  # DuckDB turns a literal into what the column is
        return tuple(v.sql if v.kind in ("native", "text") else as_text(v) for v in (left, right))  # type: ignore[return-value]  # two of them
    return as_text(left), as_text(right)
