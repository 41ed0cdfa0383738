"""Checks of how CORS rules are matched: patterns, several headers, what is exposed, no rules."""

from __future__ import annotations

from conformance.checks.cors import ORIGIN, PREFLIGHT, bucket_with, naming, preflight
from conformance.checks.given_requests import put_document
from conformance.trial import Trial, check

RAW = ("raw",)
RECORDED = "aws-recorded 2023-07"
ASKED = "Access-Control-Request-Headers"
RULE = {"AllowedMethods": ["GET"], "AllowedOrigins": [ORIGIN]}


@check("cors", proved_by=["cors-origins-are-literal"], only=RAW, verified=RECORDED)
def origin_may_be_a_pattern(t: Trial) -> None:
    """AllowedOrigin `http://*.origin.com` allows what it matches, and answers that origin."""
    rule = {**RULE, "AllowedOrigins": ["http://*.origin.com"]}
    bucket = bucket_with(t, rule)

    got = preflight(t, bucket, "http://test.origin.com", "GET")
    other = preflight(t, bucket, "http://test.origin.org", "GET")

    t.expect.status(got, 200)
    t.expect.header(got, "Access-Control-Allow-Origin", "http://test.origin.com")
    t.expect.error(other, 403, "AccessForbidden")


@check("cors", proved_by=["cors-one-header-suffices"], only=RAW, verified=RECORDED)
def every_requested_header_has_to_be_allowed(t: Trial) -> None:
    """Two requested headers, of which a rule allows one: 403; of which it allows both: 200."""
    rule = {**RULE, "AllowedHeaders": ["x-amz-meta-a", "x-amz-meta-b"]}
    bucket = bucket_with(t, rule)

    both = preflight(t, bucket, ORIGIN, "GET", **{ASKED: "x-amz-meta-a,x-amz-meta-b"})
    one = preflight(t, bucket, ORIGIN, "GET", **{ASKED: "x-amz-meta-a, x-amz-meta-c"})

    t.expect.status(both, 200)
    t.expect.header(both, "Access-Control-Allow-Headers", naming("x-amz-meta-a", "x-amz-meta-b"))
    t.expect.error(one, 403, "AccessForbidden")


@check("cors", proved_by=["cors-headers-are-literal"], only=RAW, spec=PREFLIGHT)
def header_may_be_a_pattern(t: Trial) -> None:
    """AllowedHeader `x-amz-*` allows each header it matches, and no other."""
    bucket = bucket_with(t, {**RULE, "AllowedHeaders": ["x-amz-*"]})

    t.expect.status(preflight(t, bucket, ORIGIN, "GET", **{ASKED: "x-amz-meta-a"}), 200)
    t.expect.error(
        preflight(t, bucket, ORIGIN, "GET", **{ASKED: "content-type"}), 403, "AccessForbidden"
    )


@check("cors", proved_by=["cors-nothing-exposed"], only=RAW, verified=RECORDED)
def exposed_headers_and_age_are_told(t: Trial) -> None:
    """ExposeHeader and MaxAgeSeconds of the rule are in the preflight's answer."""
    rule = {**RULE, "ExposeHeaders": ["ETag", "x-amz-request-id"], "MaxAgeSeconds": 3000}
    bucket = bucket_with(t, rule)

    got = preflight(t, bucket, ORIGIN, "GET")

    t.expect.header(got, "Access-Control-Expose-Headers", naming("ETag", "x-amz-request-id"))
    t.expect.header(got, "Access-Control-Max-Age", "3000")


@check("cors", proved_by=["cors-preflight-always-allowed"], only=RAW, verified=RECORDED)
def bucket_without_rules_allows_no_preflight(t: Trial) -> None:
    """OPTIONS of a bucket without rules: 403 AccessForbidden, without any CORS header."""
    bucket = t.given.bucket()

    got = preflight(t, bucket, ORIGIN, "PUT")

    t.expect.error(got, 403, "AccessForbidden", Method="PUT", ResourceType="BUCKET")
    t.expect.no_header(got, "Access-Control-Allow-Origin")


@check("cors", proved_by=["cors-first-rule-only"], only=RAW, spec=PREFLIGHT)
def first_rule_that_fits_is_taken(t: Trial) -> None:
    """Of several rules the first that fits in origin and method answers, not the first of all."""
    bucket = t.given.bucket()
    rules = [
        {"AllowedMethods": ["PUT"], "AllowedOrigins": [ORIGIN], "MaxAgeSeconds": 1},
        {"AllowedMethods": ["GET"], "AllowedOrigins": [ORIGIN], "MaxAgeSeconds": 2},
        {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 3},
    ]
    t.given.call("PutBucketCors", Bucket=bucket, CORSConfiguration={"CORSRules": rules})

    got = preflight(t, bucket, ORIGIN, "GET")

    t.expect.header(got, "Access-Control-Max-Age", "2")
    t.expect.header(got, "Access-Control-Allow-Origin", ORIGIN)


@check("cors", proved_by=["cors-without-rules-taken"], only=RAW, verified=RECORDED)
def configuration_without_rules_is_refused(t: Trial) -> None:
    """A CORSConfiguration without a rule: 400 MalformedXML, and the rules stay."""
    bucket = bucket_with(t, RULE)

    got = put_document(t, f"/{bucket}", "cors", "<CORSConfiguration/>")

    t.expect.error(got, 400, "MalformedXML")
    kept = t.look("GetBucketCors", Bucket=bucket)
    t.expect.member(kept, "CORSRules[].AllowedOrigins[]", [ORIGIN])


@check(
    "cors",
    proved_by=["cors-head-without"],
    only=("raw",),
    verified="reported",  # gaul/s3proxy#343
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html",
)
def head_of_an_allowed_origin_says_so(t: Trial) -> None:
    """A HEAD with an allowed Origin carries the CORS headers, as a GET does."""
    rule = {"AllowedMethods": ["HEAD"], "AllowedOrigins": [ORIGIN], "ExposeHeaders": ["ETag"]}
    bucket = bucket_with(t, rule)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.raw("HEAD", f"/{bucket}/key", headers={"Origin": ORIGIN})

    t.expect.status(got, 200)
    t.expect.header(got, "Access-Control-Allow-Origin", ORIGIN)
    t.expect.header(got, "Access-Control-Expose-Headers", naming("ETag"))
