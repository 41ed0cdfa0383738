"""The verdict: what the outcomes of a run add up to. The exit code, the gate and every report ask
here, so they cannot disagree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from conformance.model.counting import counted
from conformance.model.records import Outcome, Result
from conformance.model.runlog import RunLog

MUST_LEVEL = "must"
OBSERVED = "observed"
REPORTED = "reported"  # several independent measurements and nothing better: never of level must
FINISHED = "finished"  # RunFooter.ended_by of a run that came to its end


class ExitCode(IntEnum):
    """What the `s3compat` command ends with."""

    GOOD = 0  # all is well
    NOT_CONFORMING = 1  # there is a verdict: something fails, or differs
    USAGE = 2  # an option, a name, a file or a credential is wrong or missing
    NOTHING_RAN = 3  # nothing was judged: no check, or only "client cannot" and "not tried"
    HARNESS = 4  # the endpoint cannot be reached, or s3compat itself failed: there is no verdict


@dataclass(frozen=True)
class Verdict:
    """The sum of a run.

    ``claimed`` counts outcomes the endpoint is judged on: pass and fail of scored checks.
    ``untested`` counts planned outcomes the log has no line for, plus those that are blocked or
    not tried.
    """

    exit_code: ExitCode
    sentence: str
    counts: dict[Outcome, int]
    passed: int
    claimed: int
    untested: int
    crashed: bool
    failures: list[Result]  # data loss before everything
    losses: list[Result]  # those of them that lost data
    differing: int  # passes in which wording differs
    details: int  # wording that differs in them, all in all
    blocked_by: list[tuple[str, int]]  # cause, outcomes it costs


def scored(result: Result) -> bool:
    """Whether a fail of this result counts against the endpoint."""
    return result.verified != OBSERVED


def judge(log: RunLog) -> Verdict:
    """The verdict on one run."""
    return judge_results(
        log.results,
        planned=log.header.planned,
        crashed=log.crashed,
        ended_by=FINISHED if log.footer is None else log.footer.ended_by,
    )


def judge_results(
    results: Iterable[Result],
    *,
    planned: int = 0,
    crashed: bool = False,
    ended_by: str = FINISHED,
) -> Verdict:
    """The verdict on these results; ``planned`` is how many there should have been.

    ``ended_by`` is the footer's: a run that somebody or something ended early has no verdict.
    """
    kept = list(results)
    tally = Counter(result.outcome for result in kept)
    losses = [r for r in kept if r.data_lost]
    failures = [r for r in kept if r.outcome is Outcome.FAIL and scored(r)]
    failures.sort(key=lambda result: not result.data_lost)
    passed = sum(1 for r in kept if r.outcome is Outcome.PASS and scored(r))
    errors = tally[Outcome.ERROR]
    blocked = [r for r in kept if r.outcome is Outcome.BLOCKED and scored(r)]
    missing = max(0, planned - len(kept))
    if crashed:
        code, sentence = ExitCode.HARNESS, "the run ended before it was finished"
    elif ended_by != FINISHED:
        code, sentence = ExitCode.HARNESS, f"the run was ended early: {ended_by}"
    elif errors:
        code, sentence = (
            ExitCode.HARNESS,
            f"{counted(errors, 'outcome')} ended in an error of s3compat, "
            "or of a check of your own",
        )
    elif not kept:
        code, sentence = ExitCode.NOTHING_RAN, "nothing ran"
    elif missing:
        code, sentence = ExitCode.HARNESS, f"{counted(missing, 'planned outcome')} never came"
    elif tally[Outcome.CLIENT_CANNOT] == len(kept):
        code, sentence = (
            ExitCode.NOTHING_RAN,
            "no client of this run can send any of these requests",
        )
    elif tally[Outcome.CLIENT_CANNOT] + tally[Outcome.NOT_TRIED] == len(kept):
        code, sentence = ExitCode.NOTHING_RAN, f"nothing was tried: {_why_not(kept)}"
    elif failures or blocked:
        code, sentence = ExitCode.NOT_CONFORMING, _what_fails(blocked, failures)
    else:
        code, sentence = ExitCode.GOOD, _conforms(kept)
    if losses:
        sentence = f"DATA LOSS in {_checks(losses)}; {sentence}"
    return Verdict(
        exit_code=code,
        sentence=sentence,
        counts={outcome: tally[outcome] for outcome in Outcome},
        passed=passed,
        claimed=passed + len(failures),
        untested=tally[Outcome.BLOCKED] + missing + tally[Outcome.NOT_TRIED],
        crashed=crashed,
        failures=failures,
        losses=losses,
        differing=sum(1 for r in kept if r.outcome is Outcome.PASS and r.details),
        details=sum(r.details for r in kept if r.outcome is Outcome.PASS),
        blocked_by=Counter(blocking_cause(r.reason) for r in blocked).most_common(),
    )


_ANSWERED = re.compile(r"setup: (\w+ answered \d+ ?\w*)")


def blocking_cause(reason: str) -> str:
    """What stopped a setup, without the words that are of one bucket or request."""
    found = _ANSWERED.search(reason)
    if found is None:
        return reason
    return found.group(1).strip()


def _conforms(results: Iterable[Result]) -> str:
    """The sentence of a run in which nothing scored failed."""
    kept = list(results)
    unscored = [r for r in kept if not scored(r)]
    failed = [r for r in unscored if r.outcome is Outcome.FAIL]
    blocked = [r for r in unscored if r.outcome is Outcome.BLOCKED]
    parts = [f"{_checks(failed)} {_verb(failed)}"] if failed else []
    parts += [f"{_checks(blocked)} could not be set up"] if blocked else []
    if len(unscored) == len(kept):
        seen = ", ".join(parts) or "none fails"
        are = "is" if len({r.check for r in kept}) == 1 else "are"
        return f"{_checks(kept)} ran and {are} only shown ({_UNSURE}): {seen}"
    if not parts:
        return "no scored check failed"
    are = "is" if len({r.check for r in (*failed, *blocked)}) == 1 else "are"
    return f"no scored check failed; {', '.join(parts)} and {are} only shown ({_UNSURE})"


_UNSURE = "what S3 answers there is not known for sure"


def _what_fails(blocked: list[Result], failures: list[Result]) -> str:
    """How many checks fail and how many judged nothing; one fault is often several outcomes."""
    parts = []
    if failures:
        parts.append(f"{_checks(failures)} {_verb(failures)}{_each_client(failures)}")
    if blocked:
        parts.append(f"{_checks(blocked)} could not be set up{_each_client(blocked)}")
    return ", and ".join(parts)


def _checks(results: Iterable[Result]) -> str:
    return counted(len({result.check for result in results}), "check")


def _verb(results: Iterable[Result]) -> str:
    return "fails" if len({result.check for result in results}) == 1 else "fail"


def _each_client(results: list[Result]) -> str:
    several = len(results) > len({result.check for result in results})
    return f" ({len(results):,} outcomes)" if several else ""


def _why_not(results: Iterable[Result]) -> str:
    """The commonest reason why a check was not tried."""
    reasons = Counter(r.reason for r in results if r.outcome is Outcome.NOT_TRIED)
    return reasons.most_common(1)[0][0]
