"""Timestamps as S3 Select has them, in DuckDB's SQL: local time, offset, and how precise they are.

A timestamp is a STRUCT: ``l`` the local time, ``o`` the offset in minutes (NULL: unknown), ``p``
the precision: 1 year, 2 month, 3 day, 5 minute, 6 second, and 7 to 12 with as many digits less 6
behind it. Each macro names its argument once, and not within its lambda (DuckDB binds that several
times), so that what is nested does not double.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html
"""

from __future__ import annotations

import re

from server_ref.errors import S3Error
from server_ref.select.literals import text_literal

NOTHING = "CAST(NULL AS STRUCT(l TIMESTAMP, o INTEGER, p INTEGER))"
PARTS = {"year": 1, "month": 2, "day": 3, "hour": 5, "minute": 5, "second": 6}
_ZONE = r"(Z|[+-]\d\d:\d\dZ?)$"


def _once(name: str, arguments: str, body: str) -> str:
    """A macro whose first argument is ``t`` in its body, and is worked out once."""
    first = arguments.partition(",")[0]
    return f"CREATE MACRO {name}({arguments}) AS list_transform([{first}], lambda t: {body})[1]"


_PRECISION = (
    r"CASE WHEN regexp_full_match(t, '\d{4}T') THEN 1"
    r" WHEN regexp_full_match(t, '\d{4}-\d\dT') THEN 2"
    r" WHEN regexp_full_match(t, '\d{4}-\d\d-\d\dT?') THEN 3"
    r" WHEN regexp_full_match(t, '.{10}[T ]\d\d:\d\d(Z|[+-]\d\d:\d\dZ?)?') THEN 5"
    r" ELSE 6 + least(length(regexp_extract(t, '\.(\d+)', 1)), 6) END"
)
_LOCAL = (
    r"CASE WHEN regexp_full_match(t, '\d{4}T') THEN left(t, 4) || '-01-01'"
    r" WHEN regexp_full_match(t, '\d{4}-\d\dT') THEN left(t, 7) || '-01'"
    r" WHEN regexp_full_match(t, '\d{4}-\d\d-\d\dT') THEN left(t, 10)"
    rf" WHEN length(t) > 10 THEN regexp_replace(t, '{_ZONE}', '') ELSE t END"
)
_OFFSET = (
    f"CASE WHEN length(t) <= 10 OR NOT regexp_matches(t, '{_ZONE}') THEN NULL"
    r" WHEN regexp_matches(t, '[:.\d]\d*Z$') AND NOT regexp_matches(t, '[+-]\d\d:\d\dZ$') THEN 0"
    r" WHEN regexp_matches(t, '-00:00Z?$') THEN NULL"
    r" ELSE CAST(regexp_extract(t, '([+-])\d\d:\d\dZ?$', 1) || '1' AS INTEGER)"
    r" * (60 * CAST(regexp_extract(t, '[+-](\d\d):\d\dZ?$', 1) AS INTEGER)"
    r" + CAST(regexp_extract(t, '[+-]\d\d:(\d\d)Z?$', 1) AS INTEGER)) END"
)
_SIGN = "CASE WHEN t.o < 0 THEN '-' ELSE '+' END"
_HOURS = "lpad(CAST(abs(coalesce(t.o, 0)) // 60 AS VARCHAR), 2, '0')"
_MINUTES = "lpad(CAST(abs(coalesce(t.o, 0)) % 60 AS VARCHAR), 2, '0')"
_SHOWN = (
    "CASE t.p WHEN 1 THEN strftime(t.l, '%Y') || 'T' WHEN 2 THEN strftime(t.l, '%Y-%m') || 'T'"
    " WHEN 3 THEN strftime(t.l, '%Y-%m-%d') ELSE strftime(t.l, '%Y-%m-%dT%H:%M')"
    " || CASE WHEN t.p >= 6 THEN strftime(t.l, ':%S') ELSE '' END"
    " || CASE WHEN t.p > 6 THEN '.' || left(strftime(t.l, '%f'), t.p - 6) ELSE '' END"
    " || CASE WHEN t.o IS NULL THEN '-00:00' WHEN t.o = 0 THEN 'Z'"
    f" ELSE {_SIGN} || {_HOURS} || ':' || {_MINUTES} END END"
)
# What strftime does not have: a mark in its format, and what it becomes.
_ZONES = {
    "x": f"{_SIGN} || {_HOURS} || CASE coalesce(t.o, 0) % 60 WHEN 0 THEN '' ELSE {_MINUTES} END",
    "xx": f"{_SIGN} || {_HOURS} || {_MINUTES}",
    "xxx": f"{_SIGN} || {_HOURS} || ':' || {_MINUTES}",
}
_MARKS: dict[str, tuple[str, str]] = {}
for _number, (_name, _sql) in enumerate(_ZONES.items()):
    _MARKS[_name] = (chr(0xE100 + _number), _sql)
    _or_z = f"CASE WHEN coalesce(t.o, 0) = 0 THEN 'Z' ELSE {_sql} END"
    _MARKS[_name.upper()] = (chr(0xE110 + _number), _or_z)
