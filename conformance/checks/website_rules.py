"""Checks of a website's configuration: redirects, routing rules, and what is refused of them."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial, check

SDK = ("boto3", "raw")
RULES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html"
RECORDED = "aws-recorded 2026-02"
INDEX = {"Suffix": "index.html"}


def _refused(t: Trial, code: str, *configurations: dict[str, Any]) -> None:
    bucket = t.given.bucket()
    for configuration in configurations:
        got = t.call("PutBucketWebsite", Bucket=bucket, WebsiteConfiguration=configuration)
        t.expect.error(got, 400, code)
    t.expect.error(t.look("GetBucketWebsite", Bucket=bucket), 404, "NoSuchWebsiteConfiguration")


def _rule(redirect: dict[str, Any], **condition: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"Redirect": redirect}
    if condition:
        rule["Condition"] = condition
    return {"IndexDocument": INDEX, "RoutingRules": [rule]}


@check("website", proved_by=["website-rules-lost"], only=SDK, spec=RULES)
def routing_rules_read_back(t: Trial) -> None:
    """Routing rules with conditions and all that a redirect says read back."""
    bucket = t.given.bucket()
    configuration = {
        "IndexDocument": INDEX,
        "ErrorDocument": {"Key": "error.html"},
        "RoutingRules": [
            {
                "Condition": {"KeyPrefixEquals": "old/"},
                "Redirect": {"ReplaceKeyPrefixWith": "new/", "HttpRedirectCode": "302"},
            },
            {
                "Condition": {"HttpErrorCodeReturnedEquals": "404"},
                "Redirect": {
                    "HostName": "example.com",
                    "Protocol": "https",
                    "ReplaceKeyWith": "missing.html",
                },
            },
        ],
    }

    t.expect.ok(t.call("PutBucketWebsite", Bucket=bucket, WebsiteConfiguration=configuration))

    got = t.look("GetBucketWebsite", Bucket=bucket)
    for name, value in configuration.items():
        t.expect.member(got, name, value)


@check("website", proved_by=["website-redirect-all-lost"], only=SDK, spec=RULES)
def redirect_of_all_requests_reads_back(t: Trial) -> None:
    """RedirectAllRequestsTo is answered with its host and protocol."""
    bucket = t.given.bucket()
    target = {"HostName": "example.com", "Protocol": "https"}

    put = t.call(
        "PutBucketWebsite", Bucket=bucket, WebsiteConfiguration={"RedirectAllRequestsTo": target}
    )

    t.expect.ok(put)
    t.expect.member(t.look("GetBucketWebsite", Bucket=bucket), "RedirectAllRequestsTo", target)


@check("website", proved_by=["website-replaces-twice"], only=SDK, verified="aws-recorded 2026-02")
def key_is_replaced_in_one_way(t: Trial) -> None:
    """A redirect with ReplaceKeyWith and ReplaceKeyPrefixWith: 400 InvalidRequest."""
    _refused(t, "InvalidRequest", _rule({"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"}))


@check(
    "website",
    proved_by=["website-redirect-code-unchecked"],
    only=SDK,
    level="may",
    verified="reported",  # versity/versitygw#2171 has Amazon's sentence
)
def redirect_code_is_a_redirect(t: Trial) -> None:
    """HttpRedirectCode 200, 404 or 300: 400 InvalidRequest."""
    _refused(
        t,
        "InvalidRequest",
        *(_rule({"HostName": "x", "HttpRedirectCode": code}) for code in ("200", "404", "300")),
    )


@check(
    "website",
    proved_by=["website-error-code-unchecked"],
    only=SDK,
    level="may",
    verified="reported",  # versity/versitygw#2171 has Amazon's sentence
)
def error_code_of_a_condition_is_an_error(t: Trial) -> None:
    """HttpErrorCodeReturnedEquals 200: 400 InvalidRequest."""
    _refused(t, "InvalidRequest", _rule({"HostName": "x"}, HttpErrorCodeReturnedEquals="200"))


@check(
    "website",
    proved_by=["website-redirect-all-and-more"],
    only=SDK,
    verified="aws-recorded 2026-02",
)
def redirect_of_all_stands_alone(t: Trial) -> None:
    """RedirectAllRequestsTo beside an index document: 400 InvalidArgument."""
    target = {"HostName": "example.com"}
    _refused(t, "InvalidArgument", {"RedirectAllRequestsTo": target, "IndexDocument": INDEX})


@check("website", proved_by=["website-without-an-index"], only=SDK, verified="aws-recorded 2026-02")
def website_needs_an_index(t: Trial) -> None:
    """Neither an index document nor a redirect of all requests: 400 InvalidArgument."""
    _refused(t, "InvalidArgument", {"ErrorDocument": {"Key": "error.html"}})


@check(
    "website",
    proved_by=["website-takes-51-rules"],
    only=SDK,
    verified="reported",  # ceph/ceph#23429 quotes Amazon's answer
    spec=RULES,
)
def website_has_fifty_rules_at_most(t: Trial) -> None:
    """Fifty-one routing rules: 400 InvalidRequest."""
    rule = {"Condition": {"KeyPrefixEquals": "a"}, "Redirect": {"HostName": "x"}}
    _refused(t, "InvalidRequest", {"IndexDocument": INDEX, "RoutingRules": [rule] * 51})
