"""The fuzz run: hostile requests at a running server. No 500, no hang, no crash, every answer HTTP.

    python -m tests.fuzz.wire --cases 200000               any bytes
    python -m tests.fuzz.wire --cases 200000 --kind shaped every operation, with hostile members

A failure is printed with its number; `--only NUMBER` sends just that one again. Loopback only,
bounded in cases and time; ends only its own server.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import h11

from tests.fuzz.cases import case
from tests.fuzz.shaped import shaped

PATIENCE = 10.0  # seconds for an answer to a connection that said all it will say
REFUSALS_ALLOWED = {501, 503}
CONNECTIONS = 4

Make = Callable[[int, str], bytes]
KINDS: dict[str, Make] = {"bytes": case, "shaped": shaped}


@dataclass
class Findings:
    """What went wrong, by case number; and how many answers of each status came."""

    statuses: dict[int, int] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)


def exchange(port: int, data: bytes) -> bytes:
    """Everything the server says to these bytes; raises TimeoutError when it does not end."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        deadline = time.monotonic() + PATIENCE
        # A server may answer and close before it was told everything; the answer still counts.
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        received = bytearray()
        while time.monotonic() < deadline:
            try:
                block = connection.recv(65536)
            except ConnectionResetError:
                return bytes(received)
            if not block:
                return bytes(received)
            received += block
    raise TimeoutError(f"no end after {PATIENCE} s: {bytes(received[:200])!r}")


def statuses(data: bytes, answer: bytes) -> list[int]:
    """The statuses of the answers; raises h11.RemoteProtocolError for what is not HTTP."""
    found: list[int] = []
    rest = answer
    while rest:
        reader = h11.Connection(h11.CLIENT)
        # A HEAD's answer has a length and no body: h11 is told so by sending a HEAD itself.
        method = b"HEAD" if data[:5].upper() == b"HEAD " and not found else b"GET"
        reader.send(h11.Request(method=method, target=b"/", headers=[(b"Host", b"x")]))
        reader.send(h11.EndOfMessage())
        reader.receive_data(rest)
        reader.receive_data(b"")
        while True:
            event = reader.next_event()
            if isinstance(event, h11.Response):
                found.append(event.status_code)
            if isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                break
        rest = reader.trailing_data[0]
    return found


def try_one(number: int, port: int, findings: Findings, make: Make) -> None:
    """Send one case and judge the answer."""
    data = make(number, f"127.0.0.1:{port}")
    try:
        answer = exchange(port, data)
        for status in statuses(data, answer):
            findings.statuses[status] = findings.statuses.get(status, 0) + 1
            if status >= 500 and status not in REFUSALS_ALLOWED:
                findings.wrong[number] = f"status {status}: {answer[:300]!r}"
    except h11.RemoteProtocolError as problem:
        findings.wrong[number] = f"not HTTP: {problem}: {answer[:300]!r}"
    except (TimeoutError, OSError) as problem:
        findings.wrong[number] = f"{type(problem).__name__}: {problem}"


def fuzz(port: int, numbers: range, make: Make = case) -> Findings:
    """Send all these cases over a few connections at a time."""
    findings = Findings()
    pending = iter(numbers)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                number = next(pending, None)
            if number is None or len(findings.wrong) > 20:
                return
            try_one(number, port, findings, make)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return findings


def main() -> int:
    """Run the fuzz against a server of its own; 1 when a case went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--start", type=int, default=random.randrange(1 << 40))
    parser.add_argument("--only", type=int)
    parser.add_argument("--kind", choices=KINDS, default="bytes")
    options = parser.parse_args()
    start, count = (options.only, 1) if options.only is not None else (options.start, options.cases)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "s3compat", "serve", "--port", str(port), "--anonymous"]
        command += ["--data", folder, "--log", "off", "--durability", "relaxed"]
        log = Path(folder).with_suffix(".log")
        with log.open("wb") as output:
            server = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ.copy())
        try:
            wait_ready(port)
            furnish(port)
            started = time.monotonic()
            findings = fuzz(port, range(start, start + count), KINDS[options.kind])
            alive = server.poll() is None
        finally:
            server.terminate()
            server.wait(20)
    print(f"{count} cases from {start} in {time.monotonic() - started:.0f} s")
    print("statuses:", dict(sorted(findings.statuses.items())))
    for number, what in findings.wrong.items():
        print(f"case {number}: {what}")
    if not alive:
        print(f"the server died; its output: {log}")
    return 1 if findings.wrong or not alive else 0


def furnish(port: int) -> None:
    """A few buckets and objects for the cases to hit."""
    versioning = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    for target, body in (
        ("/fuzz", b""),
        ("/fuzz-versioned", b""),
        ("/fuzz-versioned?versioning", versioning),
        ("/fuzz/key", b"a,b\n1,2\n"),
        ("/fuzz-versioned/key", b'{"a": 1}'),
    ):
        head = f"PUT {target} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}"
        answer = exchange(port, head.encode() + b"\r\n\r\n" + body)
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"PUT {target}: {answer[:300]!r}")


def wait_ready(port: int) -> None:
    """Wait until somebody listens on the port; raises TimeoutError after 20 s."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError("the server did not start; run the same `s3compat serve` by hand")


if __name__ == "__main__":
    sys.exit(main())
