"""A client of webhooks in which every answer has an end: a head that comes byte by byte is cut off.

A time limit of a socket is one between two bytes. A destination that sends one byte a second would
hold a sender, and with it the events of everybody else, for as long as it likes.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from server_ref.storage.threads import started


def session(seconds: float) -> requests.Session:
    """A session of no proxy, in which the head of an answer has to come within ``seconds``.

    Its calls raise requests.RequestException where it does not.
    """
    made = requests.Session()
    made.trust_env = False  # a webhook is where the operator says, not behind a proxy
    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {
        "http": _pool(HTTPConnectionPool, seconds),
        "https": _pool(HTTPSConnectionPool, seconds),
    }
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    return made


class _Bounded:
    """A connection of urllib3's that waits for the head of an answer so long and no longer."""

    sock: socket.socket
    seconds: float

    def getresponse(self) -> Any:
        with _end_after(self.sock, self.seconds):
            return super().getresponse()  # type: ignore[misc]  # of the class it is mixed with


def _pool(known: Any, seconds: float) -> Any:
    """A class of connection pools: the known one, with bounded connections."""
    connection = type("Connection", (_Bounded, known.ConnectionCls), {"seconds": seconds})
    return type("Pool", (known,), {"ConnectionCls": connection})


@contextlib.contextmanager
def _end_after(sock: socket.socket, seconds: float) -> Iterator[None]:
    """End the socket after these seconds, unless the block is left before; then TimeoutError.

    OSError where there is no thread to wait beside it.

    The error has to be said: to http.client the half of a head is a whole one.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        with contextlib.suppress(OSError):  # it may be gone already
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    if not started(timer):
        raise OSError("no thread can be had to bound the wait for an answer")
    try:
        yield
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError("the answer took too long")
