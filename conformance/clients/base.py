"""What a client is: the one interface every way of calling S3 has. No client is defined here."""

from __future__ import annotations

import abc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import jmespath

from conformance.clients.fetching import Fetch
from conformance.endpoint.endpoint import Endpoint
from conformance.model import Call, Exchange

CliMode = Literal["warm", "subprocess"]  # how CLI clients start their program


class ClientCannotError(Exception):
    """The client has no way to say it; the message says why, for the report."""


class MissingMemberError(Exception):
    """The answer lacks a member the check cannot go on without: the endpoint's failure."""


class UnreadableError(MissingMemberError):
    """The answer is no success, or another document than the operation's: nothing can be read."""


class MissingHeaderError(MissingMemberError, KeyError):
    """The answer lacks a header the check cannot go on without: the endpoint's failure."""

    def __str__(self) -> str:
        return f"the answer has no header {self.args[0]}"


class Headers(Mapping[str, str]):
    """Headers of an answer: case-insensitive, repeated ones joined by ``", "``.

    ``headers[name]`` raises MissingHeaderError without it; ``get`` answers None.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)
        self._joined: dict[str, str] = {}
        for name, value in self.pairs:
            known = self._joined.get(name.lower())
            self._joined[name.lower()] = value if known is None else f"{known}, {value}"

    def __getitem__(self, name: str) -> str:
        try:
            return self._joined[name.lower()]
        except KeyError:
            raise MissingHeaderError(name) from None

    def values_of(self, name: str) -> list[str]:
        """The different values of a header, in the order they came."""
        found = [value for known, value in self.pairs if known.lower() == name.lower()]
        return list(dict.fromkeys(found))

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined)

    def __len__(self) -> int:
        return len(self._joined)


@dataclass
class Answer:
    """What one call through a client brought, the same for every client.

    ``status``, ``headers``, ``code``, ``message`` and ``error`` are read from the wire (the last
    exchange that belongs to the operation), whatever the client chose to print. ``parsed`` is
    the wire response parsed by botocore's parser for the operation, ``members`` the same for
    checks. ``body`` is what the client *delivered*: the file it wrote, the stream it returned;
    None where it delivered none.

    What a check takes from one answer for its next request it takes by ``need…``: an answer
    that lacks it ends the check, as a failure of that answer.
    """

    operation: str
    client: str
    status: int = 0  # 0: no answer came
    headers: Headers = field(default_factory=Headers)
    parsed: dict[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    wire_body: bytes = b""  # body of the operation's response on the wire, whole
    code: str | None = None  # S3 error code, from the error body
    message: str | None = None
    error: dict[str, str] = field(default_factory=dict)  # every member of the error body
    succeeded: bool = False  # the client's own view: exit code 0, no exception
    strange: str | None = None  # a success with another document than the operation's: which
    misnamed: str | None = None  # the operation's document, under a root of another name: which
    repeats_a_version: bool = False  # set by setup: a marker's id is that of an earlier version
    for_checks: bool = False  # set by the trial: nothing is read from what cannot be read
    by: str = ""  # set where it is another client than the check's own
    exchange: Exchange | None = None  # the one the fields above were read from
    call: Call = field(default_factory=lambda: Call(operation=""))

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange of the call, redirects and look-ups included."""
        return self.call.exchanges

    @property
    def output(self) -> str:
        """What the client printed on its standard output (CLI clients)."""
        return self.call.stdout

    @property
    def shows_codes(self) -> bool:
        """Whether an error's code is S3's. Where it is not, its status has to tell."""
        return True

    def beyond(self, what: str, expected: str) -> str | None:  # noqa: ARG002 -- for other answers
        """Why the client could not have shown ``what`` (an expectation's words); None: it could."""
        return None

    def asked(self, name: str) -> str | None:
        """A header of the request that was answered, whatever its case; None without it."""
        sent = self.exchange.request.headers if self.exchange else ()
        return next((value for known, value in sent if known.lower() == name.lower()), None)

    @property
    def of_a_look(self) -> bool:
        """The client looked with HEAD before what it was told, and stopped at that answer."""
        line = self.exchange.request.start_line if self.exchange else ""
        return line.startswith("HEAD ") and not self.operation.startswith("Head")

    @property
    def good(self) -> bool:
        """A 2xx came."""
        return 200 <= self.status < 300

    @property
    def members(self) -> dict[str, Any]:
        """``parsed``; in a check it raises UnreadableError where ``unreadable`` says why."""
        if self.for_checks and (why := self.unreadable):
            raise UnreadableError(f"{self.operation} answered {self.status}: {why}")
        return self.parsed

    @members.setter
    def members(self, parsed: dict[str, Any]) -> None:
        self.parsed = parsed

    @property
    def complaint(self) -> str:
        """The line in which the program said what went wrong; "" where it said nothing.

        A banner of punctuation is none, and s3cmd puts two round the line that begins `Problem:`.
        """
        lines = [line.strip() for line in self.call.stderr.splitlines()]
        said = [line for line in lines if any(char.isalnum() for char in line)]
        problem = [line for line in said if line.startswith("Problem: ")]
        return (problem or said or [""])[-1]

    @property
    def unreadable(self) -> str | None:
        """Why no member can be read: the answer is no success, or not the operation's document."""
        if self.good:
            return self.strange
        return f"{self.code or 'no success'}, so there is nothing to read"

    def need(self, member: str) -> Any:
        """A member the check cannot go on without, or a path to it such as ``Parts[0].ETag``.

        Raises MissingMemberError without it.
        """
        if self.good and self.strange:
            raise MissingMemberError(f"{self._answered}: {self.strange}")
        found = None if self.unreadable else jmespath.search(member, self.parsed)
        if found is None:
            raise MissingMemberError(f"{self._answered} without {member}")
        return found

    def need_header(self, name: str) -> str:
        """A header the check cannot go on without; raises MissingMemberError without it."""
        value = self.headers.get(name)
        if not value:
            raise MissingMemberError(f"{self._answered} without {name}")
        return value

    def need_version_id(self) -> str:
        """x-amz-version-id; raises MissingMemberError without one, or for the version "null".

        So it does for a delete marker's that is the id of a version: by it, that version is meant.
        """
        value = self.need_header("x-amz-version-id")
        if self.repeats_a_version:
            raise MissingMemberError(f"{self._answered} with the id of a version, not of a marker")
        if value == "null":
            raise MissingMemberError(f"{self._answered} with the version id null")
        return value

    def need_etag(self) -> str:
        """The ETag header with its quotes; raises MissingMemberError without one."""
        return self.need_header("ETag")

    @property
    def _answered(self) -> str:
        code = f" {self.code}" if self.code else ""
        return f"{self.operation} answered {self.status or 'nothing'}{code}"


