"""What documentation says, sentence by sentence, set against what was measured.

A sentence is confirmed, contradicted, or not shown by this run. A client that has no way to say it,
a setup that did not work and a request that stayed with a redirect show nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from conformance.model import Exchange, Outcome, Result, RunLog
from matrix import Profile, Says

REDIRECTS = frozenset({"301", "302", "303", "307", "308"})
_DIFFERS = (Outcome.FAIL, Outcome.DECLARED, Outcome.NOT_CLAIMED)


class Shown(StrEnum):
    """What a run shows of a sentence."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Statement:
    """A sentence with what the run shows of it; ``because`` is the result that decided."""

    says: Says
    shown: Shown
    because: Result | None
    results: int  # that show anything of it


def statements(log: RunLog, profile: Profile) -> tuple[Statement, ...]:
    """Each sentence of the profile, in its order. One contrary result contradicts it."""
    telling = [result for result in log.results if tells(result)]
    return tuple(_statement(says, telling) for says in profile.says)


def tells(result: Result) -> bool:
    """Whether a result shows anything of what the endpoint does."""
    if result.outcome is not Outcome.PASS and result.outcome not in _DIFFERS:
        return False
    return result.outcome is Outcome.PASS or not stayed(result)


def stayed(result: Result) -> bool:
    """Whether a request of the check ended with a redirect that the client did not follow."""
    return any(
        call.purpose == "test" and call.exchanges and is_redirect(call.exchanges[-1])
        for call in result.calls
    )


def is_redirect(exchange: Exchange) -> bool:
    """Whether it was answered by a redirect."""
    if exchange.response is None:
        return False
    return exchange.response.start_line.partition(" ")[2][:3] in REDIRECTS


def _statement(says: Says, telling: Iterable[Result]) -> Statement:
    about = [
        result
        for result in telling
        if any(fnmatchcase(result.check, pattern) for pattern in says.shown_by)
        and (not says.clients or result.client in says.clients)
    ]
    if not about:
        return Statement(says, Shown.NOT_SHOWN, None, 0)
    contrary = _first(about, passing=says.holds != "pass")
    if contrary is not None:
        return Statement(says, Shown.CONTRADICTED, contrary, len(about))
    return Statement(says, Shown.CONFIRMED, about[0], len(about))


def _first(results: Sequence[Result], *, passing: bool) -> Result | None:
    """The first that passes, or that does not; one that lost data before the others."""
    ordered = sorted(results, key=lambda result: not result.data_lost)
    return next((r for r in ordered if (r.outcome is Outcome.PASS) is passing), None)
