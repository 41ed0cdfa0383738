"""Checks of what S3 Select refuses, each mistake by the code that Amazon's list has for it."""

from __future__ import annotations

import gzip
from typing import Any

from conformance.checks.select_content import PARQUET
from conformance.trial import Answer, Trial, check

CODES = (
    "https://docs.aws.amazon.com/AmazonS3/latest/API/"
    "ErrorResponses.html#SelectObjectContentErrorCodeList"
)
_PEOPLE = b"name,age\nAda,36\nAlan,41\n"
_USE: dict[str, Any] = {"CSV": {"FileHeaderInfo": "USE"}}
_LINES: dict[str, Any] = {"JSON": {"Type": "LINES"}}
_DOCUMENT: dict[str, Any] = {"JSON": {"Type": "DOCUMENT"}}
_ALL = "SELECT * FROM S3Object"


def _select(
    t: Trial, sql: str = _ALL, *, key: str = "people", source: Any = None, **more: Any
) -> Answer:
    return t.call(
        "SelectObjectContent",
        Key=key,
        ExpressionType="SQL",
        Expression=sql,
        InputSerialization=_USE if source is None else source,
        **{"OutputSerialization": {"CSV": {}}, **more},
    )


def _each_is_refused(t: Trial, expressions: dict[str, str]) -> None:
    """Each expression has its code; and one without a mistake is answered."""
    t.given.object("people", _PEOPLE)
    t.expect.ok(_select(t))
    for code, sql in expressions.items():
        t.expect.error(_select(t, sql), 400, code)


@check(
    "select-csv",
    proved_by=["select-empty-list-is-everything"],
    only=("raw",),
    requests=20,
    spec=CODES,
)
def each_mistake_of_a_statement_has_its_code(t: Trial) -> None:
    """What a SELECT lacks, or has beside what S3 Select knows: 400, and the code says which."""
    _each_is_refused(
        t,
        {
            "LexerInvalidChar": "SELECT s.name # 1 FROM S3Object s",
            "ParseEmptySelect": "SELECT FROM S3Object s",
            "ParseSelectMissingFrom": "SELECT s.name",
            "ParseAsteriskIsNotAloneInSelectList": "SELECT *, s.name FROM S3Object s",
            "ParseInvalidContextForWildcardInSelectList": "SELECT 1 + * FROM S3Object s",
            "ParseExpectedIdentForAlias": "SELECT s.name AS FROM S3Object s",
            "ParseMalformedJoin": "SELECT * FROM S3Object s JOIN S3Object o ON s.name = o.name",
            "MultipleDataSourcesUnsupported": "SELECT * FROM S3Object s, S3Object o",
            "InvalidDataSource": "SELECT * FROM people",
            "ParseExpectedExpression": "SELECT * FROM S3Object s WHERE",
            "ParseExpectedNumber": "SELECT * FROM S3Object s LIMIT some",
            "UnsupportedSqlStructure": "SELECT * FROM S3Object s ORDER BY s.name",
            "UnsupportedSqlOperation": "SELECT s.name, COUNT(*) FROM S3Object s",
            "ParseMissingIdentAfterAt": "SELECT @, s.name FROM S3Object s",
            "ParseExpectedKeyword": "SELECT * FROM S3Object s WHERE s.age BETWEEN 1 LIMIT 1",
            "ParseExpectedLeftParenValueConstructor": (
                "SELECT * FROM S3Object s WHERE s.name IN 'Ada', 'Alan'"
            ),
            "EvaluatorNegativeLimit": "SELECT * FROM S3Object s LIMIT -1",
            "ExpressionTooLong": f"SELECT '{'x' * (256 << 10)}' FROM S3Object s",
        },
    )


