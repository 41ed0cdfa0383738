"""Group commit: writers that come together share one transaction and one fsync.

Whoever finds the commit lock free does everything that waits, then lets go; the others find
their own work done. So a lone writer pays no hand-over between threads, and a hundred writers
pay for one fsync. Each piece of work has a savepoint: one that raises undoes itself only.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from server_ref.storage.changes import Cause, Change, current_cause
from server_ref.storage.recent import Recent

logger = logging.getLogger("server_ref.storage")

T = TypeVar("T")
BATCH = 256  # pieces of work a transaction; bounds how long the first of them waits


class Transaction:
    """What a piece of work gets: SQL, and things to do once it is durable."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """One piece of work on ``connection``, inside the open transaction."""
        self.execute: Callable[..., sqlite3.Cursor] = connection.execute
        self.after: list[Callable[[], None]] = []
        self.changes: list[Change] = []

    def then(self, action: Callable[[], None]) -> None:
        """Do ``action`` once the transaction is durable; never when it is not."""
        self.after.append(action)

    def changed(self, change: Change) -> None:
        """Note what was changed, for the reactions."""
        self.changes.append(change)


# What follows changes. It gets them inside the transaction that made them, so what it queues is
# durable exactly when they are. It cannot fail a request: what it raises is logged and undone.
Reaction = Callable[[Transaction, Cause, list[Change]], None]


class _Job(Generic[T]):
    __slots__ = ("cause", "done", "error", "result", "work")

    def __init__(self, work: Callable[[Transaction], T], cause: Cause) -> None:
        self.work = work
        self.cause = cause
        self.result: T | None = None
        self.error: BaseException | None = None
        self.done = False


class GroupCommit:
    """The only way anything is written. Thread-safe."""

    def __init__(self, connection: sqlite3.Connection, recent: Recent | None = None) -> None:
        """``connection`` is in autocommit mode and used by nobody else from now on.

        ``recent`` holds reads that a commit makes stale.
        """
        self._connection = connection
        self._recent = recent or Recent()
        self._lock = threading.Lock()
        self._waiting: list[_Job[Any]] = []
        self.reactions: list[Reaction] = []  # to changes, inside the transaction that made them

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Do ``work`` in a transaction; returns when it is durable.

        Raises what ``work`` raised, and then nothing of it is kept; sqlite3.Error when the
        transaction itself failed (a full disk), and then nothing of the batch is.
        """
        job = _Job(work, current_cause())
        self._waiting.append(job)
        with self._lock:
            while not job.done:  # more than a batch may have come before it
                self._commit()
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]  # T may itself be None

    def close(self) -> None:
        """Close the connection once running work is done."""
        with self._lock:
            self._connection.close()

    def _commit(self) -> None:
        batch = self._waiting[:BATCH]
        del self._waiting[: len(batch)]
        execute = self._connection.execute
        after: list[Callable[[], None]] = []
        try:
            execute("BEGIN IMMEDIATE")
            for job in batch:
                after += self._do(job)
            self._recent.suspend()
            execute("COMMIT")
        except sqlite3.Error as error:
            after.clear()
            if self._connection.in_transaction:
                execute("ROLLBACK")
            for job in batch:
                job.error = job.error or error
        finally:
            self._recent.resume()
            for job in batch:
                job.done = True
        for action in after:
            action()

    def _do(self, job: _Job[Any]) -> list[Callable[[], None]]:
        execute = self._connection.execute
        transaction = Transaction(self._connection)
        execute("SAVEPOINT work")
        try:
            job.result = job.work(transaction)
        except BaseException as error:  # noqa: BLE001 - carried to the thread that asked
            job.error = error
            execute("ROLLBACK TO work")
            transaction.after.clear()
        else:
            if transaction.changes and self.reactions:
                self._react(transaction, job.cause)
        execute("RELEASE work")
        return transaction.after

    def _react(self, transaction: Transaction, cause: Cause) -> None:
        """What follows a change happens with it, and never instead of it."""
        execute = self._connection.execute
        for reaction in self.reactions:
            wanted = len(transaction.after)
            execute("SAVEPOINT reaction")
            try:
                reaction(transaction, cause, transaction.changes)
            except sqlite3.OperationalError:  # the disk's trouble is the transaction's too
                raise
            except Exception:  # a fault of ours, and the change stands
                logger.exception("what follows %s was not queued", cause.operation)
                execute("ROLLBACK TO reaction")
                del transaction.after[wanted:]
            execute("RELEASE reaction")
