"""An object's bytes as a file DuckDB reads: decompressed, cut to the scan range, made regular.

CSV of any delimiters becomes CSV with commas and every field quoted; a record shorter than the
longest has NULLs at its end. JSON and Parquet stay as they are. Memory does not grow with the
object. A quoted record delimiter is part of its field whatever AllowQuotedRecordDelimiter says.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
import time
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from server_ref.errors import S3Error
from server_ref.select import bounds
from server_ref.select.asked import Asked, CsvInput, JsonInput
from server_ref.select.columns import MAX_COLUMNS

BLOCK = 1 << 18  # bytes
MAX_RECORD = 1 << 20  # characters; S3's limit is a megabyte
MAX_BYTES = 2 << 30  # decompressed, and of the file that is made of it
_NEWLINE = "\ue000"  # stands for a line feed that is no record delimiter, while csv reads

csv.field_size_limit(MAX_RECORD)


class Prepared(NamedTuple):
    """What the file holds, in the words of its reader, and the bytes that were read for it."""

    columns: int  # of CSV
    header: list[str] | None  # of CSV with FileHeaderInfo USE
    scanned: int
    processed: int


def prepare(blocks: Iterator[bytes], asked: Asked, file: BinaryIO, until: float) -> Prepared:
    """Write the file, until this moment of the monotonic clock at most.

    Raises S3Error for what is not the data it is said to be, and where it takes longer.
    """
    counted = _Counted(blocks)
    plain = _Counted(_limited(_decompressed(counted, asked.compression), until))
    header: list[str] | None = None
    columns = 0
    try:
        if isinstance(asked.source, CsvInput):
            columns, header = _prepare_csv(plain, asked, asked.source, file)
        elif isinstance(asked.source, JsonInput):
            _prepare_json(plain, asked, file)
        else:
            for block in plain:
                file.write(block)
    except UnicodeDecodeError as error:
        raise S3Error("InvalidTextEncoding") from error
    return Prepared(columns, header, counted.bytes, plain.bytes)


class _Counted:
    """An iterator of blocks that knows how many bytes passed."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = next(self._blocks)
        self.bytes += len(block)
        return block


class _Stream(io.RawIOBase):
    """Blocks as a file, for the decompressors."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any buffer
        if not self._rest:
            self._rest = next(self._blocks, b"")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _decompressed(blocks: Iterator[bytes], compression: str) -> Iterator[bytes]:
    if compression == "NONE":
        yield from blocks
        return
    stream: Any = io.BufferedReader(_Stream(blocks), BLOCK)
    opened: gzip.GzipFile | bz2.BZ2File = (
        gzip.GzipFile(fileobj=stream) if compression == "GZIP" else bz2.BZ2File(stream)
    )
    try:
        while block := opened.read(BLOCK):
            yield block
    except EOFError as error:
        raise S3Error("TruncatedInput") from error
    except (OSError, zlib.error) as error:
        raise S3Error(
            "InvalidCompressionFormat", f"The object is not compressed with {compression}."
        ) from error


def _limited(blocks: Iterator[bytes], until: float) -> Iterator[bytes]:
    size = 0
    for block in blocks:
        if time.monotonic() > until:
            raise bounds.late()
        size += len(block)
        if size > MAX_BYTES:
            raise S3Error("InvalidRequestParameter", "The object decompresses to too much.")
        yield block


def _records(blocks: Iterator[bytes], delimiter: bytes, asked: Asked) -> Iterator[bytes]:
    """The records of the scan range, each with its delimiter but perhaps the last.

    A record belongs to the range it begins in. Raises S3Error OverMaxRecordSize.
    """
    start, last = _span(asked)
    at, rest = 0, b""  # where `rest` begins
    for block in blocks:
        rest += block
        begin = 0
        while (found := rest.find(delimiter, begin)) >= 0:
            stop = found + len(delimiter)
            if at + begin > last:
                return
            if at + begin >= start:
                yield rest[begin:stop]
            begin = stop
        at, rest = at + begin, rest[begin:]
        if len(rest) > MAX_RECORD:
            raise S3Error("OverMaxRecordSize")
    if rest and start <= at <= last:
        yield rest


def _span(asked: Asked) -> tuple[int, float]:
    """First and last byte in which a record may begin."""
    start, end = asked.scan or (None, None)
    return start or 0, float("inf") if end is None else end


def _prepare_csv(
    blocks: Iterator[bytes], asked: Asked, source: CsvInput, file: BinaryIO
) -> tuple[int, list[str] | None]:
    """How many columns the longest record has, and the header if it is used."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    header: list[str] | None = None
    columns, rows, skip = 0, 0, source.header != "NONE"
    try:
        for row in _rows(blocks, asked, source):
            if skip:
                skip = False
                if source.header == "USE":
                    header, columns = row, len(row)
                continue
            columns = max(columns, len(row))
            if columns > MAX_COLUMNS:
                raise S3Error("OverMaxColumn")
            writer.writerow(row)
            rows += 1
            if rows % 1000 == 0 and file.tell() > MAX_BYTES:  # quotes make it longer
                raise S3Error("InvalidRequestParameter", "The object decompresses to too much.")
    except csv.Error as error:
        raise S3Error("CSVParsingError", f"The CSV object cannot be read: {error}.") from error
    text.flush()
    text.detach()
    return columns, header


