"""SelectObjectContent, asked and parsed by botocore: formats, SQL, framing, limits, errors."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import sys
import threading
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EventStreamError

from server_ref.operations import select_content
from server_ref.server import S3Server
from tests.server.conftest import refused

PEOPLE = b"name,age,city\nAda,36,London\nAlan,41,Wilmslow\nGrace,85,Arlington\n"
CSV: dict[str, Any] = {"CSV": {"FileHeaderInfo": "USE"}}
LINES: dict[str, Any] = {"JSON": {"Type": "LINES"}}
DOCUMENT: dict[str, Any] = {"JSON": {"Type": "DOCUMENT"}}
TO_CSV: dict[str, Any] = {"CSV": {}}
TO_JSON: dict[str, Any] = {"JSON": {}}


class Selecting:
    """Puts an object and asks it."""

    def __init__(self, owner: Any, bucket: str) -> None:
        self.owner, self.bucket = owner, bucket

    def events(
        self,
        body: bytes,
        sql: str,
        source: dict[str, Any] | None = None,
        output: dict[str, Any] | None = None,
        **more: Any,
    ) -> list[dict[str, Any]]:
        """All events of the answer."""
        self.owner.put_object(Bucket=self.bucket, Key="data", Body=body)
        answer = self.owner.select_object_content(
            Bucket=self.bucket,
            Key="data",
            ExpressionType="SQL",
            Expression=sql,
            InputSerialization=CSV if source is None else source,
            OutputSerialization=TO_CSV if output is None else output,
            **more,
        )
        return list(answer["Payload"])

    def text(self, *arguments: Any, **more: Any) -> str:
        """The result, once it is complete."""
        events = self.events(*arguments, **more)
        assert "End" in events[-1], events[-1]
        return b"".join(e["Records"]["Payload"] for e in events if "Records" in e).decode()

    def refused(self, *arguments: Any, **more: Any) -> str:
        """The code of the error answer."""
        with pytest.raises(ClientError) as caught:
            self.events(*arguments, **more)
        assert not isinstance(caught.value, EventStreamError)
        code: str = caught.value.response["Error"]["Code"]
        return code


@pytest.fixture
def select(owner: Any, bucket: str) -> Selecting:
    return Selecting(owner, bucket)


@pytest.mark.parametrize(
    ("sql", "result"),
    [
        ("SELECT * FROM S3Object", "Ada,36,London\nAlan,41,Wilmslow\nGrace,85,Arlington\n"),
        ("SELECT s.name FROM S3Object s WHERE s.age > 40", "Alan\nGrace\n"),
        ("SELECT s._1 FROM S3Object s LIMIT 1", "Ada\n"),
        ("select S.NAME from s3object s where s.\"city\" = 'London'", "Ada\n"),
        ("SELECT name FROM S3Object WHERE CAST(age AS INT) BETWEEN 36 AND 41", "Ada\nAlan\n"),
        ("SELECT COUNT(*) FROM S3Object s WHERE s.name LIKE 'A%'", "2\n"),
        ("SELECT SUM(CAST(s.age AS INT)), AVG(CAST(s.age AS FLOAT)) FROM S3Object s", "162,54\n"),
        ("SELECT MAX(CAST(s.age AS INT)) - MIN(CAST(s.age AS INT)) FROM S3Object s", "49\n"),
        ("SELECT MIN(s.name), MAX(s.name) FROM S3Object s", "Ada,Grace\n"),
        ("SELECT MIN(TO_TIMESTAMP(s.age || '00T')), MAX(TO_TIMESTAMP(s.age || '00T'))"
         " FROM S3Object s WHERE s.age < 80", "3600T,4100T\n"),
        ("SELECT SUM(s.age), AVG(s.age), COUNT(s.age) FROM S3Object s", "162,54,3\n"),
        ("SELECT s.name FROM S3Object s WHERE s.city IN ('London', 'Paris')", "Ada\n"),
        ("SELECT s.name FROM S3Object s WHERE NOT s.age <> 36", "Ada\n"),
        ("SELECT UPPER(s.name) || '!' FROM S3Object s LIMIT 1", "ADA!\n"),
        ("SELECT SUBSTRING(s.name, 2), CHAR_LENGTH(s.city) FROM S3Object s LIMIT 1", "da,6\n"),
        ("SELECT SUBSTRING(s.name FROM 1 FOR 2) FROM S3Object s LIMIT 1", "Ad\n"),
        ("SELECT TRIM(LEADING 'A' FROM s.name) FROM S3Object s LIMIT 1", "da\n"),
        ("SELECT COALESCE(NULLIF(s.age, '36'), 'none') FROM S3Object s LIMIT 2", "none\n41\n"),
        ("SELECT CASE WHEN s.age > 50 THEN 'old' ELSE 'young' END FROM S3Object s LIMIT 1",
         "young\n"),
        ("SELECT s.name FROM S3Object s WHERE s.name LIKE 'A!_%' ESCAPE '!'", ""),
        ("SELECT EXTRACT(YEAR FROM TO_TIMESTAMP('2007-02-03T04:05:06Z')) FROM S3Object LIMIT 1",
         "2007\n"),
        ("SELECT TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00'), TO_TIMESTAMP('2007T')"
         " FROM S3Object LIMIT 1", "2007-02-23T12:14:33.079-08:00,2007T\n"),
        ("SELECT DATE_ADD(month, 1, TO_TIMESTAMP('2007-01-31T00:00:00Z')) FROM S3Object LIMIT 1",
         "2007-02-28T00:00:00Z\n"),
        ("SELECT DATE_DIFF(day, TO_TIMESTAMP('2007-01-01T00:00:00Z'),"
         " TO_TIMESTAMP('2007-01-11T00:00:00Z')) FROM S3Object LIMIT 1", "10\n"),
        ("SELECT TO_STRING(TO_TIMESTAMP('1969-07-20T20:18:00Z'), 'MMMM d, y') FROM S3Object"
         " LIMIT 1", '"July 20, 1969"\n'),
        ("SELECT s.age * 2 + 1, s.age % 5, -CAST(s.age AS INT) FROM S3Object s LIMIT 1",
         "73,1,-36\n"),
        ("SELECT s.age - 6, 41 - s.age, s.age / 4 FROM S3Object s LIMIT 1", "30,5,9\n"),
        *((f"SELECT s.name FROM S3Object s WHERE {where}", "".join(f"{one}\n" for one in names))
          for where, names in (
            ("s.age > 36 AND s.age < 85", ["Alan"]),
            ("s.age = 36 OR s.age = 85", ["Ada", "Grace"]),
            ("s.age > 36 AND s.age < 85 AND s.city = 'London'", []),
            ("s.city = 'London' AND s.age > 36 AND s.age < 85", []),
            ("s.age = 36 OR s.age = 41 OR s.age = 85", ["Ada", "Alan", "Grace"]),
            ("s.age = 36 OR s.age = 85 AND s.city = 'London'", ["Ada"]),
            ("(s.age = 36 OR s.age = 85) AND s.city = 'Arlington'", ["Grace"]),
            ("NOT (s.age = 36 OR s.age = 41)", ["Grace"]),
            ("s.age < 41", ["Ada"]),
            ("s.age <= 41", ["Ada", "Alan"]),
            ("s.age > 41", ["Grace"]),
            ("s.age >= 41", ["Alan", "Grace"]),
            ("s.age = 41", ["Alan"]),
            ("s.age != 41", ["Ada", "Grace"]),
            ("s.age <> 41", ["Ada", "Grace"]),
            ("s.age NOT IN (36, 41)", ["Grace"]),
            ("s.age NOT BETWEEN 36 AND 41", ["Grace"]),
            ("s.name NOT LIKE 'A%'", ["Grace"]),
            ("NOT s.name LIKE 'A%'", ["Grace"]),
            ("NOT s.name NOT LIKE 'A%'", ["Ada", "Alan"]),
            ("s.name NOT LIKE 'A!%' ESCAPE '!'", ["Ada", "Alan", "Grace"]),
            ("s.name NOT LIKE 'A%' ESCAPE '!' AND s.age > 40", ["Grace"]),
            ("(s.age > 40) IS TRUE", ["Alan", "Grace"]),
            ("(s.age > 40) IS FALSE", ["Ada"]),
            ("(s.age > 40) IS NOT TRUE", ["Ada"]),
            ("NULLIF(s.age, '36') IS NULL", ["Ada"]),
            ("NULLIF(s.age, '36') IS NOT NULL", ["Alan", "Grace"]),
            ("NULLIF(s.age, '36') > 0 OR s.age = 85", ["Alan", "Grace"]),
          )),
    ],
)  # fmt: skip
def test_sql_over_csv(select: Selecting, sql: str, result: str) -> None:
    assert select.text(PEOPLE, sql) == result


def test_csv_to_json_names_what_it_can(select: Selecting) -> None:
    sql = "SELECT s.name, s.age AS years, CAST(s.age AS INT) FROM S3Object s LIMIT 1"
    assert json.loads(select.text(PEOPLE, sql, CSV, TO_JSON)) == {
        "name": "Ada",
        "years": "36",
        "_3": 36,
    }


@pytest.mark.parametrize(
    ("options", "body", "result"),
    [
        ({"FileHeaderInfo": "NONE"}, b"h\nx\n", "h\nx\n"),
        ({"FileHeaderInfo": "IGNORE"}, b"h\nx\n", "x\n"),
        ({"FieldDelimiter": ";"}, b"a;b\n", "a,b\n"),
        ({"RecordDelimiter": "|"}, b"a,b|c,d|", "a,b\nc,d\n"),
        ({"RecordDelimiter": "|"}, b'"a\nb",c|', '"a\nb",c\n'),
        ({"QuoteCharacter": "'"}, b"'a,b',\"c\n", '"a,b","""c"\n'),
        ({"QuoteEscapeCharacter": "\\"}, b'"a\\"b",c\n', '"a""b",c\n'),
        ({"Comments": "%"}, b"%no\na\n", "a\n"),
        ({"AllowQuotedRecordDelimiter": True}, b'"a\nb",c\n', '"a\nb",c\n'),
        ({}, b"a,b\r\nc,d\r\n", "a,b\nc,d\n"),
        ({}, "ü,ß\n".encode(), "ü,ß\n"),
        ({}, b"", ""),
    ],
)
def test_csv_of_every_form(
    select: Selecting, options: dict[str, Any], body: bytes, result: str
) -> None:
    assert select.text(body, "SELECT * FROM S3Object", {"CSV": options}) == result


