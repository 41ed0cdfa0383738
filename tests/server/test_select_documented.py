"""S3 Select as Amazon's own examples have it: timestamps, SUBSTRING, paths, names and their case.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-string.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html
"""

from __future__ import annotations

import json

import pytest

from tests.server.test_select import (
    DOCUMENT,
    LINES,
    PEOPLE,
    TO_JSON,
    Selecting,
    select,
)

__all__ = ["select"]  # the fixture


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("DATE_ADD(year, 5, `2010-01-01T`)", "2015-01-01"),
        ("DATE_ADD(month, 1, `2010T`)", "2010-02T"),
        ("DATE_ADD(month, 13, `2010T`)", "2011-02T"),
        ("DATE_ADD(day, -1, `2017-01-10T`)", "2017-01-09"),
        ("DATE_ADD(hour, 1, `2017T`)", "2017-01-01T01:00-00:00"),
        ("DATE_ADD(hour, 1, `2017-01-02T03:04Z`)", "2017-01-02T04:04Z"),
        ("DATE_ADD(minute, 1, `2017-01-02T03:04:05.006Z`)", "2017-01-02T03:05:05.006Z"),
        ("DATE_ADD(second, 1, `2017-01-02T03:04:05.006Z`)", "2017-01-02T03:04:06.006Z"),
        ("DATE_ADD(second, 1, `2017-01-02T03:04:05+07:08`)", "2017-01-02T03:04:06+07:08"),
        ("DATE_ADD(year, 1, `2010T`)", "2011T"),
        ("DATE_ADD(day, 1, `2010T`)", "2010-01-02"),
        ("DATE_ADD(minute, 1, `2017T`)", "2017-01-01T00:01-00:00"),
        ("DATE_ADD(second, 1, `2017T`)", "2017-01-01T00:00:01-00:00"),
        ("DATE_DIFF(year, `2010-01-01T`, `2011-01-01T`)", "1"),
        ("DATE_DIFF(month, `2010T`, `2011T`)", "12"),
        ("DATE_DIFF(month, `2011T`, `2010T`)", "-12"),
        ("DATE_DIFF(day, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)", "0"),
        ("DATE_DIFF(hour, `2010-01-01T00:00Z`, `2010-01-01T00:00-02:00`)", "2"),
        ("EXTRACT(YEAR FROM `2010-01-01T`)", "2010"),
        ("EXTRACT(MONTH FROM `2010T`)", "1"),
        ("EXTRACT(MONTH FROM `2010-10T`)", "10"),
        ("EXTRACT(HOUR FROM `2017-01-02T03:04:05+07:08`)", "3"),
        ("EXTRACT(MINUTE FROM `2017-01-02T03:04:05+07:08`)", "4"),
        ("EXTRACT(TIMEZONE_HOUR FROM `2017-01-02T03:04:05+07:08`)", "7"),
        ("EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05+07:08`)", "8"),
        ("EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05-07:08`)", "-8"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y')", '"July 20, 1969"'),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MMM d, yyyy')", '"Jul 20, 1969"'),
        ("TO_STRING(`1969-07-20T20:18Z`, 'M-d-yy')", "7-20-69"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MM-d-y')", "07-20-1969"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')", '"July 20, 1969 8:18 PM"'),
        ("TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", "1969-07-20T20:18:00Z"),
        ("TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXX')",
         "1969-07-20T20:18:00+0800"),
        ("TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXXX')",
         "1969-07-20T20:18:00+08:00"),
        ("TO_STRING(`1969-07-20T20:18-08:30`, 'x xx xxx X')", "-0830 -0830 -08:30 -0830"),
        ("TO_STRING(`1969-07-20T20:18:01.25Z`, 's.SSS MMMMM')", "1.250 J"),
        ("TO_TIMESTAMP('2007T')", "2007T"),
        ("TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')", "2007-02-23T12:14:33.079-08:00"),
        ("CAST('2007-04-05T14:30Z' AS TIMESTAMP)", "2007-04-05T14:30Z"),
        ("SUBSTRING('123456789', 0)", "123456789"),
        ("SUBSTRING('123456789', 1)", "123456789"),
        ("SUBSTRING('123456789', 2)", "23456789"),
        ("SUBSTRING('123456789', -4)", "123456789"),
        ("SUBSTRING('123456789', 0, 999)", "123456789"),
        ("SUBSTRING('123456789', 1, 5)", "12345"),
        ("SUBSTRING('123456789', -1, 4)", "12"),
        ("SUBSTRING('123456789', -4, 3)", ""),
        ("SUBSTRING('123456789' FROM 3 FOR 2)", "34"),
        ("CAST('1.12345678912' AS DECIMAL)", "1.1234567891"),
        ("CAST('1.5' AS DECIMAL(2, 1))", "1.5"),
        ("CAST('0.5' AS DECIMAL(38, 38))", "0.5"),
        ("CAST('1.5' AS DECIMAL(1))", "2"),
        ("CASE WHEN `2010T` = `2010-01-01T00:00Z` THEN 'same' END", "same"),
        ("CASE WHEN `2010-01-01T01:00+01:00` = `2010-01-01T00:00Z` THEN 'same' END", "same"),
        ("MAX(CAST(CASE s.name WHEN 'Ada' THEN '2010T' ELSE '2001-02T' END AS TIMESTAMP))",
         "2010T"),
        ("COALESCE(NULL, `2010T`)", "2010T"),
    ],
)  # fmt: skip
def test_values(select: Selecting, value: str, result: str) -> None:
    sql = f"SELECT {value} FROM S3Object s LIMIT 1"
    assert select.text(PEOPLE, sql) == f"{result}\n"


