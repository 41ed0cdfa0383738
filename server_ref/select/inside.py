"""One query, within its process: bounded by the system in memory, CPU and what it writes.

Whatever an expression or an object does to it, it ends by itself and takes nothing else along.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import socket
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from server_ref.errors import S3Error
from server_ref.select import asked as asking
from server_ref.select import bounds, engine, expression, frames, intake
from server_ref.select.output import writer
from server_ref.storage.threads import started

SPARE_MEMORY = 3 << 29  # bytes of addresses beside the libraries'; DuckDB reserves many unused
CPU = 660  # seconds; more than a query may take: this is for what looks at no clock
FILES = 64
BATCH = 1 << 16  # characters of records in one frame

_TOO_DEEP = S3Error("JSONParsingError", "A record of the JSON object is nested too deep.")


def run(connection: socket.socket) -> None:
    """Do what the server asks over ``connection``, and say how it ended. Raises nothing."""
    with contextlib.suppress(OSError):  # nobody listens any more: there is nobody to tell
        try:
            _bound()
            watch = threading.Thread(target=_end_with, args=(connection.fileno(),), daemon=True)
            if not started(watch):
                raise S3Error("Busy")
            _query(connection)
        except S3Error as error:
            _refuse(connection, error)
        except RecursionError:  # a record nested deeper than it can be read
            _refuse(connection, _TOO_DEEP)
        except MemoryError:
            _refuse(connection, S3Error("Busy"))
        except ConnectionError:
            return
        except OSError as error:
            frames.send(connection, frames.DISK, str(error.errno or 0).encode())
        except Exception:  # noqa: BLE001 - whatever it is, the server's log is the place for it
            frames.send(connection, frames.FAULT, traceback.format_exc()[-20_000:].encode())


def _refuse(connection: socket.socket, error: S3Error) -> None:
    told = json.dumps({"code": error.code, "message": error.message})
    frames.send(connection, frames.REFUSED, told.encode())


def _bound() -> None:
    """The system's limits on this process."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: CPU,
        resource.RLIMIT_FSIZE: 2 * intake.MAX_BYTES,
        resource.RLIMIT_NOFILE: FILES,
    }
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        pages = 0
    if pages:  # where the system tells what is in use
        limits[resource.RLIMIT_AS] = pages * resource.getpagesize() + SPARE_MEMORY
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))


def _end_with(descriptor: int) -> None:
    """End this process when the server hangs up, whatever it is at."""
    poll = select.poll()
    poll.register(descriptor, select.POLLHUP | select.POLLERR)
    poll.poll()
    os._exit(0)


def _query(connection: socket.socket) -> None:
    until = time.monotonic() + bounds.SECONDS
    reader = frames.Reader(connection)
    job = json.loads(_expect(reader, frames.JOB))
    members: dict[str, Any] = job["members"]
    wanted = asking.read(members)
    query = expression.parse(members["Expression"])
    frames.send(connection, frames.PARSED)
    path = Path(job["path"])
    with path.open("wb") as file:
        prepared = intake.prepare(_blocks(reader), wanted, file, until)
    running = engine.Running(path, wanted, until)
    try:
        plan = running.begin(query, prepared, datetime.fromisoformat(job["now"]))
        read = {"scanned": prepared.scanned, "processed": prepared.processed}
        frames.send(connection, frames.BEGUN, json.dumps(read).encode())
        write = writer(wanted.output, plan.columns)
        every = (write(row) for rows in iter(running.rows, []) for row in rows)
        for batch in _batches(every):
            frames.send(connection, frames.RECORDS, batch.encode("utf-8", "replace"))
        frames.send(connection, frames.DONE)
    finally:
        running.close()


def _batches(records: Iterable[str]) -> Iterator[str]:
    """Records put together, each time until there are BATCH characters.

    Raises S3Error for a record that is too long.
    """
    pieces: list[str] = []
    size = 0
    for record in records:
        if len(record) > intake.MAX_RECORD:
            raise S3Error("OverMaxRecordSize")
        pieces.append(record)
        size += len(record)
        if size >= BATCH:
            yield "".join(pieces)
            pieces, size = [], 0
    if pieces:
        yield "".join(pieces)


def _next(reader: frames.Reader) -> frames.Frame:
    frame = reader.next()
    if frame is None:
        raise ConnectionError("the server hung up")
    return frame


def _expect(reader: frames.Reader, kind: bytes) -> bytes:
    frame = _next(reader)
    if frame.kind != kind:
        raise ValueError(f"a frame {frame.kind!r} where {kind!r} was to come")
    return frame.data


def _blocks(reader: frames.Reader) -> Iterator[bytes]:
    while (frame := _next(reader)).kind != frames.DATA_END:
        yield frame.data
