"""Bucket policies: what is refused, what is allowed and denied, what is public."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis.strategies import (
    booleans,
    dictionaries,
    fixed_dictionaries,
    floats,
    integers,
    lists,
    none,
    recursive,
    sampled_from,
    text,
)

from server_ref.errors import S3Error
from server_ref.policy import Asked, Caller, Verdict, evaluate, is_public, parse
from server_ref.policy.actions import action_of, acts_on_object, known_actions
from server_ref.policy.conditions import parse_date
from server_ref.policy.patterns import NOTHING, matches

BUCKET = "bck"
BUCKET_ARN = "arn:aws:s3:::bck"
OBJECTS_ARN = "arn:aws:s3:::bck/*"
ALICE = Caller("111111111111", "a" * 64, "arn:aws:iam::111111111111:root")
BOB = Caller("222222222222", "b" * 64, "arn:aws:iam::222222222222:user/bob")
NOBODY = Caller()


def statement(**changes: Any) -> dict[str, Any]:
    fields = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": OBJECTS_ARN,
    }
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not None}


def document(*statements: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **fields})


def verdict(
    *statements: dict[str, Any],
    caller: Caller = NOBODY,
    action: str = "GetObject",
    key: str | None = "k",
    **facts: str | list[str],
) -> Verdict:
    given = {
        name.replace("__", ":"): [value] if isinstance(value, str) else value
        for name, value in facts.items()
    }
    return evaluate(parse(document(*statements), BUCKET), caller, Asked(action, BUCKET, key), given)


MALFORMED = [
    ("", "Policies must be valid JSON and the first byte must be '{'"),
    ("invalid json", "Policies must be valid JSON and the first byte must be '{'"),
    (" {}", "Policies must be valid JSON and the first byte must be '{'"),
    ("{}", "Missing required field Statement"),
    ("{", "This policy contains invalid Json"),
    ('{"Statement": []}', "Could not parse the policy: Statement is empty!"),
    ('{"Statement": [1]}', "This policy contains invalid Json"),
    (document(statement(), Version="2020-01-01"), "The policy must contain a valid version string"),
    (document(statement(), Extra=1), "Unknown field Extra"),
    (document(statement(Extra=1)), "Unknown field Extra"),
    (document(statement(Effect=None)), "Missing required field Effect"),
    (document(statement(Effect="allow")), "Invalid effect: allow"),
    (document(statement(Principal=None)), "Missing required field Principal"),
    (document(statement(Principal="arn:x")), "Invalid policy syntax."),
    (document(statement(Principal={"AWS": "user"})), "Invalid principal in policy"),
    (document(statement(Principal={"CanonicalUser": "1"})), "Invalid principal in policy"),
    (document(statement(NotPrincipal="*")), "Invalid policy syntax."),
    (
        document(statement(Principal=None, NotPrincipal={"AWS": "111111111111"})),
        "Allow with NotPrincipal is not allowed.",
    ),
    (document(statement(Action=None)), "Missing required field Action"),
    (document(statement(Action="s3:NoSuchAction")), "Policy has invalid action"),
    (document(statement(Action="ec2:*")), "Policy has invalid action"),
    (document(statement(Resource=None)), "Missing required field Resource"),
    (document(statement(Resource="*")), "Policy has invalid resource"),
    (document(statement(Resource="arn:aws:s3:::other/*")), "Policy has invalid resource"),
    (
        document(statement(Resource=BUCKET_ARN)),
        "Action does not apply to any resource(s) in statement",
    ),
    (
        document(statement(Action="s3:ListBucket")),
        "Action does not apply to any resource(s) in statement",
    ),
    (
        document(statement(Principal={"Service": "nonsense"})),
        "Invalid principal in policy",
    ),
    (
        document(statement(Condition={"StringSame": {"aws:Referer": "x"}})),
        "Invalid Condition type : StringSame",
    ),
    (
        document(statement(Condition={"StringLike": {"s3:nonsense": "x"}})),
        "Policy has an invalid condition key",
    ),
    (
        document(statement(Condition={"IpAddress": {"aws:SourceIp": "300.0.0.0/8"}})),
        "Invalid IP address in Conditions",
    ),
    (
        document(statement(Condition={"StringLike": {"s3:prefix": "x"}})),
        "Conditions do not apply to combination of actions and resources in statement",
    ),
]


@pytest.mark.parametrize(("text", "message"), MALFORMED)
def test_a_malformed_policy_is_refused_with_its_own_message(text: str, message: str) -> None:
    with pytest.raises(S3Error) as refused:
        parse(text, BUCKET)
    assert (refused.value.status, refused.value.code) == (400, "MalformedPolicy")
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (f"{BUCKET_ARN}/*", ""),
        (f"{BUCKET_ARN}/a/b", ""),
        (f"{BUCKET_ARN[:-1]}*", ""),  # wildcards may be in the name, and go on into the key
        (f"{BUCKET_ARN[:-1]}?/*", ""),
        ("arn:aws:s3:::*", ""),
        (f"{BUCKET_ARN}*", ""),
        ("arn:aws-cn:s3:::*", ""),
        ("arn:aws:s3:::other", "Policy has invalid resource"),
        ("arn:aws:s3:::other*", "Policy has invalid resource"),
        (f"{BUCKET_ARN}x/*", "Policy has invalid resource"),
        (f"{BUCKET_ARN}x*", "Policy has invalid resource"),
        (f"{BUCKET_ARN[:-1]}/*", "Policy has invalid resource"),
        ("arn:aws:sqs:::*", "Policy has invalid resource"),
        ("arn:x:s3:::*", "Policy has invalid resource"),
        ("*", "Policy has invalid resource"),
    ],
)
def test_a_resource_is_this_bucket_or_in_it(resource: str, said: str) -> None:
    text = document(statement(Resource=resource))
    if not said:
        assert parse(text, BUCKET).statements[0].resources == (resource,)
        return
    with pytest.raises(S3Error, match=said) as refused:
        parse(text, BUCKET)
    assert refused.value.code == "MalformedPolicy"


def test_a_policy_may_be_one_statement_and_have_the_old_version() -> None:
    policy = parse(json.dumps({"Id": "p", "Statement": statement(Sid="s")}), BUCKET)
    assert (policy.version, policy.id) == ("2008-10-17", "p")
    assert policy.statements[0].sid == "s"


def test_a_nested_document_as_deep_as_you_like_is_malformed() -> None:
    with pytest.raises(S3Error, match=r"invalid Json"):
        parse('{"Statement": ' + "[" * 9000 + "]" * 9000 + "}", BUCKET)


_LEAVES = (
    none()
    | booleans()
    | integers()
    | floats()
    | text(max_size=8)
    | sampled_from(
        ["*", "Allow", "Deny", "s3:GetObject", OBJECTS_ARN, BUCKET_ARN, "StringLike", "aws:Referer"]
    )
)
_ANYTHING = recursive(
    _LEAVES,
    lambda inner: (
        lists(inner, max_size=3)
        | dictionaries(
            sampled_from(["AWS", "StringEquals", "IpAddress", "aws:SourceIp", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


_CONDITION = dictionaries(
    sampled_from(["StringLike", "StringNotEquals", "NumericLessThan", "Bool", "Null"]),
    dictionaries(
        sampled_from(["aws:Referer", "aws:SecureTransport", "aws:UserAgent"]),
        sampled_from(["*", "true", "1", "x"]),
        min_size=1,
        max_size=2,
    ),
    max_size=2,
)
_MEANT = {  # what S3 takes
    "Sid": text("abcXYZ019", max_size=5),
    "Effect": sampled_from(["Allow", "Deny"]),
    "Principal": sampled_from(["*", {"AWS": "*"}, {"AWS": [ALICE.account_id]}]),
    "Action": sampled_from(["s3:*", "s3:GetObject", ["s3:Get*", "s3:PutObject"]]),
    "Resource": sampled_from([OBJECTS_ARN, [OBJECTS_ARN], f"{BUCKET_ARN}/k*"]),
    "Condition": _CONDITION,
}


@given(fixed_dictionaries({}, optional=_MEANT))
def test_what_is_meant_is_a_policy_with_one_effect(fields: dict[str, Any]) -> None:
    policy = parse(json.dumps({"Statement": [{**statement(), **fields}]}), BUCKET)

    asked = Asked("GetObject", BUCKET, "k")
    found = {evaluate(policy, one, asked, {"aws:sourceip": ["::1"]}) for one in (ALICE, NOBODY)}
    effect = Verdict.DENY if fields.get("Effect") == "Deny" else Verdict.ALLOW
    assert found <= {effect, Verdict.NOTHING}
    if not fields.get("Condition"):
        assert effect in found
    if effect is Verdict.DENY:
        assert not is_public(policy)


@given(
    dictionaries(
        sampled_from(
            ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "Resource", "Condition"]
        ),
        _ANYTHING,
    )
)
def test_whatever_comes_is_a_policy_or_malformed(fields: dict[str, Any]) -> None:
    try:
        policy = parse(json.dumps({"Statement": [{**statement(), **fields}]}), BUCKET)
    except S3Error as error:
        assert error.code == "MalformedPolicy"
    else:
        for caller in (ALICE, NOBODY):
            evaluate(policy, caller, Asked("GetObject", BUCKET, "k"), {"aws:sourceip": ["::1"]})
        is_public(policy)


def test_a_number_of_many_digits_is_malformed() -> None:
    with pytest.raises(S3Error, match="MalformedPolicy"):
        parse('{"Statement": ' + "1" * 10_000 + "}", BUCKET)


def test_everyone_includes_nobody() -> None:
    assert verdict(statement()) is Verdict.ALLOW
    assert verdict(statement(Principal={"AWS": "*"})) is Verdict.ALLOW


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "222222222222"},
        {"AWS": ["arn:aws:iam::333333333333:root", "arn:aws:iam::222222222222:root"]},
        {"AWS": "arn:aws:iam::222222222222:user/bob"},
        {"CanonicalUser": "b" * 64},
    ],
)
def test_a_principal_is_named_in_each_form(principal: dict[str, Any]) -> None:
    assert verdict(statement(Principal=principal), caller=BOB) is Verdict.ALLOW
    assert verdict(statement(Principal=principal), caller=ALICE) is Verdict.NOTHING
    assert verdict(statement(Principal=principal)) is Verdict.NOTHING


def test_not_principal_spares_the_named() -> None:
    denied = statement(Principal=None, NotPrincipal={"AWS": "222222222222"}, Effect="Deny")
    assert verdict(denied, caller=BOB) is Verdict.NOTHING
    assert verdict(denied, caller=ALICE) is Verdict.DENY
    assert verdict(denied) is Verdict.DENY


def test_an_explicit_deny_wins_in_either_order() -> None:
    deny = statement(Effect="Deny", Resource="arn:aws:s3:::bck/secret/*")
    for order in ((statement(), deny), (deny, statement())):
        assert verdict(*order, key="secret/x") is Verdict.DENY
        assert verdict(*order, key="open/x") is Verdict.ALLOW


def test_actions_have_wildcards_and_no_case() -> None:
    assert verdict(statement(Action="s3:get*")) is Verdict.ALLOW
    assert verdict(statement(Action="S3:GETOBJECT")) is Verdict.ALLOW
    assert verdict(statement(Action="s3:Get*Tagging")) is Verdict.NOTHING
    assert verdict(statement(Action="*")) is Verdict.ALLOW


def test_not_action_means_all_others() -> None:
    others = statement(Action=None, NotAction="s3:DeleteObject", Resource=[BUCKET_ARN, OBJECTS_ARN])
    assert verdict(others) is Verdict.ALLOW
    assert verdict(others, action="DeleteObject") is Verdict.NOTHING


def test_resources_have_wildcards_and_case() -> None:
    assert verdict(statement(Resource="arn:aws:s3:::bck/a?c/*"), key="abc/d/e") is Verdict.ALLOW
    assert verdict(statement(Resource="arn:aws:s3:::bck/a?c/*"), key="ac/d") is Verdict.NOTHING
    assert verdict(statement(Resource="arn:aws:s3:::bck/A"), key="a") is Verdict.NOTHING
    assert verdict(statement(Resource="arn:aws:s3:::bck/[a]"), key="a") is Verdict.NOTHING
    assert verdict(statement(Resource="arn:aws:s3:::bck/a*"), key="a\nb") is Verdict.ALLOW


def test_not_resource_means_all_others() -> None:
    others = statement(Effect="Deny", Resource=None, NotResource="arn:aws:s3:::bck/public/*")
    assert verdict(others, key="public/x") is Verdict.NOTHING
    assert verdict(others, key="x") is Verdict.DENY


def test_a_variable_is_filled_in_and_its_wildcards_are_literal() -> None:
    home = statement(Resource="arn:aws:s3:::bck/${aws:username}/*")
    assert verdict(home, key="bob/x", aws__username="bob") is Verdict.ALLOW
    assert verdict(home, key="eve/x", aws__username="bob") is Verdict.NOTHING
    assert verdict(home, key="eve/x", aws__username="*") is Verdict.NOTHING
    assert verdict(home, key="/x") is Verdict.NOTHING
    star = statement(Resource="arn:aws:s3:::bck/${*}")
    assert verdict(star, key="*") is Verdict.ALLOW
    assert verdict(star, key="x") is Verdict.NOTHING
    default = statement(Resource="arn:aws:s3:::bck/${aws:username, 'all'}/*")
    assert verdict(default, key="all/x") is Verdict.ALLOW


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


@pytest.mark.parametrize(
    ("changes", "public"),
    [
        ({}, True),
        ({"Effect": "Deny"}, False),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": "111111111111"}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}, False),
        ({"Condition": {"StringLike": {"aws:SourceVpce": "vpce-*"}}}, True),
        ({"Condition": {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}}, True),
        ({"Condition": {"StringLike": {"aws:Referer": "http://x/"}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}, True),
        (
            {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111111111111:*"}}},
            False,
        ),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}}, True),
        ({"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::source"}}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceVpce": "${aws:Referer}"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-*"}}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceVpce": ["vpce-1", "${aws:Referer}"]}}}, True),
    ],
)
def test_public_has_the_meaning_s3_gives_it(changes: dict[str, Any], *, public: bool) -> None:
    assert is_public(parse(document(statement(**changes)), BUCKET)) is public


@given(
    pattern=text(alphabet="ab*?[.", max_size=12),
    subject=text(alphabet="ab[.*?\n", max_size=12),
)
def test_wildcards_match_as_the_plain_definition_says(pattern: str, subject: str) -> None:
    def plain(p: str, s: str) -> bool:
        if not p:
            return not s
        if p[0] == "*":
            return plain(p[1:], s) or (bool(s) and plain(p, s[1:]))
        return bool(s) and p[0] in ("?", s[0]) and plain(p[1:], s[1:])

    assert matches(pattern, subject, NOTHING) is plain(pattern, subject)


def test_a_hostile_pattern_takes_no_longer_than_its_length() -> None:
    begun = time.process_time()
    assert not matches("*a" * 500 + "b", "a" * 1024, NOTHING)
    assert not matches("${*}" + "*a" * 500 + "b", "*" + "a" * 1024, NOTHING)
    assert not matches("?*" * 500 + "b", "a" * 1024, NOTHING)
    assert time.process_time() - begun < 2


def test_an_operation_needs_its_action_and_the_version_one_for_a_version() -> None:
    assert action_of("HeadObject") == "GetObject"
    assert action_of("HeadObject", version_id=True) == "GetObjectVersion"
    assert action_of("DeleteObjects") == "DeleteObject"
    assert action_of("ListObjectsV2") == "ListBucket"
    assert action_of("PutBucketCors") == "PutBucketCORS"
    assert action_of("DeleteBucketReplication") == "PutReplicationConfiguration"
    assert action_of("PutBucketVersioning", version_id=True) == "PutBucketVersioning"


def test_every_action_of_an_operation_is_one_s3_knows() -> None:
    names = botocore.session.get_session().get_service_model("s3").operation_names
    elsewhere = {"CreateSession", "WriteGetObjectResponse"}  # other services' actions
    for name in set(names) - elsewhere:
        action = action_of(name)
        assert action in known_actions(f"s3:{action}")
    assert acts_on_object("GetObject")
    assert not acts_on_object("ListBucket")
