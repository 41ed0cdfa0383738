"""Checks of CORS: the rules of a bucket, the browser's preflight, and the headers of an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.trial import Answer, Trial, check, that

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
PREFLIGHT = f"{API}/RESTOPTIONSobject.html"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")
ORIGIN = "https://app.example.com"
RULE = {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": [ORIGIN]}


def _rules(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"CORSRules": list(rules)}


def bucket_with(t: Trial, rule: dict[str, Any]) -> str:
    bucket = t.given.bucket()
    t.given.call("PutBucketCors", Bucket=bucket, CORSConfiguration=_rules(rule))
    return bucket


def preflight(t: Trial, bucket: str, origin: str, method: str, **headers: str) -> Answer:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, **headers}
    return t.raw("OPTIONS", f"/{bucket}/key", headers=asked, sign="none")


def naming(*names: str) -> Callable[[str], bool]:
    """A condition on a header that lists: these are among what it names, in whatever case."""

    def holds(value: str) -> bool:
        told = {one.strip().lower() for one in value.split(",")}
        return {name.lower() for name in names} <= told

    holds.__doc__ = f"a list with {' and '.join(names)} in it"
    return holds


@check(
    "cors",
    proved_by=["cors-one-method-kept"],
    verified="aws-recorded 2023-07",
    spec=f"{API}/API_PutBucketCors.html",
)
def rules_read_back(t: Trial) -> None:
    """The rules that were put are the rules of the bucket."""
    bucket = t.given.bucket()

    t.expect.ok(t.call("PutBucketCors", Bucket=bucket, CORSConfiguration=_rules(RULE)))

    got = t.look("GetBucketCors", Bucket=bucket)
    t.expect.means(got, "CORSRules", [RULE])


@check(
    "cors",
    proved_by=["cors-none-is-empty"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2023-07",
    spec=f"{API}/API_GetBucketCors.html",
)
def bucket_without_rules_has_no_configuration(t: Trial) -> None:
    """GetBucketCors where no rules were put: 404 NoSuchCORSConfiguration."""
    got = t.call("GetBucketCors", Bucket=t.bucket)

    t.expect.error(got, 404, "NoSuchCORSConfiguration", BucketName=t.bucket)


@check(
    "cors",
    proved_by=["cors-deleted-stay"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2023-07",
    spec=f"{API}/API_DeleteBucketCors.html",
)
def deleted_rules_are_gone(t: Trial) -> None:
    """After DeleteBucketCors (204) the bucket has no rules."""
    bucket = bucket_with(t, RULE)
    t.expect.ok(t.look("GetBucketCors", Bucket=bucket))  # before, they are there

    t.expect.status(t.call("DeleteBucketCors", Bucket=bucket), 204)

    got = t.call("GetBucketCors", Bucket=bucket)
    t.expect.error(got, 404, "NoSuchCORSConfiguration", BucketName=bucket)


@check(
    "cors", proved_by=["cors-delete-deletes-the-bucket"], spec=f"{API}/API_DeleteBucketCors.html"
)
def deleting_the_rules_keeps_the_bucket(t: Trial) -> None:
    """DeleteBucketCors is answered with success and leaves the bucket where it is."""
    bucket = bucket_with(t, RULE)

    t.expect.success(t.call("DeleteBucketCors", Bucket=bucket), 204)

    t.expect.ok(t.look("HeadBucket", Bucket=bucket))
    t.tells_absent()


@check(
    "cors",
    proved_by=["cors-method-unchecked"],
    only=SAYS_ANYTHING,
    verified="aws-recorded 2023-07",
    spec=f"{API}/API_PutBucketCors.html",
)
def unknown_method_is_refused(t: Trial) -> None:
    """A rule with a method that CORS rules cannot have: 400 InvalidRequest."""
    rule = {"AllowedMethods": ["MYMETHOD"], "AllowedOrigins": ["*"]}

    got = t.call("PutBucketCors", Bucket=t.given.bucket(), CORSConfiguration=_rules(rule))

    t.expect.error(got, 400, "InvalidRequest")


@check(
    "cors",
    proved_by=["cors-preflight-refused"],
    only=("raw",),
    verified="aws-recorded 2023-07",
    spec=PREFLIGHT,
)
def preflight_that_fits_is_allowed(t: Trial) -> None:
    """OPTIONS from an allowed origin for an allowed method: 200 with the rule's answer."""
    bucket = bucket_with(t, {**RULE, "MaxAgeSeconds": 3000})

    got = preflight(t, bucket, ORIGIN, "PUT")

    t.expect.status(got, 200)
    t.expect.header(got, "Access-Control-Allow-Origin", ORIGIN)
    t.expect.header(got, "Access-Control-Allow-Methods", naming("GET", "PUT"))
    t.expect.header(got, "Access-Control-Max-Age", "3000")