@pytest.mark.parametrize(
    ("options", "result"),
    [
        ({}, '1,"a,b"\n'),
        ({"QuoteFields": "ALWAYS"}, '"1","a,b"\n'),
        ({"FieldDelimiter": ";", "RecordDelimiter": "|"}, "1;a,b|"),
        ({"QuoteCharacter": "'"}, "1,'a,b'\n"),
    ],
)
def test_csv_out(select: Selecting, options: dict[str, Any], result: str) -> None:
    text = select.text(b'1,"a,b"\n', "SELECT * FROM S3Object", {"CSV": {}}, {"CSV": options})
    assert text == result


RECORDS = b"""{"id": 1, "name": "x", "deep": {"list": [{"a": 5}, {"a": 6.50}]}, "on": true}
{"id": 20, "name": null, "more": "y"}
"""


@pytest.mark.parametrize(
    ("sql", "result"),
    [
        ("SELECT s.id, s.name FROM S3Object s", '{"id":1,"name":"x"}\n{"id":20,"name":null}\n'),
        ("SELECT s.deep.list[1].a FROM S3Object s WHERE s.id = 1", '{"a":6.5}\n'),
        ("SELECT COUNT(s.name) FROM S3Object s", '{"_1":1}\n'),
        ("SELECT s.more FROM S3Object s", '{}\n{"more":"y"}\n'),
        ("SELECT s.id FROM S3Object s WHERE s.id > 3", '{"id":20}\n'),
        ("SELECT s.id FROM S3Object s WHERE s.on = TRUE", '{"id":1}\n'),
        ("SELECT s.id FROM S3Object s WHERE s.name IS NULL", '{"id":20}\n'),
        ("SELECT s.id FROM S3Object s WHERE s.more IS MISSING", '{"id":1}\n'),
        ("SELECT SUM(s.id) AS total FROM S3Object[*] s", '{"total":21}\n'),
        ("SELECT d.a FROM S3Object[*].deep.list[*] d", '{"a":5}\n{"a":6.5}\n{}\n'),
    ],
)
def test_sql_over_json_lines(select: Selecting, sql: str, result: str) -> None:
    def rows(text: str) -> list[Any]:
        return [json.loads(line) for line in text.splitlines()]

    assert rows(select.text(RECORDS, sql, LINES, TO_JSON)) == rows(result)


