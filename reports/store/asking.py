"""One question to a store, in SQL: it only reads, and is bounded in time and rows."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import duckdb

from reports.store.errors import StoreError


@dataclass(frozen=True)
class Answer:
    """Rows of an answer; ``more`` where there were more than were asked for."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool


def ask(connection: duckdb.DuckDBPyConnection, sql: str, *, rows: int, seconds: float) -> Answer:
    """The answer to one SELECT.

    Raises StoreError for anything else, for SQL that DuckDB refuses, and where it takes longer.
    """
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as problem:
        raise StoreError(f"this is no SQL: {problem}") from problem
    if len(statements) != 1 or statements[0].type is not duckdb.StatementType.SELECT:
        raise StoreError("expected one SELECT; a store is only read here")
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        result = connection.execute(statements[0])
        columns = tuple(column[0] for column in result.description or ())
        found = result.fetchmany(rows + 1)
    except duckdb.InterruptException as problem:
        raise StoreError(
            f"no answer within {seconds:g} s; ask for less, or give --seconds"
        ) from problem
    except duckdb.Error as problem:
        raise StoreError(str(problem)) from problem
    finally:
        timer.cancel()
    return Answer(columns, found[:rows], len(found) > rows)
