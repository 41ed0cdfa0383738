"""coverage: show which members and errors of each S3 operation a run tried, and which not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.model.counting import counted
from conformance.model.runlog import RunLogError
from conformance.model.verdict import ExitCode
from reports.covered import Total, Tried, covered, sentences
from s3compat.running.logs import complaint, read_one_run
from server_ref.commands.options import OptionParser

EXIT_CODES = {
    0: "printed",
    2: "the file is no run log",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat coverage",
        description="Show what a run tried of each S3 operation: which request members it sent, "
        "which response members it checked, and which error codes the server answered.",
    )
    made.add_argument(
        "runlog", type=Path, nargs="+", help="a run log, the folder of a run, or all its shards"
    )
    made.add_argument("--missing", action="store_true", help="name what the run did not try")
    made.add_argument("--json", action="store_true", help="print all of it as JSON")
    return made


def main(argv: Sequence[str]) -> int:
    """Print a line for each operation and the sums; 2 for what is no run log."""
    options = parser().parse_args(argv)
    try:
        log = read_one_run(options.runlog)
    except (OSError, RunLogError) as problem:
        print(f"s3compat coverage: {complaint(problem)}", file=sys.stderr)
        return ExitCode.USAGE
    total = covered(log.results)
    if options.json:
        print(json.dumps(_as_json(total)))
        return ExitCode.GOOD
    for one in total.operations:
        print(_line(one))
        if options.missing:
            for what, names in one.missing.items():
                print(f"    {what}: {', '.join(names)}")
    for sentence in sentences(total):
        print(sentence)
    return ExitCode.GOOD


def _line(one: Tried) -> str:
    inputs = len(one.sent) + len(one.not_sent)
    outputs = len(one.asserted) + len(one.not_asserted)
    return (
        f"{one.operation}: {len(one.sent)}/{inputs} sent, {len(one.asserted)}/{outputs} asserted, "
        f"{counted(len(one.errors), 'error')}"
    )


def _as_json(total: Total) -> dict[str, object]:
    return {
        "sent": total.sent,
        "inputs": total.inputs,
        "asserted": total.asserted,
        "outputs": total.outputs,
        "beyond_inputs": total.beyond_inputs,
        "beyond_outputs": total.beyond_outputs,
        "errors": sorted(total.errors),
        "operations": {
            one.operation: {
                "sent": sorted(one.sent),
                "not_sent": sorted(one.not_sent),
                "asserted": sorted(one.asserted),
                "not_asserted": sorted(one.not_asserted),
                "errors": sorted(one.errors),
                "errors_missing": sorted(one.errors_missing),
                "beyond": one.beyond,
            }
            for one in total.operations
        },
    }