@dataclass(frozen=True)
class Presigned:
    """A URL that a client made, and the call that made it."""

    url: str
    call: Call


class Client(abc.ABC):
    """A way of calling S3, bound to one endpoint and one scratch folder.

    A client module in ``conformance/clients/`` defines one subclass with a ``name``; it is found
    by discovery. A client keeps its configuration and home in ``scratch``: the user's own are
    neither read nor written. It never retries an answer; retries for throttling and connection
    trouble are the trial's. ``cli_mode`` matters to the CLI clients only.
    """

    name: ClassVar[str]
    family: ClassVar[str] = "others"  # its columns stand together in reports
    usual: ClassVar[bool] = True  # tried where neither the run nor the profile names its clients
    copies_acls: ClassVar[bool] = False  # with each copy it asks that it have the source's ACL
    like: ClassVar[str] = ""  # another client: a check that is for that one is for this one, too
    comes_from: ClassVar[str] = "pip install s3compat"  # what a person installs to have it

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        self.endpoint = endpoint
        self.scratch = scratch
        self.cli_mode = cli_mode

    @classmethod
    @abc.abstractmethod
    def version(cls) -> str:
        """The client's own version line; raises ClientCannotError where it is not installed."""

    @abc.abstractmethod
    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        """Do ``operation`` with members named as in Amazon's service model (as boto3 does).

        Raises ClientCannotError where the client cannot say it. An error answer of the endpoint
        is an Answer, not an exception.
        """

    @classmethod
    def fetch(cls, version: str | None = None) -> Fetch:  # noqa: ARG003 -- for clients that can
        """How it is fetched into the user's cache, today's version or the one that is named.

        Raises ClientCannotError where `s3compat clients install` cannot, with what to do instead.
        """
        raise ClientCannotError(f"{cls.name} is not fetched: {cls.comes_from}")

    def cli(self, argv: Sequence[str], *, stdin: bytes = b"") -> Answer:  # noqa: ARG002 -- CLI clients use it
        """Run one command line of the client, endpoint options added; only CLI clients can."""
        raise ClientCannotError(f"{self.name} has no command line ({' '.join(argv)!r})")

    def presign(self, operation: str, parameters: Mapping[str, Any], expires: int) -> Presigned:  # noqa: ARG002 -- for clients that can
        """A presigned URL for ``operation``, good for ``expires`` seconds; nothing is sent."""
        raise ClientCannotError(f"{self.name} makes no presigned URLs")

    def open(self, url: str, *, method: str = "GET", body: bytes = b"") -> Answer:  # noqa: ARG002 -- for clients that can
        """A presigned URL, as somebody opens it who has nothing else; nothing is signed."""
        raise ClientCannotError(f"{self.name} opens no URLs")

    def close(self) -> None:  # noqa: B027 -- most clients keep nothing running
        """End whatever the client keeps running."""
