"""A worker's life: its clients, its shared bucket, its buckets' names, one check after another.

A trial sees only what it needs of this; what happened comes out as a Result. It is long because
the life of a worker is one state: what a check leaves behind decides what the next one is given.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from conformance.clients.base import Answer, Client, CliMode, MissingMemberError
from conformance.endpoint.endpoint import Endpoint, Who
from conformance.evidence.redact import Redactor
from conformance.evidence.tripwire import REFUSED
from conformance.model import Call, Outcome, Result
from conformance.model.verdict import OBSERVED
from conformance.roster import client_classes
from conformance.run.cleanup import Remover
from conformance.run.death import Death
from conformance.run.journal import Journal, bucket_prefix
from conformance.run.made_result import make_result
from conformance.run.shared import SharedBucketCare, server_failed
from conformance.run.written import Written
from conformance.trial.check import DATA_LOSS, OTHER_ACCOUNT, Check
from conformance.trial.expect import Expect
from conformance.trial.given import SetupError
from conformance.trial.outcome import Decision, Seen, decide
from conformance.trial.party import NO_SECOND, Identity
from conformance.trial.patience import patiently, unanswered
from conformance.trial.setup_client import SetupClient
from conformance.trial.trial import Trial
from matrix import Matrix, Profile, why_not

SHARED_TRIES = 3  # shared buckets a worker makes before it gives up
CONNECT_TIMEOUT = 5.0  # seconds
LONGEST_REMOVAL = 120.0  # seconds for one bucket and what is in it
LONGEST_CLEANING = 240.0  # seconds for all that a worker has left
LONGEST_LOCK = 75.0  # seconds that removing waits for a lock to end by itself
RESTART_TIME = 15.0  # seconds a crashed server gets to be started again
ANSWER_TIME = 30.0  # seconds an endpoint that left a check without answer gets to list its buckets


class Session:
    """One worker of a run on one endpoint. Not for use by several threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        matrix: Matrix,
        profile: Profile,
        journal: Journal,
        scratch: Path,
        worker: str = "",
        cli_mode: CliMode = "warm",
        partners: Sequence[str] = ("raw", "boto3"),
        strict: bool = False,
        keep: bool = False,
        throwaway: bool = False,
    ) -> None:
        """``scratch`` is a folder of this worker's own; it is removed by ``close``.

        ``partners`` are the clients that checks between clients may use; ``strict`` makes wording
        that differs count. With ``keep`` buckets stay as the checks left them, and the journal
        names them still. A ``throwaway`` endpoint goes with the run, and what is locked with it.
        """
        self.partners = tuple(partners)
        self.dead: Death | None = None  # how the endpoint was found dead in the last check
        self._strict = strict
        self._keep = keep
        self._throwaway = throwaway
        self._cli_mode = cli_mode
        self._redactor = Redactor(endpoint.all_credentials)
        self.endpoint = endpoint
        self.worker = worker
        self._matrix = matrix
        self._profile = profile
        self._journal = journal
        self._scratch = scratch
        self._numbers = itertools.count(1)
        self._clients: dict[tuple[str, Who], Client] = {}
        self._setup: dict[Who, SetupClient] = {}
        self._identities: dict[Who, Identity] = {}
        self._shared: str | None = None
        self._shared_made = 0
        self._care = SharedBucketCare(self._ask)
        self._shared_trouble: SetupError | None = None
        self._written = Written(endpoint)  # into buckets that are not known to be gone
        self._pending: list[str] = []  # names not known to be gone
        self._locked: dict[str, datetime] = {}  # bucket -> when its last lock ends

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def client(self, name: str, who: Who = "own") -> Client:
        """The client called ``name`` as ``who``, kept for the worker's life; raises KeyError."""
        if (name, who) not in self._clients:
            scratch = self._scratch / (name if who == "own" else f"{name}-{who}")
            scratch.mkdir(parents=True, exist_ok=True)
            self._clients[name, who] = client_classes()[name](
                self.endpoint.seen_by(who), scratch, cli_mode=self._cli_mode
            )
        return self._clients[name, who]

    def raw_client(self, who: Who = "own") -> SetupClient:
        """The client that setup, looking and cleaning up go through, as ``who``."""
        if who not in self._setup:
            self._setup[who] = SetupClient(self.endpoint.seen_by(who), self._scratch)
        return self._setup[who]

    def identity(self, who: Who) -> Identity:
        """Who ListBuckets says ``who`` is, asked once; raises SetupError where it does not say."""
        if who not in self._identities:
            answer = patiently(lambda: self.raw_client(who).call("ListBuckets", {}))
            canonical = (answer.members.get("Owner") or {}).get("ID")
            if answer.status != 200 or not canonical:
                raise SetupError(
                    f"setup: ListBuckets answered {answer.status} {answer.code or ''}".rstrip()
                    + " and does not say whose the buckets are",
                    answer,
                )
            self._identities[who] = Identity(canonical)
        return self._identities[who]

    def new_bucket_name(self, ending: str = "", length: int = 0) -> str:
        """A fresh name of this run, on disk in the journal before it is returned.

        ``length``: at least so many characters.
        """
        worker = f"{self.worker}-" if self.worker else ""
        name = f"{bucket_prefix(self._journal.run_id)}{worker}{next(self._numbers)}{ending}"
        name = name.ljust(length, "x")
        self._journal.name(name)
        self._pending.append(name)
        return name

    def new_prefix(self) -> str:
        """A key prefix no other check of this worker has."""
        return f"{next(self._numbers)}/"

    def shared_bucket(self) -> str:
        """The worker's shared bucket, made at first use; raises SetupError if it cannot be."""
        if self._shared is not None:
            return self._shared
        if self._shared_trouble is not None and self._shared_made >= SHARED_TRIES:
            raise self._shared_trouble
        self._shared_made += 1
        trial = Trial(self, self.raw_client(), self._scratch)
        try:
            self._shared = trial.given.bucket()
        except SetupError as trouble:
            self._shared_trouble = SetupError(f"no shared bucket: {trouble}", trouble.answer)
            raise self._shared_trouble from trouble
        if self._shared_made > 1:
            self._care.learn(self._shared)
        return self._shared

    def run(self, check: Check, client_name: str) -> Result:
        """Run one check through one client. Never raises for what the endpoint or check does."""
        self.dead = None
        row = self._matrix.rows.get(check.row)
        claim = self._profile.claim(check.row)
        if row is not None and client_name in row.cannot and client_name not in check.only:
            cannot = Decision(Outcome.CLIENT_CANNOT, row.cannot[client_name])
            return make_result(check, client_name, row, claim.support, cannot)
        if check.needs == OTHER_ACCOUNT and self.endpoint.other_credentials is None:
            lacking = Decision(Outcome.NOT_TRIED, NO_SECOND)
            return make_result(check, client_name, row, claim.support, lacking)
        if (limit := why_not(client_name, check.id)) is not None:
            cannot = Decision(Outcome.CLIENT_CANNOT, limit)
            return make_result(check, client_name, row, claim.support, cannot)
        started = time.monotonic()
        scratch = self._scratch / f"check-{next(self._numbers)}"
        trouble: Exception | None = None
        trial: Trial | None = None
        try:
            trial = Trial(
                self,
                self.client(client_name),
                scratch,
                sacrificial=check.severity == DATA_LOSS,
                strict=self._strict,
                large=row is not None and row.large is not None,
            )
            check.function(trial)
        except Exception as raised:  # noqa: BLE001 - whatever a check raises becomes an outcome
            trouble = raised
        # what looks for losses sends is no setup of the check
        prepared = _prepared(trial.calls) if trial is not None else ()
        if self.dead is None and trial is not None and unanswered(trial.calls):
            self.death()
        if trial is not None and check.verified != OBSERVED and self.dead is None:
            try:
                _look_for_losses(trial, trouble)
            except Exception as raised:  # noqa: BLE001 - an error of ours is an outcome, too
                trouble = trouble or raised
        seconds = time.monotonic() - started
        seen = Seen(
            expect=trial.expect if trial is not None else Expect(),
            answers=trial.answers if trial is not None else (),
            trouble=trouble,
            operations=row.operations if row is not None else (),
            claim=claim.support,
            declared=self._profile.declarations(check.row, check.id.rpartition(".")[2]),
            claimed=claims(self._matrix, self._profile),
            guards_data=check.severity == DATA_LOSS,
            elsewhere=_kept_from(trial.calls) if trial is not None else (),
            prepared=prepared,
        )
        made = make_result(check, client_name, row, claim.support, decide(seen), trial, seconds)
        result = self._redactor.record(made)
        if trial is not None:
            self._written.note(trial.calls)
            if self.dead is None:  # else its buckets are removed at the end, if it is back by then
                self._tidy(trial, result.outcome)
        return result

    def remove_all(self, names: Iterable[str]) -> list[str]:
        """Remove these buckets of the run, whoever made them; what stays."""
        self._pending += [name for name in names if name not in self._pending]
        left = self._remove_pending()
        self._pending.clear()
        return left

    def death(self) -> Death | None:
        """How the endpoint is dead; None where it answers within ANSWER_TIME, whatever it says."""
        self.dead = self._death()
        if self.dead is Death.SILENT:  # one that hung may just have been ended, to be started again
            self.dead = self._death()
        return self.dead

    def _death(self) -> Death | None:
        if not self._reachable():
            return Death.ENDED
        answered = self.raw_client().request("GET", "/", timeout=ANSWER_TIME).status
        return None if answered else Death.SILENT

    def _reachable(self) -> bool:
        """Whether the endpoint accepts connections, now or within RESTART_TIME.

        A server that a request crashed may have somebody who starts it again.
        """
        parts = urlsplit(self.endpoint.url)
        address = (parts.hostname or "", parts.port or (443 if self.endpoint.secure else 80))
        attempts = Retrying(
            retry=retry_if_exception_type(OSError),
            stop=stop_after_delay(RESTART_TIME),
            wait=wait_fixed(0.5),
            reraise=True,
        )
        try:
            attempts(socket.create_connection, address, CONNECT_TIMEOUT).close()
        except OSError:
            return False
        return True

    def doubt_shared_bucket(self) -> None:
        """What the endpoint had may be gone, or spoilt: it was started again, or it failed."""
        if self._shared is not None and not self._care.works(self._shared):
            self._shared = None

    def close(self) -> list[str]:
        """Remove what is left of this worker's buckets and end its clients; the leftovers."""
        leftovers = [] if self._keep else self._remove_pending()
        self._pending.clear()
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        for setup in self._setup.values():
            setup.close()
        self._setup.clear()
        shutil.rmtree(self._scratch, ignore_errors=True)
        return leftovers

    def _remove_pending(self) -> list[str]:
        if self._pending and (dead := self.death()) is not None:
            return [f"s3://{name} (the endpoint {dead})" for name in self._pending]
        until = time.monotonic() + LONGEST_CLEANING
        left = {name: self._remove(name, until) for name in list(self._pending)}
        if self._throwaway:
            left = {name: found for name, found in left.items() if name not in self._locked}
        for name, wait in () if self._throwaway else self._short_locks(until):
            time.sleep(wait)
            left[name] = self._remove(name, until)
        return [one for found in left.values() for one in found]

    def _short_locks(self, until: float) -> Iterator[tuple[str, float]]:
        """Buckets whose last lock ends soon, the first to end first, and the seconds until then.

        None past ``until`` (a time of ``time.monotonic``), whatever the endpoint says of its locks.
        """
        for name, ends in sorted(self._locked.items(), key=lambda item: item[1]):
            wait = (ends - datetime.now(UTC)).total_seconds() + 1.0  # by its clock
            left = min(LONGEST_LOCK, until - time.monotonic())
            if name in self._pending and wait <= left:
                yield name, max(0.0, wait)

    def _remove(self, name: str, until: float | None = None) -> list[str]:
        claimed = claims(self._matrix, self._profile)
        until = min(until or math.inf, time.monotonic() + LONGEST_REMOVAL)
        remover = Remover(self.raw_client(), claimed, until, self._written.in_bucket)
        left = remover.remove(name)
        if remover.locked_until is not None:
            self._locked[name] = remover.locked_until
        elif left and self.endpoint.other_credentials is not None:  # it may be its bucket
            other = Remover(self.raw_client("other"), claimed, until, self._written.in_bucket)
            stays = other.remove(name)
            if not stays or not other.refused_as_a_stranger:  # else its 403 would hide what is why
                remover, left = other, stays
        left = [f"{one} ({remover.stopped})" if one == f"s3://{name}" else one for one in left]
        if not left:
            self._pending.remove(name)
            self._written.forget(name)
            self._journal.removed(name)
        return left

    def _ask(self, operation: str, members: Mapping[str, Any]) -> Answer:
        """One call about the shared bucket, on nobody's account."""
        answer = self.raw_client().call(operation, members)
        self._written.note([answer.call])
        return answer

    def _tidy(self, trial: Trial, outcome: Outcome) -> None:
        """Remove the check's own buckets and files.

        If it was blocked, destroyed something or saw the server fail, doubt the shared bucket.
        """
        for name in () if self._keep else trial.bucket_names:
            self._remove(name)
        shutil.rmtree(trial.scratch, ignore_errors=True)
        blocked_or_lost = outcome is Outcome.BLOCKED or bool(trial.expect.losses)
        if blocked_or_lost or server_failed(trial.calls):
            self.doubt_shared_bucket()


