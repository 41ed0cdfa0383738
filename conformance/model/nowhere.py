"""What an endpoint shows nowhere in a whole run: a feature without a trace, an operation that is
always refused.

One feature that is missing makes failures of many kinds. That it is missing cannot be told from one
outcome; from a run it can: it was asked for often, and no answer of any check ever showed it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from conformance.model.misread import header_refused, ignored_subresources
from conformance.model.records import Call, Exchange, Expectation, Message, Result
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


_SEALED = "x-amz-server-side-encryption-customer-"


@dataclass(frozen=True)
class Feature:
    """One that is asked for by headers of a request, and shown by headers of answers."""

    name: str  # in the key of a cause
    title: str  # of the cause where it is nowhere
    asked: str  # how the headers begin that ask for it
    shown: tuple[str, ...]  # how the headers begin that show it
    member: re.Pattern[str]  # names of members that show it
    document: re.Pattern[str]  # what shows it in a document
    rows: frozenset[str]  # what is accepted in them though S3 refuses it is of this feature

    def explains(
        self, result: Result, looked_at: str, call: Call | None, *, accepted: bool
    ) -> bool:
        """Whether a mismatch comes of it: what is missing would show it, or should be refused."""
        header = looked_at.removeprefix("header ")
        if header != looked_at:
            name = header.lower()
            return self.in_headers([name]) or name.startswith(self.shown[1:])
        if looked_at not in ("status", "error code"):
            return self.member.search(looked_at) is not None
        return accepted and result.row in self.rows and call is not None and self.asked_by(call)

    def refused(self, call: Call) -> bool:
        """Whether it is the headers that ask for it which were refused as not implemented."""
        return header_refused(call).rstrip("*").startswith(self.asked)

    def asked_by(self, call: Call) -> bool:
        """Whether a request of this call has a header that asks for it."""
        return any(self.in_headers(_amazon(one.request)) for one in call.exchanges)

    def in_headers(self, names: Iterable[str]) -> bool:
        """Whether one of these (lower case) is its own; a customer's key is another feature."""
        own = [name for name in names if name.startswith(self.asked)]
        return any(self.asked == _SEALED or not name.startswith(_SEALED) for name in own)


def _feature(
    name: str,
    title: str,
    asked: str,
    *also: str,
    member: str,
    rows: Iterable[str],
    document: str = "",
) -> Feature:
    document = document or rf"<{member.strip('^')}"
    return Feature(
        name,
        title,
        asked,
        (asked, *also),
        re.compile(rf"(?:^|[^A-Za-z])(?:{member.removeprefix('^')})"),
        re.compile(document),
        frozenset(rows),
    )


VERSIONS = _feature(
    "versions",
    "Versions are not kept: no answer names the id of one, though buckets are to keep them",
    "x-amz-version-id",
    "x-amz-delete-marker",
    "x-amz-copy-source-version-id",
    member="^(?:Delete[Mm]arker)?VersionId|DeleteMarker",
    document=r"<VersionId>(?!null<)[^<]",
    rows=("versioning", "object-versions", "list-object-versions"),
)
FEATURES = (
    _feature(
        "checksums",
        "Checksums are not implemented: no answer tells one, though requests send and ask for them",
        "x-amz-checksum-",
        member="^Checksum",
        rows=("checksums",),
    ),
    _feature(
        "sse-c",
        "Encryption with the customer's key (SSE-C) is not implemented: its headers are ignored",
        _SEALED,
        member="^SSECustomer",
        rows=("sse-c",),
    ),
    _feature(
        "sse",
        "Encryption with S3's keys (SSE-S3, SSE-KMS) is not implemented: no answer tells of it",
        "x-amz-server-side-encryption",
        member="^(?:ServerSideEncryption|SSEKMS|BucketKeyEnabled)",
        rows=("sse-s3", "sse-kms"),
    ),
    _feature(
        "storage-class",
        "Storage classes are not kept: no answer names the class that a request asked for",
        "x-amz-storage-class",
        member="^StorageClass",
        document=r"<StorageClass>(?!STANDARD<)[^<]",
        rows=("storage-class",),
    ),
    _feature(
        "object-lock",
        "Object lock is not implemented: no answer shows a retention or a legal hold",
        "x-amz-object-lock-",
        member="^(?:ObjectLock|Retention|LegalHold)",
        rows=("retention",),
    ),
)


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
    always: dict[str, str] = field(default_factory=dict)  # operation -> the refusal it ends with
    # sub-resource -> the operations whose requests for it were taken for others
    ignored: dict[str, set[str]] = field(default_factory=dict)
    ignored_in: dict[str, dict[str, set[str]]] = field(default_factory=dict)  # the same by outcome


