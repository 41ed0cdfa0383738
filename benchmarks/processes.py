"""Servers as processes: started, waited for, looked at (memory, CPU time), ended. Linux."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running server and how long it took to answer its first request, in seconds."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    ready: float

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> tuple[str, int]:
        """The same, for sockets."""
        return "127.0.0.1", self.port

    def memory(self) -> dict[str, int]:
        """Resident memory now and at its peak, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        return {name: int(fields[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM")}

    def cpu(self) -> float:
        """Seconds of CPU the process has used, in user space and in the system."""
        return time.clock_gettime(~self.process.pid << 3 | 2)  # clock_getcpuclockid(3)

    def run_on(self, cpus: Iterable[int]) -> None:
        """Let all its threads, and those they start, run on these CPUs only."""
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(ProcessLookupError):  # a thread that has just ended
                os.sched_setaffinity(int(task.name), cpus)


@contextlib.contextmanager
def taking_turns(server: Server) -> Iterator[None]:
    """This process and the server on one CPU, and on all they may use afterwards."""
    cpus = os.sched_getaffinity(0)
    one = {max(cpus)}
    server.run_on(one)
    os.sched_setaffinity(0, one)
    try:
        yield
    finally:
        os.sched_setaffinity(0, cpus)
        server.run_on(cpus)


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def own_command(port: int, *options: str) -> list[str]:
    """The command line of this project's server, without a log."""
    command = [sys.executable, "-m", "s3compat", "serve", "--port", str(port), "--log", "off"]
    return [*command, *options]


@contextlib.contextmanager
def running(
    name: str, command: list[str], port: int, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, wait for its first answer, end it afterwards."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Server(name, process, port, _wait_ready(process, port, started))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(process: subprocess.Popen[bytes], port: int, started: float) -> float:
    while time.perf_counter() - started < 30:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}; run it by hand")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as c:
            c.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if c.recv(64):
                return time.perf_counter() - started
        time.sleep(0.005)
    raise RuntimeError(f"{process.args!r} did not answer within 30 s")
