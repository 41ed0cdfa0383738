"""A thread that does a queue's tasks, and tries again later what did not work."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from server_ref.storage.commit import Transaction
from server_ref.storage.tasks import Task, now_ms
from server_ref.storage.threads import started

logger = logging.getLogger("server_ref.effects")

BATCH = 64  # lanes a round
FIRST_PAUSE, LONGEST_PAUSE = 250, 60_000  # milliseconds between two tries; doubled each time
GIVE_UP = 24 * 3600 * 1000  # milliseconds after which a task is dropped


class LaterError(Exception):
    """The task is to be tried again, after ``pause`` milliseconds when this was no try at all."""

    def __init__(self, reason: str, *, pause: int | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class Worker:
    """Does the tasks of one queue with ``do``, which returns, or raises LaterError."""

    def __init__(
        self, store: Any, queue: str, do: Callable[[Task], None], *, threads: int = 1
    ) -> None:
        """``store`` is a Store; up to ``threads`` lanes are worked on at the same time."""
        self._store = store
        self._queue = queue
        self._do = do
        self._wake = store.tasks.wake(queue)
        self._ending = threading.Event()
        self._threads = threads
        self._thread = threading.Thread(target=self._run, daemon=True, name=queue)

    def start(self) -> None:
        """Begin with what an earlier start left."""
        self._thread.start()

    def close(self) -> None:
        """End after the tasks that are being done; the rest is for the next start."""
        self._ending.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        tasks = self._store.tasks
        while not self._ending.is_set():
            self._wake.clear()
            try:
                with self._store.reader() as reader:
                    batch = tasks.heads(reader, self._queue, BATCH)
                    due = None if batch else tasks.next_due(reader, self._queue)
                if batch:
                    self._settle(self._attempt(batch))
                    continue
            except Exception:  # the disk is full, perhaps: the tasks are still there
                logger.exception("the tasks of %s wait", self._queue)
                due = now_ms() + LONGEST_PAUSE
            self._wake.wait(None if due is None else max(due - now_ms(), 1) / 1000)

    def _attempt(self, batch: list[Task]) -> list[tuple[Task, Exception | None]]:
        """Each once, on this thread and as many others as may be, and can be had."""
        waiting = deque(batch)
        outcomes: list[tuple[Task, Exception | None]] = []

        def work() -> None:
            while True:
                try:
                    task = waiting.popleft()
                except IndexError:
                    return
                outcomes.append((task, self._one(task)))

        helpers = []
        for _ in range(min(self._threads, len(batch)) - 1):
            helper = threading.Thread(target=work, name=self._queue)
            if not started(helper):
                break
            helpers.append(helper)
        work()
        for helper in helpers:
            helper.join()
        return outcomes

    def _one(self, task: Task) -> Exception | None:
        if self._ending.is_set():
            return LaterError("the server ends", pause=0)
        try:
            self._do(task)
        except Exception as error:  # noqa: BLE001 - told in _settle
            return error
        return None

    def _settle(self, outcomes: list[tuple[Task, Exception | None]]) -> None:
        """One transaction for the whole round."""
        tasks, now = self._store.tasks, now_ms()

        def work(tx: Transaction) -> None:
            for task, error in outcomes:
                if error is None:
                    tasks.done(tx, self._queue, task)
                elif isinstance(error, LaterError) and now - task.made < GIVE_UP:
                    pause = error.pause
                    if pause is None:
                        pause = min(FIRST_PAUSE << min(task.tries, 10), LONGEST_PAUSE)
                    tasks.postpone(tx, self._queue, task, pause, tried=error.pause is None)
                else:
                    known = isinstance(error, LaterError)  # its text says it all
                    logger.error(
                        "a task of %s is given up: %s",
                        self._queue,
                        error,
                        exc_info=None if known else error,
                    )
                    tasks.done(tx, self._queue, task)

        self._store.write(work)
