"""What `s3compat run` prints: what it is about to do, and what came of it. It decides nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
from conformance.model.verdict import ExitCode, blocking_cause
from conformance.run.duration import expected_seconds, in_words
from conformance.run.plan import Plan, large_rows
from conformance.run.table import STYLES, legend, outcome_table, print_whole
from reports.overview import rerun_command
from reports.statements import statements
from reports.text import one_line
from s3compat.places import JOURNAL

FIRST_CAUSES = 5
FIRST_REASONS = 3  # of each kind of outcome that does not count
FIRST_LOSSES = 5  # checks; the causes below count all of them, and the report has each
_REASON = 240  # characters of a reason that are shown
_DOLLARS_PER_REQUEST = 0.005 / 1000  # PUT, COPY, POST, LIST; a GET is a twelfth, a DELETE free
_CENT = 0.01  # US dollars
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
    if said:
        console.print(said, style="dim", markup=False, soft_wrap=True)
    say = _sayer(console)
    say(f"{endpoint.name} in {in_words(seconds)}: {_score(verdict)}")
    _tell_verdict(console, log, verdict)
    for line in _not_scored(log, verdict):
        say(line)
    denied = sum(1 for one in verdict.failures if one.claim == UNSUPPORTED)
    if denied:
        say(
            f"{denied} of the {len(verdict.failures)} failed outcomes are in rows that the "
            "server's documentation calls unsupported. The server did not refuse the requests"
        )
    if verdict.details:
        say(
            f"Wording only, such as error messages, differs from S3's in "
            f"{counted(verdict.differing, 'passing outcome')} "
            f"({counted(verdict.details, 'difference')}). With --strict these outcomes fail"
        )
    shown = Counter(one.shown.value for one in statements(log, matrix.load_profile(profile)))
    if shown:
        told = ", ".join(f"{number} {how}" for how, number in shown.items())
        say(f"Sentences of the server's documentation: {told} by this run")
    if log.footer is not None and log.footer.leftovers:
        left = "Kept, because of --keep:" if log.header.keep else "These could not be removed:"
        console.print(left, style="yellow")
        for leftover in log.footer.leftovers:
            say(f"  {printable(leftover)}")
        journal = near(log.path.with_name(JOURNAL))
        if goes:
            say("They are gone when the server ends, which was started for this run only")
        elif log.header.keep:
            say(f"To remove them: s3compat clean {journal}")
        else:
            say(f"To try again: s3compat clean {journal}")
    say(f"run log  {near(log.path)}")


def _sayer(console: Console) -> Callable[[str], None]:
    """Prints a line as it is, however long."""
    return lambda text: console.print(text, markup=False, soft_wrap=True)


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
    match [near(log.path.parent) for log in logs]:
        case [before, after]:
            _sayer(console)(f"To see what differs: s3compat compare {before} {after}")


def _tell_losses(console: Console, losses: Sequence[Result]) -> None:
    """The first checks that lost data, with their clients and what was lost."""
    by_check: dict[str, list[Result]] = {}
    for result in losses:
        by_check.setdefault(result.check, []).append(result)
    for check, results in list(by_check.items())[:FIRST_LOSSES]:
        clients = ", ".join(result.client for result in results)
        console.print(f"  {check} ({clients})", style="red", markup=False, soft_wrap=True)
        reason = one_line(printable(results[0].bare_reason), _REASON)
        console.print(f"    {reason}", markup=False, soft_wrap=True)
    more = len(by_check) - FIRST_LOSSES
    if more > 0:
        console.print(f"  and {counted(more, 'more check')}; the report shows each", style="red")


def _score(verdict: Verdict) -> str:
    """How many of the scored outcomes pass."""
    if not verdict.claimed:
        return "no outcome is scored"
    return f"{verdict.passed:,} of {verdict.claimed:,} scored outcomes pass"


def _not_scored(log: RunLog, verdict: Verdict) -> list[str]:
    """The outcomes that are in no score, a line for each kind or reason, and what to do."""
    counts = verdict.counts
    kinds: list[tuple[int, str]] = []
    for outcome, words in _NOT_SCORED.items():
        if outcome in _WITH_REASON:
            kinds += _by_reason(log, outcome, words)
        elif counts[outcome]:
            kinds.append((counts[outcome], words))
    passing = counts[Outcome.PASS] - verdict.passed
    failing = counts[Outcome.FAIL] - (verdict.claimed - verdict.passed)
    if passing or failing:
        kinds.append((passing + failing, f"{_NEVER_SCORED}: {passing} pass, {failing} fail"))
    if not kinds:
        return []
    total = sum(number for number, _ in kinds)
    besides = "Besides the scored ones, " if verdict.claimed else ""
    do = "does" if total == 1 else "do"
    return [
        f"{besides}{counted(total, 'outcome')} {do} not count:",
        *(f"  {number:>5,}  {printable(words)}" for number, words in kinds),
    ]


def _by_reason(log: RunLog, outcome: Outcome, words: str) -> Iterator[tuple[int, str]]:
    """The commonest reasons of one kind of outcome, with how many outcomes each has."""
    reasons = Counter(
        blocking_cause(result.reason.partition("\n")[0])
        for result in log.results
        if result.outcome is outcome
    )
    for reason, number in reasons.most_common(FIRST_REASONS):
        yield number, f"{words}: {one_line(reason, _REASON)}"
    others = reasons.most_common()[FIRST_REASONS:]
    if others:
        many = counted(len(others), "other reason")
        yield sum(number for _, number in others), f"{words}, for {many}: see the report"


_NOT_SCORED = {
    Outcome.DECLARED: "declared: they differ from S3 exactly as the server's documentation says",
    Outcome.NOT_CLAIMED: "not claimed: documented as unsupported, and refused cleanly",
    Outcome.CLIENT_CANNOT: "client cannot: the client has no way to send the request",
    Outcome.NOT_TRIED: "not tried",
    Outcome.BLOCKED: "could not be set up",
    Outcome.ERROR: "ended in an error of s3compat, or of a check of your own",
}
_WITH_REASON = (Outcome.NOT_TRIED, Outcome.BLOCKED, Outcome.ERROR)
_NEVER_SCORED = "of checks that are only shown (○), as S3's own answer is not known for sure"


_VERDICT = {ExitCode.GOOD: "OK", ExitCode.NOT_CONFORMING: "FAILED"}


def _tell_verdict(console: Console, log: RunLog, verdict: Verdict) -> None:
    """The verdict, in how many causes it is, and which of them to start with: the most harmful."""
    found = most_harmful(causes(log.results, matrix.load_matrix().group_of))
    good = verdict.exit_code is ExitCode.GOOD
    text = f"{_VERDICT.get(verdict.exit_code, 'NO VERDICT')}: {printable(verdict.sentence)}"
    console.print(text, style="green" if good else "bold red", markup=False, soft_wrap=True)
    if not found:
        return
    say = _sayer(console)
    say(_in_causes(len(found)))
    first, others = found[:FIRST_CAUSES], found[FIRST_CAUSES:]
    for number, cause in enumerate(first, start=1):
        _tell_cause(console, f"{number}.", cause)
    largest = max(others, key=lambda cause: len(cause.results), default=None)
    if largest is not None and len(largest.results) > max(len(one.results) for one in first):
        say(f"There are {len(others)} more causes. The one of them with the most outcomes:")
        _tell_cause(console, "-", largest)
    say("To run the example of the first cause again:")
    say(f"  {rerun_command(log.header, found[0].example)}")


def _tell_cause(console: Console, mark: str, cause: Cause) -> None:
    """What a cause is, how many outcomes it has, and an example of it."""
    harm = f"; {cause.harm}" if cause.harm else ""
    say = _sayer(console)
    say(f"  {mark:<2} {cause.title} ({outcomes(len(cause.results))}{harm})")
    for line in (
        f"     for example {cause.example.id}",
        f"       {one_line(cause.example.reason, _REASON)}",
    ):
        console.print(line, style="dim", markup=False, soft_wrap=True)


def _in_causes(number: int) -> str:
    """How many causes the failing outcomes have, and which are shown."""
    if number == 1:
        return "There is one cause:"
    shown = (
        f"The {FIRST_CAUSES} most harmful, to mend first"
        if number > FIRST_CAUSES
        else "The most harmful first"
    )
    return (
        f"Failures with something in common count as one cause. There are {number} causes. {shown}:"
    )


def outcomes(number: int) -> str:
    return counted(number, "outcome")


def announcement(
    target: Target, plan: Plan, workers: int, names: str, *, keep: bool = False
) -> str:
    """What the run will do to the endpoint, before it does it."""
    then = "keeps them (--keep)" if keep else "removes them at the end"
    requests, volume = plan.estimate()
    costs = f" At Amazon's list prices that costs at most {_in_dollars(_price(requests, volume))}."
    if is_of_this_machine(target.url):
        costs = ""
    number = plan.buckets() + max(1, workers)
    buckets = (
        f"{counted(number, 'bucket')} named {names}…{', a few at a time,' if number > 1 else ''}"
    )
    then = then if number > 1 else then.replace("them", "it")
    name = f"{target.label} at {target.url}" if target.label else target.url
    return (
        f"Tests {name}, {_compared_with(target.profile)}: {outcomes(len(plan))} (one for each "
        f"check and client; clients: {', '.join(plan.clients)}), about "
        f"{counted(requests, 'request')} and {_size(volume)}, "
        f"{counted(max(1, workers), 'check')} at a time; {expected_time(plan, workers)} if the "
        "server is near.\n"
        f"The run creates about {buckets} and {then}. It touches "
        "no other bucket." + costs + _large(plan)
    )


def _compared_with(profile: str) -> str:
    """What the server is held to."""
    if profile == "aws":
        return "compared with all of Amazon S3"
    return f"compared with Amazon S3 and with the server's own documentation (profile {profile})"


def _large(plan: Plan) -> str:
    """What the rows of the plan cost that are large, a sentence each."""
    costs = large_rows(matrix.load_matrix())
    rows = dict.fromkeys(planned.check.row for planned in plan)
    return "".join(f" {row} is large: {costs[row]}." for row in rows if row in costs)


def expected_time(plan: Plan, workers: int) -> str:
    """About how long the plan takes, in words."""
    seconds = expected_seconds(plan, workers, os.cpu_count() or 1)
    return f"about {in_words(seconds)}"


def _in_dollars(price: float) -> str:
    return f"${price:.2f}" if price >= _CENT else "one cent"


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
