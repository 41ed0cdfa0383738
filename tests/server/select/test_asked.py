"""What a SelectObjectContent asks for: defaults, names in any case, bounds, a scan range."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.select.asked import (
    Asked,
    CsvInput,
    CsvOutput,
    JsonInput,
    JsonOutput,
    ParquetInput,
    read,
)
from tests.server.refusing import code_of

CSV_IN: dict[str, Any] = {"CSV": {}}


def members(**changes: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "Expression": "SELECT",
        "ExpressionType": "SQL",
        "InputSerialization": CSV_IN,
        "OutputSerialization": {"JSON": {}},
    }
    return asked | changes


def test_what_is_asked_where_nothing_is_said() -> None:
    assert read(members()) == Asked(CsvInput(), "NONE", JsonOutput(), False, None)
    output = {"CSV": {}}
    assert read(members(OutputSerialization=output)).output == CsvOutput()
    assert CsvInput() == CsvInput("NONE", "#", '"', '"', "\n", ",")
    assert CsvOutput() == CsvOutput(False, '"', '"', "\n", ",")
    assert JsonOutput().record == "\n"


def test_what_is_asked_where_all_is_said() -> None:
    csv = {
        "FileHeaderInfo": "USE",
        "Comments": ";",
        "QuoteCharacter": "'",
        "RecordDelimiter": "\r\n",
        "FieldDelimiter": "|",
    }
    out = {"QuoteFields": "ALWAYS", "QuoteCharacter": "'", "FieldDelimiter": "||"}
    asked = read(
        members(
            InputSerialization={"CSV": csv, "CompressionType": "GZIP"},
            OutputSerialization={"CSV": out},
            RequestProgress={"Enabled": True},
        )
    )

    assert asked == Asked(
        CsvInput("USE", ";", "'", "'", "\r\n", "|"),
        "GZIP",
        CsvOutput(True, "'", "'", "\n", "||"),
        True,
        None,
    )
    lines = {"JSON": {"Type": "LINES"}, "CompressionType": "BZIP2"}
    assert read(members(InputSerialization=lines)).source == JsonInput(lines=True)
    document = {"JSON": {"Type": "DOCUMENT"}}
    assert read(members(InputSerialization=document)).source == JsonInput(lines=False)
    assert read(members(InputSerialization={"Parquet": {}})).source == ParquetInput()
    assert not read(members(RequestProgress={"Enabled": False})).progress


def csv_in(**options: str) -> dict[str, Any]:
    return {"InputSerialization": {"CSV": options}}


def csv_out(**options: str) -> dict[str, Any]:
    return {"OutputSerialization": {"CSV": options}}


def test_names_are_read_in_any_case() -> None:
    """Programs that were written against Amazon say Use, Lines and Document."""
    of_lines = {"JSON": {"Type": "Lines"}, "CompressionType": "Gzip"}
    asked = read(members(InputSerialization=of_lines))
    assert (asked.source, asked.compression) == (JsonInput(lines=True), "GZIP")
    document = read(members(InputSerialization={"JSON": {"Type": "Document"}}))
    assert document.source == JsonInput(lines=False)
    used = read(
        members(
            InputSerialization={"CSV": {"FileHeaderInfo": "Use"}},
            OutputSerialization={"CSV": {"QuoteFields": "Always"}},
        )
    )
    assert used.source == CsvInput(header="USE")
    assert used.output == CsvOutput(always=True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Expression": ""}, "MissingRequiredParameter"),
        ({"Expression": "x" * (256 * 1024 + 1)}, "ExpressionTooLong"),
        ({"ExpressionType": "sql"}, "InvalidExpressionType"),
        ({"InputSerialization": {}}, "InvalidDataSource"),
        ({"InputSerialization": {"CSV": {}, "JSON": {}}}, "ObjectSerializationConflict"),
        ({"OutputSerialization": {}}, "MissingRequiredParameter"),
        ({"OutputSerialization": {"CSV": {}, "JSON": {}}}, "ObjectSerializationConflict"),
        ({"InputSerialization": {**CSV_IN, "CompressionType": "ZSTD"}}, "InvalidCompressionFormat"),
        (
            {"InputSerialization": {"Parquet": {}, "CompressionType": "GZIP"}},
            "InvalidRequestParameter",
        ),
        ({"InputSerialization": {"JSON": {"Type": "OTHER"}}}, "InvalidJsonType"),
        (csv_in(FileHeaderInfo="SOME"), "InvalidFileHeaderInfo"),
        (csv_in(QuoteCharacter="''"), "InvalidRequestParameter"),
        (csv_in(FieldDelimiter=""), "InvalidRequestParameter"),
        (csv_in(FieldDelimiter="||"), "InvalidRequestParameter"),
        (csv_in(RecordDelimiter="abc"), "InvalidRequestParameter"),
        (csv_out(QuoteFields="NEVER"), "InvalidQuoteFields"),
        (csv_out(QuoteCharacter="''"), "InvalidRequestParameter"),
        (csv_out(FieldDelimiter="abc"), "InvalidRequestParameter"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], code: str) -> None:
    assert code_of(lambda: read(members(**changes))) == code


def test_the_bounds_of_what_is_taken() -> None:
    assert read(members(Expression="x" * (256 * 1024)))
    asked = read(members(**csv_in(QuoteCharacter="", Comments="", RecordDelimiter="ab")))
    assert asked.source == CsvInput("NONE", "", "", "", "ab", ",")


@pytest.mark.parametrize(
    ("scan", "source", "found"),
    [
        ({}, CSV_IN, None),
        ({"Start": 1}, CSV_IN, (1, None)),
        ({"End": 0}, CSV_IN, (None, 0)),
        ({"Start": 2, "End": 2}, CSV_IN, (2, 2)),
        ({"Start": 3, "End": 2}, CSV_IN, "InvalidScanRange"),
        ({"Start": -1}, CSV_IN, "InvalidScanRange"),
        ({"End": -1}, CSV_IN, "InvalidScanRange"),
        ({"Start": 1}, {"JSON": {"Type": "LINES"}}, (1, None)),
        ({"Start": 1}, {"JSON": {"Type": "DOCUMENT"}}, "UnsupportedScanRangeInput"),
        ({"Start": 1}, {"Parquet": {}}, "UnsupportedScanRangeInput"),
        ({"Start": 1}, {**CSV_IN, "CompressionType": "GZIP"}, "UnsupportedScanRangeInput"),
        ({"Start": None}, {"Parquet": {}}, None),
    ],
)
def test_a_scan_range(scan: dict[str, Any], source: dict[str, Any], found: Any) -> None:
    asked = members(InputSerialization=source, ScanRange=scan)

    if isinstance(found, str):
        assert code_of(lambda: read(asked)) == found
    else:
        assert read(asked).scan == found
