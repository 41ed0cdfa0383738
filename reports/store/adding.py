"""A run put into a store: its log, then its outcomes, and last the run, which makes it be there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow
from pyarrow import parquet

from conformance.model import RunLog
from conformance.model.runlog import write_run_log
from reports.store.columns import FORMAT
from reports.store.places import Place
from reports.store.tables import StoredRun, stored_run


def add(log: RunLog, place: Place, group_of: Callable[[str], str]) -> tuple[StoredRun, bool]:
    """The run as it is stored, and whether it was not there before. Raises StoreError."""
    run = stored_run(log, group_of)
    if place.has(run.path("runs")):
        return run, False
    tables = {"outcomes": run.outcomes, "runs": run.run}  # all of it can be said, or none is
    with tempfile.TemporaryDirectory(prefix="s3compat-store-") as folder:
        part = Path(folder) / "run.jsonl.zst"
        write_run_log(log, part)
        place.write(run.log_path, part)
        for table, rows in tables.items():
            file = Path(folder) / f"{table}.parquet"
            write_table(rows, file)
            place.write(run.path(table), file)
    return run, True


def write_table(rows: pyarrow.Table, path: Path) -> None:
    """Write the rows as Parquet, small, and saying which format of a store it is."""
    said = {b"s3compat.store": str(FORMAT).encode()}
    parquet.write_table(
        rows.replace_schema_metadata(said),
        path,
        compression="zstd",
        compression_level=9,
        store_schema=False,
    )
