"""Warm CLI calls against a process start for each: the same commands, one run, one table.

    python -m benchmarks.cli_warm [--calls 20] [--json]

The two ways take turns, so that whatever else the machine does falls on both. The endpoint is a
server of this script's own that answers every HEAD and GET with an empty 200, so the figures are
the clients' own. Times are medians in milliseconds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import socketserver
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from conformance.clients import discover
from conformance.clients.base import Client, CliMode
from conformance.clients.warm import close_all
from conformance.endpoint.endpoint import Credentials, Endpoint

COMMANDS = {
    "aws s3api head-object": (
        "aws-s3api",
        ["s3api", "head-object", "--bucket", "bucket", "--key", "key"],
    ),
    "aws s3 ls": ("aws-s3", ["s3", "ls", "s3://bucket"]),
    "s3cmd info": ("s3cmd", ["info", "s3://bucket/key"]),
}
MODES: tuple[CliMode, ...] = ("warm", "subprocess")


_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLast-Modified: Tue, 03 Feb 2026 04:05:06 GMT\r\n\r\n"
)


class _Empty(socketserver.BaseRequestHandler):
    """The same answer to every head, and nothing read of it: what it costs is in every figure."""

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pending = b""
        while received := self.request.recv(65536):
            pending += received
            while b"\r\n\r\n" in pending:
                pending = pending.partition(b"\r\n\r\n")[2]
                self.request.sendall(_ANSWER)


@contextlib.contextmanager
def _endpoint() -> Iterator[Endpoint]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Empty)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Endpoint(
            f"http://127.0.0.1:{server.server_address[1]}",
            credentials=Credentials("AKIAIOSFODNN7EXAMPLE", "benchmark-secret-key"),
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _milliseconds(client: Client, argv: list[str]) -> float:
    started = time.perf_counter()
    answer = client.cli(argv)
    spent = (time.perf_counter() - started) * 1000
    if not answer.exchanges:
        raise RuntimeError(f"{' '.join(argv)} sent nothing: {answer.call.stderr}")
    return spent


def measure(calls: int) -> dict[str, dict[str, float]]:
    """Command → medians of both ways in milliseconds, and their ratio."""
    found: dict[str, dict[str, float]] = {}
    with _endpoint() as endpoint, tempfile.TemporaryDirectory() as scratch:
        for title, (name, argv) in COMMANDS.items():
            make = discover()[name]
            clients = {mode: make(endpoint, Path(scratch) / mode, cli_mode=mode) for mode in MODES}
            for client in clients.values():
                _milliseconds(client, argv)  # the first call starts the warm process
            spent: dict[CliMode, list[float]] = {mode: [] for mode in MODES}
            for _ in range(calls):
                for mode, client in clients.items():
                    spent[mode].append(_milliseconds(client, argv))
            medians = {mode: statistics.median(times) for mode, times in spent.items()}
            found[title] = {
                **{mode: round(median, 1) for mode, median in medians.items()},
                "ratio": round(medians["subprocess"] / medians["warm"], 1),
            }
            for client in clients.values():
                client.close()
    close_all()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=20, help="calls of each command each way")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    found = measure(options.calls)
    if options.json:
        print(json.dumps(found, indent=2))
        return
    table = Table("command", "warm ms", "subprocess ms", "ratio")
    for title, row in found.items():
        table.add_row(title, *(f"{row[key]:g}" for key in ("warm", "subprocess", "ratio")))
    Console().print(table)


if __name__ == "__main__":
    main()
