"""Patterns and parts of a time in a query."""

from __future__ import annotations

import pytest

from server_ref.select import moments
from tests.server.refusing import code_of


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
