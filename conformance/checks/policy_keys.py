"""Checks of what a policy is about: keys as they stand, and nobody by exception."""

from __future__ import annotations

import json

from conformance.checks.given_policies import BY_HAND, IAM, given_policy, principal, statement
from conformance.trial import OTHER_ACCOUNT, Answer, Trial, check

KEYS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"


@check(
    "bucket-policy",
    proved_by=["policy-climbs-through-keys"],
    only=("raw",),
    level="should",
    spec=KEYS,
)
def policy_is_about_keys_as_they_stand(t: Trial) -> None:
    """A denial of `closed/*` holds for `closed/key`, and not for the key `open/../closed/key`."""
    bucket = t.given.bucket()
    for key in ("closed/key", "open/../closed/key", "closed/../open/key"):
        t.given.object(key, key.encode(), Bucket=bucket)
    given_policy(t, bucket, statement(bucket, "Deny", "s3:GetObject", "closed/*"))

    t.expect.error(t.raw("GET", f"/{bucket}/closed/key"), 403, "AccessDenied")
    t.expect.error(t.raw("GET", f"/{bucket}/closed/../open/key"), 403, "AccessDenied")
    t.expect.body(t.raw("GET", f"/{bucket}/open/../closed/key"), b"open/../closed/key")


@check(
    "bucket-policy",
    proved_by=["policy-allows-by-exception"],
    only=BY_HAND,
    needs=OTHER_ACCOUNT,
    spec=f"{IAM}/reference_policies_elements_notprincipal.html",
)
def nobody_is_allowed_by_exception(t: Trial) -> None:
    """NotPrincipal in a statement that allows: 400 MalformedPolicy; in one that denies: taken."""
    bucket = t.given.bucket()

    def put(effect: str) -> Answer:
        said = statement(bucket, effect, "s3:GetObject", "never/*")
        del said["Principal"]
        said["NotPrincipal"] = principal(t.other)
        document = json.dumps({"Version": "2012-10-17", "Statement": [said]})
        return t.call("PutBucketPolicy", Bucket=bucket, Policy=document)

    t.expect.error(put("Allow"), 400, "MalformedPolicy")
    t.expect.error(t.look("GetBucketPolicy", Bucket=bucket), 404, "NoSuchBucketPolicy")
    t.expect.ok(put("Deny"))
