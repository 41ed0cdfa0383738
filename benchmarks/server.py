"""The reference server against moto_server: same machine, same run, same load generator.

    python -m benchmarks.server --moto PATH/TO/moto_server

Prints a table of ratios and, with --json, the figures. moto_server belongs in a venv of its own
(`python -m venv moto && moto/bin/pip install "moto[server]"`).

Two figures a load: requests a second by the clock, and the CPU time the server's process spent on
one, which other work on the machine hardly changes. Both servers run all the time and take turns,
round by round. Loads over one connection are on one CPU, client and server together: they wait
for each other anyway, and waking a sleeping CPU costs more than the whole of a small request.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from benchmarks import load
from benchmarks.processes import Server, free_port, own_command, running, taking_turns

KIB, MIB = 1 << 10, 1 << 20
BUCKET = "benchmark"
ACCESS_KEY, SECRET_KEY = "AKIABENCHMARKEXAMPLE", "benchmark-only-secret"
SMALL_OBJECTS = 200


@dataclass(frozen=True)
class Measured:
    """One load in one round: requests a second, and milliseconds of CPU a request."""

    per_second: float
    server_cpu: float
    client_cpu: float


@dataclass(frozen=True)
class Job:
    """One load: what is sent, how many requests of it to us and to the (slower) peer."""

    name: str
    method: str
    paths: tuple[str, ...]
    count: int
    peer_count: int
    goal: float | None  # times the peer's rate
    body: bytes = b""
    connections: int = 1
    together: bool = False  # client and server on one CPU

    def requests(self, server: Server) -> list[bytes]:
        """Signed anew: no two rounds send the same bytes."""
        return [request_bytes(server, self.method, path, self.body) for path in self.paths]


def jobs() -> list[Job]:
    """The loads, in the order they run."""
    small = tuple(f"/{BUCKET}/small/{number:03}" for number in range(SMALL_OBJECTS))
    written = tuple(f"/{BUCKET}/written/{number:03}" for number in range(SMALL_OBJECTS))
    page, large = f"/{BUCKET}?list-type=2&prefix=listed%2F", f"/{BUCKET}/large"
    kib, big = os.urandom(KIB), os.urandom(64 * MIB)
    return [
        Job("GET 1 KiB", "GET", small, 6000, 600, 25.0, together=True),
        Job("GET 1 KiB, 8 connections", "GET", small, 6000, 600, None, connections=8),
        # Many writers at once, as a store has them: what is durable can share a sync.
        Job("durable PUT 1 KiB", "PUT", written, 4000, 400, 5.0, body=kib, connections=8),
        Job("LIST 1000", "GET", (page,), 200, 8, 50.0, together=True),
        Job("PUT 64 MiB", "PUT", (large,), 4, 4, 2.5, body=big),
        Job("GET 64 MiB", "GET", (large,), 8, 8, 2.0),
    ]


class _UnsignedPayload(S3SigV4Auth):
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


def fill(server: Server) -> None:
    """The objects the loads read and list."""
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
    for number in range(SMALL_OBJECTS):
        s3.put_object(Bucket=BUCKET, Key=f"small/{number:03}", Body=os.urandom(KIB))


def measure(server: Server, job: Job, count: int) -> Measured:
    """One round of one load, after a tenth of it to warm up."""
    requests = job.requests(server)
    warm = max(job.connections, count // 10)
    with taking_turns(server) if job.together else contextlib.nullcontext():
        load.run(server.address, requests, count=warm, connections=job.connections)
        before = server.cpu()
        done = load.run(server.address, requests, count=count, connections=job.connections)
        server_cpu = server.cpu() - before
    return Measured(
        done.per_second, 1000 * server_cpu / done.requests, 1000 * done.own_cpu / done.requests
    )


def compare(own: Server, peer: Server, job: Job, rounds: int) -> dict[str, float | None]:
    """Both servers under one load, round by round; medians and their ratios (above 1: we win)."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(measure(own, job, job.count))
        theirs.append(measure(peer, job, job.peer_count))

    def median(of: list[Measured], figure: str) -> float:
        return statistics.median(float(getattr(one, figure)) for one in of)

    return {
        "s3compat_per_s": median(ours, "per_second"),
        "moto_per_s": median(theirs, "per_second"),
        "ratio": median(ours, "per_second") / median(theirs, "per_second"),
        "goal": job.goal,
        "s3compat_cpu_ms": median(ours, "server_cpu"),
        "moto_cpu_ms": median(theirs, "server_cpu"),
        "cpu_ratio": median(theirs, "server_cpu") / median(ours, "server_cpu"),
        "client_cpu_ms": median(ours, "client_cpu"),
    }


