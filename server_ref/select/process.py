"""A query in a process of its own, as the server sees it: begun, fed, read, and let go.

A query that takes all the memory or time there is for it takes its process with it and nothing
else. The processes are forked from one that has the engine already (nursery.py).
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from server_ref.errors import S3Error
from server_ref.select import bounds, frames
from server_ref.select.giving import Giving

logger = logging.getLogger("server_ref")

_MOMENT = 0.001  # seconds; with a timeout of 0 a socket has none
_ENVIRONMENT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TMPDIR", "TZ")


class Begun(NamedTuple):
    """Bytes that were read for a query."""

    scanned: int
    processed: int


class _Nursery:
    """The one process of this one that queries are forked from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0

    def fork(self) -> socket.socket:
        """A connection to a new process. Raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            for fresh in (False, True):
                control = self._running(fresh=fresh)
                try:
                    socket.send_fds(control, [b"q"], [theirs.fileno()])
                except OSError:  # it has ended, being idle
                    if fresh:
                        ours.close()
                        raise
                else:
                    return ours
        raise AssertionError("one of two was fresh")

    def end(self) -> None:
        """End the process, if this one began it."""
        with self._lock:
            if self._owner == os.getpid():
                self._end()

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._control = self._process = None

    def _running(self, *, fresh: bool) -> socket.socket:
        if self._owner != os.getpid():  # a fork of whoever began it must not end it
            self._control = self._process = None
        ended = self._process is not None and self._process.poll() is not None
        if fresh or ended or self._control is None:
            self._end()
            ours, theirs = socket.socketpair()
            environment = {n: os.environ[n] for n in _ENVIRONMENT if n in os.environ}
            environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "server_ref.select.nursery", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # a Ctrl-C is the server's
                )
            self._control, self._owner = ours, os.getpid()
        return self._control


_nursery = _Nursery()
atexit.register(_nursery.end)


class Query:
    """One query. Close it, and its process ends."""

    def __init__(self, members: Mapping[str, Any], path: Path, now: datetime) -> None:
        """Begin; ``members`` are those of the request, ``path`` the file it may fill.

        Raises S3Error for an expression that cannot be read, and Busy where no process is to be
        had.
        """
        job = {"members": dict(members), "path": str(path), "now": now.isoformat()}
        said = json.dumps(job).encode()
        try:
            frame = self._begin(said) or self._begin(said)  # it may have ended just now, being idle
        except OSError as error:
            logger.warning("no process for a query of S3 Select: %s", error)
            raise S3Error("Busy") from error
        self._expect(frame, frames.PARSED)

    def _begin(self, said: bytes) -> frames.Frame | None:
        self._connection = _nursery.fork()
        self._reader = frames.Reader(self._connection)
        self._connection.settimeout(bounds.SECONDS)
        try:
            frames.send(self._connection, frames.JOB, said)
        except ConnectionError:
            return None
        return self._next()

    def feed(self, blocks: Iterable[bytes]) -> None:
        """Name the object; `begun` gives it to the query, and its time begins."""
        self._until = time.monotonic() + bounds.SECONDS + bounds.GRACE
        self._giving = Giving(self._connection, blocks)

    def begun(self, quiet: float) -> Begun | None:
        """Give it the object until rows follow; None after ``quiet`` seconds: call again.

        Raises S3Error for what is not the data it is said to be, OSError where the disk is in
        trouble.
        """
        until = time.monotonic() + quiet
        frame = None
        in_time = self._giving.until(until)
        if in_time:
            try:
                frame = self._reader.next(max(until - time.monotonic(), _MOMENT))
            except TimeoutError:
                in_time = False
        if in_time:
            return Begun(**json.loads(self._expect(frame, frames.BEGUN)))
        self._refuse_late()
        return None

    def pieces(self, quiet: float) -> Iterator[bytes | None]:
        """Records as they come; None where ``quiet`` seconds passed without. Raises S3Error."""
        while True:
            try:
                frame = self._reader.next(quiet)
            except TimeoutError:
                self._refuse_late()
                yield None
                continue
            if frame is not None and frame.kind == frames.DONE:
                return
            yield self._expect(frame, frames.RECORDS)

    def _refuse_late(self) -> None:
        """Raises S3Error for a query that should have ended by now, and does not say so itself."""
        if time.monotonic() > self._until:
            raise bounds.late()

    def close(self) -> None:
        """Hang up: the process ends, whatever it is at."""
        self._connection.close()

    def _next(self) -> frames.Frame | None:
        try:
            return self._reader.next(bounds.SECONDS)
        except TimeoutError as error:
            raise bounds.late() from error

    def _expect(self, frame: frames.Frame | None, kind: bytes) -> bytes:
        """What a frame of this kind says; raises what another one says."""
        if frame is None:
            logger.warning(
                "a query of S3 Select took all the memory or time there is for one, and was ended"
            )
            raise S3Error("Busy")
        if frame.kind == kind:
            return frame.data
        if frame.kind == frames.REFUSED:
            told = json.loads(frame.data)
            raise S3Error(told["code"], told["message"])
        if frame.kind == frames.DISK:
            number = int(frame.data)
            raise OSError(number, os.strerror(number))
        logger.error("a query of S3 Select failed:\n%s", frame.data.decode("utf-8", "replace"))
        raise S3Error("InternalError")
