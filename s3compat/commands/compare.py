"""compare: show what changed from one run, or several, to another."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from conformance.model import RunLog
from conformance.model.comparison import Comparison, Kind, compare
from conformance.model.runlog import RunLogError
from conformance.model.verdict import ExitCode
from matrix import load_matrix
from reports.comparison import markdown, terminal
from s3compat.running.logs import complaint, read_runs
from server_ref.commands.options import OptionParser

EXIT_CODES = {
    0: "no new failure",
    1: "a new failure",
    2: "a file is no run log",
    3: "the runs have no outcome in common",
    4: "B is incomplete, or has outcomes that are errors",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat compare",
        description="Show what changed from run A to run B: new failures, fixed failures, changed "
        "wording, and checks that only one of the runs tried. Exits with 1 on a new failure, 3 "
        "if A "
        "and B have no outcome in common, 4 if B is incomplete, otherwise 0.",
    )
    which = "a run log, or the folder of a run, or several with commas between them"
    made.add_argument("a", metavar="A", help=f"the earlier run: {which}")
    made.add_argument("b", metavar="B", help=f"the later run: {which}")
    made.add_argument(
        "--markdown",
        metavar="FILE",
        type=Path,
        help="write the comparison to this file, as the text of a comment",
    )
    made.add_argument(
        "--json", metavar="FILE", type=Path, help="write the whole comparison to this file, as JSON"
    )
    return made


def main(argv: Sequence[str]) -> int:
    """Print the comparison; 1 for a new failure, 3 where nothing could be compared."""
    options = parser().parse_args(argv)
    try:
        a, b = _side(options.a), _side(options.b)
    except (OSError, RunLogError) as problem:
        print(f"s3compat compare: {complaint(problem)}", file=sys.stderr)
        return ExitCode.USAGE
    comparison = compare(a, b, load_matrix().group_of)
    if options.markdown is not None:
        options.markdown.write_text(markdown(comparison), encoding="utf-8")
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(comparison)) + b"\n")
    sys.stdout.write(terminal(comparison))
    return exit_code(comparison)


def exit_code(comparison: Comparison) -> ExitCode:
    """The worst that is sure: a new failure, then a run of B that says less than it should."""
    if comparison.of(Kind.FAILED):
        return ExitCode.NOT_CONFORMING
    if not comparison.b.complete or comparison.harness_errors:
        return ExitCode.HARNESS
    return ExitCode.GOOD if comparison.compared else ExitCode.NOTHING_RAN


def _side(words: str) -> list[RunLog]:
    """The logs of one side. A path that exists is one log, whatever commas are in its name."""
    names = [words] if Path(words).exists() else words.split(",")
    return read_runs(Path(name) for name in names)