@check(
    "select-csv",
    proved_by=["select-sums-anything"],
    only=("raw",),
    requests=19,
    spec=CODES,
)
def each_mistake_of_a_call_has_its_code(t: Trial) -> None:
    """A function with the wrong arguments, or without its parentheses: 400, the code says which."""
    _each_is_refused(
        t,
        {
            "UnsupportedFunction": "SELECT REVERSE(s.name) FROM S3Object s",
            "EvaluatorInvalidArguments": "SELECT UPPER(s.name, s.age) FROM S3Object s",
            "ParseUnsupportedCallWithStar": "SELECT SUM(*) FROM S3Object s",
            "ParseNonUnaryAgregateFunctionCall": "SELECT MAX(s.age, s.name) FROM S3Object s",
            "ParseExpectedRightParenBuiltinFunctionCall": "SELECT UPPER(s.name FROM S3Object s",
            "ParseExpectedArgumentDelimiter": "SELECT NULLIF(s.name 'x') FROM S3Object s",
            "ParseExpectedLeftParenAfterCast": "SELECT CAST s.age AS INT FROM S3Object s",
            "ParseExpectedTypeName": "SELECT CAST(s.age AS ) FROM S3Object s",
            "ParseCastArity": "SELECT CAST(s.age, s.name AS INT) FROM S3Object s",
            "ParseExpectedWhenClause": "SELECT CASE s.age END FROM S3Object s",
            "ParseExpectedDatePart": "SELECT DATE_ADD(some, 1, UTCNOW()) FROM S3Object s",
            "IncorrectSqlFunctionArgumentType": "SELECT TO_STRING(UTCNOW(), s.age) FROM S3Object s",
            "InvalidDataType": "SELECT CAST(s.age AS BLOB) FROM S3Object s",
            "ParseInvalidTypeParam": "SELECT CAST(s.age AS DECIMAL(99, 0)) FROM S3Object s",
            "CastFailed": "SELECT CAST(s.name AS INT) FROM S3Object s",
            "LikeInvalidInputs": "SELECT * FROM S3Object s WHERE s.name LIKE 'a' ESCAPE 'ab'",
            "IntegerOverflow": "SELECT 9223372036854775807 + 1 FROM S3Object s",
        },
    )


@check(
    "select-csv",
    proved_by=["select-patterns-of-any-hour"],
    only=("raw",),
    requests=7,
    spec=CODES,
)
def each_mistake_of_a_pattern_has_its_code(t: Trial) -> None:
    """A pattern of TO_STRING that says no time stamp: 400, and the code says why."""
    patterns = {
        "EvaluatorInvalidTimestampFormatPatternSymbol": "QQ",
        "EvaluatorTimestampFormatPatternDuplicateFields": "yyyy y",
        "EvaluatorTimestampFormatPatternHourClockAmPmMismatch": "HH:mm a",
        "EvaluatorUnterminatedTimestampFormatPatternToken": "yyyy ''at",
    }
    _each_is_refused(
        t,
        {
            code: f"SELECT TO_STRING(UTCNOW(), '{pattern}') FROM S3Object s"
            for code, pattern in patterns.items()
        },
    )


@check(
    "select-csv",
    proved_by=["select-columns-without-a-place"],
    only=("raw",),
    requests=11,
    spec=CODES,
)
def each_name_that_leads_nowhere_has_its_code(t: Trial) -> None:
    """A column before the first, one of two of a name, a path into a cell: 400, each its code."""
    t.given.object("twice", b"name,Name\na,b\n")
    _each_is_refused(
        t,
        {
            "InvalidColumnIndex": "SELECT s._0 FROM S3Object s",
            "InvalidKeyPath": "SELECT s.name.first FROM S3Object s",
            "MissingHeaders": "SELECT s.nothing FROM S3Object s",
        },
    )
    t.given.object("people.parquet", PARQUET)
    unknown = _select(
        t, "SELECT s.nothing FROM S3Object s", key="people.parquet", source={"Parquet": {}}
    )
    t.expect.error(unknown, 400, "EvaluatorBindingDoesNotExist")
    ambiguous = _select(t, "SELECT s.NAME FROM S3Object s", key="twice")
    t.expect.error(ambiguous, 400, "AmbiguousFieldName")
    t.expect.ok(_select(t, "SELECT s._1 FROM S3Object s", key="twice"))


