"""A summary for each client: its figures, and the failures that only this client has.

A check fails with a client alone where another client of the same run passes it and none else fails
it. What such failures have in common is read from their requests: what the client sent in all of
them and no client that passed sent. Nothing is judged here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from conformance.model import Exchange, Outcome, Result
from conformance.model.counting import counted
from conformance.model.verdict import scored
from reports.overview import Column, Overview, Run

# Headers that say how a client speaks, and whether their value says it, too.
_TELLING = {
    "content-encoding": True,
    "content-md5": False,
    "expect": True,
    "if-match": False,
    "range": False,
    "te": True,
    "transfer-encoding": True,
    "upgrade": True,
    "x-amz-content-sha256": True,
    "x-amz-storage-class": True,
    "x-amz-te": True,
    "x-amz-trailer": True,
}
_CHECKSUM = "x-amz-checksum-"
_LONGEST = 60  # characters of a header's value
_SHOWN = 3  # things in common that are told


@dataclass(frozen=True)
class ClientView:
    """One client of one run."""

    column: Column
    passed: int
    claimed: int
    alone: tuple[Result, ...]  # scored fails of this client only
    unshared: int  # scored fails of checks that no other client of the run tried
    common: str  # what they have in common, in words; empty where nothing is seen

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that have a failure with this client alone."""
        return tuple(dict.fromkeys(result.row for result in self.alone))

    @property
    def sentence(self) -> str:
        """One line for who uses this client."""
        if not self.claimed:
            return "no outcome of this client is scored"
        if self.passed == self.claimed:
            return "works: every scored outcome passes"
        failed = self.claimed - self.passed
        if not self.alone:
            return f"{counted(failed, 'outcome')} failed, {self._shared(failed)}"
        tail = f": {self.common}" if self.common else ""
        return f"{counted(len(self.alone), 'outcome')} failed with this client only{tail}"

    def _shared(self, failed: int) -> str:
        """Whether other clients failed the same checks, where none of them passed one."""
        if not self.unshared:
            return "each through another client too"
        if self.unshared == failed:
            return "all in checks that only this client tried"
        return (
            f"{self.unshared:,} in checks that only this client tried, the others through another "
            "client too"
        )


def by_client(run: Run, overview: Overview) -> list[ClientView]:
    """A view of each client of a run, in the order of its columns."""
    checks: dict[str, list[Result]] = defaultdict(list)
    for result in run.log.results:
        if scored(result) and result.outcome in (Outcome.PASS, Outcome.FAIL):
            checks[result.check].append(result)
    views = []
    for column in overview.columns:
        if column.run is not run:
            continue
        own = [one for found in checks.values() for one in found if one.client == column.client]
        alone = [one for one in own if _alone(one, checks[one.check])]
        views.append(
            ClientView(
                column,
                passed=sum(one.outcome is Outcome.PASS for one in own),
                claimed=len(own),
                alone=tuple(alone),
                unshared=sum(_unshared(one, checks[one.check]) for one in own),
                common=_in_common(alone, checks),
            )
        )
    return views


def _alone(result: Result, found: list[Result]) -> bool:
    failing = {one.client for one in found if one.outcome is Outcome.FAIL}
    return failing == {result.client} and any(one.outcome is Outcome.PASS for one in found)


def _unshared(result: Result, found: list[Result]) -> bool:
    """Whether it failed, and no other client has a scored outcome of its check."""
    return result.outcome is Outcome.FAIL and {one.client for one in found} == {result.client}


def _in_common(alone: list[Result], checks: dict[str, list[Result]]) -> str:
    """What every one of these failures sent and no client that passed, and what all got."""
    if not alone:
        return ""
    shared: set[str] | None = None
    answers = set()
    for result in alone:
        passing = [one for one in checks[result.check] if one.outcome is Outcome.PASS]
        others = {trait for one in passing for trait in _traits(one)}
        own = set(_traits(result)) - others
        shared = own if shared is None else shared & own
        answers.add(_answer(result))
    told = sorted(shared or ())[:_SHOWN]
    words = [f"it sends {' and '.join(told)}"] if told else []
    if len(answers) == 1 and (answer := answers.pop()):
        words.append(f"answered {answer}")
    return "; ".join(words)


def _exchanges(result: Result) -> list[Exchange]:
    return [
        exchange for call in result.calls if call.purpose == "test" for exchange in call.exchanges
    ]


def _traits(result: Result) -> list[str]:
    traits = []
    for exchange in _exchanges(result):
        for name, value in exchange.request.headers:
            lowered = name.lower()
            if lowered.startswith(_CHECKSUM):
                traits.append(lowered)
            elif lowered in _TELLING:
                plain = _TELLING[lowered] and not _is_digest(value)
                traits.append(f"{lowered}: {value[:_LONGEST]}" if plain else lowered)
    return traits


def _is_digest(value: str) -> bool:
    return len(value) == 64 and all(one in "0123456789abcdef" for one in value)


def _answer(result: Result) -> str:
    """Status of the first answer that refused; empty where none did."""
    for exchange in _exchanges(result):
        words = exchange.response.start_line.split(" ", 2) if exchange.response else []
        if len(words) > 1 and words[1].isdigit() and int(words[1]) >= 400:
            return " ".join(words[1:])
    return ""
