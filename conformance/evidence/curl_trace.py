"""What crossed the wire according to `curl --trace`: the recorder's events, out of curl's hex dump.

curl writes what it sends and receives before encryption and after decryption, so this works under
TLS and over redirects, where a forwarder sees nothing. It does not parse HTTP.
https://curl.se/docs/manpage.html#--trace
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from conformance.evidence.recorder import ENDED, OPENED, RECEIVED, SENT, TROUBLE, Event

_HEADING = re.compile(r"^(?:(?P<time>[\d:.]+) )?(?:\[[\d-]+\] )?(?P<mark>==|=>|<=) (?P<what>.*)$")
_CONNECTED = re.compile(r"Connected to (?P<host>\S+) \((?P<ip>\S*)\) port (?P<port>\d+)")
_LOST = re.compile(r"\b(?:reset by peer|Empty reply|timed out|failed|Recv failure|SSL.*error)\b")
_DUMP = re.compile(r"^[0-9a-f]+: ((?:[0-9a-f]{2} ){1,16})")


def read_trace(path: Path, url: str, began: float) -> Iterator[Event]:
    """The events of a trace file. ``url`` is what curl was asked for; ``began`` is a Unix time.

    The trace has no time of day worth the name, so events are one microsecond apart: the order is
    curl's, the duration is not.
    """
    with path.open(encoding="latin-1") as lines:
        yield from _events(lines, urlsplit(url).scheme, began)


def _events(lines: Iterable[str], scheme: str, began: float) -> Iterator[Event]:
    connection, at = 0, began
    in_head = False  # an answer's header lines have come, and not the empty one after them
    for heading, data in _sections(lines):
        at += 1e-6
        mark, what = heading["mark"], heading["what"]
        if mark == "=>" and data and what.startswith(("Send header", "Send data")):
            yield Event(SENT, connection, at, data)
        elif mark == "<=" and data and what.startswith("Recv header"):
            if in_head and data.startswith(b"HTTP/"):
                yield Event(RECEIVED, connection, at, b"\r\n")  # not traced after a 100 Continue
            in_head = data != b"\r\n"
            yield Event(RECEIVED, connection, at, data)
        elif mark == "<=" and data and what.startswith("Recv data"):
            in_head = False
            yield Event(RECEIVED, connection, at, data)
        elif connected := _CONNECTED.search(what):
            if connection:
                yield Event(ENDED, connection, at, b"")
            connection += 1
            peer = f"{scheme}://{connected['host']}:{connected['port']}"
            yield Event(OPENED, connection, at, peer.encode())
        elif connection and _LOST.search(what):
            yield Event(TROUBLE, connection, at, what.strip().encode())
    if connection:
        yield Event(ENDED, connection, at, b"")


def _sections(lines: Iterable[str]) -> Iterator[tuple[re.Match[str], bytes]]:
    """Each heading with the bytes dumped below it: what curl sent or received at once."""
    heading: re.Match[str] | None = None
    dumped: list[str] = []
    for line in lines:
        if found := _HEADING.match(line):
            if heading is not None:
                yield heading, bytes.fromhex("".join(dumped))
            heading, dumped = found, []
        elif dump := _DUMP.match(line):
            dumped.append(dump[1])
    if heading is not None:
        yield heading, bytes.fromhex("".join(dumped))