def memory_after_a_gibibyte(server: Server) -> dict[str, int]:
    """Resident memory after 16 objects of 64 MiB were written and read."""
    body = os.urandom(64 * MIB)
    for number in range(16):
        path = f"/{BUCKET}/gibibyte/{number}"
        load.run(server.address, [request_bytes(server, "PUT", path, body)], count=1)
        load.run(server.address, [request_bytes(server, "GET", path)], count=1)
    return server.memory()


@contextlib.contextmanager
def both(moto: str) -> Iterator[tuple[Server, Server]]:
    """The two servers, running."""
    port, peer_port = free_port(), free_port()
    peer_command = [moto, "-H", "127.0.0.1", "-p", str(peer_port)]
    with tempfile.TemporaryDirectory() as folder:
        command = own_command(port, "--data", folder, "--access-key", ACCESS_KEY)
        secret = {"S3COMPAT_SECRET_KEY": SECRET_KEY}
        with (
            running("s3compat", command, port, secret) as own,
            running("moto", peer_command, peer_port) as peer,
        ):
            yield own, peer


def main() -> int:
    """Measure both, print the ratios; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moto", default=shutil.which("moto_server"), help="moto_server to run")
    parser.add_argument("--rounds", type=int, default=3, help="measurements per load (median)")
    parser.add_argument("--only", default="", help="the loads whose name contains this")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    if not options.moto:
        parser.error('no moto_server: pip install "moto[server]" in a venv, then --moto PATH')
    chosen = [job for job in jobs() if options.only in job.name]
    if not chosen:
        parser.error(f"no load is called {options.only!r}")
    with both(options.moto) as (own, peer):
        fill(own)
        fill(peer)
        rows = {job.name: compare(own, peer, job, options.rounds) for job in chosen}
        memory = memory_after_a_gibibyte(own)
        ready = {"s3compat": own.ready, "moto": peer.ready}
    if options.json:
        print(json.dumps({"loads": rows, "memory_mib": memory, "ready_s": ready}, indent=2))
    else:
        show(rows, memory, ready)
    missed = [name for name, row in rows.items() if (row["ratio"] or 0) < (row["goal"] or 0)]
    if missed:
        print(f"below the goal: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def show(
    rows: dict[str, dict[str, float | None]], memory: dict[str, int], ready: dict[str, float]
) -> None:
    """The table for people."""
    print(f"{'':<26}{'requests a second':^28}{'':>8}{'server CPU, ms a request':^29}")
    heads = ("s3compat", "moto", "ratio", "goal", "s3compat", "moto", "ratio", "client")
    print(f"{'load':<26}" + "".join(f"{head:>10}" for head in heads))
    for name, row in rows.items():
        goal = "" if row["goal"] is None else f"{row['goal']:.1f}x"
        print(
            f"{name:<26}{row['s3compat_per_s']:>10.1f}{row['moto_per_s']:>10.1f}"
            f"{row['ratio']:>9.1f}x{goal:>10}{row['s3compat_cpu_ms']:>10.3f}"
            f"{row['moto_cpu_ms']:>10.3f}{row['cpu_ratio']:>9.1f}x{row['client_cpu_ms']:>10.3f}"
        )
    print(f"memory after 1 GiB of 64 MiB objects: {memory['VmRSS']} MiB (peak {memory['VmHWM']})")
    print(f"ready in {ready['s3compat']:.2f} s (moto {ready['moto']:.2f} s)")


if __name__ == "__main__":
    sys.exit(main())
