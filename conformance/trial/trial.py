"""The trial: one check, through one client, on one endpoint; all that a check can see and do.

It records every call and owns the check's key prefix, bucket names and scratch files. Outcomes
are decided in ``conformance.trial.outcome``, buckets are removed by ``conformance.run.session``.

It is long because it is one object: every way of asking has its method, and says what it takes.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import msgspec

from conformance.clients.base import Answer, Client, ClientCannotError
from conformance.clients.raw import RawClient
from conformance.endpoint.endpoint import HOME_REGION, Endpoint, Who
from conformance.model import Call, Exchange
from conformance.trial.expect import Expect
from conformance.trial.given import Given, SetupError
from conformance.trial.kept import Kept
from conformance.trial.ledger import MOST as MOST_LOOKED_AFTER
from conformance.trial.losses import look_for_losses
from conformance.trial.party import Identity, Party, second_account
from conformance.trial.patience import patiently, unanswered
from conformance.trial.sacrifice import Fence, TrespassError
from matrix.service_model import operation_model

LONGEST_CHECK = 300.0  # seconds after which a check makes no more calls
LONGEST_LARGE = 7200.0  # the same for a check of a row that is large
MAX_CALLS_KEPT = 200  # records of one check; a check that makes more keeps the first and last


class House(Protocol):
    """What a trial needs of the worker it runs in."""

    endpoint: Endpoint
    worker: str
    partners: tuple[str, ...]  # the clients of the run

    def client(self, name: str, who: Who = "own") -> Client:
        """The client called ``name``, with the credentials of ``who``."""
        ...

    def shared_bucket(self) -> str:
        """The worker's shared bucket, made at first use; raises SetupError."""
        ...

    def new_bucket_name(self, ending: str = "", length: int = 0) -> str:
        """A fresh name of this run, journalled."""
        ...

    def new_prefix(self) -> str:
        """A key prefix no other check of this run has."""
        ...

    def raw_client(self, who: Who = "own") -> RawClient:
        """The client that setup goes through, with the credentials of ``who``."""
        ...

    def identity(self, who: Who) -> Identity:
        """Who the endpoint says ``who`` is; raises SetupError where it does not say."""
        ...

    def death(self) -> str | None:
        """What is said of an endpoint that is dead; None of one that answers."""
        ...


class Answers(list[Answer]):
    """The answers that came to bytes sent by hand, in their order."""

    def __init__(self, seen: Sequence[Answer]) -> None:
        super().__init__(one for one in seen if one.exchange and one.exchange.response)
        self._seen = seen

    @property
    def first(self) -> Answer:
        """The first answer; where none came, what says so."""
        return self[0] if self else self._seen[0]

    @property
    def announced_end(self) -> bool:
        """Whether the last answer says that its connection ends: none was to follow.

        https://www.rfc-editor.org/rfc/rfc9112#section-9.6
        """
        if not self:
            return False
        said = self[-1].headers.get("Connection", "").lower()
        tokens = {token.strip() for token in said.split(",")}
        exchange = self[-1].exchange
        answer = exchange.response if exchange is not None else None
        oldest = answer is not None and answer.start_line.startswith("HTTP/1.0")
        return "close" in tokens or (oldest and "keep-alive" not in tokens)