def _look_for_losses(trial: Trial, trouble: Exception | None) -> None:
    """Whatever a check was tried for, what it destroyed is said; not where setup was refused.

    A look after the check's own requests that finds nothing any more may have found just that.
    """
    failed = bool(trial.expect.mismatches) or isinstance(trouble, MissingMemberError)
    if isinstance(trouble, SetupError) and trouble.answer is not None and trial.answers:
        failed = failed or trouble.answer.status == 404
    if trouble is not None and not failed:
        return
    with contextlib.suppress(SetupError):  # it took too long: what was not seen is not said
        trial.look_for_losses(failed=failed)


def _prepared(calls: Iterable[Call]) -> tuple[str, ...]:
    """The operations of setup, each once."""
    return tuple(dict.fromkeys(call.operation for call in calls if call.purpose == "setup"))


def _kept_from(calls: Iterable[Call]) -> tuple[str, ...]:
    """The hosts that the tripwire kept a client from."""
    return tuple(
        exchange.url.partition("://")[2]
        for call in calls
        for exchange in call.exchanges
        if (exchange.note or "").startswith(REFUSED)
    )


def claims(matrix: Matrix, profile: Profile) -> Callable[[str], bool]:
    """Whether the profile claims an operation: in some row of it that is not unsupported, or in
    no row at all.
    """
    claimed: dict[str, bool] = {}
    for row in matrix.rows.values():
        supported = profile.claim(row.id).support != "unsupported"
        for operation in row.operations:
            claimed[operation] = claimed.get(operation, False) or supported
    return lambda operation: claimed.get(operation, True)
