"""The reference server against moto_server: same machine, same run, same load generator.

    python -m benchmarks.server --moto PATH/TO/moto_server

Prints a table of ratios and, with --json, the figures. moto_server belongs in a venv of its own
(`python -m venv moto && moto/bin/pip install "moto[server]"`).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from benchmarks import load

KIB, MIB = 1 << 10, 1 << 20
BUCKET = "benchmark"
ACCESS_KEY, SECRET_KEY = "AKIABENCHMARKEXAMPLE", "benchmark-only-secret"
GOALS = {
    "GET 1 KiB": 20.0,
    "durable PUT 1 KiB": 5.0,
    "LIST 1000": 50.0,
    "PUT 64 MiB": 2.5,
    "GET 64 MiB": 2.0,
}


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

    def memory(self) -> dict[str, int]:
        """Resident memory now and at its peak, in MiB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        return {name: int(fields[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM")}


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(name: str, command: list[str], port: int) -> Iterator[Server]:
    """Start a server, wait for its first answer, end it afterwards."""
    environment = os.environ | {"S3COMPAT_SECRET_KEY": SECRET_KEY}
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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


class _UnsignedPayload(S3SigV4Auth):  # type: ignore[misc]  # botocore publishes no types
    """S3's signer as it is over TLS: the payload is not part of the signature."""

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002  # botocore's signature
        return "UNSIGNED-PAYLOAD"


def request_bytes(server: Server, method: str, path: str, body: bytes = b"") -> bytes:
    """A signed request, whole, as it goes onto the wire (payload unsigned, as over TLS)."""
    request = AWSRequest(
        method,
        f"{server.url}{path}",
        data=b"",
        headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD", "Content-Length": str(len(body))},
    )
    _UnsignedPayload(Credentials(ACCESS_KEY, SECRET_KEY), "s3", "us-east-1").add_auth(request)
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items() if name != "Host"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def measure(server: Server, rounds: int) -> dict[str, float]:
    """The median rate of each load over ``rounds``, in its own unit (requests/s or MB/s)."""
    s3 = boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}),
    )
    s3.create_bucket(Bucket=BUCKET)
    for number in range(1000):
        s3.put_object(Bucket=BUCKET, Key=f"listed/{number:06}", Body=b"")
    s3.put_object(Bucket=BUCKET, Key="small", Body=os.urandom(KIB))
    small, large = os.urandom(KIB), os.urandom(64 * MIB)
    fast = server.name != "moto"
    address = ("127.0.0.1", server.port)

    def rate(request: bytes, count: int, connections: int = 1) -> float:
        load.run(address, request, count=max(connections, count // 10), connections=connections)
        return statistics.median(
            load.run(address, request, count=count, connections=connections).per_second
            for _ in range(rounds)
        )

    get = request_bytes(server, "GET", f"/{BUCKET}/small")
    put = request_bytes(server, "PUT", f"/{BUCKET}/written", small)
    page = request_bytes(server, "GET", f"/{BUCKET}?list-type=2&prefix=listed%2F")
    rates = {
        "GET 1 KiB": rate(get, 5000 if fast else 400),
        # Many writers at once, as a store has them: what is durable can share a sync.
        "durable PUT 1 KiB": rate(put, 4000 if fast else 400, connections=8),
        "LIST 1000": rate(page, 300 if fast else 12),
    }
    put_large = request_bytes(server, "PUT", f"/{BUCKET}/large", large)
    rates["PUT 64 MiB"] = rate(put_large, 4) * 64 * MIB / 1e6
    rates["GET 64 MiB"] = rate(request_bytes(server, "GET", f"/{BUCKET}/large"), 8) * 64 * MIB / 1e6
    return rates


def memory_after_a_gibibyte(server: Server) -> dict[str, int]:
    """Resident memory after 16 objects of 64 MiB were written and read."""
    body = os.urandom(64 * MIB)
    address = ("127.0.0.1", server.port)
    for number in range(16):
        path = f"/{BUCKET}/gibibyte/{number}"
        load.run(address, request_bytes(server, "PUT", path, body), count=1)
        load.run(address, request_bytes(server, "GET", path), count=1)
    return server.memory()


def main() -> int:
    """Measure both, print the ratios; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moto", default=shutil.which("moto_server"), help="moto_server to run")
    parser.add_argument("--rounds", type=int, default=3, help="measurements per load (median)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    if not options.moto:
        parser.error('no moto_server: pip install "moto[server]" in a venv, then --moto PATH')
    port, moto_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        own = [sys.executable, "-m", "s3compat", "serve", "--port", str(port), "--data", folder]
        own += ["--access-key", ACCESS_KEY, "--log", "off"]
        with running("s3compat", own, port) as server:
            rates = measure(server, options.rounds)
            memory = memory_after_a_gibibyte(server)
            ready = server.ready
    peer_command = [options.moto, "-H", "127.0.0.1", "-p", str(moto_port)]
    with running("moto", peer_command, moto_port) as peer:
        peer_rates = measure(peer, options.rounds)
        peer_ready = peer.ready
    rows = {
        name: {
            "s3compat": rates[name],
            "moto": peer_rates[name],
            "ratio": rates[name] / peer_rates[name],
            "goal": goal,
        }
        for name, goal in GOALS.items()
    }
    figures = {"rates": rows, "memory_mib": memory, "ready_s": ready, "moto_ready_s": peer_ready}
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        print(f"{'load':<20}{'s3compat':>12}{'moto':>12}{'ratio':>9}{'goal':>8}")
        for name, row in rows.items():
            print(
                f"{name:<20}{row['s3compat']:>12.1f}{row['moto']:>12.1f}"
                f"{row['ratio']:>8.1f}x{row['goal']:>7.1f}x"
            )
        print(
            f"memory after 1 GiB of 64 MiB objects: {memory['VmRSS']} MiB (peak {memory['VmHWM']})"
        )
        print(f"ready in {ready:.2f} s (moto {peer_ready:.2f} s)")
    missed = [name for name, row in rows.items() if row["ratio"] < row["goal"]]
    if missed:
        print(f"below the goal: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
