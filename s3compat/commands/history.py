"""history: keep runs of many servers and days in a store (Parquet), and query it with SQL."""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.model.counting import counted
from conformance.model.printable import printable
from conformance.model.runlog import RunLogError
from conformance.model.verdict import ExitCode
from matrix import load_matrix
from reports.store.errors import StoreError
from s3compat.running.logs import complaint, each_run
from s3compat.running.stores import MissingLibraryError, add_store_options, local_store, the_store
from server_ref.commands.options import OptionParser, at_least

if TYPE_CHECKING:
    from reports.store.asking import Answer

EXIT_CODES = {
    0: "done",
    2: "a file is no run log, there is no store, or the question is no SELECT",
    4: "added, but one of the runs did not come to its end",
}
_EXAMPLE = "SELECT endpoint, day, passed, claimed FROM runs ORDER BY started"


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat history",
        description="Keep runs in a store: a folder, or a bucket of any S3 (s3://bucket/prefix).",
    )
    commands = made.add_subparsers(dest="what", required=True)
    adding = commands.add_parser(
        "add", help="add runs to the store; a run that it already has stays as it is"
    )
    adding.add_argument("runlog", nargs="+", type=Path, help="run logs, folders of runs, shards")
    add_store_options(adding)
    asking = commands.add_parser(
        "query",
        help="ask the store a question in SQL",
        description="Run one SELECT (DuckDB's SQL) on the store. Its tables are runs and outcomes. "
        f"Example: {_EXAMPLE}",
    )
    asking.add_argument("sql", help="the query: one SELECT")
    add_store_options(asking)
    asking.add_argument("--format", choices=["table", "csv", "json"], default="table")
    asking.add_argument(
        "--rows",
        type=at_least(1),
        default=10_000,
        metavar="N",
        help="print at most N rows (default: 10,000)",
    )
    asking.add_argument(
        "--seconds", type=float, default=120, help="give up after this many seconds (default: 120)"
    )
    return made


def main(argv: Sequence[str]) -> int:
    """0; 2 for what is no run log, no store or no question; 4 where a run in it is incomplete."""
    options = parser().parse_args(argv)
    try:
        return _add(options) if options.what == "add" else _ask(options)
    except (RunLogError, StoreError, MissingLibraryError, OSError) as problem:
        print(f"s3compat history {options.what}: {complaint(problem)}", file=sys.stderr)
        return ExitCode.USAGE


def _add(options: argparse.Namespace) -> int:
    place = the_store(options)
    from reports.store.adding import add

    code = ExitCode.GOOD
    group_of = load_matrix().group_of
    for log in each_run(options.runlog):
        run, new = add(log, place, group_of)
        what = f"{counted(len(log.results), 'outcome')} of {log.label}, {log.header.started[:10]}"
        print(printable(f"{'added' if new else 'already there'}  {what}  {run.digest}"))
        if log.footer is None or log.footer.ended_by != "finished":
            ended = "it crashed" if log.footer is None else log.footer.ended_by
            print(printable(f"  this run did not reach its end: {ended}"), file=sys.stderr)
            code = ExitCode.HARNESS
    return code


def _ask(options: argparse.Namespace) -> int:
    root = local_store(options)
    from reports.store.asking import ask
    from reports.store.reading import opened

    with (
        tempfile.TemporaryDirectory(prefix="s3compat-query-") as scratch,
        opened(root, Path(scratch)) as connection,
    ):
        answer = ask(connection, options.sql, rows=options.rows, seconds=options.seconds)
    _write(answer, options.format)
    if answer.more:
        print(f"only the first {counted(options.rows, 'row')}; --rows takes more", file=sys.stderr)
    return ExitCode.GOOD


def _write(answer: Answer, form: str) -> None:
    if form == "json":
        for row in answer.rows:
            print(json.dumps(dict(zip(answer.columns, row, strict=True)), default=str))
        return
    rows = [[_text(value) for value in row] for row in answer.rows]
    if form == "csv":
        csv.writer(sys.stdout).writerows([answer.columns, *rows])
        return
    shown = [list(answer.columns), *([printable(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for line in shown:
        cells = (value.ljust(width) for value, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


def _text(value: Any) -> str:
    return "" if value is None else str(value)
