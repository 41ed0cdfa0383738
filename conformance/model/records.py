"""The records a run is made of: every line of a run log is one of these, and nothing else is.

msgspec gives each of them strict decoding and its JSON Schema, so the format has one definition.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

FORMAT_VERSION = 1


UNSUPPORTED = "unsupported"  # a claim: what a profile says of a row
LOSS = "data loss: "  # how the reason of a loss begins


class Outcome(StrEnum):
    """What one check showed through one client on one endpoint."""

    PASS = "pass"  # the endpoint answered as S3 does, as far as the check looked
    FAIL = "fail"  # the endpoint answered differently from S3
    DECLARED = "declared"  # different from S3, but exactly as the profile declares
    NOT_CLAIMED = "not_claimed"  # the profile says unsupported, and the endpoint refuses cleanly
    CLIENT_CANNOT = "client_cannot"  # the client has no way to send the request
    NOT_TRIED = "not_tried"  # the run lacks what the check needs, such as a second account
    BLOCKED = "blocked"  # could not be set up: the check could not prepare what it needs
    ERROR = "error"  # s3compat failed, or kept the client from another host


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """A recorded body: at most a few KiB are kept, and the record says when it was more."""

    size: int = 0  # bytes that crossed the wire, before truncation
    text: str | None = None  # set when the kept bytes are UTF-8
    base64: str | None = None  # set otherwise
    truncated: bool = False  # whether less is kept than was sent
    sha256: str | None = None  # of the whole body, when it is longer than what is kept


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One half of an exchange. Headers keep their order, spelling and repetitions."""

    start_line: str  # "GET /bck/key HTTP/1.1" or "HTTP/1.1 200 OK"
    headers: tuple[tuple[str, str], ...] = ()  # name and value of each
    body: Body = Body()  # of it
    complete: bool = True  # False when the connection ended before the message did


class Exchange(msgspec.Struct, frozen=True, omit_defaults=True):
    """One HTTP request and what came back, redacted when it was written."""

    url: str  # scheme://host:port of the connection
    request: Message  # as it was sent
    response: Message | None = None  # None: no answer came
    interim: tuple[Message, ...] = ()  # 1xx answers before the final one
    started: float = 0.0  # Unix time, seconds
    milliseconds: float = 0.0  # until the answer was read
    note: str | None = None  # what went wrong on the connection, if anything
    curl: str | None = None  # a command line that sends the same request again


class Call(msgspec.Struct, frozen=True, omit_defaults=True):
    """One use of a client: what was asked of it, what it said, what crossed the wire."""

    operation: str  # Amazon's operation name, or the CLI subcommand ("s3 sync")
    purpose: Literal["setup", "test"] = "test"  # for the check itself, or to set it up
    client: str = ""  # the client that was used
    parameters: str = ""  # the members, for reading; long values shortened
    command: str | None = None  # a line a person can copy: CLI argv or Python
    exit_code: int | None = None  # of a command line
    stdout: str = ""  # of a command line
    stderr: str = ""  # for boto3 and raw: the exception, if one was raised
    exchanges: tuple[Exchange, ...] = ()  # what crossed the wire, in order


class Expectation(msgspec.Struct, frozen=True):
    """One thing a check looked at. ``operation`` and ``answered`` are of the answer it was seen on,
    and empty where the check worked it out itself.
    """

    what: str  # what was looked at: "status", "header ETag", a member's path
    expected: str  # what S3 answers
    actual: str  # what came
    ok: bool  # whether it held
    lost: bool = False  # not ok, and what was there before is gone or overwritten
    wording: bool = False  # no client depends on it: where it differs, only --strict counts it
    operation: str = ""  # Amazon's operation name, or the request line or command as it was sent
    answered: str = ""  # "404 NoSuchKey", "200", or "no answer"


class Declaration(msgspec.Struct, frozen=True):
    """Where a difference is declared: the documentation's words, and the page they are on."""

    words: str  # what the documentation says
    cite: str  # the page that says it


