"""Causes: bad outcomes grouped by what they have in common, so that one fault is one line.

Each outcome is in one cause. The symptom that explains most outcomes is the first cause; of what is
left, the next; and so on. It groups what was seen; only a person can say that it is one fault.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from conformance.model.losses import told_losses
from conformance.model.misread import ignored_requests
from conformance.model.nowhere import evidence_of
from conformance.model.records import Outcome, Result
from conformance.model.rows import ROOTS, joined_by_row
from conformance.model.symptoms import symptoms, told_operation, weight_of
from conformance.model.titles import parts_of, title_of
from conformance.model.verdict import scored
from conformance.model.weight import Weight

IGNORED_QUERY = "ignored-query"
_CLIENT_ORDER = ("raw", "boto3", "curl", "aws-s3api")  # whose evidence is read most easily


@dataclass(frozen=True)
class Cause:
    """Bad outcomes with one symptom. ``key`` names it in a baseline."""

    key: str
    title: str
    weight: Weight
    results: tuple[Result, ...]

    @property
    def partly(self) -> int:
        """How many of the outcomes do the worst of its harm, where it is less than half; else 0.

        Of lost data where it is not all of them.
        """
        worst = sum(weight_of(result) == self.weight for result in self.results)
        some = len(self.results) if self.weight is Weight.DATA_LOST else len(self.results) / 2
        return worst if worst < some else 0

    @property
    def harm(self) -> str:
        """What it means for whoever uses the endpoint; "" where the title says just that."""
        if self.partly:
            return f"{self.weight.words} in {self.partly} of them"
        return "" if self.weight.words.lower() in self.title.lower() else self.weight.words

    @property
    def label(self) -> str:
        """What it means in two words: "wrongly accepted"; in how many, where it is a part."""
        part = f" in {self.partly}" if self.partly else ""
        return f"{self.weight.label}{part}"

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks in it, each once."""
        return tuple(dict.fromkeys(result.check for result in self.results))

    @property
    def clients(self) -> Counter[str]:
        """How many outcomes there are of each client."""
        return Counter(result.client for result in self.results)

    @property
    def rows(self) -> Counter[str]:
        """How many outcomes there are in each row."""
        return Counter(result.row for result in self.results)

    @property
    def example(self) -> Result:
        """The most harmful outcome; of those the plainest: few calls, by the plainest client."""
        return min(self.results, key=lambda one: (weight_of(one), _plainness(one)))

    @property
    def losses(self) -> tuple[str, ...]:
        """What data was lost, the commonest first: ``DELETE /bucket?cors: the bucket is gone``."""
        told = Counter(chain.from_iterable(map(told_losses, self.results)))
        return tuple(loss for loss, _ in told.most_common())

    @property
    def requests(self) -> tuple[str, ...]:
        """Where requests were taken for others: those, without names. ``DELETE /bucket?policy``."""
        if self.key != IGNORED_QUERY:
            return ()
        told = (ignored_requests(one, told_operation(one)) for one in self.results)
        return tuple(sorted(set().union(*told)))


def causes(
    results: Iterable[Result],
    group_of: Callable[[str], str],
    run: Iterable[Result] | None = None,
) -> list[Cause]:
    """The causes of all that failed or was blocked, largest first.

    ``group_of`` gives the matrix's group of an operation or a row. Unscored failures are in none.
    ``run``: all results of the run, where ``results`` are some of it.
    """
    some = list(results)
    left = {result.id: result for result in some if is_trouble(result)}
    named = named_symptoms(left.values(), group_of, some if run is None else run)
    members: dict[str, set[str]] = defaultdict(set)
    for name, keys in named.items():
        for key in _causal(keys):
            members[key].add(name)
    found = []
    while left:
        key = max(members, key=lambda one: (_size(one, members[one]), _specific(one), one))
        chosen = sorted(members[key])
        together = tuple(left.pop(name) for name in chosen)
        parts = Counter(chain.from_iterable(parts_of(key, named[name]) for name in chosen))
        title = title_of(key, together, [one for one, _ in parts.most_common()])
        found.append(Cause(key, title, _weight(key, together), together))
        for name in chosen:
            for other in _causal(named[name]):
                members[other].discard(name)
        members = defaultdict(set, {one: names for one, names in members.items() if names})
    return sorted(found, key=lambda one: -len(one.results))


def _weight(key: str, results: Iterable[Result]) -> Weight:
    """What is worst of its outcomes; what its key says, where no data is lost."""
    worst = min(map(weight_of, results))
    said = next((weight for begins, weight in _SAYS.items() if key.startswith(begins)), worst)
    return worst if worst is Weight.DATA_LOST else said


_SAYS = {"absent/": Weight.NOT_IMPLEMENTED, "coded": Weight.WRONG_CODE}


def _causal(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Without the loss of data, where it is known what it came of."""
    said = tuple(key for key in keys if not key.startswith("data-loss/"))
    return keys if len(said) == 1 else said  # the check itself is always among them


def named_symptoms(
    bad: Iterable[Result], group_of: Callable[[str], str], run: Iterable[Result]
) -> dict[str, tuple[str, ...]]:
    """The symptoms of each bad outcome, by its id; ``run`` are all results of the run."""
    left, everything = list(bad), list(run)
    said = evidence_of(everything, left)
    named = {result.id: symptoms(result, group_of, said) for result in left}
    return joined_by_row(named, left, everything)


def most_harmful(found: Iterable[Cause]) -> list[Cause]:
    """The causes by what they do to whoever uses the endpoint: data loss before wrong headers."""
    return sorted(found, key=lambda one: (one.weight, -len(one.results), one.key))


def is_trouble(result: Result) -> bool:
    """Whether an outcome has a cause to be found: a scored fail, lost data, or blocked."""
    if result.outcome is Outcome.FAIL:
        return scored(result) or result.data_lost
    return result.outcome is Outcome.BLOCKED and scored(result)


def _size(key: str, ids: set[str]) -> int:
    """How many outcomes it explains; a sixth more where it names what is amiss."""
    return len(ids) + (len(ids) // 6 if key.startswith(ROOTS) else 0)


def _specific(key: str) -> int:
    """Of two symptoms that explain as much, the one that says more: what lies under the others."""
    narrow = (
        5 * key.startswith("check/")
        + 2 * key.startswith(("code-in/", "added/", "coded-as/"))
        + 3 * key.startswith("coded/")
    )
    return key.count("/") - narrow + 5 * key.startswith(ROOTS)


def _plainness(result: Result) -> tuple[int, int, str]:
    order = _CLIENT_ORDER
    place = order.index(result.client) if result.client in order else len(order)
    return len(result.calls), place, result.id
