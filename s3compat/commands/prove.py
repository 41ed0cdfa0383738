"""prove: show that every check passes on the reference server, and fails on one with a fault."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence

import msgspec

from conformance.model.counting import counted
from conformance.model.verdict import ExitCode
from conformance.trial.own_checks import OwnChecksError, include
from matrix import MatrixError
from s3compat.prove import EVERY, prove, vacuous
from server_ref import deviations
from server_ref.commands.options import OptionParser, at_least

EXIT_CODES = {
    0: "every check passes without a fault and fails with each it names",
    1: "a check fails without a fault, or passes with one that it names",
    2: "there is no such check",
}


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = OptionParser(
        prog="s3compat prove",
        description="Run each check on the reference server: once without faults, where it must "
        "pass, and once for each deliberate fault that it names, where it must fail.",
    )
    made.add_argument("--check", action="append", default=[], metavar="GLOB", help="only checks "
        "whose id matches; repeatable")  # fmt: skip
    made.add_argument(
        "--dumb",
        action="store_true",
        help="run the checks on servers that give one answer to everything instead; no scored "
        "check may pass there",
    )
    made.add_argument("--json", action="store_true", help="figures and details as JSON")
    made.add_argument(
        "--workers",
        type=at_least(1),
        default=None,
        metavar="N",
        help="processes that run checks at the same time (default: one for each core)",
    )
    made.add_argument("--checks", action="append", default=[], metavar="PATH", help="prove those "
        "of a folder or package of your own, and no others")  # fmt: skip
    return made


def main(argv: Sequence[str]) -> int:
    """0 all is proved, 1 something is not, 2 no such check."""
    options = parser().parse_args(argv)
    started = time.monotonic()
    deviations.discover()  # ours are first, so that it is the folder's whose name is taken
    try:
        folders = [include(path) for path in options.checks]
    except (MatrixError, OwnChecksError) as problem:
        print(f"s3compat prove: {problem}", file=sys.stderr)
        return ExitCode.USAGE
    patterns = options.check or EVERY
    try:
        if options.dumb:
            return _say_vacuous(vacuous(patterns, options.workers, folders), started)
        proof = prove(patterns, options.workers, folders)
    except LookupError as problem:
        print(f"s3compat prove: {problem.args[0]}", file=sys.stderr)
        return ExitCode.USAGE
    if options.json:
        print(json.dumps(msgspec.to_builtins(proof)))
    else:
        for sentence in (*proof.again, *proof.problems):
            print(sentence)
        print(
            f"{proof.proven} of {proof.checks} checks proven, {proof.caught} of "
            f"{proof.deviations} deviations caught, {counted(len(proof.problems), 'problem')}, "
            f"{time.monotonic() - started:.0f} s"
        )
    return ExitCode.NOT_CONFORMING if proof.problems else ExitCode.GOOD


def _say_vacuous(found: Sequence[str], started: float) -> int:
    """Say which checks pass on dumb endpoints, and the exit code of it."""
    for sentence in found:
        print(sentence)
    print(
        f"{counted(len(found), 'check passes', 'checks pass')} on a server that gives one answer "
        f"to everything, {time.monotonic() - started:.0f} s"
    )
    return ExitCode.NOT_CONFORMING if found else ExitCode.GOOD
