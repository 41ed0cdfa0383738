"""Checks of bucket policies that S3 does not take: whom, what and which objects they speak of."""

from __future__ import annotations

import json
from typing import Any

from conformance.checks.given_policies import IAM, USER_GUIDE
from conformance.trial import Answer, Trial, check

CLIENTS = ("aws-s3api", "boto3", "raw")
ELEMENTS = f"{IAM}/reference_policies_elements.html"


def _put(t: Trial, bucket: str, leave_out: str = "", **changes: Any) -> Answer:
    """PutBucketPolicy of a good statement, changed or without one of its elements."""
    said = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/closed/*",
        **changes,
    }
    said.pop(leave_out, None)
    policy = {"Version": "2012-10-17", "Statement": [said]}
    return t.call("PutBucketPolicy", Bucket=bucket, Policy=json.dumps(policy))


def _refused(t: Trial, bucket: str, leave_out: str = "", **changes: Any) -> None:
    got = _put(t, bucket, leave_out, **changes)
    t.expect.error(got, 400, "MalformedPolicy")


@check(
    "bucket-policy",
    proved_by=["policy-actions-of-anything"],
    only=CLIENTS,
    # versity/versitygw#645, ministryofjustice/modernisation-platform#10762
    verified="reported",
    spec=f"{USER_GUIDE}/using-with-s3-policy-actions.html",
)
def action_of_a_policy_fits_its_resource(t: Trial) -> None:
    """s3:GetObject on a bucket, and s3:ListBucket on its objects: 400 MalformedPolicy."""
    bucket = t.given.bucket()

    _refused(t, bucket, Resource=f"arn:aws:s3:::{bucket}")
    _refused(t, bucket, Action="s3:ListBucket")

    t.expect.ok(_put(t, bucket))
    t.expect.ok(_put(t, bucket, Action="s3:ListBucket", Resource=f"arn:aws:s3:::{bucket}"))


@check(
    "bucket-policy",
    proved_by=["policy-of-nobody-known"],
    only=CLIENTS,
    verified="reported",  # versity/versitygw#649, cloud-custodian/cloud-custodian#4948
    spec=f"{IAM}/reference_policies_elements_principal.html",
)
def principal_of_a_policy_is_somebody(t: Trial) -> None:
    """A Principal that is no account, user or role: 400 MalformedPolicy."""
    bucket = t.given.bucket()

    _refused(t, bucket, Principal={"AWS": "somebody"})
    _refused(t, bucket, Principal={"Somebody": "*"})

    t.expect.ok(_put(t, bucket, Principal={"AWS": "*"}))


@check(
    "bucket-policy",
    proved_by=["policy-of-any-resource"],
    only=CLIENTS,
    verified="reported",  # noobaa/noobaa-core#10058, versity/versitygw#648
    spec=f"{USER_GUIDE}/s3-arn-format.html",
)
def resource_of_a_policy_is_of_its_bucket(t: Trial) -> None:
    """A Resource `*`, or one that is no ARN: 400 MalformedPolicy."""
    bucket = t.given.bucket()

    for resource in ("*", "closed/*", f"{bucket}/closed/*"):
        _refused(t, bucket, Resource=resource)

    t.expect.ok(_put(t, bucket, Resource=[f"arn:aws:s3:::{bucket}/*"]))


@check("bucket-policy", proved_by=["policy-text-unchecked"], only=CLIENTS, spec=ELEMENTS)
def statement_has_words_of_the_language(t: Trial) -> None:
    """An action, effect or operator that does not exist: 400 MalformedPolicy."""
    bucket = t.given.bucket()

    _refused(t, bucket, Action="s3:ReadObject")
    _refused(t, bucket, Effect="deny")
    _refused(t, bucket, Condition={"StringSame": {"aws:Referer": "x"}})

    t.expect.status(t.look("GetBucketPolicy", Bucket=bucket), 404)
    t.expect.ok(_put(t, bucket))


@check("bucket-policy", proved_by=["policy-text-unchecked"], only=CLIENTS, spec=ELEMENTS)
def statement_has_all_its_elements(t: Trial) -> None:
    """A statement without Effect, Principal, Action or Resource: 400 MalformedPolicy."""
    bucket = t.given.bucket()

    for element in ("Effect", "Principal", "Action", "Resource"):
        _refused(t, bucket, element)

    t.expect.status(t.look("GetBucketPolicy", Bucket=bucket), 404)
    t.expect.ok(_put(t, bucket))


@check(
    "bucket-policy",
    proved_by=["policy-of-nothing"],
    only=CLIENTS,
    # versity/versitygw#645 and #648 (empty resources), cattle-ops/terraform-aws-gitlab-runner#1257
    verified="reported",
    spec=f"{IAM}/reference_policies_grammar.html",
)
def elements_of_a_statement_are_not_empty(t: Trial) -> None:
    """An Action or a Resource that is an empty text or list: 400 MalformedPolicy."""
    bucket = t.given.bucket()

    for element in ("Action", "Resource"):
        for nothing in ("", [], [""]):
            said: dict[str, Any] = {element: nothing}
            _refused(t, bucket, **said)

    t.expect.ok(_put(t, bucket))


@check(
    "bucket-policy",
    proved_by=["policy-of-any-version"],
    only=CLIENTS,
    spec=f"{IAM}/reference_policies_elements_version.html",
)
def version_of_a_policy_is_one_of_two(t: Trial) -> None:
    """A Version that the policy language does not have: 400 MalformedPolicy; 2008-10-17 is one."""
    bucket = t.given.bucket()

    def put(version: str) -> Answer:
        said = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/closed/*",
        }
        policy = {"Version": version, "Statement": [said]}
        return t.call("PutBucketPolicy", Bucket=bucket, Policy=json.dumps(policy))

    t.expect.error(put("2012-10-18"), 400, "MalformedPolicy")
    t.expect.ok(put("2008-10-17"))


@check(
    "bucket-policy",
    proved_by=["policy-conditions-of-anything"],
    only=CLIENTS,
    # minio/minio#3657 and #3705, humanmade/S3-Uploads#239 (what Amazon answers)
    verified="reported",
    spec=f"{USER_GUIDE}/amazon-s3-policy-keys.html",
)
def condition_of_a_policy_fits_its_action(t: Trial) -> None:
    """s3:prefix in a statement about s3:GetObject: 400 MalformedPolicy; s3:ListBucket has it."""
    bucket = t.given.bucket()
    prefix = {"StringEquals": {"s3:prefix": "closed/"}}

    _refused(t, bucket, Condition=prefix)

    whole = f"arn:aws:s3:::{bucket}"
    t.expect.ok(_put(t, bucket, Action="s3:ListBucket", Resource=whole, Condition=prefix))


@check(
    "bucket-policy",
    proved_by=["policy-conditions-unread"],
    only=CLIENTS,
    spec=f"{IAM}/reference_policies_elements_condition_operators.html",
)
def condition_of_a_policy_can_be_read(t: Trial) -> None:
    """A key that S3 does not have, or an address that is none: 400 MalformedPolicy."""
    bucket = t.given.bucket()

    for condition in (
        {"StringEquals": {"s3:nothing-like-it": "x"}},
        {"IpAddress": {"aws:SourceIp": "300.1.2.3/8"}},
    ):
        _refused(t, bucket, Condition=condition)

    t.expect.ok(_put(t, bucket, Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))
