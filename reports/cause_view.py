"""A cause as a page shows it: its rows, its outcomes by check, an example, the server's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model import Result
from conformance.model.causes import Cause
from conformance.model.records import UNSUPPORTED
from conformance.model.symptoms import told_message
from reports.evidence import steps
from reports.overview import Column


@dataclass(frozen=True)
class CauseView:
    """One cause with the columns of its outcomes."""

    cause: Cause
    rows: tuple[tuple[str, int], ...]  # title of a row, and how many of the outcomes are in it
    checks: tuple[tuple[tuple[Column, Result], ...], ...]  # the outcomes, those of a check together
    example: tuple[Column, Result]
    steps: list[str]  # what the example asked last, and what came
    says: tuple[str, int] | None  # the server's commonest message, and in how many outcomes

    @property
    def outcomes(self) -> int:
        """How many outcomes it is about."""
        return len(self.cause.results)

    @property
    def unsupported(self) -> int:
        """How many outcomes are of rows that the server's documentation calls unsupported.

        A clean refusal is no failure there: the server did something else.
        """
        return sum(one.claim == UNSUPPORTED for one in self.cause.results)


def view_cause(cause: Cause, columns: Mapping[str, Column], titles: Mapping[str, str]) -> CauseView:
    """``columns`` by client, ``titles`` of the rows by id."""
    by_check: dict[str, list[tuple[Column, Result]]] = {}
    for result in cause.results:
        by_check.setdefault(result.check, []).append((columns[result.client], result))
    return CauseView(
        cause=cause,
        rows=tuple((titles.get(row, row), number) for row, number in cause.rows.most_common()),
        checks=tuple(tuple(pairs) for pairs in sorted(by_check.values(), key=_harmless)),
        example=(columns[cause.example.client], cause.example),
        steps=steps(cause.example.calls),
        says=_said(cause),
    )


def _said(cause: Cause) -> tuple[str, int] | None:
    """The server's message in at least a third of the outcomes, and in how many."""
    said = Counter(filter(None, map(told_message, cause.results)))
    commonest = said.most_common(1)
    return next((one for one in commonest if 3 * one[1] >= len(cause.results)), None)


def _harmless(pairs: list[tuple[Column, Result]]) -> bool:
    """Whether none of a check's outcomes lost data: those that did stand first."""
    return not any(result.data_lost for _, result in pairs)
