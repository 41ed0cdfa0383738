"""The conditions of a bucket policy, each kind of comparison."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from server_ref.policy import Verdict
from server_ref.policy.conditions import parse_date
from tests.server.policies import (
    statement,
    verdict,
)

_AGE = "aws__multifactorauthage"
CONDITIONS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"StringEquals": {"aws:Referer": "a"}}, {"aws__referer": "a"}, True),
    ({"StringEquals": {"aws:Referer": "a"}}, {"aws__referer": "A"}, False),
    ({"StringEquals": {"aws:Referer": ["a", "b"]}}, {"aws__referer": "b"}, True),
    ({"StringEquals": {"AWS:REFERER": "a"}}, {"aws__referer": "a"}, True),
    ({"StringEquals": {"aws:Referer": "a"}}, {}, False),
    ({"StringEqualsIfExists": {"aws:Referer": "a"}}, {}, True),
    ({"StringEqualsIfExists": {"aws:Referer": "a"}}, {"aws__referer": "b"}, False),
    ({"StringNotEquals": {"aws:Referer": "a"}}, {}, True),
    ({"StringNotEquals": {"aws:Referer": ["a", "b"]}}, {"aws__referer": "b"}, False),
    ({"StringEqualsIgnoreCase": {"aws:Referer": "a"}}, {"aws__referer": "A"}, True),
    (
        {"StringLike": {"aws:Referer": "http://*.x.org/?"}},
        {"aws__referer": "http://w.x.org/1"},
        True,
    ),
    ({"StringNotLike": {"aws:Referer": "*x*"}}, {"aws__referer": "axb"}, False),
    ({"StringEquals": {"aws:Referer": "a*"}}, {"aws__referer": "ab"}, False),
    ({"Bool": {"aws:SecureTransport": "false"}}, {"aws__securetransport": "false"}, True),
    ({"Bool": {"aws:SecureTransport": False}}, {"aws__securetransport": "true"}, False),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"aws__sourceip": "10.1.2.3"}, True),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"aws__sourceip": "11.1.2.3"}, False),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"aws__sourceip": "::ffff:10.1.2.3"}, True),
    ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, {"aws__sourceip": "2001:db8::1"}, True),
    (
        {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "1.1.1.1"]}},
        {"aws__sourceip": "1.1.1.1"},
        False,
    ),
    (
        {"NumericLessThanEquals": {"aws:MultiFactorAuthAge": 10}},
        {"aws__multifactorauthage": "10"},
        True,
    ),
    (
        {"NumericGreaterThan": {"aws:MultiFactorAuthAge": "10"}},
        {"aws__multifactorauthage": "9"},
        False,
    ),
    (
        {"NumericNotEquals": {"aws:MultiFactorAuthAge": "10"}},
        {"aws__multifactorauthage": "10.0"},
        False,
    ),
    (
        {"NumericEquals": {"aws:MultiFactorAuthAge": "ten"}},
        {"aws__multifactorauthage": "10"},
        False,
    ),
    *(
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": no_number}}, {_AGE: "10"}, False)
        for no_number in ("1_00", "\u0661\u0660\u0660", "Infinity", "NaN", "1e", "0x64", " 100", "")
    ),
    *(
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": number}}, {_AGE: "10"}, True)
        for number in (100, "100", "+100.5", "1e3", "10.000001", "9" * 500)
    ),
    (
        {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
        {"aws__currenttime": "2026-02-01T00:00:00Z"},
        True,
    ),
    (
        {"DateLessThan": {"aws:EpochTime": "2020-01-01T00:00:00Z"}},
        {"aws__epochtime": "1800000000"},
        False,
    ),
    # each operator on a value that is less, equal and greater
    *(
        ({operator: {fact: wanted}}, {fact.replace(":", "__").lower(): value}, allowed)
        for fact, wanted, values in (
            ("aws:MultiFactorAuthAge", "10", ("9.99", "10.0", "11")),
            (
                "aws:CurrentTime",
                "2026-02-01T00:00:00Z",
                ("2026-01-31T23:59:59Z", "2026-02-01T01:00:00+01:00", "2026-02-01T00:00:01Z"),
            ),
            ("aws:CurrentTime", "2026", ("2025-12-31", "2026-01-01T00:00:00Z", "2026-01-02")),
            ("aws:EpochTime", "1800000000", ("1799999999", "1800000000", "1800000001")),
        )
        for comparison, held in (
            ("Equals", (False, True, False)),
            ("NotEquals", (True, False, True)),
            ("LessThan", (True, False, False)),
            ("LessThanEquals", (True, True, False)),
            ("GreaterThan", (False, False, True)),
            ("GreaterThanEquals", (False, True, True)),
        )
        for operator in [f"{'Numeric' if 'Age' in fact else 'Date'}{comparison}"]
        for value, allowed in zip(values, held, strict=True)
    ),
    *(
        ({operator: {"aws:Referer": "Abc"}}, {"aws__referer": value}, allowed)
        for operator, value, allowed in (
            ("StringNotEqualsIgnoreCase", "aBC", False),
            ("StringNotEqualsIgnoreCase", "abd", True),
            ("BinaryEquals", "Abc", True),
            ("BinaryEquals", "abc", False),
        )
    ),
    *(
        (
            {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}},
            {"aws__principalarn": f"arn:aws:iam::1:{who}"},
            allowed,
        )
        for who, allowed in (("user/x", False), ("role/x", True))
    ),
    (
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}},
        {"aws__principalarn": "arn:aws:iam::1:user/x"},
        True,
    ),
    (
        {"ArnLike": {"aws:PrincipalArn": "*"}},
        {"aws__principalarn": "arn:aws:iam::1:root"},
        True,
    ),
    (
        {"ArnLike": {"aws:PrincipalArn": "arn:*"}},
        {"aws__principalarn": "arn:aws:iam::1:root"},
        False,
    ),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"aws__sourceip": "unknown"}, False),
    (
        {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::1:root"}},
        {"aws__principalarn": "arn:aws:iam::1:root"},
        False,
    ),
    ({"Null": {"aws:Referer": "true"}}, {}, True),
    ({"Null": {"aws:Referer": "false"}}, {}, False),
    ({"Null": {"aws:Referer": False}}, {"aws__referer": "x"}, True),
    (
        {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
        {"aws__tagkeys": ["a", "b"]},
        True,
    ),
    (
        {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
        {"aws__tagkeys": ["a", "c"]},
        False,
    ),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, {}, True),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {"aws__tagkeys": ["a", "c"]}, True),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {}, False),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a"]}}, {"aws__tagkeys": ["a", "c"]}, True),
    ({"StringEquals": {"aws:Referer": "a", "aws:UserAgent": "u"}}, {"aws__referer": "a"}, False),
    (
        {"StringEquals": {"aws:Referer": "${aws:UserAgent}"}},
        {"aws__referer": "u", "aws__useragent": "u"},
        True,
    ),
]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("9999", datetime(9999, 1, 1, tzinfo=UTC)),
        ("10000", datetime(1970, 1, 1, 2, 46, 40, tzinfo=UTC)),
        ("2026-02", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-02-03", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-02-03T04:05Z", datetime(2026, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-02-03T04:05:06Z", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2026-02-03T04:05:06+01:00", datetime(2026, 2, 3, 3, 5, 6, tzinfo=UTC)),
        ("2026-13", None),
        ("0000", None),
        ("99999999999999999999", None),
        ("soon", None),
    ],
)
def test_dates_of_conditions(text: str, moment: datetime | None) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(("condition", "facts", "holds"), CONDITIONS)
def test_a_condition_decides(
    condition: dict[str, Any], facts: dict[str, Any], *, holds: bool
) -> None:
    expected = Verdict.ALLOW if holds else Verdict.NOTHING
    assert verdict(statement(Condition=condition), **facts) is expected
