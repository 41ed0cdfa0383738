"""What a bucket policy may say: what is refused, and with which words."""

from __future__ import annotations

import json
from typing import Any

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
from server_ref.policy import Asked, Verdict, evaluate, is_public, parse
from tests.server.policies import (
    ALICE,
    BUCKET,
    BUCKET_ARN,
    NOBODY,
    OBJECTS_ARN,
    document,
    statement,
)

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
