"""A query whose rows are long in coming: the answer begins, and Cont events say that it still runs.

The query's process is stopped where a test says so, and goes on when the test has seen enough.
"""

from __future__ import annotations

import errno
import gzip
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer
from botocore.exceptions import ClientError, EventStreamError, HTTPClientError
from urllib3.exceptions import HTTPError

from server_ref.operations import select_content
from server_ref.select import bounds, frames, process
from server_ref.server import S3Server
from tests.server import queries
from tests.server.conftest import refused

QUIET = 0.05  # seconds
SMALL = b"1\n2\n3\n"
LARGE = b"".join(b"%d,%s\n" % (n, b"x" * 90) for n in range(40_000))  # more than a socket holds
WIDE = b"".join(b"%d,%s\n" % (n, b"x" * 9_000) for n in range(1_600))
# a small object of 200 million rows: it is read for longer than any test waits
SLOW = gzip.compress(b"1\n" * (1 << 20)) * 200
COUNT = "SELECT COUNT(*) FROM S3Object"
CAST = "SELECT SUM(CAST(s._1 AS INT)) FROM S3Object s"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the processes are found in /proc"
)


def _soon(done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    return done()


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select_content, "QUIET", QUIET)


class Stopped:
    """The processes of the queries that were stopped."""

    def __init__(self) -> None:
        self.pids: list[int] = []

    def stop(self) -> None:
        assert _soon(lambda: len(queries.running()) == 1)
        self.pids += queries.running()
        os.kill(self.pids[-1], signal.SIGSTOP)

    def go_on(self) -> None:
        while self.pids:
            os.kill(self.pids.pop(), signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self.pids.pop(), signal.SIGKILL)


@pytest.fixture
def stopped() -> Iterator[Stopped]:
    processes = Stopped()
    yield processes
    processes.go_on()


@pytest.fixture
def begins_stopped(stopped: Stopped, monkeypatch: pytest.MonkeyPatch) -> Stopped:
    """Each query is stopped when its expression has been read, before it has any of the object."""

    class Query(process.Query):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            stopped.stop()

    monkeypatch.setattr(select_content, "Query", Query)
    return stopped


def _asked(client: Any, bucket: str, body: bytes, sql: str, **more: Any) -> Any:
    """The events of a query over ``body``."""
    client.put_object(Bucket=bucket, Key="rows", Body=body)
    return client.select_object_content(
        Bucket=bucket,
        Key="rows",
        ExpressionType="SQL",
        Expression=sql,
        OutputSerialization={"CSV": {}},
        **{"InputSerialization": {"CSV": {}}, **more},
    )["Payload"]


Ask = Callable[..., Any]


@pytest.fixture
def ask(owner: Any, bucket: str) -> Ask:
    return partial(_asked, owner, bucket)


def _kinds(events: list[dict[str, Any]]) -> list[str]:
    return [kind for event in events for kind in event]


@pytest.mark.parametrize(("body", "count"), [(SMALL, b"3\n"), (LARGE, b"40000\n")])
def test_an_answer_without_rows_begins_and_goes_on(
    ask: Ask, begins_stopped: Stopped, body: bytes, count: bytes
) -> None:
    """Whether the object is on its way to the query still, or all of it is there."""
    answer = ask(body, COUNT)  # 200, while nothing runs
    events = iter(answer)
    began = time.monotonic()
    first = [next(events) for _ in range(4)]
    took = time.monotonic() - began
    begins_stopped.go_on()
    rest = list(events)

    assert _kinds(first) == ["Cont"] * 4
    assert 2 * QUIET <= took < 10, "one at an interval"
    assert [kind for kind in _kinds(rest) if kind != "Cont"] == ["Records", "Stats", "End"]
    assert _kinds(rest)[-2:] == ["Stats", "End"]
    assert [e["Records"]["Payload"] for e in rest if "Records" in e] == [count]
    assert rest[-2]["Stats"]["Details"]["BytesScanned"] == len(body)


def test_an_answer_in_time_has_no_cont(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select_content, "QUIET", 30.0)
    assert _kinds(list(ask(SMALL, COUNT))) == ["Records", "Stats", "End"]