class Trial:
    """One run of one check through one client."""

    def __init__(
        self,
        house: House,
        client: Client,
        scratch: Path,
        *,
        sacrificial: bool = False,
        strict: bool = False,
        large: bool = False,
    ) -> None:
        """``sacrificial``: it may destroy what it reaches, so it reaches its own buckets only.

        ``strict``: wording that differs counts. ``large``: it may take long.
        """
        self._longest = LONGEST_LARGE if large else LONGEST_CHECK
        self.client = client.name
        self.endpoint = house.endpoint
        self.worker = house.worker
        self.expect = Expect(strict=strict)
        self.given = Given(self)
        self.own = Party(self, house, "own")
        self.anonymous = Party(self, house, "anonymous")
        self.kept = Kept(self)
        self.calls: list[Call] = []
        self.answers: list[Answer] = []  # of the check's own calls
        self.bucket_names: list[str] = []
        self._fence = Fence(self.bucket_names) if sacrificial else None
        self.scratch = scratch
        self._house = house
        self._client = client
        self._prefix: str | None = None
        self._other: Party | None = None
        self._numbers = itertools.count(1)
        self._began = time.monotonic()
        self._exchanges: list[Exchange] = []  # of all calls, as long as they can be looked after
        self._standing: list[str] = []  # the shared bucket, once it was used

    @property
    def bucket(self) -> str:
        """The worker's shared bucket; raises TrespassError in a sacrificial trial."""
        if self._fence is not None:
            raise TrespassError("a check of severity data loss has no shared bucket")
        shared = self._house.shared_bucket()
        self._standing = [shared]
        return shared

    @property
    def prefix(self) -> str:
        """This check's own key prefix, ending in ``/``."""
        if self._prefix is None:
            self._prefix = self._house.new_prefix()
        return self._prefix

    def key(self, name: str) -> str:
        """The whole key of ``name`` under this check's prefix."""
        return self.prefix + name

    def source(self, name: str) -> str:
        """``bucket/key`` URL-encoded, as CopySource has it."""
        return quote(f"{self.bucket}/{self.key(name)}", safe="/-_.~")

    def bucket_name(self, ending: str = "", *, length: int = 0) -> str:
        """A fresh bucket name of this run: journalled, not created, removed afterwards.

        ``ending`` and ``length`` (characters, at least) make it a name S3 refuses, for a check
        that wants one refused. A name is sent as it is given here, for that is what is journalled.
        """
        name = self._house.new_bucket_name(ending, length)
        self.bucket_names.append(name)
        return name

    def file(self, data: bytes) -> Path:
        """A scratch file with these bytes."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        path = self.scratch / f"file-{next(self._numbers)}"
        path.write_bytes(data)
        return path

    def folder(self) -> Path:
        """An empty scratch folder, for what a command line is to write."""
        path = self.scratch / f"folder-{next(self._numbers)}"
        path.mkdir(parents=True)
        return path

    def call(self, operation: str, **members: Any) -> Answer:
        """Do ``operation`` through the client, members named as in Amazon's service model.

        Without ``Bucket`` it is the shared bucket, and ``Key`` goes under the check's prefix.
        Raises ClientCannotError where the client has no way to say it.
        """
        return self.call_through(self._client, operation, members)

    def call_through(
        self, client: Client, operation: str, members: Mapping[str, Any], *, by: str = ""
    ) -> Answer:
        """``call`` through this client; ``by`` says whose it is where it is not the check's own."""
        placed = self.placed(operation, members)
        self._in_time()
        if self._fence is not None:
            self._fence.members(operation, placed)
        answer = patiently(lambda: self._tested(client.call(operation, placed)))
        answer.by = by
        return answer

    @property
    def other(self) -> Party:
        """The second account, in a check that ``needs`` it.

        Raises NotTriedError where the run has none, or has two names for one account.
        """
        if self._other is None:
            self._other = second_account(self, self._house)
        return self._other

    @property
    def copies_acls(self) -> bool:
        """Whether the client sets an ACL on each copy, so that the bucket has to take ACLs."""
        return self._client.copies_acls

    @property
    def others(self) -> tuple[str, ...]:
        """The other clients of the run: what this one writes, they should be able to read."""
        return tuple(name for name in self._house.partners if name != self.client)

    def call_by(self, name: str, operation: str, **members: Any) -> Answer:
        """``call``, but by another client of the run; expectations say which."""
        return self.call_through(self._house.client(name), operation, members, by=name)

    def look(self, operation: str, **members: Any) -> Answer:
        """What is there now, asked for by the raw client whatever the trial's own is.

        Members are placed as by ``call``. An error answer is an answer here, for expectations;
        ``given.call`` is for what has to work before the check starts.
        """
        return self.setup_call(operation, self.placed(operation, members))

    def tells_absent(self) -> None:
        """The control of a check that expects success: a bucket that was never made is not there.

        An endpoint that answers success to everything fails here.
        """
        got = self.look("HeadBucket", Bucket=self.bucket_name())
        told = 400 <= got.status < 500
        self.expect.true(told, f"HEAD of a bucket that was never made answers {got.status}, a 4xx")

    def look_for_losses(self, *, failed: bool) -> None:
        """Once the check has ended: note what its requests destroyed and should not have.

        ``failed``: the check did. A check of more than MOST_LOOKED_AFTER requests is not looked
        after. Raises SetupError where it takes too long.
        """
        if len(self._exchanges) <= MOST_LOOKED_AFTER:
            look_for_losses(self, tuple(self._exchanges), self._standing, failed=failed)

    def cli(self, argv: Sequence[str], *, stdin: bytes = b"") -> Answer:
        """One command line of a CLI client, without the program's name and endpoint options."""
        if self._fence is not None:
            self._fence.command(argv)
        return patiently(lambda: self._tested(self._client.cli(argv, stdin=stdin)))

    def raw(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        sign: str = "header",
        **options: Any,
    ) -> Answer:
        """A request by hand, for ``raw`` only; ``path`` and ``query`` are encoded already.

        ``sign``: "header", "query" (presigned, ``expires=`` seconds) or "none". Further options:
        ``payload_hash``, ``after`` (headers replaced after signing), ``at`` (a datetime),
        ``region``, ``credentials`` (``t.other.credentials``), ``timeout``. No redirect is followed.
        """
        if self._fence is not None:
            self._fence.request(path, {**(headers or {}), **(options.get("after") or {})})
        send = self._by_hand("request")
        return patiently(
            lambda: self._tested(
                send(method, path, query=query, headers=headers, body=body, sign=sign, **options)
            )
        )

    def presign(self, operation: str, *, expires: int = 300, **members: Any) -> str:
        """A presigned URL that the client itself makes, members placed as by ``call``."""
        return self.presign_through(self._client, operation, members, expires)

    def presign_through(
        self, client: Client, operation: str, members: Mapping[str, Any], expires: int
    ) -> str:
        """``presign`` through this client, of whichever account it is."""
        made = client.presign(operation, self.placed(operation, members), expires)
        self._record(made.call)
        return made.url

    def open(self, url: str, *, method: str = "GET", body: bytes = b"") -> Answer:
        """The URL as somebody opens it who has nothing else: unsigned, by hand."""
        return self._opened(self._house.raw_client(), url, method, body)

    def open_by(self, name: str, url: str, *, method: str = "GET", body: bytes = b"") -> Answer:
        """``open``, but by another client of the run; raises ClientCannotError where it cannot."""
        answer = self._opened(self._house.client(name), url, method, body)
        answer.by = name
        return answer

    def _opened(self, client: Client, url: str, method: str, body: bytes) -> Answer:
        host = urlsplit(url).netloc
        if self._fence is not None:
            raise TrespassError("a URL could name any bucket; it was not opened")
        if host != self.endpoint.host:
            self.expect.equal(host, self.endpoint.host, "host of the URL")
        return patiently(lambda: self._tested(client.open(url, method=method, body=body)))

    def wire(self, data: bytes, **options: Any) -> Answers:
        """These bytes on a new connection as they stand; every answer that came.

        What got no answer is evidence too: ``Answers.first`` is it where none came.
        """
        if self._fence is not None:
            raise TrespassError("bytes sent by hand could reach any bucket; they were not sent")
        seen: list[Answer] = self._by_hand("wire")(data, **options)
        for answer in seen:
            self._tested(answer)
        return Answers(seen)

    def signed(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        sign: str = "header",
        **options: Any,
    ) -> bytes:
        """The bytes ``raw`` would send, to be changed and given to ``wire``."""
        made: bytes = self._by_hand("signed_bytes")(
            method, path, query=query, headers=headers, body=body, sign=sign, **options
        )
        return made

    def placed(self, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """``members`` with the shared bucket and the prefix put in, where Bucket is left out."""
        placed = dict(members)
        if "Bucket" in placed or not _has_bucket(operation):
            return placed
        placed["Bucket"] = self.bucket
        if "Key" in placed:
            placed["Key"] = self.key(placed["Key"])
        return placed

    def located(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """``members`` of CreateBucket, naming the endpoint's region where S3 asks for it.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
        """
        located = dict(members)
        if self.endpoint.region != HOME_REGION and "CreateBucketConfiguration" not in located:
            located["CreateBucketConfiguration"] = {"LocationConstraint": self.endpoint.region}
        return located

    def location_document(self) -> bytes:
        """The body of a CreateBucket made by hand: empty where S3 asks for no region."""
        if self.endpoint.region == HOME_REGION:
            return b""
        location = f"<LocationConstraint>{self.endpoint.region}</LocationConstraint>"
        return f"<CreateBucketConfiguration>{location}</CreateBucketConfiguration>".encode()

    def setup_call(self, operation: str, members: Mapping[str, Any], who: Who = "own") -> Answer:
        """Do ``operation`` by the raw client of ``who`` and record it as setup."""
        if self._fence is not None:
            self._fence.members(operation, members)
        self._in_time()
        raw = self._house.raw_client(who)
        return patiently(lambda: self._set_up(raw.call(operation, members)))

    def _set_up(self, answer: Answer) -> Answer:
        answer.for_checks = True
        self._record(msgspec.structs.replace(answer.call, purpose="setup"))
        return answer

    def _tested(self, answer: Answer) -> Answer:
        answer.for_checks = True
        self.answers.append(answer)
        self._record(answer.call)
        return answer

    def _in_time(self) -> None:
        """Raise SetupError once the check has gone on for too long, or the endpoint is dead."""
        if time.monotonic() - self._began > self._longest:
            raise SetupError(f"the check had not ended after {self._longest:.0f} s, and was ended")
        if unanswered(self.calls) and (dead := self._house.death()) is not None:
            raise SetupError(f"the endpoint {dead}")

    def _record(self, call: Call) -> None:
        if len(self.calls) >= MAX_CALLS_KEPT:
            del self.calls[MAX_CALLS_KEPT // 2]
        self.calls.append(call)
        if len(self._exchanges) <= MOST_LOOKED_AFTER:
            self._exchanges += call.exchanges

    def _by_hand(self, name: str) -> Any:
        self._in_time()
        method = getattr(self._client, name, None)
        if method is None:
            raise ClientCannotError(f"{self.client} sends no requests made by hand")
        return method


def _has_bucket(operation: str) -> bool:
    """Whether ``operation`` takes a Bucket; raises KeyError for a name Amazon's model lacks."""
    shape = operation_model(operation).input_shape
    return shape is not None and "Bucket" in shape.members