@check(
    "select-csv",
    proved_by=["select-any-scan-range"],
    only=("raw",),
    requests=14,
    spec=CODES,
)
def each_mistake_of_a_serialization_has_its_code(t: Trial) -> None:
    """A format, delimiter or range that S3 Select does not have: 400, and the code says which."""
    t.given.object("people", _PEOPLE)
    t.given.object("lines", b'{"a": 1}\n')
    quotes = {"CSV": {"QuoteFields": "SOMETIMES"}}
    three = {"CSV": {"FieldDelimiter": ",,,"}}
    t.expect.ok(_select(t))
    for code, got in (
        ("InvalidDataSource", _select(t, source={})),
        ("InvalidFileHeaderInfo", _select(t, source={"CSV": {"FileHeaderInfo": "SOME"}})),
        ("InvalidJsonType", _select(t, key="lines", source={"JSON": {"Type": "SOME"}})),
        ("InvalidQuoteFields", _select(t, OutputSerialization=quotes)),
        ("InvalidRequestParameter", _select(t, source=three)),
        ("InvalidCompressionFormat", _select(t, source={**_USE, "CompressionType": "ZIP"})),
        ("InvalidScanRange", _select(t, ScanRange={"Start": 9, "End": 3})),
        (
            "UnsupportedScanRangeInput",
            _select(t, key="lines", source=_DOCUMENT, ScanRange={"Start": 0, "End": 3}),
        ),
    ):
        t.expect.error(got, 400, code)


@check(
    "select-csv",
    proved_by=["select-reads-what-is-cut-off"],
    only=("raw",),
    requests=14,
    spec=CODES,
)
def each_object_that_is_something_else_has_its_code(t: Trial) -> None:
    """An object that is not what the request says it is: 400, and the code says what it is not."""
    packed = gzip.compress(_PEOPLE * 50)
    for name, body in (
        ("people", _PEOPLE),
        ("cut", packed[:-20]),
        ("latin", "name\ncafé\n".encode("latin-1")),
        ("long", b"x" * ((1 << 20) + 1) + b"\n"),
    ):
        t.given.object(name, body)
    zipped = {**_USE, "CompressionType": "GZIP"}
    t.expect.ok(_select(t))
    for code, got in (
        ("InvalidCompressionFormat", _select(t, source=zipped)),
        ("TruncatedInput", _select(t, key="cut", source=zipped)),
        ("InvalidTextEncoding", _select(t, key="latin")),
        ("OverMaxRecordSize", _select(t, key="long", source={"CSV": {}})),
        ("JSONParsingError", _select(t, source=_LINES)),
        ("ParquetParsingError", _select(t, source={"Parquet": {}})),
    ):
        t.expect.error(got, 400, code)


@check("select-csv", proved_by=["select-of-any-storage-class"], only=("raw",), spec=CODES)
def reduced_redundancy_is_not_queried(t: Trial) -> None:
    """An object of REDUCED_REDUNDANCY: 400 UnsupportedStorageClass; of STANDARD_IA, it is done."""
    t.given.object("people", _PEOPLE, StorageClass="STANDARD_IA")
    t.given.object("reduced", _PEOPLE, StorageClass="REDUCED_REDUNDANCY")

    t.expect.ok(_select(t))
    t.expect.error(_select(t, key="reduced"), 400, "UnsupportedStorageClass")


@check("select-csv", proved_by=["select-of-nothing"], only=("raw",), spec=CODES)
def query_has_a_body(t: Trial) -> None:
    """SelectObjectContent without a body: 400 EmptyRequestBody."""
    t.given.object("people", _PEOPLE)
    t.expect.ok(_select(t))

    path = f"/{t.bucket}/{t.key('people')}"
    got = t.raw("POST", path, query="select&select-type=2", body=b"")

    t.expect.error(got, 400, "EmptyRequestBody")


@check("select-csv", proved_by=["select-takes-a-range"], only=("raw",), spec=CODES)
def range_header_is_not_for_queries(t: Trial) -> None:
    """SelectObjectContent with a Range header: 400 UnsupportedRangeHeader; without, it is done."""
    t.given.object("people", _PEOPLE)
    document = (
        b"<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression>"
        b"<ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization>"
        b"<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>"
    )
    path, query = f"/{t.bucket}/{t.key('people')}", "select&select-type=2"

    ranged = t.raw("POST", path, query=query, headers={"Range": "bytes=0-3"}, body=document)
    plain = t.raw("POST", path, query=query, body=document)

    t.expect.error(ranged, 400, "UnsupportedRangeHeader")
    t.expect.status(plain, 200)