def evidence_of(results: Iterable[Result], bad: Iterable[Result]) -> Evidence:
    """What the results of a whole run say together; ``bad`` are those that failed."""
    run = _Run()
    enforced: set[str] = set()
    for result in results:
        for call in result.calls:
            run.look(call)
        for one in result.expectations:
            if one.ok and one.expected[:1] not in ("1", "2"):
                enforced.update(_refused(one, result.row))
        run.guard(result)
    ignored: dict[str, set[str]] = {}
    ignored_in = {result.id: ignored_subresources(result) for result in bad}
    for shown in ignored_in.values():
        for name, operations in shown.items():
            ignored.setdefault(name, set()).update(operations)
    return Evidence(
        run.missing(), run.unguarded(), frozenset(enforced), run.refused(), ignored, ignored_in
    )


class _Run:
    """What is seen on the way through the calls of a run."""

    def __init__(self) -> None:
        self._sought = [VERSIONS, *FEATURES]
        self._asked: Counter[str] = Counter()
        self._guarded: dict[str, list[bool]] = {}
        self._worked: set[str] = set()  # operations that succeeded once
        self._answers: dict[str, Counter[str]] = {}  # of the others

    def look(self, call: Call) -> None:
        if self._sought:
            for exchange in call.exchanges:
                if exchange.response is not None:
                    self._features(exchange, exchange.response)
        if call.operation not in self._worked:
            answer = answered(call)
            if answer[:1] == "2":
                self._worked.add(call.operation)
            else:
                self._answers.setdefault(call.operation, Counter())[answer] += 1

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
        return tuple(one for one in self._sought if self._asked[one.name] >= OFTEN)

    def refused(self) -> dict[str, str]:
        found = {}
        for operation, answers in self._answers.items():
            [(answer, times)] = answers.most_common(1)
            mostly = times >= OFTEN and 4 * times >= 3 * answers.total()
            if operation not in self._worked and mostly and answer[:1] == "4":
                found[operation] = answer
        return {name: answer for name, answer in found.items() if name.isalnum()}

    def _features(self, exchange: Exchange, response: Message) -> None:
        asked, shown = _amazon(exchange.request), _amazon(response)
        text = response.body.text or ""
        document = text[:1] == "<" and not any(
            name.lower() == "etag" for name, _ in response.headers
        )
        line = exchange.request.start_line
        for one in list(self._sought):
            if one.in_headers(shown) or (document and one.document.search(text)):
                self._sought.remove(one)
            elif one is VERSIONS:
                self._asked[one.name] += line.startswith("PUT ") and "?versioning" in line
            elif asked and one.in_headers(asked):
                self._asked[one.name] += 1


# It is told by the clock, also by servers that compare no signature.
_OF_THE_CLOCK = "RequestTimeTooSkewed"


def _refused(one: Expectation, row: str) -> Iterator[str]:
    """What an expectation that held shows to be enforced."""
    due, came = (said.partition(" ")[2] or said for said in (one.expected, one.actual))
    for name, words in ENFORCED.items():
        if due in words and came in words and came != _OF_THE_CLOCK:
            yield from (name, f"{name}/{one.operation}", f"{name}/{row}")
    if came == due and came[:1].isalpha() and not came.startswith(_OF_NO_DOCUMENT):
        yield f"document/{one.operation}"


def _amazon(message: Message) -> list[str]:
    """The names of Amazon's headers that say something; a version "null" is none."""
    return [
        name.lower()
        for name, value in message.headers
        if name[:6] in ("x-amz-", "X-Amz-") and value not in ("", "null")
    ]
