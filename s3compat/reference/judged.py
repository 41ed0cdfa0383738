"""Outcomes and exit codes as Markdown; what follows from each is what the verdict makes of it."""

from __future__ import annotations

import importlib

from conformance.model.records import Outcome, Result
from conformance.model.verdict import OBSERVED, ExitCode, Verdict, judge_results
from s3compat.cli import command_names
from s3compat.files.described import field_words


def outcomes() -> str:
    """A table of all outcomes: meaning, whether it counts, and what a run ends with."""
    meanings = field_words(Outcome)
    lines = [
        "| outcome | meaning | counts for or against the endpoint | exit code of a run if all "
        "other outcomes pass | exit code if all outcomes are this one |",
        "|---|---|---|---|---|",
    ]
    for outcome in Outcome:
        beside = _verdict(_result(Outcome.PASS), _result(outcome))
        alone = _verdict(_result(outcome))
        counts = "for it" if alone.passed else "against it" if alone.claimed else "no"
        lines.append(
            f"| `{outcome.value}` | {meanings[outcome.name]} | {counts} | {beside.exit_code.value} "
            f"| {alone.exit_code.value} |"
        )
    unset = _verdict(_result(Outcome.BLOCKED, verified=OBSERVED))
    observed = _verdict(_result(Outcome.FAIL, verified=OBSERVED))
    lines += [
        "",
        f"A check that is `{OBSERVED}` is only shown (○), and never counts. If nothing else fails, "
        f"a run in which such a check fails ends with {observed.exit_code.value}, and a run in "
        f"which such a check is blocked ends with {unset.exit_code.value}.",
        "",
        f"A run ends with {ExitCode.HARNESS.value} if it was ended early, if it crashed, "
        "or if it has "
        "fewer outcomes than were planned. What the outcomes are does not matter then.",
    ]
    return "\n".join(lines) + "\n"


def exit_codes() -> str:
    """A table of the exit codes, and one of what each command means by them."""
    meanings = field_words(ExitCode)
    lines = ["| code | meaning |", "|---|---|"]
    lines += [f"| {code.value} | {meanings[code.name]} |" for code in ExitCode]
    lines += ["", "## By command", ""]
    lines += ["| command | " + " | ".join(str(code.value) for code in ExitCode) + " |"]
    lines += ["|---|" + "---|" * len(ExitCode)]
    for name in command_names():
        codes = importlib.import_module(f"s3compat.commands.{name}").EXIT_CODES
        cells = (codes.get(code.value, "") for code in ExitCode)
        lines.append(f"| [`{name}`](commands.md#s3compat-{name}) | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _verdict(*results: Result) -> Verdict:
    return judge_results(results, planned=len(results))


def _result(outcome: Outcome, verified: str = "documented") -> Result:
    return Result(
        check="row.check",
        client="raw",
        row="row",
        outcome=outcome,
        title="",
        level="must",
        spec="",
        verified=verified,
    )
