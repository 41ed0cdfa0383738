"""What `s3compat run` prints: what it is about to do, and what came of it. It decides nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console

import matrix
from conformance.endpoint.endpoint import Endpoint
from conformance.endpoint.target import Target
from conformance.model import Result, RunLog, judge
from conformance.model.causes import causes, most_harmful
from conformance.model.printable import printable
from conformance.model.verdict import ExitCode
from conformance.run.plan import Plan
from conformance.run.table import STYLES, outcome_table, print_whole
from reports.statements import statements
from reports.text import one_line
from s3compat.places import JOURNAL

FIRST_CAUSES = 5
_DOLLARS_PER_REQUEST = 0.005 / 1000  # PUT, COPY, POST, LIST; a GET is a twelfth, a DELETE free
_DOLLARS_PER_BYTE = 0.09 / 1e9  # out to the internet, without the free first 100 GB


def tell(
    console: Console,
    titles: dict[str, str],
    endpoint: Endpoint,
    profile: str,
    log: RunLog,
    seconds: float,
) -> None:
    """The table, the counts, the verdict, and where things are."""
    verdict = judge(log)
    if verdict.losses:
        console.print(f" DATA LOSS on {endpoint.name} ", style=STYLES["lost"])
        by_check: dict[str, list[Result]] = {}
        for result in verdict.losses:
            by_check.setdefault(result.check, []).append(result)
        for check, results in by_check.items():
            clients = ", ".join(result.client for result in results)
            console.print(f"  {check} ({clients})", style="red", markup=False, soft_wrap=True)
            console.print(f"    {printable(results[0].reason)}", markup=False, soft_wrap=True)
    table = outcome_table(
        titles,
        list(log.header.clients),
        log.results,
        families=log.header.families,
        width=console.width if console.is_terminal else None,
    )
    print_whole(console, table)
    counts = ", ".join(
        f"{number} {outcome.value.replace('_', ' ')}"
        for outcome, number in verdict.counts.items()
        if number
    )
    console.print(
        f"{endpoint.name}: {verdict.passed} of {verdict.claimed} claimed pass, "
        f"{verdict.untested} untested ({counts}) in {seconds:.0f} s",
        soft_wrap=True,
    )
    console.print(
        printable(verdict.sentence),
        style="green" if verdict.exit_code is ExitCode.GOOD else "bold red",
        soft_wrap=True,
    )
    for cause, number in verdict.blocked_by:
        console.print(f"blocked  {number} by {cause}", style="yellow", markup=False, soft_wrap=True)
    if verdict.details:
        console.print(
            f"{verdict.differing} of them pass with {verdict.details} details that differ "
            "(wording; --strict makes it count)",
            soft_wrap=True,
        )
    _tell_causes(console, log)
    said = Counter(one.shown.value for one in statements(log, matrix.load_profile(profile)))
    if said:
        told = ", ".join(f"{number} {shown}" for shown, number in said.items())
        console.print(f"what its documentation says, sentence by sentence: {told}")
    if log.footer is not None and log.footer.leftovers:
        console.print("not removed:", style="yellow")
        for leftover in log.footer.leftovers:
            console.print(f"  {printable(leftover)}", markup=False, soft_wrap=True)
        journal = near(log.path.with_name(JOURNAL))
        console.print(f"`s3compat clean {journal}` tries again", soft_wrap=True)
    console.print(f"run log  {near(log.path)}", soft_wrap=True)


def _tell_causes(console: Console, log: RunLog) -> None:
    """How many checks fail, in how many causes, and which to begin with."""
    found = causes(log.results, matrix.load_matrix().group_of)
    if not found:
        return
    bad = [result for cause in found for result in cause.results]
    checks = len({result.check for result in bad})
    console.print(
        f"{checks} check{'s' * (checks > 1)} fail or could not be set up ({len(bad)} counting each "
        f"client), in {len(found)} cause{'s' * (len(found) > 1)}; begin with:",
        soft_wrap=True,
    )
    for cause in most_harmful(found)[:FIRST_CAUSES]:
        console.print(
            f"  {len(cause.results):>4}  {cause.title} ({cause.weight.words})",
            markup=False,
            soft_wrap=True,
        )
        console.print(
            f"        {cause.example.id}: {one_line(cause.example.reason, 160)}",
            style="dim",
            markup=False,
            soft_wrap=True,
        )


def announcement(target: Target, plan: Plan, workers: int, names: str) -> str:
    """What the run will do to the endpoint, before it does it."""
    requests, volume = plan.estimate()
    return (
        f"{target.label or target.url} ({target.url}, profile {target.profile}): {len(plan)} "
        f"outcomes through {', '.join(plan.clients)}; about {requests:,} requests and "
        f"{_size(volume)}, {max(1, workers)} at a time. Makes {max(1, workers)} shared buckets "
        f"and, one after another, about {plan.buckets():,} more, all named {names}…, and removes "
        "them again; nothing else is touched."
        f" At S3's list prices at most about ${_price(requests, volume):.2f}."
    )


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
    if number < 10_000_000:
        return f"{number / 1e6:.1f} MB"
    return f"{number / 1e6:,.0f} MB"


def near(path: Path) -> Path:
    """The path as seen from here, where it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