def test_a_whole_record_is_as_it_was(select: Selecting) -> None:
    body = b'{"b":1.50,"a":[1,2],"c":{"d":"\xc3\xbc"}}\n'
    assert select.text(body, "SELECT * FROM S3Object", LINES, TO_JSON) == body.decode()
    as_csv = select.text(body, "SELECT * FROM S3Object", LINES)
    assert as_csv.startswith("1.5,")


def test_documents(select: Selecting) -> None:
    document = json.dumps({"people": [{"n": 1}, {"n": 2}]}, indent=2).encode()
    sql = "SELECT p.n FROM S3Object[*].people[*] p"
    assert select.text(document, sql, DOCUMENT) == "1\n2\n"
    array = b'[{"n": 1}, {"n": 2}]'
    assert select.text(array, "SELECT s.n FROM S3Object[*] s", DOCUMENT) == "1\n2\n"


def parquet() -> bytes:
    import duckdb

    sql = (
        "SELECT n AS id, 'row ' || n AS name, n / 2 AS half, {'x': n} AS deep,"
        " DATE '2020-01-01' + n::INT AS day FROM range(5) t(n)"
    )
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.parquet"
        duckdb.connect().execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


@pytest.mark.parametrize(
    ("sql", "result"),
    [
        ("SELECT COUNT(*) FROM S3Object", "5\n"),
        (
            "SELECT MIN(s.day), MAX(s.day), MAX(s.id), MIN(s.name) FROM S3Object s",
            "2020-01-01,2020-01-05,4,row 0\n",
        ),
        ("SELECT s.name, s.half FROM S3Object s WHERE s.id >= 3", "row 3,1.5\nrow 4,2\n"),
        ("SELECT s.deep.x FROM S3Object s WHERE s.NAME = 'row 2'", "2\n"),
        ("SELECT s.id FROM S3Object s WHERE s.day = '2020-01-05'", "4\n"),
        ("SELECT s.id FROM S3Object s WHERE CAST(s.id AS STRING) = '1'", "1\n"),
        ("SELECT * FROM S3Object s LIMIT 1", '0,row 0,0,"{""x"":0}",2020-01-01\n'),
    ],
)
def test_parquet(select: Selecting, sql: str, result: str) -> None:
    assert select.text(parquet(), sql, {"Parquet": {}}) == result


