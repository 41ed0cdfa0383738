"""Where the system has no more threads or processes to give, requests and tasks go on without."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server_ref.effects.events import Delivery
from server_ref.effects.targets import parse_targets
from server_ref.effects.webhooks import Webhooks
from server_ref.effects.worker import LaterError, Worker
from server_ref.select import frames, nursery
from server_ref.settings import Settings
from server_ref.storage import Store
from server_ref.storage.hashing import Digests, ThreadedDigests
from server_ref.storage.tasks import Task

QUEUE = "queue"
LARGE = bytes(range(256)) * 4096  # a body that becomes a file


@pytest.fixture
def none_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """No thread but a connection's can be started; the names of those that were wanted."""
    start = threading.Thread.start
    wanted: list[str] = []

    def refuse(thread: threading.Thread) -> None:
        if "process_request_thread" in str(getattr(thread, "_target", "")):
            return start(thread)
        wanted.append(thread.name)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    yield wanted


def test_a_large_body_is_kept(owner: Any, bucket: str, none_left: list[str]) -> None:
    answer = owner.put_object(Bucket=bucket, Key="key", Body=LARGE, ChecksumAlgorithm="SHA256")
    assert "digests" in none_left
    assert answer["ETag"] == f'"{hashlib.md5(LARGE).hexdigest()}"'
    assert owner.get_object(Bucket=bucket, Key="key")["Body"].read() == LARGE


def test_digests_are_the_same(none_left: list[str]) -> None:
    alone, beside = Digests(["SHA256"]), ThreadedDigests(["SHA256"])
    for digests in (alone, beside):
        digests.update(b"one")
        digests.update(b"two")
    assert none_left == ["digests"]
    assert alone.finish() == beside.finish()


def test_every_task_is_done_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path, Settings(durability="relaxed"))
    for lane in "abc":
        store.write(lambda tx, lane=lane: store.tasks.put(tx, QUEUE, lane, lane.encode()))
    done: list[bytes] = []
    all_done = threading.Event()

    def do(task: Task) -> None:
        done.append(task.work)
        if len(done) == 3:
            all_done.set()

    start = threading.Thread.start
    refused: list[str] = []

    def helpers_refused(thread: threading.Thread) -> None:
        if thread is not worker._thread and thread.name == QUEUE:
            refused.append(thread.name)
            raise RuntimeError("can't start new thread")
        start(thread)

    worker = Worker(store, QUEUE, do, threads=3)
    monkeypatch.setattr(threading.Thread, "start", helpers_refused)
    try:
        worker.start()
        assert all_done.wait(60)
    finally:
        worker.close()
        waiting = store.tasks.waiting(QUEUE)
        store.close()
    assert refused
    assert sorted(done) == [b"a", b"b", b"c"]
    assert waiting == 0


def test_an_event_is_told_later_and_not_lost(none_left: list[str]) -> None:
    """Its answer would be waited for without a bound; so it is not asked for now."""
    task = Task(1, "lane", 0, 0, msgspec.json.encode(Delivery("arn:aws:sqs:::q", {"n": 1})))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/hook"
        webhooks = Webhooks(parse_targets([f"arn:aws:sqs:*={url}"]))
        with pytest.raises(LaterError):
            webhooks.deliver(task)
    assert none_left


def test_a_query_is_refused_where_no_process_can_be_forked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The process that forks them goes on, and says Busy to each."""

    def no_fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", no_fork)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    told = []
    ours, control = socket.socketpair()
    with ours, control:
        asking = [socket.socketpair() for _ in range(2)]
        for _, theirs in asking:
            socket.send_fds(ours, [b"q"], [theirs.fileno()])
            theirs.close()
        ours.shutdown(socket.SHUT_WR)
        nursery.serve(control)
        for mine, _ in asking:
            with mine:
                frame = frames.Reader(mine).next(30)
                assert frame is not None
                assert frame.kind == frames.REFUSED
                told.append(json.loads(frame.data)["code"])
    assert told == ["Busy", "Busy"]