for _longer in ("x", "X"):
    _MARKS[_longer * 4], _MARKS[_longer * 5] = _MARKS[_longer * 2], _MARKS[_longer * 3]
for _digits in range(1, 10):
    _fraction = f"left(strftime(t.l, '%f') || '000', {_digits})"
    _MARKS["S" * _digits] = (chr(0xE120 + _digits), _fraction)
_MARKS["n"] = (chr(0xE130), "CAST(CAST(strftime(t.l, '%f') AS BIGINT) * 1000 AS VARCHAR)")
_MARKS["MMMMM"] = (chr(0xE131), "left(strftime(t.l, '%B'), 1)")


def _formatted() -> str:
    sql = "strftime(t.l, format)"
    for mark, made in dict(_MARKS.values()).items():
        sql = f"replace({sql}, '{mark}', {made})"
    return sql


MACROS = (
    _once(
        "s3_time",
        "x",
        f"CASE WHEN t IS NULL THEN NULL ELSE struct_pack(l := CAST({_LOCAL} AS TIMESTAMP),"
        f" o := CAST({_OFFSET} AS INTEGER), p := CAST({_PRECISION} AS INTEGER)) END",
    ),
    "CREATE MACRO s3_stored_time(x) AS struct_pack(l := CAST(x AS TIMESTAMP), o := 0, p := 9)",
    _once("s3_instant", "x", "t.l - to_minutes(coalesce(t.o, 0))"),
    _once("s3_shown", "x", _SHOWN),
    "CREATE MACRO s3_later(x, added, finest) AS list_transform([struct_pack(m := x, a := added)],"
    " lambda t: CASE WHEN t.m IS NULL THEN NULL ELSE struct_pack("
    "l := t.m.l + t.a, o := t.m.o, p := greatest(t.m.p, finest)) END)[1]",
    _once("s3_formatted", "x, format", _formatted()),
)

_PATTERN = re.compile(r"y+|M+|d+|a|h+|H+|m+|s+|S+|n|X+|x+|'(?:[^']|'')*'|[^A-Za-z']+")
_FORMATS = {
    "y": "%Y",
    "yy": "%y",
    "yyy": "%Y",
    "yyyy": "%Y",
    "M": "%-m",
    "MM": "%m",
    "MMM": "%b",
    "MMMM": "%B",
    "d": "%-d",
    "dd": "%d",
    "a": "%p",
    "h": "%-I",
    "hh": "%I",
    "H": "%-H",
    "HH": "%H",
    "m": "%-M",
    "mm": "%M",
    "s": "%-S",
    "ss": "%S",
    **{name: mark for name, (mark, _) in _MARKS.items()},
}


def part_of(moment: str, part: str) -> str:
    """EXTRACT; raises S3Error UnsupportedFunction for a part that there is not."""
    if part == "timezone_hour":
        return f"CAST(trunc(coalesce(struct_extract({moment}, 'o'), 0) / 60) AS BIGINT)"
    if part == "timezone_minute":
        return f"(coalesce(struct_extract({moment}, 'o'), 0) % 60)"
    if part not in PARTS:
        raise S3Error("UnsupportedFunction")
    return f"date_part('{part}', struct_extract({moment}, 'l'))"


def _check_fields(fields: list[str]) -> None:
    """Raises S3Error for one field twice, and for an hour that AM or PM does not go with."""
    once = [field for field in fields if field in "yMdHhmsa"]
    if len(set(once)) != len(once):
        raise S3Error("EvaluatorTimestampFormatPatternDuplicateFields")
    if ("a" in fields and "H" in fields) or ("h" in fields and "a" not in fields):
        raise S3Error("EvaluatorTimestampFormatPatternHourClockAmPmMismatch")


def formatted(moment: str, pattern: str) -> str:
    """TO_STRING by a pattern of S3; raises S3Error."""
    made, fields, end = [], [], 0
    for found in _PATTERN.finditer(pattern):
        if found.start() != end:
            break
        end = found.end()
        word = found[0]
        if word[0].isalpha():
            if word not in _FORMATS:
                raise S3Error("EvaluatorInvalidTimestampFormatPatternSymbol")
            fields.append(word[0])
            made.append(_FORMATS[word])
        else:
            plain = word[1:-1].replace("''", "'") or "'" if word[0] == "'" else word
            made.append(plain.replace("%", "%%"))
    if end != len(pattern):
        if pattern[end] == "'":
            raise S3Error("EvaluatorUnterminatedTimestampFormatPatternToken")
        raise S3Error("EvaluatorInvalidTimestampFormatPatternSymbol")
    _check_fields(fields)
    return f"s3_formatted({moment}, {text_literal(''.join(made))})"
