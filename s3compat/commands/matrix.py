"""matrix: list the rows and groups, and how many checks each has."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

import matrix
from conformance.model.counting import counted
from conformance.model.verdict import ExitCode
from conformance.roster import usual_clients
from conformance.run.plan import Selection, in_order, make_plan
from conformance.trial.check import discover
from conformance.trial.own_checks import OwnChecksError, include
from server_ref import deviations
from server_ref.commands.options import OptionParser

EXIT_CODES = {
    0: "shown",
    2: "a profile or a folder of checks is wrong",
}

_TITLED_WIDTH = 126  # columns that hold the titles beside all clients


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat matrix",
        description="List the rows that are tested, by group, and how many checks each has.",
    )
    made.add_argument("--json", action="store_true", help="print only the totals, as JSON")
    made.add_argument(
        "--missing", action="store_true", help="name the S3 operations that are in no row"
    )
    made.add_argument(
        "--profiles",
        nargs="?",
        const="",
        metavar="NAME,…",
        help="show what the documentation of servers claims, side by side (of all, or these)",
    )
    made.add_argument("--checks", action="append", default=[], metavar="PATH", help="checks and "
        "rows of your own, beside ours: a folder, or a package's dotted name")  # fmt: skip
    return made


def main(argv: Sequence[str]) -> int:
    """Print the table and its coverage, or the figures as JSON."""
    options = parser().parse_args(argv)
    try:
        for path in options.checks:
            include(path)
        loaded = matrix.load_matrix()
        if options.profiles is not None:
            _print_claims(loaded, [one for one in options.profiles.split(",") if one])
            return ExitCode.GOOD
    except (matrix.MatrixError, OwnChecksError) as problem:
        print(f"s3compat matrix: {problem}", file=sys.stderr)
        return ExitCode.USAGE
    checks = discover()
    covered = matrix.coverage(loaded)
    clients = usual_clients()
    plan = make_plan(checks, loaded, clients, clients, Selection()) if checks else ()
    cells = {
        (planned.check.row, planned.client)
        for planned in plan
        if planned.client not in loaded.rows[planned.check.row].cannot
    }
    figures = {
        "rows": len(loaded.rows),
        "operations_total": covered.total,
        "operations_covered": len(covered.covered),
        "checks": len(checks),
        "deviations": sum(not one.emulates for one in deviations.discover().values()),
        "cells": len(cells),
    }
    if options.json:
        print(json.dumps(figures))
        return ExitCode.GOOD
    console = Console()
    if not console.is_terminal:
        console = Console(width=_TITLED_WIDTH)
    tried = Counter(one.row for one in checks.values())
    titled = console.width >= _TITLED_WIDTH
    console.print(_table(loaded, clients, tried, cells, titled=titled))
    console.print(
        f"{figures['rows']} rows, {figures['operations_covered']}/{figures['operations_total']} "
        f"operations of S3, {figures['checks']} checks, {figures['deviations']} "
        "deliberate faults that prove them, "
        f"{figures['cells']} pairs of a row and a client",
        highlight=False,
    )
    if options.missing:
        console.print("in no row: " + ", ".join(covered.missing), highlight=False)
    console.print(
        "`s3compat run --rows` takes a row, a group (a line without figures) or a pattern, "
        "such as get-object, Objects or 'get-*'",
        highlight=False,
        soft_wrap=True,
    )
    if covered.missing and not options.missing:
        console.print(
            f"{counted(len(covered.missing), 'operation is', 'operations are')} in no row yet: "
            "--missing names them",
            highlight=False,
        )
    return ExitCode.GOOD


_SAID = {"supported": "yes", "limited": "limited", "unsupported": "no"}


def _print_claims(loaded: matrix.Matrix, names: Sequence[str]) -> None:
    """What each profile says of each row; a dot where it says nothing. Raises MatrixError."""
    profiles = [matrix.load_profile(name) for name in names or matrix.profile_names()]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("row", no_wrap=True)
    for profile in profiles:
        table.add_column(profile.name, no_wrap=True)
    for row in loaded.rows:
        cells = [
            _SAID[one.claims[row].support] if row in one.claims else _unsaid(one)
            for one in profiles
        ]
        if any(one.claims.get(row) for one in profiles):
            table.add_row(row, *cells)
    console = Console(width=max(80, 30 + sum(len(one.name) + 4 for one in profiles)))
    console.print(table)
    for profile in profiles:
        console.print(
            f"{profile.name}: {profile.title}, {profile.source}, {profile.dated or 'undated'}",
            highlight=False,
            soft_wrap=True,
        )
    console.print(
        "the table shows what the documentation of each server says; nothing was measured. A dot: "
        "the documentation does not mention the row. Rows "
        "that no documentation mentions are left out",
        highlight=False,
        soft_wrap=True,
    )


def _unsaid(profile: matrix.Profile) -> str:
    return "." if profile.default == "supported" else "not listed"


def _table(
    loaded: matrix.Matrix,
    clients: Sequence[str],
    checks: Counter[str],
    cells: set[tuple[str, str]],
    *,
    titled: bool,
) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    ordered = in_order(clients)
    titles = ("title",) if titled else ()
    for name in ("row", *titles, "level"):
        table.add_column(name, no_wrap=True)
    table.add_column("checks", justify="right", no_wrap=True)
    for client in ordered:
        table.add_column(client, justify="center", no_wrap=True)
    for group, rows in loaded.groups.items():
        table.add_row(Text(group, style="bold"))
        for row in rows:
            marks = ["yes" if (row.id, client) in cells else "-" for client in ordered]
            names = (f"  {row.id}", row.title) if titled else (f"  {row.id}",)
            table.add_row(*names, row.level, str(checks[row.id]), *marks)
    return table
