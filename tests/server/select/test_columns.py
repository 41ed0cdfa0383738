"""Names and paths in a query: columns of CSV, JSON and Parquet, and places in a list."""

from __future__ import annotations

import pytest

from server_ref.select import nodes
from server_ref.select.columns import (
    CsvColumns,
    JsonColumns,
    ParquetColumns,
    Quoted,
    Typed,
    json_path,
)
from server_ref.select.literals import identifier, text_literal
from tests.server.refusing import code_of


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
        assert code_of(lambda s=steps: columns.find(s)) == code
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
