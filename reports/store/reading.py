"""A store's tables in DuckDB: ``runs`` and ``outcomes``, whatever version wrote them; read only.

Of several runs with one id, which are one run added while it went on and after, the one that came
furthest counts. Outcomes without their run are not shown: adding it goes on, or was broken off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from glob import escape
from pathlib import Path

import duckdb
import pyarrow

from reports.store.columns import DEFAULTS, FORMAT, TABLES
from reports.store.errors import StoreError
from reports.store.places import Folder

MEMORY = "700MB"
THREADS = 2


@contextmanager
def opened(root: Path, scratch: Path, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the store at ``root`` and nothing else; it spills to ``scratch``.

    Raises StoreError for a store without a run, and for one of a newer s3compat.
    """
    if not Folder(root).names("runs"):
        raise StoreError(f"{root}: no run is in this store; `s3compat history add` adds them")
    settings = {"memory_limit": memory, "threads": THREADS, "temp_directory": str(scratch)}
    with closing(duckdb.connect(config=settings)) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        as_pattern = escape(str(root))  # how DuckDB compares what is read with what is allowed
        allowed = ", ".join(_quoted(f"{path}/") for path in (root, as_pattern, scratch))
        connection.execute(f"SET allowed_directories = [{allowed}]")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        _make_views(connection, root)
        yield connection


def _make_views(connection: duckdb.DuckDBPyConnection, root: Path) -> None:
    runs = source(connection, "runs", [f"{escape(str(root))}/runs/*/*/*.parquet"])
    connection.execute(
        f"CREATE TABLE runs AS SELECT * FROM ({runs}) QUALIFY row_number() OVER ("
        "PARTITION BY endpoint, generation, run_id "
        "ORDER BY ended_by = 'finished' DESC, outcomes DESC, run) = 1"
    )
    [newest] = connection.execute("SELECT max(format) FROM runs").fetchone() or (FORMAT,)
    if newest > FORMAT:
        raise StoreError(
            f"{root}: written by a newer s3compat (format {newest}; this one reads {FORMAT}); "
            "install that version"
        )
    outcomes = source(connection, "outcomes", [f"{escape(str(root))}/outcomes/*/*/*.parquet"])
    connection.execute(
        f"CREATE VIEW outcomes AS SELECT * FROM ({outcomes}) SEMI JOIN runs USING (run)"
    )


def source(connection: duckdb.DuckDBPyConnection, table: str, files: Iterable[str]) -> str:
    """SQL of a table's rows in these files (or patterns), with all of its columns."""
    named = ", ".join(map(_quoted, files))
    read = f"read_parquet([{named}], union_by_name = true, hive_partitioning = false)"
    try:
        there = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()}
    except duckdb.Error as problem:
        raise StoreError(f"the store's {table} cannot be read: {problem}") from problem
    columns = ", ".join(_column(field, field.name in there) for field in TABLES[table])
    return f"SELECT {columns} FROM {read}"


def _column(field: pyarrow.Field, there: bool) -> str:
    default = DEFAULTS.get(field.name, "NULL")
    name = f'"{field.name}"'
    kind = _sql_type(field.type)
    if not there:
        return f"{default}::{kind} AS {name}"
    return name if default == "NULL" else f"coalesce({name}, {default}::{kind}) AS {name}"


def _sql_type(kind: pyarrow.DataType) -> str:
    """DuckDB's name of an Arrow type, of those that a store has."""
    if pyarrow.types.is_list(kind):
        return f"{_sql_type(kind.value_type)}[]"
    if pyarrow.types.is_map(kind):
        return f"MAP({_sql_type(kind.key_type)}, {_sql_type(kind.item_type)})"
    if pyarrow.types.is_struct(kind):
        members = ", ".join(f'"{one.name}" {_sql_type(one.type)}' for one in kind)
        return f"STRUCT({members})"
    return _SIMPLE[str(kind)]


_SIMPLE: Mapping[str, str] = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "int32": "INTEGER",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[s, tz=UTC]": "TIMESTAMPTZ",
}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