def test_rows_far_apart(ask: Ask, stopped: Stopped) -> None:
    events = iter(ask(WIDE, "SELECT * FROM S3Object"))
    seen = [next(event for event in events if "Records" in event)]
    stopped.stop()
    for event in events:  # what was under way, then nothing
        seen.append(event)
        if _kinds(seen[-3:]) == ["Cont"] * 3:
            break
    stopped.go_on()
    rest = list(events)

    assert "Records" in _kinds(rest)
    data = [e["Records"]["Payload"] for e in (*seen, *rest) if "Records" in e]
    assert b"".join(data) == WIDE
    kinds = _kinds([*seen, *rest])
    assert (kinds.count("Stats"), kinds.count("End"), kinds[-1]) == (1, 1, "End")


def test_progress_is_told_once_something_is_known(ask: Ask, begins_stopped: Stopped) -> None:
    progress = {"Enabled": True}
    events = iter(ask(SMALL, COUNT, RequestProgress=progress))
    first = [next(events) for _ in range(2)]
    begins_stopped.go_on()
    rest = list(events)

    assert _kinds(first) == ["Cont"] * 2
    told = [event["Progress"]["Details"] for event in rest if "Progress" in event]
    assert told
    assert {details["BytesScanned"] for details in told} == {len(SMALL)}


