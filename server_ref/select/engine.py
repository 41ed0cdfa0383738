"""A query run by DuckDB over one file: no other file, no extension, bounded memory and time."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from server_ref.errors import S3Error
from server_ref.select import bounds, columns, kinds, moments
from server_ref.select.asked import Asked, CsvInput, JsonInput
from server_ref.select.columns import (
    Columns,
    CsvColumns,
    JsonColumns,
    ParquetColumns,
    json_path,
)
from server_ref.select.expression import Query
from server_ref.select.intake import MAX_RECORD, Prepared
from server_ref.select.literals import text_literal
from server_ref.select.translate import Plan, translate
from server_ref.storage.threads import started

MEMORY = "256MB"
ROWS = 1000  # fetched at a time
MAX_DOCUMENT = 64 << 20  # bytes of one JSON document

# DuckDB's errors -> S3's codes; the first that fits
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (duckdb.OutOfMemoryException, "Busy"),
    (duckdb.ConversionException, "CastFailed"),
    (duckdb.OutOfRangeException, "IntegerOverflow"),
    (duckdb.BinderException, "UnsupportedSqlOperation"),
)


class Running:
    """A query over a file. Close it, and everything it holds is gone."""

    def __init__(self, path: Path, asked: Asked, until: float) -> None:
        """Open the engine for this file; ``until`` is the monotonic clock's moment of its end."""
        self._until = until
        self._path = path
        self._asked = asked
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": 1,
                "memory_limit": MEMORY,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        for macro in (*columns.MACROS, *moments.MACROS, *kinds.MACROS):
            self._connection.execute(macro)
        for setting in (
            "temp_directory = ''",
            "TimeZone = 'UTC'",
            "disabled_optimizers = 'in_clause'",  # takes seconds for INs inside one another
            f"allowed_paths = [{text_literal(str(path))}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {setting}")
        self._timer = threading.Timer(until - time.monotonic(), self._connection.interrupt)
        self._timer.daemon = True
        if not started(self._timer):
            self._connection.close()
            raise S3Error("Busy")

    def close(self) -> None:
        """Let go of everything; nothing may be running."""
        self._timer.cancel()
        self._connection.close()

    def begin(self, query: Query, prepared: Prepared, now: datetime) -> Plan:
        """Start the query; raises S3Error for what cannot be asked of this file."""
        source, named = self._source(query, prepared)
        plan = translate(query, named, source, now)
        self._in_time()
        try:
            self._connection.execute(plan.sql)
        except duckdb.Error as error:
            raise self.explain(error) from error
        return plan

    def _in_time(self) -> None:
        """Raises S3Error where time is up: an interrupt is heard only while something runs."""
        if time.monotonic() > self._until:
            raise bounds.late()

    def rows(self) -> list[tuple[Any, ...]]:
        """The next rows, none at the end; raises S3Error."""
        self._in_time()
        try:
            rows: list[tuple[Any, ...]] = self._connection.fetchmany(ROWS)
        except duckdb.Error as error:
            raise self.explain(error) from error
        return rows

    def explain(self, error: duckdb.Error) -> S3Error:
        """DuckDB's error as S3's; what it says of its own workings stays here."""
        if isinstance(error, duckdb.InterruptException):
            return bounds.late()
        for kind, code in _CODES:
            if isinstance(error, kind):
                return S3Error(code)
        if "maximum_object_size" in str(error):  # DuckDB has no class for it
            return S3Error("OverMaxRecordSize")
        source = self._asked.source
        if isinstance(source, CsvInput):
            return S3Error("CSVParsingError")
        return S3Error(
            "JSONParsingError" if isinstance(source, JsonInput) else "ParquetParsingError"
        )

    def _source(self, query: Query, prepared: Prepared) -> tuple[str, Columns]:
        """What to read from, and the names there are in it."""
        path = text_literal(str(self._path))
        source = self._asked.source
        if isinstance(source, JsonInput):
            form = "newline_delimited" if source.lines else "auto"
            size = MAX_RECORD if source.lines else MAX_DOCUMENT
            read = (
                f"SELECT json AS r FROM read_json_objects({path}, format = '{form}',"
                f" maximum_object_size = {size}, compression = 'none')"
            )
            return f"({_unnested(read, query.source)}) AS s", JsonColumns()
        if any(step is not None for step in query.source):
            raise S3Error("InvalidKeyPath")
        if isinstance(source, CsvInput):
            return _csv_source(path, prepared), CsvColumns(prepared.columns, prepared.header)
        read = f"read_parquet({path})"
        try:
            described = self._connection.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()
        except duckdb.Error as error:
            raise S3Error("ParquetParsingError") from error
        return read, ParquetColumns([row[0] for row in described])


def _csv_source(path: str, prepared: Prepared) -> str:
    if not prepared.columns:
        return "(SELECT CAST(NULL AS VARCHAR) AS c1 LIMIT 0) AS s"
    columns = ", ".join(f"'c{n + 1}': 'VARCHAR'" for n in range(prepared.columns))
    return (
        f"read_csv({path}, auto_detect = false, header = false, columns = {{{columns}}},"
        " delim = ',', quote = '\"', escape = '\"', new_line = '\\n', null_padding = true,"
        f" allow_quoted_nulls = false, parallel = false, max_line_size = {4 * MAX_RECORD},"
        " compression = 'none')"
    )


def _unnested(read: str, steps: tuple[str | int | None, ...]) -> str:
    """Records as the path after S3Object says: ``[*]`` has each element of an array."""
    for step in steps:
        if step is None:
            elements = "CASE WHEN json_type(r) = 'ARRAY' THEN json_extract(r, '$[*]') ELSE [r] END"
            read = f"SELECT unnest({elements}) AS r FROM ({read})"
        else:
            read = f"SELECT {json_path('r', [step])} AS r FROM ({read})"  # NULL: an empty record
    return read