@check(
    "cors",
    proved_by=["cors-preflight-always-allowed"],
    only=("raw",),
    verified="aws-recorded 2025-03",
    spec=PREFLIGHT,
)
def preflight_for_another_method_is_refused(t: Trial) -> None:
    """OPTIONS for a method no rule allows: 403 AccessForbidden with Method and ResourceType."""
    bucket = bucket_with(t, RULE)

    got = preflight(t, bucket, ORIGIN, "DELETE")

    t.expect.error(got, 403, "AccessForbidden", Method="DELETE", ResourceType="OBJECT")


@check(
    "cors",
    proved_by=["cors-preflight-always-allowed"],
    only=("raw",),
    verified="aws-recorded 2023-07",
    spec=PREFLIGHT,
)
def preflight_from_another_origin_is_refused(t: Trial) -> None:
    """OPTIONS from an origin no rule allows: 403 AccessForbidden, and no CORS header."""
    bucket = bucket_with(t, RULE)

    got = preflight(t, bucket, "https://evil.example.org", "PUT")

    t.expect.error(got, 403, "AccessForbidden")
    t.expect.no_header(got, "Access-Control-Allow-Origin")


@check(
    "cors",
    proved_by=["cors-origin-not-needed"],
    only=("raw",),
    verified="aws-recorded 2023-07",
    spec=PREFLIGHT,
)
def preflight_needs_an_origin(t: Trial) -> None:
    """OPTIONS without Origin: 400 BadRequest, where the same with an Origin is allowed."""
    bucket = bucket_with(t, RULE)
    asked = {"Access-Control-Request-Method": "GET"}
    origin = {"Origin": RULE["AllowedOrigins"][0]}
    control = t.raw("OPTIONS", f"/{bucket}/key", sign="none", headers={**asked, **origin})
    t.expect.status(control, 200)

    got = t.raw("OPTIONS", f"/{bucket}/key", sign="none", headers=asked)

    t.expect.error(got, 400, "BadRequest")


@check(
    "cors",
    proved_by=["cors-headers-case-sensitive"],
    only=("raw",),
    verified="aws-recorded 2025-07",
    spec=PREFLIGHT,
)
def allowed_headers_are_compared_without_case(t: Trial) -> None:
    """Requested headers fit AllowedHeaders in any case, and come back in small letters."""
    bucket = bucket_with(t, {**RULE, "AllowedHeaders": ["X-Amz-Meta-*", "content-TYPE"]})

    got = preflight(
        t,
        bucket,
        ORIGIN,
        "PUT",
        **{"Access-Control-Request-Headers": "Content-Type,x-amz-meta-colour"},
    )

    t.expect.status(got, 200)
    t.expect.header(
        got, "Access-Control-Allow-Headers", naming("content-type", "x-amz-meta-colour")
    )


@check(
    "cors",
    proved_by=["cors-wildcard-repeats-origin"],
    only=("raw",),
    verified="aws-recorded 2023-07",
    spec=PREFLIGHT,
)
def rule_for_every_origin_answers_a_star(t: Trial) -> None:
    """AllowedOrigin `*` answers `*`, and no Access-Control-Allow-Credentials."""
    bucket = bucket_with(t, {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]})

    got = preflight(t, bucket, "https://anyone.example.org", "GET")

    t.expect.header(got, "Access-Control-Allow-Origin", "*")
    t.expect.no_header(got, "Access-Control-Allow-Credentials")


@check(
    "cors", proved_by=["cors-plain-answer-without"], only=("raw",), verified="aws-recorded 2025-03"
)
def answer_to_an_allowed_origin_says_so(t: Trial) -> None:
    """A GET with an allowed Origin carries the CORS headers, and Vary on what they depend on."""
    bucket = bucket_with(t, RULE)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.raw("GET", f"/{bucket}/key", headers={"Origin": ORIGIN})

    t.expect.header(got, "Access-Control-Allow-Origin", ORIGIN)
    t.expect.header(
        got, "Vary", that("a list that has Origin", lambda vary: "origin" in vary.lower())
    )


@check(
    "cors", proved_by=["cors-plain-answer-always"], only=("raw",), verified="aws-recorded 2023-07"
)
def answer_to_another_origin_has_no_cors_header(t: Trial) -> None:
    """A GET with an Origin no rule allows is answered, without any CORS header."""
    bucket = bucket_with(t, RULE)
    t.given.object("key", b"x", Bucket=bucket)

    got = t.raw("GET", f"/{bucket}/key", headers={"Origin": "https://evil.example.org"})
    control = t.raw("GET", f"/{bucket}/key", headers={"Origin": ORIGIN})

    t.expect.body(got, b"x")
    t.expect.no_header(got, "Access-Control-Allow-Origin")
    t.expect.header(control, "Access-Control-Allow-Origin", ORIGIN)
