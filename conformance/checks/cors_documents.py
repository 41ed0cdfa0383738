"""Checks of CORS documents that S3 does not take."""

from __future__ import annotations

from conformance.checks.given_requests import put_document
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
RULES = f"{API}/API_CORSRule.html"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html"
GET = "<AllowedMethod>GET</AllowedMethod>"
ANY = "<AllowedOrigin>*</AllowedOrigin>"


def _put(t: Trial, bucket: str, rule: str) -> Answer:
    document = f"<CORSConfiguration><CORSRule>{rule}</CORSRule></CORSConfiguration>"
    return put_document(t, f"/{bucket}", "cors", document)


@check("cors", proved_by=["cors-rule-of-nothing"], only=RAW, spec=RULES)
def rule_names_its_origins_and_methods(t: Trial) -> None:
    """A CORS rule without AllowedOrigin or without AllowedMethod: 400 MalformedXML."""
    bucket = t.given.bucket()

    for rule in (GET, ANY, "<AllowedHeader>*</AllowedHeader>"):
        t.expect.error(_put(t, bucket, rule), 400, "MalformedXML")

    t.expect.status(t.look("GetBucketCors", Bucket=bucket), 404)
    t.expect.ok(_put(t, bucket, GET + ANY))


@check(
    "cors",
    proved_by=["cors-any-number-of-stars"],
    only=RAW,
    verified="reported",  # versity/versitygw#1870, scality/cloudserver#497; the page says so
    spec=GUIDE,
)
def pattern_of_a_rule_has_one_star(t: Trial) -> None:
    """An AllowedOrigin or AllowedHeader with two `*`: 400 InvalidRequest; with one it is taken."""
    bucket = t.given.bucket()
    two = "<AllowedOrigin>*example*.com</AllowedOrigin>"

    t.expect.error(_put(t, bucket, GET + two), 400, "InvalidRequest")
    header = "<AllowedHeader>{}</AllowedHeader>"
    t.expect.error(_put(t, bucket, GET + ANY + header.format("x-*-*")), 400, "InvalidRequest")

    one = "<AllowedOrigin>http://*.example.com</AllowedOrigin>"
    t.expect.ok(_put(t, bucket, GET + one + header.format("x-*")))


@check(
    "cors",
    proved_by=["cors-exposes-patterns"],
    only=RAW,
    verified="reported",  # google/neuroglancer#788, scality/cloudserver#497
    spec=GUIDE,
)
def exposed_header_is_no_pattern(t: Trial) -> None:
    """An ExposeHeader with a `*`: 400 InvalidRequest; a header's name is taken."""
    bucket = t.given.bucket()
    expose = "<ExposeHeader>{}</ExposeHeader>"

    for pattern in ("*", "x-amz-*"):
        got = _put(t, bucket, GET + ANY + expose.format(pattern))
        t.expect.error(got, 400, "InvalidRequest")

    t.expect.ok(_put(t, bucket, GET + ANY + expose.format("ETag")))


@check("cors", proved_by=["cors-rule-of-nothing"], only=RAW, spec=GUIDE)
def configuration_has_a_hundred_rules_at_most(t: Trial) -> None:
    """A CORS configuration of 101 rules: 400; of 100 it is taken."""
    bucket = t.given.bucket()
    more = f"</CORSRule><CORSRule>{GET}{ANY}"

    t.expect.status(_put(t, bucket, GET + ANY + more * 100), 400)

    t.expect.status(t.look("GetBucketCors", Bucket=bucket), 404)
    t.expect.ok(_put(t, bucket, GET + ANY + more * 99))
