"""SelectObjectContent: a query over one object, its result an event stream.

What is wrong with the request or the object's form is an error answer; what goes wrong once rows
come is an error event. Without DuckDB or sqlglot the operation is NotImplemented.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.http.send import close_payload
from server_ref.operations import operation
from server_ref.operations.objects import get_object
from server_ref.response import UNKNOWN, Payload
from server_ref.storage.reading import blocks
from server_ref.storage.trouble import refusal

if TYPE_CHECKING:
    from server_ref.select.asked import Asked
    from server_ref.select.engine import Running
    from server_ref.select.intake import Prepared
    from server_ref.select.translate import Plan

logger = logging.getLogger("server_ref")

ENGINE = ("duckdb", "sqlglot")  # imported at the first query: they would cost each start-up
QUIET = 5.0  # seconds after which a client is told that the query still runs
BATCH = 1 << 16  # characters of records in one event
AT_ONCE = 8  # queries, each with memory of its own
PATIENCE = 10.0  # seconds a query waits for its turn
_turns = threading.BoundedSemaphore(AT_ONCE)
_OF_OBJECT = (
    "Bucket",
    "Key",
    "ExpectedBucketOwner",
    "SSECustomerAlgorithm",
    "SSECustomerKey",
    "SSECustomerKeyMD5",
)


@operation("SelectObjectContent")
def select_object_content(ctx: Context, members: Members) -> Members:
    """Prepared and begun before the answer; rows come while it is sent."""
    _require_engine()
    from server_ref.select import asked, expression  # these import the engine
    from server_ref.select.engine import Running
    from server_ref.select.intake import prepare

    wanted = asked.read(members)
    query = expression.parse(members["Expression"])
    body = get_object(ctx, {name: members[name] for name in _OF_OBJECT if name in members})["Body"]
    with ExitStack() as stack:
        stack.callback(close_payload, body)
        if not _turns.acquire(timeout=PATIENCE):
            raise S3Error("Busy")
        stack.callback(_turns.release)
        try:
            name, file = ctx.store.bodies.create()
            stack.callback(ctx.store.bodies.discard, name, file)
            prepared = prepare(blocks(body), wanted, file)
        except OSError as error:  # the disk is full
            raise refusal(error) from error
        running = Running(Path(file.name), wanted)
        stack.callback(running.close)
        plan = running.begin(query, prepared, ctx.clock())
        answer = _Answer(stack.pop_all(), running, plan, wanted, prepared)
    ctx.response_headers["Content-Type"] = "application/vnd.amazon.eventstream"
    return {"Payload": Payload(UNKNOWN, chunks=answer)}


def _require_engine() -> None:
    """Raises S3Error NotImplemented, and tells the log, where a library cannot be imported."""
    for name in ENGINE:
        try:
            importlib.import_module(name)
        except ImportError as error:
            logger.warning(
                "SelectObjectContent needs %s, which cannot be imported (%s); install it with"
                " `pip install %s` and start the server again",
                name,
                error,
                name,
            )
            raise S3Error("NotImplemented", "S3 Select is not available here.") from error


class _Answer:
    """The frames of the answer; whoever ends early closes it."""

    def __init__(
        self, held: ExitStack, running: Running, plan: Plan, asked: Asked, prepared: Prepared
    ) -> None:
        """``held`` is everything that is to be let go at the end."""
        self._held, self._running = held, running
        self._plan, self._asked, self._prepared = plan, asked, prepared
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="select")
        self._frames = self._make()
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._frames)

    def close(self) -> None:
        """Stop the query and remove its file; more than once is fine."""
        if self._closed:
            return
        self._closed = True
        self._running.interrupt()
        self._pool.shutdown()
        self._held.close()

    def _make(self) -> Iterator[bytes]:
        from server_ref.select import eventstream

        prepared, returned = self._prepared, 0
        counts = (prepared.scanned, prepared.processed)
        try:
            for text in self._records():
                if text is None:
                    yield eventstream.continuation()
                    if self._asked.progress:
                        yield eventstream.progress(*counts, returned)
                    continue
                data = text.encode("utf-8", "replace")
                returned += len(data)
                yield eventstream.records(data)
        except S3Error as error:
            yield eventstream.error(error.code, error.message)
            return
        except RecursionError:  # a record nested deeper than it can be read
            deep = S3Error("JSONParsingError", "A record of the JSON object is nested too deep.")
            yield eventstream.error(deep.code, deep.message)
            return
        if self._asked.progress:
            yield eventstream.progress(*counts, returned)
        yield eventstream.stats(*counts, returned)
        yield eventstream.end()

    def _records(self) -> Iterator[str | None]:
        """Pieces of the result; None when a while has passed without one."""
        from server_ref.select.output import writer

        write = writer(self._asked.output, self._plan.columns)
        pieces: list[str] = []
        size = 0
        while True:
            future: Future[list[tuple[Any, ...]]] = self._pool.submit(self._running.rows)
            while True:
                try:
                    rows = future.result(QUIET)
                    break
                except NotYet:
                    yield None
            for row in rows:
                pieces.append(write(row))
                size += len(pieces[-1])
                if size >= BATCH:
                    yield "".join(pieces)
                    pieces, size = [], 0
            if not rows:
                break
        if pieces:
            yield "".join(pieces)
