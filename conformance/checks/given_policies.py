"""How checks set up bucket policies. No check is here."""

from __future__ import annotations

import json
from typing import Any

from conformance.trial import Answer, Party, Trial

USER_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
BY_HAND = ("boto3", "raw")  # a policy is obeyed or not whatever the client is: two show it


def principal(party: Party) -> dict[str, str]:
    """The account as policies name it: by its twelve digits, else by its canonical id."""
    known = party.credentials
    if known is not None and known.account_id is not None:
        return {"AWS": f"arn:aws:iam::{known.account_id}:root"}
    return {"CanonicalUser": party.canonical_id}


def statement(
    bucket: str, effect: str, action: str | list[str], resource: str | None = "*", **more: Any
) -> dict[str, Any]:
    """One statement for everybody about objects like ``resource``; None: about the bucket."""
    arn = f"arn:aws:s3:::{bucket}" + ("" if resource is None else f"/{resource}")
    about = {"Principal": "*", "Action": action, "Resource": arn}
    return {"Effect": effect, **about, **more}


def given_policy(t: Trial, bucket: str, *statements: dict[str, Any]) -> None:
    """The bucket has this policy."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    t.given.call("PutBucketPolicy", Bucket=bucket, Policy=json.dumps(document))


def given_denial(
    t: Trial,
    action: str | list[str],
    condition: dict[str, Any],
    resource: str | None = "*",
    *,
    ownership: str | None = None,
) -> str:
    """A bucket whose policy denies ``action`` to everybody, its owner too, on a condition."""
    name = t.given.bucket() if ownership is None else t.given.bucket_owned(ownership)
    given_policy(t, name, statement(name, "Deny", action, resource, Condition=condition))
    return name


def put_tags(t: Trial, bucket: str, **tags: str) -> Answer:
    """PutObjectTagging of ``key``; ``class_`` is the tag ``class``."""
    pairs = [{"Key": name.rstrip("_"), "Value": value} for name, value in tags.items()]
    return t.call("PutObjectTagging", Bucket=bucket, Key="key", Tagging={"TagSet": pairs})
