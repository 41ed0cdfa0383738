"""Mistakes of an S3 Select expression that have a code of their own, and what is none of them."""

from __future__ import annotations

import pytest
import sqlglot

from server_ref.errors import S3Error
from server_ref.select import grammar


def mistake(text: str) -> str:
    """The code of the mistake; "" where there is none that the grammar names."""
    try:
        grammar.check_characters(text)
        grammar.check(sqlglot.tokenize(text))
    except S3Error as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT a # b FROM S3Object", "LexerInvalidChar"),
        ("SELECT a FROM S3Object WHERE b = 'it''s #1'", ""),
        ('SELECT "a#b" FROM S3Object', ""),
        ("SELECT `2020T#` FROM S3Object", ""),
        ("", ""),
        ("DELETE FROM S3Object", ""),  # the parser says what is wrong
        ("SELECT a", ""),
        ("SELECT FROM S3Object", "ParseEmptySelect"),
        ("SELECT (SELECT a) FROM S3Object", ""),
        ("SELECT *, a FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"),
        ("SELECT a, * FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"),
        ("SELECT * FROM S3Object", ""),
        ("SELECT a * 2, b FROM S3Object", ""),
        ("SELECT a * FROM S3Object", "ParseInvalidContextForWildcardInSelectList"),
        ("SELECT b, a * FROM S3Object", "ParseInvalidContextForWildcardInSelectList"),
        ("SELECT s.* FROM S3Object s", ""),
        ("SELECT COUNT(*), a FROM S3Object", ""),
        ("SELECT a FROM S3Object JOIN b", "ParseMalformedJoin"),
        ("SELECT a FROM S3Object, b", "MultipleDataSourcesUnsupported"),
        ("SELECT a FROM S3Object WHERE b IN (1, 2)", ""),
        ("SELECT a FROM S3Object WHERE b = 1, c", ""),
        ("SELECT a AS FROM S3Object", "ParseExpectedIdentForAlias"),
        ("SELECT a AS, b FROM S3Object", "ParseExpectedIdentForAlias"),
        ("SELECT a FROM S3Object AS", "ParseExpectedIdentForAlias"),
        ("SELECT a FROM S3Object AS WHERE b", "ParseExpectedIdentForAlias"),
        ("SELECT a FROM S3Object AS LIMIT 1", "ParseExpectedIdentForAlias"),
        ("SELECT a AS b FROM S3Object AS s", ""),
        ("SELECT a FROM S3Object LIMIT -1", "EvaluatorNegativeLimit"),
        ("SELECT a FROM S3Object LIMIT", "ParseExpectedNumber"),
        ("SELECT a FROM S3Object LIMIT x", "ParseExpectedNumber"),
        ("SELECT a FROM S3Object LIMIT 0", ""),
        ("SELECT a FROM S3Object WHERE", "ParseExpectedExpression"),
        ("SELECT a FROM S3Object WHERE b", ""),
    ],
)
def test_the_clauses(text: str, code: str) -> None:
    assert mistake(text) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("LOWER(a", "ParseExpectedRightParenBuiltinFunctionCall"),
        ("LOWER((a)", "ParseExpectedRightParenBuiltinFunctionCall"),
        ("LOWER(a)", ""),
        ("LOWER(*)", "ParseUnsupportedCallWithStar"),
        ("SUM(*)", "ParseUnsupportedCallWithStar"),
        ("COUNT(*)", ""),
        ("count(*)", ""),
        ("SUM(a, b)", "ParseNonUnaryAgregateFunctionCall"),
        ("MAX(NULLIF(a, b))", ""),
        ("NULLIF(a, b)", ""),
        ("LOWER(a b)", "ParseExpectedArgumentDelimiter"),
        ("NULLIF(a 'b')", "ParseExpectedArgumentDelimiter"),
        ("NULLIF(1 2)", "ParseExpectedArgumentDelimiter"),
        ("SUBSTRING(a FROM 2)", ""),
        ("TRIM(LEADING 'x' FROM a)", ""),
        ("CAST a AS INT", "ParseExpectedLeftParenAfterCast"),
        ("LOWER", ""),
        ("s.CAST", ""),
        ("s.lower (a b)", ""),
        ('"CAST"', ""),
        ("'CAST'", ""),
        ("'SUM' (a, b)", ""),
        ("CAST(a, INT)", "ParseCastArity"),
        ("CAST(a AS)", "ParseExpectedTypeName"),
        ("CAST(a AS INT)", ""),
        ("CAST(NULLIF(a, b) AS INT)", ""),
        ("EXTRACT(century FROM a)", "ParseExpectedDatePart"),
        ("EXTRACT(YEAR FROM a)", ""),
        ("EXTRACT(timezone_hour FROM a)", ""),
        ("DATE_ADD(fortnight, 1, a)", "ParseExpectedDatePart"),
        ("DATE_DIFF(day, a, b)", ""),
        ("CASE END", "ParseExpectedWhenClause"),
        ("CASE a", "ParseExpectedWhenClause"),
        ("CASE WHEN a THEN b END", ""),
        ("CASE a END + CASE WHEN b THEN c END", "ParseExpectedWhenClause"),
        ("@ 1", "ParseMissingIdentAfterAt"),
        ("@a", ""),
        ("a IN 1", "ParseExpectedLeftParenValueConstructor"),
        ("a IN (1)", ""),
        ("a BETWEEN 1", "ParseExpectedKeyword"),
        ("a BETWEEN 1 AND 2", ""),
        ("a BETWEEN (1 AND 2)", "ParseExpectedKeyword"),
        ("(a BETWEEN 1) AND 2", "ParseExpectedKeyword"),
        ("a BETWEEN (1) AND (2)", ""),
    ],
)
@pytest.mark.parametrize("place", ["SELECT {} FROM S3Object", "SELECT a FROM S3Object WHERE {}"])
def test_values(value: str, code: str, place: str) -> None:
    assert mistake(place.format(value)) == code


def test_a_between_ends_where_its_clause_does() -> None:
    assert mistake("SELECT a FROM S3Object WHERE a BETWEEN 1 LIMIT 2 AND 3") == (
        "ParseExpectedKeyword"
    )


def test_the_first_mistake_is_the_one_that_is_told() -> None:
    assert mistake("SELECT *, a FROM S3Object, b") == "ParseAsteriskIsNotAloneInSelectList"
    assert mistake("SELECT *, SUM(*) FROM S3Object") == "ParseUnsupportedCallWithStar"
    assert mistake("SELECT a FROM S3Object LIMIT -1 WHERE") == "EvaluatorNegativeLimit"
