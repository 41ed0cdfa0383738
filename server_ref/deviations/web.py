"""Deviations of CORS, of website configurations and of the headers caches need."""

from __future__ import annotations

from server_ref.context import Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import (
    change_response,
    do_nothing,
    drop_header,
    drop_member,
    edit_members,
    refuse,
    set_header,
    swallow_error,
)
from server_ref.deviations.when import (
    refuse_when,
    rewrite,
    subresource_ignored,
    success_for_error,
)
from server_ref.model.routes import PREFLIGHT
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

ALLOWED = "Access-Control-Allow-Origin"

# CORS


def _one_method(answer: Members) -> None:
    for rule in answer["CORSRules"]:
        rule["AllowedMethods"] = rule["AllowedMethods"][:1]


def _repeat_origin(exchange: Exchange, response: Response) -> None:
    if response.headers.get(ALLOWED) == "*":
        response.headers[ALLOWED] = exchange.request.headers["origin"]


declare(
    "cors-one-method-kept",
    "Of the methods of a rule only the first is kept.",
    edit_members("GetBucketCors", _one_method),
)
declare(
    "cors-none-is-empty",
    "A bucket without rules has an empty configuration.",
    swallow_error("GetBucketCors", "NoSuchCORSConfiguration", {"CORSRules": []}),
)
declare(
    "cors-deleted-stay",
    "DeleteBucketCors answers success and does nothing.",
    do_nothing("DeleteBucketCors"),
)
declare(
    "cors-delete-deletes-the-bucket",
    "DELETE ?cors is done as a DELETE of the bucket.",
    subresource_ignored("DELETE", "cors"),
)
declare(
    "cors-method-unchecked",
    "PutBucketCors takes any method.",
    swallow_error("PutBucketCors", "InvalidRequest"),
)
declare(
    "cors-preflight-refused", "Every preflight is refused.", refuse(PREFLIGHT, "AccessForbidden")
)
declare(
    "cors-preflight-always-allowed",
    "No preflight is refused.",
    success_for_error(PREFLIGHT, "AccessForbidden", 200),
)
declare(
    "cors-origin-not-needed",
    "A preflight needs no Origin.",
    success_for_error(PREFLIGHT, "BadRequest", 200),
)
declare(
    "cors-headers-case-sensitive",
    "A preflight's headers have to be in small letters.",
    refuse_when(
        PREFLIGHT,
        "AccessForbidden",
        lambda ctx, _members: any(
            letter.isupper()
            for letter in ctx.request.headers.get("access-control-request-headers", "")
        ),
    ),
)
declare(
    "cors-wildcard-repeats-origin",
    "A rule for `*` answers the origin that asked.",
    change_response(PREFLIGHT, _repeat_origin),
)
declare(
    "cors-plain-answer-without",
    "GetObject answers without CORS headers.",
    drop_header("GetObject", ALLOWED),
)
declare(
    "cors-plain-answer-always",
    "GetObject allows every origin.",
    set_header("GetObject", ALLOWED, lambda present: present or "*"),
)

# websites

declare(
    "website-index-lost",
    "GetBucketWebsite lacks the index document.",
    drop_member("GetBucketWebsite", "IndexDocument"),
)
declare(
    "website-none-is-empty",
    "A bucket without a website has an empty configuration.",
    swallow_error("GetBucketWebsite", "NoSuchWebsiteConfiguration", {}),
)
declare(
    "website-delete-missing-404",
    "DeleteBucketWebsite wants a website to be there.",
    refuse_when(
        "DeleteBucketWebsite",
        "NoSuchWebsiteConfiguration",
        lambda ctx, members: (
            ctx.store.get_config(ctx.store.bucket(members["Bucket"]), "website") is None
        ),
    ),
)
declare(
    "website-delete-deletes-the-bucket",
    "DELETE ?website is a DELETE of the bucket.",
    subresource_ignored("DELETE", "website"),
)
declare(
    "website-suffix-unchecked",
    "PutBucketWebsite takes any suffix.",
    swallow_error("PutBucketWebsite", "InvalidArgument"),
)
declare(
    "website-protocol-unchecked",
    "PutBucketWebsite takes any protocol.",
    swallow_error("PutBucketWebsite", "InvalidRequest"),
)

# caching

declare(
    "cdn-cache-control-lost",
    "GetObject answers no Cache-Control.",
    drop_header("GetObject", "Cache-Control"),
)
declare("cdn-expires-lost", "GetObject answers no Expires.", drop_header("GetObject", "Expires"))
declare(
    "cdn-head-without-cache-control",
    "HeadObject answers no Cache-Control.",
    drop_header("HeadObject", "Cache-Control"),
)


@deviation("cdn-304-without-cache-control", "A 304 carries no Cache-Control.")
def cdn_304_without_cache_control(server: Seams) -> None:
    _without_cache_control(server, 304)


@deviation("cdn-range-without-cache-control", "A 206 carries no Cache-Control.")
def cdn_range_without_cache_control(server: Seams) -> None:
    _without_cache_control(server, 206)


def _without_cache_control(server: Seams, status: int) -> None:
    @server.on_response("GetObject")
    def without(_exchange: Exchange, response: Response) -> None:
        if response.status == status:
            response.headers.pop("Cache-Control", None)


def _fresh(members: Members) -> None:
    if members.get("MetadataDirective") != "REPLACE":
        members["MetadataDirective"] = "REPLACE"


declare(
    "cdn-copy-without-cache-control",
    "CopyObject keeps no headers of its source.",
    rewrite("CopyObject", _fresh),
)