@pytest.mark.parametrize("text", ["abc", "2010", "2010-13T", "2010-01-01T25:00Z", "10-01-01T"])
def test_what_is_no_timestamp_fails(select: Selecting, text: str) -> None:
    assert (
        select.refused(PEOPLE, f"SELECT CAST('{text}' AS TIMESTAMP) FROM S3Object") == "CastFailed"
    )


RULES = (
    b'{"Rules": [{"id": "1"}, {"expr": "y > x"}, {"id": "2", "expr": "z = DEBUG"}]}\n'
    b'{"created": "June 27", "modified": "July 6"}\n'
)
FOLDERS = (
    b'{"dir_name": "important_docs", "files": [{"name": "."}, {"name": ".."}], "owner": "Carlos"}\n'
    b'{"Dir_Name": "other_docs", "files": [{"name": "."}], "owner": "Maria"}\n'
)


@pytest.mark.parametrize(
    ("body", "sql", "result"),
    [
        (RULES, "SELECT id FROM S3Object[*].Rules[*].id",
         '{"id":"1"}\n{}\n{"id":"2"}\n{}\n'),
        (RULES, "SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING",
         '{"id":"1"}\n{"id":"2"}\n'),
        (RULES, "SELECT d.id FROM S3Object[*].Rules[*] d WHERE d.id = '2'", '{"id":"2"}\n'),
        (FOLDERS, "SELECT d.dir_name, d.files[0].name FROM S3Object[*] d LIMIT 1",
         '{"dir_name":"important_docs","name":"."}\n'),
        (FOLDERS, "SELECT _1.dir_name, _1.owner FROM S3Object[*]",
         '{"dir_name":"important_docs","owner":"Carlos"}\n{"dir_name":"other_docs","owner":"Maria"}\n'),
        (FOLDERS, "SELECT s.DIR_NAME FROM S3Object s WHERE s.OWNER = 'Maria'",
         '{"DIR_NAME":"other_docs"}\n'),
        (FOLDERS, 'SELECT s."dir_name" FROM S3Object s', '{"dir_name":"important_docs"}\n{}\n'),
        (FOLDERS, "SELECT s.FILES[1].NAME FROM S3Object s", '{"NAME":".."}\n{}\n'),
        (b'{"a\\"b": {"c/d~": 1}}\n', 'SELECT s."a""b"."c/d~" AS x FROM S3Object s', '{"x":1}\n'),
    ],
)  # fmt: skip
def test_paths(select: Selecting, body: bytes, sql: str, result: str) -> None:
    assert select.text(body, sql, LINES, TO_JSON) == result
    if "LIMIT" not in sql:
        assert select.text(body, sql, DOCUMENT, TO_JSON) == result


def test_the_case_of_a_quoted_column_counts(select: Selecting) -> None:
    assert select.text(PEOPLE, "SELECT NAME FROM S3Object LIMIT 1") == "Ada\n"
    assert select.text(PEOPLE, 'SELECT s."name" FROM S3Object s LIMIT 1') == "Ada\n"
    assert select.refused(PEOPLE, 'SELECT s."NAME" FROM S3Object s') == "MissingHeaders"


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (rb'"a\"b",c', ['a"b', "c"]),
        (rb"a\b,c", [r"a\b", "c"]),
        (rb"a\,c", ["a\\", "c"]),
        (rb'"a,\\",c', ["a,\\", "c"]),
        (rb'"a' + b"\n" + rb'\"b",c', ['a\n"b', "c"]),
        (rb'x"y,"",z', ['x"y', "", "z"]),
    ],
)  # fmt: skip
def test_an_escape_acts_within_quotes(select: Selecting, row: bytes, fields: list[str]) -> None:
    source = {"CSV": {"QuoteEscapeCharacter": "\\", "AllowQuotedRecordDelimiter": True}}
    sql = f"SELECT {', '.join(f's._{n + 1} AS f{n}' for n in range(len(fields)))} FROM S3Object s"
    answer = json.loads(select.text(row + b"\n", sql, source, TO_JSON))
    assert list(answer.values()) == fields
