"""Deviations of a website's redirects and routing rules."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.deviations.steps import drop_member
from server_ref.deviations.when import swallow_when

_PUT = "PutBucketWebsite"

declare(
    "website-rules-lost",
    "GetBucketWebsite does not answer routing rules.",
    drop_member("GetBucketWebsite", "RoutingRules"),
)
declare(
    "website-redirect-all-lost",
    "GetBucketWebsite does not answer the redirect of all requests.",
    drop_member("GetBucketWebsite", "RedirectAllRequestsTo"),
)


def _redirects(test: Callable[[Members], bool]) -> Callable[[Context, Members], bool]:
    def when(_ctx: Context, members: Members) -> bool:
        rules = members["WebsiteConfiguration"].get("RoutingRules") or []
        return any(test(rule) for rule in rules)

    return when


for _name, _sentence, _code, _when in (
    (
        "website-replaces-twice",
        "A redirect is taken that replaces the key and its prefix.",
        "InvalidRequest",
        _redirects(lambda rule: "ReplaceKeyPrefixWith" in rule["Redirect"]),
    ),
    (
        "website-redirect-code-unchecked",
        "A redirect is taken with any status.",
        "InvalidRequest",
        _redirects(lambda rule: "HttpRedirectCode" in rule["Redirect"]),
    ),
    (
        "website-error-code-unchecked",
        "A routing rule is taken for the status 200.",
        "InvalidRequest",
        _redirects(lambda rule: "HttpErrorCodeReturnedEquals" in (rule.get("Condition") or {})),
    ),
    (
        "website-redirect-all-and-more",
        "A redirect of all requests is taken beside an index document.",
        "InvalidArgument",
        lambda _ctx, members: "RedirectAllRequestsTo" in members["WebsiteConfiguration"],
    ),
    (
        "website-without-an-index",
        "A website is taken without an index document.",
        "InvalidArgument",
        lambda _ctx, members: "IndexDocument" not in members["WebsiteConfiguration"],
    ),
    (
        "website-takes-51-rules",
        "A website is taken with any number of rules.",
        "InvalidRequest",
        lambda _ctx, members: len(members["WebsiteConfiguration"].get("RoutingRules") or []) > 50,
    ),
):
    declare(_name, _sentence, swallow_when(_PUT, _code, _when))
