"""The open connections of a server, and which end when descriptors run short: the longest idle."""

from __future__ import annotations

import contextlib
import logging
import math
import resource
import socket
import threading
from collections.abc import Hashable
from typing import Protocol

logger = logging.getLogger("server_ref")

_LEAST_SPARE, _MOST_SPARE = 24, 256  # descriptors that are left for files and the database


class Idle(Protocol):
    """What is asked of a connection."""

    idle: bool  # no request is under way
    ending: bool  # no further request
    idle_since: float  # of the monotonic clock; infinite while there is something of a request


class Crowd:
    """Connections, each with its socket and the port it came to. Thread-safe.

    A new socket has the lowest descriptor that is free, so its number tells how many are in use.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[Idle, tuple[socket.socket, Hashable]] = {}
        self._sent_away: set[Idle] = set()  # and not gone yet
        self._told = False

    def enter(self, connection: Idle, sock: socket.socket, port: Hashable) -> None:
        """It is open from now on."""
        with self._lock:
            self._open[connection] = sock, port

    def leave(self, connection: Idle) -> None:
        """It has ended."""
        with self._lock:
            self._open.pop(connection, None)
            self._sent_away.discard(connection)

    def at(self, port: Hashable) -> list[tuple[Idle, socket.socket]]:
        """The connections of one port."""
        with self._lock:
            return [(one, sock) for one, (sock, its) in self._open.items() if its is port]

    def make_room(self, descriptor: int | None) -> None:
        """End as many idle connections as are needed, now that a socket has this descriptor.

        None: there was none to be had.
        """
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if limit == resource.RLIM_INFINITY:
            return
        spare = max(_LEAST_SPARE, min(limit // 4, _MOST_SPARE))
        excess = (limit if descriptor is None else descriptor + 1) + spare - limit
        if excess > 0:
            self._end(excess, limit)

    def _end(self, count: int, limit: int) -> None:
        with self._lock:
            idle = sorted(
                (since, number, one)
                for number, one in enumerate(self._open)
                if (since := one.idle_since) < math.inf and one not in self._sent_away
            )
            for _, _, one in idle[: max(0, count - len(self._sent_away))]:
                self._sent_away.add(one)
                one.ending = True
                shut(self._open[one][0], socket.SHUT_RD)  # a request that is there is answered
        if not self._told:
            self._told = True
            logger.warning(
                "few file descriptors are left (the limit is %d): idle connections are closed",
                limit,
            )


def shut(sock: socket.socket, how: int) -> None:
    """Shut a socket down that may be gone already; what TLS there is goes on with what is left."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, how)  # SSLSocket's own would go on without encryption
