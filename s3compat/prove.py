"""The proof: every check passes on the plain reference server and fails on its deviations.

It runs without pytest: one server in this process per deviation, many of them side by side in a
process pool. It decides nothing about endpoints; it is about the checks.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import matrix
from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.model import Outcome, Result
from conformance.model.verdict import OBSERVED
from conformance.run.journal import Journal, JournalHeader, new_run_id
from conformance.run.plan import large_rows
from conformance.run.session import Session
from conformance.trial.check import Check, discover
from conformance.trial.ledger import subresources
from conformance.trial.own_checks import include, own
from s3compat import dumb
from server_ref import deviations
from server_ref.identity import Credential
from server_ref.server import S3Server

EVERY = ("*",)  # patterns of ids: all checks
PLAIN = ""  # the name of no deviation
PREFERRED = ("raw", "boto3")
DUMB_CHUNK = 150  # checks on one dumb endpoint
CHUNK = 12  # checks of the plain server in one task
MUST = "must"


@dataclass(frozen=True)
class Tried:
    """One check on one server; ``deviation`` is PLAIN for the one without a fault."""

    check: str
    deviation: str
    client: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True)
class Proof:
    """What was proved. ``problems`` is empty when everything was."""

    checks: int  # that name a deviation
    proven: int  # that pass without and fail with each deviation they name
    deviations: int  # that at least one check names, and that exist
    caught: int  # that every check naming them fails on
    problems: tuple[str, ...]
    tried: tuple[Tried, ...]  # the last try of each
    again: tuple[str, ...]  # what was caught at the second try only, a sentence each


def prove(
    patterns: Sequence[str] = EVERY, workers: int | None = None, folders: Sequence[Path] = ()
) -> Proof:
    """Prove the checks whose id is like one of ``patterns``; with EVERY also that nothing is left.

    With ``folders`` (of checks that are not ours, included before) only theirs. Raises LookupError
    for a pattern that no check is like.
    """
    every = _of(folders)
    chosen = _like(patterns, every)
    known = deviations.discover()
    first = _try_all(_tasks(chosen, known), workers or os.cpu_count() or 1, folders)
    tried = _second_try(first, folders)
    problems = _problems(tried)
    problems += _unknown(chosen, known)
    problems += _unproven_musts(chosen)
    if "*" in patterns and not folders:
        problems += _orphans(every, known)
    bad_checks = {one.check for one in tried if not _as_it_should(one)}
    named = {one.deviation for one in tried if one.deviation}
    missed = {one.deviation for one in tried if one.deviation and not _as_it_should(one)}
    with_proof = [one for one in chosen.values() if one.proved_by]
    return Proof(
        checks=len(chosen),
        proven=sum(
            1
            for one in with_proof
            if one.id not in bad_checks and all(name in known for name in one.proved_by)
        ),
        deviations=len(named),
        caught=len(named - missed),
        problems=tuple(problems),
        tried=tuple(tried),
        again=tuple(
            f"{one.check} saw the deviation {one.deviation} at the second try only; "
            "where that happens often, make the deviation show each time"
            for one, last in zip(first, tried, strict=True)
            if _missed(one) and not _missed(last)
        ),
    )


def _missed(one: Tried) -> bool:
    """Whether a fault was not seen."""
    return bool(one.deviation) and not _as_it_should(one)


def _second_try(first: Sequence[Tried], folders: Sequence[Path]) -> list[Tried]:
    """What was tried, with the faults that were missed tried again, one after another.

    That a check can fail is shown by one failure; faults of requests at the same time show only
    where these do meet, which a busy machine decides. There is no second try on the plain server:
    a check has to pass there each time.
    """
    missed = [at for at, one in enumerate(first) if _missed(one)]
    last = list(first)
    if missed:
        tasks = [(first[at].deviation, (first[at].check,)) for at in missed]
        for at, again in zip(missed, _try_all(tasks, 1, folders), strict=True):
            last[at] = again
    return last


def _of(folders: Sequence[Path]) -> dict[str, Check]:
    """The checks that are meant: those of the folders, or all."""
    if not folders:
        return discover()
    return {name: one for folder in folders for name, one in own(folder).items()}


def _like(patterns: Sequence[str], every: Mapping[str, Check]) -> dict[str, Check]:
    """The checks that are like one of ``patterns``, those of large rows where one begins with it.

    Raises LookupError for a pattern that no check is like.
    """
    large = large_rows(matrix.load_matrix()).keys()
    chosen = set()
    for pattern in patterns:
        named = pattern.partition(".")[0]
        like = {
            name
            for name, one in every.items()
            if fnmatchcase(name, pattern) and (one.row not in large or one.row == named)
        }
        if not like:
            raise LookupError(matrix.unknown("check", pattern, every, "s3compat run --list"))
        chosen |= like
    return {name: one for name, one in every.items() if name in chosen}


def _pool(workers: int | None, folders: Sequence[Path]) -> ProcessPoolExecutor:
    """Processes that have the checks of the folders, too."""
    return ProcessPoolExecutor(
        workers or os.cpu_count() or 1, initializer=_include_all, initargs=(tuple(folders),)
    )


def _include_all(folders: Iterable[Path]) -> None:
    for folder in folders:
        include(str(folder))


def vacuous(
    patterns: Sequence[str] = EVERY, workers: int | None = None, folders: Sequence[Path] = ()
) -> list[str]:
    """The scored checks like ``patterns`` that pass on a dumb endpoint, a sentence each.

    With ``folders`` only theirs, and LookupError, as for ``prove``.
    """
    names = [
        name
        for name, one in _like(patterns, _of(folders)).items()
        if one.verified != OBSERVED and name not in dumb.MAY_PASS
    ]
    tasks = [
        (kind, tuple(names[at : at + DUMB_CHUNK]))
        for kind in dumb.KINDS
        for at in range(0, len(names), DUMB_CHUNK)
    ]
    with _pool(workers, folders) as pool:
        found = [one for part in pool.map(_try_dumb, tasks) for one in part]
    return [
        f"{one.check} passes on an endpoint that answers {one.deviation}; give it a control"
        for one in found
        if one.outcome is Outcome.PASS
    ]


def _try_dumb(task: tuple[str, tuple[str, ...]]) -> list[Tried]:
    """Run the checks on one dumb endpoint; in a worker process."""
    kind, ids = task
    every = discover()
    tried = []
    with (
        dumb.endpoint(kind) as url,
        tempfile.TemporaryDirectory(prefix="s3compat-prove-") as folder,
        _session(
            Endpoint(
                url=url,
                region="us-east-1",
                credentials=dumb.credentials("1"),
                other_credentials=dumb.credentials("2"),
            ),
            Path(folder),
            keep=True,  # it keeps nothing, and says of every bucket that it cannot be removed
        ) as session,
    ):
        for identity in ids:
            client = prover(every[identity])
            result = session.run(every[identity], client)
            blind = kind == dumb.BLIND
            if not blind or (identity not in dumb.BLIND_MAY_PASS and asks_by_query(result)):
                tried.append(Tried(identity, kind, client, result.outcome, result.reason))
    return tried


def asks_by_query(result: Result) -> bool:
    """Whether what a check asked is in the query of its requests, setup left out.

    What has no query is answered rightly by whoever does not look at one.
    """
    return any(
        subresources() & parse_qs(urlsplit(target).query, keep_blank_values=True).keys()
        for call in result.calls
        if call.purpose == "test"
        for exchange in call.exchanges
        for target in exchange.request.start_line.split(" ")[1:2]
    )


def prover(check: Check) -> str:
    """The client a check is proved through: raw if it can be, else boto3, else its first."""
    if not check.only:
        return PREFERRED[0]
    return next((name for name in PREFERRED if name in check.only), check.only[0])


def _tasks(
    chosen: Mapping[str, Check], known: Mapping[str, deviations.Deviation]
) -> list[tuple[str, tuple[str, ...]]]:
    """(deviation, ids of checks) for each server to be started; the longest first."""
    by_deviation: dict[str, list[str]] = {}
    for one in chosen.values():
        for name in one.proved_by:
            if name in known:
                by_deviation.setdefault(name, []).append(one.id)
    names = [one.id for one in chosen.values()]
    plain = [(PLAIN, tuple(names[at : at + CHUNK])) for at in range(0, len(names), CHUNK)]
    faulty = [(name, tuple(ids)) for name, ids in by_deviation.items()]
    return sorted(plain + faulty, key=lambda task: -len(task[1]))


def _try_all(
    tasks: Iterable[tuple[str, tuple[str, ...]]], workers: int, folders: Sequence[Path]
) -> list[Tried]:
    with _pool(workers, folders) as pool:
        return [one for part in pool.map(_try, tasks) for one in part]


def _try(task: tuple[str, tuple[str, ...]]) -> list[Tried]:
    """Start the server with one deviation and run the checks on it; in a worker process."""
    deviation, ids = task
    every = discover()
    tried = []
    with (
        S3Server(deviations=[deviation] if deviation else [], durability="relaxed") as server,
        tempfile.TemporaryDirectory(prefix="s3compat-prove-") as folder,
        session_on(server, Path(folder)) as session,
    ):
        for identity in ids:
            check = every[identity]
            client = prover(check)
            result = session.run(check, client)
            tried.append(Tried(identity, deviation, client, result.outcome, result.reason))
    return tried


def session_on(server: S3Server, folder: Path) -> Session:
    endpoint = Endpoint(
        url=server.url,
        region=server.region,
        credentials=_keys(server.credentials[0]),
        other_credentials=_keys(server.add_account()),
    )
    return _session(endpoint, folder)


def _session(endpoint: Endpoint, folder: Path, *, keep: bool = False) -> Session:
    run_id = new_run_id()
    journal = Journal.start(
        folder / "journal.jsonl",
        JournalHeader(run_id, endpoint.url, endpoint.region, "path", "aws", ephemeral=True),
    )
    scratch = folder / "scratch"
    return Session(endpoint, *_promised(), journal, scratch, strict=True, keep=keep, throwaway=True)


def _keys(known: Credential) -> Credentials:
    account = known.account.account_id
    return Credentials(known.access_key, known.secret_key, known.token, account)


@cache
def _promised() -> tuple[matrix.Matrix, matrix.Profile]:
    """The matrix and the profile checks are proved under, read once a process."""
    return matrix.load_matrix(), matrix.load_profile("aws")


def _as_it_should(one: Tried) -> bool:
    """Plain: pass. With a deviation: fail; blocked shows only that the setup broke."""
    return one.outcome is (Outcome.FAIL if one.deviation else Outcome.PASS)


def _problems(tried: Iterable[Tried]) -> list[str]:
    said = []
    for one in tried:
        if _as_it_should(one):
            continue
        reason = one.reason.partition("\n")[0]
        if one.deviation:
            said.append(
                f"{one.check} is {one.outcome.value}"
                + (f" ({reason})" if reason else "")
                + f" although the server has the deviation {one.deviation}, a fault that the "
                "check is said to find: correct the check, or name another one in its proved_by"
            )
        else:
            said.append(f"{one.check} is {one.outcome.value} on the plain server: {reason}")
    return sorted(said)


def _unknown(chosen: Mapping[str, Check], known: Mapping[str, object]) -> list[str]:
    return [
        f"{one.id} names the deviation {name}, which does not exist; declare it or correct the name"
        for one in chosen.values()
        for name in one.proved_by
        if name not in known
    ]


def _unproven_musts(chosen: Mapping[str, Check]) -> list[str]:
    rows = matrix.load_matrix().rows
    return [
        f"{one.id} is of level must and names no deviation; add proved_by"
        for one in chosen.values()
        if not one.proved_by
        and (one.level or (rows[one.row].level if one.row in rows else MUST)) == MUST
    ]


def _orphans(every: Mapping[str, Check], known: Mapping[str, deviations.Deviation]) -> list[str]:
    """Faults that prove nothing.

    How a product differs (``emulates``) is no fault to prove with; what only one client notices
    (``noticed_by``) is proved where that client is.
    """
    faults = {name for name, one in known.items() if not one.emulates and not one.noticed_by}
    named = {name for one in every.values() for name in one.proved_by}
    return [
        f"the deviation {name} is named by no check; write one that it turns red, or remove it"
        for name in sorted(faults - named)
    ]
