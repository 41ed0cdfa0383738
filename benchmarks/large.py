"""Large things: does memory follow an object's size, does completing an upload follow its parts?

    python -m benchmarks.large --gib 5 --parts 10000

An object streams in (aws-chunked with a trailing checksum, then in parts) and out again; what the
server's memory grew by is set against an object of 64 MiB treated the same way before. An upload
of many parts is completed, and one of a hundredth of them: a part costs the same in both. The
parts are made by UploadPartCopy of one 5 MiB object, so they take no disk.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from awscrt import checksums

from benchmarks import load
from benchmarks.processes import Server, free_port, own_command, running

MIB = 1 << 20
GROWTH = 32  # MiB of memory a large object may cost more than a small one
SECONDS = 1.0  # for completing all the parts
SMALL = 64  # MiB
PARTS = 8  # of the object that is uploaded in parts
BUCKET = "large"
_BLOCK = os.urandom(MIB)


def head(server: Server, method: str, target: str, length: int, *headers: str) -> bytes:
    """The head of an unsigned request (the server under load is anonymous)."""
    lines = (f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{server.port}")
    return "\r\n".join([*lines, f"Content-Length: {length}", *headers, "", ""]).encode()


def ask(server: Server, pieces: Iterator[bytes]) -> tuple[bytes, int]:
    """Send a request piece by piece; the first 64 KiB of the answer, and its length."""
    with socket.create_connection(server.address, timeout=300) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        scratch = memoryview(bytearray(MIB))
        kept, total = b"", 0
        while got := connection.recv_into(scratch):
            total += got
            if len(kept) < 1 << 16:
                kept += bytes(scratch[:got])
    if not kept.startswith(b"HTTP/1.1 2"):
        raise load.LoadError(kept[:600].decode("latin-1"))
    return kept, total


def put(server: Server, target: str, mebibytes: int) -> Iterator[bytes]:
    """A PUT of this many MiB in one go."""
    yield head(server, "PUT", target, mebibytes * MIB)
    for _ in range(mebibytes):
        yield _BLOCK


def put_chunked(server: Server, target: str, mebibytes: int) -> Iterator[bytes]:
    """The same as SDKs send it: aws-chunked, the checksum in a trailer."""
    value = 0
    for _ in range(mebibytes):
        value = checksums.crc64nvme(_BLOCK, value)
    digest = base64.b64encode(value.to_bytes(8, "big")).decode()
    end = f"0\r\nx-amz-checksum-crc64nvme:{digest}\r\n\r\n".encode()
    opening = f"{MIB:x}\r\n".encode()
    length = mebibytes * (len(opening) + MIB + 2) + len(end)
    yield head(
        server,
        "PUT",
        target,
        length,
        "Content-Encoding: aws-chunked",
        "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        f"x-amz-decoded-content-length: {mebibytes * MIB}",
        "x-amz-trailer: x-amz-checksum-crc64nvme",
    )
    for _ in range(mebibytes):
        yield opening
        yield _BLOCK
        yield b"\r\n"
    yield end


def send(
    server: Server, method: str, target: str, body: bytes = b"", *headers: str
) -> tuple[bytes, int]:
    """A request of a small body."""
    return ask(server, iter([head(server, method, target, len(body), *headers), body]))


def begin(server: Server, target: str) -> str:
    """A new upload; its id."""
    answer, _ = send(server, "POST", f"{target}?uploads")
    found = re.search(rb"<UploadId>([^<]+)<", answer)
    if found is None:
        raise load.LoadError(answer[:600].decode("latin-1"))
    return found[1].decode()


def part_list(etags: list[str]) -> bytes:
    """The document that completes an upload of these parts."""
    listed = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
        for number, etag in enumerate(etags, 1)
    )
    return f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()


def etag_of(answer: bytes) -> str:
    """The ETag an answer gives, in a header or in its document."""
    found = re.search(rb'ETag(?:: |>)(?:"|&quot;)([0-9a-f-]+)', answer)
    if found is None:
        raise load.LoadError(answer[:600].decode("latin-1"))
    return found[1].decode()


def stream(server: Server, mebibytes: int) -> None:
    """In and out, both ways; nothing is left."""
    target = f"/{BUCKET}/streamed"
    ask(server, put_chunked(server, target, mebibytes))
    read_back(server, target, mebibytes)
    upload = begin(server, target)
    each = mebibytes // PARTS
    etags = [
        etag_of(ask(server, put(server, f"{target}?partNumber={n}&uploadId={upload}", each))[0])
        for n in range(1, PARTS + 1)
    ]
    send(server, "POST", f"{target}?uploadId={upload}", part_list(etags))
    read_back(server, target, each * PARTS)
    send(server, "DELETE", target)


def read_back(server: Server, target: str, mebibytes: int) -> None:
    """GET all of it. Raises LoadError when it is not as long as it should be."""
    _, total = send(server, "GET", target)
    if total < mebibytes * MIB:
        raise load.LoadError(f"only {total} bytes of {mebibytes} MiB came back")


def completing(server: Server, count: int) -> tuple[float, float]:
    """Seconds it takes to complete an upload of ``count`` parts: by the clock, and of CPU."""
    target = f"/{BUCKET}/assembled-{count}"
    upload = begin(server, target)
    requests = (
        head(
            server,
            "PUT",
            f"{target}?partNumber={number}&uploadId={upload}",
            0,
            f"x-amz-copy-source: /{BUCKET}/piece",
        )
        for number in range(1, count + 1)
    )
    load.run_each(server.address, requests, connections=4)
    etag = etag_of(send(server, "HEAD", f"/{BUCKET}/piece")[0])
    document = part_list([etag] * count)
    started, cpu = time.perf_counter(), server.cpu()
    send(server, "POST", f"{target}?uploadId={upload}", document)
    return time.perf_counter() - started, server.cpu() - cpu


def main() -> int:
    """Measure both; 1 when a bound is not held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gib", type=float, default=5, help="size of the large object")
    parser.add_argument("--parts", type=int, default=10_000, help="parts of the large upload")
    options = parser.parse_args()
    port, large = free_port(), int(options.gib * 1024)
    with tempfile.TemporaryDirectory() as folder:
        command = own_command(port, "--anonymous", "--data", str(Path(folder) / "data"))
        with running("s3compat", command, port) as server:
            send(server, "PUT", f"/{BUCKET}")
            stream(server, SMALL)
            small = server.memory()["VmHWM"]
            started = time.perf_counter()
            stream(server, large)
            took = time.perf_counter() - started
            growth = server.memory()["VmHWM"] - small
            rate = 4 * large / took
            print(f"peak memory after {SMALL} MiB objects: {small} MiB")
            print(f"after {options.gib:g} GiB objects: {growth:+} MiB (at most {GROWTH:+})")
            print(f"in and out at {rate:.0f} MiB/s")
            ask(server, put(server, f"/{BUCKET}/piece", 5))
            few = max(1, options.parts // 100)
            base, base_cpu = sorted(completing(server, few) for _ in range(3))[1]
            whole, whole_cpu = completing(server, options.parts)
            each = (whole_cpu / options.parts) / (base_cpu / few)
            print(f"completing {few} parts: {1000 * base:.1f} ms, {1000 * base_cpu:.1f} of CPU")
            print(
                f"completing {options.parts} parts: {1000 * whole:.1f} ms,"
                f" {1000 * whole_cpu:.1f} of CPU: {each:.2f}x a part"
            )
    missed = growth > GROWTH or whole > SECONDS
    if missed:
        print("a bound is not held", file=sys.stderr)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