def test_an_error_that_is_found_later_is_an_event(
    ask: Ask, begins_stopped: Stopped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its frame is that of Amazon's appendix, and the last one."""
    seen: list[Any] = []
    add = EventStreamBuffer.add_data

    def noted(buffer: EventStreamBuffer, data: bytes) -> None:
        copy = EventStreamBuffer()
        add(copy, data)
        seen.extend(copy)
        add(buffer, data)

    monkeypatch.setattr(EventStreamBuffer, "add_data", noted)
    events = iter(ask(SMALL + b"none\n", CAST))
    assert "Cont" in next(events)
    begins_stopped.go_on()
    with pytest.raises(EventStreamError) as caught:
        list(events)

    assert caught.value.response["Error"]["Code"] == "CastFailed"
    assert "CAST failed" in caught.value.response["Error"]["Message"]
    assert {frame.headers[":event-type"] for frame in seen[:-1]} == {"Cont"}
    headers = seen[-1].headers
    assert headers.keys() == {":message-type", ":error-code", ":error-message"}
    assert headers[":message-type"] == "error"
    assert next(events, None) is None


def test_an_error_that_is_found_before_is_an_answer(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(select_content, "QUIET", 30.0)
    error = refused(ask, body=SMALL + b"none\n", sql=CAST)
    assert (error["Status"], error["Code"]) == (400, "CastFailed")


def test_what_refuses_a_large_object_late_is_an_event(ask: Ask, begins_stopped: Stopped) -> None:
    """It is refused while most of it is still to be sent."""
    events = iter(ask(b"\xff\n" + LARGE, COUNT))
    assert "Cont" in next(events)
    begins_stopped.go_on()
    with pytest.raises(EventStreamError) as caught:
        list(events)
    assert caught.value.response["Error"]["Code"] == "InvalidTextEncoding"


def test_a_client_that_goes_ends_its_query(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is far from its first row: what is sent says that nobody listens any more."""
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(select_content, "_turns", turns)
    closed: list[Any] = []
    monkeypatch.setattr(select_content, "close_payload", closed.append)
    with S3Server(durability="relaxed", data=tmp_path) as server:
        client = server.client()
        client.create_bucket(Bucket="bucket")
        compressed = {"CSV": {}, "CompressionType": "GZIP"}
        events = _asked(client, "bucket", SLOW, COUNT, InputSerialization=compressed)
        assert "Cont" in next(iter(events))
        assert len(queries.running()) == 1

        events.close()

        assert _soon(lambda: queries.running() == [])
        assert _soon(lambda: turns._value == 1), "its turn is another's"
        assert _soon(lambda: list((tmp_path / "incoming").iterdir()) == []), "its file is gone"
    assert len(closed) == 1, "the object is closed"


def test_a_query_that_the_system_ends_says_so(ask: Ask, begins_stopped: Stopped) -> None:
    """As it does where one goes beyond its bounds."""
    events = iter(ask(LARGE, COUNT))
    assert "Cont" in next(events)
    begins_stopped.kill()
    with pytest.raises(EventStreamError) as caught:
        list(events)
    assert caught.value.response["Error"]["Code"] == "Busy"


@pytest.mark.parametrize("body", [SMALL, LARGE])
def test_a_query_that_moves_no_more_is_given_up(
    ask: Ask, begins_stopped: Stopped, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(bounds, "GRACE", 4 * QUIET - bounds.SECONDS)
    events = iter(ask(body, COUNT))
    assert "Cont" in next(events)
    with pytest.raises(EventStreamError) as caught:
        list(events)
    assert caught.value.response["Error"]["Code"] == "Busy"
    begins_stopped.go_on()
    assert _soon(lambda: queries.running() == [])


def test_a_query_whose_rows_come_no_more_is_given_up(
    ask: Ask, stopped: Stopped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "GRACE", 1.0 - bounds.SECONDS)
    events = iter(ask(WIDE, "SELECT * FROM S3Object"))
    next(event for event in events if "Records" in event)
    stopped.stop()
    with pytest.raises(EventStreamError) as caught:
        list(events)
    assert caught.value.response["Error"]["Code"] == "Busy"
    assert "takes too long" in caught.value.response["Error"]["Message"]


def _fails(number: int) -> Callable[[Any], Iterator[bytes]]:
    """The object is read in part, and no further."""

    def blocks(_payload: Any) -> Iterator[bytes]:
        yield LARGE
        raise OSError(number, os.strerror(number))

    return blocks


def test_a_disk_that_fails_later_is_an_event(
    ask: Ask, begins_stopped: Stopped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(select_content, "blocks", _fails(errno.EIO))
    events = iter(ask(SMALL, COUNT))
    assert "Cont" in next(events)
    begins_stopped.go_on()
    with pytest.raises(EventStreamError) as caught:
        list(events)
    assert caught.value.response["Error"]["Code"] == "ServiceUnavailable"


def test_a_timeout_of_the_disk_is_no_silence(
    ask: Ask, begins_stopped: Stopped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read by then must not pass for the whole object."""
    monkeypatch.setattr(select_content, "blocks", _fails(errno.ETIMEDOUT))
    events = iter(ask(SMALL, COUNT))
    assert "Cont" in next(events)
    begins_stopped.go_on()
    with pytest.raises((HTTPClientError, HTTPError, ClientError)):
        list(events)


class _Told:
    """A query that begins at the third look, and has two pieces."""

    def __init__(self) -> None:
        self._looks: list[process.Begun | None] = [None, process.Begun(7, 8)]

    def begun(self, _quiet: float) -> process.Begun | None:
        return self._looks.pop(0)

    def pieces(self, _quiet: float) -> list[bytes | None]:
        return [None, b"one", None, b"two"]


def test_each_silence_has_its_event() -> None:
    query: Any = _Told()
    buffer: Any = EventStreamBuffer()
    for frame in select_content._Answer(ExitStack(), query, None, progress=False):
        buffer.add_data(frame)

    assert [message.headers[":event-type"] for message in buffer] == [
        "Cont",  # the answer begins
        "Cont",  # the second look
        "Cont",  # it has begun
        "Cont",
        "Records",
        "Cont",
        "Records",
        "Stats",
        "End",
    ]


class _Near(process.Query):
    """A query whose process is the test."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._reader = frames.Reader(connection)


def test_a_query_is_looked_at_though_no_time_is_left() -> None:
    here, there = socket.socketpair()
    with here, there:
        query = _Near(here)
        query.feed([SMALL])
        assert query.begun(QUIET) is None
        assert query.begun(0.0) is None
        frames.send(there, frames.BEGUN, b'{"scanned": 6, "processed": 6}')
        assert query.begun(0.0) == process.Begun(6, 6)
