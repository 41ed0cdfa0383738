"""The parts of S3 Select by themselves: requests, records, rows, names, SQL and frames, exactly."""

from __future__ import annotations

import gzip
import io
import socket
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlglot import exp

from server_ref.errors import S3Error
from server_ref.select import eventstream, frames, functions, intake, kinds, moments, nodes
from server_ref.select.asked import (
    Asked,
    CsvInput,
    CsvOutput,
    JsonInput,
    JsonOutput,
    ParquetInput,
    read,
)
from server_ref.select.columns import (
    CsvColumns,
    JsonColumns,
    ParquetColumns,
    Quoted,
    Typed,
    json_path,
)
from server_ref.select.literals import identifier, text_literal
from server_ref.select.output import writer

CSV_IN: dict[str, Any] = {"CSV": {}}


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(S3Error) as error:
        work()
    return error.value.code


# what is asked


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


# the object as a file


def prepared(
    body: bytes, source: CsvInput | JsonInput, size: int = 1 << 20, **changes: Any
) -> tuple[bytes, intake.Prepared]:
    fields = {"compression": "NONE", "output": JsonOutput(), "progress": False, "scan": None}
    asked = Asked(source, **(fields | changes))
    file = io.BytesIO()
    blocks = (body[at : at + size] for at in range(0, len(body), size))
    found = intake.prepare(blocks, asked, file)
    return file.getvalue(), found


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("source", "body", "written", "columns", "header"),
    [
        (CsvInput(), b"a,b\nc\n", b'"a","b"\n"c"\n', 2, None),
        (CsvInput(), b"a,b\nc", b'"a","b"\n"c"\n', 2, None),
        (CsvInput(), b"\xef\xbb\xbfa\n\xef\xbb\xbfb", '"a"\n"\ufeffb"\n'.encode(), 1, None),
        (CsvInput("USE"), b"x,y,z\na,b\n", b'"a","b"\n', 3, ["x", "y", "z"]),
        (CsvInput("IGNORE"), b"x,y,z\na,b\n", b'"a","b"\n', 2, None),
        (CsvInput(), b"#no\na\n", b'"a"\n', 1, None),
        (CsvInput(comment=""), b"#yes\na\n", b'"#yes"\n"a"\n', 1, None),
        (CsvInput(), b"\n\na\n", b'"a"\n', 1, None),
        (CsvInput(), b'"a\nb",c\n', b'"a\nb","c"\n', 2, None),
        (CsvInput(), b'"a""b"\n', b'"a""b"\n', 1, None),
        (CsvInput(record="|"), b"a\nb|c|", b'"a\nb"\n"c"\n', 1, None),
        (CsvInput(record="\r\n"), b"a\r\nb\r\n", b'"a"\n"b"\n', 1, None),
        (CsvInput(record="xy"), b"axybxy", b'"a"\n"b"\n', 1, None),
        (CsvInput(quote="", escape=""), b'"a",b\n', b'"""a""","b"\n', 2, None),
        (CsvInput(escape="\\"), b'"a\\"b",\\c\n', b'"a""b","\\c"\n', 2, None),
        (CsvInput(escape="\\"), b'"a\nb",c\n\n"",\n"x', b'"a\nb","c"\n"",""\n"x"\n', 2, None),
        (CsvInput(escape="\\"), b'a"b"\r\n""\n', b'"a""b"""\n""\n', 1, None),
        (CsvInput(escape="\\"), b'"a""b",c\n', b'"a""b""","c"\n', 2, None),
    ],
)
def test_csv_made_regular(
    size: int, source: CsvInput, body: bytes, written: bytes, columns: int, header: Any
) -> None:
    assert prepared(body, source, size) == (
        written,
        intake.Prepared(columns, header, len(body), len(body)),
    )


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize(
    ("scan", "records"),
    [
        ((0, None), b"aa|bb|cc"),
        ((1, None), b"bb|cc"),
        ((3, None), b"bb|cc"),
        ((4, None), b"cc"),
        ((6, None), b"cc"),
        ((7, None), b""),
        ((None, 0), b"aa"),
        ((None, 2), b"aa"),
        ((None, 3), b"aa|bb"),
        ((3, 3), b"bb"),
        ((4, 5), b""),
        ((0, 6), b"aa|bb|cc"),
    ],
)
def test_a_record_is_of_the_range_it_begins_in(size: int, scan: Any, records: bytes) -> None:
    expected = b"".join(b'"%s"\n' % one for one in records.split(b"|") if one)

    assert prepared(b"aa|bb|cc", CsvInput(record="|"), size, scan=scan)[0] == expected
    lines = prepared(b"aa\nbb\ncc", JsonInput(lines=True), size, scan=scan)[0]
    assert lines.split() == [one for one in records.split(b"|") if one]


