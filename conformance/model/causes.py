"""Causes: bad outcomes grouped by what they have in common, so that one fault is one line.

Each outcome is in one cause. The symptom that explains most outcomes is the first cause; of what is
left, the next; and so on. It groups what was seen; only a person can say that it is one fault.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from conformance.model.features import FEATURES, VERSIONS
from conformance.model.losses import told_losses
from conformance.model.misread import ignored_requests, ignored_subresources
from conformance.model.nowhere import evidence_of
from conformance.model.records import Outcome, Result
from conformance.model.symptoms import symptoms, told_operation, weight_of
from conformance.model.verdict import scored
from conformance.model.weight import Weight

IGNORED_QUERY = "ignored-query"
FEW = 4  # names in a title
# Symptoms that name what is amiss, where others name how it shows.
_ROOTS = (
    "ignored-",
    "nowhere/",
    "always/",
    "unguarded/",
    "not-enforced/",
    "bare-",
    "lists-no",
    "other-",
)
_CLIENT_ORDER = ("raw", "boto3", "curl", "aws-s3api")  # whose evidence is read most easily


@dataclass(frozen=True)
class Cause:
    """Bad outcomes with one symptom. ``key`` names it in a baseline."""

    key: str
    title: str
    weight: Weight
    results: tuple[Result, ...]

    @property
    def partly_lost(self) -> int:
        """How many of the outcomes lost data, where it is some of them and not all; else 0."""
        losing = sum(result.data_lost for result in self.results)
        return losing if losing < len(self.results) else 0

    @property
    def harm(self) -> str:
        """What it means for whoever uses the endpoint; "" where the title says just that."""
        if self.partly_lost:
            return f"{self.weight.words} in {self.partly_lost} of them"
        return "" if self.weight.words.lower() in self.title.lower() else self.weight.words

    @property
    def label(self) -> str:
        """What it means in two words: "wrongly accepted"; of how many, where not all lose data."""
        part = f" in {self.partly_lost}" if self.partly_lost else ""
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
        return tuple(sorted({asked for one in self.results for asked in ignored_requests(one)}))


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
        key = max(members, key=lambda one: (len(members[one]), _specific(one), one))
        chosen = sorted(members[key])
        together = tuple(left.pop(name) for name in chosen)
        found.append(Cause(key, title_of(key, together), min(map(weight_of, together)), together))
        for name in chosen:
            for other in _causal(named[name]):
                members[other].discard(name)
        members = defaultdict(set, {one: names for one, names in members.items() if names})
    return found


def _causal(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Without the loss of data, where it is known what it came of."""
    said = tuple(key for key in keys if not key.startswith("data-loss/"))
    return keys if len(said) == 1 else said  # the check itself is always among them


def named_symptoms(
    bad: Iterable[Result], group_of: Callable[[str], str], run: Iterable[Result]
) -> dict[str, tuple[str, ...]]:
    """The symptoms of each bad outcome, by its id; ``run`` are all results of the run."""
    left = list(bad)
    said = evidence_of(run, left)
    return {result.id: symptoms(result, group_of, said) for result in left}


def most_harmful(found: Iterable[Cause]) -> list[Cause]:
    """The causes by what they do to whoever uses the endpoint: data loss before wrong headers."""
    return sorted(found, key=lambda one: (one.weight, -len(one.results), one.key))


def is_trouble(result: Result) -> bool:
    """Whether an outcome has a cause to be found: a scored fail, lost data, or blocked."""
    if result.outcome is Outcome.FAIL:
        return scored(result) or result.data_lost
    return result.outcome is Outcome.BLOCKED and scored(result)


