"""What an endpoint shows nowhere in a whole run: a feature without a trace, an operation that is
always refused.

One feature that is missing makes failures of many kinds. That it is missing cannot be told from one
outcome; from a run it can: it was asked for often, and no answer of any check ever showed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from conformance.model.answers import status_of
from conformance.model.features import FEATURES, VERSIONS, Feature, amazon_headers
from conformance.model.misread import (
    asked_by_losses,
    asking,
    ignored_subresources,
    of_an_object,
    on_its_source,
    query_of,
)
from conformance.model.records import Call, Exchange, Expectation, Message, Result
from conformance.model.refused import has_optional, header_refused
from conformance.model.stopped import answered

OFTEN = 3  # requests that say enough of a whole run
# What a server enforces, by the codes or statuses of its refusals; its name is in the keys.
ENFORCED = {
    "signature": frozenset(
        {
            "SignatureDoesNotMatch",
            "InvalidAccessKeyId",
            "RequestTimeTooSkewed",
            "ExpiredToken",
            "InvalidToken",
            "AuthorizationHeaderMalformed",
            "AuthorizationQueryParametersError",
        }
    ),
    "integrity": frozenset(
        {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"}
    ),
    "condition": frozenset({"PreconditionFailed", "ConditionalRequestConflict", "304", "412"}),
    "permission": frozenset({"AccessDenied", "403", "401"}),
    "document": frozenset({"MalformedXML", "MalformedACLError", "MalformedPolicy"}),
}
# Codes that say nothing of a document that came with the request.
_OF_NO_DOCUMENT = ("NoSuch", "AccessDenied", "MethodNotAllowed", "InvalidDigest", "BadDigest")


_BY_ROW = {
    row: [one for one in FEATURES if row in one.rows] for one in FEATURES for row in one.rows
}


@dataclass(frozen=True)
class Evidence:
    """What a whole run says that its outcomes alone do not."""

    features: tuple[Feature, ...] = ()  # asked for often, and never shown
    unguarded: tuple[
        Feature, ...
    ] = ()  # of what S3 refuses of them in requests, nothing is refused
    # of ENFORCED, what was refused at least once as S3 does, alone and by operation and row:
    # "condition", "condition/PutObject", "condition/conditional-write"
    enforced: frozenset[str] = frozenset(ENFORCED)
    # operations that succeeded at least once, each with the parameters that were in its queries
    worked: dict[str, set[str]] = field(default_factory=dict)
    carried: dict[str, set[str]] = field(default_factory=dict)  # the same with their headers
    # operations that never succeeded, and are not implemented without optional headers either
    bare: frozenset[str] = frozenset()
    always: dict[str, str] = field(default_factory=dict)  # operation -> the refusal it ends with
    # sub-resource -> the operations whose requests for it were taken for others
    ignored: dict[str, set[str]] = field(default_factory=dict)
    ignored_in: dict[str, dict[str, set[str]]] = field(default_factory=dict)  # the same by outcome

    def refused_header(self, call: Call) -> str:
        """The family of headers that is not implemented in a call; "" where it is all of it."""
        return "" if call.operation in self.bare else header_refused(call, self.carried)


def evidence_of(results: Iterable[Result], bad: Iterable[Result]) -> Evidence:
    """What the results of a whole run say together; ``bad`` are those that failed."""
    bad = list(bad)
    run = _Run(frozenset().union(*(asked_by_losses(one) for one in bad if one.data_lost)))
    enforced: set[str] = set()
    for result in results:
        for call in result.calls:
            run.look(call)
        for one in result.expectations:
            if one.ok and one.expected[:1] not in ("1", "2"):
                enforced.update(_refused(one, result))
            elif not one.ok and _with_another_code(one):
                enforced.add("integrity")
        run.guard(result)
    ignored: dict[str, set[str]] = {}
    ignored_in = {}
    for result in bad:
        ignored_in[result.id] = shown = ignored_subresources(result)
        for name, operations in shown.items():
            ignored.setdefault(name, set()).update(operations & asking(result, name))
    if run.tags_kept:
        _take_back(_SETS_TAGS, "tagging", [ignored, *ignored_in.values()])
    return Evidence(
        run.missing(),
        run.unguarded(),
        frozenset(enforced),
        run.worked,
        run.carried,
        frozenset(run.bare - run.worked.keys()),
        run.refused(),
        ignored,
        ignored_in,
    )


def _take_back(operation: str, name: str, told: Iterable[dict[str, set[str]]]) -> None:
    """The operation did not ignore this sub-resource: it is in none of these any more."""
    for shown in told:
        shown.get(name, set()).discard(operation)
        if not shown.get(name, True):
            del shown[name]


class _Run:
    """What is seen on the way through the calls of a run."""

    def __init__(self, overwrite: frozenset[str]) -> None:
        self._overwrite = overwrite  # sub-resources whose documents are stored as the object
        self._sought = [VERSIONS, *FEATURES]
        self._read_back: set[str] = set()  # features that answers to reads alone show
        self._echoes = False  # whether reads are answered with headers of the write's request
        self._asked: Counter[str] = Counter()
        self._versioned: set[str] = set()  # paths of buckets that were to keep versions
        self._written = False  # whether an object was written into one of them
        self._guarded: dict[str, list[bool]] = {}
        self.worked: dict[str, set[str]] = {}  # operations that succeeded once -> parameters
        self.carried: dict[str, set[str]] = {}  # the same -> Amazon's headers in their requests
        self.bare: set[str] = set()  # operations that were not implemented as they stand
        self.tags_kept = False  # whether an object's tags were read
        self._answers: dict[str, Counter[str]] = {}  # of the others

    def look(self, call: Call) -> None:
        if self._sought:
            for exchange in call.exchanges:
                if exchange.response is not None:
                    self._features(exchange, exchange.response)
        answer = answered(call)
        if call.operation == _READS_TAGS and not self.tags_kept:
            self.tags_kept = any(
                "<Tag>" in (text := one.response.body.text or "") and self._kept(text)
                for one in call.exchanges
                if one.response is not None
            )
        if answer[:1] == "2":
            self.worked.setdefault(call.operation, set()).update(query_of(call))
            self.carried.setdefault(call.operation, set()).update(
                name for one in call.exchanges for name in amazon_headers(one.request)
            )
        elif answer[:3] == "501" and not has_optional(call):
            self.bare.add(call.operation)
        if answer[:1] != "2" and call.operation not in self.worked:
            self._answers.setdefault(call.operation, Counter())[answer] += 1

    def _kept(self, text: str) -> bool:
        """Whether this document is of a sub-resource, and not the object it was stored as."""
        name = of_an_object(text)
        return name != "" and name not in self._overwrite

    def guard(self, result: Result) -> None:
        """Count which requests that S3 refuses are refused, in the rows of a feature."""
        for feature in _BY_ROW.get(result.row, ()):
            for one in result.expectations:
                if one.expected[:1] != "4" or not one.what.endswith("status"):
                    continue
                asking = [c for c in result.calls if c.operation == one.operation]
                if any(
                    answered(call) == one.answered and feature.asked_by(call) for call in asking
                ):
                    self._guarded.setdefault(feature.name, []).append(one.answered[:1] == "4")

    def unguarded(self) -> tuple[Feature, ...]:
        return tuple(
            one
            for one in FEATURES
            if len(told := self._guarded.get(one.name, [])) >= OFTEN and not any(told)
        )

    def missing(self) -> tuple[Feature, ...]:
        return tuple(
            one
            for one in self._sought
            if self._asked[one.name] >= OFTEN
            and (one is not VERSIONS or self._written)
            and (one.name not in self._read_back or (self._echoes and one.told_by_writes))
        )

    def refused(self) -> dict[str, str]:
        found = {}
        for operation, answers in self._answers.items():
            [(answer, times)] = answers.most_common(1)
            mostly = times >= OFTEN and 4 * times >= 3 * answers.total()
            if operation not in self.worked and mostly and answer[:1] == "4":
                found[operation] = answer
        return {name: answer for name, answer in found.items() if name.isalnum()}

    def _features(self, exchange: Exchange, response: Message) -> None:
        asked, shown = amazon_headers(exchange.request), amazon_headers(response)
        text = response.body.text or ""
        an_object = any(name.lower() == "etag" for name, _ in response.headers)
        document = text[:1] == "<" and (not an_object or self._kept(text))
        line = exchange.request.start_line
        write = line.startswith(("PUT ", "POST "))
        self._echoes = self._echoes or not _ECHOED.isdisjoint(shown)
        for one in list(self._sought):
            told = one.told_in(shown)
            if (document and one.document.search(text)) or (told and write):
                self._sought.remove(one)
                continue
            if told:
                self._read_back.add(one.name)
            if one is VERSIONS:
                self._asked[one.name] += self._for_versions(exchange)
            elif asked and one.in_headers(asked):
                self._asked[one.name] += 1

    def _for_versions(self, exchange: Exchange) -> bool:
        """Whether a bucket is told to keep versions; writes into such a bucket are noted."""
        method, _, target = exchange.request.start_line.partition(" ")
        path, _, query = target.rpartition(" ")[0].partition("?")
        if method != "PUT":
            return False
        done = status_of(exchange) == "200"
        if query.startswith("versioning"):
            if done:
                self._versioned.add(path.rstrip("/"))
            return done
        bucket, _, key = path[1:].partition("/")
        self._written |= done and key != "" and f"/{bucket}" in self._versioned
        return False


# Some servers answer PutObjectTagging with the object's ETag, though they keep the tags.
_SETS_TAGS, _READS_TAGS = "PutObjectTagging", "GetObjectTagging"
# No answer of S3 has these: a server that sends them gives back all headers of a PUT.
_ECHOED = frozenset({"x-amz-date", "x-amz-content-sha256"})
# It is told by the clock, also by servers that compare no signature.
_OF_THE_CLOCK = "RequestTimeTooSkewed"


def _with_another_code(one: Expectation) -> bool:
    """Whether a body that does not match its digest is refused, though not with S3's code."""
    due = one.expected.partition(" ")[2] or one.expected
    return due in ENFORCED["integrity"] and (one.answered or one.actual)[:1] == "4"


def _refused(one: Expectation, result: Result) -> Iterator[str]:
    """What an expectation that held shows to be enforced."""
    alike = (call for call in result.calls if call.operation == one.operation)
    of_source = any(on_its_source(call) for call in alike if answered(call) == one.answered)
    due, came = (said.partition(" ")[2] or said for said in (one.expected, one.actual))
    for name, words in ENFORCED.items():
        if due in words and came in words and came != _OF_THE_CLOCK:
            where = f"{one.operation}{' source' if of_source and name == 'condition' else ''}"
            yield from (name, f"{name}/{where}", f"{name}/{result.row}")
    if came == due and came[:1].isalpha() and not came.startswith(_OF_NO_DOCUMENT):
        yield f"document/{one.operation}"
