"""What a name in an expression means: columns of CSV and Parquet, paths into JSON.

Unquoted names are compared without regard to case where nothing has just this name; quoted ones
as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from server_ref.errors import S3Error
from server_ref.select.literals import identifier, text_literal

Steps = Sequence[str | int]
MAX_COLUMNS = 5_000  # of CSV, and of a result
_POSITION = re.compile(r"_([1-9]\d{0,4})", re.ASCII)


class Typed(NamedTuple):
    """SQL, and what is known of its value."""

    sql: str
    kind: str  # text | number | bool | time | json | native (of Parquet) | null


class Columns(Protocol):
    """The names of one source."""

    def find(self, steps: Steps) -> Typed:
        """A column or path; raises S3Error."""
        ...

    def name(self, steps: Steps) -> str | None:
        """What the result calls it; None where it has no name of its own."""
        ...

    def everything(self) -> list[tuple[str, Typed]]:
        """What ``*`` stands for."""
        ...


class Quoted(str):
    """A name in double quotes, whose case counts."""

    __slots__ = ()


class CsvColumns:
    """Columns c1, c2, … by position, and by the names of the header."""

    def __init__(self, count: int, header: Sequence[str] | None) -> None:
        self._count = count
        self._header = list(header) if header is not None else None
        self._exact: dict[str, int] = {}
        self._folded: dict[str, int] = {}
        self._several: set[str] = set()  # names in lower case that more than one column has
        for number, name in enumerate(self._header or (), 1):
            self._exact.setdefault(name, number)
            if self._folded.setdefault(name.lower(), number) != number:
                self._several.add(name.lower())

    def find(self, steps: Steps) -> Typed:
        if len(steps) != 1 or not isinstance(steps[0], str):
            raise S3Error("InvalidKeyPath")
        return Typed(self._column(steps[0]), "text")

    def _column(self, name: str) -> str:
        named = self._exact.get(name)
        if not isinstance(name, Quoted):
            if name.lower() in self._several:
                raise S3Error("AmbiguousFieldName")
            named = self._folded.get(name.lower()) if named is None else named
        if named is not None:
            return f"c{named}"
        if name == "_0":
            raise S3Error("InvalidColumnIndex")
        position = _POSITION.fullmatch(name)
        if position is None:
            raise S3Error("MissingHeaders")
        number = int(position[1])
        return f"c{number}" if number <= self._count else "CAST(NULL AS VARCHAR)"

    def name(self, steps: Steps) -> str | None:
        return str(steps[-1])

    def everything(self) -> list[tuple[str, Typed]]:
        names = self._header or []
        return [
            (names[n] if n < len(names) else f"_{n + 1}", Typed(f"c{n + 1}", "text"))
            for n in range(max(self._count, 1))
        ]


class JsonColumns:
    """Paths into the record, which is the column r."""

    def find(self, steps: Steps) -> Typed:
        found = json_path("r", steps)
        if steps[0] == "_1" and len(steps) > 1:  # the record, as the only thing there is after FROM
            found = f"coalesce({found}, {json_path('r', steps[1:])})"
        return Typed(found, "json")

    def name(self, steps: Steps) -> str | None:
        return steps[-1] if isinstance(steps[-1], str) else None

    def everything(self) -> list[tuple[str, Typed]]:
        return [("", Typed("r", "record"))]


# A member whatever its case; its name as DuckDB's JSON pointers write it.
MACROS = (
    "CREATE MACRO s3_member(j, name) AS list_transform([j], lambda t:"
    " CASE WHEN json_type(t) = 'OBJECT' THEN json_extract(t, '/' || replace(replace(list_filter("
    "json_keys(t), lambda k: lower(k) = lower(name))[1], '~', '~0'), '/', '~1')) END)[1]",
)


def json_path(record: str, steps: Steps) -> str:
    """What a path leads to in ``record``, a column: just so, or else in another case."""
    if any(isinstance(step, str) and '"' in step for step in steps):
        return _any_case(record, steps)  # DuckDB's paths have no way to say it
    path = "$" + "".join(f"[{s}]" if isinstance(s, int) else f'."{s}"' for s in steps)
    found = f"json_extract({record}, {text_literal(path)})"
    if all(isinstance(step, int | Quoted) for step in steps):
        return found
    return f"coalesce({found}, {_any_case(record, steps)})"


def _any_case(sql: str, steps: Steps) -> str:
    for step in steps:
        if isinstance(step, int):
            sql = f"json_extract({sql}, '$[{step}]')"
        elif isinstance(step, Quoted):
            pointer = "/" + step.replace("~", "~0").replace("/", "~1")
            sql = f"json_extract({sql}, {text_literal(pointer)})"
        else:
            sql = f"s3_member({sql}, {text_literal(step)})"
    return sql


class ParquetColumns:
    """The file's columns, and members and elements inside them."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)

    def find(self, steps: Steps) -> Typed:
        first, *rest = steps
        known = next((n for n in self._names if n == first), None)
        if known is None and not isinstance(first, Quoted):
            known = next((n for n in self._names if n.lower() == str(first).lower()), None)
        if known is None:
            raise S3Error("EvaluatorBindingDoesNotExist")
        sql = identifier(known)
        for step in rest:
            inside = str(step + 1) if isinstance(step, int) else text_literal(step)
            sql = f"{sql}[{inside}]"
        return Typed(sql, "native")

    def name(self, steps: Steps) -> str | None:
        return steps[-1] if isinstance(steps[-1], str) else None

    def everything(self) -> list[tuple[str, Typed]]:
        return [(name, Typed(identifier(name), "native")) for name in self._names]
