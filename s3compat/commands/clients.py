"""clients: list the clients that can be used, and install them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

import matrix
from conformance.clients.base import ClientCannotError
from conformance.clients.fetching import FetchError
from conformance.model.verdict import ExitCode
from conformance.roster import client_classes, meant_for, versions, why_missing
from conformance.run.plan import in_order
from conformance.trial.check import discover
from server_ref.commands.options import OptionParser

EXIT_CODES = {
    0: "listed, or installed",
    2: "there is no such client",
    4: "a client could not be installed",
}

_WIDTH = 110  # columns, where nobody looks at a screen


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat clients",
        description="List the clients: the family, the version that is installed here, how many "
        "rows have a check for it, and where it comes from. "
        "`install NAME[@VERSION] …` fetches clients from their registries into the user's cache "
        "($S3COMPAT_CACHE names another folder).",
    )
    made.add_argument("--json", action="store_true", help="print the list as JSON")
    commands = made.add_subparsers(dest="command")
    install = commands.add_parser("install", help="fetch clients into the cache")
    install.add_argument("names", nargs="+", metavar="NAME", help="a client, or NAME@VERSION")
    return made


def main(argv: Sequence[str]) -> int:
    """List them, or install those that are named."""
    options = parser().parse_args(argv)
    if options.command == "install":
        return _install(options.names)
    return _list(as_json=options.json)


def _list(*, as_json: bool) -> int:
    known = client_classes()
    names = in_order(known)
    installed = versions(list(names))
    checks = discover().values()
    limits = matrix.client_limits()
    rows = matrix.load_matrix().rows
    sayable = {
        name: sum(
            name not in row.cannot
            and (name not in limits or row.id not in limits[name].cannot)
            and any(one.row == row.id and meant_for(name, one.only) for one in checks)
            for row in rows.values()
        )
        for name in names
    }
    if as_json:
        told = {
            name: {
                "family": known[name].family,
                "usual": known[name].usual,
                "version": installed.get(name),
                "missing": None if name in installed else why_missing(name),
                "rows": sayable[name],
                "from": known[name].comes_from,
            }
            for name in names
        }
        print(json.dumps(told, indent=2))
        return ExitCode.GOOD
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("client", "family", "rows", "installed, or why not"):
        table.add_column(heading, justify="right" if heading == "rows" else "left")
    for name in names:
        said = Text(installed[name]) if name in installed else Text(why_missing(name), style="dim")
        table.add_row(
            name + ("" if known[name].usual else " *"),
            known[name].family,
            str(sayable[name]),
            said,
        )
    console.print(table)
    console.print(
        "* this client is used only if --clients or a profile names it, or a set it is "
        "in: sdks, tools, all"
    )
    return ExitCode.GOOD


def _install(wanted: Sequence[str]) -> int:
    known = client_classes()
    pairs = [word.partition("@")[::2] for word in wanted]
    for name, _ in pairs:
        if name not in known:
            problem = matrix.unknown("client", name, in_order(known))
            print(f"s3compat clients: {problem}", file=sys.stderr)
            return ExitCode.USAGE
    code = ExitCode.GOOD
    for name, version in pairs:
        try:
            fetch = known[name].fetch(version or None)
            print(f"{name}: fetching {fetch.what} into {fetch.place}", flush=True)
            fetch.run()
            print(f"{name}: {known[name].version()}", flush=True)
        except (ClientCannotError, FetchError) as problem:
            print(f"s3compat clients: {name}: {problem}", file=sys.stderr)
            code = ExitCode.HARNESS
    return code
