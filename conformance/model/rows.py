"""Rows of which next to nothing works: what else such a row accepts or lists is of the same cause.

Where an operation is not implemented, or is taken for another, nothing refuses what S3 refuses of
it. Where it lists nothing, its pages and markers are wrong as well. The row is one line in a list
of causes then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from conformance.model.misread import without_entries
from conformance.model.nowhere import OFTEN
from conformance.model.records import Outcome, Result
from conformance.model.symptoms import told_operation, weight_of
from conformance.model.verdict import scored
from conformance.model.weight import Weight

_LISTS = "lists-nothing/"
# Symptoms that say that something is missing as a whole.
_MISSING = ("absent/", "ignored-query", "ignored-header/", "always/", _LISTS)
# Symptoms that name what is amiss, where others name how it shows.
ROOTS = (
    *("ignored-", "nowhere/", "always/", "unguarded/", "not-enforced/", "bare-", "lists-no"),
    *("other-", "two-conditions/"),
)


def joined_by_row(
    named: Mapping[str, tuple[str, ...]], bad: Iterable[Result], run: Iterable[Result]
) -> dict[str, tuple[str, ...]]:
    """The symptoms of bad outcomes by their ids, with those that most of their rows have.

    ``run`` are all results: those that passed speak against it that the row is missing.
    """
    judged = Counter(one.row for one in run if one.outcome is Outcome.PASS and scored(one))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    missing = Counter[str]()
    left = list(bad)
    for one in left:
        judged[one.row] += 1
        keys = [key for key in named[one.id] if key.startswith(_MISSING)]
        found[one.row].update(keys)
        missing[one.row] += bool(keys)
    told = dict(named)
    for one in left:
        if 3 * missing[one.row] < 2 * judged[one.row]:
            continue
        keys = [
            key
            for key, times in found[one.row].items()
            if times >= OFTEN and 2 * times >= judged[one.row] and _follows(one, key)
        ]
        if keys and not any(key.startswith(ROOTS) for key in named[one.id]):
            told[one.id] = tuple(dict.fromkeys((*keys, *named[one.id])))
    return told


def _follows(result: Result, missing: str) -> bool:
    """Whether this failure is what comes of it that this is missing."""
    if missing.startswith(_LISTS):
        operation = missing.removeprefix(_LISTS)
        return told_operation(result) == operation == without_entries(result, operation)
    return weight_of(result) is Weight.WRONGLY_ACCEPTED
