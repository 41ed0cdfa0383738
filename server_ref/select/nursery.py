"""The process queries are forked from: it has imported the engine once, and does nothing else.

``python -m server_ref.select.nursery DESCRIPTOR`` reads one byte and one connection a query from a
socket. It ends with the server, and when nobody has asked for a while.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import sys

from server_ref.select import frames

IDLE = 60.0  # seconds


def serve(control: socket.socket) -> None:
    """A child a connection, until the server hangs up or is quiet for IDLE seconds."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system takes away what has ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends, and this with it
    with contextlib.suppress(ImportError):  # each query says so for itself
        importlib.import_module("server_ref.select.inside")
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while poll.poll(IDLE * 1000):
        asked, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not asked:
            return
        for descriptor in descriptors:
            with socket.socket(fileno=descriptor) as connection:
                try:
                    child = os.fork()
                except OSError:  # no more processes can be had; the next query may be luckier
                    _busy(connection)
                    continue
                if child == 0:
                    _child(control, connection)


def _busy(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more
        told = json.dumps(
            {"code": "Busy", "message": "The service is unavailable. Try again later."}
        )
        frames.send(connection, frames.REFUSED, told.encode())


def _child(control: socket.socket, connection: socket.socket) -> None:
    """One query. Does not return."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        try:
            from server_ref.select import inside
        except ImportError as problem:  # it is installed, and cannot be used
            message = f"S3 Select is not available here: {problem.name} cannot be imported."
            told = json.dumps({"code": "NotImplemented", "message": message})
            frames.send(connection, frames.REFUSED, told.encode())
        else:
            inside.run(connection)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
