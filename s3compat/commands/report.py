"""report: make HTML, JUnit, JSON, Markdown or a badge from run logs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

import reports
from conformance.model import RunLog
from conformance.model.runlog import RunLogError
from conformance.model.verdict import ExitCode
from matrix import unknown
from s3compat.running.answers import ask, outcomes_to_ask
from s3compat.running.logs import complaint, read_runs
from server_ref.commands.options import OptionParser, at_least

EXIT_CODES = {
    0: "written",
    2: "a file is no run log",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat report",
        description="Make reports from run logs. Several run logs stand side by side in a report. "
        "Name the formats as options; without one, every format that fits these runs is made.",
    )
    which = "a run log, the folder of a run, or the shards of one"
    made.add_argument("runlog", nargs="+", type=Path, help=which)
    made.add_argument("--out", metavar="DIR", help="folder (default: the first log's); -: print it")
    made.add_argument("--clients", metavar="NAMES", help="only these clients, with commas between")
    made.add_argument(
        "--reference-seconds",
        type=at_least(0),
        default=0,
        metavar="N",
        help="first ask the reference server what failed, for S3's own answers beside those in the "
        "report, for at most N seconds for each run log (default: 0, do not ask)",
    )
    made.add_argument(
        "--checks",
        action="append",
        default=[],
        metavar="PATH",
        help="the checks of your own that were in the run; repeatable",
    )
    for name, one in reports.formats().items():
        made.add_argument(f"--{name}", action="store_true", help=f"{one.title}: {one.filename}")
    return made


def main(argv: Sequence[str]) -> int:
    """Write the formats asked for, or all that fit; with --out - one of them to stdout."""
    known = reports.formats()
    options = parser().parse_args(argv)
    chosen = [name for name in known if getattr(options, name.replace("-", "_"))]
    try:
        logs = read_runs(options.runlog)
    except (OSError, RunLogError) as problem:
        print(f"s3compat report: {complaint(problem)}", file=sys.stderr)
        return ExitCode.USAGE
    if options.clients is not None:
        wanted = options.clients.split(",")
        ran = {client for log in logs for client in log.header.clients}
        if absent := [name for name in wanted if name not in ran]:
            wrong = unknown("client", absent[0], sorted(ran))
            print(f"s3compat report: {wrong} in these runs", file=sys.stderr)
            return ExitCode.USAGE
        logs = [only(log, wanted) for log in logs]
    for log in logs if options.reference_seconds else ():
        asked = outcomes_to_ask(log)
        if asked and not ask(log, asked, options.checks, options.reference_seconds):
            print(
                f"s3compat report: {log.path}: the reference server gave no answer in "
                f"{options.reference_seconds} s, so the report is made without S3's own answers; "
                "a larger --reference-seconds gives more time",
                file=sys.stderr,
            )
    if options.out == "-":
        if len(chosen) != 1:
            print("s3compat report: --out - takes exactly one format", file=sys.stderr)
            return ExitCode.USAGE
        sys.stdout.write(reports.render(chosen[0], logs))
        return ExitCode.GOOD
    folder = Path(options.out) if options.out else logs[0].path.parent
    for path in write_reports(logs, folder, chosen):
        print(path)
    return ExitCode.GOOD


def only(log: RunLog, clients: Sequence[str]) -> RunLog:
    """The part of a run that these clients are in."""
    left_out = sum(result.client not in clients for result in log.results)
    named = {name: log.header.clients[name] for name in clients if name in log.header.clients}
    return replace(
        log,
        header=msgspec.structs.replace(
            log.header,
            clients=named,
            planned=log.header.planned - left_out,
            selection={**log.header.selection, "clients": ",".join(named)},
        ),
        results=[result for result in log.results if result.client in clients],
    )


def write_reports(logs: Sequence[RunLog], folder: Path, names: Sequence[str] = ()) -> list[Path]:
    """Write these formats (without any all that fit) into ``folder``; the files written."""
    known = reports.formats()
    fitting = [name for name, one in known.items() if one.fits is None or one.fits(logs)]
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in names or fitting:
        path = folder / known[name].filename
        path.write_text(reports.render(name, logs), encoding="utf-8")
        written.append(path)
    return written
