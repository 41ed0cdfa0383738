"""servers: list the known servers, and install or start one of them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from conformance.model.verdict import ExitCode
from conformance.run.runner import terminated_like_interrupted
from matrix import KnownServer, MatrixError, load_server, server_names
from s3compat.places import OUTPUT
from s3compat.servers.cache import cache_folder, installed_versions
from s3compat.servers.installing import ServerError, get
from s3compat.servers.serving import running
from s3compat.servers.sources import REGISTRIES, coordinates, missing_program
from server_ref.commands.options import OptionParser

EXIT_CODES = {
    0: "listed, installed, or ended by Ctrl-C or SIGTERM",
    2: "there is no such server",
    4: "the server could not be installed or started",
}

_PIPED_WIDTH = 140  # columns that hold the table where no terminal says how wide it is


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat servers",
        description="List the servers that `s3compat run --server NAME` can install and test.",
        epilog="They are installed in the user's cache; S3COMPAT_CACHE names another folder.",
    )
    made.add_argument("--json", action="store_true", help="print the list as JSON")
    made.add_argument("--get", metavar="NAME", help="install this server, and do not start it")
    made.add_argument(
        "--start", metavar="NAME", help="install and start this server; Ctrl-C or SIGTERM ends it"
    )
    return made


def main(argv: Sequence[str]) -> int:
    """List them, or get or start one; 0, 2 for a name that is not known, 4 where it is not got."""
    options = parser().parse_args(argv)
    try:
        if options.get:
            get(load_server(options.get), _say)
        elif options.start:
            _start(load_server(options.start))
        else:
            _list([load_server(name) for name in server_names()], as_json=options.json)
    except MatrixError as problem:
        print(f"s3compat servers: {problem}", file=sys.stderr)
        return ExitCode.USAGE
    except ServerError as problem:
        print(f"s3compat servers: {problem}", file=sys.stderr)
        return ExitCode.HARNESS
    return ExitCode.GOOD


def _say(text: str) -> None:
    print(text, flush=True)


def _start(server: KnownServer) -> None:
    got = get(server, _say)
    log = Path.cwd() / OUTPUT / f"{server.name}.log"
    with terminated_like_interrupted(), running(server, got.folder, log) as one:
        try:
            _say(f"{server.title} {server.version} answers at {one.url}; its log is {log}")
            _say(f"export AWS_ACCESS_KEY_ID={server.access_key}")
            _say(f"export AWS_SECRET_ACCESS_KEY={server.secret_key}")
            _say("Ctrl-C ends it and removes what it stored")
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            _say("ending it")


def _list(servers: Sequence[KnownServer], *, as_json: bool) -> None:
    if as_json:
        facts = [
            {
                "name": server.name,
                "title": server.title,
                "home": server.home,
                "license": server.license,
                "package": coordinates(server),
                "registry": REGISTRIES[server.source].title,
                "profile": server.profile,
                "installed": installed_versions(server.name),
            }
            for server in servers
        ]
        print(json.dumps(facts, indent=2))
        return
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPED_WIDTH)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("name", "package", "from", "profile", "installed"):
        table.add_column(column, overflow="fold")
    for server in servers:
        there = ", ".join(installed_versions(server.name))
        table.add_row(
            server.name,
            coordinates(server),
            REGISTRIES[server.source].title,
            server.profile,
            there or missing_program(server).partition(",")[0] or "no",
        )
    console.print(table)
    console.print(f"installed under {cache_folder()}", highlight=False, soft_wrap=True)
    console.print(
        "`s3compat run --server NAME` installs a server, starts it, tests it and stops it",
        highlight=False,
    )