@pytest.mark.parametrize(("name", "compress"), [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_compression(select: Selecting, name: str, compress: Any) -> None:
    packed = compress(PEOPLE)
    source = {**CSV, "CompressionType": name}
    events = select.events(packed, "SELECT s.age FROM S3Object s LIMIT 1", source)
    details = next(e["Stats"]["Details"] for e in events if "Stats" in e)
    assert details == {
        "BytesScanned": len(packed),
        "BytesProcessed": len(PEOPLE),
        "BytesReturned": 3,
    }
    assert select.refused(PEOPLE, "SELECT * FROM S3Object", source) == "InvalidCompressionFormat"
    assert select.refused(packed[:-9], "SELECT * FROM S3Object", source) == "TruncatedInput"


@pytest.mark.parametrize(
    ("scan", "rows"),
    [
        ({"Start": 0, "End": 0}, ["aa"]),
        ({"Start": 1, "End": 6}, ["bb", "cc"]),
        ({"Start": 4}, ["cc", "dd"]),
        ({"Start": 3, "End": 3}, ["bb"]),
        ({"Start": 100}, []),
    ],
)
def test_a_scan_range_has_the_records_that_begin_in_it(
    select: Selecting, scan: dict[str, int], rows: list[str]
) -> None:
    text = select.text(b"aa\nbb\ncc\ndd\n", "SELECT * FROM S3Object", {"CSV": {}}, ScanRange=scan)
    assert text.split() == rows


def test_a_large_result_comes_in_pieces_with_progress(select: Selecting) -> None:
    body = b"".join(b"%d,%s\n" % (n, b"x" * 90) for n in range(20_000))
    events = select.events(
        body, "SELECT * FROM S3Object", {"CSV": {}}, RequestProgress={"Enabled": True}
    )
    kinds = [next(iter(event)) for event in events]
    assert kinds[-3:] == ["Progress", "Stats", "End"]
    assert kinds.count("Records") > 10
    assert b"".join(e["Records"]["Payload"] for e in events if "Records" in e) == body
    assert events[-2]["Stats"]["Details"]["BytesReturned"] == len(body)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELEC * FROM S3Object", "ParseUnexpectedToken"),
        ("SELECT * FROM S3Object WHERE (", "ParseUnexpectedToken"),
        ("SELECT 1", "ParseSelectMissingFrom"),
        ("SELECT * FROM other", "InvalidDataSource"),
        ("SELECT * FROM 'file.csv'", "InvalidDataSource"),
        ("SELECT * FROM read_csv('/etc/passwd')", "InvalidDataSource"),
        ("SELECT * FROM S3Object; SELECT 1", "UnsupportedSqlStructure"),
        ("SELECT * FROM S3Object, S3Object b", "MultipleDataSourcesUnsupported"),
        ("SELECT * FROM S3Object s JOIN S3Object t ON 1=1", "ParseMalformedJoin"),
        ("SELECT * FROM S3Object UNION SELECT * FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT name FROM S3Object ORDER BY name", "UnsupportedSqlStructure"),
        ("SELECT name FROM S3Object GROUP BY name", "UnsupportedSqlStructure"),
        ("SELECT DISTINCT name FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT (SELECT 1) FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT name FROM S3Object WHERE name IN (SELECT 1)", "UnsupportedSqlStructure"),
        ("WITH x AS (SELECT 1) SELECT * FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT getenv('HOME') FROM S3Object", "UnsupportedFunction"),
        ("SELECT read_text('/etc/passwd') FROM S3Object", "UnsupportedFunction"),
        ("SELECT S3SELECT_NOTHING(1) FROM S3Object", "UnsupportedFunction"),
        ("SELECT SQRT(age) FROM S3Object", "UnsupportedFunction"),
        ("COPY (SELECT 1) TO '/tmp/x' FROM S3Object", "UnsupportedSqlStructure"),
        ("DROP TABLE x FROM S3Object", "ParseUnexpectedToken"),
        ("SELECT s.absent FROM S3Object s", "MissingHeaders"),
        ("SELECT name, COUNT(*) FROM S3Object", "UnsupportedSqlOperation"),
        ("SELECT CAST(age AS BLOB) FROM S3Object", "InvalidDataType"),
        ("SELECT UPPER(name, age) FROM S3Object", "EvaluatorInvalidArguments"),
        ("SELECT name # 1 FROM S3Object", "LexerInvalidChar"),
        ("SELECT FROM S3Object", "ParseEmptySelect"),
        ("SELECT *, name FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"),
        ("SELECT CAST age AS INT FROM S3Object", "ParseExpectedLeftParenAfterCast"),
        ("SELECT CAST(age AS ) FROM S3Object", "ParseExpectedTypeName"),
        ("SELECT CAST(age, name AS INT) FROM S3Object", "ParseCastArity"),
        ("SELECT CASE age END FROM S3Object", "ParseExpectedWhenClause"),
        ("SELECT name AS FROM S3Object", "ParseExpectedIdentForAlias"),
        ("SELECT SUM(*) FROM S3Object", "ParseUnsupportedCallWithStar"),
        ("SELECT COUNT(age, name) FROM S3Object", "ParseNonUnaryAgregateFunctionCall"),
        ("SELECT * FROM S3Object LIMIT -1", "EvaluatorNegativeLimit"),
        ("SELECT DATE_ADD(week, 1, UTCNOW()) FROM S3Object", "ParseExpectedDatePart"),
        ("SELECT UPPER(name FROM S3Object", "ParseExpectedRightParenBuiltinFunctionCall"),
        ("SELECT * FROM S3Object WHERE", "ParseExpectedExpression"),
        ("SELECT _0 FROM S3Object", "InvalidColumnIndex"),
        ("SELECT @, name FROM S3Object", "ParseMissingIdentAfterAt"),
        ("SELECT 1 + * FROM S3Object", "ParseInvalidContextForWildcardInSelectList"),
        ("SELECT NULLIF(name 'x') FROM S3Object", "ParseExpectedArgumentDelimiter"),
        ("SELECT * FROM S3Object WHERE age BETWEEN 1 LIMIT 1", "ParseExpectedKeyword"),
        ("SELECT * FROM S3Object WHERE age IN 1, 2", "ParseExpectedLeftParenValueConstructor"),
        ("SELECT CAST(age AS DECIMAL(39, 0)) FROM S3Object", "ParseInvalidTypeParam"),
        ("SELECT CAST(age AS DECIMAL(38, 39)) FROM S3Object", "ParseInvalidTypeParam"),
        ("SELECT CAST(age AS DECIMAL(0)) FROM S3Object", "ParseInvalidTypeParam"),
        ("SELECT CAST(age AS DECIMAL(3, 2, 1)) FROM S3Object", "ParseInvalidTypeParam"),
        (
            "SELECT TO_STRING(UTCNOW(), 'QQ') FROM S3Object",
            "EvaluatorInvalidTimestampFormatPatternSymbol",
        ),
        (
            "SELECT TO_STRING(UTCNOW(), 'y y') FROM S3Object",
            "EvaluatorTimestampFormatPatternDuplicateFields",
        ),
        (
            "SELECT TO_STRING(UTCNOW(), 'H a') FROM S3Object",
            "EvaluatorTimestampFormatPatternHourClockAmPmMismatch",
        ),
        (
            "SELECT TO_STRING(UTCNOW(), 'y ''at') FROM S3Object",
            "EvaluatorUnterminatedTimestampFormatPatternToken",
        ),
        ("SELECT * FROM S3Object LIMIT x", "ParseExpectedNumber"),
        ("SELECT '" + "x" * (256 * 1024) + "' FROM S3Object", "ExpressionTooLong"),
        ("SELECT " + "(" * 5000 + "1" + ")" * 5000 + " FROM S3Object", "UnsupportedSqlStructure"),
    ],
)
def test_sql_that_is_refused(select: Selecting, sql: str, code: str) -> None:
    assert select.refused(PEOPLE, sql) == code


