"""What `s3compat run` prints: what it is about to do, and what came of it. It decides nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

import matrix
from conformance.endpoint.endpoint import Endpoint, is_of_this_machine
from conformance.endpoint.target import Target
from conformance.model import Outcome, Result, RunLog, Verdict, judge
from conformance.model.causes import Cause, causes, most_harmful
from conformance.model.counting import counted
from conformance.model.printable import printable
from conformance.model.records import UNSUPPORTED
from conformance.model.verdict import ExitCode
from conformance.run.duration import expected_seconds, in_words
from conformance.run.plan import Plan, large_rows
from conformance.run.table import STYLES, legend, outcome_table, print_whole
from reports.overview import rerun_command
from reports.statements import statements
from reports.text import one_line
from s3compat.places import JOURNAL

FIRST_CAUSES = 5
FIRST_LOSSES = 5  # checks; the causes below count all of them, and the report has each
_REASON = 240  # characters of a reason that are shown
_DOLLARS_PER_REQUEST = 0.005 / 1000  # PUT, COPY, POST, LIST; a GET is a twelfth, a DELETE free
_DOLLARS_PER_BYTE = 0.09 / 1e9  # out to the internet, without the free first 100 GB


def tell(
    console: Console,
    titles: dict[str, str],
    endpoint: Endpoint,
    profile: str,
    log: RunLog,
    seconds: float,
    *,
    goes: bool = False,
) -> None:
    """The table, the counts, the verdict, and where things are.

    ``goes``: the server was started for this run and ends with it, and its data with it.
    """
    verdict = judge(log)
    if verdict.losses:
        console.print(f" DATA LOSS on {endpoint.name} ", style=STYLES["lost"])
        _tell_losses(console, verdict.losses)
    table = outcome_table(
        titles,
        list(log.header.clients),
        log.results,
        families=log.header.families,
        width=console.width if console.is_terminal else None,
    )
    print_whole(console, table)
    said = legend(table, list(log.header.clients))
    console.print(said, style="dim", markup=False, soft_wrap=True)
    console.print(
        f"{endpoint.name} in {in_words(seconds)}: {_counts(verdict)}", soft_wrap=True, markup=False
    )
    _tell_verdict(console, log, verdict)
    denied = sum(1 for one in verdict.failures if one.claim == UNSUPPORTED)
    if denied:
        console.print(
            f"{denied} of the {len(verdict.failures)} failures are in rows that the profile says "
            "are unsupported",
            soft_wrap=True,
        )
    for cause, number in verdict.blocked_by:
        console.print(
            f"{outcomes(number)} could not be set up: {cause}",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
    if verdict.details:
        console.print(
            f"{verdict.differing} of the passes differ from S3 in wording only, in "
            f"{counted(verdict.details, 'detail')}; --strict makes that fail",
            soft_wrap=True,
        )
    shown = Counter(one.shown.value for one in statements(log, matrix.load_profile(profile)))
    if shown:
        told = ", ".join(f"{number} {how}" for how, number in shown.items())
        console.print(f"what its documentation says, sentence by sentence: {told}")
    if log.footer is not None and log.footer.leftovers:
        left = "kept, as --keep asks:" if log.header.keep else "could not be removed:"
        console.print(left, style="yellow")
        for leftover in log.footer.leftovers:
            console.print(f"  {printable(leftover)}", markup=False, soft_wrap=True)
        journal = near(log.path.with_name(JOURNAL))
        if goes:
            console.print("the server was started for this run, and they end with it")
        elif log.header.keep:
            console.print(f"`s3compat clean {journal}` removes them", soft_wrap=True)
        else:
            console.print(f"`s3compat clean {journal}` tries again", soft_wrap=True)
    console.print(f"run log  {near(log.path)}", soft_wrap=True)


def tell_together(console: Console, logs: Sequence[RunLog]) -> None:
    """One line for each of several endpoints, at the end, where they can be seen together."""
    width = max(len(log.header.endpoint) for log in logs)
    for log in logs:
        verdict = judge(log)
        lost = f", DATA LOSS in {counted(len(verdict.losses), 'outcome')}" if verdict.losses else ""
        console.print(
            f"{printable(log.header.endpoint):<{width}}  {verdict.passed:>5} of "
            f"{verdict.claimed:>5} scored outcomes pass{lost}",
            markup=False,
            soft_wrap=True,
        )


def _tell_losses(console: Console, losses: Sequence[Result]) -> None:
    """The first checks that lost data, with their clients and what was lost."""
    by_check: dict[str, list[Result]] = {}
    for result in losses:
        by_check.setdefault(result.check, []).append(result)
    for check, results in list(by_check.items())[:FIRST_LOSSES]:
        clients = ", ".join(result.client for result in results)
        console.print(f"  {check} ({clients})", style="red", markup=False, soft_wrap=True)
        reason = one_line(printable(results[0].reason), _REASON)
        console.print(f"    {reason}", markup=False, soft_wrap=True)
    more = len(by_check) - FIRST_LOSSES
    if more > 0:
        console.print(f"  and {counted(more, 'more check')}; the report shows each", style="red")


def _counts(verdict: Verdict) -> str:
    """How many of the scored outcomes pass, and what else there was."""
    counts = verdict.counts
    parts = [f"{counts[outcome]} {words}" for outcome, words in _BESIDE.items() if counts[outcome]]
    unscored_pass = counts[Outcome.PASS] - verdict.passed
    unscored_fail = counts[Outcome.FAIL] - (verdict.claimed - verdict.passed)
    if unscored_pass or unscored_fail:
        parts.append(f"not scored: {unscored_pass} pass and {unscored_fail} fail")
    scored = f"{verdict.passed} of {verdict.claimed} scored outcomes pass"
    if not parts:
        return scored
    apart = f"not among these {verdict.claimed}" if verdict.claimed else "besides them"
    return f"{scored}; {apart}: {', '.join(parts)}"


_BESIDE = {
    Outcome.DECLARED: "differ just as the server's documentation says",
    Outcome.NOT_CLAIMED: "refused cleanly, and unsupported by its documentation",
    Outcome.CLIENT_CANNOT: "that the client cannot send",
    Outcome.NOT_TRIED: "not tried (the report says why)",
    Outcome.BLOCKED: "could not be set up",
    Outcome.ERROR: "ended in an error of s3compat",
}


def _tell_verdict(console: Console, log: RunLog, verdict: Verdict) -> None:
    """The verdict, in how many causes it is, and which of them to start with: the most harmful."""
    found = most_harmful(causes(log.results, matrix.load_matrix().group_of))
    text = printable(verdict.sentence)
    if found:
        text += _in_causes(len(found))
    good = verdict.exit_code is ExitCode.GOOD
    console.print(text, style="green" if good else "bold red", markup=False, soft_wrap=True)
    first, others = found[:FIRST_CAUSES], found[FIRST_CAUSES:]
    for cause in first:
        _tell_cause(console, cause)
    largest = max(others, key=lambda cause: len(cause.results), default=None)
    if largest is not None and len(largest.results) > max(len(one.results) for one in first):
        console.print(f"the largest of the other {len(others)}:")
        _tell_cause(console, largest)
    if found:
        again = rerun_command(log.header, found[0].example)
        console.print(f"the first of them again: {again}", markup=False, soft_wrap=True)


def _tell_cause(console: Console, cause: Cause) -> None:
    """How many outcomes a cause has, what it is, and an example of it."""
    console.print(
        f"  {outcomes(len(cause.results)):>12}  {cause.title}"
        + (f" ({cause.harm})" if cause.harm else ""),
        markup=False,
        soft_wrap=True,
    )
    console.print(
        f"        for example {cause.example.id}: {one_line(cause.example.reason, _REASON)}",
        style="dim",
        markup=False,
        soft_wrap=True,
    )


def _in_causes(number: int) -> str:
    """How many causes the failing outcomes have, and which are shown."""
    if number == 1:
        return ". The cause:"
    shown = (
        f"the {FIRST_CAUSES} most harmful" if number > FIRST_CAUSES else "the most harmful first"
    )
    return (
        ". Failures with the same wrong answer of the server are grouped as one cause. "
        f"There are {number} causes; {shown}:"
    )


def outcomes(number: int) -> str:
    return counted(number, "outcome")


def announcement(
    target: Target, plan: Plan, workers: int, names: str, *, keep: bool = False
) -> str:
    """What the run will do to the endpoint, before it does it."""
    then = "keeps them (--keep)" if keep else "removes them"
    requests, volume = plan.estimate()
    costs = f" At Amazon's list prices that costs at most ${_price(requests, volume):.2f}."
    if is_of_this_machine(target.url):
        costs = ""
    buckets = counted(plan.buckets() + max(1, workers), "bucket")
    return (
        f"{target.label or target.url} ({target.url}, held to the profile {target.profile}): "
        f"{outcomes(len(plan))} through {', '.join(plan.clients)}; about "
        f"{counted(requests, 'request')} and {_size(volume)}, "
        f"{counted(max(1, workers), 'check')} at a time; {expected_time(plan, workers)} if the "
        "endpoint is near.\n"
        f"The run makes about {buckets} in all, a few at a time, named {names}…, "
        f"and {then}; it touches no other bucket." + costs + _large(plan)
    )


def _large(plan: Plan) -> str:
    """What the rows of the plan cost that are large, a sentence each."""
    costs = large_rows(matrix.load_matrix())
    rows = dict.fromkeys(planned.check.row for planned in plan)
    return "".join(f" {row} is large: {costs[row]}." for row in rows if row in costs)


def expected_time(plan: Plan, workers: int) -> str:
    """About how long the plan takes, in words."""
    seconds = expected_seconds(plan, workers, os.cpu_count() or 1)
    return f"about {in_words(seconds)}"


def _price(requests: int, volume: int) -> float:
    """US dollars, in us-east-1, were each request a PUT or LIST and each byte sent out.

    https://aws.amazon.com/s3/pricing/
    """
    return requests * _DOLLARS_PER_REQUEST + volume * _DOLLARS_PER_BYTE


def plan_table(plan: Plan, loaded: matrix.Matrix) -> str:
    """Each row of the plan with the number of its outcomes."""
    rows = dict.fromkeys(planned.check.row for planned in plan)
    lines = []
    for row in rows:
        title = loaded.rows[row].title if row in loaded.rows else row
        number = sum(1 for planned in plan if planned.check.row == row)
        lines.append(f"{number:>5}  {row}: {title}")
    return "\n".join(lines)


def _size(number: int) -> str:
    if number < 50_000:
        return "less than 0.1 MB"
    if number < 10_000_000:
        return f"{number / 1e6:.1f} MB"
    return f"{number / 1e6:,.0f} MB"


def near(path: Path) -> Path:
    """The path as seen from here, where it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
