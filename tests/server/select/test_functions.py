"""Functions of a query as SQL."""

from __future__ import annotations

from sqlglot import exp

from server_ref.select import functions
from server_ref.select.columns import Typed
from tests.server.refusing import code_of


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