class Shard(msgspec.Struct, frozen=True):
    """Which part of a run a log is."""

    number: int  # from 1
    of: int  # how many there are
    planned: int  # outcomes of the whole run
    plan: str  # digest of the division: the same in all shards of one run
    name: str = ""  # what the shards of one run were called, where they were


class RunHeader(msgspec.Struct, frozen=True, tag="header", tag_field="kind"):
    """The first line of a run log."""

    run_id: str  # also in the name of every bucket of the run
    started: str  # ISO 8601, UTC
    endpoint: str  # the label of the endpoint's column in reports
    url: str  # of the endpoint
    region: str  # requests were signed for
    addressing: str  # "path" or "virtual"
    profile: str  # the profile's name
    s3compat: str  # our version
    matrix: str  # version of the matrix: a digest of rows and checks
    clients: dict[str, str]  # client -> version, as the client itself says it
    python: str  # its version, that the suite ran in
    selection: dict[str, str] = {}  # the filters that were given
    planned: int = 0  # outcomes this run will have
    strict: bool = False  # wording that differs is a fail, too
    families: dict[str, str] = {}  # client -> family ("JVM"); columns of one stand together
    generation: str = ""  # a label that sets runs apart in one report ("before-checksums")
    server: dict[str, str] = {}  # of a known server: name, version, package, source
    shard: Shard | None = None  # set where the log is one shard of a run
    keep: bool = False  # the buckets stay when it ends, as --keep asks
    again: tuple[str, ...] | None = None  # the options of `s3compat run` for this endpoint
    shuffled: int | None = None  # the seed of its random order; None: the order of the matrix
    format: int = FORMAT_VERSION  # of this file


class Result(msgspec.Struct, frozen=True, tag="result", tag_field="kind"):
    """One outcome: a check through a client, with the evidence for it."""

    check: str  # "get-object-range.suffix_range_returns_the_tail"
    client: str  # it was tried through
    row: str  # the row the check is under
    outcome: Outcome  # what it showed
    title: str  # first line of the check's docstring
    level: str  # "must", "should" or "may"
    spec: str  # the page of Amazon's reference that says it
    verified: str  # "aws-recorded DATE", "documented", "reported" or "observed"
    explanation: str = ""  # the rest of the docstring
    reason: str = ""  # why the outcome is what it is, one line
    proved_by: tuple[str, ...] = ()  # deviations of the reference server with which the check fails
    claim: str = "supported"  # what the profile says of the row
    declared: Declaration | None = None  # set where the outcome is "declared"
    severity: str = ""  # "data loss": the check looks whether data survives
    expectations: tuple[Expectation, ...] = ()  # all that it looked at
    calls: tuple[Call, ...] = ()  # all calls of the check, setup first
    seconds: float = 0.0  # how long the check took
    worker: str = ""  # the process that ran the check

    @property
    def id(self) -> str:
        """The full, copyable name of this outcome: ``row.check[client]``."""
        return f"{self.check}[{self.client}]"

    @property
    def data_lost(self) -> bool:
        """Whether data was seen to be destroyed or overwritten."""
        return any(expectation.lost for expectation in self.expectations)

    @property
    def bare_reason(self) -> str:
        """The reason, for places that have said already that data was lost."""
        return self.reason.removeprefix(LOSS) if self.data_lost else self.reason

    @property
    def details(self) -> int:
        """How many expectations of mere wording did not hold."""
        return sum(1 for one in self.expectations if one.wording and not one.ok)


class RunFooter(msgspec.Struct, frozen=True, tag="footer", tag_field="kind"):
    """The last line of a run log; a log without it is a crashed run."""

    finished: str  # ISO 8601, UTC
    seconds: float  # the run took
    counts: dict[str, int]  # outcome -> number
    leftovers: tuple[str, ...] = ()  # what is still there: "s3://bucket" or "s3://bucket/key"
    ended_by: str = "finished"  # or "interrupted", or why the harness stopped


Record = RunHeader | Result | RunFooter