def test_what_was_read_and_what_it_was() -> None:
    packed = gzip.compress(b"a,b\n" * 100)
    _, found = prepared(packed, CsvInput(), 7, compression="GZIP")
    assert (found.scanned, found.processed) == (len(packed), 400)
    for broken, code in ((packed[:-9], "TruncatedInput"), (b"no", "InvalidCompressionFormat")):
        assert code_of(lambda b=broken: prepared(b, CsvInput(), compression="GZIP")) == code
    for body in (b"a\xff\n", b"\xff"):
        assert code_of(lambda b=body: prepared(b, CsvInput())) == "InvalidTextEncoding"
        assert code_of(lambda b=body: prepared(b, JsonInput(lines=True))) == "InvalidTextEncoding"
    half = "é".encode()[:1]
    assert code_of(lambda: prepared(half, JsonInput(lines=False))) == "InvalidTextEncoding"
    assert prepared("é".encode(), JsonInput(lines=False), 1)[0] == "é".encode()


@pytest.mark.parametrize(("columns", "good"), [(5, True), (6, False)])
def test_the_most_columns(columns: int, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_COLUMNS", 5)
    body = b",".join([b"x"] * columns) + b"\n"

    if good:
        assert prepared(body, CsvInput())[1].columns == columns
    else:
        assert code_of(lambda: prepared(body, CsvInput())) == "OverMaxColumn"


@pytest.mark.parametrize(("length", "good"), [(9, True), (10, False)])
def test_the_longest_record(length: int, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its delimiter, it has as many characters as are taken; a quoted row counts whole."""
    monkeypatch.setattr(intake, "MAX_RECORD", 10)
    for body in (b"x" * length + b"\n", b'"' + b"x\n" * ((length - 2) // 2) + b"x" * 1 + b'"\n'):
        if good:
            assert prepared(body, CsvInput(), 1)[1].columns == 1
    if not good:
        assert code_of(lambda: prepared(b"x" * length + b"\n", CsvInput())) == "OverMaxRecordSize"
        assert code_of(lambda: prepared(b"x" * 11, CsvInput(), 1)) == "OverMaxRecordSize"
        quoted = b'"xxx\nxxx\nxxx"\n'
        assert code_of(lambda: prepared(quoted, CsvInput(), 1)) == "OverMaxRecordSize"


@pytest.mark.parametrize(("most", "good"), [(8, True), (7, False)])
def test_the_most_bytes(most: int, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_BYTES", most)

    if good:
        assert prepared(b"a,b\nc,d\n", CsvInput(), 4)[1].processed == 8
    else:
        assert code_of(lambda: prepared(b"a,b\nc,d\n", CsvInput(), 4)) == "InvalidRequestParameter"


# rows


def rows(output: CsvOutput | JsonOutput, *cells: tuple[str, str, Any]) -> str:
    columns = [(name, kind) for name, kind, _ in cells]
    return writer(output, columns)([value for _, _, value in cells])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("text", "text"),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (3.0, "3"),
        (3.5, "3.5"),
        (float("inf"), "inf"),
        (float(1 << 53), "9007199254740992.0"),
        (float((1 << 53) - 1), "9007199254740991"),
        (-float(1 << 53), "-9007199254740992.0"),
        (Decimal("1.50"), "1.5"),
        (Decimal("2.00"), "2"),
        (b"\xffx", "\ufffdx"),
        (date(2026, 2, 3), "2026-02-03"),
        (datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-02-03T04:05:06Z"),
        ({"a": Decimal("1.0")}, '"{""a"":1}"'),
        ([1, "é"], '"[1,""é""]"'),
    ],
)
def test_a_value_of_csv(value: Any, shown: str) -> None:
    assert rows(CsvOutput(), ("a", "native", value)) == f"{shown}\n"


@pytest.mark.parametrize(
    ("output", "cells", "shown"),
    [
        (CsvOutput(), ["a", 'b"c', "d,e", "f\ng"], 'a,"b""c","d,e","f\ng"\n'),
        (CsvOutput(always=True), ["a", ""], '"a",""\n'),
        (CsvOutput(escape="\\"), ['b"c\\', "d\\"], '"b\\"c\\\\",d\\\n'),
        (CsvOutput(quote="", escape=""), ['a"', "b,c"], 'a",b,c\n'),
        (CsvOutput(field="|", record=";"), ["a,b", "c|d", "e;f"], 'a,b|"c|d"|"e;f";'),
    ],
)
def test_a_row_of_csv(output: CsvOutput, cells: list[str], shown: str) -> None:
    assert rows(output, *((f"_{n}", "text", cell) for n, cell in enumerate(cells))) == shown


def test_json_in_a_row_of_csv() -> None:
    assert rows(CsvOutput(), ("", "record", '{"a":1.0,"b":null,"c":"x"}')) == "1,,x\n"
    assert rows(CsvOutput(), ("", "record", "[1,2]")) == '"[1,2]"\n'
    assert rows(CsvOutput(), ("", "record", None)) == "\n"
    assert rows(CsvOutput(), ("a", "json", '"x"'), ("b", "json", None)) == "x,\n"
    assert rows(CsvOutput(), ("a", "json", "2.50")) == "2.5\n"


def test_a_row_of_json() -> None:
    out = JsonOutput("|")
    assert rows(out, ("", "record", '{"a": 1}')) == '{"a": 1}|'
    assert rows(out, ("r", "record", '{"a": 1}'), ("b", "number", 2)) == '{"r":{"a": 1},"b":2}|'
    cells = [("a", kind, None) for kind in ("json", "text", "number", "native", "bool")]
    assert rows(out, *cells) == '{"a":null,"a":null,"a":null}|'
    assert rows(out, ("é", "json", '"x"'), ("b", "text", "y")) == '{"é":"x","b":"y"}|'
    assert rows(out, ("a", "native", Decimal("1.5")), ("b", "native", Decimal("2.0"))) == (
        '{"a":1.5,"b":2}|'
    )
    day = ("a", "native", date(2026, 2, 3))
    assert rows(out, day, ("b", "native", b"x")) == '{"a":"2026-02-03","b":"x"}|'
    assert rows(out, ("a", "native", {1})) == '{"a":"{1}"}|'


# names


def test_columns_of_csv() -> None:
    columns = CsvColumns(3, ["a", "B", "b"])
    assert columns.find(["a"]) == Typed("c1", "text")
    assert columns.find(["A"]) == Typed("c1", "text")
    assert columns.find([Quoted("b")]) == Typed("c3", "text")
    assert columns.find([Quoted("B")]) == Typed("c2", "text")
    assert columns.find(["_3"]).sql == "c3"
    assert columns.find(["_4"]).sql == "CAST(NULL AS VARCHAR)"
    for steps, code in (
        (["b"], "AmbiguousFieldName"),
        (["B"], "AmbiguousFieldName"),
        ([Quoted("A")], "MissingHeaders"),
        (["_0"], "InvalidColumnIndex"),
        (["_01"], "MissingHeaders"),
        (["_123456"], "MissingHeaders"),
        (["z"], "MissingHeaders"),
        (["a", "b"], "InvalidKeyPath"),
        ([1], "InvalidKeyPath"),
        ([], "InvalidKeyPath"),
    ):
        assert code_of(lambda s=steps: columns.find(s)) == code  # type: ignore[misc]
    assert columns.name(["a"]) == "a"


def test_everything_of_csv() -> None:
    def everything(count: int, header: list[str] | None) -> list[tuple[str, str]]:
        return [(name, typed.sql) for name, typed in CsvColumns(count, header).everything()]

    assert everything(2, ["a"]) == [("a", "c1"), ("_2", "c2")]
    assert everything(2, None) == [("_1", "c1"), ("_2", "c2")]
    assert everything(0, None) == [("_1", "c1")]
    assert CsvColumns(1, ["same", "same"]).find([Quoted("same")]).sql == "c1"
    assert code_of(lambda: CsvColumns(2, ["same", "same"]).find(["same"])) == "AmbiguousFieldName"


def test_paths_of_json() -> None:
    columns = JsonColumns()
    exact = "json_extract(r, '$.\"a\"[0]')"
    assert columns.find([Quoted("a"), 0]) == Typed(exact, "json")
    loose = "json_extract(s3_member(r, 'a'), '$[0]')"
    assert columns.find(["a", 0]).sql == f"coalesce({exact}, {loose})"
    assert columns.find([Quoted("_1"), Quoted("a")]).sql == (
        'coalesce(json_extract(r, \'$."_1"."a"\'), json_extract(r, \'$."a"\'))'
    )
    assert columns.find([Quoted("_1")]).sql == "json_extract(r, '$.\"_1\"')"
    assert json_path("x", [Quoted('a"~/')]) == "json_extract(x, '/a\"~0~1')"
    assert json_path("x", ['a"']) == "s3_member(x, 'a\"')"
    assert [columns.name(steps) for steps in (["a"], ["a", 0])] == ["a", None]
    assert columns.everything() == [("", Typed("r", "record"))]


def test_columns_of_parquet() -> None:
    columns = ParquetColumns(["Abc", 'd"e'])
    assert columns.find(["Abc"]) == Typed('"Abc"', "native")
    assert columns.find(["ABC", 0, "x'y"]).sql == "\"Abc\"[1]['x''y']"
    assert columns.find([Quoted('d"e')]).sql == '"d""e"'
    assert code_of(lambda: columns.find([Quoted("abc")])) == "EvaluatorBindingDoesNotExist"
    assert code_of(lambda: columns.find(["z"])) == "EvaluatorBindingDoesNotExist"
    assert [columns.name(steps) for steps in (["a"], ["a", 0])] == ["a", None]
    assert [name for name, _ in columns.everything()] == ["Abc", 'd"e']
    assert text_literal("a'b") == "'a''b'"
    assert identifier('a"b') == '"a""b"'


@pytest.mark.parametrize(("text", "found"), [("0", 0), ("9" * 9, 10**9 - 1), ("007", 7)])
def test_a_place_in_a_list(text: str, found: int) -> None:
    assert nodes.index(text) == found


@pytest.mark.parametrize("text", ["", "-1", "1.5", "9" * 10, "\u0663"])
def test_what_is_no_place_in_a_list(text: str) -> None:
    assert code_of(lambda: nodes.index(text)) == "InvalidKeyPath"


# kinds


@pytest.mark.parametrize(
    ("kind", "text", "number", "truth", "time", "instant"),
    [
        ("text", "v", "TRY_CAST(v AS DOUBLE)", "TRY_CAST(v AS BOOLEAN)", "s3_time(v)", None),
        ("number", "CAST(v AS VARCHAR)", "v", None, None, None),
        ("bool", "CAST(v AS VARCHAR)", None, "v", None, None),
        ("null", "v", "v", "v", moments.NOTHING, "v"),
        ("native", "CAST(v AS VARCHAR)", "v", "v", "s3_stored_time(v)", "v"),
        (
            "json",
            "(v ->> '$')",
            "TRY_CAST((v ->> '$') AS DOUBLE)",
            "TRY_CAST((v ->> '$') AS BOOLEAN)",
            "s3_time((v ->> '$'))",
            "s3_instant(s3_time((v ->> '$')))",
        ),
        ("record", "(v ->> '$')", None, None, None, None),
        ("time", "s3_shown(v)", None, None, "v", "s3_instant(v)"),
    ],
)
def test_a_value_as_another(
    kind: str,
    text: str,
    number: str | None,
    truth: str | None,
    time: str | None,
    instant: str | None,
) -> None:
    value = Typed("v", kind)
    assert kinds.as_text(value) == text
    for found, wanted in (
        (kinds.as_number(value), number or f"TRY_CAST({text} AS DOUBLE)"),
        (kinds.as_truth(value), truth or f"TRY_CAST({text} AS BOOLEAN)"),
        (kinds.as_time(value), time or f"s3_time({text})"),
        (kinds.as_instant(value), instant or f"s3_instant({kinds.as_time(value)})"),
    ):
        assert found == wanted


@pytest.mark.parametrize(
    ("left", "right", "met"),
    [
        ("text", "text", ("l", "r")),
        ("text", "number", ("TRY_CAST(l AS DOUBLE)", "r")),
        ("bool", "text", ("l", "TRY_CAST(r AS BOOLEAN)")),
        ("number", "bool", ("l", "TRY_CAST(CAST(r AS VARCHAR) AS DOUBLE)")),
        ("time", "text", ("s3_instant(l)", "s3_instant(s3_time(r))")),
        ("time", "null", ("s3_instant(l)", "r")),
        ("text", "null", ("l", "r")),
        ("native", "native", ("l", "r")),
        ("native", "null", ("l", "r")),
        ("native", "text", ("l", "r")),
        ("native", "json", ("l", "(r ->> '$')")),
        ("native", "number", ("l", "r")),
        ("json", "text", ("(l ->> '$')", "r")),
        ("json", "json", ("(l ->> '$')", "(r ->> '$')")),
    ],
)
def test_two_values_meet(left: str, right: str, met: tuple[str, str]) -> None:
    assert kinds.meet(Typed("l", left), Typed("r", right)) == met


# functions


def called(name: str, *arguments: exp.Expression) -> Typed:
    def value(node: exp.Expression) -> Typed:
        kind = "null" if node.name == "NULL" else "json" if node.name == "j" else "text"
        return Typed(node.name, kind if node.name != "7" else "number")

    _, make = functions.FUNCTIONS[name]
    return make(arguments, value)


A, B, J, SEVEN, NULL, YEAR = (exp.column(name) for name in ("a", "b", "j", "7", "NULL", "year"))


def test_functions_as_sql() -> None:
    assert called("LOWER", A) == Typed("lower(a)", "text")
    assert called("CHAR_LENGTH", J) == Typed("length((j ->> '$'))", "number")
    assert called("COALESCE", A, NULL, B) == Typed("coalesce(a, NULL, b)", "text")
    assert called("COALESCE", SEVEN, NULL) == Typed("coalesce(7, NULL)", "number")
    assert called("COALESCE", A, SEVEN) == Typed("coalesce(a, CAST(7 AS VARCHAR))", "text")
    assert called("COALESCE", J, NULL) == Typed("coalesce((j ->> '$'), NULL)", "text")
    assert called("NULLIF", A, B) == Typed("(CASE WHEN a = b THEN NULL ELSE a END)", "text")
    assert called("DATE_ADD", YEAR, SEVEN, A) == Typed(
        "s3_later(s3_time(a), to_years(CAST(7 AS INTEGER)), 1)", "time"
    )
    assert called("DATE_DIFF", YEAR, A, B) == Typed(
        "date_sub('year', s3_instant(s3_time(a)), s3_instant(s3_time(b)))", "number"
    )
    assert called("TO_TIMESTAMP", A) == Typed("s3_time(a)", "time")
    assert called("TO_STRING", A, exp.Literal.string("y")) == Typed(
        "s3_formatted(s3_time(a), '%Y')", "text"
    )
    assert code_of(lambda: called("TO_TIMESTAMP", A, B)) == "UnsupportedFunction"
    wrong = "IncorrectSqlFunctionArgumentType"
    assert code_of(lambda: called("TO_STRING", A, B)) == wrong
    assert code_of(lambda: called("TO_STRING", A, exp.Literal.number(1))) == wrong
    assert code_of(lambda: called("DATE_ADD", A, SEVEN, B)) == wrong
    assert {name: list(count) for name, (count, _) in functions.FUNCTIONS.items()} == {
        "CHARACTER_LENGTH": [1],
        "CHAR_LENGTH": [1],
        "COALESCE": list(range(1, 100)),
        "DATE_ADD": [3],
        "DATE_DIFF": [3],
        "LOWER": [1],
        "NULLIF": [2],
        "TO_STRING": [2],
        "TO_TIMESTAMP": [1, 2],
        "UPPER": [1],
    }


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        ("y-MM-dd", "%Y-%m-%d"),
        ("yy/M/d", "%y/%-m/%-d"),
        ("h:m a", "%-I:%-M %p"),
        ("HH'h'''", "%Hh''"),
        ("y%", "%Y%%"),
        ("y''M", "%Y''%-m"),
    ],
)
def test_a_pattern_of_a_time(pattern: str, made: str) -> None:
    assert moments.formatted("t", pattern) == f"s3_formatted(t, '{made}')"


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("yyyyy", "EvaluatorInvalidTimestampFormatPatternSymbol"),
        ("Q", "EvaluatorInvalidTimestampFormatPatternSymbol"),
        ("y'x", "EvaluatorUnterminatedTimestampFormatPatternToken"),
        ("y M y", "EvaluatorTimestampFormatPatternDuplicateFields"),
        ("H a", "EvaluatorTimestampFormatPatternHourClockAmPmMismatch"),
        ("h", "EvaluatorTimestampFormatPatternHourClockAmPmMismatch"),
    ],
)
def test_a_pattern_that_is_refused(pattern: str, code: str) -> None:
    assert code_of(lambda: moments.formatted("t", pattern)) == code


def test_a_part_of_a_time() -> None:
    assert moments.part_of("t", "year") == "date_part('year', struct_extract(t, 'l'))"
    assert moments.part_of("t", "timezone_hour") == (
        "CAST(trunc(coalesce(struct_extract(t, 'o'), 0) / 60) AS BIGINT)"
    )
    assert moments.part_of("t", "timezone_minute") == "(coalesce(struct_extract(t, 'o'), 0) % 60)"
    assert code_of(lambda: moments.part_of("t", "week")) == "UnsupportedFunction"


# frames


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def test_frames_come_one_after_another(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    frames.send(here, frames.JOB, b"one")
    frames.send(here, frames.DATA_END)
    frames.send(here, frames.DATA, b"three")
    here.close()
    reader = frames.Reader(there)

    assert [reader.next(30) for _ in range(4)] == [
        frames.Frame(b"J", b"one"),
        frames.Frame(b"E", b""),
        frames.Frame(b"D", b"three"),
        None,
    ]


def test_a_frame_that_comes_byte_by_byte_outlasts_a_timeout(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    here, there = ends
    reader = frames.Reader(there)
    whole = struct.pack(">cI", b"R", 2) + b"ab"
    for byte in whole[:-1]:
        here.sendall(bytes([byte]))
        with pytest.raises(TimeoutError):
            reader.next(0.001)
    here.sendall(whole[-1:])

    assert reader.next(30) == frames.Frame(b"R", b"ab")


def test_the_largest_frame(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = ends
    monkeypatch.setattr(frames, "MOST", 3)
    frames.send(here, b"D", b"abc")
    frames.send(here, b"D", b"abcd")
    reader = frames.Reader(there)

    assert reader.next(30) == frames.Frame(b"D", b"abc")
    with pytest.raises(ValueError, match="a frame of 4 bytes"):
        reader.next(30)


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("n" * 255, "v", True),
        ("n" * 256, "v", False),
        ("", "v", False),
        ("n", "v" * 0xFFFF, True),
        ("n", "v" * 0x10000, False),
    ],
)
def test_a_header_of_an_event(name: str, value: str, good: bool) -> None:
    if good:
        made = eventstream.frame({name: value}, b"p")
        assert struct.unpack_from(">II", made) == (len(made), len(name) + len(value) + 4)
        assert made[12] == len(name)
        assert made[13 + len(name)] == 7
    else:
        with pytest.raises(ValueError, match="no header of an event"):
            eventstream.frame({name: value}, b"p")


def test_the_message_of_an_error_is_cut() -> None:
    assert b"x" * 2000 in eventstream.error("C", "x" * 2001)
    assert b"x" * 2001 not in eventstream.error("C", "x" * 2001)
