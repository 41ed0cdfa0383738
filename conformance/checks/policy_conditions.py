"""Checks of the keys of a policy's conditions: each denies one request and leaves its twin alone.

The denials hold for the bucket's owner too, so one account is enough. A server that looks at no
condition fails the twin; one that obeys no condition fails the denial.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.checks.given_policies import (
    BY_HAND,
    IAM,
    USER_GUIDE,
    expect_denied,
    given_denial,
    given_policy,
    put_tags,
    statement,
)
from conformance.trial import Answer, Trial, check

OPERATORS = f"{IAM}/reference_policies_elements_condition_operators.html"
SETS = f"{IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html"
EVALUATION = f"{IAM}/reference_policies_condition-logic-multiple-context-keys-or-values.html"
KEYS = f"{USER_GUIDE}/amazon-s3-policy-keys.html"
TAGS = f"{USER_GUIDE}/tagging-and-policies.html"
SIGNING = f"{USER_GUIDE}/bucket-policy-s3-sigv4-conditions.html"
EXAMPLES = f"{USER_GUIDE}/example-bucket-policies.html"
BOTH = ["policy-conditions-ignored", "policy-conditions-never-hold"]
NOBODYS = "192.0.2.0/24"  # RFC 5737: no request comes from there
ENCRYPTION = "s3:x-amz-server-side-encryption"


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=KEYS)
def condition_on_the_prefix_of_a_listing(t: Trial) -> None:
    """StringEquals with s3:prefix denies the listing of that prefix and of no other."""
    bucket = given_denial(
        t, "s3:ListBucket", {"StringEquals": {"s3:prefix": ["closed/", "shut/"]}}, None
    )

    expect_denied(t, t.call("ListObjectsV2", Bucket=bucket, Prefix="closed/"))
    expect_denied(t, t.call("ListObjects", Bucket=bucket, Prefix="shut/"))
    t.expect.ok(t.call("ListObjectsV2", Bucket=bucket, Prefix="open/"))
    t.expect.ok(t.call("ListObjectsV2", Bucket=bucket))


@check("bucket-policy", proved_by=BOTH, only=("raw",), spec=KEYS)
def condition_on_the_empty_prefix(t: Trial) -> None:
    """StringEquals with s3:prefix "" denies `?prefix=` and no listing of a prefix."""
    bucket = given_denial(t, "s3:ListBucket", {"StringEquals": {"s3:prefix": ""}}, None)

    expect_denied(t, t.raw("GET", f"/{bucket}", query="list-type=2&prefix="))
    t.expect.ok(t.raw("GET", f"/{bucket}", query="list-type=2&prefix=a"))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=KEYS)
def condition_on_the_number_of_keys(t: Trial) -> None:
    """NumericGreaterThan with s3:max-keys denies listings of more keys than that."""
    condition = {"NumericGreaterThan": {"s3:max-keys": "10"}}
    bucket = given_denial(t, "s3:ListBucket", condition, None)

    expect_denied(t, t.call("ListObjectsV2", Bucket=bucket, MaxKeys=11))
    t.expect.ok(t.call("ListObjectsV2", Bucket=bucket, MaxKeys=10))
    t.expect.ok(t.call("ListObjectsV2", Bucket=bucket, MaxKeys=9))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=KEYS)
def condition_on_the_delimiter(t: Trial) -> None:
    """StringNotEquals with s3:delimiter denies listings with another one, and without one."""
    bucket = given_denial(t, "s3:ListBucket", {"StringNotEquals": {"s3:delimiter": "/"}}, None)

    t.expect.ok(t.call("ListObjectsV2", Bucket=bucket, Delimiter="/"))
    expect_denied(t, t.call("ListObjectsV2", Bucket=bucket, Delimiter="-"))
    expect_denied(t, t.call("ListObjectsV2", Bucket=bucket))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=EXAMPLES)
def condition_on_the_address(t: Trial) -> None:
    """IpAddress with aws:SourceIp denies that range only, NotIpAddress everybody out of it.

    The range is one no request comes from (192.0.2.0/24, RFC 5737).
    """
    bucket = t.given.bucket()
    about = (bucket, "Deny", "s3:GetObject")
    given_policy(
        t,
        bucket,
        statement(*about, "in/*", Condition={"IpAddress": {"aws:SourceIp": NOBODYS}}),
        statement(*about, "out/*", Condition={"NotIpAddress": {"aws:SourceIp": NOBODYS}}),
    )
    t.given.object("in/key", b"for all", Bucket=bucket)
    t.given.object("out/key", b"for few", Bucket=bucket)

    t.expect.body(t.call("GetObject", Bucket=bucket, Key="in/key"), b"for all")
    expect_denied(t, t.call("GetObject", Bucket=bucket, Key="out/key"))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=EXAMPLES)
def condition_on_the_transport(t: Trial) -> None:
    """Bool with aws:SecureTransport tells requests over TLS from those that are not."""
    bucket = t.given.bucket()
    about = (bucket, "Deny", "s3:GetObject")
    given_policy(
        t,
        bucket,
        statement(*about, "http/*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
        statement(*about, "https/*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
    )
    t.given.object("http/key", b"without TLS", Bucket=bucket)
    t.given.object("https/key", b"with TLS", Bucket=bucket)
    own, foreign = ("https", "http") if t.endpoint.secure else ("http", "https")

    t.expect.ok(t.call("GetObject", Bucket=bucket, Key=f"{own}/key"))
    expect_denied(t, t.call("GetObject", Bucket=bucket, Key=f"{foreign}/key"))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=OPERATORS)
def condition_on_the_time(t: Trial) -> None:
    """Dates with aws:CurrentTime: a denial that has begun holds, one that has ended does not."""
    bucket = t.given.bucket()
    about = (bucket, "Deny", "s3:GetObject")
    long_ago = {"aws:CurrentTime": "2020-01-01T00:00:00Z"}
    given_policy(
        t,
        bucket,
        statement(*about, "begun/*", Condition={"DateGreaterThan": long_ago}),
        statement(*about, "ended/*", Condition={"DateLessThan": long_ago}),
    )
    t.given.object("begun/key", b"closed", Bucket=bucket)
    t.given.object("ended/key", b"open again", Bucket=bucket)

    expect_denied(t, t.call("GetObject", Bucket=bucket, Key="begun/key"))
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="ended/key"), b"open again")


@check("bucket-policy", proved_by=BOTH, only=("raw",), spec=EXAMPLES)
def condition_on_the_referer(t: Trial) -> None:
    """StringLike with aws:Referer denies requests from that site and from no other."""
    condition = {"StringLike": {"aws:Referer": "http://bad.example.com/*"}}
    bucket = given_denial(t, "s3:GetObject", condition)
    t.given.object("key", b"x", Bucket=bucket)

    def get(referer: str) -> Answer:
        return t.raw("GET", f"/{bucket}/key", headers={"Referer": referer})

    expect_denied(t, get("http://bad.example.com/page"))
    t.expect.ok(get("http://good.example.com/page"))
    t.expect.ok(t.raw("GET", f"/{bucket}/key"))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=TAGS)
def condition_on_the_tags_an_object_has(t: Trial) -> None:
    """StringEquals with s3:ExistingObjectTag denies objects with that tag, and those only."""
    condition = {"StringEquals": {"s3:ExistingObjectTag/class": "secret"}}
    bucket = given_denial(t, "s3:GetObject", condition)
    for key, tags in (("secret", "class=secret"), ("open", "class=open"), ("other", "a=secret")):
        t.given.object(key, b"x", Bucket=bucket, Tagging=tags)
    t.given.object("bare", b"x", Bucket=bucket)

    expect_denied(t, t.call("GetObject", Bucket=bucket, Key="secret"))
    for key in ("open", "other", "bare"):
        t.expect.ok(t.call("GetObject", Bucket=bucket, Key=key))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=TAGS)
def condition_on_the_tags_of_a_request(t: Trial) -> None:
    """StringEquals with s3:RequestObjectTag denies setting that tag, and no other."""
    condition = {"StringEquals": {"s3:RequestObjectTag/class": "public"}}
    bucket = given_denial(t, "s3:PutObjectTagging", condition)
    t.given.object("key", b"x", Bucket=bucket)

    expect_denied(t, put_tags(t, bucket, class_="public"))
    t.expect.ok(put_tags(t, bucket, class_="internal"))
    t.expect.ok(put_tags(t, bucket, other="public"))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=KEYS)
def condition_on_the_canned_acl(t: Trial) -> None:
    """StringEquals with s3:x-amz-acl denies a PUT with that canned ACL and with no other."""
    condition = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-read"}}
    bucket = given_denial(t, "s3:PutObject", condition, ownership="ObjectWriter")

    def put(**members: Any) -> Answer:
        return t.call("PutObject", Bucket=bucket, Key="key", Body=b"x", **members)

    expect_denied(t, put(ACL="bucket-owner-read"))
    t.expect.ok(put(ACL="bucket-owner-full-control"))
    t.expect.ok(put())


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=KEYS)
def condition_on_the_source_of_a_copy(t: Trial) -> None:
    """StringLike with s3:x-amz-copy-source denies copies of those objects and of no other."""
    bucket = t.given.bucket()
    condition = {"StringLike": {"s3:x-amz-copy-source": f"{bucket}/closed/*"}}
    given_policy(t, bucket, statement(bucket, "Deny", "s3:PutObject", "to", Condition=condition))
    t.given.object("closed/key", b"closed", Bucket=bucket)
    t.given.object("open/key", b"open", Bucket=bucket)

    def copy(source: str) -> Answer:
        return t.call("CopyObject", Bucket=bucket, Key="to", CopySource=f"{bucket}/{source}")

    expect_denied(t, copy("closed/key"))
    t.expect.ok(copy("open/key"))
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="to"), b"open")


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=KEYS)
def condition_on_the_metadata_directive(t: Trial) -> None:
    """StringEquals with s3:x-amz-metadata-directive denies copies that replace the metadata."""
    condition = {"StringEquals": {"s3:x-amz-metadata-directive": "REPLACE"}}
    bucket = given_denial(t, "s3:PutObject", condition, "to")
    t.given.object("from", b"x", Bucket=bucket)

    def copy(**members: Any) -> Answer:
        return t.call("CopyObject", Bucket=bucket, Key="to", CopySource=f"{bucket}/from", **members)

    expect_denied(t, copy(MetadataDirective="REPLACE", Metadata={"a": "b"}))
    t.expect.ok(copy(MetadataDirective="COPY"))


@check("bucket-policy", proved_by=BOTH, only=BY_HAND, spec=KEYS)
def condition_on_the_version(t: Trial) -> None:
    """StringEquals with s3:VersionId denies one version of an object and not the other."""
    bucket = t.given.versioned_bucket()
    first = t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"1").headers[
        "x-amz-version-id"
    ]
    second = t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"2").headers[
        "x-amz-version-id"
    ]
    condition = {"StringEquals": {"s3:VersionId": first}}
    given_policy(
        t, bucket, statement(bucket, "Deny", "s3:GetObjectVersion", "*", Condition=condition)
    )

    expect_denied(t, t.call("GetObject", Bucket=bucket, Key="key", VersionId=first))
    t.expect.body(t.call("GetObject", Bucket=bucket, Key="key", VersionId=second), b"2")


@check("bucket-policy", proved_by=BOTH, only=("raw",), spec=SIGNING)
def condition_on_how_a_request_is_signed(t: Trial) -> None:
    """StringEquals with s3:authType denies presigned requests, not those with the header."""
    condition = {"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}
    bucket = given_denial(t, "s3:GetObject", condition)
    t.given.object("key", b"x", Bucket=bucket)

    expect_denied(t, t.raw("GET", f"/{bucket}/key", sign="query"))
    t.expect.body(t.raw("GET", f"/{bucket}/key"), b"x")


@check("bucket-policy", proved_by=BOTH, only=("raw",), spec=SIGNING)
def condition_on_the_age_of_a_signature(t: Trial) -> None:
    """NumericGreaterThan with s3:signatureAge denies a presigned URL that is older, good or not."""
    condition = {"NumericGreaterThan": {"s3:signatureAge": "300000"}}
    bucket = given_denial(t, "s3:GetObject", condition)
    t.given.object("key", b"x", Bucket=bucket)
    then = datetime.now(UTC) - timedelta(minutes=10)

    expect_denied(t, t.raw("GET", f"/{bucket}/key", sign="query", at=then, expires=3600))
    t.expect.body(t.raw("GET", f"/{bucket}/key", sign="query", expires=3600), b"x")
