"""What a select request asks for: serialisations and options, checked and with S3's defaults.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_InputSerialization.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server_ref.errors import S3Error

MAX_EXPRESSION = 256 * 1024  # bytes
_FORMATS = ("CSV", "JSON", "Parquet")


@dataclass(frozen=True)
class CsvInput:
    """How a CSV object is written."""

    header: str = "NONE"  # USE | IGNORE | NONE
    comment: str = "#"
    quote: str = '"'
    escape: str = '"'
    record: str = "\n"
    field: str = ","


@dataclass(frozen=True)
class JsonInput:
    """How a JSON object is written."""

    lines: bool


@dataclass(frozen=True)
class ParquetInput:
    """A Parquet file says itself how it is written."""


@dataclass(frozen=True)
class CsvOutput:
    """How records are written as CSV."""

    always: bool = False  # quote every field
    quote: str = '"'
    escape: str = '"'
    record: str = "\n"
    field: str = ","


@dataclass(frozen=True)
class JsonOutput:
    """How records are written as JSON."""

    record: str = "\n"


@dataclass(frozen=True)
class Asked:
    """A select request but for its expression."""

    source: CsvInput | JsonInput | ParquetInput
    compression: str  # NONE | GZIP | BZIP2
    output: CsvOutput | JsonOutput
    progress: bool
    scan: tuple[int | None, int | None] | None  # first and last byte


def read(members: Mapping[str, Any]) -> Asked:
    """Check the members of the request; raises the S3Error of each."""
    expression = members.get("Expression")
    if not expression:
        raise S3Error("MissingRequiredParameter", "The Expression is missing.")
    if len(expression.encode()) > MAX_EXPRESSION:
        raise S3Error("ExpressionTooLong")
    if members.get("ExpressionType") != "SQL":
        raise S3Error("InvalidExpressionType")
    given = members.get("InputSerialization") or {}
    source = _source(given)
    compression = _name(given, "CompressionType") or "NONE"
    if compression not in ("NONE", "GZIP", "BZIP2"):
        raise S3Error("InvalidCompressionFormat")
    if isinstance(source, ParquetInput) and compression != "NONE":
        raise S3Error("InvalidRequestParameter", "A Parquet object is not compressed as a whole.")
    return Asked(
        source,
        compression,
        _output(members.get("OutputSerialization") or {}),
        bool((members.get("RequestProgress") or {}).get("Enabled")),
        _scan(members.get("ScanRange"), source, compression),
    )


def _name(options: Mapping[str, Any], member: str) -> str:
    """One of S3's names, in whatever case: Amazon's own examples and programs write ``Use`` and
    ``Lines`` (https://aws.amazon.com/blogs/aws/s3-glacier-select/)."""
    return str(options.get(member) or "").upper()


def _only(given: Mapping[str, Any], formats: tuple[str, ...], what: str) -> str:
    found = [name for name in formats if given.get(name) is not None]
    if len(found) > 1:
        raise S3Error("ObjectSerializationConflict")
    if not found:
        if what == "InputSerialization":
            raise S3Error("InvalidDataSource")
        raise S3Error("MissingRequiredParameter", f"{what} names no format.")
    return found[0]


def _source(given: Mapping[str, Any]) -> CsvInput | JsonInput | ParquetInput:
    kind = _only(given, _FORMATS, "InputSerialization")
    options = given[kind]
    if kind == "Parquet":
        return ParquetInput()
    if kind == "JSON":
        shape = _name(options, "Type")
        if shape not in ("DOCUMENT", "LINES"):
            raise S3Error("InvalidJsonType")
        return JsonInput(shape == "LINES")
    header = _name(options, "FileHeaderInfo") or "NONE"
    if header not in ("USE", "IGNORE", "NONE"):
        raise S3Error("InvalidFileHeaderInfo")
    quote = _one_character(options, "QuoteCharacter", '"')
    return CsvInput(
        header,
        _one_character(options, "Comments", "#"),
        quote,
        _one_character(options, "QuoteEscapeCharacter", quote),
        _delimiter(options, "RecordDelimiter", "\n"),
        _one_character(options, "FieldDelimiter", ",", needed=True),
    )


def _output(given: Mapping[str, Any]) -> CsvOutput | JsonOutput:
    kind = _only(given, ("CSV", "JSON"), "OutputSerialization")
    options = given[kind]
    record = _delimiter(options, "RecordDelimiter", "\n")
    if kind == "JSON":
        return JsonOutput(record)
    quoting = _name(options, "QuoteFields") or "ASNEEDED"
    if quoting not in ("ASNEEDED", "ALWAYS"):
        raise S3Error("InvalidQuoteFields")
    quote = _one_character(options, "QuoteCharacter", '"')
    return CsvOutput(
        quoting == "ALWAYS",
        quote,
        _one_character(options, "QuoteEscapeCharacter", quote),
        record,
        _delimiter(options, "FieldDelimiter", ","),
    )


def _one_character(
    options: Mapping[str, Any], name: str, default: str, *, needed: bool = False
) -> str:
    value: str | None = options.get(name)
    if value is None:
        return default
    if len(value) > 1 or (needed and not value):
        raise S3Error("InvalidRequestParameter", f"The value of {name} is one character.")
    return value


def _delimiter(options: Mapping[str, Any], name: str, default: str) -> str:
    value: str = options.get(name) or default
    if len(value) > 2:
        raise S3Error("InvalidRequestParameter", f"The value of {name} is at most two characters.")
    return value


def _scan(
    given: Mapping[str, Any] | None,
    source: CsvInput | JsonInput | ParquetInput,
    compression: str,
) -> tuple[int | None, int | None] | None:
    if not given:
        return None
    start, end = given.get("Start"), given.get("End")
    if start is None and end is None:
        return None
    if compression != "NONE" or source == JsonInput(lines=False):
        raise S3Error("UnsupportedScanRangeInput")
    if isinstance(source, ParquetInput):
        raise S3Error("UnsupportedScanRangeInput")
    if min(start or 0, end or 0) < 0 or (start is not None and end is not None and start > end):
        raise S3Error("InvalidScanRange")
    return start, end
