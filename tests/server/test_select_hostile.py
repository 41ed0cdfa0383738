"""Whatever is asked of S3 Select, DuckDB is asked about the one source, or nobody is."""

from __future__ import annotations

import gzip
import io
import math
from datetime import UTC, datetime

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from server_ref.errors import S3Error
from server_ref.select import expression, intake
from server_ref.select.asked import Asked, CsvInput, JsonOutput
from server_ref.select.columns import Columns, CsvColumns, JsonColumns, ParquetColumns
from server_ref.select.intake import prepare
from server_ref.select.translate import translate

SOURCE = "the_source"
KNOWN = {
    "arg_max", "arg_min", "s3_formatted", "s3_instant", "s3_later", "s3_member", "s3_shown",
    "s3_stored_time", "s3_substring", "s3_substring_of", "s3_time", "struct_extract",
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


NESTED = (
    "NULLIF({}, '1')",
    "({} BETWEEN 'a' AND 'b')",
    "CASE {} WHEN 'a' THEN 'x' WHEN 'b' THEN 'y' END",
    "({} IN ('a', 1, TRUE))",
)


def _nested(form: str, levels: int) -> str:
    value = "s.a"
    for _ in range(levels):
        value = form.format(value)
    return f"SELECT {value} FROM S3Object s"


@pytest.mark.parametrize(
    "form", [*NESTED, "(({}))", "UPPER({})", "- {}", "CASE WHEN {} THEN 1 END"]
)
@pytest.mark.parametrize("levels", [20, 200, 2000])
def test_what_is_nested_stays_small(form: str, levels: int) -> None:
    """SQL that doubles with each level is refused before it is made; so is what is deep."""
    try:
        plan = translate(
            expression.parse(_nested(form, levels)), JsonColumns(), SOURCE, datetime.now(UTC)
        )
    except S3Error as error:
        assert error.code in ("UnsupportedSqlStructure", "ParseUnexpectedToken")
    else:
        assert levels == 20
        assert form not in NESTED
        assert len(plan.sql) < 5000


@pytest.mark.parametrize(
    ("opening", "inside", "closing", "levels"),
    [  # sqlglot takes 20 calls for a parenthesis, of the 1,000 that Python allows
        ("(", "s.a", ")", 32),
        ("CASE WHEN 1 = ", "2", " THEN 1 END", expression.MAX_DEPTH),
    ],
)
def test_so_deep_may_be_nested_and_no_deeper(
    opening: str, inside: str, closing: str, levels: int
) -> None:
    def nested(levels: int) -> str:
        return f"SELECT {opening * levels}{inside}{closing * levels} FROM S3Object s"

    deepest = expression.MAX_DEPTH
    assert len(expression.parse(nested(levels)).columns) == 1
    with pytest.raises(S3Error, match="nested too deep") as refused:
        expression.parse(nested(deepest + 1))
    assert refused.value.code == "UnsupportedSqlStructure"
    beside = ", ".join(["(s.a)"] * (2 * deepest))  # what is closed again is not inside another
    assert len(expression.parse(f"SELECT {beside} FROM S3Object s").columns) == 2 * deepest


@pytest.mark.parametrize("form", NESTED)
def test_what_is_nested_a_little_is_translated(form: str) -> None:
    plan = translate(
        expression.parse(_nested(form, 3)), CsvColumns(1, ["a"]), SOURCE, datetime.now(UTC)
    )
    assert plan.sql.endswith(f"FROM {SOURCE}")


def test_lists_have_an_end() -> None:
    def listed(count: int) -> str:
        return f"SELECT s.a FROM S3Object s WHERE s.a IN ({', '.join(map(str, range(count)))})"

    plan = translate(
        expression.parse(listed(5000)), CsvColumns(1, ["a"]), SOURCE, datetime.now(UTC)
    )
    assert plan.sql.count("c1") == 2  # named once for the column and once for the whole list
    with pytest.raises(S3Error, match="too many parts"):
        expression.parse(listed(30_000))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * EXCLUDE (a) FROM S3Object s",
        "SELECT s.* EXCEPT (a) FROM S3Object s",
        "SELECT * REPLACE (1 AS a) FROM S3Object s",
        "SELECT * RENAME (a AS b) FROM S3Object s",
    ],
)
def test_a_star_is_all_of_it(text: str) -> None:
    with pytest.raises(S3Error) as caught:
        translate(expression.parse(text), CsvColumns(1, ["a"]), SOURCE, datetime.now(UTC))
    assert caught.value.code in ("UnsupportedSqlStructure", "ParseUnexpectedToken")


def test_stars_have_an_end() -> None:
    text = f"SELECT {', '.join(['s.*'] * 100)} FROM S3Object s"
    with pytest.raises(S3Error) as caught:
        translate(expression.parse(text), CsvColumns(100, None), SOURCE, datetime.now(UTC))
    assert caught.value.code == "OverMaxColumn"


def _prepare(
    body: bytes, source: CsvInput, compression: str = "NONE", *, until: float = math.inf
) -> int:
    """The columns of the file that is made."""
    blocks = (body[at : at + 65536] for at in range(0, len(body), 65536))
    asked = Asked(source, compression, JsonOutput(), progress=False, scan=None)
    return prepare(blocks, asked, io.BytesIO(), until).columns


PLAIN = CsvInput(header="NONE", field=",", record="\n", quote='"', escape='"', comment="#")
ENDLESS = b'"\n",' * 1_000_000


@pytest.mark.parametrize("compression", ["NONE", "GZIP"])
def test_a_row_of_quoted_delimiters_has_an_end(compression: str) -> None:
    body = gzip.compress(ENDLESS) if compression == "GZIP" else ENDLESS
    with pytest.raises(S3Error) as caught:
        _prepare(body, PLAIN, compression)
    assert caught.value.code == "OverMaxRecordSize"


def test_a_row_has_so_many_columns() -> None:
    assert _prepare(b"," * 4999, PLAIN) == 5000
    with pytest.raises(S3Error) as caught:
        _prepare(b"," * 5000, PLAIN)
    assert caught.value.code == "OverMaxColumn"


def test_preparing_has_an_end() -> None:
    with pytest.raises(S3Error) as caught:
        _prepare(b"a\n", PLAIN, until=0.0)
    assert caught.value.code == "Busy"


def test_what_a_query_writes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_BYTES", 100_000)
    with pytest.raises(S3Error) as caught:
        _prepare(b"a\n" * 40_000, PLAIN)  # 80,000 bytes, and twice as many with quotes
    assert caught.value.code == "InvalidRequestParameter"
