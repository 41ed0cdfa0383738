"""gate: compare a run with a file of known failures, and fail only on what changed."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.gate import (
    Baseline,
    BaselineError,
    Gated,
    baseline_from,
    gate,
    github_annotations,
    is_bad,
    read_baseline,
    why_stale,
    with_causes,
    write_baseline,
)
from conformance.model import Outcome, Result, RunLog
from conformance.model.causes import Cause, named_symptoms
from conformance.model.counting import counted
from conformance.model.printable import printable
from conformance.model.runlog import RunLogError
from conformance.model.verdict import ExitCode
from conformance.roster import client_classes
from conformance.trial.check import discover
from conformance.trial.own_checks import OwnChecksError, include
from matrix import MatrixError, load_matrix, unknown
from s3compat.running.logs import complaint, read_one_run
from server_ref.commands.options import OptionParser

MANY = 20  # reasons that nobody likes to write one by one
SHOWN = 10  # causes of new failures

EXIT_CODES = {
    0: "nothing differs from the baseline",
    1: "a failure that the baseline does not have, or a stale entry: its failure is fixed, or its "
    "check is gone",
    2: "a file is missing or wrong",
    3: "nothing was judged in the run",
    4: "the run did not come to its end, or s3compat itself failed in it",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat gate",
        description="Compare a run with a baseline: a file of failures that you know and accept. "
        "Exits with 1 if a failure is not in the baseline, or if a failure in the baseline is "
        "fixed.",
        epilog="Each entry of the baseline has a reason. You write it into the file.",
    )
    made.add_argument(
        "runlog", type=Path, nargs="+", help="a run log, the folder of a run, or all its shards"
    )
    made.add_argument(
        "--baseline", type=Path, required=True, metavar="FILE", help="the file of accepted failures"
    )
    made.add_argument(
        "--write-baseline",
        action="store_true",
        help="write FILE: an entry for each failure of this run; reasons already in FILE stay",
    )
    made.add_argument(
        "--by-cause",
        metavar="REASON",
        help="with --write-baseline: accept each cause of failures once, with this reason, and not "
        "each outcome; single entries that have a reason stay",
    )
    made.add_argument(
        "--annotate",
        action="store_true",
        help="also print new failures and stale entries as annotations of GitHub Actions",
    )
    made.add_argument(
        "--checks",
        action="append",
        default=[],
        metavar="PATH",
        help="the checks of your own that the baseline speaks of; repeatable",
    )
    return made


def main(argv: Sequence[str]) -> int:
    """0 nothing new, 1 new or stale, 2 bad files, 3 and 4 where the run shows nothing."""
    made = parser()
    options = made.parse_args(argv)
    if options.by_cause is not None and not (options.write_baseline and options.by_cause.strip()):
        made.error("--by-cause takes the reason, and needs --write-baseline")
    try:
        for path in options.checks:
            include(path)
        log = read_one_run(options.runlog)
        if options.write_baseline:
            return _write(log, options.baseline, options.checks, options.by_cause or "")
        if not options.baseline.exists():
            print(
                f"s3compat gate: {options.baseline}: no such file; --write-baseline makes it",
                file=sys.stderr,
            )
            return ExitCode.USAGE
        baseline = read_baseline(options.baseline)
        gated = gate(log, baseline, load_matrix().group_of, _missing(log, options.checks))
    except (OSError, RunLogError, BaselineError, MatrixError, OwnChecksError) as problem:
        print(f"s3compat gate: {complaint(problem)}", file=sys.stderr)
        return ExitCode.HARNESS if "cannot become a baseline" in str(problem) else ExitCode.USAGE
    _tell(gated, options.baseline, log)
    if options.annotate:
        for line in github_annotations(gated):
            print(line)
    return gated.exit_code


def _missing(log: RunLog, own: Sequence[str]) -> Callable[[str], str]:
    """Says of the id of an outcome why no run can have it; "" where one can.

    A run with checks of the user's own that were not given here has checks that nobody knows.
    """
    checks, clients = discover(), {*client_classes(), *log.header.clients}
    unknown_checks = "--checks" in (log.header.again or ()) and not own

    def why(name: str) -> str:
        check, _, client = name.partition("[")
        if check not in checks:
            return "" if unknown_checks else unknown("check", check, checks, "s3compat run --list")
        client = client.removesuffix("]")
        return "" if client in clients else unknown("client", client, clients, "s3compat clients")

    return why


def _write(log: RunLog, path: Path, own: Sequence[str], by_cause_for: str) -> int:
    before = read_baseline(path) if path.exists() else None
    group_of = load_matrix().group_of
    if by_cause_for:
        before = with_causes(log, group_of, before, by_cause_for)
    baseline = baseline_from(log, group_of, before, _missing(log, own))
    write_baseline(path, baseline)
    kept = {cause.cause for cause in baseline.causes}
    gone = [cause for cause in (before.causes if before else ()) if cause.cause not in kept]
    there = named_symptoms(filter(is_bad, log.results), group_of, log.results) if gone else {}
    for cause in gone:
        why = why_stale(cause, there)
        print(printable(f"removed from {path}: the cause {cause.cause}, as {why}"))
    missing = sum(1 for entry in baseline.entries if not entry.reason)
    by_cause = sum(len(cause.cells) for cause in baseline.causes)
    entries = counted(len(baseline.entries), "entry", "entries")
    if by_cause:
        causes = counted(len(baseline.causes), "accepted cause")
        of_causes = f"{causes} with {counted(by_cause, 'outcome')}"
        print(f"wrote {path}: {of_causes}, and {entries} of single outcomes{_kinds(baseline)}")
    else:
        each = "one for each outcome that the gate now accepts"
        print(f"wrote {path}: {entries}, {each}{_kinds(baseline)}")
    if missing:
        print(
            f'next: open {path} and write into "reason" of each entry why you accept it '
            f"({missing} to write)"
        )
    if missing > MANY:
        print(
            "a shorter way: one fault of the server often makes many outcomes fail. Accept its "
            "cause once instead: add --by-cause REASON (documentation: Accept a cause in the gate)"
        )
    return ExitCode.GOOD


def _kinds(baseline: Baseline) -> str:
    """How many entries are of outcomes that fail, and how many of those that are blocked."""
    words = {Outcome.FAIL: "fail", Outcome.BLOCKED: "could not be set up"}
    counts = Counter(entry.outcome for entry in baseline.entries)
    parts = [f"{said}: {counts[outcome]:,}" for outcome, said in words.items() if counts[outcome]]
    return f" ({'; '.join(parts)})" if parts else ""


def _tell(gated: Gated, path: Path, log: RunLog) -> None:
    for result in gated.new:
        what = "DATA LOSS" if result.data_lost else result.outcome.value
        print(f"new    {what:<9} {printable(f'{result.id}  {_first_line(result)}')}")
    for new in gated.new_causes[:SHOWN]:
        print(f"cause  {printable(_cause_line(new))}")
    if len(gated.new_causes) > SHOWN:
        more = counted(len(gated.new_causes) - SHOWN, "more cause")
        print(f"cause  and {more}; report.html has them")
    for entry, became in gated.stale:
        print(f"stale  {entry.outcome.value:<9} {printable(f'{entry.id}  {became}')}")
    for cause, why in gated.stale_causes:
        print(f"stale  cause     {printable(f'{cause.cause}  {why}')}")
    for note in gated.notes:
        print(f"note   {printable(note)}")
    print(printable(gated.sentence))
    if gated.new:
        print(
            f"Mend each new failure, or accept its cause: write the cause's name and a reason into "
            f'{path} under "causes" (documentation: Accept a cause in the gate)'
        )
    if gated.stale or gated.stale_causes:
        print(
            f"Remove each stale entry from {path}, so that the gate notices if its failure comes "
            "back"
        )
    if gated.new or gated.stale or gated.stale_causes:
        each = "accepts each new failure and " if gated.new else ""
        print(
            f"This command {each}removes stale entries: s3compat gate {log.path} --baseline {path} "
            "--write-baseline"
        )


def _cause_line(cause: Cause) -> str:
    return f"{counted(len(cause.results), 'outcome'):<12} {cause.key}  {cause.title}"


def _first_line(result: Result) -> str:
    return result.bare_reason.partition("\n")[0]
