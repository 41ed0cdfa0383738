"""How checks set up bucket policies. No check is here."""

from __future__ import annotations

import json
from typing import Any

from conformance.trial import Answer, NotTriedError, Party, Trial

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
    """One statement for everybody about objects like ``resource``; None: about the bucket.

    A Condition that has nothing in it is left out: the grammar of policies has none.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    arn = f"arn:aws:s3:::{bucket}" + ("" if resource is None else f"/{resource}")
    about = {"Principal": "*", "Action": action, "Resource": arn}
    said = {"Effect": effect, **about, **more}
    return {name: value for name, value in said.items() if name != "Condition" or value}


def given_policy(t: Trial, bucket: str, *statements: dict[str, Any]) -> None:
    """The bucket has this policy."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    t.given.call("PutBucketPolicy", Bucket=bucket, Policy=json.dumps(document))


def given_rights(t: Trial, bucket: str, *actions: str) -> None:
    """The bucket's policy allows the other account these actions on objects, and nothing else."""
    given_policy(t, bucket, statement(bucket, "Allow", list(actions), Principal=principal(t.other)))


def expect_refused(t: Trial, got: Answer) -> None:
    """Whoever asked has no right to it: 403 AccessDenied."""
    t.expect.error(got, 403, "AccessDenied")


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


def expect_denied(t: Trial, got: Answer) -> None:
    """A policy's denial to everybody holds for the account of the run: 403 AccessDenied.

    A 403 without any error body denies, too: that it has one is for the checks of errors.

    Raises NotTriedError where it does not, but is seen to hold for somebody else: servers exempt
    their root user from policies. ``bucket-policy.explicit_deny_holds_for_the_owner`` fails there
    all the same, and an endpoint whose policies bind nobody fails everywhere.
    """
    if got.good and _spared(t):
        raise NotTriedError(
            "bucket policies do not restrict the account of this run: the endpoint refused an "
            "unsigned request that a policy denies, and accepted the same request of this account; "
            "run with the credentials of an ordinary user"
        )
    t.expect.error(got, 403, "AccessDenied" if got.code else None)


def _spared(t: Trial) -> bool:
    """Whether one plain denial to everybody holds for an unsigned request alone."""
    bucket = t.given.bucket()
    t.given.opened(bucket)
    said = [
        statement(bucket, "Allow", "s3:GetObject"),
        statement(bucket, "Deny", "s3:GetObject", "closed/*"),
    ]
    document = {"Version": "2012-10-17", "Statement": said}
    t.look("PutBucketPolicy", Bucket=bucket, Policy=json.dumps(document))
    for key in ("open/key", "closed/key"):
        t.given.object(key, b"x", Bucket=bucket)
    let_in = t.anonymous.look("GetObject", Bucket=bucket, Key="open/key")
    kept_out = t.anonymous.look("GetObject", Bucket=bucket, Key="closed/key")
    own = t.look("GetObject", Bucket=bucket, Key="closed/key")
    return let_in.body == b"x" and kept_out.status == 403 and own.body == b"x"


def put_tags(t: Trial, bucket: str, **tags: str) -> Answer:
    """PutObjectTagging of ``key``; ``class_`` is the tag ``class``."""
    pairs = [{"Key": name.rstrip("_"), "Value": value} for name, value in tags.items()]
    return t.call("PutObjectTagging", Bucket=bucket, Key="key", Tagging={"TagSet": pairs})
