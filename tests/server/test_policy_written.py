"""A bucket policy as it comes back: what S3 changes of what was put."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server_ref.policy import canonical


def back(document: dict[str, Any]) -> str:
    return canonical(json.dumps(document, indent=2))


def statement(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "r", **more}


def test_members_have_an_order_and_no_blanks() -> None:
    document = {
        "Statement": [
            {
                "Condition": {"StringEquals": {"aws:Referer": "é"}},
                "Resource": ["r/*", "r"],
                "Action": ["s3:*", "s3:GetObject"],
                "Principal": {"AWS": "*"},
                "Effect": "Deny",
                "Sid": "one",
            },
            {"NotAction": "a", "NotResource": "r", "NotPrincipal": "*", "Effect": "Deny"},
        ],
        "Id": "id",
        "Version": "2012-10-17",
    }

    assert back(document) == (
        '{"Version":"2012-10-17","Id":"id","Statement":[{"Sid":"one","Effect":"Deny",'
        '"Principal":{"AWS":"*"},"Action":["s3:*","s3:GetObject"],"Resource":["r/*","r"],'
        '"Condition":{"StringEquals":{"aws:Referer":"é"}}},{"Effect":"Deny","NotPrincipal":"*",'
        '"NotAction":"a","NotResource":"r"}]}'
    )


def test_a_policy_without_a_version_gets_the_older_one() -> None:
    assert json.loads(back({"Statement": [statement()]})) == {
        "Version": "2008-10-17",
        "Statement": [statement()],
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"Action": ["s3:*"]}, {"Action": "s3:*"}),
        ({"Resource": ["a", "b"]}, {"Resource": ["a", "b"]}),
        ({"Principal": {"AWS": ["*"]}}, {"Principal": {"AWS": "*"}}),
        ({"Principal": {"Service": ["a.b"]}}, {"Principal": {"Service": "a.b"}}),
        (
            {"Principal": {"AWS": "111122223333"}},
            {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
        ),
        (
            {"Principal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:user/u"]}},
            {
                "Principal": {
                    "AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:user/u"]
                }
            },
        ),
        ({"Principal": {"CanonicalUser": "1" * 12}}, {"Principal": {"CanonicalUser": "1" * 12}}),
        (
            {"Condition": {"Bool": {"aws:SecureTransport": [False]}}},
            {"Condition": {"Bool": {"aws:SecureTransport": False}}},
        ),
        (
            {"Condition": {"StringLike": {"s3:prefix": ["a", "b"]}}},
            {"Condition": {"StringLike": {"s3:prefix": ["a", "b"]}}},
        ),
    ],
)
def test_a_list_of_one_and_an_account(given: dict[str, Any], kept: dict[str, Any]) -> None:
    found = json.loads(back({"Version": "2012-10-17", "Statement": [statement(**given)]}))

    assert found["Statement"] == [statement(**kept)]


def test_one_statement_may_stand_alone() -> None:
    assert json.loads(back({"Statement": statement(Action=["a"])}))["Statement"] == statement(
        Action="a"
    )


def test_what_comes_back_can_be_put_again(owner: Any, bucket: str) -> None:
    policy = json.dumps(
        {"Statement": [statement(Effect="Deny", Resource=[f"arn:aws:s3:::{bucket}/*"])]}
    )
    owner.put_bucket_policy(Bucket=bucket, Policy=policy)
    first = owner.get_bucket_policy(Bucket=bucket)["Policy"]
    owner.put_bucket_policy(Bucket=bucket, Policy=first)

    assert owner.get_bucket_policy(Bucket=bucket)["Policy"] == first
    assert json.loads(first)["Version"] == "2008-10-17"
