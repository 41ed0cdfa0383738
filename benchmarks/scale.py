"""Does a listing page cost the page, or the bucket? The same pages of a small and a large bucket.

    python -m benchmarks.scale --keys 1000000

Prints the ratio of the server's CPU time a page, large over small, for each listing. Both buckets
are on one server in one run and take turns, so the ratio says nothing about the machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from benchmarks import load
from benchmarks.processes import Server, free_port, own_command, running

GOAL = 1.5
SMALL = 1000
FOLDERS = 100  # "folders" the keys are spread over, for listings with a delimiter
WRITERS = 4
PAGES = 40  # a measurement


def request(port: int, method: str, target: str, *headers: str) -> bytes:
    """An unsigned request without a body (the server under load is anonymous)."""
    lines = (f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Length: 0")
    return "\r\n".join([*lines, *headers, "", ""]).encode()


def key(number: int, total: int) -> str:
    """The name of the number-th of ``total`` keys, spread evenly over the folders."""
    folder, rest = divmod(number, max(1, total // FOLDERS))
    return f"folder{folder:05}/{rest:09}"


def fill(server: Server, bucket: str, total: int) -> None:
    """Make a bucket and put ``total`` empty objects into it."""
    address = server.address
    load.run(address, [request(server.port, "PUT", f"/{bucket}")], count=1)
    targets = (f"/{bucket}/{key(number, total)}" for number in range(total))
    load.run_each(
        address, (request(server.port, "PUT", target) for target in targets), connections=WRITERS
    )


def pages(bucket: str, total: int) -> dict[str, str]:
    """A page of 100 of every kind of listing: its name and its target."""
    middle = quote(key(total // 2, total), safe="")
    queries = {
        "ListObjectsV2, first page": "list-type=2",
        "ListObjectsV2, from the middle": f"list-type=2&start-after={middle}",
        "ListObjectsV2, delimiter": "list-type=2&delimiter=%2F",
        "ListObjects, from the middle": f"marker={middle}",
        "ListObjects, delimiter": "delimiter=%2F",
        "ListObjectVersions, first page": "versions",
        "ListObjectVersions, from the middle": f"versions&key-marker={middle}",
        "ListObjectVersions, delimiter": "versions&delimiter=%2F",
    }
    return {name: f"/{bucket}?max-keys=100&{query}" for name, query in queries.items()}


def milliseconds(server: Server, target: str) -> float:
    """The server's CPU time for one page."""
    asked = [request(server.port, "GET", target)]
    load.run(server.address, asked, count=5)
    before = server.cpu()
    load.run(server.address, asked, count=PAGES)
    return 1000 * (server.cpu() - before) / PAGES


def main() -> int:
    """Fill both buckets, time the pages; 1 when a ratio is over the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=1_000_000, help="keys in the large bucket")
    parser.add_argument("--rounds", type=int, default=5, help="measurements per page (median)")
    options = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        data = str(Path(folder) / "data")
        command = own_command(port, "--anonymous", "--data", data, "--durability", "relaxed")
        with running("s3compat", command, port) as server:
            fill(server, "small", SMALL)
            started = time.perf_counter()
            fill(server, "large", options.keys)
            took = time.perf_counter() - started
            print(f"{options.keys} keys written in {took:.0f} s ({options.keys / took:.0f}/s)")
            small, large = pages("small", SMALL), pages("large", options.keys)
            print(
                f"{'a page of 100':<38}{'1,000 keys':>12}{f'{options.keys:,} keys':>18}{'ratio':>8}"
            )
            missed = []
            for name in small:
                times = [
                    (milliseconds(server, small[name]), milliseconds(server, large[name]))
                    for _ in range(options.rounds)
                ]
                a, b = (statistics.median(column) for column in zip(*times, strict=True))
                print(f"{name:<38}{a:>9.2f} ms{b:>15.2f} ms{b / a:>8.2f}")
                if b / a > GOAL:
                    missed.append(name)
    if missed:
        print(f"over {GOAL}: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
