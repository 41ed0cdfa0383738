"""Work that is to be done after an answer, kept in the database until it is: queues of tasks.

A task is queued inside the transaction it follows from. Tasks of one lane are done one after the
other, in their order; lanes are independent. Who does them is not here (effects/worker.py).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import Counter, defaultdict
from typing import NamedTuple

from server_ref.storage.commit import Transaction

logger = logging.getLogger("server_ref.tasks")

LIMIT = 100_000  # tasks a queue; what comes while it is full is dropped, and the log says so

_HEADS = """
SELECT id, lane, made, tries, work FROM task t WHERE queue = ? AND due <= ? AND NOT EXISTS (
  SELECT 1 FROM task o WHERE o.queue = t.queue AND o.lane = t.lane AND o.id < t.id
) ORDER BY due, id LIMIT ?
"""
_PUT = """
INSERT INTO task (queue, lane, made, due, work) SELECT ?1, ?2, ?3, max(?3, coalesce(
  (SELECT max(due) FROM task WHERE queue = ?1 AND lane = ?2), 0
)), ?4
"""


class Task(NamedTuple):
    """One task; ``made`` is in milliseconds since 1970, ``work`` what its queue packed."""

    id: int
    lane: str
    made: int
    tries: int
    work: bytes


def now_ms() -> int:
    """The time in milliseconds, as tasks have it."""
    return time.time_ns() // 1_000_000


class Tasks:
    """All queues of a store, by name."""

    def __init__(self, reader: sqlite3.Connection, limit: int = LIMIT) -> None:
        """Count what an earlier start left."""
        self._limit = limit
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter(
            dict(reader.execute("SELECT queue, count(*) FROM task GROUP BY queue"))
        )
        self._wake: defaultdict[str, threading.Event] = defaultdict(threading.Event)

    def wake(self, queue: str) -> threading.Event:
        """Set whenever there is something new in the queue."""
        return self._wake[queue]

    def waiting(self, queue: str) -> int:
        """How many tasks are not done yet."""
        return self._waiting[queue]

    def put(self, tx: Transaction, queue: str, lane: str, work: bytes) -> bool:
        """Queue a task, durable with its transaction; False when the queue is full."""
        if self._waiting[queue] >= self._limit:
            logger.warning("the queue of %s is full: a task is dropped", queue)
            return False
        tx.execute(_PUT, (queue, lane, now_ms(), work))

        def kept() -> None:
            self._count(queue, 1)
            self._wake[queue].set()

        tx.then(kept)
        return True

    def heads(self, reader: sqlite3.Connection, queue: str, limit: int) -> list[Task]:
        """The first task of each lane that is due, oldest first."""
        return [Task._make(row) for row in reader.execute(_HEADS, (queue, now_ms(), limit))]

    def next_due(self, reader: sqlite3.Connection, queue: str) -> int | None:
        """When the next of the queue will be due, in milliseconds; None when it is empty."""
        found: int | None = reader.execute(
            "SELECT min(due) FROM task WHERE queue = ?", (queue,)
        ).fetchone()[0]
        return found

    def done(self, tx: Transaction, queue: str, task: Task) -> None:
        """Forget a task."""
        if tx.execute("DELETE FROM task WHERE id = ?", (task.id,)).rowcount:
            tx.then(lambda: self._count(queue, -1))

    def postpone(
        self, tx: Transaction, queue: str, task: Task, milliseconds: int, *, tried: bool
    ) -> None:
        """Have the task again after this time, and with it those behind it in its lane."""
        if tried:
            tx.execute("UPDATE task SET tries = tries + 1 WHERE id = ?", (task.id,))
        tx.execute(
            "UPDATE task SET due = ? WHERE queue = ? AND lane = ?",
            (now_ms() + milliseconds, queue, task.lane),
        )

    def _count(self, queue: str, change: int) -> None:
        with self._lock:
            self._waiting[queue] += change
