"""One process of a run: its session and journal, from the first check to the clean-up."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from conformance.clients.base import CliMode
from conformance.run.journal import Journal, read_journal
from conformance.run.session import Session
from conformance.run.setting import Setting


class Worker:
    """One process that runs checks; nothing is opened before the first of them."""

    def __init__(self, setting: Setting, name: str = "", cli: CliMode = "warm") -> None:
        """``name`` is xdist's ("gw0"), "" where there are no workers."""
        self._setting = setting
        self._name = name
        self._cli = cli
        self._session: Session | None = None
        self._journal: Journal | None = None

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self._setting.journal_path.parent

    @property
    def again(self) -> tuple[str, ...]:
        """The options of ``s3compat run`` that choose this endpoint in another run."""
        return self._setting.again

    def session(self) -> Session:
        """The session, opened at the first check."""
        if self._session is None:
            self._journal = self._open_journal()
            self._session = _session(self._setting, self._journal, self._name, self._cli)
        return self._session

    def close(self) -> list[str]:
        """Clean up what this process made; returns what could not be removed."""
        leftovers: list[str] = []
        if self._session is not None:
            leftovers = self._session.close()
            self._session = None
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        return leftovers

    def _open_journal(self) -> Journal:
        """The run's journal; on another host, one of this host's own under the same path."""
        setting = self._setting
        if setting.journal_path.exists():
            return Journal(setting.journal_path, setting.run_id)
        return Journal.start(setting.journal_path, setting.journal_header())


def mop_up(setting: Setting) -> list[str]:
    """Remove what workers left, dead ones included; returns what stays then."""
    names = read_journal(setting.journal_path).open
    if setting.keep:
        return [f"s3://{name}" for name in names]
    if not names:
        return []
    journal = Journal(setting.journal_path, setting.run_id)
    with _session(setting, journal) as session:
        left = session.remove_all(names)
    journal.close()
    return left


def what_stays(mopped: Iterable[str], told: Iterable[str], tried: Iterable[str]) -> list[str]:
    """The leftovers of a run: what mopping up left, in the words of the worker that had made it.

    A worker knows what it wrote into a bucket and says more than who only looks. ``tried`` are the
    buckets that were mopped up; what a worker ``told`` of another stands as it is.
    """
    by_bucket: dict[str, list[str]] = {}
    for line in told:
        by_bucket.setdefault(_bucket_of(line), []).append(line)
    mopped = list(mopped)
    left = [
        words
        for bucket in dict.fromkeys(map(_bucket_of, mopped))
        for words in by_bucket.get(bucket, [one for one in mopped if _bucket_of(one) == bucket])
    ]
    others = by_bucket.keys() - set(tried)
    return left + [line for name in by_bucket if name in others for line in by_bucket[name]]


def _bucket_of(leftover: str) -> str:
    """The name in ``s3://bucket/key (why)``."""
    return leftover.partition(" ")[0].split("/")[2]


def _session(
    setting: Setting,
    journal: Journal,
    worker: str = "",
    cli: CliMode = "warm",
) -> Session:
    return Session(
        setting.endpoint,
        setting.matrix,
        setting.profile,
        journal,
        Path(tempfile.mkdtemp(prefix="s3compat-")),
        worker=worker,
        cli_mode=cli,
        partners=setting.plan.clients,
        strict=setting.strict,
        keep=setting.keep,
        throwaway=setting.ephemeral,
    )