def test_quotes_in_names_and_texts_stay_where_they_are(select: Selecting) -> None:
    body = b'a"b,c\nx,y\n'
    sql = "SELECT 'o''clock; DROP' FROM S3Object s WHERE s.\"a\"\"b\" = 'x'"
    assert select.text(body, sql) == "o'clock; DROP\n"
    assert select.text(PEOPLE, "SELECT 'it''s' FROM S3Object LIMIT 1") == "it's\n"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ExpressionType": "XQUERY"}, "InvalidExpressionType"),
        ({"InputSerialization": {}}, "InvalidDataSource"),
        ({"InputSerialization": {**CSV, **LINES}}, "ObjectSerializationConflict"),
        ({"OutputSerialization": {**TO_CSV, **TO_JSON}}, "ObjectSerializationConflict"),
        ({"OutputSerialization": {}}, "MissingRequiredParameter"),
        ({"InputSerialization": {"CSV": {"FileHeaderInfo": "MAYBE"}}}, "InvalidFileHeaderInfo"),
        ({"InputSerialization": {"JSON": {"Type": "OTHER"}}}, "InvalidJsonType"),
        ({"InputSerialization": {**CSV, "CompressionType": "XZ"}}, "InvalidCompressionFormat"),
        ({"OutputSerialization": {"CSV": {"QuoteFields": "NO"}}}, "InvalidQuoteFields"),
        ({"InputSerialization": {"CSV": {"FieldDelimiter": "ab"}}}, "InvalidRequestParameter"),
        ({"ScanRange": {"Start": 5, "End": 2}}, "InvalidScanRange"),
        ({"InputSerialization": DOCUMENT, "ScanRange": {"Start": 5}}, "UnsupportedScanRangeInput"),
    ],
)
def test_requests_that_are_refused(
    owner: Any, bucket: str, changes: dict[str, Any], code: str
) -> None:
    owner.put_object(Bucket=bucket, Key="data", Body=PEOPLE)
    request = {
        "Bucket": bucket,
        "Key": "data",
        "Expression": "SELECT * FROM S3Object",
        "ExpressionType": "SQL",
        "InputSerialization": CSV,
        "OutputSerialization": TO_CSV,
        **changes,
    }
    error = refused(owner.select_object_content, **request)
    assert (error["Status"], error["Code"]) == (400, code)


