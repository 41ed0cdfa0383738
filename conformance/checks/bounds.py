"""Checks of how much a document may hold, and of values that a question cannot have."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from conformance.checks.given_arns import absent_queue
from conformance.checks.given_policies import statement
from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RAW = ("raw",)
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
NOTIFICATIONS = f"{GUIDE}/notification-how-to-event-types-and-destinations.html"


def _rules(number: int) -> dict[str, Any]:
    rules = [
        {
            "ID": str(one),
            "Status": "Enabled",
            "Filter": {"Prefix": f"{one:04}/"},
            "Expiration": {"Days": 1},
        }
        for one in range(number)
    ]
    return {"LifecycleConfiguration": {"Rules": rules}}


@check("bucket-lifecycle", proved_by=["lifecycle-rules-unbounded"], only=SDK, spec=(
    f"{GUIDE}/how-to-set-lifecycle-configuration-intro.html"
))  # fmt: skip
def lifecycle_has_a_thousand_rules_at_most(t: Trial) -> None:
    """A lifecycle configuration of 1,001 rules: 400, and the bucket has none; 1,000 are taken."""
    bucket = t.given.bucket()

    got = t.call("PutBucketLifecycleConfiguration", Bucket=bucket, **_rules(1001))

    t.expect.error(got, 400, None)
    kept = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.error(kept, 404, "NoSuchLifecycleConfiguration")
    t.expect.ok(t.call("PutBucketLifecycleConfiguration", Bucket=bucket, **_rules(1000)))


@check("bucket-lifecycle", proved_by=["versions-kept-without-number"], only=SDK, spec=(
    f"{API}/API_NoncurrentVersionExpiration.html"
))  # fmt: skip
def rule_keeps_a_hundred_old_versions_at_most(t: Trial) -> None:
    """NewerNoncurrentVersions of 101: 400, and no rules; of 100 it is taken."""
    bucket = t.given.bucket()

    def rules(number: int) -> dict[str, Any]:
        action = {"NoncurrentDays": 1, "NewerNoncurrentVersions": number}
        rule = {"ID": "kept", "Status": "Enabled", "Filter": {"Prefix": ""}}
        return {
            "LifecycleConfiguration": {"Rules": [{**rule, "NoncurrentVersionExpiration": action}]}
        }

    got = t.call("PutBucketLifecycleConfiguration", Bucket=bucket, **rules(101))

    t.expect.error(got, 400, None)
    kept = t.look("GetBucketLifecycleConfiguration", Bucket=bucket)
    t.expect.error(kept, 404, "NoSuchLifecycleConfiguration")
    t.expect.ok(t.call("PutBucketLifecycleConfiguration", Bucket=bucket, **rules(100)))


@check("bucket-policy", proved_by=["policies-of-any-size"], only=SDK, spec=(
    f"{GUIDE}/bucket-policies.html"
))  # fmt: skip
def policy_has_20_kib_at_most(t: Trial) -> None:
    """A bucket policy of more than 20 KiB: 400, and there is none; one of 18 KiB is taken."""
    bucket = t.given.bucket()

    def policy(size: int) -> str:
        """About so many bytes, whatever the length of the bucket's name."""
        one = f"arn:aws:s3:::{bucket}/00000"
        keys = [f"{one[:-5]}{number:05}" for number in range(size // (len(one) + 4))]
        denied = statement(bucket, "Deny", "s3:GetObject", Resource=keys)
        return json.dumps({"Version": "2012-10-17", "Statement": [denied]})

    got = t.call("PutBucketPolicy", Bucket=bucket, Policy=policy(22 * 1024))

    t.expect.error(got, 400, None)
    t.expect.error(t.look("GetBucketPolicy", Bucket=bucket), 404, "NoSuchBucketPolicy")
    t.expect.ok(t.call("PutBucketPolicy", Bucket=bucket, Policy=policy(18 * 1024)))


@check("bucket-acl", proved_by=["grants-without-number"], only=SDK, spec=(
    f"{GUIDE}/acl-overview.html"
))  # fmt: skip
def acl_has_a_hundred_grants_at_most(t: Trial) -> None:
    """An ACL document of 101 grants: 400, and the ACL stays; one of 100 is taken."""
    bucket = t.given.bucket_with_acls()
    owner = t.own.canonical_id
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": owner}, "Permission": "READ"}

    def policy(number: int) -> dict[str, Any]:
        return {"AccessControlPolicy": {"Owner": {"ID": owner}, "Grants": [grant] * number}}

    t.expect.error(t.call("PutBucketAcl", Bucket=bucket, **policy(101)), 400, None)
    kept = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.member(kept, "Grants[].Permission", ["FULL_CONTROL"])
    t.expect.ok(t.call("PutBucketAcl", Bucket=bucket, **policy(100)))


@check("bucket-acl", level="may", proved_by=["grantees-by-mail"], only=SDK, spec=(
    f"{API}/API_PutBucketAcl.html"
))  # fmt: skip
def nobody_is_granted_by_mail_any_more(t: Trial) -> None:
    """A grant to an e-mail address, in a header or a document: 405, since October 2025."""
    bucket = t.given.bucket_with_acls()
    owner = t.own.canonical_id
    mail = {"Type": "AmazonCustomerByEmail", "EmailAddress": "somebody@example.com"}
    document = {"Owner": {"ID": owner}, "Grants": [{"Grantee": mail, "Permission": "READ"}]}

    header = t.call("PutBucketAcl", Bucket=bucket, GrantRead='emailAddress="somebody@example.com"')
    body = t.call("PutBucketAcl", Bucket=bucket, AccessControlPolicy=document)

    for got in (header, body):
        t.expect.error(got, 405, "MethodNotAllowed")
    kept = t.look("GetBucketAcl", Bucket=bucket)
    t.expect.member(kept, "Grants[].Permission", ["FULL_CONTROL"])


@check("event-notifications", proved_by=["events-of-any-name"], only=RAW, spec=NOTIFICATIONS)
def event_is_one_that_s3_publishes(t: Trial) -> None:
    """An event that S3 does not publish, `s3:ObjectRead:*`: 400, and nothing is configured."""
    bucket = t.given.bucket()
    queue = f"<Queue>{absent_queue(t)}</Queue>"
    body = (
        "<NotificationConfiguration><QueueConfiguration><Id>one</Id>"
        f"{queue}<Event>s3:ObjectRead:*</Event></QueueConfiguration></NotificationConfiguration>"
    )

    # the destination is not there either, and is not to be looked for
    asked = {"x-amz-skip-destination-validation": "true"}
    got = t.raw("PUT", f"/{bucket}", query="notification", headers=asked, body=body.encode())

    t.expect.error(got, 400, None)
    kept = t.look("GetBucketNotificationConfiguration", Bucket=bucket)
    t.expect.member(kept, "QueueConfigurations || `[]`", [])


@check(
    "list-objects-v2",
    level="should",
    proved_by=["tokens-of-any-kind"],
    only=SDK,
    verified="reported",  # versity/versitygw#993, aws/aws-sdk-js-v3#1636, chimera-nas/chimera#1204
    spec=f"{API}/API_ListObjectsV2.html",
)
def token_that_no_listing_gave_is_refused(t: Trial) -> None:
    """A continuation token of somebody's own: 400 InvalidArgument, and not a key to begin at."""
    for name in ("a", "b", "c"):
        t.given.object(name)
    cut = t.call("ListObjectsV2", Prefix=t.prefix, MaxKeys=1)
    token = cut.need("NextContinuationToken")
    t.expect.ok(t.call("ListObjectsV2", Prefix=t.prefix, ContinuationToken=token))

    got = t.call("ListObjectsV2", Prefix=t.prefix, ContinuationToken="made-up-token")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="continuation-token")


@check("list-multipart-uploads", proved_by=["max-uploads-unchecked"], only=RAW, spec=(
    f"{API}/API_ListMultipartUploads.html"
), level="should")  # fmt: skip
def size_of_a_page_of_uploads_is_a_number(t: Trial) -> None:
    """max-uploads=-1, or what is no number: 400 InvalidArgument."""
    prefix = quote(t.prefix, safe="")

    for value in ("-1", "many"):
        got = t.raw("GET", f"/{t.bucket}", query=f"max-uploads={value}&prefix={prefix}&uploads")
        t.expect.error(got, 400, "InvalidArgument")
    taken = t.raw("GET", f"/{t.bucket}", query=f"max-uploads=5&prefix={prefix}&uploads")
    t.expect.status(taken, 200)


@check("get-object-range", proved_by=["part-numbers-of-reads-unchecked"], only=RAW, spec=(
    f"{API}/API_GetObject.html"
), level="should")  # fmt: skip
def part_that_is_read_has_a_number_from_one(t: Trial) -> None:
    """GET with partNumber 0, -1, 10001 or a word: refused with 400; with 1 it is answered."""
    stored = t.given.object("simple", b"content")
    path = f"/{stored.bucket}/{stored.key}"

    for number in ("0", "-1", "10001", "one"):
        t.expect.error(t.raw("GET", path, query=f"partNumber={number}"), 400, None)
    got = t.raw("GET", path, query="partNumber=1")
    t.expect.status(got, (200, 206))
    t.expect.body(got, b"content")
