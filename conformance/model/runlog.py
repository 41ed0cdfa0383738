"""The run log: JSON Lines, one record a line, written as it happens and read back whole.

A finished log may be kept compressed (``run.jsonl.zst``); whoever reads one reads the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from conformance.model.lines import SUFFIX, LinesError, compress, read_lines, written_whole
from conformance.model.records import Record, Result, RunFooter, RunHeader

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


class RunLogError(ValueError):
    """A file that is not a run log; the message names the file, the line and the reason."""


@dataclass(frozen=True)
class RunLog:
    """A run log read back. ``footer`` is None when the run crashed."""

    path: Path
    header: RunHeader
    results: list[Result] = field(default_factory=list)
    footer: RunFooter | None = None

    @property
    def crashed(self) -> bool:
        """Whether the run ended without saying so."""
        return self.footer is None

    @property
    def label(self) -> str:
        """The name of this run's columns when several stand side by side."""
        parts = (self.header.endpoint, self.header.generation)
        return " · ".join(part for part in parts if part)


def read_run_log(path: Path) -> RunLog:
    """Read a run log; a last line cut short by a crash is dropped, any other bad line raises.

    Raises RunLogError for a file that is not a run log, or is larger than any can be
    (`conformance.model.lines`), and OSError for one that cannot be read.
    """
    try:
        return _read(path)
    except LinesError as problem:
        raise RunLogError(str(problem)) from problem


def _read(path: Path) -> RunLog:
    header: RunHeader | None = None
    footer: RunFooter | None = None
    results: list[Result] = []
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        try:
            record = _decoder.decode(line)
        except msgspec.MsgspecError as problem:
            if not line.endswith(b"\n") and header is not None:
                break  # no newline after it: the writer was killed in the middle of this line
            raise RunLogError(
                f"{path}: line {number} is no record of a run log ({problem})"
            ) from problem
        match record:
            case RunHeader():
                if header is not None:
                    raise RunLogError(f"{path}:{number}: a second header; one file is one run")
                header = record
            case Result():
                results.append(record)
            case RunFooter():
                footer = record
        if header is None:
            raise RunLogError(f"{path}:{number}: a run log starts with its header")
    if header is None:
        raise RunLogError(f"{path}: empty; a run log starts with its header")
    return RunLog(path=path, header=header, results=results, footer=footer)


class RunLogWriter:
    """Appends records to a run log, each one on disk before the next is taken."""

    def __init__(
        self,
        path: Path,
        header: RunHeader,
        redact: Callable[[Record], Record] = lambda record: record,
    ) -> None:
        """``redact`` is applied to every record before it is written (evidence.redact)."""
        self.path = path
        self._redact = redact
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self.write(header)

    def write(self, record: Record) -> None:
        """Write one record and flush it."""
        self._file.write(_encoder.encode(self._redact(record)) + b"\n")
        self._file.flush()

    def close(self, footer: RunFooter | None = None) -> None:
        """End the log, with its footer if the run reached its end."""
        if self._file.closed:
            return
        if footer is not None:
            self.write(footer)
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def write_run_log(log: RunLog, path: Path) -> None:
    """Write a whole log, compressed where the path ends so; it is there whole or not at all."""
    with written_whole(path) as part:
        with RunLogWriter(part, log.header) as writer:
            for result in log.results:
                writer.write(result)
            writer.close(log.footer)
        if path.suffix == SUFFIX:
            compress(part, part)


def run_log_schema() -> dict[str, Any]:
    """The JSON Schema of one line of a run log."""
    return msgspec.json.schema(Record)