def test_data_that_is_not_what_it_is_said_to_be(select: Selecting) -> None:
    everything = "SELECT * FROM S3Object"
    assert select.refused(b"a,\xff\xfe\n", everything) == "InvalidTextEncoding"
    assert select.refused(b'{"a": "\xff"}', everything, LINES) == "InvalidTextEncoding"
    assert select.refused(b"no parquet", everything, {"Parquet": {}}) == "ParquetParsingError"
    assert select.refused(b"x" * (1 << 21), everything, {"CSV": {}}) == "OverMaxRecordSize"


def test_an_absent_object(owner: Any, bucket: str) -> None:
    error = refused(
        owner.select_object_content,
        Bucket=bucket,
        Key="absent",
        Expression="SELECT * FROM S3Object",
        ExpressionType="SQL",
        InputSerialization=CSV,
        OutputSerialization=TO_CSV,
    )
    assert (error["Status"], error["Code"]) == (404, "NoSuchKey")


def test_what_fails_while_rows_come_is_an_error_event(select: Selecting) -> None:
    rows = b"".join(b"%d\n" % n for n in range(100_000)) + b"none\n"
    with pytest.raises(EventStreamError) as caught:
        select.events(rows, "SELECT CAST(s._1 AS INT) FROM S3Object s", {"CSV": {}})
    assert caught.value.response["Error"]["Code"] == "CastFailed"


