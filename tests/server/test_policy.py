"""Bucket policies: what is allowed and denied, and what is public."""

from __future__ import annotations

import json
import time
from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis.strategies import (
    text,
)

from server_ref.policy import Asked, Caller, Verdict, evaluate, is_public, parse
from server_ref.policy.actions import action_of, acts_on_object, known_actions
from server_ref.policy.patterns import NOTHING, matches
from tests.server.policies import (
    ALICE,
    BOB,
    BUCKET,
    BUCKET_ARN,
    OBJECTS_ARN,
    document,
    statement,
    verdict,
)


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


@pytest.mark.parametrize("version", [{"Version": "2008-10-17"}, {}])
def test_the_older_language_has_no_variables(version: dict[str, str]) -> None:
    fields = {"Statement": [statement(Resource="arn:aws:s3:::bck/${aws:username}/?*")]}
    policy = parse(json.dumps({**fields, **version}), BUCKET)
    bob = {"aws:username": ["bob"]}

    def found(key: str) -> Verdict:
        return evaluate(policy, Caller(), Asked("GetObject", BUCKET, key), bob)

    assert found("bob/x") is Verdict.NOTHING
    assert found("${aws:username}/x") is Verdict.ALLOW


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
    of_no_bucket = {"CreateBucket", "ListBuckets", "ListDirectoryBuckets"}
    for name in set(names) - elsewhere:
        action = action_of(name)
        assert known_actions(f"s3:{action}") == ([] if name in of_no_bucket else [action])
    assert acts_on_object("GetObject")
    assert not acts_on_object("ListBucket")
