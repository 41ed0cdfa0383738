"""Queues of tasks and the worker that does them: order in a lane, retries, bounds, restarts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server_ref.effects import worker as workers
from server_ref.effects.worker import LaterError, Worker
from server_ref.settings import Settings
from server_ref.storage import Store
from server_ref.storage.tasks import Task, Tasks

WAIT = 60  # seconds; a limit for a slow machine
QUEUE = "things"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path, Settings(durability="relaxed"))
    yield made
    made.close()


def put(store: Store, *works: tuple[str, bytes]) -> list[bool]:
    return store.write(lambda tx: [store.tasks.put(tx, QUEUE, *work) for work in works])


class Doing:
    """What a worker did, in order; ``fails`` says which work does not go yet."""

    def __init__(self, fails: Callable[[bytes], Exception | None] = lambda _work: None) -> None:
        self.done: list[bytes] = []
        self._fails = fails
        self._changed = threading.Condition()

    def __call__(self, task: Task) -> None:
        error = self._fails(task.work)
        if error is not None:
            raise error
        with self._changed:
            self.done.append(task.work)
            self._changed.notify_all()

    def wait(self, count: int) -> list[bytes]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.done) >= count, WAIT), self.done
            return list(self.done)


def test_a_lane_keeps_its_order_and_waits_for_its_first(store: Store) -> None:
    """The first of lane a fails twice: its second waits, and lane b does not."""
    left = [LaterError("not yet"), LaterError("not yet")]

    def fails(work: bytes) -> Exception | None:
        return left.pop() if work == b"a1" and left else None

    doing = Doing(fails)
    put(store, ("a", b"a1"), ("a", b"a2"), ("b", b"b1"))
    worker = Worker(store, QUEUE, doing, threads=2)
    worker.start()
    done = doing.wait(3)
    worker.close()
    assert done[0] == b"b1"
    assert done[1:] == [b"a1", b"a2"]
    assert store.tasks.waiting(QUEUE) == 0


def test_what_fails_for_good_is_dropped_and_the_next_is_done(store: Store) -> None:
    doing = Doing(lambda work: ValueError("never") if work == b"1" else None)
    put(store, ("a", b"1"), ("a", b"2"))
    worker = Worker(store, QUEUE, doing)
    worker.start()
    assert doing.wait(1) == [b"2"]
    worker.close()


def test_a_task_is_given_up_after_its_time(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workers, "GIVE_UP", -1)
    doing = Doing(lambda work: LaterError("down") if work == b"1" else None)
    put(store, ("a", b"1"), ("b", b"2"))
    worker = Worker(store, QUEUE, doing)
    worker.start()
    doing.wait(1)
    worker.close()
    assert store.tasks.waiting(QUEUE) == 0
    assert "given up" in caplog.text


def test_a_full_queue_takes_no_more(store: Store) -> None:
    with store.reader() as reader:
        store.tasks = Tasks(reader, limit=2)
    put(store, ("a", b"1"))
    put(store, ("a", b"2"))
    assert put(store, ("a", b"3")) == [False]
    with store.reader() as reader:
        (count,) = reader.execute("SELECT count(*) FROM task").fetchone()
    assert count == 2


def test_tasks_are_there_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(durability="relaxed")
    first = Store(tmp_path, settings)
    put(first, ("a", b"1"), ("a", b"2"))
    first.close()
    second = Store(tmp_path, settings)
    assert second.tasks.waiting(QUEUE) == 2
    doing = Doing()
    worker = Worker(second, QUEUE, doing)
    worker.start()
    assert doing.wait(2) == [b"1", b"2"]
    worker.close()
    second.close()


def test_a_task_of_work_that_failed_is_not_there(store: Store) -> None:
    def work(tx: object) -> None:
        store.tasks.put(tx, QUEUE, "a", b"1")
        raise LookupError

    with pytest.raises(LookupError):
        store.write(work)
    assert store.tasks.waiting(QUEUE) == 0
    with store.reader() as reader:
        assert store.tasks.heads(reader, QUEUE, 10) == []
