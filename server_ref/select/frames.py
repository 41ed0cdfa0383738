"""What a query's process and the server say to each other: a kind, a length, and so many bytes."""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

_HEAD = struct.Struct(">cI")
MOST = 64 << 20  # bytes of one frame

# the server's
JOB = b"J"  # what is asked, as JSON
DATA = b"D"  # bytes of the object
DATA_END = b"E"
# the query's
PARSED = b"P"  # the expression can be read
BEGUN = b"B"  # rows follow; how many bytes were read for them, as JSON
RECORDS = b"R"
DONE = b"Z"
REFUSED = b"X"  # code and message of S3's error, as JSON
DISK = b"O"  # the number of an error of the disk
FAULT = b"F"  # a fault of ours, with its traceback


class Frame(NamedTuple):
    """One message."""

    kind: bytes
    data: bytes


def encode(kind: bytes, data: bytes = b"") -> bytes:
    """One message as it is sent."""
    return _HEAD.pack(kind, len(data)) + data


def send(connection: socket.socket, kind: bytes, data: bytes = b"") -> None:
    """Raises OSError where the other side is gone, TimeoutError where it does not read."""
    connection.sendall(encode(kind, data))


class Reader:
    """Frames of a connection; one that came in part is kept while a timeout passes."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._pending = bytearray()

    def next(self, timeout: float | None = None) -> Frame | None:
        """The next frame, None where the other side has ended.

        Raises TimeoutError after ``timeout`` seconds without a byte, ValueError for no frame.
        """
        self._connection.settimeout(timeout)
        while True:
            pending = self._pending
            if len(pending) >= _HEAD.size:
                kind, length = _HEAD.unpack_from(pending)
                if length > MOST:
                    raise ValueError(f"a frame of {length} bytes")
                stop = _HEAD.size + length
                if len(pending) >= stop:
                    data = bytes(pending[_HEAD.size : stop])
                    del pending[:stop]
                    return Frame(kind, data)
            try:
                more = self._connection.recv(1 << 18)
            except ConnectionError:
                more = b""
            if not more:
                return None
            pending += more
