"""Group commit: writers that come together share one transaction and one fsync.

Whoever finds the commit lock free does everything that waits, then lets go; the others find
their own work done. So a lone writer pays no hand-over between threads, and a hundred writers
pay for one fsync. Each piece of work has a savepoint: one that raises undoes itself only.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
BATCH = 256  # pieces of work a transaction; bounds how long the first of them waits


class Transaction:
    """What a piece of work gets: SQL, and things to do once it is durable."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """One piece of work on ``connection``, inside the open transaction."""
        self.execute: Callable[..., sqlite3.Cursor] = connection.execute
        self.after: list[Callable[[], None]] = []

    def then(self, action: Callable[[], None]) -> None:
        """Do ``action`` once the transaction is durable; never when it is not."""
        self.after.append(action)


class _Job(Generic[T]):
    __slots__ = ("done", "error", "result", "work")

    def __init__(self, work: Callable[[Transaction], T]) -> None:
        self.work = work
        self.result: T | None = None
        self.error: BaseException | None = None
        self.done = False


class GroupCommit:
    """The only way anything is written. Thread-safe."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """``connection`` is in autocommit mode and used by nobody else from now on."""
        self._connection = connection
        self._lock = threading.Lock()
        self._waiting: list[_Job[Any]] = []

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Do ``work`` in a transaction; returns when it is durable.

        Raises what ``work`` raised, and then nothing of it is kept; sqlite3.Error when the
        transaction itself failed (a full disk), and then nothing of the batch is.
        """
        job = _Job(work)
        self._waiting.append(job)
        with self._lock:
            if not job.done:
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
            execute("COMMIT")
        except sqlite3.Error as error:
            after.clear()
            if self._connection.in_transaction:
                execute("ROLLBACK")
            for job in batch:
                job.error = job.error or error
        finally:
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
        execute("RELEASE work")
        return transaction.after