def title_of(key: str, results: tuple[Result, ...]) -> str:
    """A sentence for a symptom, said of these outcomes."""
    kind, _, rest = key.partition("/")
    subject, _, answer = rest.partition("/")
    match kind:
        case "absent":
            return f"Not implemented: {_parts(subject, results)}"
        case "absent-header":
            return f"Requests with the header {subject} are refused as not implemented"
        case "data-loss":
            return f"Data is lost in {subject}"
        case "server-fails":
            return (
                f"{subject} gets {answer}"
                if answer == "no answer"
                else (f"{subject} is answered with {answer}")
            )
        case "not-enforced":
            return _NOT_ENFORCED[subject].format(f" ({answer})" if answer else "")
        case "always":
            return f"{subject} never succeeds: it is answered with {answer}"
        case "lists-nothing":
            return f"{subject} lists nothing where there is something"
        case "ignored-header":
            return f"{subject} is not looked at: the bucket keeps no versions"
        case "code-in":
            due, _, came = answer.partition("/")
            return f"Another error than S3's in {_named(subject)}: {came} where {due} is expected"
        case "lists-no":
            return f"{subject} lists no {answer} where there are some"
        case "nowhere":
            return next(one.title for one in (VERSIONS, *FEATURES) if one.name == subject)
        case "unguarded":
            return f"{_UNGUARDED[subject]}: nothing of what S3 refuses is refused"
        case "answered":
            return f"{subject} is answered with {answer}, whatever S3 answers"
        case "bare-errors":
            return f"Errors come without S3's document: {subject}, and no code"
        case "ignored-query":
            names = sorted({name for one in results for name in ignored_subresources(one)})
            said = f" ({_few([f'?{name}' for name in names])})" if names else ""
            return f"The sub-resource in the query is ignored{said}: another operation is done"
        case "ignored-range":
            return "Range is ignored: a request for a part is answered with all of the object"
        case "ignored-parameter":
            does = "removes" if subject == "DELETE" else "writes"
            return f"{subject} /bucket/key?{answer} {does} the object: the parameter is ignored"
        case "other-key":
            return "A write to one key changes another: keys are not kept as they were sent"
        case "document":
            return f"The answer to {subject} is another document than S3's"
        case "unchecked" if subject == "MalformedXML":
            return "XML documents that S3 refuses as MalformedXML are accepted"
        case "unchecked":
            return f"{subject} accepts documents that S3 refuses"
        case "success":
            return f"Another success than S3's: {subject} where {answer} is expected"
        case "success-of":
            return f"Another success than S3's: {subject} is answered with {answer}"
        case "coded":
            due, _, came = answer.partition("/")
            return f"In {_named(subject)} the error {came} comes where S3 has {due}"
        case "added":
            return f"Values of answers have {rest} in them, which S3 does not add"
        case "unchecked-argument":
            return f"{subject} is not checked: values that S3 refuses are accepted"
        case "two-conditions":
            return "A matching ETag does not outweigh the condition of a date: 412 comes"
        case "document-fails":
            return f"XML documents that S3 refuses as MalformedXML are answered with {subject}"
        case "key":
            return f"{_KEYS[subject]} are answered with {answer}"
        case "accepts-on":
            return f"{subject}: the server accepts what S3 refuses (S3 answers {answer})"
        case "accepts":
            also = f" (S3 answers {answer})" if answer else ""
            if subject[:1].isupper():
                return f"{subject} accepts what S3 refuses{also}"
            return f"In {_named(subject)} the server accepts what S3 refuses{also}"
        case "refused-with":
            return f"Requests that S3 accepts are refused with {subject}"
        case "refuses":
            if subject[:1].isupper():
                return f"{subject} is refused with {answer}; S3 accepts it"
            return f"In {_named(subject)} the server refuses what S3 accepts, with {answer}"
        case "code":
            return f"Another error than S3's: {answer} where {subject} is expected"
        case "header":
            return f"Response header {subject} {_HEADER[answer]}"
        case "code-of":
            return f"Another error than S3's: {subject} is answered with {answer}"
        case "setup" if answer == "no answer":
            return f"Could not be set up: {subject} gets no answer"
        case "setup":
            return f"Could not be set up: {subject} is answered with {answer}"
        case "data":
            also = f": {answer}" if answer else ""
            if subject[:1].isupper():
                return f"The answer to {subject} differs from S3's{also}"
            return f"An answer in {_named(subject)} differs from S3's{also}"
    return results[0].title


_NOT_ENFORCED = {
    "anybody": "Nobody is refused: wrong signatures and absent permissions are accepted",
    "signature": "Requests with a wrong signature, or an expired one, are accepted{}",
    "permission": "Requests that are not allowed are accepted{}",
    "integrity": "Bodies that do not match their checksum or length are accepted{}",
    "condition": "Conditions (If-Match and the like) are not enforced{}",
    "x-amz-expected-bucket-owner": "x-amz-expected-bucket-owner is not looked at",
}
_UNGUARDED = {
    "checksums": "Checksums in requests (x-amz-checksum-*) are not looked at",
    "newer-checksums": "The newer checksums (SHA-512, XXHash, MD5) are not looked at",
    "sse-c": "Encryption with the customer's key (SSE-C) is not looked at",
    "sse": "Encryption with S3's keys (SSE-S3, SSE-KMS) is not looked at",
    "storage-class": "x-amz-storage-class is not looked at",
    "acl": "Access control lists in requests are not looked at",
    "object-tags": "Tags in requests (x-amz-tagging) are not looked at",
    "object-lock": "Object lock in requests (x-amz-object-lock-*) is not looked at",
}
_KEYS = {
    "long-part": "Requests for keys with a part of more than 255 bytes",
    "folder": "Requests for keys of which one is the folder of another (a and a/b)",
}
_HEADER = {
    "absent": "is missing",
    "unexpected": "is sent where S3 sends none",
    "other": "has another value",
}


def _named(subject: str) -> str:
    """An operation by its name, and a row as one."""
    return subject if subject[:1].isupper() else f"the row {subject}"


def _parts(subject: str, results: tuple[Result, ...]) -> str:
    """The operations that are concerned, most often met first, and the group they are of."""
    named = [name for name, _ in Counter(map(told_operation, results)).most_common()]
    return subject if named == [subject] else f"{_few(named)} ({subject})"


def _few(names: list[str]) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:FEW])
    return f"{shown} and {len(names) - FEW} more" if len(names) > FEW else shown


def _specific(key: str) -> int:
    """Of two symptoms that explain as much, the one that says more: what lies under the others."""
    narrow = (
        5 * key.startswith("check/")
        + 2 * key.startswith(("code-in/", "added/"))
        + 3 * key.startswith("coded/")
    )
    return key.count("/") - narrow + 5 * key.startswith(_ROOTS)


def _plainness(result: Result) -> tuple[int, int, str]:
    order = _CLIENT_ORDER
    place = order.index(result.client) if result.client in order else len(order)
    return len(result.calls), place, result.id
