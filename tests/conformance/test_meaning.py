"""Documents are compared by what they mean: equal is equal, and what differs still differs."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model import Outcome
from conformance.trial.expect import Expect
from conformance.trial.meaning import UNORDERED, same_media_type, same_members, same_policy
from conformance.trial.trial import Trial
from tests.conformance.deciding import outcome
from tests.conformance.fakes import answer

ARN = "arn:aws:s3:::b/*"


def policy(*statements: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def said(**changes: Any) -> dict[str, Any]:
    plain = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": ARN}
    return {**plain, **changes}


class TestPolicies:
    @pytest.mark.parametrize(
        "other",
        [
            said(Action=["s3:GetObject"]),
            said(Action="S3:getobject"),
            said(Resource=[ARN]),
            said(Resource=[ARN, ARN]),
            said(Principal={"AWS": "*"}),
            said(Principal={"AWS": ["*"]}),
            said(Sid=""),
        ],
    )
    def test_other_words_say_the_same(self, other: dict[str, Any]) -> None:
        assert same_policy(policy(other), policy(said()))
        assert same_policy(policy(said()), policy(other))

    @pytest.mark.parametrize(
        "other",
        [
            said(Action="s3:PutObject"),
            said(Action=["s3:GetObject", "s3:PutObject"]),
            said(Effect="Deny"),
            said(Resource="arn:aws:s3:::b/K*"),
            said(Principal={"AWS": "111122223333"}),
            said(Principal={"Service": "*"}),
            said(Condition={"Bool": {"aws:SecureTransport": "false"}}),
            {**said(), "NotAction": "s3:GetObject"},
            said(Sid="named"),
        ],
    )
    def test_another_policy_is_another(self, other: dict[str, Any]) -> None:
        assert not same_policy(policy(other), policy(said()))

    def test_order_says_nothing(self) -> None:
        one, two = said(Action=["s3:GetObject", "s3:PutObject"]), said(Effect="Deny")
        other = said(Action=["s3:PutObject", "s3:GetObject"])
        assert same_policy(policy(two, other), policy(one, two))

    def test_a_statement_alone_needs_no_list(self) -> None:
        alone = json.dumps({"Version": "2012-10-17", "Statement": said()})
        assert same_policy(alone, policy(said()))
        assert not same_policy(policy(said(), said(Effect="Deny")), policy(said()))

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            (
                {"Bool": {"aws:SecureTransport": False}},
                {"bool": {"aws:securetransport": "false"}},
                True,
            ),
            ({"StringEquals": {"s3:prefix": "a"}}, {"StringEquals": {"s3:prefix": ["a"]}}, True),
            (
                {"NumericEquals": {"s3:max-keys": 10}},
                {"NumericEquals": {"s3:max-keys": "10"}},
                True,
            ),
            ({"StringEquals": {"s3:prefix": "a"}}, {"StringEquals": {"s3:prefix": "A"}}, False),
            ({"StringEquals": {"s3:prefix": "a"}}, {"StringLike": {"s3:prefix": "a"}}, False),
        ],
    )
    def test_conditions(self, one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
        assert same_policy(policy(said(Condition=one)), policy(said(Condition=other))) is same

    def test_an_account_is_its_digits_or_its_root(self) -> None:
        arn, digits = "arn:aws:iam::111122223333:root", "111122223333"
        one = policy(said(Principal={"AWS": [arn]}))
        assert same_policy(one, policy(said(Principal={"AWS": digits})))

    def test_a_policy_that_says_no_version_has_the_oldest(self) -> None:
        without = json.dumps({"Statement": said()})
        assert same_policy(without, json.dumps({"Version": "2008-10-17", "Statement": said()}))
        assert not same_policy(without, policy(said()))

    @pytest.mark.parametrize("text", ["", "{", "[]", "7", '"x"', "{}", '{"Statement": [7]}'])
    def test_what_is_no_policy_is_not_the_same(self, text: str) -> None:
        assert not same_policy(text, policy(said()))


def rule(**changes: Any) -> dict[str, Any]:
    return {"ID": "one", "Status": "Enabled", "Filter": {"Prefix": "a/"}, **changes}


TAGS = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class TestMembers:
    @pytest.mark.parametrize(
        ("name", "one", "other"),
        [
            ("TagSet", TAGS, TAGS[::-1]),
            ("TagSet", None, []),
            (
                "CORSRules",
                [{"AllowedMethods": ["GET", "PUT"]}],
                [{"AllowedMethods": ["PUT", "GET"]}],
            ),
            ("Rules", [rule(), rule(ID="two")], [rule(ID="two"), rule()]),
            ("Rules", [rule()], [rule(Filter={"And": {"Prefix": "a/"}})]),
            (
                "Rules",
                [rule(Filter={"Tag": TAGS[0], "Prefix": "x"})],
                [rule(Filter={"And": {"Prefix": "x", "Tags": TAGS[:1]}})],
            ),
            ("Rules", [rule(Filter={})], [rule(Filter={"Prefix": ""})]),
            ("Rules", [rule()], [{"ID": "one", "Status": "Enabled", "Prefix": "a/"}]),
            (
                "Rules",
                [rule(Expiration={"Days": 1, "ExpiredObjectDeleteMarker": False})],
                [rule(Expiration={"Days": 1})],
            ),
            (
                "Rules",
                [rule(Expiration={"Date": NOON})],
                [rule(Expiration={"Date": "2030-01-01T12:00:00.000Z"})],
            ),
            ("Retain", NOON, NOON.astimezone(timezone(timedelta(hours=2)))),
            ("Retain", "2030-01-01T14:00:00+02:00", "2030-01-01T12:00:00Z"),
            (
                "VersioningConfiguration",
                {"Status": "Enabled"},
                {"Status": "Enabled", "MFADelete": "Disabled"},
            ),
            (
                "PublicAccessBlockConfiguration",
                {"BlockPublicAcls": True},
                {"BlockPublicAcls": True, "IgnorePublicAcls": False},
            ),
            ("Rules", [{"BucketKeyEnabled": False, "X": 1}], [{"X": 1}]),
            (
                "QueueConfigurations",
                [{"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}}],
                [{"Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "in/"}]}}}],
            ),
        ],
    )
    def test_other_words_mean_the_same(self, name: str, one: Any, other: Any) -> None:
        assert repr(one) != repr(other)
        assert same_members(one, other, name)
        assert same_members(other, one, name)

    @pytest.mark.parametrize(
        ("name", "one", "other"),
        [
            ("TagSet", TAGS, TAGS[:1]),
            ("TagSet", TAGS, [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "1"}]),
            (
                "CORSRules",
                [{"AllowedMethods": ["GET"]}, {"AllowedMethods": ["PUT"]}],
                [{"AllowedMethods": ["PUT"]}, {"AllowedMethods": ["GET"]}],
            ),
            ("Contents", [{"Key": "a"}, {"Key": "b"}], [{"Key": "b"}, {"Key": "a"}]),
            ("Rules", [rule()], [rule(Status="Disabled")]),
            ("Rules", [rule(Filter={"Prefix": "a"})], [rule(Filter={"Prefix": "A"})]),
            ("Rules", [rule(Expiration={"ExpiredObjectDeleteMarker": True})], [rule()]),
            ("Retain", NOON, NOON + timedelta(seconds=1)),
            (
                "VersioningConfiguration",
                {"Status": "Enabled"},
                {"Status": "Enabled", "MFADelete": "Enabled"},
            ),
            ("Rules", [rule()], [rule(ID="two")]),
        ],
    )
    def test_what_differs_differs(self, name: str, one: Any, other: Any) -> None:
        assert not same_members(one, other, name)

    def test_an_id_is_given_to_what_has_none(self) -> None:
        without = {key: value for key, value in rule().items() if key != "ID"}
        assert same_members([rule(ID="made")], [without], "Rules")
        assert not same_members([without], [rule()], "Rules")

    @given(
        st.recursive(
            st.one_of(st.booleans(), st.integers(), st.text(max_size=5), st.none()),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3),
                st.dictionaries(
                    st.sampled_from(["Filter", "And", "Rules", "Key", "Tags", "Tag"]),
                    inner,
                    max_size=3,
                ),
            ),
        ),
        st.sampled_from(["", "Rules", "Filter", "TagSet"]),
    )
    def test_everything_means_what_it_means(self, value: Any, name: str) -> None:
        """Whatever an endpoint sends is compared and raises nothing."""
        assert same_members(copy.deepcopy(value), value, name)

    def test_what_is_in_an_order_is_not_among_the_unordered(self) -> None:
        ordered = {"Contents", "Versions", "CORSRules", "RoutingRules", "Parts", "CommonPrefixes"}
        assert not ordered & UNORDERED


class TestExpectations:
    """As a check says it."""

    def test_a_configuration_in_other_words_passes(self) -> None:
        def check(t: Trial) -> None:
            t.expect.means(t.call("GetObjectTagging", Key="k"), "TagSet", TAGS)

        passed = outcome(check, [answer(200, members={"TagSet": TAGS[::-1]})])
        assert passed == (Outcome.PASS, "")
        failed, reason = outcome(check, [answer(200, members={"TagSet": TAGS[:1]})])
        assert failed is Outcome.FAIL
        assert "TagSet: expected [{'Key': 'a'" in reason

    @pytest.mark.parametrize(
        ("path", "expected", "outcomes"),
        [
            ("TagSet[].[Key, Value]", [["b", "2"], ["a", "1"]], (Outcome.PASS, Outcome.PASS)),
            ("Contents[].Key", ["b", "a"], (Outcome.FAIL, Outcome.PASS)),
        ],
    )
    def test_what_is_read_from_each_of_a_list_is_in_the_order_of_that_list(
        self, path: str, expected: list[Any], outcomes: tuple[Outcome, Outcome]
    ) -> None:
        def check(t: Trial) -> None:
            t.expect.means(t.call("GetObjectTagging", Key="k"), path, expected)

        entries = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
        for listed, wanted in zip((entries, entries[::-1]), outcomes, strict=True):
            members = {"TagSet": listed, "Contents": listed}
            assert outcome(check, [answer(200, members=members)])[0] is wanted

    def test_a_policy_in_other_words_passes(self) -> None:
        def check(t: Trial) -> None:
            t.expect.policy(t.call("GetBucketPolicy"), policy(said()))

        other = policy(said(Principal={"AWS": "*"}, Action=["s3:GetObject"]))
        assert outcome(check, [answer(200, members={"Policy": other})])[0] is Outcome.PASS
        for wrong in (policy(said(Effect="Deny")), "no JSON"):
            failed, reason = outcome(check, [answer(200, members={"Policy": wrong})])
            assert failed is Outcome.FAIL
            assert "Policy: expected" in reason
        failed, reason = outcome(check, [answer(404, "NoSuchBucketPolicy")])
        assert failed is Outcome.FAIL
        assert "answered 404 NoSuchBucketPolicy" in reason

    @pytest.mark.parametrize(
        ("name", "default", "other"),
        [
            ("x-amz-storage-class", "STANDARD", "GLACIER"),
            ("x-amz-delete-marker", "false", "true"),
            ("Access-Control-Allow-Credentials", "false", "true"),
        ],
    )
    def test_a_default_written_out_is_a_detail(self, name: str, default: str, other: str) -> None:
        def check(t: Trial) -> None:
            t.expect.no_header(t.call("HeadObject", Key="k"), name)

        passed, reason = outcome(check, [answer(200, headers=[(name, default)])])
        assert passed is Outcome.PASS
        assert reason.startswith("passes; 1 detail differs")
        assert outcome(check, [answer(200, headers=[(name, other)])])[0] is Outcome.FAIL
        assert outcome(check, [answer(200)]) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    ("actual", "same"),
    [
        ("text/html;charset=utf-8", True),
        ('Text/HTML; Charset="UTF-8"', True),
        ("text/html ; charset=utf-8 ;", True),
        ("text/html", False),
        ("text/html; charset=latin-1", False),
        ("text/xml; charset=utf-8", False),
        ("", False),
    ],
)
def test_a_media_type_in_other_letters_is_the_same(actual: str, same: bool) -> None:
    """As S3Proxy answers it: without the blank."""
    for strict in (False, True):
        expect = Expect(strict=strict)
        got = answer(200, headers=[("Content-Type", actual)])
        assert not expect.header(got, "Content-Type", "text/html; charset=utf-8")
        assert bool(expect.mismatches) is (strict or not same)


@pytest.mark.parametrize("other", ["boundary=AbC", "boundary=aBc"])
def test_the_case_of_a_parameter_counts(other: str) -> None:
    assert same_media_type("a/b; boundary=AbC", f"a/b;{other}") is (other == "boundary=AbC")
