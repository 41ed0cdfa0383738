"""Rows of an answer as CSV and as JSON, exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from server_ref.select.asked import CsvOutput, JsonOutput
from server_ref.select.output import writer


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
