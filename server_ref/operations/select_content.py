"""SelectObjectContent: a query over one object, its result an event stream.

What is wrong with the request or the object's form is an error answer; what goes wrong once the
answer has begun is an error event. An answer begins when rows follow, and without any after QUIET.
Without DuckDB or sqlglot the operation is NotImplemented.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
"""

from __future__ import annotations

import importlib.util
import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.http.send import close_payload
from server_ref.operations import operation
from server_ref.operations.objects import get_object
from server_ref.response import UNKNOWN, Payload
from server_ref.select import asked, eventstream
from server_ref.select.process import Begun, Query
from server_ref.storage.reading import blocks
from server_ref.storage.trouble import refusal

logger = logging.getLogger("server_ref")

ENGINE = ("duckdb", "sqlglot")  # imported where queries run, at the first: they cost a start-up
# Seconds after which a client is told that the query still runs. Clients and proxies give up a
# silent connection after 30 (the AWS SDK for Java) to 60 (botocore): several fit in there, and what
# goes wrong in less is an error answer.
QUIET = 5.0
AT_ONCE = 8  # queries, each with memory of its own
PATIENCE = 10.0  # seconds a query waits for its turn
_turns = threading.BoundedSemaphore(AT_ONCE)
_OF_QUERY = (
    "Expression",
    "ExpressionType",
    "InputSerialization",
    "OutputSerialization",
    "RequestProgress",
    "ScanRange",
)
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
    """The answer begins with the query, or when that takes long; rows come while it is sent."""
    _require_engine()
    if ctx.request.body.length == 0:
        raise S3Error("EmptyRequestBody")
    wanted = asked.read(members)
    if "range" in ctx.request.headers:
        raise S3Error("UnsupportedRangeHeader")
    with ExitStack() as stack:
        if not _turns.acquire(timeout=PATIENCE):
            raise S3Error("Busy")
        stack.callback(_turns.release)
        try:
            name, file = ctx.store.bodies.create()
            stack.callback(ctx.store.bodies.discard, name, file)
            query = Query(
                {name: members[name] for name in _OF_QUERY if name in members},
                Path(file.name),
                ctx.clock(),
            )
            stack.callback(query.close)
            of_object = {name: members[name] for name in _OF_OBJECT if name in members}
            found = get_object(ctx, of_object)
            body = found["Body"]
            stack.callback(close_payload, body)
            if found.get("StorageClass") == "REDUCED_REDUNDANCY":
                raise S3Error("UnsupportedStorageClass")
            query.feed(blocks(body))
            begun = query.begun(QUIET)
        except OSError as error:  # the disk is full
            raise refusal(error) from error
        answer = _Answer(stack.pop_all(), query, begun, progress=wanted.progress)
    ctx.response_headers["Content-Type"] = "application/vnd.amazon.eventstream"
    return {"Payload": Payload(UNKNOWN, chunks=answer)}


def _require_engine() -> None:
    """Raises S3Error NotImplemented, and tells the log, where a library is missing."""
    for name in ENGINE:
        if importlib.util.find_spec(name) is None:
            logger.warning(
                "SelectObjectContent needs %s, which is not installed; install it with"
                " `pip install %s` and start the server again",
                name,
                name,
            )
            raise S3Error("NotImplemented", "S3 Select is not available here.")


class _Answer:
    """The frames of the answer; whoever ends early closes it."""

    def __init__(
        self, held: ExitStack, query: Query, begun: Begun | None, *, progress: bool
    ) -> None:
        """``held`` is everything that is to be let go at the end; ``begun`` is None if late."""
        self._held, self._query, self._progress = held, query, progress
        self._frames = self._make(begun)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._frames)

    def close(self) -> None:
        """Stop the query and remove its file; more than once is fine."""
        self._held.close()

    def _make(self, begun: Begun | None) -> Iterator[bytes]:
        try:
            yield from self._events(begun)
        except S3Error as error:
            yield eventstream.error(error.code, error.message)
        except OSError as error:  # the disk is full
            told = refusal(error)
            yield eventstream.error(told.code, told.message)

    def _events(self, begun: Begun | None) -> Iterator[bytes]:
        """Raises S3Error and OSError."""
        returned = 0
        if begun is None:
            yield eventstream.continuation()
        while begun is None:
            begun = self._query.begun(QUIET)
            yield eventstream.continuation()  # once it has begun, too: rows may take as long again
        for data in self._query.pieces(QUIET):
            if data is None:
                yield eventstream.continuation()
                if self._progress:
                    yield eventstream.progress(*begun, returned)
                continue
            returned += len(data)
            yield eventstream.records(data)
        if self._progress:
            yield eventstream.progress(*begun, returned)
        yield eventstream.stats(*begun, returned)
        yield eventstream.end()
