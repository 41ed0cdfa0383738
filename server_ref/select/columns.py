"""What a name in an expression means: columns of CSV and Parquet, paths into JSON.

Unquoted names are compared without regard to case, but for JSON, whose members keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from server_ref.errors import S3Error

Steps = Sequence[str | int]
MAX_COLUMNS = 5_000  # of CSV, and of a result
_POSITION = re.compile(r"_([1-9]\d{0,4})")


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


def text_literal(text: str) -> str:
    """A string as SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


class CsvColumns:
    """Columns c1, c2, … by position, and by the names of the header."""

    def __init__(self, count: int, header: Sequence[str] | None) -> None:
        self._count = count
        self._header = list(header) if header is not None else None
        self._exact: dict[str, int] = {}
        self._folded: dict[str, int] = {}
        for number, name in enumerate(self._header or (), 1):
            self._exact.setdefault(name, number)
            self._folded.setdefault(name.lower(), number)

    def find(self, steps: Steps) -> Typed:
        if len(steps) != 1 or not isinstance(steps[0], str):
            raise S3Error("InvalidKeyPath")
        return Typed(self._column(steps[0]), "text")

    def _column(self, name: str) -> str:
        named = self._exact.get(name) or self._folded.get(name.lower())
        if named is not None:
            return f"c{named}"
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
        path = "$" + "".join(_json_step(step) for step in steps)
        return Typed(f"json_extract(r, {text_literal(path)})", "json")

    def name(self, steps: Steps) -> str | None:
        return steps[-1] if isinstance(steps[-1], str) else None

    def everything(self) -> list[tuple[str, Typed]]:
        return [("", Typed("r", "record"))]


def _json_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if '"' in step:
        raise S3Error("InvalidKeyPath")  # DuckDB's paths have no way to say it
    return f'."{step}"'


class ParquetColumns:
    """The file's columns, and members and elements inside them."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)

    def find(self, steps: Steps) -> Typed:
        first, *rest = steps
        known = next((n for n in self._names if n == first), None) or next(
            (n for n in self._names if n.lower() == str(first).lower()), None
        )
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
