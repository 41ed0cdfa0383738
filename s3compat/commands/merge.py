"""merge: make one run of its shards, and name those that are missing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.model import judge
from conformance.model.printable import printable
from conformance.model.runlog import RunLogError, write_run_log
from conformance.model.verdict import FINISHED, ExitCode
from s3compat.running.logs import complaint, read_one_run
from server_ref.commands.options import OptionParser

EXIT_CODES = {
    0: "all shards are there",
    2: "these are not shards of one run",
    4: "a shard is missing or broke off",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat merge",
        description="Make one run log of the shards of a run (`s3compat run --shard K/N`). Exits "
        "with 0 if all shards are there, and with 4 if a shard is missing or incomplete; the log "
        "is written in both cases. It gives no verdict: use `s3compat gate`.",
    )
    made.add_argument("shards", nargs="+", type=Path, metavar="SHARD", help="a run log or folder")
    made.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help="run.jsonl, or run.jsonl.zst"
    )
    return made


def main(argv: Sequence[str]) -> int:
    """0 for a whole run, 4 where a shard is missing or did not reach its end."""
    options = parser().parse_args(argv)
    try:
        log = read_one_run(options.shards)
    except (OSError, RunLogError) as problem:
        print(f"s3compat merge: {complaint(problem)}", file=sys.stderr)
        return ExitCode.USAGE
    write_run_log(log, options.out)
    print(f"{options.out}: {len(log.results)} of {log.header.planned} outcomes")
    print(printable(judge(log).sentence))
    whole = log.footer is not None and log.footer.ended_by == FINISHED
    return ExitCode.GOOD if whole else ExitCode.HARNESS