def _rows(blocks: Iterator[bytes], asked: Asked, source: CsvInput) -> Iterator[list[str]]:
    delimiter = source.record
    special = delimiter not in ("\n", "\r\n")
    unfinished = 0  # characters of the row that is being read: quoted delimiters make it longer

    def lines() -> Iterator[str]:
        nonlocal unfinished
        first = True
        for record in _records(blocks, delimiter.encode(), asked):
            line = record.decode("utf-8")
            if first:
                line, first = line.removeprefix("\ufeff"), False
            if special:
                line = line.removesuffix(delimiter).replace("\n", _NEWLINE) + "\n"
            if not source.comment or not line.startswith(source.comment):
                unfinished += len(line)
                if unfinished > MAX_RECORD:
                    raise S3Error("OverMaxRecordSize")
                yield line

    reader: Iterator[list[str]]
    if source.quote and source.escape not in ("", source.quote):
        reader = _escaped(lines(), source)
    else:
        reader = csv.reader(
            lines(),
            delimiter=source.field,
            quotechar=source.quote or None,
            quoting=csv.QUOTE_MINIMAL if source.quote else csv.QUOTE_NONE,
            doublequote=source.escape == source.quote,
        )
    for row in reader:
        unfinished = 0
        if row:
            yield [cell.replace(_NEWLINE, "\n") for cell in row] if special else row


def _escaped(lines: Iterator[str], source: CsvInput) -> Iterator[list[str]]:
    """Rows of a CSV whose escape is not its quote: it acts within quotes, and nowhere else."""
    row: list[str] = []
    cell: list[str] = []
    within = was_quoted = False
    for line in lines:
        characters = iter(line)
        for character in characters:
            if within:
                if character == source.escape:
                    cell.append(next(characters, ""))
                elif character == source.quote:
                    within = False
                else:
                    cell.append(character)
            elif character == source.quote and not cell and not was_quoted:
                within = was_quoted = True
            elif character == source.field:
                row.append("".join(cell))
                cell, was_quoted = [], False
            else:
                cell.append(character)
        if not within:  # else the row goes on in the next line
            last = "".join(cell).removesuffix("\n").removesuffix("\r")
            yield [*row, last] if row or last or was_quoted else []
            row, cell, was_quoted = [], [], False
    if within:
        yield [*row, "".join(cell)]


def _prepare_json(blocks: Iterator[bytes], asked: Asked, file: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    if asked.scan is not None:
        blocks = _records(blocks, b"\n", asked)
    for block in blocks:
        decoder.decode(block)
        file.write(block)
    decoder.decode(b"", final=True)
