"""Whatever is asked of S3 Select, DuckDB is asked about the one source, or nobody is."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from server_ref.errors import S3Error
from server_ref.select import expression
from server_ref.select.columns import Columns, CsvColumns, JsonColumns, ParquetColumns
from server_ref.select.translate import translate

SOURCE = "the_source"
KNOWN = {
    "avg", "coalesce", "count", "date_part", "date_sub", "epoch_us", "json_extract",
    "json_extract_string", "json_type", "length", "lower", "ltrim", "make_timestamp", "max",
    "min", "regexp_replace", "rtrim", "strftime", "substring", "sum", "to_days", "to_hours",
    "to_minutes", "to_months", "to_seconds", "to_years", "trim", "trunc", "upper",
}  # fmt: skip
WORDS = (
    "SELECT", "FROM", "WHERE", "LIMIT", "S3Object", "S3Object[*].a", "s", "s.a", '"x', '"', "'",
    "''", "'it''s'", "'; DROP TABLE x; --", "--", "/*", "*/", ";", "(", ")", "[", "]", "[*]", ",",
    ".", "*", "=", "<>", "||", "AND", "OR", "NOT", "IN", "IS", "NULL", "MISSING", "LIKE", "ESCAPE",
    "BETWEEN", "CASE", "WHEN", "THEN", "END", "AS", "CAST", "INT", "UNION", "JOIN", "WITH", "1",
    "99999999999999999999", "1e9", "COUNT(*)", "read_csv('/etc/passwd')", "getenv('HOME')",
    "glob('*')", "UPPER(s.a)", "DATE_ADD(year, 1, UTCNOW())", "TO_STRING(UTCNOW(), 'y')",
    "(SELECT 1)", "COPY", "PRAGMA", "ATTACH", "INSTALL", "$1", "?", "\x00", "\ue001", "ü",
)  # fmt: skip
EXPRESSIONS = (
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
    | st.text(max_size=60)
    | st.text(max_size=20).map(lambda text: f"SELECT s.a FROM S3Object s WHERE s.a = {text}")
    | st.text(max_size=20).map(lambda text: f'SELECT s."{text}", {text!r} FROM S3Object s')
    | st.lists(st.sampled_from(WORDS), max_size=8).map(
        lambda words: f"SELECT {' '.join(words)} FROM S3Object s"
    )
)
COLUMNS = st.sampled_from(
    (CsvColumns(2, ["a", 'b"c']), CsvColumns(3, None), JsonColumns(), ParquetColumns(["a", "d"]))
)


VALUES = st.sampled_from(
    ("s.a", "s.b", "s._1", '"s"."a"', "1", "1.5", "'x'", "'it''s; DROP x; --'", "NULL", "'%_'",
     "UPPER(s.a)", "CHAR_LENGTH(s.a)", "CAST(s.a AS INT)", "s.a || 'y'", "s.a + 1", "UTCNOW()",
     "SUBSTRING(s.a, 1, 2)", "TRIM(s.a)", "COALESCE(s.a, 'z')", "'ü\ue001'")
)  # fmt: skip
TESTS = st.recursive(
    st.tuples(VALUES, st.sampled_from(("=", "<>", "<")), VALUES).map(" ".join)
    | VALUES.map(lambda value: f"{value} IS NULL")
    | st.tuples(VALUES, VALUES, VALUES).map(lambda v: f"{v[0]} BETWEEN {v[1]} AND {v[2]}")
    | st.lists(VALUES, min_size=1, max_size=3).map(lambda v: f"s.a IN ({', '.join(v)})"),
    lambda inner: (
        st.tuples(inner, st.sampled_from(("AND", "OR")), inner).map(" ".join)
        | inner.map(lambda test: f"NOT ({test})")
    ),
    max_leaves=4,
)
SOUND = st.tuples(
    st.lists(VALUES, min_size=1, max_size=3).map(", ".join) | st.sampled_from(("*", "COUNT(*)")),
    st.just("") | TESTS.map(" WHERE {}".format),
    st.sampled_from(("", " LIMIT 5")),
).map(lambda parts: f"SELECT {parts[0]} FROM S3Object s{parts[1]}{parts[2]}")


def test_what_is_sound_reads_the_one_source() -> None:
    """At least a third of these is translated, so that they say something."""
    translated: list[bool] = []

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SOUND, COLUMNS)
    def each(text: str, columns: Columns) -> None:
        translated.append(reads_only_the_source(text, columns))

    each()
    assert sum(translated) > len(translated) / 3 > 20


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS, COLUMNS)
def test_only_the_one_source_is_read(text: str, columns: Columns) -> None:
    reads_only_the_source(text, columns)


def reads_only_the_source(text: str, columns: Columns) -> bool:
    """A SELECT of the one table (True), or refused (False)."""
    try:
        plan = translate(expression.parse(text), columns, SOURCE, datetime.now(UTC))
    except S3Error:
        return False
    (statement,) = sqlglot.parse(plan.sql, dialect="duckdb")
    assert isinstance(statement, exp.Select)
    assert [table.name for table in statement.find_all(exp.Table)] == [SOURCE]
    assert len(list(statement.find_all(exp.Select))) == 1
    for function in statement.find_all(exp.Anonymous):
        assert function.name.lower() in KNOWN, plan.sql
    return True


def test_the_words_do_make_queries() -> None:
    """The test above is about something: a few of its kind are translated."""
    for text in ("SELECT s.a FROM S3Object s", "SELECT COUNT(*) , UPPER(s.a) FROM S3Object s"):
        plan = translate(expression.parse(text), JsonColumns(), SOURCE, datetime.now(UTC))
        assert plan.sql.endswith(f"FROM {SOURCE}")