def test_so_many_queries_at_once_and_no_more(
    select: Selecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that gets no turn is Busy; one whose client went away gives its turn back."""
    monkeypatch.setattr(select_content, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(select_content, "PATIENCE", 0.0)
    rows = b"".join(b"%d,%s\n" % (n, b"x" * 90) for n in range(100_000))
    select.owner.put_object(Bucket=select.bucket, Key="large", Body=rows)
    answer = select.owner.select_object_content(
        Bucket=select.bucket,
        Key="large",
        ExpressionType="SQL",
        Expression="SELECT * FROM S3Object",
        InputSerialization={"CSV": {}},
        OutputSerialization=TO_CSV,
    )
    assert select.refused(PEOPLE, "SELECT * FROM S3Object") == "Busy"
    answer["Payload"].close()
    monkeypatch.setattr(select_content, "PATIENCE", 60.0)
    assert select.text(PEOPLE, "SELECT COUNT(*) FROM S3Object") == "3\n"


def test_no_file_is_left(tmp_path: Path) -> None:
    """The server removes its copy when the answer is sent, and when there is none to send."""
    with S3Server(durability="relaxed", data=tmp_path) as server:
        client = boto3.client("s3", **server.client_kwargs)
        client.create_bucket(Bucket="bucket")
        select = Selecting(client, "bucket")
        select.text(PEOPLE, "SELECT * FROM S3Object")
        select.refused(PEOPLE, "SELECT s.absent FROM S3Object s")
    assert list((tmp_path / "incoming").iterdir()) == []


@pytest.mark.parametrize("name", select_content.ENGINE)
def test_without_its_libraries_it_is_not_implemented(
    select: Selecting,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(sys.modules, name, None)  # what makes its import fail
    assert select.refused(PEOPLE, "SELECT * FROM S3Object") == "NotImplemented"
    assert f"`pip install {name}`" in caplog.text
    monkeypatch.undo()
    assert select.text(PEOPLE, "SELECT s.name FROM S3Object s LIMIT 1") == "Ada\n"


def test_frames_are_those_of_the_specification() -> None:
    """Lengths and checksums by botocore's own reader, and its refusal of a changed byte."""
    from botocore.eventstream import ChecksumMismatch, EventStreamBuffer

    from server_ref.select import eventstream

    data = eventstream.records(b"a,b\n")
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    (message,) = list(buffer)
    assert message.headers == {
        ":message-type": "event",
        ":event-type": "Records",
        ":content-type": "application/octet-stream",
    }
    assert message.payload == b"a,b\n"
    broken = io.BytesIO(data).getvalue()[:-1] + bytes([data[-1] ^ 1])
    buffer = EventStreamBuffer()
    buffer.add_data(broken)
    with pytest.raises(ChecksumMismatch):
        list(buffer)


def test_a_document_nested_deep_ends_with_an_error_event(select: Selecting) -> None:
    body = b"[" * 100_000 + b"]" * 100_000
    for source, sql in (
        (DOCUMENT, "SELECT * FROM S3Object"),
        (LINES, "SELECT s.a FROM S3Object s"),
    ):
        with pytest.raises(ClientError) as caught:  # an answer, or an event within it
            select.events(b'{"a":' + body + b"}\n", sql, source, TO_CSV)
        assert caught.value.response["Error"]["Code"] == "JSONParsingError"
