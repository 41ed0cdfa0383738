"""Deviations of S3 Select: of the query, of the formats, and of the events."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare
from server_ref.deviations.steps import swallow_error
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.response import UNKNOWN, Payload
from server_ref.seams import Seams

_SELECT = "SelectObjectContent"


def _expression(pattern: str, replacement: str) -> Change:
    """The query is another one."""

    def change(members: Members) -> None:
        members["Expression"] = re.sub(pattern, replacement, members["Expression"])

    return rewrite(_SELECT, change)


def _input(change: Callable[[dict[str, Any]], None]) -> Change:
    return rewrite(_SELECT, lambda members: change(members["InputSerialization"]))


def _csv(name: str, value: str) -> Change:
    """An option of CSV that is not looked at."""

    def change(source: dict[str, Any]) -> None:
        if "CSV" in source:
            source["CSV"][name] = value

    return _input(change)


class _Frames:
    """The frames of an answer, changed one by one; None drops one."""

    def __init__(self, frames: Any, change: Callable[[bytes], bytes | None]) -> None:
        self._frames = frames
        self._change = change

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        while True:
            changed = self._change(next(self._frames))
            if changed is not None:
                return changed

    def close(self) -> None:
        """As the answer itself."""
        self._frames.close()


def _frames(change: Callable[[bytes], bytes | None]) -> Change:
    def step(server: Seams) -> None:
        @server.around(_SELECT)
        def around(handler: Handler, ctx: Context, members: Members) -> Members:
            answer = handler(ctx, members)
            frames = _Frames(answer["Payload"].chunks, change)
            return {"Payload": Payload(UNKNOWN, chunks=frames)}

    return step


def _without(kind: str) -> Change:
    """No event of this kind is sent."""
    named = b":event-type\x07" + struct.pack(">H", len(kind)) + kind.encode()
    return _frames(lambda frame: None if named in frame else frame)


def _quote_as_needed(members: Members) -> None:
    members["OutputSerialization"].get("CSV", {}).pop("QuoteFields", None)


def _csv_for_json(members: Members) -> None:
    if "JSON" in members["OutputSerialization"]:
        members["OutputSerialization"] = {"CSV": {}}


declare(
    "select-where-ignored",
    "S3 Select does not look at WHERE.",
    _expression(r"\s+WHERE\s[^(]*$|\s+WHERE CAST.*$", ""),
)
declare(
    "select-limit-ignored", "S3 Select does not look at LIMIT.", _expression(r"\s+LIMIT \d+$", "")
)
declare(
    "select-counts-one-less",
    "COUNT(*) of S3 Select is one too small.",
    _expression(r"COUNT\(\*\)", "COUNT(*) - 1"),
)
declare(
    "select-json-paths-end-early",
    "A path of S3 Select into JSON has one step.",
    _expression(r"s\.deep\.n", "s.deep"),
)
declare(
    "select-path-of-source-ignored",
    "S3 Select does not look at the path after S3Object.",
    _expression(r"S3Object\S+", "S3Object"),
)
declare(
    "select-header-is-data",
    "S3 Select takes the header for a record.",
    _csv("FileHeaderInfo", "NONE"),
)
declare(
    "select-field-delimiter-ignored",
    "S3 Select splits fields at commas only.",
    _csv("FieldDelimiter", ","),
)
declare(
    "select-compression-ignored",
    "S3 Select does not decompress.",
    _input(lambda source: source.__setitem__("CompressionType", "NONE")),
)
declare(
    "select-scan-range-ignored",
    "S3 Select does not look at the scan range.",
    rewrite(_SELECT, lambda members: members.pop("ScanRange", None)),
)
declare(
    "select-quotes-as-needed",
    "S3 Select quotes only fields that need it.",
    rewrite(_SELECT, _quote_as_needed),
)
declare(
    "select-json-output-is-csv",
    "S3 Select answers CSV where JSON was asked for.",
    rewrite(_SELECT, _csv_for_json),
)
declare("select-no-stats", "S3 Select sends no Stats event.", _without("Stats"))
declare("select-no-end", "S3 Select sends no End event.", _without("End"))
declare(
    "select-checksum-wrong",
    "The checksums of S3 Select's frames are wrong.",
    _frames(lambda frame: frame[:-1] + bytes([frame[-1] ^ 1])),
)
declare(
    "select-bad-sql-is-empty",
    "An expression that is no SQL finds nothing.",
    swallow_error(_SELECT, "ParseUnexpectedToken", {"Payload": b""}),
)
declare(
    "select-two-formats-taken",
    "S3 Select takes two formats of input.",
    swallow_error(_SELECT, "ObjectSerializationConflict", {"Payload": b""}),
)
declare(
    "select-other-type-taken",
    "S3 Select takes any ExpressionType.",
    swallow_error(_SELECT, "InvalidExpressionType", {"Payload": b""}),
)
declare(
    "select-absent-is-empty",
    "S3 Select finds nothing in an object that is not there.",
    swallow_error(_SELECT, "NoSuchKey", {"Payload": b""}),
)
declare(
    "select-parquet-refused",
    "S3 Select knows no Parquet.",
    refuse_when(
        _SELECT,
        "InvalidDataSource",
        lambda _ctx, members: "Parquet" in members["InputSerialization"],
    ),
)
