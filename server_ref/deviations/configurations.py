"""Deviations of documents of a bucket's settings: what they may lack, and what is read of them."""

from __future__ import annotations

from typing import Any

from server_ref.context import Context, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import drop_error_member, drop_header, edit_members
from server_ref.deviations.when import refuse_when, rewrite, swallow_when
from server_ref.model.routes import PREFLIGHT
from server_ref.request import Request
from server_ref.seams import Seams

_LIFECYCLE = "PutBucketLifecycleConfiguration"
_NEW = "CreateBucketConfiguration"

declare(
    "website-condition-empty",
    "A routing rule with an empty condition is taken, and nothing comes of it.",
    accept("PutBucketWebsite", "InvalidRequest", "Condition"),
)
declare(
    "website-index-empty",
    "An index document without a suffix is taken, and nothing comes of it.",
    accept("PutBucketWebsite", "InvalidArgument", "IndexDocument"),
)
declare(
    "ownership-of-two-rules",
    "Ownership controls of any number of rules are taken, and nothing comes of it.",
    accept("PutBucketOwnershipControls", "MalformedXML"),
)
declare(
    "ownership-of-any-word",
    "CreateBucket with an ownership that is none answers success.",
    accept("CreateBucket", "InvalidArgument", "ownership"),
)
declare(
    "inventory-of-any-word",
    "An inventory with words of its own is taken, and nothing comes of it.",
    accept("PutBucketInventoryConfiguration", "MalformedXML"),
)
declare(
    "notification-rules-half",
    "A filter rule that lacks a part is taken, and nothing comes of it.",
    accept("PutBucketNotificationConfiguration", "MalformedXML"),
)
declare(
    "lifecycle-of-two-kinds",
    "Rules of the older kind beside those of the newer are taken, and nothing comes of it.",
    accept(_LIFECYCLE, "InvalidRequest"),
)
declare(
    "nothing-configured-nowhere",
    "What was never configured does not name the bucket.",
    drop_error_member("GetBucket*", "*", "BucketName"),
)


def _no_empty_prefix(answer: Members) -> None:
    for rule in answer.get("RoutingRules") or []:
        condition = rule.get("Condition") or {}
        if condition.get("KeyPrefixEquals") == "":
            del condition["KeyPrefixEquals"]


declare(
    "website-empty-prefix-lost",
    "A routing rule for an empty prefix is answered without.",
    edit_members("GetBucketWebsite", _no_empty_prefix),
)
declare(
    "cors-without-rules-taken",
    "CORS without rules is taken, and nothing comes of it.",
    accept("PutBucketCors", "MalformedXML"),
)


def _rules(members: Members, document: str, rules: str) -> list[Any]:
    return list((members.get(document) or {}).get(rules) or [])


def _long_ids(_ctx: Context, members: Members) -> bool:
    rules = _rules(members, "LifecycleConfiguration", "Rules")
    return any(len(rule.get("ID") or "") > 255 for rule in rules)


declare(
    "lifecycle-ids-of-any-length",
    "A rule with a longer ID is taken, and nothing comes of it.",
    swallow_when(_LIFECYCLE, "InvalidArgument", _long_ids),
)


def _no_filters(answer: Members) -> None:
    for rule in answer.get("Rules") or []:
        if not any((rule.get("Filter") or {}).values()):
            rule.pop("Filter", None)


declare(
    "lifecycle-empty-filter-lost",
    "A rule with an empty filter is answered without.",
    edit_members("GetBucketLifecycleConfiguration", _no_filters),
)


# cors


def _literal(name: str) -> Change:
    """A ``*`` within these values of a CORS rule means nothing."""

    def change(members: Members) -> None:
        for rule in _rules(members, "CORSConfiguration", "CORSRules"):
            said = rule.get(name) or []
            rule[name] = [v if v == "*" else v.replace("*", "%2A") for v in said]

    return rewrite("PutBucketCors", change)


def _first_rule(members: Members) -> None:
    configuration = members.get("CORSConfiguration") or {}
    configuration["CORSRules"] = (configuration.get("CORSRules") or [])[:1]


declare(
    "cors-origins-are-literal",
    "A * within an allowed origin means nothing.",
    _literal("AllowedOrigins"),
)
declare(
    "cors-headers-are-literal",
    "A * within an allowed header means nothing.",
    _literal("AllowedHeaders"),
)
declare(
    "cors-first-rule-only",
    "Of the CORS rules of a bucket the first is kept.",
    rewrite("PutBucketCors", _first_rule),
)
declare(
    "cors-nothing-exposed",
    "A preflight is answered without exposed headers and age.",
    drop_header(PREFLIGHT, "Access-Control-Expose-Headers", "Access-Control-Max-Age"),
)


@deviation("cors-one-header-suffices", "Of requested headers the first is looked at.")
def cors_one_header_suffices(server: Seams) -> None:
    @server.on_request
    def first(request: Request) -> None:
        name = "access-control-request-headers"
        if request.method == "OPTIONS" and name in request.headers:
            request.headers[name] = request.headers[name].partition(",")[0]


# tags


def _without_tags(members: Members) -> None:
    (members.get(_NEW) or {}).pop("Tags", None)


def _tagged(_ctx: Context, members: Members) -> bool:
    return bool((members.get(_NEW) or {}).get("Tags"))


declare(
    "tags-at-creation-ignored",
    "CreateBucket does not look at tags.",
    rewrite("CreateBucket", _without_tags),
)
declare(
    "tags-at-creation-unchecked",
    "CreateBucket with tags that are refused answers success.",
    accept("CreateBucket", "InvalidTag"),
)
declare(
    "tags-of-a-second-creation",
    "A bucket that is created again with tags answers success.",
    swallow_when("CreateBucket", "BucketAlreadyOwnedByYou", _tagged),
)
declare(
    "bucket-tags-half",
    "A tag of a bucket that lacks a part is taken, and nothing comes of it.",
    accept("PutBucketTagging", "MalformedXML"),
)
declare(
    "tag-values-of-any-character",
    "A tag's value of any characters is taken, and nothing comes of it.",
    accept("PutObjectTagging", "InvalidTag", "TagValue"),
)


def _valueless(_ctx: Context, members: Members) -> bool:
    return any("=" not in part for part in (members.get("Tagging") or "=").split("&"))


declare(
    "header-tags-want-a-value",
    "A tag of a header without a value is refused.",
    refuse_when("PutObject", "InvalidArgument", _valueless),
)
declare(
    "header-tags-unchecked",
    "Tags of a header that cannot be read are taken, and nothing comes of it.",
    swallow_when(
        "PutObject",
        "InvalidArgument",
        lambda _ctx, members: "," in (members.get("Tagging") or ""),
    ),
)
